"""Every cell of the golden decks. After an intended change: ``python -m tests.briefing.write_golden``."""

from __future__ import annotations

import json

import pytest

from cogwg.briefing.deck import Deck
from cogwg.core.bilingual import Language
from tests.briefing.write_golden import GOLDEN_DECKS, LAYOUT_FILE, deck_text, golden_file, layout_and_digest


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("name", GOLDEN_DECKS)
def test_workbook_cells_equal_the_golden_file(decks: dict[str, Deck], name: str, lang: Language) -> None:
    expected = golden_file(name, lang).read_text(encoding="utf-8").split("\n")
    assert deck_text(decks[name], lang).split("\n") == expected, "if this is intended: python -m tests.briefing.write_golden"


def test_golden_texts_change_only_together_with_layout() -> None:
    """The pages of a version say when they are drawn in another layout than its stored files; they know it by LAYOUT."""
    written = json.loads(LAYOUT_FILE.read_text(encoding="utf-8"))
    assert layout_and_digest() == written, "raise LAYOUT by one, then: python -m tests.briefing.write_golden"
