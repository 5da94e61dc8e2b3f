"""What the README says of the house is what the house is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.diagrams import TABLES, diagram

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TABLES)
def test_the_diagram_of_states_is_made_from_the_table(name: str) -> None:
    assert diagram(TABLES[name]) in README, "paste what python -m tests.house.diagrams prints"
