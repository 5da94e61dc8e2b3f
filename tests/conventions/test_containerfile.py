"""Static checks of the ``Containerfile``; ``tests/server/test_containerfile.py`` runs its steps."""

from __future__ import annotations

from tests.server.containerfile import CONTAINERFILE, ROOT, instructions

TEXT = CONTAINERFILE.read_text(encoding="utf-8")


def test_containerfile_copies_only_what_exists() -> None:
    copied = [value.split()[:-1] for name, value in instructions(TEXT) if name == "COPY" and "--from=" not in value]
    assert copied
    assert [source for sources in copied for source in sources if not (ROOT / source).exists()] == []


def test_containerfile_runs_the_server_as_a_user_without_privileges() -> None:
    users = [value for name, value in instructions(TEXT) if name == "USER"]
    assert users == ["10001:10001"]
