"""Commands that change an adopted plan: offer, accept, decline, end or hand over a role, withdraw its offer, and move a due
date.

Each command checks that the change is possible now, makes it, writes one audit event and flushes; it never commits. Each
raises ``NotFound`` if the role or activity does not exist or was retired, and ``Invalid`` if the plan is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.core.text_limits import length_problems
from cogwg.plan.closing import check_plan_is_open
from cogwg.plan.history import keep_rows
from cogwg.plan.models import Activity, Assignment, Confirmation, DueChange, RoleRequest
from cogwg.plan.role_history import vacant_since
from cogwg.plan.rules import DueDate, RoleEvent, check_due_change, check_reason, next_confirmation

CanAnswerRole = Callable[[int], bool]
_VACANCY = {"jurisdiction_id": None, "assignee": EMPTY_TEXT}


def accept_role(
    session: Session,
    assignment_id: int,
    *,
    expected_jurisdiction_id: int | None,
    by: Actor,
    at: datetime,
    is_allowed: CanAnswerRole,
) -> None:
    """Accept a role for the jurisdiction it was offered to.

    ``expected_jurisdiction_id`` is the jurisdiction that the page showed. Raises ``NotFound`` if there is no such role,
    ``Conflict`` if the role is now offered to another jurisdiction, ``Forbidden`` if the user may not answer for the
    jurisdiction, and ``Invalid`` if the role is not waiting for an answer.
    """
    role = _role_to_answer(session, assignment_id, expected_jurisdiction_id, is_allowed)
    _apply_event(session, role, RoleEvent.ACCEPT, by=by, at=at)
    session.execute(delete(RoleRequest).where(RoleRequest.assignment_id == assignment_id))


def decline_role(
    session: Session,
    assignment_id: int,
    *,
    expected_jurisdiction_id: int | None,
    reason: str = "",
    by: Actor,
    at: datetime,
    is_allowed: CanAnswerRole,
) -> None:
    """Decline a role, optionally with a reason; the role becomes vacant.

    Raises the same errors as ``accept_role``, and ``Invalid`` if the reason is too long.
    """
    role = _role_to_answer(session, assignment_id, expected_jurisdiction_id, is_allowed)
    if problems := list(length_problems("reason", reason)):
        raise Invalid(*problems)
    _apply_event(session, role, RoleEvent.DECLINE, _VACANCY, details={"reason": reason}, by=by, at=at)


def offer_role(session: Session, assignment_id: int, jurisdiction_id: int | None, *, by: Actor, at: datetime) -> int:
    """Offer a vacant role to a jurisdiction and return the id of the audit event.

    The role is "to confirm" until the jurisdiction answers. Raises ``NotFound`` if there is no such role, and ``Invalid`` if
    the role is not vacant, no jurisdiction was chosen, or the jurisdiction already has a role in the priority.
    """
    role = role_for_update(session, assignment_id)
    assignee = _chosen_assignee(session, role, jurisdiction_id)
    answered = RoleRequest.assignment_id == assignment_id, RoleRequest.jurisdiction_id == jurisdiction_id
    event_id = _apply_event(session, role, RoleEvent.OFFER, assignee, by=by, at=at)
    session.execute(delete(RoleRequest).where(*answered))
    return event_id


def withdraw_offer(
    session: Session, assignment_id: int, *, expected_jurisdiction_id: int | None, by: Actor, at: datetime
) -> int:
    """Withdraw the offer of a role, which becomes vacant; return the id of the audit event.

    If the role was vacant before the offer, it counts as vacant since the same day as before. Raises ``NotFound`` if there is
    no such role, ``Conflict`` if the role now belongs to a jurisdiction other than the one that the page showed, and
    ``Invalid`` if the role is not waiting for an answer.
    """
    role = _role_as_shown(session, assignment_id, expected_jurisdiction_id)
    vacancy = _VACANCY | {"since": vacant_since(session, role) or local_day(at)}
    return _apply_event(session, role, RoleEvent.WITHDRAW_OFFER, vacancy, by=by, at=at)


def end_role(
    session: Session,
    assignment_id: int,
    *,
    expected_jurisdiction_id: int | None,
    reason: Bilingual,
    by: Actor,
    at: datetime,
) -> int:
    """End a role that a jurisdiction holds, with a reason; the role becomes vacant. Return the id of the audit event.

    Raises ``NotFound`` if there is no such role, ``Conflict`` if the role now belongs to a jurisdiction other than the one
    that the page showed, and ``Invalid`` if the role is not confirmed, or the reason is missing or too long.
    """
    role = _role_as_shown(session, assignment_id, expected_jurisdiction_id)
    next_confirmation(role.confirmation, RoleEvent.END)
    check_reason(reason, N_("Explain why you are ending the role. Members can see the reason."))
    details = {"reason": [reason.en, reason.fr]}
    return _apply_event(session, role, RoleEvent.END, _VACANCY, details=details, by=by, at=at)


def hand_over_role(
    session: Session,
    assignment_id: int,
    jurisdiction_id: int | None,
    *,
    expected_jurisdiction_id: int | None,
    reason: Bilingual,
    by: Actor,
    at: datetime,
) -> int:
    """Hand a role over from one jurisdiction to another, with a reason; return the id of the audit event.

    The role is "to confirm" until the other jurisdiction answers. Raises the same errors as ``end_role`` and ``offer_role``.
    """
    role = _role_as_shown(session, assignment_id, expected_jurisdiction_id)
    next_confirmation(role.confirmation, RoleEvent.HAND_OVER)
    assignee = _chosen_assignee(session, role, jurisdiction_id)
    check_reason(reason, N_("Explain why you are handing over the role. Members can see the reason."))
    details = {"reason": [reason.en, reason.fr]}
    return _apply_event(session, role, RoleEvent.HAND_OVER, assignee, details=details, by=by, at=at)


def move_due_date(
    session: Session,
    activity_id: int,
    to: DueDate,
    *,
    reason: Bilingual,
    words: Bilingual,
    expected_due: DueDate,
    by: Actor,
    at: datetime,
    asked_by: int | None = None,
) -> int:
    """Move the due date of an activity, storing the old one and the reason; return the id of the stored move.

    ``words`` replaces the plan's wording of the due date, even if it is empty. ``expected_due`` is the due date that the form
    showed. ``asked_by`` is the id of the jurisdiction whose request is accepted, if any. Raises ``NotFound`` if there is no
    such activity, ``Invalid`` if a value is not valid (see ``check_due_change``), and ``Conflict`` if a different due date is
    stored.
    """
    activity = current_activity_for_update(session, activity_id)
    check_plan_is_open(session, priority_id=activity.priority_id)
    now = DueDate(activity.due_year, activity.due_month, activity.due_day)
    if now != expected_due:
        raise Conflict(now)
    check_due_change(now, to, reason, words)
    before = {"due": now.key, "words": [activity.due_words_en, activity.due_words_fr]}
    activity.due_year, activity.due_month, activity.due_day = to.year, to.month, to.day
    activity.due_words = words
    activity.version += 1
    move = DueChange(
        activity_id=activity_id,
        from_year=now.year,
        from_month=now.month,
        from_day=now.day,
        to_year=to.year,
        to_month=to.month,
        to_day=to.day,
        reason=reason,
        changed_at=at,
        changed_by=by.id,
    )
    session.add(move)
    session.flush()
    after: dict[str, Any] = {"due": to.key, "words": [words.en, words.fr], "reason": [reason.en, reason.fr]}
    if asked_by is not None:
        after["jurisdiction"] = asked_by
    event_id = record_event(session, "due.moved", ("activity", activity_id), by=by, at=at, before=before, after=after)
    keep_rows(session, event_id, [activity])
    return move.id


def current_activity_for_update(session: Session, activity_id: int) -> Activity:
    """Return an activity, locked. Raises ``NotFound`` if it does not exist or was retired."""
    current = Activity.id == activity_id, Activity.retired_on.is_(None)
    activity = session.scalar(select(Activity).where(*current).with_for_update())
    if activity is None:
        raise NotFound("activity")
    return activity


def role_for_update(session: Session, assignment_id: int) -> Assignment:
    """Return a role, locked. Raises ``NotFound`` if it does not exist or was retired, and ``Invalid`` if its plan is closed."""
    current = Assignment.id == assignment_id, Assignment.retired_on.is_(None)
    role = session.scalar(select(Assignment).where(*current).with_for_update())
    if role is None:
        raise NotFound("role")
    check_plan_is_open(session, priority_id=role.priority_id)
    return role


def _role_as_shown(session: Session, assignment_id: int, expected_jurisdiction_id: int | None) -> Assignment:
    """Return the role, locked.

    Raises the errors of ``role_for_update``, and ``Conflict`` if the role now belongs to, or is offered to, a jurisdiction
    other than the one that the page showed.
    """
    role = role_for_update(session, assignment_id)
    if role.jurisdiction_id not in (None, expected_jurisdiction_id):
        raise Conflict(role.jurisdiction_id)
    return role


def _chosen_assignee(session: Session, role: Assignment, jurisdiction_id: int | None) -> dict[str, Any]:
    """Return the new values of a role when it is offered to this jurisdiction.

    Raises ``Invalid`` if no jurisdiction was chosen, or if it already has a role in the priority.
    """
    chosen = session.get(Jurisdiction, jurisdiction_id) if jurisdiction_id is not None else None
    if chosen is None:
        raise Invalid(("jurisdiction", Message(N_("Choose the jurisdiction to offer the role to."))))
    if holds_role(session, role.priority_id, chosen.id):
        raise Invalid(
            ("jurisdiction", Message(N_("This jurisdiction already has a role in this priority. Choose another jurisdiction.")))
        )
    return {"jurisdiction_id": chosen.id, "assignee": chosen.short}


def holds_role(session: Session, priority_id: int, jurisdiction_id: int) -> bool:
    """Return whether a jurisdiction holds a role in a priority or has been offered one."""
    held = Assignment.priority_id == priority_id, Assignment.jurisdiction_id == jurisdiction_id
    return session.scalar(select(Assignment.id).where(*held, Assignment.retired_on.is_(None))) is not None


def _role_to_answer(
    session: Session, assignment_id: int, expected_jurisdiction_id: int | None, is_allowed: CanAnswerRole
) -> Assignment:
    """Return the role, locked. It may be vacant; whether it is waiting for an answer is checked later.

    Raises the errors of ``role_for_update``; ``Forbidden`` if a jurisdiction has the role or is offered it, and the user may
    answer neither for it nor for the jurisdiction that the page showed; and ``Conflict`` if the role is now offered to a
    jurisdiction other than the one shown.
    """
    role = role_for_update(session, assignment_id)
    offered_to = role.jurisdiction_id
    if (
        offered_to is not None
        and not is_allowed(offered_to)
        and (expected_jurisdiction_id is None or not is_allowed(expected_jurisdiction_id))
    ):
        raise Forbidden
    if role.confirmation is Confirmation.TO_CONFIRM and offered_to != expected_jurisdiction_id:
        raise Conflict(offered_to)
    return role


def _apply_event(
    session: Session,
    role: Assignment,
    event: RoleEvent,
    changes: dict[str, Any] | None = None,
    *,
    details: dict[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Apply an event to a role and return the id of the audit event.

    The role's ``since`` becomes the day of the event, unless ``changes`` contains another day.
    """
    state = next_confirmation(role.confirmation, event)
    before = _audit_values(role)
    values = {"since": local_day(at), **(changes or {}), "confirmation": state}
    for name, value in values.items():
        setattr(role, name, value)
    role.version += 1
    session.flush()
    event_id = record_event(
        session,
        f"role.{event.value}",
        ("assignment", role.id),
        by=by,
        at=at,
        before=before,
        after={**_audit_values(role), **(details or {})},
    )
    keep_rows(session, event_id, [role])
    return event_id


def _audit_values(role: Assignment) -> dict[str, Any]:
    return {"confirmation": role.confirmation.value, "jurisdiction": role.jurisdiction_id}
