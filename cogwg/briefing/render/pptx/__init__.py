"""The deck as PowerPoint slides: the measured pages of ``pages``, with native titles, tables, charts, links and notes.

A slide is 13.33 × 7.5 in, and no text is smaller than 14 points. The pages have the same layout as those of the workbook, with
the same facts in the same order, but in sizes for a screen (``pages.page_format``).

python-pptx creates the package, its master and the charts. The slides themselves are written as text, because building an XML
tree for each slide would take several times as much time and memory; each slide is finished before the next one begins.

Modules: one measured page on one slide (``sheet``), its shapes (``shapes``), paragraphs (``text_runs``), tables (``table``)
and charts (``chart``), the footer (``footer``), the notes (``notes``) and what the presenter can say in them (``spoken``), XML
as text (``markup``), the master with its layouts (``master``), the data slides (``data``), wording that only these slides use
(``labels``), the whole file (``presentation``) and its reproducible zip (``package``).
"""

from __future__ import annotations

from cogwg.briefing.deck import Deck
from cogwg.core.bilingual import Language


def write(deck: Deck, lang: Language) -> bytes:
    """Return the deck as the bytes of a .pptx file."""
    from cogwg.briefing.render.pptx.presentation import build_presentation

    return build_presentation(deck, lang)
