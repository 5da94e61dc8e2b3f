"""Requests to move a due date: a lead asks with a reason, and a co-chair accepts or declines.

In a closed plan, each command raises ``Invalid``, and its unanswered requests are not listed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.plan.closing import check_plan_is_open
from cogwg.plan.models import Activity, DueAnswer, DueRequest, Priority, WorkPlan
from cogwg.plan.rules import DueDate, check_due_change, check_not_past, check_reason
from cogwg.plan.services import current_activity_for_update, move_due_date

CanRequestDueDate = Callable[[int], bool]
_ANSWERED = N_("This request has already been answered.")
_PASSED = N_("The requested date has passed. Choose another due date, or decline the request.")


@dataclass(frozen=True, slots=True)
class DueRequestFacts:
    """A request to move a due date from ``due`` to ``to``, with the jurisdiction and the person that asked, the time, and the
    reason.
    """

    id: int
    jurisdiction_id: int
    jurisdiction: Bilingual
    person: str
    asked_at: datetime
    due: DueDate
    to: DueDate
    reason: Bilingual


def pending_due_request(session: Session, activity_id: int) -> DueRequestFacts | None:
    """Return the unanswered request to move an activity's due date, or None, in one SQL statement."""
    return _facts(session, DueRequest.activity_id == activity_id, DueRequest.answer.is_(None))


@dataclass(frozen=True, slots=True)
class WaitingDueRequest:
    """An unanswered request to move a due date, with its activity."""

    year: int
    code: str
    title: Bilingual
    jurisdiction: Bilingual
    asked_at: datetime
    due: DueDate
    to: DueDate


def waiting_due_requests(session: Session) -> list[WaitingDueRequest]:
    """Return the unanswered requests in all plans that are not closed, oldest first, in one SQL statement."""
    rows = session.execute(
        select(DueRequest, Activity.code, Activity.title, Jurisdiction.name.label("jurisdiction"), WorkPlan.year)
        .join(Activity, Activity.id == DueRequest.activity_id)
        .join(Priority, Priority.id == Activity.priority_id)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .join(Jurisdiction, Jurisdiction.id == DueRequest.jurisdiction_id)
        .where(DueRequest.answer.is_(None), WorkPlan.closed_on.is_(None), Activity.retired_on.is_(None))
        .order_by(DueRequest.id)
    )
    return [
        WaitingDueRequest(
            year=row.year,
            code=row.code,
            title=row.title,
            jurisdiction=row.jurisdiction,
            asked_at=row.DueRequest.asked_at,
            due=DueDate(row.DueRequest.from_year, row.DueRequest.from_month, row.DueRequest.from_day),
            to=DueDate(row.DueRequest.to_year, row.DueRequest.to_month, row.DueRequest.to_day),
        )
        for row in rows
    ]


def due_request(session: Session, activity_id: int, request_id: int) -> DueRequestFacts:
    """Return a request about this activity, answered or not. Raises ``NotFound`` if there is none with this id."""
    facts = _facts(session, DueRequest.activity_id == activity_id, DueRequest.id == request_id)
    if facts is None:
        raise NotFound("due request")
    return facts


def ask_to_move_due_date(
    session: Session,
    activity_id: int,
    jurisdiction_id: int,
    to: DueDate,
    *,
    reason: Bilingual,
    expected_due: DueDate,
    by: Actor,
    at: datetime,
    is_allowed: CanRequestDueDate,
) -> tuple[int, int]:
    """Ask the co-chairs, for a jurisdiction, to move a due date; return the ids of the request and of its audit event.

    ``expected_due`` is the due date that the form showed. Raises ``NotFound`` if there is no such activity, ``Forbidden`` if
    the user may not make requests for the jurisdiction, ``Conflict`` if a different due date is stored, and ``Invalid`` if the
    new date or the reason is invalid or another request is waiting for an answer.
    """
    activity = current_activity_for_update(session, activity_id)
    if not is_allowed(jurisdiction_id):
        raise Forbidden
    check_plan_is_open(session, priority_id=activity.priority_id)
    now = DueDate(activity.due_year, activity.due_month, activity.due_day)
    if now != expected_due:
        raise Conflict(now)
    if pending_due_request(session, activity_id) is not None:
        raise Invalid(("", Message(N_("A request to move this due date is already waiting for an answer."))))
    check_due_change(
        now, to, reason, EMPTY_TEXT, N_("Explain why you are asking to move the due date. The history will show the reason.")
    )
    check_not_past(to, local_day(at))
    request = DueRequest(
        activity_id=activity_id,
        jurisdiction_id=jurisdiction_id,
        from_year=now.year,
        from_month=now.month,
        from_day=now.day,
        to_year=to.year,
        to_month=to.month,
        to_day=to.day,
        reason=reason,
        asked_at=at,
        asked_by=by.id,
    )
    session.add(request)
    session.flush()
    after = {"due": to.key, "reason": [reason.en, reason.fr], "request": request.id, "jurisdiction": jurisdiction_id}
    before = {"due": now.key}
    event_id = record_event(session, "due.requested", ("activity", activity_id), by=by, at=at, before=before, after=after)
    return request.id, event_id


