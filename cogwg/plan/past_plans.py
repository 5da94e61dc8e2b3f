"""The plan at an earlier moment, as it was known that day or as it is known today, read from the history of its rows.

Each function runs a constant number of SQL statements, whose cost does not grow with the length of the history.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, Integer, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import EarlierName, Jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import end_of_day, local_day
from cogwg.core.db import execute_core, named_rows, table
from cogwg.core.errors import NotFound
from cogwg.plan import rules
from cogwg.plan.models import (
    Activity,
    AssignmentRole,
    Confirmation,
    DueChange,
    PlanItem,
    PlanItemKind,
    PlanItemVersion,
)
from cogwg.plan.queries import ActivityFacts, AssignmentFacts, PlanFacts, PriorityFacts

_AFTER_ALL = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in the record: ``event_id`` is the last audit event by then, or 0 if there was none."""

    event_id: int
    day: date


def last_moment_of(session: Session, day: date) -> Moment:
    """Return the last moment of a day, with the last audit event by then."""
    return Moment(execute_core(session, _LAST_EVENT, {"before": end_of_day(day)}).scalar() or 0, day)


def plan_known_at(session: Session, year: int, moment: Moment) -> PlanFacts:
    """Return the plan of a year as it was known at a moment, with the names that jurisdictions had on that day.

    Retired rows are left out. Raises ``NotFound`` if there was no such plan then.
    """
    rows = execute_core(session, _KNOWN_THEN, {"year": year, "event": moment.event_id})
    return _plan(session, year, rows, names_on=moment.day, moved_before=end_of_day(moment.day))


def plan_known_today(session: Session, year: int, moment: Moment) -> PlanFacts:
    """Return the plan of a year at a moment, as it is known today.

    It has the rows that were in the plan at the moment, and the roles as they were then, with today's wording, due dates and
    names of jurisdictions. If the plan was recorded after the moment, its rows and roles are those that were first recorded.
    Rows that have since been deleted are left out. Raises ``NotFound`` if there is no such plan.
    """
    rows = execute_core(session, _KNOWN_TODAY, {"year": year, "event": moment.event_id})
    return _plan(session, year, rows, names_on=date.max, moved_before=_AFTER_ALL)


def plan_year_on(session: Session, moment: Moment, *, known_today: bool) -> int:
    """Return the year of the plan in effect on the moment's day: the latest that was adopted by then, up to the day's year.

    Only plans recorded by the moment are considered or, with ``known_today``, those recorded today. Raises ``NotFound`` if
    there is none.
    """
    parameters = {"year": moment.day.year, "event": moment.event_id, "day": moment.day.isoformat()}
    year: int | None = execute_core(session, _YEAR_TODAY if known_today else _YEAR_THEN, parameters).scalar()
    if year is None:
        raise NotFound(f"plan on {moment.day}")
    return year


def plan_recorded_on(session: Session, year: int) -> date:
    """Return the day on which the plan of a year was recorded. Raises ``NotFound`` if there is no such plan."""
    at: datetime | None = execute_core(session, _RECORDED_AT, {"year": year}).scalar()
    if at is None:
        raise NotFound(f"plan {year}")
    return local_day(at)


def _plan(session: Session, year: int, result: Any, *, names_on: date, moved_before: datetime) -> PlanFacts:
    """Build the plan from these rows.

    Jurisdictions have the names that they had on ``names_on``. ``original_due`` takes into account only due dates that were
    moved before ``moved_before``.

    Raises ``NotFound`` if the rows do not include the plan itself.
    """
    rows: dict[PlanItemKind, list[tuple[int, dict[str, Any]]]] = {kind: [] for kind in PlanItemKind}
    for row in named_rows(result):
        rows[PlanItemKind(row.kind)].append((row.row_id, row.content))
    if not rows[PlanItemKind.PLAN]:
        raise NotFound(f"plan {year}")
    plan_id, plan = rows[PlanItemKind.PLAN][0]
    names = _names_on(session, names_on, [content for _, content in rows[PlanItemKind.ASSIGNMENT]])
    moves = _first_moves(session, [id_ for id_, _ in rows[PlanItemKind.ACTIVITY]], moved_before)
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
    """The names of a jurisdiction on a day, and the earlier names (full, short) that the plan still uses."""

    code: str
    name: Bilingual
    short: Bilingual
    earlier: list[tuple[Bilingual, Bilingual]]

    def name_in_plan(self, assignee: Bilingual) -> Bilingual:
        """Return the plan's name for the jurisdiction or, if that is an earlier name of it, its name on the day."""
        if any(assignee == short for _, short in self.earlier):
            return self.short
        return self.name if any(assignee == name for name, _ in self.earlier) else assignee


