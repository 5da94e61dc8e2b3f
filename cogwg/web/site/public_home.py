"""What the public home page shows: open consultations, published statuses, the last publications, and when reports are due.

It shows no text of a report and no name of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import NO_REPORT
from cogwg.plan.lookups import PlanSummary, plan_summary, plan_year_to_show
from cogwg.reporting.periods import periods
from cogwg.tracker.engagement import PublishedCycle, PublishedPhase
from cogwg.tracker.published_editions import QuarterEdition
from cogwg.tracker.reading import Event, events
from cogwg.tracker.values import PublishedActivity, PublishedCounts, PublishedPriority
from cogwg.web.http import clocks, published
from cogwg.web.http.comment_subjects import open_phases
from cogwg.web.http.database import session
from cogwg.web.http.published_sentences import published_summary

EVENTS_SHOWN = 3
Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BeadMark:
    """A mark of an activity: the names of its shape and of its colour, and its words for screen readers."""

    shape: str
    colour: str
    words: Bilingual


@dataclass(frozen=True, slots=True)
class Bead:
    """An activity in the figure, with its marks. Before it shows a status, it has no marks, and ``is_later`` is true."""

    code: str
    marks: tuple[BeadMark, ...]
    is_later: bool


@dataclass(frozen=True, slots=True)
class BeadRow:
    """A priority with the statuses of the activities due in each month of the plan, and their counts in words."""

    priority: PublishedPriority
    months: tuple[tuple[Month, tuple[Bead, ...]], ...]
    summary: Markup


@dataclass(frozen=True, slots=True)
class HomePlan:
    """What the home page shows about the plan itself, apart from the public record.

    ``plan`` is the plan in effect, or else the next one; None if there is none. ``due_dates`` are the numbers of the quarters
    whose reports are not due yet, each with its due time.
    """

    plan: PlanSummary | None
    due_dates: tuple[tuple[int, datetime], ...]


@dataclass(frozen=True, slots=True)
class PublicHome:
    """What the public home page shows.

    ``edition`` is the latest published quarter, or None if there is none. ``events`` are the last publications.
    ``commentable`` are the phases of engagement that take comments today, with their cycles.
    """

    of_plan: HomePlan
    edition: QuarterEdition | None
    months: tuple[Month, ...]
    rows: tuple[BeadRow, ...]
    counts: PublishedCounts | None
    events: tuple[Event, ...]
    commentable: tuple[tuple[PublishedCycle, PublishedPhase], ...]

    @property
    def has_unreported(self) -> bool:
        """Whether the figure has an activity that has begun and has no report."""
        beads = [bead for row in self.rows for _month, beads in row.months for bead in beads]
        return any(mark.words == NO_REPORT for bead in beads for mark in bead.marks)


def home_plan() -> HomePlan:
    """Return what the home page shows about the plan itself."""
    today, now = clocks.today(), clocks.now()
    year = plan_year_to_show(session(), today.year)
    if year is None:
        return HomePlan(None, ())
    plan = plan_summary(session(), year)
    quarters = periods(session(), plan.id, now, today)
    return HomePlan(plan, tuple((p.quarter, p.due_at) for p in quarters if p.due_at >= now and not p.is_closed))


def public_home(of_plan: HomePlan) -> PublicHome:
    """Return what the public home page shows."""
    record = published.record()
    edition = record.latest()
    activities = edition.content.activities if edition is not None else ()
    months = tuple(sorted({(activity.due.year, activity.due.month) for activity in activities}))
    return PublicHome(
        of_plan=of_plan,
        edition=edition,
        months=months,
        rows=tuple(_row(edition, p, months) for p in edition.content.priorities) if edition is not None else (),
        counts=edition.content.counts(activities) if edition is not None else None,
        events=tuple(events(record)[:EVENTS_SHOWN]),
        commentable=open_phases(published.everything(), clocks.today()),
    )


def _row(edition: QuarterEdition, priority: PublishedPriority, months: tuple[Month, ...]) -> BeadRow:
    beads = tuple(
        (month, tuple(_bead(edition, a) for a in priority.activities if (a.due.year, a.due.month) == month)) for month in months
    )
    return BeadRow(priority, beads, published_summary(edition.content.counts(priority.activities)))


def _bead(edition: QuarterEdition, activity: PublishedActivity) -> Bead:
    marks = []
    when = edition.content.timeliness(activity)
    if activity.status is not None:
        marks.append(BeadMark(activity.status.value, f"status-{activity.status.value}", activity.status.label))
    elif when.has_begun:
        marks.append(BeadMark("NR", "status-NR", NO_REPORT))
    if when.is_overdue:
        marks.append(BeadMark("overdue", "timeliness-overdue", when.label))
    return Bead(activity.code, tuple(marks), is_later=not marks)
