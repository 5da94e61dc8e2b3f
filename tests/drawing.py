"""Files of decks, drawn and read once: most tests of a version need its files, but not another drawing of the same deck.

A test that changes how decks are drawn draws with ``render`` itself.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from openpyxl import Workbook, load_workbook

from cogwg.briefing.deck import Deck
from cogwg.briefing.render import render
from cogwg.core.bilingual import Language

render_once = lru_cache(maxsize=64)(render)
"""``render`` with its results kept; the same deck gives the same bytes, which has its own tests."""


@lru_cache(maxsize=16)
def drawn_workbook(deck: Deck, lang: Language) -> Workbook:
    """Return the deck's workbook as it reads; it is shared, and no test changes it."""
    return load_workbook(BytesIO(render_once(deck, "xlsx", lang)))
