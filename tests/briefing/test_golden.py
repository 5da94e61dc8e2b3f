"""Every cell of the golden decks. After an intended change: ``python -m tests.briefing.write_golden``."""

from __future__ import annotations

import pytest

from cogwg.briefing.deck import Deck
from cogwg.core.bilingual import Language
from tests.briefing.write_golden import GOLDEN_DECKS, deck_text, golden_file


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("name", GOLDEN_DECKS)
def test_workbook_cells_equal_the_golden_file(decks: dict[str, Deck], name: str, lang: Language) -> None:
    expected = golden_file(name, lang).read_text(encoding="utf-8").split("\n")
    assert deck_text(decks[name], lang).split("\n") == expected, "if this is intended: python -m tests.briefing.write_golden"
