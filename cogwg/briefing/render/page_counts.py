"""The number of printed pages of each slide, measured with the layout that all file formats share, without writing a file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from cogwg.briefing.deck import DataSlide, Deck, Slide, SourcesSlide
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.registry import lay_out_slide, make_context, slide_layouts
from cogwg.briefing.render.pages.translator import Translator
from cogwg.core.bilingual import Language

_LAYOUTS = slide_layouts(lambda _slide, _setting: [])
"""The data slide and the list of sources have no page limit: they count as one page each and are not laid out."""


@lru_cache(maxsize=8)
def page_counts(deck: Deck) -> Mapping[str, Mapping[Language, int]]:
    """Return the number of pages of each slide, by the slide's key and the language.

    The result is cached, because measuring is the slowest part of showing a draft, and drafts are often read many times
    between two changes.
    """
    counts = {lang: _page_counts(deck, lang) for lang in Language}
    return {slide.key: {lang: slide_counts[n] for lang, slide_counts in counts.items()} for n, slide in enumerate(deck.slides)}


def _page_counts(deck: Deck, lang: Language) -> list[int]:
    """Return the number of pages of each slide, in the order of the deck.

    A slide whose layout has several parts, each on a page of its own, counts as one page, plus the pages that its parts need
    beyond one each.
    """
    context = make_context(deck, Translator(lang))
    return [1 if isinstance(slide, DataSlide | SourcesSlide) else _pages_beyond_layout(slide, context) for slide in deck.slides]


def _pages_beyond_layout(slide: Slide, context: RenderContext) -> int:
    parts = len(_LAYOUTS[type(slide)](slide, context))
    return len(lay_out_slide(slide, context, _LAYOUTS)) - max(parts - 1, 0)
