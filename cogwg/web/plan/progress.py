"""Progress over time: how many activities had each status at the end of each quarter. All functions are pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.status import NO_REPORT, STATUS_LABELS, TIMELINESS_LABELS, Status, Timeliness
from cogwg.reporting.models import PeriodState
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.status_spans import StatusSpan, count_at_quarter_end
from cogwg.tracker.published_editions import QuarterEdition
from cogwg.tracker.values import PublishedQuarter

LATER = "later"
SERIES_LABELS: Mapping[str, Bilingual] = {
    **{s.value: STATUS_LABELS[s] for s in reversed(Status)},
    "NR": NO_REPORT,
    LATER: TIMELINESS_LABELS[Timeliness.NOT_YET_DUE],
}
"""The series in which an activity can count, the most advanced first.

An activity without a report counts as "no report" if it is due, and otherwise as not yet due.
"""


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
    spans: Sequence[StatusSpan], periods: Sequence[PeriodFacts], today: date
) -> list[QuarterStatusCounts]:
    """Return the counts of each quarter that has begun, in order: at its end or, if it is open, so far."""
    begun = list(takewhile(lambda p: p.state is not PeriodState.PLANNED, sorted(periods, key=lambda p: p.key)))
    days = [min(local_day(period.due_at), today) for period in begun]
    return [
        QuarterStatusCounts(
            period, day, period.state is PeriodState.OPEN, _segments(count_at_quarter_end(spans, period.key, day))
        )
        for period, day in zip(begun, days, strict=True)
    ]


def published_quarter_counts(editions: Sequence[QuarterEdition], periods: Sequence[PeriodFacts]) -> list[QuarterStatusCounts]:
    """Return the counts of each published quarter, in order, as of the day it was published."""
    by_key = {period.key: period for period in periods}
    return [
        QuarterStatusCounts(by_key[content.key], content.published_on, False, _segments(_published_counts(content)))
        for content in (edition.content for edition in editions)
    ]


def _published_counts(content: PublishedQuarter) -> Mapping[Status | Timeliness | None, int]:
    return Counter(
        activity.status if activity.status is not None or content.timeliness(activity).has_begun else Timeliness.NOT_YET_DUE
        for activity in content.activities
    )


def _segments(counts: Mapping[Status | Timeliness | None, int]) -> tuple[StatusBarSegment, ...]:
    counted = dict.fromkeys(SERIES_LABELS, 0)
    for status, count in counts.items():
        counted["NR" if status is None else LATER if status is Timeliness.NOT_YET_DUE else status.value] += count
    total = sum(counted.values()) or 1
    parts, before = [], 0
    for kind, count in counted.items():
        parts.append(
            StatusBarSegment(kind, SERIES_LABELS[kind], count, round(100 * before / total, 2), round(100 * count / total, 2))
        )
        before += count
    return tuple(parts)