def _names_on(session: Session, day: date, assignments: Collection[dict[str, Any]]) -> dict[int, _NamesOnDay]:
    """Map the id of each jurisdiction in these assignments to its names on the given day, in one SQL statement.

    Of a jurisdiction's earlier names, only those that the assignments use are read.
    """
    ids = {content["jurisdiction_id"] for content in assignments} - {None}
    used = {content["assignee_en"] for content in assignments}
    names: dict[int, _NamesOnDay] = {}
    for row in named_rows(execute_core(session, _NAMES, {"ids": tuple(ids), "used": tuple(used), "day": day})):
        own = names.setdefault(row.id, _NamesOnDay(row.code, _pair(row, "name"), _pair(row, "short"), []))
        if row.past_name_en is not None:
            own.earlier.append((_pair(row, "past_name"), _pair(row, "past_short")))
    return names


def _pair(row: Any, name: str) -> Bilingual:
    return Bilingual(getattr(row, f"{name}_en"), getattr(row, f"{name}_fr"))


def _first_moves(session: Session, activity_ids: list[int], before: datetime) -> dict[int, rules.DueDate]:
    """Map the id of each activity that was moved before this time to its due date before the first move."""
    moves = execute_core(session, _FIRST_MOVES, {"ids": activity_ids, "before": before})
    return {row.activity_id: rules.DueDate(row.from_year, row.from_month, row.from_day) for row in named_rows(moves)}


# Statements are built once, from Core tables only, because building one costs as much as executing it.
_EVENT_LOG, _ITEM, _VERSION, _MOVE = map(table, (AuditEvent, PlanItem, PlanItemVersion, DueChange))
_LAST_EVENT = (
    select(_EVENT_LOG.c.id)
    .where(_EVENT_LOG.c.at < bindparam("before", type_=_EVENT_LOG.c.at.type))
    .order_by(_EVENT_LOG.c.at.desc(), _EVENT_LOG.c.id.desc())
    .limit(1)
)
_YEAR, _EVENT = bindparam("year", type_=Integer()), bindparam("event", type_=Integer())


def _is_latest(item: FromClause, version: FromClause, event: ColumnElement[int] | None = None) -> ColumnElement[bool]:
    """Return the SQL condition that ``version`` is the item's latest, as of ``event`` or, without one, today; false for
    deleted rows.

    The database finds the latest version at the end of the index, however many versions there are.
    """
    earlier = _VERSION.alias()
    latest = select(func.max(earlier.c.from_event)).where(earlier.c.item_id == item.c.id).correlate(item)
    is_open: ColumnElement[bool] = version.c.until_event.is_(None)
    if event is not None:
        latest = latest.where(earlier.c.from_event <= event)
        is_open = or_(is_open, version.c.until_event > event)
    return and_(version.c.item_id == item.c.id, version.c.from_event == latest.scalar_subquery(), is_open)


_WAS_IN_PLAN = _VERSION.c.content["retired_on"].as_string().is_(None)
_KNOWN_THEN = (
    select(_ITEM.c.kind, _ITEM.c.row_id, _VERSION.c.content)
    .select_from(_ITEM.join(_VERSION, _is_latest(_ITEM, _VERSION, _EVENT)))
    .where(_ITEM.c.year == _YEAR, _WAS_IN_PLAN)
)


