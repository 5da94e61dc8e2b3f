"""Where each gap in a deck can be fixed: a *source* here is that place, not where a fact comes from. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from cogwg.briefing.compare import texts
from cogwg.briefing.deck import Deck, TitleSlide
from cogwg.briefing.outline import Outline, slide_kind
from cogwg.core.bilingual import Bilingual, Language


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
    PLAN = auto()


@dataclass(frozen=True, slots=True)
class GapSource:
    """The place where a gap can be fixed, and the key of the slide that shows the gap, if any.

    For the place ``PLAN``, ``priority`` is the year and the number of the priority whose texts have to be changed.
    """

    place: GapPlace
    slide: str = ""
    priority: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class StaleText:
    """The language in which a text of the record is stale and, for a text of the plan, the year and number of its priority."""

    lang: Language
    priority: tuple[int, int] | None = None

    def source(self, slide: str) -> GapSource:
        """Return where the text can be updated; ``slide`` is the key of the slide that shows it."""
        if self.priority is None:
            return GapSource(GapPlace.TRANSLATIONS, slide)
        return GapSource(GapPlace.PLAN, slide, self.priority)


TextSources = Mapping[tuple[str, Bilingual], GapSource]
"""Where each text can be fixed, by the key of the slide that shows it and by the text itself."""

_STEPS = {
    "summary": GapPlace.PRIORITIES,
    "changed": GapPlace.CHANGES,
    "milestones": GapPlace.NEWS,
    "next-steps": GapPlace.NEXT_STEPS,
    "asks": GapPlace.PRIORITIES,
    "priority": GapPlace.PRIORITIES,
}


def slide_source(key: str) -> GapSource:
    """Return where a slide can be fixed: in the editor's step that chooses what the slide lists, or else in the slide's own
    texts.
    """
    return GapSource(_STEPS.get(slide_kind(key), GapPlace.SLIDE_TEXTS), key)


def wording_sources(deck: Deck, outline: Outline) -> TextSources:
    """Return where the texts that the co-chairs wrote can be fixed; all other texts of the deck come from the data.

    This is used only for texts that are missing in a language. Such a text comes entirely from the co-chairs or entirely from
    the data (see ``with_override``), so the co-chairs wrote it if the outline has the same text. Points can come from both,
    line by line, so if the outline has points for a slide, all texts of that slide count as written by the co-chairs.
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
    """Yield the parts of the outline that are changed in the editor's steps, each with the key of the slide that shows it."""
    yield "changed", outline.changes
    yield from (("milestones", news) for news in (outline.milestones, outline.challenges))
    yield "next-steps", outline.steps
    for priority in outline.priorities:
        yield from ((slide, (priority.asks, priority.ask_terms)) for slide in ("asks", "summary"))
        yield f"priority-{priority.number}", priority
