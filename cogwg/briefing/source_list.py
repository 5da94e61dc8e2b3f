"""The slide that lists the sources. It is the last slide of every deck; outlines can neither leave it out nor move it. Pure
functions.
"""

from __future__ import annotations

from dataclasses import replace

from cogwg.briefing.deck import Deck, SourcesSlide
from cogwg.core.bilingual import Bilingual

_WHO_AND_WHEN = Bilingual("Who reported or decided each fact, and when", "Qui a signalé ou décidé chaque fait, et quand")
SOURCES_SLIDE = SourcesSlide(
    title=Bilingual("Sources of the slides", "Sources des diapositives"),
    answers=_WHO_AND_WHEN,
    message=_WHO_AND_WHEN,
    key="sources",
)


def with_sources_slide(deck: Deck) -> Deck:
    """Return the deck to render, with the list of sources; decks of earlier releases are stored without the list."""
    if not deck.slides or any(isinstance(slide, SourcesSlide) for slide in deck.slides):
        return deck
    return replace(deck, slides=(*deck.slides, SOURCES_SLIDE))


def without_sources_slide(deck: Deck) -> Deck:
    """Return the deck without the list of sources."""
    return replace(deck, slides=tuple(slide for slide in deck.slides if not isinstance(slide, SourcesSlide)))
