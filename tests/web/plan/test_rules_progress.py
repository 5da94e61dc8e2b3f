"""Progress over time: an activity keeps its status until it is reported on again, and every quarter counts all of them."""

from __future__ import annotations

from datetime import date

import pytest

from cogwg.core.calendar import Quarter
from cogwg.core.status import Status
from cogwg.reporting.models import PeriodState
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.status_counts import count_statuses
from cogwg.reporting.status_spans import StatusSpan
from cogwg.web.plan.matrix import PlanCounts
from cogwg.web.plan.progress import QuarterStatusCounts, quarter_status_counts
from tests.web.sample_plan import PLAN, TODAY

STATES = (PeriodState.CLOSED, PeriodState.LATE, PeriodState.OPEN, PeriodState.PLANNED)
PERIODS = [
    PeriodFacts(n, quarter.key, 2020, n, quarter.opens_on, quarter.due_at, None, state, {})
    for n, state in enumerate(STATES, 1)
    for quarter in [Quarter(2020, n)]
]
SUBMITTED = {
    "2020-03": {1: Status.COMPLETE, 4: Status.NOT_STARTED},
    "2020-06": {2: Status.LIMITED, 4: Status.LIMITED},
    "2020-09": {2: Status.SUBSTANTIAL, 6: Status.COMPLETE},
}


def sample_spans() -> list[StatusSpan]:
    """Return the spans of ``SUBMITTED``, one for each activity and status."""
    spans = []
    for activity in PLAN.activities:
        reported = [(key, statuses[activity.id]) for key, statuses in SUBMITTED.items() if activity.id in statuses]
        ends = [*(key for key, _status in reported), ""]
        spans.append(StatusSpan("", ends[0], None, activity.month, 1))
        spans += [StatusSpan(key, end, status, None, 1) for (key, status), end in zip(reported, ends[1:], strict=True)]
    return spans


def part_counts(end: QuarterStatusCounts) -> dict[str, int]:
    return {part.kind: part.count for part in end.segments if part.count}


def test_quarter_status_counts_at_the_end_of_each_quarter() -> None:
    ends = quarter_status_counts(sample_spans(), PERIODS, TODAY)
    assert [part_counts(end) for end in ends] == [
        {"C": 1, "NS": 1, "later": 4},
        {"C": 1, "LP": 2, "NR": 1, "later": 2},
        {"C": 2, "SP": 1, "LP": 1, "NR": 1, "later": 1},
    ]
    assert [(end.as_of, end.is_in_progress, end.complete, end.total) for end in ends] == [
        (date(2020, 3, 31), False, 1, 6),
        (date(2020, 6, 30), False, 1, 6),
        (TODAY, True, 2, 6),
    ]


def test_bar_segments_are_adjacent_and_fill_the_bar() -> None:
    for end in quarter_status_counts(sample_spans(), PERIODS, TODAY):
        assert abs(sum(part.width for part in end.segments) - 100) < 0.1
        assert all(abs(a.x + a.width - b.x) < 0.1 for a, b in zip(end.segments, end.segments[1:], strict=False))


def test_plan_before_its_first_quarter_has_no_counts() -> None:
    assert quarter_status_counts([], [PERIODS[3]], date(2019, 12, 1)) == []


@pytest.mark.parametrize(("vacant", "to_confirm", "expected"), [(0, 0, False), (1, 0, True), (0, 1, True)])
def test_plan_has_open_roles_if_any_is_vacant_or_to_confirm(vacant: int, to_confirm: int, expected: bool) -> None:
    assert PlanCounts(count_statuses([]), vacant, to_confirm).has_open_roles is expected
