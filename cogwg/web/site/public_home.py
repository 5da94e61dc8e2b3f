"""What the public home page shows: how far along the plan is, and when reports are due.

It shows no text of a report and no name of a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import NO_REPORT, Timeliness
from cogwg.plan.lookups import plan_year_to_show
from cogwg.plan.queries import PlanFacts, PriorityFacts, plan_facts
from cogwg.reporting.periods import PeriodFacts, periods
from cogwg.reporting.queries import CurrentStatus, current_statuses
from cogwg.reporting.status_counts import StatusCounts, count_statuses
from cogwg.web.http import clocks
from cogwg.web.http.database import session


@dataclass(frozen=True, slots=True)
class BeadMark:
    """A mark of an activity: the names of its shape and of its colour, and its words for screen readers."""

    shape: str
    colour: str
    words: Bilingual


@dataclass(frozen=True, slots=True)
class Bead:
    """An activity in the figure, with its marks. While it shows no status, it has none, and ``is_later`` is true."""

    code: str
    marks: tuple[BeadMark, ...]
    is_later: bool


@dataclass(frozen=True, slots=True)
class BeadRow:
    """A priority with the statuses of the activities due in each month of the plan, and their counts in words."""

    priority: PriorityFacts
    months: tuple[tuple[tuple[int, int], tuple[Bead, ...]], ...]
    summary: Bilingual


@dataclass(frozen=True, slots=True)
class PublicHome:
    """What the public home page shows of the plan in effect, or of the first one to come.

    ``due_periods`` are the quarters whose reports are not due yet.
    """

    plan: PlanFacts
    counts: StatusCounts
    rows: tuple[BeadRow, ...]
    due_periods: tuple[PeriodFacts, ...]


def public_home() -> PublicHome | None:
    """Return what the public home page shows; None if there is no plan. The plan's pages show everyone the same data."""
    today, now = clocks.today(), clocks.now()
    year = plan_year_to_show(session(), today.year)
    if year is None:
        return None
    plan = plan_facts(session(), year)
    statuses = current_statuses(session(), plan, today)
    return PublicHome(
        plan=plan,
        counts=count_statuses(statuses.values()),
        rows=tuple(_row(plan, priority, statuses) for priority in plan.priorities),
        due_periods=tuple(p for p in periods(session(), plan.id, now, today) if p.due_at >= now and not p.is_closed),
    )


def _row(plan: PlanFacts, priority: PriorityFacts, statuses: dict[int, CurrentStatus]) -> BeadRow:
    own = [statuses[activity.id] for activity in priority.activities]
    months = tuple((month, tuple(_bead(s) for s in own if s.activity.month == month)) for month in plan.months)
    return BeadRow(priority, months, count_statuses(own).sentence)


def _bead(current: CurrentStatus) -> Bead:
    marks = []
    if current.shows_status and current.status is not None:
        marks.append(BeadMark(current.status.value, f"status-{current.status.value}", current.status.label))
    elif current.shows_status:
        marks.append(BeadMark("NR", "status-NR", NO_REPORT))
    if current.timeliness.is_overdue:
        marks.append(BeadMark("overdue", "timeliness-overdue", Timeliness.OVERDUE.label))
    return Bead(current.activity.code, tuple(marks), is_later=not current.shows_status)
