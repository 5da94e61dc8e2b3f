"""The history of the plan: each row's values from one audit event until another, and the plan as it was known then.

Every command that changes a row of a plan keeps it here, in the transaction of the change and with the change's own event, so
that ``plan_known_at`` answers what the plan said after any event. ``history_gaps`` names rows for which that was forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import EarlierName, Jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import end_of_day
from cogwg.core.db import execute_core, named_rows, table
from cogwg.core.errors import NotFound
from cogwg.plan import rules
from cogwg.plan.models import (
    Activity,
    Assignment,
    AssignmentRole,
    Confirmation,
    DueChange,
    PlanItem,
    PlanItemKind,
    PlanItemVersion,
    Priority,
    WorkPlan,
)
from cogwg.plan.queries import ActivityFacts, AssignmentFacts, PlanFacts, PriorityFacts

PlanRow = WorkPlan | Priority | Activity | Assignment
_KINDS: dict[type[PlanRow], PlanItemKind] = {
    WorkPlan: PlanItemKind.PLAN,
    Priority: PlanItemKind.PRIORITY,
    Activity: PlanItemKind.ACTIVITY,
    Assignment: PlanItemKind.ASSIGNMENT,
}
_NOT_KEPT = {"id", "version"}
"""Columns that say nothing about the plan itself."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the record: what the events up to ``event_id`` say, and the last of its days."""

    event_id: int
    day: date


def last_moment_of(session: Session, day: date) -> Moment:
    """Return the last moment of a day, as the record knew it then."""
    before = end_of_day(day)
    last = select(AuditEvent.id).where(AuditEvent.at < before).order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(1)
    return Moment(session.scalar(last) or 0, day)


