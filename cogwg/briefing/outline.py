"""The co-chairs' choices and wording for one briefing, as an immutable value separate from the plan and its reports.

A deck is composed from the stored data and an outline. A field that is None or empty follows the data; any other value
overrides the data until it is changed. Pure functions: only ``cogwg.core`` is imported, not the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import zip_longest

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language

FRONT_SLIDES = ("cover", "summary", "contents")
"""The slides that always come first and are always shown."""
USUAL_ORDER = (
    *FRONT_SLIDES,
    "changed",
    "progress",
    "timeline",
    "milestones",
    "next-steps",
    "asks",
    "annex",
    "glance",
    "priority",
    "purpose",
    "why",
    "group",
    "data",
    "sources",
)
"""The usual order of the slides, by kind. Free slides come just before the annex; the sources are always the last slide.

The core of the deck is what readers have to know and decide, in at most seven slides after the cover and the contents. What
the group is and why it exists seldom changes, so it is in the annex. The core shows the whole plan once, as the timeline. The
plan at a glance, a matrix of the same facts in which to look something up, comes first in the annex."""


class StepState(StrEnum):
    """The state of a next step. The deck shows a step as done or dropped only once; open steps are carried over."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class SlidePlacement:
    """A slide's place in the order of the deck, and whether the slide is shown."""

    key: str
    shown: bool = True


@dataclass(frozen=True, slots=True)
class SlideWording:
    """The co-chairs' wording of a slide. An empty field keeps the default text; ``lines`` are points or paragraphs."""

    key: str
    title: Bilingual = EMPTY_TEXT
    message: Bilingual = EMPTY_TEXT
    lines: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class PickedNews:
    """A chosen milestone or challenge: its id, and the co-chairs' wording if they reworded it."""

    id: int
    wording: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class PickedChange:
    """A chosen change: its key, and the co-chairs' wording if they reworded it."""

    key: str
    wording: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class AskTerms:
    """Who decides on a request, and by when; ``who`` is empty for the audience, and ``by`` is None if no date is set."""

    who: Bilingual = EMPTY_TEXT
    by: date | None = None


NO_TERMS = AskTerms()


