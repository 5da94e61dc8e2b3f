"""The changes to a plan, with who made them and why: audit events, each with the values of the changed rows before and after.

The values come from the history of the rows, so an event shows what it changed whatever data the event itself stores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.queries import lead_jurisdictions
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import NotFound
from cogwg.plan.models import Activity, Assignment, PlanItem, PlanItemKind, PlanItemVersion, Priority, WorkPlan

JURISDICTION = "jurisdiction"
"""The ``subject_kind`` of audit events about a jurisdiction, which is not a row of a plan."""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row of a plan with its values before and after an event, by column; ``before`` is empty if the event added the row."""

    kind: PlanItemKind
    id: int
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """An audit event with the rows that it changed.

    ``before`` and ``after`` are the event's own data. ``person`` and the jurisdictions are empty if they are not known.
    ``rows`` is empty for an event that changed no rows, such as a request, and for an event that changed more than
    ``MANY_ROWS``.
    """

    id: int
    at: datetime
    action: str
    person: str
    is_by_system: bool
    jurisdiction: Bilingual
    behalf_of: Bilingual
    subject: tuple[str, int]
    before: dict[str, Any]
    after: dict[str, Any]
    rows: tuple[ChangedRow, ...]

    @property
    def reason(self) -> Bilingual:
        """The reason, empty if none was recorded. A reason that was stored as a single text is used for both languages."""
        stored = self.after.get("reason", self.after.get("note", ""))
        return Bilingual(stored, stored) if isinstance(stored, str) else Bilingual(*stored)


MANY_ROWS = 40
"""An event that changed more rows is about the plan as a whole, and its rows are not shown one by one."""


@dataclass(frozen=True, slots=True)
class ChangeScope:
    """The SQL of a list of changes: the ids of events that changed its rows, the ids of events about its subject, and the
    condition for the rows to show.
    """

    changing: Select[int]
    about: Select[int]
    items: ColumnElement[bool]


def changes_of_plan(year: int) -> ChangeScope:
    """Select the changes to all rows of a year's plan."""
    return _of_items(PlanItem.year == year)


def changes_of_priority(priority_id: int) -> ChangeScope:
    """Select the changes to a priority, its activities and its roles."""
    activities, roles = (select(kind.id).where(kind.priority_id == priority_id) for kind in (Activity, Assignment))
    return _of_items(
        or_(
            and_(PlanItem.kind == PlanItemKind.PRIORITY, PlanItem.row_id == priority_id),
            and_(PlanItem.kind == PlanItemKind.ACTIVITY, PlanItem.row_id.in_(activities)),
            and_(PlanItem.kind == PlanItemKind.ASSIGNMENT, PlanItem.row_id.in_(roles)),
        )
    )


def changes_of_activity(activity_id: int) -> ChangeScope:
    """Select the changes to an activity."""
    return _of_items(and_(PlanItem.kind == PlanItemKind.ACTIVITY, PlanItem.row_id == activity_id))


def changes_of_jurisdiction(jurisdiction_id: int) -> ChangeScope:
    """Select the changes that gave a jurisdiction a role or changed or ended the role, and the changes to the jurisdiction's
    names.
    """
    of_roles = select(PlanItemVersion).join(PlanItem, PlanItem.id == PlanItemVersion.item_id)
    held = of_roles.where(
        PlanItem.kind == PlanItemKind.ASSIGNMENT,
        PlanItemVersion.content["jurisdiction_id"].as_integer() == jurisdiction_id,
    )
    begun = held.with_only_columns(PlanItemVersion.from_event)
    ended = held.with_only_columns(PlanItemVersion.until_event).where(PlanItemVersion.until_event.is_not(None))
    own = select(AuditEvent.id).where(AuditEvent.subject_kind == JURISDICTION, AuditEvent.subject_id == jurisdiction_id)
    changing = select(union(begun, ended).subquery().c[0])
    return ChangeScope(changing, own, PlanItem.id.in_(held.with_only_columns(PlanItemVersion.item_id)))


def count_changes(session: Session, scope: ChangeScope, actions: Collection[str]) -> int:
    """Return the number of events that ``plan_changes`` returns without a limit."""
    return session.scalar(select(func.count()).select_from(_event_ids(scope, actions).subquery())) or 0


def plan_changes(
    session: Session, scope: ChangeScope, actions: Collection[str], *, offset: int = 0, limit: int
) -> list[RecordedChange]:
    """Return the events that changed rows of the scope, and the events with one of the ``actions`` about its subject; newest
    first.

    Runs two SQL statements, whatever the number of events.
    """
    own, behalf, led = aliased(Jurisdiction), aliased(Jurisdiction), lead_jurisdictions()
    events = session.execute(
        select(AuditEvent, Person.name, own, behalf)
        .outerjoin(Person, and_(Person.id == AuditEvent.actor_id, AuditEvent.actor_kind == "person"))
        .outerjoin(led, led.c.person_id == Person.id)
        .outerjoin(own, own.id == led.c.jurisdiction_id)
        .outerjoin(behalf, behalf.id == AuditEvent.behalf_of)
        .where(AuditEvent.id.in_(_event_ids(scope, actions)))
        .order_by(AuditEvent.id.desc())
        .offset(offset)
        .limit(limit)
    ).all()
    rows = _changed_rows(session, scope, [row.AuditEvent.id for row in events])
    return [
        RecordedChange(
            id=event.id,
            at=event.at,
            action=event.action,
            person=name or "",
            is_by_system=event.actor_kind != "person",
            jurisdiction=own_jurisdiction.name if own_jurisdiction is not None else EMPTY_TEXT,
            behalf_of=behalf_of.name if behalf_of is not None else EMPTY_TEXT,
            subject=(event.subject_kind, event.subject_id),
            before=event.before or {},
            after=event.after or {},
            rows=tuple(rows.get(event.id, ())),
        )
        for event, name, own_jurisdiction, behalf_of in events
    ]