def _first_record(year: ColumnElement[int]) -> ColumnElement[int]:
    """Select the id of the audit event that recorded the current plan of a year."""
    item, first, today = _ITEM.alias(), _VERSION.alias(), _VERSION.alias()
    return (
        select(func.min(first.c.from_event))
        .select_from(item.join(first, first.c.item_id == item.c.id).join(today, _is_latest(item, today)))
        .where(item.c.year == year, item.c.kind == PlanItemKind.PLAN)
        .scalar_subquery()
    )


_RECORDED_AT = select(_EVENT_LOG.c.at).where(_EVENT_LOG.c.id == _first_record(_YEAR))
_TODAYS = _VERSION.alias()
_FROM_RECORD = case((_first_record(_YEAR) > _EVENT, _first_record(_YEAR)), else_=_EVENT)
_KNOWN_TODAY = (
    select(
        _ITEM.c.kind,
        _ITEM.c.row_id,
        case((_ITEM.c.kind == PlanItemKind.ASSIGNMENT, _VERSION.c.content), else_=_TODAYS.c.content).label("content"),
    )
    .select_from(_ITEM.join(_VERSION, _is_latest(_ITEM, _VERSION, _FROM_RECORD)).join(_TODAYS, _is_latest(_ITEM, _TODAYS)))
    .where(_ITEM.c.year == _YEAR, _WAS_IN_PLAN)
)
_IS_PLAN_ADOPTED = (
    _ITEM.c.kind == PlanItemKind.PLAN,
    _ITEM.c.year <= _YEAR,
    _VERSION.c.content["adopted_on"].as_string() <= bindparam("day"),
)
_YEAR_THEN, _YEAR_TODAY = (
    select(func.max(_ITEM.c.year)).select_from(_ITEM.join(_VERSION, is_latest)).where(*_IS_PLAN_ADOPTED)
    for is_latest in (_is_latest(_ITEM, _VERSION, _EVENT), _is_latest(_ITEM, _VERSION))
)
_JURISDICTION, _EARLIER = map(table, (Jurisdiction, EarlierName))
_THEN, _PAST, _LATER = _EARLIER.alias(), _EARLIER.alias(), _EARLIER.alias()
_DAY = bindparam("day", type_=_EARLIER.c.held_until.type)
_HELD_THEN = (
    select(func.min(_LATER.c.id))
    .where(_LATER.c.jurisdiction_id == _JURISDICTION.c.id, _LATER.c.held_until > _DAY)
    .correlate(_JURISDICTION)
    .scalar_subquery()
)
_USED: BindParameter[Any] = bindparam("used", expanding=True)
_NAME_COLUMNS = ("name_en", "name_fr", "short_en", "short_fr")
_NAMES = (
    select(
        _JURISDICTION.c.id,
        _JURISDICTION.c.code,
        *(func.coalesce(_THEN.c[name], _JURISDICTION.c[name]).label(name) for name in _NAME_COLUMNS),
        *(_PAST.c[name].label(f"past_{name}") for name in _NAME_COLUMNS),
    )
    .select_from(
        _JURISDICTION.outerjoin(_THEN, _THEN.c.id == _HELD_THEN).outerjoin(
            _PAST,
            and_(
                _PAST.c.jurisdiction_id == _JURISDICTION.c.id,
                _PAST.c.held_until <= _DAY,
                or_(_PAST.c.name_en.in_(_USED), _PAST.c.short_en.in_(_USED)),
            ),
        )
    )
    .where(_JURISDICTION.c.id.in_(bindparam("ids", expanding=True)))
    .distinct()
)
_ACTIVITY, _FIRST = table(Activity), _MOVE.alias()
_FIRST_MOVE = select(func.min(_FIRST.c.id)).where(_FIRST.c.activity_id == _ACTIVITY.c.id).correlate(_ACTIVITY).scalar_subquery()
_FIRST_MOVES = (
    select(_MOVE.c.activity_id, _MOVE.c.from_year, _MOVE.c.from_month, _MOVE.c.from_day)
    .select_from(_ACTIVITY.join(_MOVE, _MOVE.c.id == _FIRST_MOVE))
    .where(
        _ACTIVITY.c.id.in_(bindparam("ids", expanding=True)),
        _MOVE.c.changed_at < bindparam("before", type_=_MOVE.c.changed_at.type),
    )
)