@dataclass(frozen=True, slots=True)
class PriorityWording:
    """What the co-chairs added to a priority's slide: a highlight and requests. ``year`` is the year of the priority's plan.

    ``ask_terms`` are the terms of the requests, in the same order. It may be shorter than ``asks``; the remaining requests
    have no terms.
    """

    number: int
    highlight: Bilingual = EMPTY_TEXT
    asks: tuple[Bilingual, ...] = ()
    year: int = 0
    ask_terms: tuple[AskTerms, ...] = ()

    @property
    def requests(self) -> tuple[tuple[Bilingual, AskTerms], ...]:
        """The requests, each with its terms."""
        return tuple(zip_longest(self.asks, self.ask_terms[: len(self.asks)], fillvalue=NO_TERMS))  # type: ignore[arg-type]

    def with_requests(self, requests: Iterable[tuple[Bilingual, AskTerms]]) -> PriorityWording:
        """Return the additions with these requests. Terms are stored only if at least one request has some."""
        pairs = tuple(requests)
        terms = tuple(terms for _text, terms in pairs)
        has_terms = any(own != NO_TERMS for own in terms)
        return replace(self, asks=tuple(text for text, _terms in pairs), ask_terms=terms if has_terms else ())


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision of an earlier meeting, as it was when a next step was made from it. ``id`` is the id of its first revision."""

    id: int
    on: date
    text: Bilingual
    who: Bilingual = EMPTY_TEXT
    by: date | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """A next step with its parts, and optionally who is responsible and by when. The step and each part are open, done or
    dropped.

    ``carried`` is the text that the step had when it was carried over, so that a reworded step does not count as new.
    ``offered`` is the text of the step in the report that it came from, so that it is not offered again. ``decision`` is the
    decision that the step carries out, if any.
    """

    text: Bilingual
    state: StepState = StepState.OPEN
    children: tuple[NextStep, ...] = ()
    who: Bilingual = EMPTY_TEXT
    by: date | None = None
    carried: Bilingual = EMPTY_TEXT
    offered: Bilingual = EMPTY_TEXT
    decision: Decided | None = None

    def is_about(self, text: Bilingual) -> bool:
        """Return whether this is the step that another deck shows with this text: the step has or had the same text in
        either language.
        """
        decided = self.decision.text if self.decision is not None else EMPTY_TEXT
        known = (self.text, self.carried, self.offered, decided)
        own = ((words.exact_text(lang), lang) for words in known for lang in Language)
        return any(words and words == text.exact_text(lang) for words, lang in own)


@dataclass(frozen=True, slots=True)
class CoverDetails:
    """Details of the meeting on the cover besides its day, place and audience; an empty text is not shown."""

    agenda_item: Bilingual = EMPTY_TEXT
    classification: Bilingual = EMPTY_TEXT


NO_DETAILS = CoverDetails()


@dataclass(frozen=True, slots=True)
class Outline:
    """The co-chairs' choices for one briefing. A field that is None has not been chosen yet: the deck then shows all changes,
    new milestones, unresolved challenges or standing next steps.

    ``left`` are the keys of candidates that were offered but not chosen, to distinguish them from candidates added later.
    """

    slides: tuple[SlidePlacement, ...] = ()
    words: tuple[SlideWording, ...] = ()
    changes: tuple[PickedChange, ...] | None = None
    milestones: tuple[PickedNews, ...] | None = None
    challenges: tuple[PickedNews, ...] | None = None
    priorities: tuple[PriorityWording, ...] = ()
    steps: tuple[NextStep, ...] | None = None
    left: tuple[str, ...] = ()
    left_wordings: tuple[PickedChange, ...] = ()
    """The co-chairs' wording of candidates that they reworded and then left out, in case they choose them again."""
    numbered: int = 0
    """The highest number of a free slide so far. A key is never reused, because comments and comparisons refer to it."""
    saved: tuple[str, ...] = ()
    """The steps of preparing the briefing that were saved, with a mark for each step and version (see ``step_mark``)."""
    cover: CoverDetails = NO_DETAILS

    def wording_of(self, key: str) -> SlideWording:
        """Return the wording of a slide, or an empty one if it has none."""
        return next((w for w in self.words if w.key == key), SlideWording(key))

    def priority_wording(self, year: int, number: int) -> PriorityWording:
        """Return the additions to the slide of a priority in the plan of ``year``; empty additions if there are none."""
        matching = (p for p in self.priorities if (p.year, p.number) == (year, number))
        return next(matching, PriorityWording(number, year=year))

    def is_shown(self, key: str) -> bool:
        """Return whether a slide is shown. A slide that is not in ``slides`` is shown."""
        return next((placed.shown for placed in self.slides if placed.key == key), True)

    @property
    def free_slide_keys(self) -> tuple[str, ...]:
        """The keys of the slides with free text, which the co-chairs added."""
        return tuple(w.key for w in self.words if w.key.startswith("text-"))


def mark_saved(outline: Outline, step: str) -> Outline:
    """Return the outline with this step of preparing the briefing marked as saved."""
    return outline if step in outline.saved else replace(outline, saved=(*outline.saved, step))


def step_mark(step: str, edition: int) -> str:
    """Return the mark in ``Outline.saved`` that a step was saved for a version; each version has its own marks."""
    return step if edition == 1 else f"{step}@{edition}"


def slide_kind(key: str) -> str:
    """Return the kind of a slide: "priority" for priority-3, "text" for text-1."""
    return key.rsplit("-", 1)[0] if key.rsplit("-", 1)[-1].isdigit() else key


def ordered_keys(outline: Outline, keys: Iterable[str]) -> list[str]:
    """Return the keys of these slides in the order of the outline; a slide that the outline does not place gets its usual
    position.

    ``FRONT_SLIDES`` stay first. The list includes slides that are left out (see ``Outline.is_shown``).
    """
    keys = list(keys)
    front = [key for key in FRONT_SLIDES if key in keys]
    placed = [p.key for p in outline.slides if p.key in keys and p.key not in FRONT_SLIDES]
    order = front + placed
    for key in keys:
        if key not in order:
            order.insert(_usual_position(key, order), key)
    return order


def _usual_position(key: str, order: Sequence[str]) -> int:
    """Return the position after the last slide that usually comes before this one."""
    rank = _rank(key)
    return max((n + 1 for n, other in enumerate(order) if _rank(other) <= rank), default=0)


def _rank(key: str) -> tuple[int, int]:
    kind = slide_kind(key)
    number = int(key.rsplit("-", 1)[-1]) if kind != key else 0
    return (USUAL_ORDER.index("annex"), -1) if kind == "text" else (USUAL_ORDER.index(kind), number)


