"""The override of a priority's overall status, with its note; it applies until it is cleared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.status import Status
from cogwg.core.text_limits import bilingual_length_problems
from cogwg.plan.closing import check_plan_is_open
from cogwg.plan.models import Priority
from cogwg.reporting.models import OverallStatus


@dataclass(frozen=True, slots=True)
class StatusOverride:
    """The latest override of a priority's overall status; ``status`` is None if the override was cleared.

    Forms send back ``id`` as ``expected_id``.
    """

    id: int
    status: Status | None
    note: Bilingual
    set_at: datetime
    person: str


def current_override(session: Session, priority_id: int) -> StatusOverride | None:
    """Return the latest override of a priority, or None if there never was one, in one SQL statement."""
    row = session.execute(
        select(OverallStatus, Person.name)
        .outerjoin(Person, Person.id == OverallStatus.set_by)
        .where(OverallStatus.priority_id == priority_id)
        .order_by(OverallStatus.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    override, name = row
    return StatusOverride(override.id, override.status, override.note, override.set_at, name or "")


def set_override(
    session: Session, priority_id: int, status: Status | None, note: Bilingual, *, expected_id: int, by: Actor, at: datetime
) -> int:
    """Override a priority's overall status, with a note that explains why; return the id of the override.

    ``expected_id`` is the id of the override that the form showed, 0 for none. Raises ``NotFound`` if there is no such
    priority, ``Conflict`` if a different override is stored, and ``Invalid`` if the plan is closed, no status is chosen, or
    the note is missing or too long.
    """
    last = _checked_last_override(session, priority_id, expected_id)
    problems: list[tuple[str, Message]] = []
    if status is None:
        problems.append(("status", Message(N_("Select the overall status."))))
    if not note:
        problems.append(("note", Message(N_("Explain why you are setting the status manually."))))
    problems += bilingual_length_problems("note", note)
    if problems:
        raise Invalid(*problems)
    return _write_override(session, priority_id, last, status, note, by=by, at=at)


def clear_override(session: Session, priority_id: int, *, expected_id: int, by: Actor, at: datetime) -> int:
    """Clear the override, so that the priority's overall status is computed again; return the id of the stored row.

    ``expected_id`` is the id of the override that the form showed. Raises ``NotFound`` if there is no such priority,
    ``Conflict`` if a different override is stored, and ``Invalid`` if the plan is closed or there is no override to clear.
    """
    last = _checked_last_override(session, priority_id, expected_id)
    if last is None or last.status is None:
        raise Invalid(("", Message(N_("The overall status is already calculated automatically. Nothing was changed."))))
    return _write_override(session, priority_id, last, None, EMPTY_TEXT, by=by, at=at)


def _checked_last_override(session: Session, priority_id: int, expected_id: int) -> StatusOverride | None:
    """Return the latest override, None if there never was one.

    Locks the priority's row, so that overrides are written one at a time. Raises ``NotFound`` if there is no such priority or
    it was retired, ``Invalid`` if the plan is closed, and ``Conflict`` if the override is not the expected one.
    """
    current = Priority.id == priority_id, Priority.retired_on.is_(None)
    if session.scalar(select(Priority.id).where(*current).with_for_update()) is None:
        raise NotFound("priority")
    check_plan_is_open(session, priority_id=priority_id)
    last = current_override(session, priority_id)
    if (last.id if last is not None else 0) != expected_id:
        raise Conflict(last)
    return last


def _write_override(
    session: Session,
    priority_id: int,
    previous: StatusOverride | None,
    status: Status | None,
    note: Bilingual,
    *,
    by: Actor,
    at: datetime,
) -> int:
    override = OverallStatus(priority_id=priority_id, status=status, note=note, set_at=at, set_by=by.id)
    session.add(override)
    session.flush()
    before = (
        {"status": previous.status.value, "note": [previous.note.en, previous.note.fr]}
        if previous is not None and previous.status
        else None
    )
    after = {"status": status.value, "note": [note.en, note.fr]} if status is not None else None
    action = "priority.set_by_hand" if status is not None else "priority.handed_back"
    record_event(session, action, ("priority", priority_id), by=by, at=at, before=before, after=after)
    return override.id
