"""Commands that edit the roles of an adopted plan. The rules and exceptions in ``cogwg.plan.editing`` apply.

The commands that offer, accept, decline, end and hand over a role are in ``cogwg.plan.services``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import Actor
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Invalid, Message
from cogwg.plan.edit_steps import MISSING_REASON, as_shown, check_all, next_free, record, record_change, row_for_update
from cogwg.plan.history import unused_ids
from cogwg.plan.models import Assignment, AssignmentRole, Confirmation, Priority, RoleRequest
from cogwg.plan.rules import RoleEvent, check_reason, check_role_stated, next_confirmation
from cogwg.plan.services import holds_role


def add_role(
    session: Session,
    priority_id: int,
    role: AssignmentRole | None,
    jurisdiction_id: int | None,
    *,
    reason: Bilingual,
    by: Actor,
    at: datetime,
) -> int:
    """Add a lead or partner to a priority; return the id of the audit event.

    With a jurisdiction, the role is offered to it and is "to confirm" until it answers; without one, the role is vacant.
    Raises the errors described in ``cogwg.plan.editing``, and ``Invalid`` if the jurisdiction already has a role in the
    priority, or ``role`` is None.
    """
    priority = row_for_update(session, Priority, priority_id)
    if jurisdiction_id is not None and holds_role(session, priority_id, jurisdiction_id):
        sentence = N_("This jurisdiction already has a role in this priority. Choose another jurisdiction.")
        raise Invalid(("jurisdiction", Message(sentence)))
    check_all(lambda: check_role_stated(role), lambda: check_reason(reason, MISSING_REASON))
    chosen = session.get_one(Jurisdiction, jurisdiction_id) if jurisdiction_id is not None else None
    assignment = Assignment(
        id=next(unused_ids(session, Assignment)),
        priority_id=priority.id,
        position=next_free(session, Assignment.position, Assignment.priority_id == priority_id),
        jurisdiction_id=jurisdiction_id,
        role=role,
        confirmation=Confirmation.TO_CONFIRM if chosen is not None else Confirmation.VACANT,
        assignee=chosen.short if chosen is not None else EMPTY_TEXT,
        since=local_day(at),
    )
    session.add(assignment)
    session.flush()
    return record(session, RoleEvent.ADD, assignment, reason=reason, by=by, at=at, after=_values(assignment))


def state_role(
    session: Session,
    assignment_id: int,
    role: AssignmentRole | None,
    *,
    version: int,
    reason: Bilingual,
    by: Actor,
    at: datetime,
) -> int:
    """Record whether a jurisdiction is a lead or a partner if the plan does not state it; return the id of the audit event.

    Raises the errors described in ``cogwg.plan.editing``, and ``Invalid`` if the plan already states the role.
    """
    assignment = as_shown(session, Assignment, assignment_id, version)
    if assignment.role is not AssignmentRole.NOT_STATED:
        raise Invalid(("", Message(N_("The plan already specifies whether this role is a lead or a partner."))))
    check_all(lambda: check_role_stated(role), lambda: check_reason(reason, MISSING_REASON))
    before = _values(assignment)
    assignment.role = role or assignment.role
    assignment.confirmation = next_confirmation(assignment.confirmation, RoleEvent.STATE)
    after = _values(assignment)
    return record_change(session, RoleEvent.STATE, [assignment], reason=reason, by=by, at=at, before=before, after=after)


def remove_role(session: Session, assignment_id: int, *, version: int, reason: Bilingual, by: Actor, at: datetime) -> int:
    """Remove a vacant role from the plan, with the requests for it; return the id of the audit event.

    Raises the errors described in ``cogwg.plan.editing``, and ``Invalid`` if the role is not vacant.
    """
    assignment = as_shown(session, Assignment, assignment_id, version)
    next_confirmation(assignment.confirmation, RoleEvent.REMOVE)
    check_reason(reason, MISSING_REASON)
    before = _values(assignment)
    assignment.retired_on = local_day(at)
    session.execute(delete(RoleRequest).where(RoleRequest.assignment_id == assignment_id))
    after = {"retired_on": assignment.retired_on.isoformat()}
    return record_change(session, RoleEvent.REMOVE, [assignment], reason=reason, by=by, at=at, before=before, after=after)


def _values(assignment: Assignment) -> dict[str, Any]:
    return {
        "role": assignment.role.value,
        "confirmation": assignment.confirmation.value,
        "jurisdiction": assignment.jurisdiction_id,
    }
