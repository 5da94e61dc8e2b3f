"""Changes between two decks. Pure functions.

Only plans that are in both decks are compared, so that the activities of a new plan do not count as changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from cogwg.briefing.deck import ActivityState, ChangeKind, DataSlide, Deck, Figure, PlanChange, PriorityState, Slide
from cogwg.briefing.deck_parts import iter_parts
from cogwg.briefing.phrases import join_texts
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import NBSP, day
from cogwg.core.status import NO_REPORT, Status, Timeliness

_RANK = {None: 0, Status.NOT_STARTED: 0, Status.LIMITED: 1, Status.SUBSTANTIAL: 2, Status.COMPLETE: 3}
_PLAN = Bilingual("The plan", "Le plan")
_ORDER = list(ChangeKind)


class SlideChangeKind(StrEnum):
    """How a slide differs between two decks."""

    ADDED = "slide-added"
    DROPPED = "slide-dropped"
    REWORDED = "slide-reworded"

    @property
    def words(self) -> Bilingual:
        return SLIDE_CHANGE_WORDS[self]


SLIDE_CHANGE_WORDS = {
    SlideChangeKind.ADDED: Bilingual("Slide added", "Diapositive ajoutée"),
    SlideChangeKind.DROPPED: Bilingual("Slide left out", "Diapositive retirée"),
    SlideChangeKind.REWORDED: Bilingual("Slide changed", "Diapositive modifiée"),
}


@dataclass(frozen=True, slots=True)
class SlideChange:
    """A slide that was added, dropped or changed.

    For a changed slide, ``before`` has the texts that only the earlier deck has, and ``after`` those that only the later one
    has. ``number_before`` and ``number_after`` are the slide's numbers in the two decks; None if the slide is not in that
    deck.
    """

    kind: SlideChangeKind
    key: str
    title: Bilingual
    before: tuple[Bilingual, ...] = ()
    after: tuple[Bilingual, ...] = ()
    number_before: int | None = None
    number_after: int | None = None

    @property
    def numbers(self) -> Bilingual:
        """The slide's numbers in words, such as "slide 6, now slide 7"."""
        before, after = self.number_before, self.number_after
        if after is None:
            return Bilingual(f"was slide {before}", f"auparavant diapositive{NBSP}{before}")
        if before in (None, after):
            return Bilingual(f"slide {after}", f"diapositive{NBSP}{after}")
        return Bilingual(f"slide {before}, now slide {after}", f"diapositive{NBSP}{before}, maintenant{NBSP}{after}")

    def removed_lines(self, lang: Language | str) -> list[Bilingual]:
        """Return the texts that only the earlier slide has in this language."""
        later_texts = {text.text(lang) for text in self.after}
        return [text for text in self.before if text.text(lang) not in later_texts]

    def added_lines(self, lang: Language | str) -> list[Bilingual]:
        """Return the texts that only the later slide has in this language."""
        earlier_texts = {text.text(lang) for text in self.before}
        return [text for text in self.after if text.text(lang) not in earlier_texts]


def compare(before: Deck, after: Deck) -> tuple[PlanChange, ...]:
    """Return the changes to the plans between two decks, sorted by year, then by ``ChangeKind``, then in the order
    of the plan.
    """
    return plan_changes(before.priorities, after.priorities, has_time_passed=after.as_of > before.as_of)


def plan_changes(
    before: Iterable[PriorityState],
    after: Iterable[PriorityState],
    *,
    has_time_passed: bool,
    reported: Collection[tuple[int, str]] = (),
) -> tuple[PlanChange, ...]:
    """Return the changes between the priorities of two decks, sorted as in ``compare``.

    ``reported`` has the (year, code) of each activity that was reported on since the first deck. An activity can count as
    silent (no update) only if ``has_time_passed`` between the decks and it is not in ``reported``.
    """
    earlier = {(p.year, p.number): p for p in before}
    later = {(p.year, p.number): p for p in after}
    years = {year for year, _ in earlier} & {year for year, _ in later}
    codes = {year: {code for reported_year, code in reported if reported_year == year} for year in years}
    changes: list[PlanChange] = []
    for year, number in sorted(k for k in earlier.keys() | later.keys() if k[0] in years):
        changes += _priority_changes(year, earlier.get((year, number)), later.get((year, number)), has_time_passed, codes[year])
    return tuple(sorted(changes, key=lambda c: (c.year, _ORDER.index(c.kind))))


def _priority_changes(
    year: int, before: PriorityState | None, after: PriorityState | None, has_time_passed: bool, reported_codes: Collection[str]
) -> Iterator[PlanChange]:
    old = {a.code: a for a in before.activities} if before else {}
    new = {a.code: a for a in after.activities} if after else {}
    if before and after and before.carried_by != after.carried_by:
        carried_by = before.carried_by, after.carried_by
        yield PlanChange(ChangeKind.LEAD_CHANGED, year, after.number, "", after.short, *carried_by, EMPTY_TEXT, _PLAN)
    for code in (*new, *(code for code in old if code not in new)):
        yield from _activity_changes(
            year, old.get(code), new.get(code), is_report_expected=has_time_passed and code not in reported_codes
        )


def _activity_changes(
    year: int, old: ActivityState | None, new: ActivityState | None, *, is_report_expected: bool
) -> Iterator[PlanChange]:
    if old is None or new is None:
        if new is not None:
            yield _plan_change(ChangeKind.ADDED, year, new, EMPTY_TEXT, _due_text(new), EMPTY_TEXT, _PLAN)
        elif old is not None:
            yield _plan_change(ChangeKind.DROPPED, year, old, _status_text(old), EMPTY_TEXT, EMPTY_TEXT, _PLAN)
        return
    if old.due_on != new.due_on:
        move = new.moved
        reason = move.reason if move else EMPTY_TEXT
        source = _dated(Bilingual("Decision", "Décision"), move.on) if move else _PLAN
        yield _plan_change(ChangeKind.DUE_MOVED, year, new, _due_text(old), _due_text(new), reason, source)
    kind = _change_kind(old, new, is_report_expected=is_report_expected)
    if kind is not None:
        yield _plan_change(kind, year, new, _status_text(old), _status_text(new), _reason(kind, new), _source(new))


