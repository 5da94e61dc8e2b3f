"""Reports that have not been submitted: saved drafts and returned reports."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import table
from cogwg.plan.conditions import is_of_open_plan, is_reporting_role
from cogwg.plan.models import Activity, Assignment
from cogwg.reporting.blank_drafts import is_blank
from cogwg.reporting.models import PeriodException, ReportingPeriod, ReportState, StatusReport
from cogwg.reporting.open_periods import is_superseded
from cogwg.reporting.queries import ReportFacts, reports_in_period

_R, _A, _C, _Q, _E = map(table, (StatusReport, Activity, Assignment, ReportingPeriod, PeriodException))


@dataclass(frozen=True, slots=True)
class UnfinishedReport:
    """A saved draft or a returned report that its leads can still submit."""

    period_id: int
    state: ReportState
    code: str
    title: Bilingual


def is_unfinished() -> ColumnElement[bool]:
    """Return the SQL condition for a draft that is not blank, or a returned report."""
    return and_(_R.c.state.in_([ReportState.DRAFT, ReportState.RETURNED]), ~is_blank(_R))


def unfinished_reports(session: Session, jurisdiction_ids: Collection[int], now: datetime) -> list[UnfinishedReport]:
    """Return the drafts and returned reports that these jurisdictions can submit, in one SQL statement.

    A report is included if its quarter is open, late or reopened for one of them, the plan is not closed, no later quarter has
    a report on the activity, and the activity was not retired. Returned reports come first, in the order in which they were
    returned, then drafts, in the order in which they were started.
    """
    ids = tuple(jurisdiction_ids)
    own = select(_C.c.priority_id).where(is_reporting_role(), _C.c.jurisdiction_id.in_(ids))
    reopened = select(_E.c.period_id).where(_E.c.jurisdiction_id.in_(ids), _E.c.until > now)
    rows = session.execute(
        select(_R.c.period_id, _R.c.state, _A.c.code, _A.c.title_en, _A.c.title_fr)
        .select_from(_R.join(_A, _A.c.id == _R.c.activity_id).join(_Q, _Q.c.id == _R.c.period_id))
        .where(is_unfinished(), _A.c.priority_id.in_(own), _A.c.retired_on.is_(None))
        .where(or_(_Q.c.closed_at.is_(None), _Q.c.id.in_(reopened)), ~is_superseded(), is_of_open_plan(_Q.c.plan_id))
        .order_by(_R.c.returned_at.nulls_last(), _R.c.id)
    )
    return [UnfinishedReport(r.period_id, r.state, r.code, Bilingual(r.title_en, r.title_fr)) for r in rows]


def returned_codes(session: Session, period_id: int) -> list[str]:
    """Return the codes of the activities whose report for a quarter was returned and not submitted again, in one SQL
    statement.
    """
    of_period = _R.c.period_id == period_id, _R.c.state == ReportState.RETURNED
    statement = select(_A.c.code).join(_R, _R.c.activity_id == _A.c.id).where(*of_period).order_by(_A.c.position, _A.c.id)
    return list(session.scalars(statement))


def unsubmitted_reports(session: Session, activity_id: int) -> list[tuple[str, ReportFacts]]:
    """Return the drafts and returned reports on an activity, each with the key of its quarter, the latest quarter first.

    Show them only to people who could report on the activity.
    """
    periods = session.execute(
        select(_Q.c.id, _Q.c.key)
        .join(_R, _R.c.period_id == _Q.c.id)
        .where(_R.c.activity_id == activity_id, is_unfinished())
        .order_by(_Q.c.key.desc())
    )
    return [(period.key, reports_in_period(session, period.id, [activity_id])[activity_id]) for period in periods]
