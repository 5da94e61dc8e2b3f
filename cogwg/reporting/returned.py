"""Returned reports that can be corrected and submitted again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import table
from cogwg.plan.models import Activity, Assignment
from cogwg.plan.queries import is_reporting_role
from cogwg.reporting.models import PeriodException, ReportingPeriod, ReportState, StatusReport, Submission

_R, _A, _C, _Q, _E, _S = map(table, (StatusReport, Activity, Assignment, ReportingPeriod, PeriodException, Submission))
_SUBMISSION_PERIOD = _Q.alias()


@dataclass(frozen=True, slots=True)
class ReportToCorrect:
    """A report that a co-chair returned and its leads can still submit again."""

    period_id: int
    code: str
    title: Bilingual


def returned_reports(session: Session, jurisdiction_ids: Collection[int], now: datetime) -> list[ReportToCorrect]:
    """Return the returned reports that these jurisdictions can submit again, the earliest first, in one SQL statement.

    The quarter must be open, late or reopened for one of them, and no later quarter may have a report on the activity.
    """
    ids = tuple(jurisdiction_ids)
    own = select(_C.c.priority_id).where(is_reporting_role(), _C.c.jurisdiction_id.in_(ids))
    reopened = select(_E.c.period_id).where(_E.c.jurisdiction_id.in_(ids), _E.c.until > now)
    later = (
        select(_S.c.id)
        .join(_SUBMISSION_PERIOD, _SUBMISSION_PERIOD.c.id == _S.c.period_id)
        .where(_S.c.activity_id == _R.c.activity_id, _SUBMISSION_PERIOD.c.key > _Q.c.key)
        .correlate(_R, _Q)
    )
    rows = session.execute(
        select(_R.c.period_id, _A.c.code, _A.c.title_en, _A.c.title_fr)
        .select_from(_R.join(_A, _A.c.id == _R.c.activity_id).join(_Q, _Q.c.id == _R.c.period_id))
        .where(_R.c.state == ReportState.RETURNED, _A.c.priority_id.in_(own))
        .where(or_(_Q.c.closed_at.is_(None), _Q.c.id.in_(reopened)), ~later.exists())
        .order_by(_R.c.returned_at, _R.c.id)
    )
    return [ReportToCorrect(r.period_id, r.code, Bilingual(r.title_en, r.title_fr)) for r in rows]