def keep_rows(session: Session, event_id: int, rows: Iterable[PlanRow]) -> None:
    """Keep the values of these rows as they are after an event. A row that is as it was kept last is left out.

    Call it after ``record_event`` and with each row that the command changed or added; the rows must have been flushed.
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
    """Keep a plan with all its priorities, activities and assignments."""
    keep_rows(session, event_id, _rows_of(plan))


def end_rows(session: Session, event_id: int, rows: Iterable[PlanRow]) -> None:
    """Record that these rows are deleted with an event: from then on, they are not in the plan."""
    for row in rows:
        last = session.execute(_OPEN_VERSION, {"item": _item_id(session, row)}).one_or_none()
        if last is not None:
            execute_core(session, _CLOSE_VERSION, {"version": last.id, "event": event_id})


def rows_kept_with(session: Session, row: PlanRow) -> list[PlanRow]:
    """Return a row, and the others whose present values were kept with the same event: what was changed together with it."""
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
    """Return the values that a row had at a version of it, or None if the history does not have it.

    Each command that raises the version of a row also keeps its values, so the last values kept are those of its present
    version.
    """
    own = PlanItem.kind == _KINDS[type(row)], PlanItem.row_id == row.id
    contents = select(PlanItemVersion.content).join(PlanItem, PlanItem.id == PlanItemVersion.item_id).where(*own)
    if (steps := row.version - version) < 0:
        return None
    content: dict[str, Any] | None = session.scalar(contents.order_by(PlanItemVersion.from_event.desc()).offset(steps).limit(1))
    return content


def history_gaps(session: Session) -> list[str]:
    """Return the rows whose values are not those that were kept last, such as "activity 12"; empty if all is well."""
    kept = {
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
        if kept.pop((kind, row.id), None) != _content(row):
            gaps.append(f"{kind} {row.id}")
    return gaps + [f"{kind} {id_}" for kind, id_ in kept]


def plan_known_at(session: Session, year: int, moment: Moment) -> PlanFacts:
    """Return the plan of a year as the record knew it at a moment, with the names that jurisdictions had on its day.

    Its cost depends on the number of rows of the plan, not on the length of their history. Rows that had left the plan are left
    out. Raises ``NotFound`` if there was no such plan.
    """
    found = {"year": year, "event": moment.event_id}
    rows: dict[PlanItemKind, list[tuple[int, dict[str, Any]]]] = {kind: [] for kind in PlanItemKind}
    for row in named_rows(execute_core(session, _KNOWN, found)):
        if row.content.get("retired_on") is None:
            rows[PlanItemKind(row.kind)].append((row.row_id, row.content))
    if not rows[PlanItemKind.PLAN]:
        raise NotFound(f"plan {year} on {moment.day}")
    plan_id, plan = rows[PlanItemKind.PLAN][0]
    names = _names_on(session, moment.day)
    moves = _first_moves(session, [id_ for id_, _ in rows[PlanItemKind.ACTIVITY]], moment)
    assignments: dict[int, list[tuple[int, AssignmentFacts]]] = {}
    for id_, content in rows[PlanItemKind.ASSIGNMENT]:
        facts = _assignment(id_, content, names)
        assignments.setdefault(facts.priority_id, []).append((content["position"], facts))
    activities: dict[int, list[tuple[date, int, ActivityFacts]]] = {}
    for id_, content in rows[PlanItemKind.ACTIVITY]:
        activity = _activity(id_, content, moves.get(id_))
        activities.setdefault(activity.priority_id, []).append((activity.due_on, content["position"], activity))
    priorities = [
        _priority(
            id_,
            content,
            tuple(a for *_, a in sorted(assignments.get(id_, []), key=lambda each: each[0])),
            tuple(a for *_, a in sorted(activities.get(id_, []), key=lambda each: each[:2])),
        )
        for id_, content in sorted(rows[PlanItemKind.PRIORITY], key=lambda row: (row[1]["position"], row[1]["number"]))
    ]
    return PlanFacts(
        id=plan_id,
        year=plan["year"],
        title=_text(plan, "title"),
        link=plan["link"],
        adopted_on=date.fromisoformat(plan["adopted_on"]),
        sample=plan["sample"],
        priorities=tuple(priorities),
        closed_on=date.fromisoformat(plan["closed_on"]) if plan["closed_on"] else None,
    )


def _rows_of(plan: WorkPlan) -> Iterator[PlanRow]:
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


def _text(content: dict[str, Any], name: str) -> Bilingual:
    return Bilingual(content[f"{name}_en"], content[f"{name}_fr"])


def _priority(
    id_: int, content: dict[str, Any], assignments: tuple[AssignmentFacts, ...], activities: tuple[ActivityFacts, ...]
) -> PriorityFacts:
    return PriorityFacts(
        id=id_,
        number=content["number"],
        title=_text(content, "title"),
        short=_text(content, "short"),
        issue=_text(content, "issue"),
        outcome=_text(content, "outcome"),
        consequences=tuple(Bilingual(*pair) for pair in content["consequences"]),
        results=tuple(Bilingual(*pair) for pair in content["results"]),
        assignments=assignments,
        activities=activities,
    )


def _activity(id_: int, content: dict[str, Any], first_due: rules.DueDate | None) -> ActivityFacts:
    due = rules.DueDate(content["due_year"], content["due_month"], content["due_day"])
    return ActivityFacts(
        id=id_,
        priority_id=content["priority_id"],
        code=content["code"],
        title=_text(content, "title"),
        text=_text(content, "text"),
        due_year=due.year,
        due_month=due.month,
        due_day=due.day,
        due_words=_text(content, "due_words"),
        ongoing=content["ongoing"],
        original_due=first_due if first_due != due else None,
    )


def _assignment(id_: int, content: dict[str, Any], names: dict[int, _NamesOnDay]) -> AssignmentFacts:
    own = names.get(content["jurisdiction_id"])
    name = _text(content, "assignee")
    return AssignmentFacts(
        id=id_,
        priority_id=content["priority_id"],
        jurisdiction_id=content["jurisdiction_id"],
        jurisdiction_code=own.code if own else "",
        name=own.name_in_plan(name) if own else name,
        full_name=own.name if own else EMPTY_TEXT,
        short=own.short if own else EMPTY_TEXT,
        role=AssignmentRole(content["role"]),
        confirmation=Confirmation(content["confirmation"]),
        since=date.fromisoformat(content["since"]),
    )


@dataclass(frozen=True, slots=True)
class _NamesOnDay:
    """The names of a jurisdiction on a day, and the pairs of names (full, short) that it had before."""

    code: str
    name: Bilingual
    short: Bilingual
    earlier: tuple[tuple[Bilingual, Bilingual], ...]

    def name_in_plan(self, assignee: Bilingual) -> Bilingual:
        """Return the plan's name for the jurisdiction, or its new name if the plan's is one that it had before."""
        if any(assignee == short for _, short in self.earlier):
            return self.short
        return self.name if any(assignee == name for name, _ in self.earlier) else assignee


def _names_on(session: Session, day: date) -> dict[int, _NamesOnDay]:
    renamed: dict[int, list[EarlierName]] = {}
    for earlier in session.scalars(select(EarlierName).order_by(EarlierName.held_until, EarlierName.id)):
        renamed.setdefault(earlier.jurisdiction_id, []).append(earlier)
    names = {}
    for jurisdiction in session.scalars(select(Jurisdiction)):
        own = renamed.get(jurisdiction.id, [])
        past = [e for e in own if e.held_until <= day]
        current = next((e for e in own if e.held_until > day), jurisdiction)
        names[jurisdiction.id] = _NamesOnDay(
            jurisdiction.code, current.name, current.short, tuple((e.name, e.short) for e in past)
        )
    return names


def _first_moves(session: Session, activity_ids: list[int], moment: Moment) -> dict[int, rules.DueDate]:
    """Return the due date before the first move of each activity that had been moved by then."""
    before = end_of_day(moment.day)
    moves = execute_core(session, _FIRST_MOVES, {"ids": activity_ids, "before": before})
    return {row.activity_id: rules.DueDate(row.from_year, row.from_month, row.from_day) for row in moves}


_ITEM, _VERSION, _MOVE = map(table, (PlanItem, PlanItemVersion, DueChange))
_OPEN_VERSION = select(_VERSION.c.id, _VERSION.c.content).where(
    _VERSION.c.item_id == bindparam("item"), _VERSION.c.until_event.is_(None)
)
_CLOSE_VERSION = update(_VERSION).where(_VERSION.c.id == bindparam("version")).values(until_event=bindparam("event"))
_ADD_VERSION = insert(_VERSION)
_EARLIER_VERSION = _VERSION.alias()
_LATEST = (
    select(func.max(_EARLIER_VERSION.c.from_event))
    .where(_EARLIER_VERSION.c.item_id == _ITEM.c.id, _EARLIER_VERSION.c.from_event <= bindparam("event"))
    .correlate(_ITEM)
    .scalar_subquery()
)
_KNOWN = (
    select(_ITEM.c.kind, _ITEM.c.row_id, _VERSION.c.content)
    .select_from(_ITEM.join(_VERSION, (_VERSION.c.item_id == _ITEM.c.id) & (_VERSION.c.from_event == _LATEST)))
    .where(
        _ITEM.c.year == bindparam("year"),
        _VERSION.c.until_event.is_(None) | (_VERSION.c.until_event > bindparam("event")),
    )
)
_FIRST = (
    select(func.min(_MOVE.c.id).label("id"))
    .where(
        _MOVE.c.activity_id.in_(bindparam("ids", expanding=True)),
        _MOVE.c.changed_at < bindparam("before", type_=_MOVE.c.changed_at.type),
    )
    .group_by(_MOVE.c.activity_id)
    .subquery()
)
_FIRST_MOVES = select(_MOVE).join(_FIRST, _FIRST.c.id == _MOVE.c.id)
