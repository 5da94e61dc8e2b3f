"""A long history of a plan, to show that what a page of a past day costs does not depend on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.jurisdictions import JurisdictionDraft, jurisdiction_to_change, rename_jurisdiction
from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import SYSTEM, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.status import Status
from cogwg.plan.history import keep_plan
from cogwg.plan.models import Activity, Assignment, Confirmation, Priority, WorkPlan
from cogwg.plan.rules import DueDate
from cogwg.plan.services import accept_role, hand_over_role, move_due_date
from cogwg.reporting.models import Submission
from cogwg.reporting.status_override import current_override, set_override

REASON = Bilingual("Because.", "Parce que.")


def record_plan(session: Session, year: int, at: datetime) -> None:
    """Keep a plan that was added without its history."""
    plan = session.scalars(select(WorkPlan).where(WorkPlan.year == year)).one()
    keep_plan(session, record_event(session, "plan.created", ("plan", plan.id), by=SYSTEM, at=at), plan)


def lengthen_history(session: Session, year: int, start: datetime, rounds: int) -> None:
    """In each round, a day later, move each due date, hand over roles and set overall statuses.

    In every tenth round, also rename jurisdictions and amend each report, because a jurisdiction has few names, and an activity
    few reports in a year. An even number of rounds ends with the due dates that it began with.
    """
    in_plan = select(Activity).join(Priority).join(WorkPlan).where(WorkPlan.year == year)
    activities = session.scalars(in_plan.order_by(Activity.id)).all()
    for number in range(rounds):
        at = start + timedelta(days=number)
        values: dict[str, Any] = {"by": SYSTEM, "at": at}
        for activity in activities:
            now = DueDate(activity.due_year, activity.due_month, activity.due_day)
            to = DueDate(now.year, now.month % 12 + 1) if number % 2 == 0 else DueDate(now.year, (now.month - 2) % 12 + 1)
            move_due_date(session, activity.id, to, reason=REASON, words=EMPTY_TEXT, expected_due=now, **values)
        for priority_id in {activity.priority_id for activity in activities}:
            _hand_over(session, priority_id, values)
            last = current_override(session, priority_id)
            expected = last.id if last is not None else 0
            set_override(session, priority_id, list(Status)[number % 4], REASON, expected_id=expected, **values)
        if number % 10 == 0:
            for renamed in session.scalars(select(Jurisdiction.code).order_by(Jurisdiction.id).limit(5)).all():
                _rename(session, renamed, number // 10, values)
            _amend_reports(session, [activity.id for activity in activities], at)


def _hand_over(session: Session, priority_id: int, values: dict[str, Any]) -> None:
    """Hand the last confirmed role of a priority over to the next jurisdiction that has none there."""
    of_priority = Assignment.priority_id == priority_id
    roles = session.scalars(select(Assignment).where(of_priority).order_by(Assignment.position)).all()
    held = [role for role in roles if role.confirmation is Confirmation.CONFIRMED]
    if not held:
        return
    role, taken = held[-1], {role.jurisdiction_id for role in roles}
    ids = session.scalars(select(Jurisdiction.id).order_by(Jurisdiction.id)).all()
    free = next(id_ for id_ in (*(i for i in ids if i > (role.jurisdiction_id or 0)), *ids) if id_ not in taken)
    expected = {"expected_jurisdiction_id": role.jurisdiction_id, "reason": REASON}
    hand_over_role(session, role.id, free, **expected, **values)
    accept_role(session, role.id, expected_jurisdiction_id=free, is_allowed=lambda _: True, **values)


def _rename(session: Session, code: str, way: int, values: dict[str, Any]) -> None:
    jurisdiction = jurisdiction_to_change(session, code)
    name = Bilingual(f"Name {way} of {code}", f"Nom {way} de {code}")
    short = Bilingual(f"N{way} {code}", f"N{way} {code}")
    draft = JurisdictionDraft(jurisdiction.kind, name, short)
    rename_jurisdiction(session, jurisdiction, draft, version=jurisdiction.version, **values)


def _amend_reports(session: Session, activity_ids: list[int], at: datetime) -> None:
    """Add a copy of the last submission on each activity, as if it had been amended then."""
    names = [column.name for column in Submission.__table__.c if column.name not in ("id", "submitted_at", "report_version")]
    for id_ in activity_ids:
        last = session.scalars(
            select(Submission).where(Submission.activity_id == id_).order_by(Submission.id.desc()).limit(1)
        ).first()
        if last is not None:
            copied = {name: getattr(last, name) for name in names}
            session.add(Submission(**copied, submitted_at=at, report_version=last.report_version + 1))
    session.flush()
