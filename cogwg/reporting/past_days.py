"""The record of a past day, as it was known then or as it is known today: the plan, statuses and overall statuses.

- *As known then*: the plan after the last event of the day, and what had been submitted and translated by its end.
- *As known today*: the rows and roles of the plan that day with today's wording and due dates, and the latest reports on the
  quarters that had begun by then, including those that were submitted, corrected or translated later.

In both, an activity is due or overdue as of that day. The number of SQL statements is constant, and their cost does not grow
with the length of the history; see docs/explanation/history.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import end_of_day, local_day
from cogwg.core.db import Instant, execute_core, named_rows, table
from cogwg.core.errors import NotFound
from cogwg.core.status import Status
from cogwg.plan.models import Activity, PlanHistoryStart
from cogwg.plan.past_plans import Moment, last_moment_of, plan_known_at, plan_known_today, plan_year_on
from cogwg.plan.queries import PlanFacts
from cogwg.reporting.models import OverallStatus, PeriodState, ReportingPeriod, Submission
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.queries import (
    NO_SUBMISSION,
    TEXT_COLUMNS,
    CurrentStatus,
    current_status_columns,
    current_status_from_row,
)
from cogwg.reporting.status_override import StatusOverride
from cogwg.reporting.status_spans import StatusSpan


@dataclass(frozen=True, slots=True)
class PastDay:
    """A past day, and whether to read its record as it was known then or, with ``known_today``, as it is known today."""

    day: date
    known_today: bool = False


@dataclass(frozen=True, slots=True)
class RecordOfDay:
    """The record of a past day. ``start`` is the day from which the history of plans is complete; None if it is complete for
    ``day``.
    """

    past: PastDay
    moment: Moment
    start: date | None

    @property
    def day(self) -> date:
        return self.past.day

    @property
    def _limits(self) -> dict[str, Any]:
        return {"day": self.day} if self.past.known_today else {"before": end_of_day(self.day)}


def record_of_day(session: Session, past: PastDay) -> RecordOfDay:
    """Return the record of a past day."""
    moment = last_moment_of(session, past.day)
    start = None
    if not past.known_today:
        row = execute_core(session, _START).one_or_none()
        start = local_day(row.at) if row is not None and moment.event_id < row.event_id else None
    return RecordOfDay(past, moment, start)


def plan_of_day(session: Session, record: RecordOfDay, year: int) -> PlanFacts:
    """Return the plan of a year as of the day. Raises ``NotFound`` if the record has none, or if it was adopted later."""
    known = plan_known_today if record.past.known_today else plan_known_at
    plan = known(session, year, record.moment)
    if plan.adopted_on > record.day:
        raise NotFound(f"plan {year} on {record.day}")
    return plan


def year_of_day(session: Session, record: RecordOfDay) -> int:
    """Return the year of the plan that was in effect on the day. Raises ``NotFound`` if there was none."""
    return plan_year_on(session, record.moment, known_today=record.past.known_today)


def statuses_of_day(
    session: Session, record: RecordOfDay, plan: PlanFacts, *, with_texts: bool = False
) -> dict[int, CurrentStatus]:
    """Return the status of each activity of the plan as of the day, by activity id, in one SQL statement."""
    asked = {"priorities": [p.id for p in plan.priorities], **record._limits}
    statement = _latest_statement(record.past.known_today, TEXT_COLUMNS if with_texts else ())
    rows = {row.activity_id: row for row in named_rows(execute_core(session, statement, asked))}
    return {a.id: current_status_from_row(a, rows.get(a.id, NO_SUBMISSION), record.day) for a in plan.activities}


def override_of_day(session: Session, record: RecordOfDay, priority_id: int) -> StatusOverride | None:
    """Return the override of a priority's overall status in effect at the end of the day, or None, in one SQL statement."""
    parameters = {"priority": priority_id, "before": end_of_day(record.day)}
    row = execute_core(session, _OVERRIDE, parameters).one_or_none()
    if row is None or row.status is None:
        return None
    return StatusOverride(row.id, row.status, Bilingual(row.note_en, row.note_fr), row.set_at, row.person or "")


