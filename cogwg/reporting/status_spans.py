"""How many of a plan's activities had each status, and from which quarter to which, counted in SQL.

The number of rows depends on the plan's quarters, statuses and due months, not on the number of its activities or on other
plans.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Integer, String, bindparam, func, literal_column, null, select, union_all
from sqlalchemy.orm import Session

from cogwg.core.db import execute_core, named_rows, table
from cogwg.core.status import Status, Timeliness, timeliness
from cogwg.plan.models import Activity, Priority
from cogwg.plan.rules import due_on
from cogwg.reporting.models import ReportingPeriod, Submission


@dataclass(frozen=True, slots=True)
class StatusSpan:
    """The number of activities that had a status from the quarter with the key ``since`` up to, but not including, the one
    with the key ``until``.

    ``until`` is empty if the status is the latest. For a span before the first report, ``since`` is empty, ``status`` is None,
    and ``due_month`` is the year and month in which the activities are due. ``due_month`` is None for other spans.
    """

    since: str
    until: str
    status: Status | None
    due_month: tuple[int, int] | None
    count: int

    def covers(self, key: str) -> bool:
        """Return whether the activities had this status at the end of the quarter with this key."""
        return self.since <= key and (not self.until or key < self.until)


def status_spans(session: Session, plan_id: int) -> list[StatusSpan]:
    """Return the status spans of a plan's activities, based on the last report of each quarter, in one SQL statement."""
    return [
        StatusSpan(
            since=row.since or "",
            until=row.until or "",
            status=Status(row.status) if row.status else None,
            due_month=(row.due_year, row.due_month) if row.due_year else None,
            count=row.number,
        )
        for row in named_rows(execute_core(session, _spans_statement(), {"plan": plan_id}))
    ]


def count_at_quarter_end(spans: Iterable[StatusSpan], key: str, on: date) -> dict[Status | Timeliness | None, int]:
    """Return how many activities have each status at the end of a quarter, as of the day ``on``. Pure function.

    An activity without a report counts as "not yet due" or, once its due month has begun, as "no report" (None).
    """
    counts: dict[Status | Timeliness | None, int] = {}
    for span in spans:
        if span.covers(key):
            counted_as = span.status if span.due_month is None else _without_report(span.due_month, on)
            counts[counted_as] = counts.get(counted_as, 0) + span.count
    return counts


def _without_report(due_month: tuple[int, int], on: date) -> Timeliness | None:
    year, month = due_month
    when = timeliness(date(year, month, 1), due_on(year, month, None), on, None)
    return when if when is Timeliness.NOT_YET_DUE else None


@cache
def _spans_statement() -> CompoundSelect[*tuple[Any, ...]]:
    """Count the reported spans by their quarters and status, and the spans before the first report by the quarter of that
    report and the due month.
    """
    activity, priority, period, submission = map(table, (Activity, Priority, ReportingPeriod, Submission))
    # Submissions are found by activity, which has an index, so that other years' submissions are not read.
    current = priority.c.plan_id == bindparam("plan"), activity.c.retired_on.is_(None)
    in_plan = select(activity.c.id).join(priority).where(*current)
    last = (
        select(submission.c.activity_id, period.c.key, func.max(submission.c.id).label("id"))
        .join(period, period.c.id == submission.c.period_id)
        .where(submission.c.activity_id.in_(in_plan))
        .group_by(submission.c.activity_id, period.c.key)
        .cte("last_report")
    )
    following = func.lead(last.c.key).over(partition_by=last.c.activity_id, order_by=last.c.key)
    spans = (
        select(last.c.key.label("since"), following.label("until"), submission.c.status.cast(String).label("status"))
        .join(submission, submission.c.id == last.c.id)
        .subquery()
    )
    count, no_text, no_number = func.count(literal_column("*")).label("number"), null().cast(String), null().cast(Integer)
    reported = select(*spans.c, no_number.label("due_year"), no_number.label("due_month"), count).group_by(*spans.c)
    first = select(last.c.activity_id, func.min(last.c.key).label("until")).group_by(last.c.activity_id).subquery()
    due = (activity.c.due_year, activity.c.due_month)
    unreported = (
        select(no_text, first.c.until, no_text, *due, count)
        .select_from(activity.join(priority).outerjoin(first, first.c.activity_id == activity.c.id))
        .where(*current)
        .group_by(first.c.until, *due)
    )
    return union_all(reported, unreported)
