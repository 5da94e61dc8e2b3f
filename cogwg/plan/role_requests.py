"""Requests for vacant roles: a jurisdiction asks the co-chairs for a role, and can withdraw its request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Forbidden, Invalid, Message
from cogwg.plan.closing import check_plan_is_open
from cogwg.plan.conditions import plan_with_open_roles
from cogwg.plan.models import Assignment, Confirmation, Priority, RoleRequest, WorkPlan
from cogwg.plan.rules import RoleEvent, next_confirmation
from cogwg.plan.services import holds_role, role_for_update

CanRequestRole = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class RoleRequestFacts:
    """A request for a role: the jurisdiction, and the person and time of the request."""

    jurisdiction_id: int
    jurisdiction: Bilingual
    person: str
    asked_at: datetime


def role_requests(session: Session, assignment_id: int) -> list[RoleRequestFacts]:
    """Return the requests for a role, oldest first, in one SQL statement."""
    rows = session.execute(
        select(RoleRequest, Jurisdiction, Person.name)
        .join(Jurisdiction, Jurisdiction.id == RoleRequest.jurisdiction_id)
        .outerjoin(Person, Person.id == RoleRequest.asked_by)
        .where(RoleRequest.assignment_id == assignment_id)
        .order_by(RoleRequest.id)
    )
    return [RoleRequestFacts(asking.id, asking.name, name or "", request.asked_at) for request, asking, name in rows]


@dataclass(frozen=True, slots=True)
class RoleRequestToAnswer:
    """A jurisdiction's request for a vacant role, with the role's priority; ``id`` is the id of the role."""

    id: int
    year: int
    number: int
    priority: Bilingual
    jurisdiction: Bilingual
    asked_at: datetime


def requested_roles(session: Session, year: int) -> list[RoleRequestToAnswer]:
    """Return the requests for vacant roles of the plan in effect in a year and later ones, oldest first.

    A closed plan has none. Runs one SQL statement.
    """
    rows = session.execute(
        select(
            *(Assignment.id, WorkPlan.year, Priority.number, Priority.title),
            *(Jurisdiction.name.label("jurisdiction"), RoleRequest.asked_at),
        )
        .join(Assignment, Assignment.id == RoleRequest.assignment_id)
        .join(Priority, Priority.id == Assignment.priority_id)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .join(Jurisdiction, Jurisdiction.id == RoleRequest.jurisdiction_id)
        .where(plan_with_open_roles(year), Assignment.confirmation == Confirmation.VACANT, Assignment.retired_on.is_(None))
        .order_by(RoleRequest.id)
    )
    return [RoleRequestToAnswer(r.id, r.year, r.number, r.title, r.jurisdiction, r.asked_at) for r in rows]


def request_role(
    session: Session, assignment_id: int, jurisdiction_id: int, *, by: Actor, at: datetime, is_allowed: CanRequestRole
) -> int | None:
    """Request a vacant role for a jurisdiction; return the id of the audit event, or None if it was already requested.

    Raises ``NotFound`` if there is no such role, ``Forbidden`` if the user may not make requests for the jurisdiction, and
    ``Invalid`` if the role is not vacant, the jurisdiction already has a role in the priority, or the plan is closed.
    """
    role = _role_to_request(session, assignment_id, jurisdiction_id, RoleEvent.REQUEST, is_allowed)
    if holds_role(session, role.priority_id, jurisdiction_id):
        raise Invalid(("", Message(N_("Your jurisdiction already has a role in this priority."))))
    if _stored(session, assignment_id, jurisdiction_id) is not None:
        return None
    session.add(RoleRequest(assignment_id=assignment_id, jurisdiction_id=jurisdiction_id, asked_at=at, asked_by=by.id))
    session.flush()
    return _record(session, RoleEvent.REQUEST, assignment_id, jurisdiction_id, by=by, at=at)


def withdraw_role_request(
    session: Session, assignment_id: int, jurisdiction_id: int, *, by: Actor, at: datetime, is_allowed: CanRequestRole
) -> int | None:
    """Withdraw a jurisdiction's request; return the id of the audit event, or None if there is no such request.

    Raises ``NotFound`` and ``Forbidden`` as ``request_role`` does, and ``Invalid`` if the role is no longer vacant or the plan
    is closed.
    """
    _role_to_request(session, assignment_id, jurisdiction_id, RoleEvent.WITHDRAW_REQUEST, is_allowed)
    request = _stored(session, assignment_id, jurisdiction_id)
    if request is None:
        return None
    session.delete(request)
    session.flush()
    return _record(session, RoleEvent.WITHDRAW_REQUEST, assignment_id, jurisdiction_id, by=by, at=at)


def _role_to_request(
    session: Session, assignment_id: int, jurisdiction_id: int, event: RoleEvent, is_allowed: CanRequestRole
) -> Assignment:
    role = role_for_update(session, assignment_id)
    if not is_allowed(jurisdiction_id):
        raise Forbidden
    check_plan_is_open(session, priority_id=role.priority_id)
    next_confirmation(role.confirmation, event)
    return role


def _stored(session: Session, assignment_id: int, jurisdiction_id: int) -> RoleRequest | None:
    stored: RoleRequest | None = session.scalar(
        select(RoleRequest).where(RoleRequest.assignment_id == assignment_id, RoleRequest.jurisdiction_id == jurisdiction_id)
    )
    return stored


def _record(session: Session, event: RoleEvent, assignment_id: int, jurisdiction_id: int, *, by: Actor, at: datetime) -> int:
    after = {"jurisdiction": jurisdiction_id}
    return record_event(session, f"role.{event.value}", ("assignment", assignment_id), by=by, at=at, after=after)
