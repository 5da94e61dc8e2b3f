"""The deck as an Excel workbook: a sheet for each page of a slide. Only the sheets with the data and the sources can take
several printed pages.

The pages are laid out and measured in ``pages``. Modules: the data sheet (``data``), the list of sources (``source_list``,
``source_links``), writing (``sheet``, ``chart``, ``drawing``, ``rows``, ``package``), and the whole workbook (``book``).
"""

from __future__ import annotations

import os

from cogwg.briefing.deck import Deck
from cogwg.core.bilingual import Language


def write(deck: Deck, lang: Language) -> bytes:
    """Return the deck as the bytes of an .xlsx file.

    openpyxl is made to use the same XML library on every machine, so that the same deck gives the same bytes.
    """
    os.environ["OPENPYXL_LXML"] = "False"
    from cogwg.briefing.render.xlsx.book import build_workbook

    return build_workbook(deck, lang)