def _change_kind(old: ActivityState, new: ActivityState, *, is_report_expected: bool) -> ChangeKind | None:
    """Return how an activity's progress changed: forward, slipped or silent; None if it did not.

    An activity is silent if it is due or overdue and a report is expected, but there is no new one. Otherwise, an activity
    that has become overdue counts as slipped, even if its status improved.
    """
    is_due = new.timeliness in (Timeliness.DUE, Timeliness.OVERDUE) and new.status is not Status.COMPLETE
    if is_report_expected and is_due and _last_report(new) == _last_report(old):
        return ChangeKind.SILENT
    newly_late = new.timeliness is Timeliness.OVERDUE and old.timeliness is not Timeliness.OVERDUE
    if newly_late or _RANK[new.status] < _RANK[old.status]:
        return ChangeKind.SLIPPED
    if _RANK[new.status] > _RANK[old.status]:
        return ChangeKind.FORWARD
    return None


def _last_report(state: ActivityState) -> tuple[object, ...]:
    """Return the values that identify the last report. They include texts, to distinguish two reports made on the same day."""
    return state.reported_on, state.status, state.progress, state.challenge


def _reason(kind: ChangeKind, new: ActivityState) -> Bilingual:
    if kind is ChangeKind.SILENT:
        if new.reported_on is None:
            return Bilingual("No report so far", "Aucun rapport à ce jour")
        when = day(new.reported_on)
        return Bilingual(f"Last report: {when.en}", f"Dernier rapport{NBSP}: {when.fr}")
    return new.challenge if kind is ChangeKind.SLIPPED else new.progress


def _source(new: ActivityState) -> Bilingual:
    if new.reported_on is None:
        return _PLAN
    return _dated(Bilingual("Report", "Rapport"), new.reported_on)


def _dated(noun: Bilingual, on: date) -> Bilingual:
    day_text = day(on)
    return Bilingual(f"{noun.en} of {day_text.en}", f"{noun.fr} du {day_text.fr}")


def _plan_change(
    kind: ChangeKind, year: int, state: ActivityState, before: Bilingual, after: Bilingual, reason: Bilingual, source: Bilingual
) -> PlanChange:
    return PlanChange(kind, year, state.priority, state.code, state.title, before, after, reason, source)


def _status_text(state: ActivityState) -> Bilingual:
    """Return the status in words, such as "Limited progress, overdue".

    Before its due month, an activity without a report is "Not yet due".
    """
    if state.is_later:
        return state.timeliness.label
    status = NO_REPORT if state.status is None else state.status.label
    late = state.timeliness.label
    if state.timeliness is Timeliness.OVERDUE:
        return join_texts(", ", [status, Bilingual(late.en.lower(), late.fr.lower())])
    return status


def _due_text(state: ActivityState) -> Bilingual:
    return state.due_words or day(state.due_on)


def slide_changes(before: Deck, after: Deck) -> tuple[SlideChange, ...]:
    """Return the slides that were added, dropped or changed.

    The data slide never counts as changed, because it only repeats what the other slides show.
    """
    earlier = {slide.key: slide for slide in before.slides}
    later = {slide.key: slide for slide in after.slides}
    places = [{slide.key: number for number, slide in enumerate(deck.slides, 1)} for deck in (before, after)]
    changes = []
    for key, slide in later.items():
        if key not in earlier:
            changes.append(SlideChange(SlideChangeKind.ADDED, key, slide.title))
        elif earlier[key] != slide and not isinstance(slide, DataSlide):
            changes.append(_reworded_slide(earlier[key], slide))
    changes += [SlideChange(SlideChangeKind.DROPPED, key, slide.title) for key, slide in earlier.items() if key not in later]
    first, second = places
    return tuple(replace(c, number_before=first.get(c.key), number_after=second.get(c.key)) for c in changes)


def _reworded_slide(before: Slide, after: Slide) -> SlideChange:
    old, new = list(_lines(before)), list(_lines(after))
    return SlideChange(
        SlideChangeKind.REWORDED,
        after.key,
        after.title,
        tuple(dict.fromkeys(text for text in old if text not in new)),
        tuple(dict.fromkeys(text for text in new if text not in old)),
    )


def _lines(slide: Slide) -> Iterator[Bilingual]:
    """Yield the texts of a slide in order. A figure's label comes with its number, because the label alone would
    be meaningless.
    """
    parts: Iterator[Bilingual | Figure] = iter_parts(slide, Figure, Bilingual)
    for part in parts:
        if isinstance(part, Figure):
            yield Bilingual(f"{part.value}{NBSP}{part.label.en}", f"{part.value}{NBSP}{part.label.fr}")
            part = part.note
        if part:
            yield part


def texts(value: object) -> Iterator[Bilingual]:
    """Yield every non-empty text of a slide, or of any other part of a deck, in order."""
    return (text for text in iter_parts(value, Bilingual) if text)


def count_by_kind(changes: Iterable[PlanChange]) -> dict[ChangeKind, int]:
    """Return the number of changes of each kind, leaving out kinds without changes."""
    changes = list(changes)
    return {kind: n for kind in ChangeKind if (n := sum(c.kind is kind for c in changes))}
