"""What a co-chair chose and wrote for one briefing: a frozen value beside the record, never part of it.

A deck is composed from the record and an outline. What is None or empty follows the record; what is said here stands in
the deck until somebody says otherwise. Pure: knows the ground and nothing of the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual

FRONT = ("cover", "contents")
"""Slides that stay in front and are always shown."""
USUAL = (
    *FRONT,
    "purpose",
    "why",
    "group",
    "glance",
    "changed",
    "progress",
    "milestones",
    "next-steps",
    "asks",
    "annex",
    "priority",
    "data",
)
"""The usual order, by the kind of slide; free text comes before the annex."""


class StepState(StrEnum):
    """What became of a next step since the last briefing. Done and dropped ones leave the deck; open ones are carried."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Placed:
    """A slide in its place, shown or left out."""

    key: str
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Worded:
    """The deck's wording of a slide; an empty part keeps what the record says. ``lines`` are points or paragraphs."""

    key: str
    title: Bilingual = EMPTY_TEXT
    message: Bilingual = EMPTY_TEXT
    lines: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class Picked:
    """A milestone or challenge of the record, by its id, with the deck's wording if it has one."""

    id: int
    wording: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class Ticked:
    """A change by its key, with the deck's wording if it has one."""

    key: str
    wording: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class PriorityWords:
    """What a co-chair adds to the slide of a priority of the plan of a year."""

    number: int
    highlight: Bilingual = EMPTY_TEXT
    asks: tuple[Bilingual, ...] = ()
    year: int = 0


@dataclass(frozen=True, slots=True)
class NextStep:
    """A next step with what it consists of, each open, done or dropped."""

    text: Bilingual
    state: StepState = StepState.OPEN
    children: tuple[NextStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """The choices of one briefing. None means "not chosen yet": every candidate is in the deck, newest first.

    ``left`` are the keys of what was offered and not taken, so that what comes later can be told from it.
    """

    slides: tuple[Placed, ...] = ()
    words: tuple[Worded, ...] = ()
    changes: tuple[Ticked, ...] | None = None
    milestones: tuple[Picked, ...] | None = None
    challenges: tuple[Picked, ...] | None = None
    priorities: tuple[PriorityWords, ...] = ()
    steps: tuple[NextStep, ...] | None = None
    left: tuple[str, ...] = ()
    numbered: int = 0
    """How many free slides there ever were: a key is not given twice, as comments and comparisons go by it."""

    def worded(self, key: str) -> Worded:
        """The wording of a slide; empty where it has none."""
        return next((w for w in self.words if w.key == key), Worded(key))

    def priority(self, year: int, number: int) -> PriorityWords:
        """What is added to the slide of a priority of this year's plan."""
        here = (p for p in self.priorities if (p.year, p.number) == (year, number))
        return next(here, PriorityWords(number, year=year))

    def shows(self, key: str) -> bool:
        """Whether a slide is shown; a slide nobody placed is."""
        return next((placed.shown for placed in self.slides if placed.key == key), True)

    @property
    def free(self) -> tuple[str, ...]:
        """The keys of the free text slides."""
        return tuple(w.key for w in self.words if w.key.startswith("text-"))


def kind_of(key: str) -> str:
    """The kind of a slide: priority-3 is a priority, text-1 is text."""
    return key.rsplit("-", 1)[0] if key.rsplit("-", 1)[-1].isdigit() else key


def arranged(outline: Outline, keys: Iterable[str]) -> list[str]:
    """These slides in the order of the outline; one it does not place comes where it usually stands.

    The front stays in front. Slides left out are in the list too: ask ``shows``.
    """
    there = list(keys)
    front = [key for key in FRONT if key in there]
    placed = [p.key for p in outline.slides if p.key in there and p.key not in FRONT]
    order = front + placed
    for key in there:
        if key not in order:
            order.insert(_usual_place(key, order), key)
    return order


def _usual_place(key: str, order: Sequence[str]) -> int:
    """After the last slide that usually comes before this one."""
    rank = _rank(key)
    return max((n + 1 for n, other in enumerate(order) if _rank(other) <= rank), default=0)


def _rank(key: str) -> tuple[int, int]:
    kind = kind_of(key)
    number = int(key.rsplit("-", 1)[-1]) if kind != key else 0
    return (USUAL.index("annex"), -1) if kind == "text" else (USUAL.index(kind), number)


def moved(outline: Outline, keys: Iterable[str], key: str, by: int) -> Outline:
    """The outline with a slide moved so many places among ``keys``, never before the front nor past the end."""
    order = arranged(outline, keys)
    if key not in order or key in FRONT:
        return outline
    front = sum(k in FRONT for k in order)
    at = order.index(key)
    to = min(max(at + by, front), len(order) - 1)
    order.insert(to, order.pop(at))
    return replace(outline, slides=tuple(Placed(k, outline.shows(k)) for k in order))


def switched(outline: Outline, keys: Iterable[str], key: str, *, shown: bool) -> Outline:
    """The outline with a slide shown or left out; the front cannot be left out."""
    if key in FRONT:
        return outline
    order = arranged(outline, keys)
    return replace(outline, slides=tuple(Placed(k, shown if k == key else outline.shows(k)) for k in order))


def reworded(outline: Outline, words: Worded) -> Outline:
    """The outline with this wording of a slide."""
    rest = [w for w in outline.words if w.key != words.key]
    before = [w.key for w in outline.words]
    at = before.index(words.key) if words.key in before else len(rest)
    numbered = max(outline.numbered, _number(words.key)) if kind_of(words.key) == "text" else outline.numbered
    return replace(outline, words=(*rest[:at], words, *rest[at:]), numbered=numbered)


def without(outline: Outline, key: str) -> Outline:
    """The outline without a free slide."""
    return replace(
        outline,
        words=tuple(w for w in outline.words if w.key != key),
        slides=tuple(p for p in outline.slides if p.key != key),
    )


def next_free(outline: Outline) -> str:
    """The key a new free slide gets; never that of one that was taken out."""
    return f"text-{max(outline.numbered, *map(_number, outline.free), 0) + 1}"


def _number(key: str) -> int:
    return int(key.rsplit("-", 1)[-1])


def noted(outline: Outline, words: PriorityWords) -> Outline:
    """The outline with what is added to a priority."""
    rest = [p for p in outline.priorities if (p.year, p.number) != (words.year, words.number)]
    return replace(outline, priorities=tuple(sorted([*rest, words], key=lambda p: (p.year, p.number))))


def carried(outline: Outline) -> Outline:
    """What the next briefing starts with: the slides as arranged, standing and free words, asks, and steps still open.

    Choices among news and findings are made afresh: they were about the last meeting.
    """
    standing = ("purpose", "why", "next-steps", *outline.free)
    steps = None if outline.steps is None else still_open(outline.steps)
    return Outline(
        slides=tuple(p for p in outline.slides if kind_of(p.key) != "priority"),
        words=tuple(w for w in outline.words if w.key in standing),
        priorities=tuple(replace(p, highlight=EMPTY_TEXT) for p in outline.priorities if p.asks),
        steps=steps,
        numbered=outline.numbered,
    )


def still_open(steps: Iterable[NextStep]) -> tuple[NextStep, ...]:
    """The steps that are open, each with its open parts."""
    return tuple(replace(s, children=still_open(s.children)) for s in steps if s.state is StepState.OPEN)
