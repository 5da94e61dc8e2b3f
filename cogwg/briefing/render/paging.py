"""How many printed pages each slide takes, measured as the workbook measures it, without writing one."""

from __future__ import annotations

from collections.abc import Mapping

from cogwg.briefing.deck import Deck
from cogwg.briefing.render.xlsx import book
from cogwg.core.bilingual import Language


def pages(deck: Deck) -> Mapping[str, Mapping[Language, int]]:
    """The number of pages by the key of the slide and the language."""
    counts = {lang: book.page_counts(deck, lang) for lang in Language}
    return {slide.key: {lang: own[n] for lang, own in counts.items()} for n, slide in enumerate(deck.slides)}
