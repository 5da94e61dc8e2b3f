"""The deck as PowerPoint slides: the measured pages (``pages``), with native titles, tables, charts, links and notes.

A slide is as large as the workbook's printed page (Letter, landscape), so that page and slide break alike and what is
handed out is what is shown. Rooms: one measured page on one slide (``sheet``), its paragraphs (``letters``), tables
(``table``) and charts (``chart``), the master with its layouts (``master``), the rows behind the slides (``data``), what
only slides say (``words``), and the house around them (``show``).
"""

from __future__ import annotations

from cogwg.briefing.deck import Deck
from cogwg.core.bilingual import Language


def write(deck: Deck, lang: Language) -> bytes:
    """The deck as the bytes of a .pptx file."""
    from cogwg.briefing.render.pptx.presentation import build_presentation

    return build_presentation(deck, lang)
