"""Programs that others use read every text of every deck: openpyxl, calamine, pandas, polars, SheetJS, exceljs, LibreOffice."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from cogwg.core.office_files import pack, unpack
from tests.databases import Databases
from tests.readers.decks import decks_to_read, write_files
from tests.readers.programs import NODE_FOLDER, READERS, Texts, written_texts

PROGRAMS = [pytest.param(kind, name, id=f"{kind}-{name}") for kind, readers in READERS.items() for name in readers]
MODULES = {"calamine": "python_calamine", "pandas": "pandas", "polars": "polars"}


@pytest.fixture(scope="session")
def files(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """The files of all decks, by kind."""
    folder = tmp_path_factory.mktemp("readers")
    decks = decks_to_read(databases)
    return {kind: write_files(decks, kind, folder) for kind in READERS}


def require_program(name: str) -> None:
    """Skip the test without the program, or fail where programs are required."""
    missing = {
        "LibreOffice": shutil.which("soffice") is None,
        "SheetJS": shutil.which("node") is None or not (NODE_FOLDER / "node_modules" / "xlsx").exists(),
        "exceljs": shutil.which("node") is None or not (NODE_FOLDER / "node_modules" / "exceljs").exists(),
    }
    if missing.get(name) or (name in MODULES and find_spec(MODULES[name]) is None):
        reason = f"Missing: {name}. Run .venv/bin/nox -s readers, which installs what it needs."
        pytest.fail(reason) if os.environ.get("COGWG_REQUIRE_READERS") == "1" else pytest.skip(reason)


def lost_texts(written: Texts, read: Texts) -> list[tuple[str, str]]:
    """Return the texts that were not read, or less often or on another sheet or slide than written."""
    return sorted((written - read).elements())


@pytest.mark.parametrize(("kind", "name"), PROGRAMS)
def test_program_reads_every_text_of_every_deck(files: dict[str, list[Path]], kind: str, name: str) -> None:
    require_program(name)
    read = READERS[kind][name](files[kind])
    written = {path: written_texts(path) for path in files[kind]}
    assert min(texts.total() for texts in written.values()) > 300
    assert {path.name: lost for path in files[kind] if (lost := lost_texts(written[path], read[path]))} == {}


@pytest.mark.parametrize(("kind", "name"), PROGRAMS)
def test_planted_loss_of_a_text_is_detected(files: dict[str, list[Path]], tmp_path: Path, kind: str, name: str) -> None:
    require_program(name)
    original = files[kind][0]
    parts = unpack(original.read_bytes())
    part = {"xlsx": "xl/sharedStrings.xml", "pptx": "ppt/slides/slide4.xml"}[kind]
    place, text = next((place, text) for place, text in written_texts(original) if place[0] == "4" and len(text) > 40)
    changed = parts[part].decode().replace(text[:30], "")
    assert changed != parts[part].decode()
    copy = tmp_path / original.name
    copy.write_bytes(pack({**parts, part: changed.encode()}))
    assert (place, text) in lost_texts(written_texts(original), READERS[kind][name]([copy])[copy])
