"""What the README and CONTRIBUTING say of the house is what the house is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conventions.diagrams import TRANSITION_TABLES, mermaid_diagram

ROOT = Path(__file__).parents[2]
DOCUMENTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}
README = DOCUMENTS["README.md"]
NAMED_PATH = re.compile(r"`((?:cogwg|migrations|seed|static|templates|tests|\.ci)/[^`\s<>]*)`(?:\s\(`(\w+)`)?")
"""A file or folder, and perhaps what is to be found in it."""


@pytest.mark.parametrize("name", TRANSITION_TABLES)
def test_the_diagram_of_states_is_made_from_the_table(name: str) -> None:
    assert mermaid_diagram(TRANSITION_TABLES[name]) in README, "paste what python -m tests.conventions.diagrams prints"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_file_that_is_named_is_there_and_holds_what_it_is_named_for(name: str) -> None:
    for path, what in NAMED_PATH.findall(DOCUMENTS[name]):
        assert list(ROOT.glob(path)), path
        if what:
            assert re.search(rf"^(def |class )?{what}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), (path, what)
