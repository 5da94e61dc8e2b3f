"""Priorities and activities that were retired from a plan: their pages say when and why, and stay readable by their address."""

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
from cogwg.plan.models import PlanItem, PlanItemKind, PlanItemVersion
from cogwg.plan.queries import ActivityFacts, PlanFacts, PriorityFacts, plan_facts


@dataclass(frozen=True, slots=True)
class Retirement:
    """A retired priority, or a retired ``activity`` of a priority: the day, the reason and the person who retired it.

    With ``is_with_priority``, the activity was retired together with its priority. The priority has what it had then; it is
    still in the plan if only the activity was retired.
    """

    plan: PlanFacts
    priority: PriorityFacts
    activity: ActivityFacts | None
    retired_on: date
    reason: Bilingual
    person: str
    is_with_priority: bool = False


def retired_priority(session: Session, year: int, number: int) -> Retirement:
    """Return a retired priority of a year's plan. Raises ``NotFound``, also if the priority was not retired."""
    plan = plan_facts(session, year, number=number, with_retired=True)
    (priority,) = plan.priorities
    if priority.retired_on is None:
        raise NotFound(f"retired priority {number}")
    reason, person, _ = _event(session, PlanItemKind.PRIORITY, priority.id)
    return Retirement(plan, priority, None, priority.retired_on, reason, person)


def retired_activity(session: Session, year: int, code: str) -> Retirement:
    """Return a retired activity of a year's plan. Raises ``NotFound``, also if the activity was not retired."""
    plan = plan_facts(session, year, code=code, with_retired=True)
    (priority,) = plan.priorities
    activity = next(a for a in priority.activities if a.code == code)
    if activity.retired_on is None:
        raise NotFound(f"retired activity {code}")
    reason, person, kind = _event(session, PlanItemKind.ACTIVITY, activity.id)
    is_with_priority = kind == PlanItemKind.PRIORITY
    return Retirement(plan, priority, activity, activity.retired_on, reason, person, is_with_priority)


def _event(session: Session, kind: PlanItemKind, row_id: int) -> tuple[Bilingual, str, str]:
    """Return the reason of the event that retired a row, the name of the person, and the kind of what the event was about."""
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
