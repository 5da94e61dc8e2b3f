"""The floors of the house hold: a room knows only what lies beneath it."""

from __future__ import annotations

from importlinter.cli import lint_imports


def test_the_contracts_of_the_house_hold() -> None:
    """The sentences of the contracts in ``pyproject.toml`` are true; run ``lint-imports`` to see which import is not."""
    assert lint_imports(no_cache=True) == 0