def withdraw_due_request(
    session: Session, activity_id: int, request_id: int, *, by: Actor, at: datetime, is_allowed: CanRequestDueDate
) -> int | None:
    """Withdraw a request that is waiting for an answer; return the id of the audit event, or None if there is no such request.

    Raises ``Forbidden`` if the user may not make requests for its jurisdiction, and ``Invalid`` if it was answered.
    """
    request = _locked(session, activity_id, request_id)
    if request is None:
        return None
    if not is_allowed(request.jurisdiction_id):
        raise Forbidden
    check_plan_is_open(session, activity_id=activity_id)
    if request.answer is not None:
        raise Invalid(("", Message(_ANSWERED)))
    due = DueDate(request.from_year, request.from_month, request.from_day)
    to = DueDate(request.to_year, request.to_month, request.to_day)
    after = {"due": to.key, "reason": ["", ""], "request": request.id, "jurisdiction": request.jurisdiction_id}
    session.delete(request)
    session.flush()
    subject = ("activity", activity_id)
    return record_event(session, "due.withdrawn", subject, by=by, at=at, before={"due": due.key}, after=after)


def accept_due_request(session: Session, activity_id: int, request_id: int, *, by: Actor, at: datetime) -> int | None:
    """Move the due date as requested, with the reason of the request; return the id of the move.

    Returns None if the request was already accepted. Raises ``NotFound`` if there is no such request, ``Invalid`` if it was
    declined or the requested date has passed, and ``Conflict`` if the due date was moved after the request.
    """
    request = _waiting(session, activity_id, request_id, DueAnswer.ACCEPTED)
    if request is None:
        return None
    due = DueDate(request.from_year, request.from_month, request.from_day)
    to = DueDate(request.to_year, request.to_month, request.to_day)
    if to.is_before(local_day(at)):
        raise Invalid(("", Message(_PASSED)))
    request.answer, request.answered_at, request.answered_by = DueAnswer.ACCEPTED, at, by.id
    return move_due_date(
        session,
        activity_id,
        to,
        reason=request.reason,
        words=EMPTY_TEXT,
        expected_due=due,
        by=by,
        at=at,
        asked_by=request.jurisdiction_id,
    )


def decline_due_request(
    session: Session, activity_id: int, request_id: int, *, reason: Bilingual, by: Actor, at: datetime
) -> int | None:
    """Decline to move a due date, with a reason; return the id of the audit event, or None if the request was already
    declined.

    Raises ``NotFound`` if there is no such request, and ``Invalid`` if it was accepted, or the reason is missing or too long.
    """
    request = _waiting(session, activity_id, request_id, DueAnswer.DECLINED)
    if request is None:
        return None
    check_reason(reason, N_("Explain why the due date is not changing. The leads will see the reason."))
    request.answer, request.answered_at, request.answered_by = DueAnswer.DECLINED, at, by.id
    session.flush()
    due, to = (
        DueDate(request.from_year, request.from_month, request.from_day),
        DueDate(request.to_year, request.to_month, request.to_day),
    )
    after = {"due": to.key, "reason": [reason.en, reason.fr], "request": request.id}
    subject = ("activity", activity_id)
    return record_event(session, "due.declined", subject, by=by, at=at, before={"due": due.key}, after=after)


def _waiting(session: Session, activity_id: int, request_id: int, answer: DueAnswer) -> DueRequest | None:
    """Return the request, locked, if it is waiting for an answer; None if it already has this answer.

    Raises ``NotFound`` if there is no such request, and ``Invalid`` if it has the other answer.
    """
    request = _locked(session, activity_id, request_id)
    if request is None:
        raise NotFound("due request")
    check_plan_is_open(session, activity_id=activity_id)
    if request.answer is answer:
        return None
    if request.answer is not None:
        raise Invalid(("", Message(_ANSWERED)))
    return request


def _locked(session: Session, activity_id: int, request_id: int) -> DueRequest | None:
    stored: DueRequest | None = session.scalar(
        select(DueRequest).where(DueRequest.id == request_id, DueRequest.activity_id == activity_id).with_for_update()
    )
    return stored


def _facts(session: Session, *conditions: Any) -> DueRequestFacts | None:
    row = session.execute(
        select(DueRequest, Jurisdiction, Person.name)
        .join(Jurisdiction, Jurisdiction.id == DueRequest.jurisdiction_id)
        .outerjoin(Person, Person.id == DueRequest.asked_by)
        .where(*conditions)
    ).first()
    if row is None:
        return None
    request, asking, name = row
    return DueRequestFacts(
        id=request.id,
        jurisdiction_id=asking.id,
        jurisdiction=asking.name,
        person=name or "",
        asked_at=request.asked_at,
        due=DueDate(request.from_year, request.from_month, request.from_day),
        to=DueDate(request.to_year, request.to_month, request.to_day),
        reason=request.reason,
    )
