"""Loading a worklist: the jurisdiction, the quarter, and the rows, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.accounts.queries import SignedInPerson, jurisdiction, jurisdictions
from cogwg.core.calendar import local_day
from cogwg.core.errors import Forbidden, NotFound
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.policy import Permission, has_permission
from cogwg.reporting.models import PeriodState, ReportState
from cogwg.reporting.open_periods import most_urgent_period, other_periods, periods_with_missing_counts
from cogwg.reporting.periods import PeriodFacts, current_period, periods
from cogwg.reporting.queries import current_statuses, reports_in_period
from cogwg.web.http.i18n import current_language
from cogwg.web.reporting.worklist import BehalfChoice, Worklist, url_query
from cogwg.web.reporting.worklist_row import UpdateRow, WorklistItem


def load_worklist(
    session: Session,
    who: SignedInPerson,
    now: datetime,
    behalf: str = "",
    *,
    year: int | None = None,
    quarter: str = "",
) -> Worklist:
    """Return a person's worklist, or that of the jurisdiction with the code ``behalf`` for those who may report on behalf.

    ``quarter`` is the key of the period to report on, by default the most urgent one, of the plan of ``year`` or of any.
    Raises ``Forbidden`` when they may not, ``NotFound`` for an unknown jurisdiction, plan or period.
    """
    today = local_day(now)
    acted, led = _acting_for(session, who, behalf)
    choosing = acted is None and has_permission(who.roles, Permission.REPORT_ON_BEHALF)
    every = periods_with_missing_counts(session, now, today, jurisdiction_ids=led)
    found = [one for one in every if year is None or one.period.year == year]
    named = [one.period for one in found]
    period = current_period(named, quarter, led) if quarter else most_urgent_period(found, led)
    of_year = year or (period.year if period is not None else today.year)
    try:
        plan = plan_facts(session, of_year, or_earlier=year is None, carried_by=None if choosing else led)
    except NotFound:
        if year is not None:
            raise
        return Worklist(who, now, None, None, (), tuple(m.name for m in who.lead_memberships))
    own = replace(plan, priorities=tuple(p for p in plan.priorities if p.can_report(led)))
    rows = _rows(session, own, period, now=now, query=url_query(behalf, period))
    return Worklist(
        who=who,
        now=now,
        plan=plan,
        period=period,
        rows=rows,
        jurisdiction_names=(acted.name,) if acted is not None else tuple(m.name for m in who.lead_memberships),
        acting_for_id=acted.id if acted is not None else None,
        acting_for_code=behalf,
        is_other_quarter=not period
        == most_urgent_period(every, led)
        == current_period([one.period for one in every], jurisdiction_ids=led),
        other_quarters=tuple(other_periods(every, period, led)),
        behalf_choices=tuple(_behalf_choices(session, plan)) if choosing else (),
        has_closed_quarter=any(one.period.state is PeriodState.CLOSED for one in found if one.period.year == plan.year),
        partner_priorities=tuple(p.number for p in plan.priorities if not choosing and p not in own.priorities),
    )


def load_single(
    session: Session, who: SignedInPerson, now: datetime, behalf: str, *, year: int, code: str, quarter: str
) -> Worklist:
    """Return the worklist for the report of one activity, in the quarter with this key.

    It has no rows, and only this activity's priority of the plan; ``load_row`` reads the row when it is needed. Raises as
    ``load_worklist`` does, and ``NotFound`` for an unknown activity.
    """
    acted, _led = _acting_for(session, who, behalf)
    plan = plan_facts(session, year, code=code)
    found = periods(session, plan.id, now, local_day(now))
    return Worklist(
        who=who,
        now=now,
        plan=plan,
        period=current_period(found, quarter),
        rows=(),
        jurisdiction_names=(acted.name,) if acted is not None else tuple(m.name for m in who.lead_memberships),
        acting_for_id=acted.id if acted is not None else None,
        acting_for_code=behalf,
    )


def _acting_for(session: Session, who: SignedInPerson, behalf: str) -> tuple[Jurisdiction | None, list[int]]:
    """Return the jurisdiction being reported for, or None, and the ids of those the worklist reports for."""
    if not behalf:
        return None, [m.jurisdiction_id for m in who.lead_memberships if m.jurisdiction_id is not None]
    if not has_permission(who.roles, Permission.REPORT_ON_BEHALF):
        raise Forbidden
    acted = jurisdiction(session, behalf)
    return acted, [acted.id]


def load_row(session: Session, worklist: Worklist, item: WorklistItem) -> UpdateRow:
    """Return the current row of this activity; the plan is not read again."""
    if worklist.plan is None:
        raise NotFound("plan")
    plan = replace(worklist.plan, priorities=(replace(item.priority, activities=(item.activity,)),))
    (fresh,) = _rows(session, plan, worklist.period, now=worklist.now, query=worklist.report_query)
    return fresh


def _rows(
    session: Session, plan: PlanFacts, period: PeriodFacts | None, *, now: datetime, query: dict[str, Any]
) -> tuple[UpdateRow, ...]:
    """Return a row for each activity, the most urgent first: overdue, due, not yet due; then in plan order."""
    if not plan.priorities:
        return ()
    found = current_statuses(session, plan, local_day(now), with_texts=True)
    reports = reports_in_period(session, period.id, list(found)) if period is not None else {}
    rows = []
    for priority in plan.priorities:
        for activity in priority.activities:
            report = reports.get(activity.id)
            url = url_for("reporting.report", lang=current_language().value, year=plan.year, code=activity.code, **query)
            mode = "form" if report is None or report.state is ReportState.RETURNED else "saved"
            rows.append(UpdateRow(found[activity.id], priority, report, mode, url))
    return tuple(rows)


def _behalf_choices(session: Session, plan: PlanFacts) -> Iterator[BehalfChoice]:
    """Yield the jurisdictions that report in this plan, sorted by name."""
    for found in jurisdictions(session, current_language().value):
        count = sum(len(p.activities) for p in plan.priorities if p.can_report({found.id}))
        if count:
            yield BehalfChoice(
                url_for("reporting.my_updates", lang=current_language().value, **url_query(found.code)), found.name, count
            )