def spans_of_day(session: Session, record: RecordOfDay, plan: PlanFacts) -> list[StatusSpan]:
    """Return the status spans of the plan's activities, based on the last report of each quarter, in one SQL statement.

    Each span is about one activity.
    """
    asked = {"priorities": [p.id for p in plan.priorities], **record._limits}
    rows = list(named_rows(execute_core(session, _by_quarter_statement(record.past.known_today), asked)))
    reports = {id_: list(own) for id_, own in groupby(rows, key=lambda row: row.activity_id)}
    spans = []
    for activity in plan.activities:
        own = reports.get(activity.id, [])
        first = own[0].key if own else ""
        spans.append(StatusSpan("", first, None, activity.month, 1))
        ends = [row.key for row in own[1:]] + [""]
        spans += [StatusSpan(row.key, until, Status(row.status), None, 1) for row, until in zip(own, ends, strict=False)]
    return spans


def quarters_begun(periods: Sequence[PeriodFacts], day: date) -> list[PeriodFacts]:
    """Return the quarters that had begun by ``day``; their state is open up to the due day and closed after it."""
    return [
        replace(period, state=PeriodState.OPEN if day <= local_day(period.due_at) else PeriodState.CLOSED)
        for period in periods
        if period.opens_on <= day
    ]


# Statements are built once, from Core tables, because building one costs as much as executing it.
_ACTIVITY, _SUBMISSION, _QUARTER, _OVERALL, _PERSON = map(table, (Activity, Submission, ReportingPeriod, OverallStatus, Person))
_START = select(table(PlanHistoryStart))
_LAST_OVERRIDE = (
    select(func.max(_OVERALL.c.id))
    .where(_OVERALL.c.priority_id == bindparam("priority"), _OVERALL.c.set_at < bindparam("before", type_=Instant()))
    .scalar_subquery()
)
_OVERRIDE = (
    select(*_OVERALL.c, _PERSON.c.name.label("person"))
    .select_from(_OVERALL.outerjoin(_PERSON, _PERSON.c.id == _OVERALL.c.set_by))
    .where(_OVERALL.c.id == _LAST_OVERRIDE)
)
_IN_PLAN = _ACTIVITY.c.priority_id.in_(bindparam("priorities", expanding=True))


def _counts(submission: FromClause, known_today: bool) -> ColumnElement[bool]:
    """Return the SQL condition that a submission counts on the day.

    It counts if it, or its translation, was submitted by the end of the day or, with ``known_today``, if its quarter had begun
    by then.
    """
    if known_today:
        begun = select(_QUARTER.c.id).where(_QUARTER.c.opens_on <= bindparam("day", type_=_QUARTER.c.opens_on.type))
        return submission.c.period_id.in_(begun)
    written_at = func.coalesce(submission.c.translated_at, submission.c.submitted_at)
    return written_at < bindparam("before", type_=Instant())


@cache
def _latest_statement(known_today: bool, texts: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Select the latest submission that counts, for each activity.

    The database finds it at the end of the index of submissions by activity.
    """
    last = _SUBMISSION.alias()
    latest = (
        select(func.max(last.c.id))
        .where(last.c.activity_id == _ACTIVITY.c.id, _counts(last, known_today))
        .correlate(_ACTIVITY)
        .scalar_subquery()
    )
    return (
        select(*current_status_columns(_SUBMISSION, texts))
        .select_from(_ACTIVITY.join(_SUBMISSION, _SUBMISSION.c.id == latest))
        .where(_IN_PLAN)
    )


@cache
def _by_quarter_statement(known_today: bool) -> Select[*tuple[Any, ...]]:
    """Select the status of the last submission that counts, for each activity and quarter, in the order of quarters."""
    last = (
        select(func.max(_SUBMISSION.c.id))
        .select_from(_SUBMISSION.join(_ACTIVITY, _ACTIVITY.c.id == _SUBMISSION.c.activity_id))
        .where(_IN_PLAN, _counts(_SUBMISSION, known_today))
        .group_by(_SUBMISSION.c.activity_id, _SUBMISSION.c.period_id)
    )
    own = _SUBMISSION.alias()
    return (
        select(own.c.activity_id, _QUARTER.c.key, own.c.status)
        .select_from(own.join(_QUARTER, _QUARTER.c.id == own.c.period_id))
        .where(own.c.id.in_(last))
        .order_by(own.c.activity_id, _QUARTER.c.key)
    )
