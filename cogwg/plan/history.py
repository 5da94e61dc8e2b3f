"""The history of the plan: the values of each row, from the audit event that set them until the event that changed them.

Every command that changes a row of a plan stores its values here, in the transaction of the change and with the change's own
event, so that ``past_plans`` can return the plan as it was after any event. ``history_gaps`` finds rows whose values a command
failed to store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count, repeat
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from cogwg.core.db import execute_core, table
from cogwg.plan.models import Activity, Assignment, PlanItem, PlanItemKind, PlanItemVersion, Priority, WorkPlan

PlanRow = WorkPlan | Priority | Activity | Assignment
_KINDS: dict[type[PlanRow], PlanItemKind] = {
    WorkPlan: PlanItemKind.PLAN,
    Priority: PlanItemKind.PRIORITY,
    Activity: PlanItemKind.ACTIVITY,
    Assignment: PlanItemKind.ASSIGNMENT,
}
_NOT_KEPT = {"id", "version", "stale"}
"""Columns that are not part of the plan's content and are not stored in the history."""


def keep_rows(session: Session, event_id: int, rows: Iterable[PlanRow]) -> None:
    """Store the values of these rows as they are after an event.

    Rows that have not changed since they were last stored are skipped.

    Call it after ``record_event``, with each row that the command changed or added; the rows must have been flushed.
    """
    for row in rows:
        item_id = _item_id(session, row)
        content = _content(row)
        last = session.execute(_OPEN_VERSION, {"item": item_id}).one_or_none()
        if last is not None and last.content == content:
            continue
        if last is not None:
            execute_core(session, _CLOSE_VERSION, {"version": last.id, "event": event_id})
        execute_core(session, _ADD_VERSION, {"item_id": item_id, "from_event": event_id, "content": content})


def keep_plan(session: Session, event_id: int, plan: WorkPlan) -> None:
    """Store the values of a plan with all its priorities, activities and assignments."""
    keep_rows(session, event_id, plan_rows(plan))


def end_rows(session: Session, event_id: int, rows: Iterable[PlanRow]) -> None:
    """Record that an event deleted these rows: from then on, they are no longer in the plan."""
    for row in rows:
        last = session.execute(_OPEN_VERSION, {"item": _item_id(session, row)}).one_or_none()
        if last is not None:
            execute_core(session, _CLOSE_VERSION, {"version": last.id, "event": event_id})


def rows_kept_with(session: Session, row: PlanRow) -> list[PlanRow]:
    """Return a row and all other rows that were last changed by the same event."""
    item, version = aliased(PlanItem), aliased(PlanItemVersion)
    own = PlanItem.kind == _KINDS[type(row)], PlanItem.row_id == row.id, PlanItemVersion.until_event.is_(None)
    event = select(PlanItemVersion.from_event).join(PlanItem, PlanItem.id == PlanItemVersion.item_id).where(*own)
    changed = session.execute(
        select(item.kind, item.row_id)
        .join(version, version.item_id == item.id)
        .where(version.until_event.is_(None), version.from_event == event.scalar_subquery())
    )
    kinds = {kind: model for model, kind in _KINDS.items()}
    others: list[Any] = [session.get_one(kinds[each.kind], each.row_id) for each in changed]
    return [row, *(other for other in others if other is not row)]


def content_at_version(session: Session, row: PlanRow, version: int) -> dict[str, Any] | None:
    """Return the values that a row had at this version, or None if the history does not contain that version.

    Each command that increments the version of a row also stores its values, so the version is found by counting back from the
    last stored values, which are those of the current version.
    """
    own = PlanItem.kind == _KINDS[type(row)], PlanItem.row_id == row.id
    contents = select(PlanItemVersion.content).join(PlanItem, PlanItem.id == PlanItemVersion.item_id).where(*own)
    if (steps := row.version - version) < 0:
        return None
    content: dict[str, Any] | None = session.scalar(contents.order_by(PlanItemVersion.from_event.desc()).offset(steps).limit(1))
    return content


def history_gaps(session: Session) -> list[str]:
    """Return the kind and id ("activity 12") of each row whose values differ from the latest ones in its history."""
    last_contents = {
        (row.kind, row.row_id): row.content
        for row in session.execute(
            select(PlanItem.kind, PlanItem.row_id, PlanItemVersion.content)
            .join(PlanItemVersion, PlanItemVersion.item_id == PlanItem.id)
            .where(PlanItemVersion.until_event.is_(None))
        )
    }
    gaps = []
    for row in _all_rows(session):
        kind = _KINDS[type(row)]
        if last_contents.pop((kind, row.id), None) != _content(row):
            gaps.append(f"{kind} {row.id}")
    return gaps + [f"{kind} {id_}" for kind, id_ in last_contents]


def unused_ids(session: Session, model: type[PlanRow]) -> Iterator[int | None]:
    """Yield ids that no row of this table ever had, because the history and the audit log identify a row by its id.

    SQLite would reuse the ids of rows that were deleted when an adoption was undone. On PostgreSQL, which does not reuse ids,
    yields None.
    """
    if session.get_bind().dialect.name != "sqlite":
        return repeat(None)
    known = session.scalar(select(func.max(PlanItem.row_id)).where(PlanItem.kind == _KINDS[model]))
    return count(1 + max(known or 0, session.scalar(select(func.max(model.id))) or 0))


def plan_rows(plan: WorkPlan) -> Iterator[PlanRow]:
    """Yield the rows whose history is kept: a plan with its priorities, activities and assignments."""
    yield plan
    for priority in plan.priorities:
        yield priority
        yield from priority.activities
        yield from priority.assignments


def _all_rows(session: Session) -> Iterator[PlanRow]:
    yield from session.scalars(select(WorkPlan))
    yield from session.scalars(select(Priority))
    yield from session.scalars(select(Activity))
    yield from session.scalars(select(Assignment))


def _item_id(session: Session, row: PlanRow) -> int:
    kind = _KINDS[type(row)]
    item_id = session.scalar(select(PlanItem.id).where(PlanItem.kind == kind, PlanItem.row_id == row.id))
    if item_id is not None:
        return item_id
    item = PlanItem(kind=kind, row_id=row.id, year=_year_of(session, row))
    session.add(item)
    session.flush()
    return item.id


def _year_of(session: Session, row: PlanRow) -> int:
    if isinstance(row, WorkPlan):
        return row.year
    if isinstance(row, Priority):
        return session.scalars(select(WorkPlan.year).where(WorkPlan.id == row.plan_id)).one()
    of_priority = select(WorkPlan.year).join(Priority, Priority.plan_id == WorkPlan.id).where(Priority.id == row.priority_id)
    return session.scalars(of_priority).one()


def _content(row: PlanRow) -> dict[str, Any]:
    """Return the values of a row as JSON data, by column."""
    values = {c.name: getattr(row, c.name) for c in table(type(row)).c if c.name not in _NOT_KEPT}
    return {
        name: value.isoformat() if isinstance(value, date) else getattr(value, "value", value) for name, value in values.items()
    }


_VERSION = table(PlanItemVersion)
_OPEN_VERSION = select(_VERSION.c.id, _VERSION.c.content).where(
    _VERSION.c.item_id == bindparam("item"), _VERSION.c.until_event.is_(None)
)
_CLOSE_VERSION = update(_VERSION).where(_VERSION.c.id == bindparam("version")).values(until_event=bindparam("event"))
_ADD_VERSION = insert(_VERSION)
