"""The bag of a closed year is valid for the BagIt library of the Library of Congress."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_archive import Archive, archive, run, url

__all__ = ["archive", "run", "url"]


def test_bagit_library_validates_the_bag(archive: Archive) -> None:
    import bagit

    bag = bagit.Bag(str(archive()))
    bag.validate()
    assert bag.info["Source-Organization"] == "Canada Open Government Working Group"


def test_bagit_library_finds_a_planted_change(archive: Archive) -> None:
    import bagit

    folder: Path = archive()
    (folder / "data" / "audit-chain.csv").write_text("position\r\n", encoding="utf-8")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(folder)).validate()
