"""The quarters of all plans, each with the number of missing reports. Those of past years are included, because a late
quarter may still accept reports in the next year.

``report_progress`` and the rules of the plan define which reports are expected and missing; this module applies the same rules
in the SQL statement that reads the quarters.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from cogwg.core.db import execute_core, table
from cogwg.core.status import Status
from cogwg.plan.conditions import is_reporting_role
from cogwg.plan.models import Activity, Assignment, Priority
from cogwg.reporting.blank_drafts import is_blank
from cogwg.reporting.models import PeriodState, ReportingPeriod, ReportState, StatusReport, Submission
from cogwg.reporting.periods import ALL_PERIODS, PeriodFacts, current_period, periods_from_rows
from cogwg.reporting.report_progress import is_report_expected


@dataclass(frozen=True, slots=True)
class PeriodMissingCount:
    """A quarter with the number of ``missing`` reports that can still be submitted, and of submitted reports that can still be
    corrected.

    A report can no longer be submitted or corrected once a later quarter has a report on the same activity. Both numbers are 0
    unless the quarter is open or late.
    """

    period: PeriodFacts
    missing: int
    correctable: int = 0


def periods_with_missing_counts(
    session: Session, now: datetime, today: date, *, jurisdiction_ids: Collection[int] | None = None, year: int | None = None
) -> list[PeriodMissingCount]:
    """Return the quarters of every plan in order, with their numbers of missing and correctable reports, in one SQL statement.

    ``jurisdiction_ids`` limits the counts to reports that these jurisdictions can submit. ``year`` limits the quarters to one
    year.
    """
    asked: dict[str, Any] = {"now": now, "today": today}
    if jurisdiction_ids is not None:
        asked["of"] = tuple(jurisdiction_ids)
    if year is not None:
        asked["year"] = year
    rows = execute_core(session, _missing_counts_statement(jurisdiction_ids is None, year is not None), asked).all()
    counts = {row.id: (row.missing, row.correctable) for row in rows}
    return [PeriodMissingCount(period, *counts[period.id]) for period in periods_from_rows(rows, now, today)]


def most_urgent_period(periods: Sequence[PeriodMissingCount], jurisdiction_ids: Collection[int] = ()) -> PeriodFacts | None:
    """Return the quarter to show first: the earliest one with a missing report, so a late quarter comes before the open one.

    If no report is missing, return the current quarter, or None if there is none (see ``current_period``).
    """
    urgent = [quarter.period for quarter in periods if quarter.missing]
    return urgent[0] if urgent else current_period([quarter.period for quarter in periods], jurisdiction_ids=jurisdiction_ids)


def other_periods(
    periods: Sequence[PeriodMissingCount], shown_period: PeriodFacts | None, jurisdiction_ids: Collection[int] = ()
) -> list[PeriodMissingCount]:
    """Return the other quarters that these jurisdictions can report on and might overlook.

    Such a quarter has missing reports, is open, or is reopened for them. A late quarter is also included if it has reports
    that can be corrected and comes just before the shown quarter, unless that one is late too.
    """
    shown = shown_period if shown_period is not None and shown_period.state is not PeriodState.LATE else None
    earlier = [other for other in periods if shown is not None and other.period.key < shown.key]
    return [
        other
        for other in periods
        if other.period != shown_period
        and (
            other.missing
            or other.period.state is PeriodState.OPEN
            or other.period.reopening_for(jurisdiction_ids)
            or (other in earlier[-1:] and other.correctable)
        )
    ]


_A, _C, _P, _R, _S, _Q = map(table, (Activity, Assignment, Priority, StatusReport, Submission, ReportingPeriod))
_SUBMISSION_PERIOD = _Q.alias()


@cache
def _missing_counts_statement(all_jurisdictions: bool, one_year: bool) -> Select[*tuple[Any, ...]]:
    of_reporters = and_(_A.c.priority_id.in_(_reportable_priorities(all_jurisdictions)), _A.c.retired_on.is_(None))

    def count(rule: ColumnElement[bool]) -> ColumnElement[int]:
        counted = select(func.count()).where(of_reporters, rule).correlate(_Q).scalar_subquery()
        return case((_takes_reports(), counted), else_=0)

    correctable = and_(_is_submitted(), ~is_superseded())
    counted = ALL_PERIODS.add_columns(count(_is_missing()).label("missing"), count(correctable).label("correctable"))
    return counted.where(_Q.c.year == bindparam("year")) if one_year else counted


def _takes_reports() -> ColumnElement[bool]:
    """Return the SQL condition for an open or late quarter, the only ones for which missing reports are counted."""
    return and_(_Q.c.closed_at.is_(None), or_(_Q.c.opens_on <= bindparam("today"), _Q.c.opened_at.is_not(None)))


def _reportable_priorities(all_jurisdictions: bool) -> Select[tuple[int]]:
    """Select the priorities of the quarter's plan that some jurisdiction, or one of those in the parameter ``of``, may report
    on.
    """
    of_plan = select(_C.c.priority_id).join(_P, _P.c.id == _C.c.priority_id).where(_P.c.plan_id == _Q.c.plan_id).correlate(_Q)
    priorities = of_plan.where(is_reporting_role())
    return priorities if all_jurisdictions else priorities.where(_C.c.jurisdiction_id.in_(bindparam("of", expanding=True)))


_REPORT = select(_R.c.id).where(_R.c.activity_id == _A.c.id, _R.c.period_id == _Q.c.id).correlate(_A, _Q)
"""The subquery for the report on an activity in a quarter."""
_SENT = (
    select(_S.c.status)
    .join(_SUBMISSION_PERIOD, _SUBMISSION_PERIOD.c.id == _S.c.period_id)
    .where(_S.c.activity_id == _A.c.id)
    .correlate(_A, _Q)
)
"""The subquery for the submissions on an activity in all quarters."""


def _is_missing() -> ColumnElement[bool]:
    """Return ``is_report_missing`` as an SQL condition on an activity and a quarter."""
    last = _SENT.where(_SUBMISSION_PERIOD.c.key < _Q.c.key).order_by(_S.c.id.desc()).limit(1).scalar_subquery()
    asking = [
        _REPORT.where(~is_blank(_R)).exists(),
        last.in_([status for status in Status if is_report_expected(status, is_begun=False)]),
    ]
    if is_report_expected(None, is_begun=False):
        asking.append(last.is_(None))
    return and_(or_(*asking), ~_is_submitted(), ~is_superseded())


def _is_submitted() -> ColumnElement[bool]:
    """Return the SQL condition for a submitted report; a report that was returned afterwards does not count as submitted."""
    returned = _REPORT.where(_R.c.state == ReportState.RETURNED).exists()
    submitted = _REPORT.where(_R.c.state == ReportState.SUBMITTED).exists()
    return and_(~returned, or_(submitted, _SENT.where(_SUBMISSION_PERIOD.c.id == _Q.c.id).exists()))


def is_superseded() -> ColumnElement[bool]:
    """Return the SQL condition, on an activity and a quarter, that the activity has a report in a later quarter."""
    return _SENT.where(_SUBMISSION_PERIOD.c.key > _Q.c.key).exists()
