"""How many printed pages each slide takes, measured as every format measures it, without writing one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from cogwg.briefing.deck import DataSlide, Deck, Slide
from cogwg.briefing.render.pages.kinds import kinds, setting_of
from cogwg.briefing.render.pages.kinds import pages as laid_out
from cogwg.briefing.render.pages.setting import Setting
from cogwg.briefing.render.pages.text import Voice
from cogwg.core.bilingual import Language

_KINDS = kinds(lambda _slide, _setting: [])
"""The data may take as many pages as it likes: it counts as one and is not laid out."""


@lru_cache(maxsize=8)
def pages(deck: Deck) -> Mapping[str, Mapping[Language, int]]:
    """Return the number of pages by the key of the slide and the language.

    Measuring takes longer than all else on the page of a draft, which is read many times between two changes of its deck.
    """
    counts = {lang: _counts(deck, lang) for lang in Language}
    return {slide.key: {lang: own[n] for lang, own in counts.items()} for n, slide in enumerate(deck.slides)}


def _counts(deck: Deck, lang: Language) -> list[int]:
    """How many pages each slide fills where it was meant to fill one, in the order of the deck.

    A slide with two parts, each on a page of its own, fills one in that sense.
    """
    setting = setting_of(deck, Voice(lang), _KINDS)
    return [1 if isinstance(slide, DataSlide) else _beyond(slide, setting) for slide in deck.slides]


def _beyond(slide: Slide, setting: Setting) -> int:
    parts = len(_KINDS[type(slide)].bodies(slide, setting))
    return len(laid_out(slide, setting, _KINDS)) - max(parts - 1, 0)
