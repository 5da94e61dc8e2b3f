"""The source of each gap in a deck, which is the place where it can be fixed. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from cogwg.briefing.compare import texts
from cogwg.briefing.deck import Deck, TitleSlide
from cogwg.briefing.outline import Outline, slide_kind
from cogwg.core.bilingual import Bilingual


class GapPlace(StrEnum):
    """The places where a gap can be fixed: first those in the draft, then those in the data that the draft is made from."""

    MEETING = auto()
    CHANGES = auto()
    NEWS = auto()
    PRIORITIES = auto()
    NEXT_STEPS = auto()
    SLIDE_TEXTS = auto()
    COMMENTS = auto()
    PREVIEW = auto()
    REPORTING_STATUS = auto()
    ROLES = auto()
    MILESTONES = auto()
    TRANSLATIONS = auto()


@dataclass(frozen=True, slots=True)
class GapSource:
    """The place where a gap can be fixed, and the key of the slide that shows the gap, if any."""

    place: GapPlace
    slide: str = ""


TextSources = Mapping[tuple[str, Bilingual], GapSource]
"""The sources of texts, by the key of the slide that shows them and the text."""

_STEPS = {
    "changed": GapPlace.CHANGES,
    "milestones": GapPlace.NEWS,
    "next-steps": GapPlace.NEXT_STEPS,
    "asks": GapPlace.PRIORITIES,
    "priority": GapPlace.PRIORITIES,
}


def slide_source(key: str) -> GapSource:
    """Return the editor's step that decides what a slide lists, or the slide's own texts if no step does."""
    return GapSource(_STEPS.get(slide_kind(key), GapPlace.SLIDE_TEXTS), key)


def wording_sources(deck: Deck, outline: Outline) -> TextSources:
    """Return the sources of the deck's texts that the co-chairs wrote; all other texts come from the data.

    A text that lacks a language comes entirely from the co-chairs or entirely from the data (see ``with_override``), so a
    text of the co-chairs equals the one in the outline. Points are merged line by line, so if a slide has points in the
    outline, all its texts count as the co-chairs'.
    """
    sources = {(key, text): slide_source(key) for key, part in _steps(outline) for text in texts(part)}
    for slide in deck.slides:
        wording = outline.wording_of(slide.key)
        own = slide if wording.lines else (wording.title, wording.message)
        sources |= {(slide.key, text): GapSource(GapPlace.SLIDE_TEXTS, slide.key) for text in texts(own)}
        if isinstance(slide, TitleSlide):
            sources |= {(slide.key, text): GapSource(GapPlace.MEETING, slide.key) for text in texts(slide)}
    return sources


def _steps(outline: Outline) -> Iterator[tuple[str, object]]:
    """Yield the parts of the outline that the editor's steps change, each with the key of the slide that shows it."""
    yield "changed", outline.changes
    yield from (("milestones", news) for news in (outline.milestones, outline.challenges))
    yield "next-steps", outline.steps
    for priority in outline.priorities:
        yield "asks", priority.asks
        yield f"priority-{priority.number}", priority