def move_slide(outline: Outline, keys: Iterable[str], key: str, by: int) -> Outline:
    """Return the outline with a slide moved ``by`` places among ``keys``, never before ``FRONT_SLIDES`` or past the end."""
    order = ordered_keys(outline, keys)
    if key not in order or key in FRONT_SLIDES:
        return outline
    front = sum(k in FRONT_SLIDES for k in order)
    at = order.index(key)
    to = min(max(at + by, front), len(order) - 1)
    order.insert(to, order.pop(at))
    return replace(outline, slides=tuple(SlidePlacement(k, outline.is_shown(k)) for k in order))


def place_slide(outline: Outline, keys: Iterable[str], key: str, before: str) -> Outline:
    """Return the outline with a slide moved to just before the slide ``before``, or to the end if that slide is
    not in ``keys``.
    """
    order = ordered_keys(outline, keys)
    if key not in order:
        return outline
    others = [other for other in order if other != key]
    to = others.index(before) if before in others else len(others)
    return move_slide(outline, order, key, to - order.index(key))


def set_slide_shown(outline: Outline, keys: Iterable[str], key: str, *, is_shown: bool) -> Outline:
    """Return the outline with a slide shown or left out; ``FRONT_SLIDES`` cannot be left out."""
    if key in FRONT_SLIDES:
        return outline
    order = ordered_keys(outline, keys)
    return replace(outline, slides=tuple(SlidePlacement(k, is_shown if k == key else outline.is_shown(k)) for k in order))


def set_wording(outline: Outline, words: SlideWording) -> Outline:
    """Return the outline with this wording of a slide instead of any earlier one."""
    rest = [w for w in outline.words if w.key != words.key]
    before = [w.key for w in outline.words]
    at = before.index(words.key) if words.key in before else len(rest)
    numbered = max(outline.numbered, _number(words.key)) if slide_kind(words.key) == "text" else outline.numbered
    return replace(outline, words=(*rest[:at], words, *rest[at:]), numbered=numbered)


def remove_slide(outline: Outline, key: str) -> Outline:
    """Return the outline without a free slide."""
    return replace(
        outline,
        words=tuple(w for w in outline.words if w.key != key),
        slides=tuple(p for p in outline.slides if p.key != key),
    )


def next_free_slide_key(outline: Outline) -> str:
    """Return the key for a new free slide; the key of a removed slide is not reused."""
    return free_slide_key(next_free_slide_number(outline))


def next_free_slide_number(outline: Outline) -> int:
    return max(outline.numbered, *map(_number, outline.free_slide_keys), 0) + 1


def free_slide_key(number: int) -> str:
    return f"text-{number}"


def _number(key: str) -> int:
    return int(key.rsplit("-", 1)[-1])


def set_priority_wording(outline: Outline, words: PriorityWording) -> Outline:
    """Return the outline with these additions to the slide of a priority instead of any earlier ones."""
    rest = [p for p in outline.priorities if (p.year, p.number) != (words.year, words.number)]
    return replace(outline, priorities=tuple(sorted([*rest, words], key=lambda p: (p.year, p.number))))


def carry_over(outline: Outline) -> Outline:
    """Return the outline that the next briefing starts with: the slide order, standing and free texts, requests and open
    steps.

    The classification is carried over too, but not the agenda item.

    The chosen changes and news, the highlights, and the wording of other slides are not carried over, because they were about
    the last meeting.
    """
    standing_keys = ("purpose", "why", "next-steps", *outline.free_slide_keys)
    steps = None if outline.steps is None else tuple(replace(s, carried=s.text) for s in open_steps(outline.steps))
    return Outline(
        slides=tuple(p for p in outline.slides if slide_kind(p.key) != "priority"),
        words=tuple(w for w in outline.words if w.key in standing_keys),
        priorities=tuple(replace(p, highlight=EMPTY_TEXT) for p in outline.priorities if p.asks),
        steps=steps,
        numbered=outline.numbered,
        cover=CoverDetails(classification=outline.cover.classification),
    )


def open_steps(steps: Iterable[NextStep]) -> tuple[NextStep, ...]:
    """Return the open steps, each with its open parts."""
    return tuple(replace(s, children=open_steps(s.children)) for s in steps if s.state is StepState.OPEN)
