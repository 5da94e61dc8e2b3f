"""How many printed pages each slide takes, measured as every format measures it, without writing one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from cogwg.briefing.deck import DataSlide, Deck, Slide
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.registry import lay_out_slide as laid_out
from cogwg.briefing.render.pages.registry import make_context, slide_layouts
from cogwg.briefing.render.pages.text import Translator
from cogwg.core.bilingual import Language

_LAYOUTS = slide_layouts(lambda _slide, _setting: [])
"""The data may take as many pages as it likes: it counts as one and is not laid out."""


@lru_cache(maxsize=8)
def page_counts(deck: Deck) -> Mapping[str, Mapping[Language, int]]:
    """Return the number of pages by the key of the slide and the language.

    Measuring takes longer than all else on the page of a draft, which is read many times between two changes of its deck.
    """
    counts = {lang: _page_counts(deck, lang) for lang in Language}
    return {slide.key: {lang: own[n] for lang, own in counts.items()} for n, slide in enumerate(deck.slides)}


def _page_counts(deck: Deck, lang: Language) -> list[int]:
    """How many pages each slide fills where it was meant to fill one, in the order of the deck.

    A slide with two parts, each on a page of its own, fills one in that sense.
    """
    setting = make_context(deck, Translator(lang), _LAYOUTS)
    return [1 if isinstance(slide, DataSlide) else _pages_beyond_layout(slide, setting) for slide in deck.slides]


def _pages_beyond_layout(slide: Slide, context: RenderContext) -> int:
    parts = len(_LAYOUTS[type(slide)].bodies(slide, context))
    return len(laid_out(slide, context, _LAYOUTS)) - max(parts - 1, 0)
