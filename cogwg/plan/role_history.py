"""The history of roles: which priority a role belongs to, and the changes to the role in the audit log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.queries import lead_jurisdictions
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import NotFound
from cogwg.plan.models import Assignment, Priority, WorkPlan
from cogwg.plan.rules import RoleEvent


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A change to a role, with the person who made it and their jurisdiction.

    ``behalf_of``, the jurisdiction they acted for, and ``reason`` may be empty.
    """

    event: RoleEvent
    at: datetime
    person: str
    jurisdiction: Bilingual
    behalf_of: Bilingual
    reason: Bilingual

    @property
    def is_accepted(self) -> bool:
        return self.event is RoleEvent.ACCEPT

    @property
    def is_declined(self) -> bool:
        return self.event is RoleEvent.DECLINE

    @property
    def answered_for(self) -> Bilingual:
        """The jurisdiction that the change was made for, or else the person's own; empty if neither is known."""
        return self.behalf_of or self.jurisdiction


def priority_number_of_role(session: Session, year: int, assignment_id: int) -> int:
    """Return the number of the priority that a role of this year's plan belongs to.

    Raises ``NotFound`` if there is no such role or it was retired.
    """
    number = session.scalar(
        select(Priority.number)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .join(Assignment, Assignment.priority_id == Priority.id)
        .where(Assignment.id == assignment_id, WorkPlan.year == year, Assignment.retired_on.is_(None))
    )
    if number is None:
        raise NotFound(f"role {assignment_id}")
    return number


def role_changes(session: Session, assignment_ids: Collection[int]) -> dict[int, list[RoleChange]]:
    """Return the changes to these roles, newest first, by role id, in one SQL statement."""
    own, behalf, led = aliased(Jurisdiction), aliased(Jurisdiction), lead_jurisdictions()
    rows = session.execute(
        select(AuditEvent, Person.name, own, behalf)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .outerjoin(led, led.c.person_id == AuditEvent.actor_id)
        .outerjoin(own, own.id == led.c.jurisdiction_id)
        .outerjoin(behalf, behalf.id == AuditEvent.behalf_of)
        .where(AuditEvent.subject_kind == "assignment", AuditEvent.subject_id.in_(tuple(assignment_ids)))
        .order_by(AuditEvent.id.desc())
    ).all()
    changes: dict[int, list[RoleChange]] = {id_: [] for id_ in assignment_ids}
    for event, name, own_jurisdiction, behalf_of in rows:
        changes[event.subject_id].append(
            RoleChange(
                event=RoleEvent(event.action.removeprefix("role.")),
                at=event.at,
                person=name or "",
                jurisdiction=own_jurisdiction.name if own_jurisdiction is not None else EMPTY_TEXT,
                behalf_of=behalf_of.name if behalf_of is not None else EMPTY_TEXT,
                reason=_reason((event.after or {}).get("reason", "")),
            )
        )
    return changes


def vacant_since(session: Session, role: Assignment) -> date | None:
    """Return the day on which an offered role became vacant before the offer, or None if it was not vacant then.

    This is the day on which a jurisdiction declined the role or lost it, or else the day on which the plan was adopted or the
    role was added to it.
    """
    changes = reversed(role_changes(session, [role.id])[role.id])
    adopted = select(WorkPlan.adopted_on).join(Priority, Priority.plan_id == WorkPlan.id).where(Priority.id == role.priority_id)
    since, is_offered_from_vacancy = session.scalar(adopted), False
    for change in changes:
        is_withdrawn_hand_over = change.event is RoleEvent.WITHDRAW_OFFER and not is_offered_from_vacancy
        if change.event in (RoleEvent.ADD, RoleEvent.DECLINE, RoleEvent.END) or is_withdrawn_hand_over:
            since = local_day(change.at)
        if change.event not in (RoleEvent.REQUEST, RoleEvent.WITHDRAW_REQUEST, RoleEvent.STATE):
            is_offered_from_vacancy = change.event is RoleEvent.OFFER
    return since if is_offered_from_vacancy else None


def _reason(stored: str | list[str]) -> Bilingual:
    """Return a stored reason. A reason for declining is stored as a single text, which is used for both languages."""
    return Bilingual(stored, stored) if isinstance(stored, str) else Bilingual(*stored)
