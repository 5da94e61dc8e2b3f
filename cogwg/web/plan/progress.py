"""Progress over time: how many activities had each status at the end of each quarter. All functions are pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.status import NO_REPORT, STATUS_LABELS, TIMELINESS_LABELS, Status, Timeliness, timeliness
from cogwg.plan.queries import PlanFacts
from cogwg.reporting.models import PeriodState
from cogwg.reporting.periods import PeriodFacts

LATER = "later"
SERIES_LABELS: Mapping[str, Bilingual] = {
    **{s.value: STATUS_LABELS[s] for s in reversed(Status)},
    "NR": NO_REPORT,
    LATER: TIMELINESS_LABELS[Timeliness.NOT_YET_DUE],
}
"""The series in which an activity can count, the most advanced first. Without a report, it counts as "no report" if it is due,
and otherwise as not yet due."""


@dataclass(frozen=True, slots=True)
class StatusBarSegment:
    """The activities of one series in a quarter's bar; ``x`` and ``width`` are percentages of the bar's width."""

    kind: str
    label: Bilingual
    count: int
    x: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class QuarterStatusCounts:
    """How many of the plan's activities have each status at the end of a quarter, or so far if the quarter is open."""

    period: PeriodFacts
    as_of: date
    is_in_progress: bool
    segments: tuple[StatusBarSegment, ...]

    def count(self, kind: str) -> int:
        return next(part.count for part in self.segments if part.kind == kind)

    @property
    def complete(self) -> int:
        return self.count(Status.COMPLETE.value)

    @property
    def total(self) -> int:
        return sum(part.count for part in self.segments)


def quarter_status_counts(
    plan: PlanFacts, periods: Sequence[PeriodFacts], submitted: Mapping[str, Mapping[int, Status]], today: date
) -> list[QuarterStatusCounts]:
    """Return the counts of each quarter that has begun, in order.

    A report counts in the quarter that it is for, even if it was submitted late.
    """
    ends = []
    latest: dict[int, Status] = {}
    for period in sorted(periods, key=lambda p: p.key):
        if period.state is PeriodState.PLANNED:
            break
        latest = {**latest, **submitted.get(period.key, {})}
        last = local_day(period.due_at)
        on = min(last, today)
        ends.append(QuarterStatusCounts(period, on, period.state is PeriodState.OPEN, _segments(plan, latest, on)))
    return ends


def _segments(plan: PlanFacts, latest_statuses: Mapping[int, Status], on: date) -> tuple[StatusBarSegment, ...]:
    counted = dict.fromkeys(SERIES_LABELS, 0)
    for activity in plan.activities:
        status = latest_statuses.get(activity.id)
        silent = LATER if timeliness(activity.due_from, activity.due_on, on, None) is Timeliness.NOT_YET_DUE else "NR"
        counted[status.value if status is not None else silent] += 1
    total = sum(counted.values()) or 1
    parts, before = [], 0
    for kind, count in counted.items():
        parts.append(
            StatusBarSegment(kind, SERIES_LABELS[kind], count, round(100 * before / total, 2), round(100 * count / total, 2))
        )
        before += count
    return tuple(parts)
