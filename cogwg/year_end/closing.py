"""Close the plan of a year, which makes it read-only, and reopen it.

A year is closed with its final briefing: a finalized version that covers the day on which the reports of the last quarter were
due. Closing without one requires a reason, which the audit log keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cogwg.audit.queries import event_after_values
from cogwg.audit.services import Actor, record_event
from cogwg.briefing.models import Briefing, FrozenVersion
from cogwg.briefing.rules import as_of
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.db import table
from cogwg.core.errors import N_, Conflict, NotFound
from cogwg.plan.due_requests import WaitingDueRequest, waiting_due_requests
from cogwg.plan.history import keep_rows
from cogwg.plan.models import Activity, Confirmation, WorkPlan
from cogwg.plan.queries import AssignmentFacts, PlanFacts, PriorityFacts, plan_facts
from cogwg.plan.rules import check_reason
from cogwg.reporting.models import ReportingPeriod, StatusReport
from cogwg.reporting.open_periods import PeriodMissingCount, is_superseded, periods_with_missing_counts
from cogwg.reporting.unfinished import is_unfinished

_R, _A, _Q = map(table, (StatusReport, Activity, ReportingPeriod))
NO_REASON = N_("Explain why you are closing the plan without a final briefing. The reason is recorded in the audit log.")
NO_REOPENING_REASON = N_("Explain why you are reopening the plan. The reason is recorded in the audit log.")


@dataclass(frozen=True, slots=True)
class FinalVersion:
    """The finalized version that covers the whole year: its briefing, its number, the day of its meeting, and the last day
    that it covers.
    """

    briefing_id: int
    number: int
    meeting_on: date
    covers: date


@dataclass(frozen=True, slots=True)
class YearToClose:
    """A plan with its open items.

    ``final`` is the final briefing, None if there is none. ``covered_from`` is the day that it must cover, None if the plan
    has no quarters. ``quarters`` are the quarters that are not closed, each with its number of missing reports; ``drafts`` is
    the number of saved or returned reports that can still be submitted.
    """

    plan: PlanFacts
    final: FinalVersion | None
    covered_from: date | None
    quarters: tuple[PeriodMissingCount, ...]
    drafts: int
    roles_to_confirm: tuple[tuple[PriorityFacts, AssignmentFacts], ...]
    due_requests: tuple[WaitingDueRequest, ...]

    @property
    def missing(self) -> int:
        return sum(quarter.missing for quarter in self.quarters)

    @property
    def has_open_items(self) -> bool:
        return bool(self.quarters or self.drafts or self.roles_to_confirm or self.due_requests)


def year_to_close(session: Session, year: int, now: datetime) -> YearToClose:
    """Return the plan of a year with its open items. Raises ``NotFound`` if the year has no plan."""
    plan = plan_facts(session, year)
    counted = periods_with_missing_counts(session, now, local_day(now), year=year)
    covered_from = max((local_day(quarter.period.due_at) for quarter in counted), default=None)
    return YearToClose(
        plan=plan,
        final=_final_version(session, plan.id, covered_from),
        covered_from=covered_from,
        quarters=tuple(quarter for quarter in counted if not quarter.period.is_closed),
        drafts=_unsubmitted_count(session, plan.id),
        roles_to_confirm=plan.assignments_with(Confirmation.TO_CONFIRM),
        due_requests=tuple(request for request in waiting_due_requests(session) if request.year == year),
    )


def _final_version(session: Session, plan_id: int, last_due: date | None) -> FinalVersion | None:
    """Return the latest finalized version on this plan that covers the day on which the last reports were due, or None."""
    rows = session.execute(
        select(FrozenVersion.briefing_id, FrozenVersion.number, FrozenVersion.frozen_at, Briefing.meeting_on)
        .join(Briefing, Briefing.id == FrozenVersion.briefing_id)
        .where(Briefing.plan_id == plan_id)
        .order_by(Briefing.meeting_on.desc(), FrozenVersion.number.desc())
    )
    for row in rows:
        covers = as_of(row.meeting_on, local_day(row.frozen_at))
        if last_due is not None and covers >= last_due:
            return FinalVersion(row.briefing_id, row.number, row.meeting_on, covers)
    return None


def close_year(session: Session, year: int, *, reason: Bilingual, by: Actor, at: datetime) -> int:
    """Close the plan of a year with all its quarters; return the id of the audit event.

    ``reason`` is the reason why there is no final briefing; it is ignored if there is one. Raises ``NotFound`` if the year has
    no plan, ``Conflict`` with the day of closing if it is already closed, and ``Invalid`` if there is no final briefing and
    the reason is missing or too long.
    """
    plan, periods = _locked_year(session, year)
    if plan.closed_on is not None:
        raise Conflict(plan.closed_on)
    final = _final_version(session, plan.id, max((local_day(period.due_at) for period in periods), default=None))
    if final is None:
        check_reason(reason, NO_REASON)
    closing = [period for period in periods if period.closed_at is None]
    for period in closing:
        period.closed_at = at
    plan.closed_on = local_day(at)
    plan.version += 1
    session.flush()
    after = {
        "closed_on": plan.closed_on.isoformat(),
        "quarters": [period.id for period in closing],
        "briefing": [final.briefing_id, final.number] if final is not None else None,
        "reason": [reason.en, reason.fr] if final is None else ["", ""],
    }
    event_id = record_event(session, "plan.closed", ("plan", plan.id), by=by, at=at, after=after)
    keep_rows(session, event_id, [plan])
    return event_id


def reopen_year(session: Session, year: int, *, reason: Bilingual, by: Actor, at: datetime) -> int:
    """Reopen a closed plan, with the quarters that were closed with it; return the id of the audit event.

    Raises ``NotFound`` if the year has no plan, ``Conflict`` if the plan is not closed, and ``Invalid`` if the reason is
    missing or too long.
    """
    plan, _periods = _locked_year(session, year)
    if plan.closed_on is None:
        raise Conflict(None)
    check_reason(reason, NO_REOPENING_REASON)
    closed = event_after_values(session, ("plan", plan.id), ["plan.closed"])[0]
    reopened = update(ReportingPeriod).where(ReportingPeriod.plan_id == plan.id, ReportingPeriod.id.in_(closed["quarters"]))
    session.execute(reopened.values(closed_at=None))
    before = {"closed_on": plan.closed_on.isoformat()}
    plan.closed_on = None
    plan.version += 1
    session.flush()
    after = {"quarters": closed["quarters"], "reason": [reason.en, reason.fr]}
    event_id = record_event(session, "plan.reopened", ("plan", plan.id), by=by, at=at, before=before, after=after)
    keep_rows(session, event_id, [plan])
    return event_id


def _locked_year(session: Session, year: int) -> tuple[WorkPlan, list[ReportingPeriod]]:
    """Return the plan of a year and its quarters, locked.

    The quarters are locked before the plan, as in commands on a quarter. Raises ``NotFound`` if the year has no plan.
    """
    of_year = select(WorkPlan.id).where(WorkPlan.year == year).scalar_subquery()
    quarters = select(ReportingPeriod).where(ReportingPeriod.plan_id == of_year).order_by(ReportingPeriod.id)
    locked = {"populate_existing": True}
    periods = list(session.scalars(quarters.with_for_update().execution_options(**locked)))
    plan = session.scalar(select(WorkPlan).where(WorkPlan.year == year).with_for_update().execution_options(**locked))
    if plan is None:
        raise NotFound(f"plan {year}")
    return plan, periods


def _unsubmitted_count(session: Session, plan_id: int) -> int:
    """Return the number of saved or returned reports, in quarters that are not closed, that can still be submitted."""
    unsubmitted = is_unfinished(), _Q.c.closed_at.is_(None), ~is_superseded()
    of_plan = _R.join(_A, _A.c.id == _R.c.activity_id).join(_Q, _Q.c.id == _R.c.period_id)
    counted = select(func.count()).select_from(of_plan).where(_Q.c.plan_id == plan_id, *unsubmitted)
    return session.scalar(counted) or 0
