"""The steps that all edits of an adopted plan share: find the row as it was shown, change it, record why, and store its
history.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.stale_columns import confirm_texts
from cogwg.core.text_limits import bilingual_length_problems
from cogwg.plan.closing import check_not_closed
from cogwg.plan.history import keep_rows
from cogwg.plan.models import Activity, Assignment, Priority, WorkPlan
from cogwg.plan.rules import check_reason

Row = TypeVar("Row", Priority, Activity, Assignment)
MISSING_REASON = N_("Explain why you are changing the plan. Everyone who reads the history sees the reason.")
NOTHING_CHANGED = N_("Nothing was changed. Change a text, then save.")
_NOUNS = {"assignment": "role"}
"""The name of a row in audit actions, by table, where it differs from the name of the table."""


def plan_for_update(session: Session, *conditions: Any) -> WorkPlan:
    """Return the plan, locked, so that one person edits it at a time. Raises ``NotFound`` if there is none, ``Invalid`` if it
    is closed.
    """
    plan = session.scalar(select(WorkPlan).where(*conditions).with_for_update())
    if plan is None:
        raise NotFound("plan")
    check_not_closed(plan.year, plan.closed_on)
    return plan


def row_for_update(session: Session, kind: type[Row], id_: int, *, is_retired: bool = False) -> Row:
    """Return a priority, activity or role, after locking its plan.

    Raises ``NotFound`` unless it is part of the plan or, with ``is_retired``, was retired; and ``Invalid`` if the plan is
    closed.
    """
    column = Priority.id if issubclass(kind, Priority) else kind.priority_id
    priority_id = select(column).where(kind.id == id_).scalar_subquery()
    plan_for_update(session, WorkPlan.id == select(Priority.plan_id).where(Priority.id == priority_id).scalar_subquery())
    row = session.scalar(select(kind).where(kind.id == id_).execution_options(populate_existing=True))
    if row is None or (row.retired_on is not None) is not is_retired:
        raise NotFound(kind.__tablename__)
    return row


def as_shown(session: Session, kind: type[Row], id_: int, version: int, *, is_retired: bool = False) -> Row:
    """Return a row as ``row_for_update`` does. Also raises ``Conflict`` with the row if its version is not the one that was
    shown.
    """
    row = row_for_update(session, kind, id_, is_retired=is_retired)
    if row.version != version:
        raise Conflict(row)
    return row


def next_free(session: Session, column: Any, *conditions: Any) -> int:
    """Return the number after the highest one in use; retired rows count too."""
    highest: int | None = session.scalar(select(func.max(column)).where(*conditions))
    return (highest or 0) + 1


def check_all(*checks: Callable[[], None]) -> None:
    """Run these checks. Raises ``Invalid`` with the problems of all of them."""
    problems: list[tuple[str, Message]] = []
    for check in checks:
        try:
            check()
        except Invalid as refusal:
            problems += refusal.problems
    if problems:
        raise Invalid(*problems)


def move_row(
    session: Session,
    row: Priority | Activity,
    listed: Sequence[Priority | Activity],
    place: int,
    *,
    reason: Bilingual,
    by: Actor,
    at: datetime,
) -> int:
    """Move a row to ``place`` (counted from 1) in the list ``listed``; return the id of the audit event.

    Only positions change. Raises ``Invalid`` if the place is not valid or the reason is missing or too long.
    """
    was = listed.index(row) + 1
    check_all(lambda: _check_place(place, was, len(listed)), lambda: check_reason(reason, MISSING_REASON))
    others = [other for other in listed if other is not row]
    order = [*others[: place - 1], row, *others[place - 1 :]]
    positions = [other.position for other in listed]
    changed = [(other, position) for other, position in zip(order, positions, strict=True) if other.position != position]
    for other, position in changed:
        other.position = -position  # temporary and unique, because no two activities of a priority may share a position
    session.flush()
    for other, position in changed:
        other.position = position
    return record_change(
        session,
        "moved",
        [row, *(other for other, _ in changed if other is not row)],
        reason=reason,
        by=by,
        at=at,
        before={"place": was},
        after={"place": place},
    )


def _check_place(place: int, was: int, count: int) -> None:
    if not 1 <= place <= count:
        raise Invalid(("place", Message(N_("Choose a position."))))
    if was == place:
        raise Invalid(("place", Message(N_("The item is already in this position. Choose another position."))))


def retire_rows(session: Session, rows: Sequence[Any], *, reason: Bilingual, by: Actor, at: datetime) -> int:
    """Retire these rows as of the day of ``at``, with one audit event about the first of them; return the event's id."""
    day = local_day(at)
    for row in rows:
        row.retired_on = day
    return record_change(session, "retired", rows, reason=reason, by=by, at=at, after={"retired_on": day.isoformat()})


def restore_rows(session: Session, rows: Sequence[Any], *, reason: Bilingual, by: Actor, at: datetime) -> int:
    """Restore these rows, with one audit event about the first of them; return the event's id."""
    before = {"retired_on": rows[0].retired_on.isoformat()}
    for row in rows:
        row.retired_on = None
    return record_change(session, "restored", rows, reason=reason, by=by, at=at, before=before)


def record_change(
    session: Session,
    verb: str,
    rows: Sequence[Any],
    *,
    reason: Bilingual,
    by: Actor,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> int:
    """Increment the version of each of these rows, and record one event about the first; return the event's id."""
    for row in rows:
        row.version += 1
    session.flush()
    return record(session, verb, *rows, reason=reason, by=by, at=at, before=before, after=after)


def record_confirmed(
    session: Session, row: Priority | Activity, names: Collection[str], *, reason: Bilingual, by: Actor, at: datetime
) -> int:
    """Mark the stale texts ``names`` of a row as confirmed, and record this; return the id of the audit event.

    The row's version is not incremented, because the plan itself does not change. The reason can be empty. Raises ``Invalid``
    if it is too long, or if none of the texts is stale.
    """
    if problems := list(bilingual_length_problems("reason", reason)):
        raise Invalid(*problems)
    confirmed = confirm_texts(session, row, names)
    if not confirmed:
        raise Invalid(("", Message(NOTHING_CHANGED)))
    session.flush()
    return record(session, "confirmed", row, reason=reason, by=by, at=at, after={"still_right": confirmed})


def record(
    session: Session,
    verb: str,
    *rows: Any,
    reason: Bilingual,
    by: Actor,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> int:
    """Record one event about the first of these rows, store the values of all of them in the history, and return the event's
    id.
    """
    kind = rows[0].__tablename__
    action = f"{_NOUNS.get(kind, kind)}.{verb}"
    after = {**(after or {}), "reason": [reason.en, reason.fr]}
    event_id = record_event(session, action, (kind, rows[0].id), by=by, at=at, before=before, after=after)
    keep_rows(session, event_id, rows)
    return event_id
