"""Plans with the statuses of their activities as of a day. Briefings may need several plans, so any number of plans takes two
SQL statements.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from cogwg.accounts.queries import lead_jurisdictions
from cogwg.core.db import execute_core, named_rows, table
from cogwg.core.errors import NotFound
from cogwg.plan.models import Activity, Priority, WorkPlan
from cogwg.plan.queries import ACTIVITY_COLUMNS, ActivityFacts, PlanFacts, activity_from_row, plans_with_assignments
from cogwg.reporting.models import Submission
from cogwg.reporting.queries import CURRENT_STATUS_COLUMNS, CurrentStatus, current_status_from_row


@dataclass(frozen=True, slots=True)
class ReportOrigin:
    """The jurisdiction for which a report was submitted, None if not known, and how many times the report had been submitted.

    The jurisdiction is the one stored with the submission or, if none was stored, the one that the person who submitted it is
    a lead for.
    """

    jurisdiction_id: int | None
    version: int


@dataclass(frozen=True, slots=True)
class PlanAsOf:
    """A plan with the status of each of its activities as of a day, and the origin of each report, by activity id."""

    plan: PlanFacts
    current_statuses: Mapping[int, CurrentStatus]
    report_origins: Mapping[int, ReportOrigin]


def plans_as_of(session: Session, years: Collection[int], as_of: date, *, submitted_before: datetime) -> dict[int, PlanAsOf]:
    """Return the current plans of these years with the statuses of their activities as of a day, by year.

    Reports submitted at or after ``submitted_before`` are left out. Raises ``NotFound`` if one of the years has no plan.
    """
    plans = plans_with_assignments(session, years)
    if missing := set(years) - {plan.year for plan in plans}:
        raise NotFound(f"plan {min(missing)}")
    activities: dict[int, list[ActivityFacts]] = {}
    statuses: dict[int, CurrentStatus] = {}
    origins: dict[int, ReportOrigin] = {}
    parameters = {"years": tuple(years), "before": submitted_before}
    for row in named_rows(execute_core(session, _activities_statement(), parameters)):
        activity = activity_from_row(row)
        activities.setdefault(activity.priority_id, []).append(activity)
        statuses[activity.id] = current_status_from_row(activity, row, as_of)
        if row.submitted_at is not None:
            origins[activity.id] = ReportOrigin(row.jurisdiction_id, row.report_number)
    return {plan.year: _plan_as_of(plan, activities, statuses, origins) for plan in plans}


def _plan_as_of(
    plan: PlanFacts,
    activities: Mapping[int, list[ActivityFacts]],
    current_statuses: Mapping[int, CurrentStatus],
    origins: Mapping[int, ReportOrigin],
) -> PlanAsOf:
    priorities = tuple(replace(p, activities=tuple(activities.get(p.id, ()))) for p in plan.priorities)
    whole = replace(plan, priorities=priorities)
    ids = [activity.id for activity in whole.activities]
    return PlanAsOf(whole, {id: current_statuses[id] for id in ids}, {id: origins[id] for id in ids if id in origins})


_A, _P, _W, _S = map(table, (Activity, Priority, WorkPlan, Submission))


@cache
def _activities_statement() -> Select[*tuple[Any, ...]]:
    """Select each activity with its latest submission before the given time, and how many times its report was submitted by
    then.
    """
    last, earlier = _S.alias(), _S.alias()
    latest = (
        select(func.max(last.c.id))
        .where(last.c.activity_id == _A.c.id, last.c.submitted_at < bindparam("before", type_=_S.c.submitted_at.type))
        .correlate(_A)
        .scalar_subquery()
    )
    number = (
        select(func.count())
        .where(
            earlier.c.activity_id == _S.c.activity_id,
            earlier.c.id <= _S.c.id,
            earlier.c.period_id == _S.c.period_id,
            earlier.c.translated_at.is_(None),
        )
        .correlate(_S)
        .scalar_subquery()
    )
    led = lead_jurisdictions()
    jurisdiction = func.coalesce(_S.c.behalf_of, led.c.jurisdiction_id).label("jurisdiction_id")
    of_plans = _A.join(_P, _P.c.id == _A.c.priority_id).join(_W, _W.c.id == _P.c.plan_id)
    return (
        select(*ACTIVITY_COLUMNS, *(_S.c[name] for name in CURRENT_STATUS_COLUMNS), jurisdiction, number.label("report_number"))
        .select_from(of_plans.outerjoin(_S, _S.c.id == latest).outerjoin(led, led.c.person_id == _S.c.submitted_by))
        .where(_W.c.year.in_(bindparam("years", expanding=True)), _A.c.retired_on.is_(None))
        .order_by(_A.c.priority_id, _A.c.position)
    )
