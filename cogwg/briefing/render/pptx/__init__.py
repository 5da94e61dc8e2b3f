"""The deck as PowerPoint slides: the measured pages of ``pages``, with native titles, tables, charts, links and notes.

A slide is 13.33 × 7.5 in, and no text is smaller than 14 points. The pages are laid out as those of the workbook, with the
same facts in the same order, in the sizes of a screen (``pages.page_format``).

Modules: one measured page on one slide (``sheet``), its paragraphs (``text_runs``), tables (``table``) and charts
(``chart``), band, footer and notes (``footer``), the master with its layouts (``master``), the data slides (``data``),
wording that only these slides use (``labels``), the whole file (``presentation``) and its reproducible zip (``package``).
"""

from __future__ import annotations

from cogwg.briefing.deck import Deck
from cogwg.core.bilingual import Language


def write(deck: Deck, lang: Language) -> bytes:
    """Return the deck as the bytes of a .pptx file."""
    from cogwg.briefing.render.pptx.presentation import build_presentation

    return build_presentation(deck, lang)