@dataclass(frozen=True, slots=True)
class RowPlaces:
    """The plan items that rows belong to, by id: the year and number of each priority, and the year and code of
    each activity.
    """

    priorities: dict[int, tuple[int, int]]
    activities: dict[int, tuple[int, str]]
    roles: dict[int, int]
    """The priority id of each role, by the role's id."""


def row_places(session: Session, changes: Sequence[RecordedChange]) -> RowPlaces:
    """Find the plan items of all rows that these events changed or are about, in three SQL statements."""
    about: defaultdict[str, set[int]] = defaultdict(set)
    for change in changes:
        for kind, id_ in (change.subject, *((row.kind, row.id) for row in change.rows)):
            about[kind].add(id_)
    of_roles = session.execute(
        select(Assignment.id, Assignment.priority_id).where(Assignment.id.in_(about[PlanItemKind.ASSIGNMENT]))
    )
    roles = {row.id: row.priority_id for row in of_roles}
    activities = session.execute(
        select(Activity.id, Activity.priority_id, Activity.code).where(Activity.id.in_(about[PlanItemKind.ACTIVITY]))
    ).all()
    priority_ids = about[PlanItemKind.PRIORITY] | set(roles.values()) | {row.priority_id for row in activities}
    priorities = session.execute(
        select(Priority.id, WorkPlan.year, Priority.number)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .where(Priority.id.in_(priority_ids))
    ).all()
    years = {row.id: row.year for row in priorities}
    return RowPlaces(
        {row.id: (row.year, row.number) for row in priorities},
        {row.id: (years[row.priority_id], row.code) for row in activities},
        roles,
    )


def find_priority(session: Session, year: int, number: int) -> tuple[int, Bilingual]:
    """Return the id and title of a priority, even if it was retired. Raises ``NotFound`` if there is no such priority."""
    row = session.execute(
        select(Priority.id, Priority.title)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .where(WorkPlan.year == year, Priority.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound(f"priority {number}")
    return row.id, row.title


def find_activity(session: Session, year: int, code: str) -> tuple[int, Bilingual]:
    """Return the id and title of an activity, even if it was retired. Raises ``NotFound`` if there is no such activity."""
    row = session.execute(
        select(Activity.id, Activity.title)
        .join(Priority, Priority.id == Activity.priority_id)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .where(WorkPlan.year == year, Activity.code == code)
    ).first()
    if row is None:
        raise NotFound(f"activity {code}")
    return row.id, row.title


def _of_items(items: ColumnElement[bool]) -> ChangeScope:
    """Select the events that changed these rows or are about them."""
    changing = select(PlanItemVersion.from_event).join(PlanItem, PlanItem.id == PlanItemVersion.item_id).where(items)
    is_subject = and_(AuditEvent.subject_kind == PlanItem.kind, AuditEvent.subject_id == PlanItem.row_id)
    return ChangeScope(changing, select(AuditEvent.id).join(PlanItem, is_subject).where(items), items)


def _event_ids(scope: ChangeScope, actions: Collection[str]) -> Any:
    """Select the ids of the events that changed rows of the scope, or are about its subject with one of these actions.

    A history that was rebuilt without the event that created its row begins with event 0, which is left out.
    """
    listed = union(scope.changing, scope.about.where(AuditEvent.action.in_(tuple(actions)))).subquery()
    return select(listed.c[0]).where(listed.c[0] > 0)


def _changed_rows(session: Session, scope: ChangeScope, event_ids: Collection[int]) -> dict[int, list[ChangedRow]]:
    """Return the rows of the scope that each of these events changed, by the id of the event."""
    last = aliased(PlanItemVersion)
    versions = session.execute(
        select(PlanItemVersion.from_event, PlanItem.kind, PlanItem.row_id, last.content, PlanItemVersion.content)
        .join(PlanItem, PlanItem.id == PlanItemVersion.item_id)
        .outerjoin(last, and_(last.item_id == PlanItem.id, last.until_event == PlanItemVersion.from_event))
        .where(scope.items, PlanItemVersion.from_event.in_(tuple(event_ids)))
        .order_by(PlanItemVersion.from_event, PlanItemVersion.id)
    )
    rows: dict[int, list[ChangedRow]] = {}
    for event_id, kind, row_id, before, after in versions:
        rows.setdefault(event_id, []).append(ChangedRow(kind, row_id, before or {}, after))
    return {event_id: own for event_id, own in rows.items() if len(own) <= MANY_ROWS}
