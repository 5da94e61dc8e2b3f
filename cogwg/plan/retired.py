"""Retired priorities and activities: their pages stay at the same URL and show the date and reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import NotFound
from cogwg.plan.models import Assignment, PlanItem, PlanItemKind, PlanItemVersion, Priority, WorkPlan
from cogwg.plan.queries import ActivityFacts, PlanFacts, PriorityFacts, plan_facts


@dataclass(frozen=True, slots=True)
class Retirement:
    """The retirement of a priority or of one of its activities: the day, the reason, and the name of the person who retired
    it.

    ``priority`` includes its retired activities and roles.
    """

    plan: PlanFacts
    priority: PriorityFacts
    retired_on: date
    reason: Bilingual
    person: str


@dataclass(frozen=True, slots=True)
class ActivityRetirement(Retirement):
    """The retirement of an activity; ``is_with_priority`` is True if it was retired together with its priority."""

    activity: ActivityFacts
    is_with_priority: bool


def retired_priority(session: Session, year: int, number: int) -> Retirement:
    """Return a retired priority of a year's plan. Raises ``NotFound`` if it does not exist or was not retired."""
    plan = plan_facts(session, year, number=number, with_retired=True)
    (priority,) = plan.priorities
    if priority.retired_on is None:
        raise NotFound(f"retired priority {number}")
    reason, person, _ = _event(session, PlanItemKind.PRIORITY, priority.id)
    return Retirement(plan, priority, priority.retired_on, reason, person)


def retired_activity(session: Session, year: int, code: str) -> ActivityRetirement:
    """Return a retired activity of a year's plan. Raises ``NotFound`` if it does not exist or was not retired."""
    plan = plan_facts(session, year, code=code, with_retired=True)
    (priority,) = plan.priorities
    activity = next(a for a in priority.activities if a.code == code)
    if activity.retired_on is None:
        raise NotFound(f"retired activity {code}")
    reason, person, kind = _event(session, PlanItemKind.ACTIVITY, activity.id)
    with_priority = kind == PlanItemKind.PRIORITY
    return ActivityRetirement(plan, priority, activity.retired_on, reason, person, activity, with_priority)


def priority_of_retired_role(session: Session, year: int, assignment_id: int) -> int:
    """Return the number of the priority of a retired role in a year's plan. Raises ``NotFound`` if there is no such retired
    role.
    """
    number = session.scalar(
        select(Priority.number)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .join(Assignment, Assignment.priority_id == Priority.id)
        .where(Assignment.id == assignment_id, WorkPlan.year == year, Assignment.retired_on.is_not(None))
    )
    if number is None:
        raise NotFound(f"retired role {assignment_id}")
    return number


def _event(session: Session, kind: PlanItemKind, row_id: int) -> tuple[Bilingual, str, str]:
    """Return the reason for the event that retired a row, the name of the person who did it, and the kind of the event's
    subject.
    """
    of_row = PlanItem.kind == kind, PlanItem.row_id == row_id, PlanItemVersion.until_event.is_(None)
    row = session.execute(
        select(AuditEvent.after, AuditEvent.subject_kind, Person.name)
        .join(PlanItemVersion, PlanItemVersion.from_event == AuditEvent.id)
        .join(PlanItem, PlanItem.id == PlanItemVersion.item_id)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(*of_row)
    ).one()
    after: dict[str, Any] = row.after or {}
    reason = Bilingual(*after["reason"]) if "reason" in after else EMPTY_TEXT
    return reason, row.name or "", row.subject_kind
