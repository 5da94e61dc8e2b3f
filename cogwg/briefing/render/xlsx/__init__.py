"""The deck as an Excel workbook: one sheet a slide, one printed page a sheet.

Its pages are laid out and measured in ``pages``. Rooms: the rows behind the slides (``data``), writing (``sheet``, ``chart``,
``rows``, ``package``), and the house around them (``book``).
"""

from __future__ import annotations

import os

from cogwg.briefing.deck import Deck
from cogwg.core.bilingual import Language


def write(deck: Deck, lang: Language) -> bytes:
    """The deck as the bytes of an .xlsx file, always written by the same XML library."""
    os.environ["OPENPYXL_LXML"] = "False"
    from cogwg.briefing.render.xlsx.book import build_workbook

    return build_workbook(deck, lang)
