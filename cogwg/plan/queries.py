"""Queries that return the plan as frozen dataclasses.

``plan_facts`` runs at most three SQL statements, whatever the size of the plan, and reads only what is requested. Retired rows
are no longer part of the plan: only ``plan_facts`` with ``with_retired`` returns them, for the pages of retired items.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import EarlierName, Jurisdiction
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import Quarter
from cogwg.core.db import execute_core, named_rows, table
from cogwg.core.errors import NotFound
from cogwg.core.text_states import NO_STALE_TEXTS, StaleTexts
from cogwg.plan import rules
from cogwg.plan.conditions import year_in_effect
from cogwg.plan.models import (
    Activity,
    Assignment,
    AssignmentRole,
    Confirmation,
    DueChange,
    Priority,
    WorkPlan,
)


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    """An assignment of a priority.

    ``name`` is the plan's name for the assignee, such as "TBS", or the jurisdiction's current name if it has been renamed
    since. ``full_name`` and ``short`` are the jurisdiction's official names. All are empty if the role is vacant.
    """

    id: int
    priority_id: int
    jurisdiction_id: int | None
    jurisdiction_code: str
    name: Bilingual
    full_name: Bilingual
    short: Bilingual
    role: AssignmentRole
    confirmation: Confirmation
    since: date
    retired_on: date | None = None
    version: int = field(default=1, compare=False)

    @property
    def is_vacant(self) -> bool:
        return self.confirmation is Confirmation.VACANT

    @property
    def is_to_confirm(self) -> bool:
        return self.confirmation is Confirmation.TO_CONFIRM

    @property
    def is_confirmed(self) -> bool:
        return self.confirmation is Confirmation.CONFIRMED

    @property
    def is_lead(self) -> bool:
        return self.role is AssignmentRole.LEAD

    @property
    def is_partner(self) -> bool:
        return self.role is AssignmentRole.PARTNER

    @property
    def has_stated_role(self) -> bool:
        """Whether the plan states that the jurisdiction is a lead or a partner; some assignments state neither."""
        return self.role is not AssignmentRole.NOT_STATED

    def days_in_state(self, today: date) -> int:
        """Return the number of days since the role was confirmed or offered, or became vacant."""
        return (today - self.since).days

    @property
    def can_report(self) -> bool:
        return rules.can_report(self.role, self.confirmation)

    @property
    def can_contribute(self) -> bool:
        return rules.can_contribute(self.role, self.confirmation)


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """An activity of a plan; ``due_on`` is the exact due day or, without one, the last day of the due month.

    ``original_due`` is the due date before the first move, or None if the activity was never moved or is back on that date.
    ``version`` is incremented by each change to the activity; 1 means that it is unchanged since it was added. ``stale`` maps
    the name of each stale text to the language in which it is stale.
    """

    id: int
    priority_id: int
    code: str
    title: Bilingual
    text: Bilingual
    due_year: int
    due_month: int
    due_day: int | None
    due_words: Bilingual
    ongoing: bool
    original_due: rules.DueDate | None = None
    retired_on: date | None = None
    version: int = field(default=1, compare=False)
    stale: StaleTexts = field(default_factory=dict, hash=False)

    @property
    def due_from(self) -> date:
        return date(self.due_year, self.due_month, 1)

    @property
    def due_on(self) -> date:
        return rules.due_on(self.due_year, self.due_month, self.due_day)

    @property
    def due(self) -> rules.DueDate:
        return rules.DueDate(self.due_year, self.due_month, self.due_day)

    @property
    def month(self) -> tuple[int, int]:
        return self.due_year, self.due_month

    @property
    def quarter(self) -> Quarter:
        return Quarter.from_month(self.due_year, self.due_month)


@dataclass(frozen=True, slots=True)
class PriorityFacts:
    """A priority with its consequences, results and assignments, and its activities by due date.

    ``stale`` maps the name of each stale text in ``priority_texts`` to the language in which it is stale.
    """

    id: int
    number: int
    title: Bilingual
    short: Bilingual
    issue: Bilingual
    outcome: Bilingual
    consequences: tuple[Bilingual, ...]
    results: tuple[Bilingual, ...]
    assignments: tuple[AssignmentFacts, ...]
    activities: tuple[ActivityFacts, ...]
    retired_on: date | None = None
    version: int = field(default=1, compare=False)
    stale: StaleTexts = field(default_factory=dict, hash=False)

    @property
    def vacant_count(self) -> int:
        """The number of the priority's vacant roles."""
        return sum(assignment.is_vacant for assignment in self.assignments)

    @property
    def first_reporting(self) -> AssignmentFacts | None:
        """The first assignment that can report on this priority, or None. Co-chairs report on behalf of its jurisdiction."""
        return next((assignment for assignment in self.assignments if assignment.can_report), None)

    def can_report(self, jurisdiction_ids: Collection[int]) -> bool:
        """Return whether one of these jurisdictions can report on this priority."""
        return any(a.can_report and a.jurisdiction_id in jurisdiction_ids for a in self.assignments)

    def other_reporting(self, jurisdiction_ids: Collection[int]) -> list[AssignmentFacts]:
        """Return the assignments of other jurisdictions that can report; a report by one of ``jurisdiction_ids`` also counts
        for them.
        """
        return [a for a in self.assignments if a.can_report and a.jurisdiction_id not in jurisdiction_ids]

    def can_contribute(self, jurisdiction_ids: Collection[int]) -> bool:
        """Return whether one of these jurisdictions can add notes to this priority's reports."""
        return any(a.can_contribute and a.jurisdiction_id in jurisdiction_ids for a in self.assignments)

    def roles_to_confirm(self, jurisdiction_ids: Collection[int]) -> list[AssignmentFacts]:
        """Return the roles that one of these jurisdictions still has to accept or decline."""
        to_confirm = (a for a in self.assignments if a.confirmation is Confirmation.TO_CONFIRM)
        return [a for a in to_confirm if a.jurisdiction_id in jurisdiction_ids]


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The plan of a year, with all of its priorities or only those requested. A closed plan can no longer be changed."""

    id: int
    year: int
    title: Bilingual
    link: str
    adopted_on: date
    sample: bool
    priorities: tuple[PriorityFacts, ...]
    closed_on: date | None = None

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None

    @property
    def activities(self) -> Iterator[ActivityFacts]:
        return (activity for priority in self.priorities for activity in priority.activities)

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        """Return the due months in order, as (year, month); tables have a column for each."""
        return tuple(sorted({activity.month for activity in self.activities}))

    @property
    def reporting_jurisdictions(self) -> dict[int, Bilingual]:
        """The names of the jurisdictions that report on one of these priorities, by id, in the order of the plan."""
        reporting = (a for p in self.priorities for a in p.assignments if a.can_report)
        return {a.jurisdiction_id: a.full_name for a in reporting if a.jurisdiction_id is not None}

    @property
    def unanswered_jurisdictions(self) -> dict[int, Bilingual]:
        """The names of the jurisdictions that have not yet accepted or declined a role, by id, in the order of the plan."""
        waiting = (role for _, role in self.assignments_with(Confirmation.TO_CONFIRM))
        return {role.jurisdiction_id: role.full_name for role in waiting if role.jurisdiction_id is not None}

    def assignments_with(self, confirmation: Confirmation) -> tuple[tuple[PriorityFacts, AssignmentFacts], ...]:
        """Return the assignments in this state, each with its priority."""
        return tuple((p, a) for p in self.priorities for a in p.assignments if a.confirmation is confirmation)


def plan_facts(
    session: Session,
    year: int,
    *,
    in_effect: bool = False,
    number: int | None = None,
    code: str | None = None,
    carried_by: Collection[int] | None = None,
    with_activities: bool = True,
    with_retired: bool = False,
) -> PlanFacts:
    """Return the plan of ``year`` or, with ``in_effect``, the plan in effect in that year (see ``year_in_effect``).

    ``number`` limits the plan to one priority, ``code`` to the priority of one activity, ``carried_by`` to the priorities in
    which a jurisdiction with one of these ids has a role. Without ``with_activities``, no activities are read.
    ``with_retired`` includes the priorities and activities that were retired. Raises ``NotFound`` if there is no such plan,
    priority or activity.
    """
    filters = {"number": number, "code": code, "carried_by": None if carried_by is None else tuple(carried_by)}
    given = {name: value for name, value in filters.items() if value is not None}
    values = {"year": year, **given}
    rows = list(named_rows(execute_core(session, _plan_statement(in_effect, tuple(given), with_retired), values)))
    priorities = [row for row in rows if row.priority_id is not None]
    if not rows or (not priorities and (number is not None or code is not None)):
        raise NotFound(f"plan {year}" if not rows else f"priority {number or code} in the plan {year}")
    ids = {"ids": [row.priority_id for row in priorities]}
    activities: dict[int, list[ActivityFacts]] = {}
    for row in named_rows(execute_core(session, _activities_statement(with_retired), ids)) if with_activities else ():
        activities.setdefault(row.priority_id, []).append(_activity_with_original_due(row))
    for own in activities.values():
        own.sort(key=lambda activity: activity.due_on)
    assignments: dict[int, list[AssignmentFacts]] = {}
    for row in named_rows(execute_core(session, _assignments_statement(with_retired), ids)):
        assignments.setdefault(row.assignment_priority_id, []).append(_assignment_from_row(row))
    return _plan_from_row(rows[0], (_priority_from_row(row, activities, assignments) for row in priorities))


# Statements are built once, and from Core tables only, because building one costs as much as executing it.
_PLAN, _PRIORITY, _ACTIVITY, _ASSIGNMENT, _JURISDICTION = map(table, (WorkPlan, Priority, Activity, Assignment, Jurisdiction))
_MOVE = table(DueChange)
PRIORITY_ORDER = (_PRIORITY.c.position, _PRIORITY.c.number)
_PLAN_COLUMNS = (*_PLAN.c, *(c.label(f"priority_{c.name}") for c in _PRIORITY.c))
ACTIVITY_COLUMNS = (*(c for c in _ACTIVITY.c if c.name != "stale"), _ACTIVITY.c.stale.label("activity_stale"))
"""The columns that ``activity_from_row`` reads. ``stale`` is renamed, because submissions also have a column ``stale``."""
_EARLIER = table(EarlierName)


def _is_earlier(name: str) -> ColumnElement[bool]:
    """Return the SQL condition that the assignee's name in the plan is an earlier ``name`` ("name" or "short") of the
    jurisdiction.
    """
    same = (_EARLIER.c[f"{name}_{lang}"] == _ASSIGNMENT.c[f"assignee_{lang}"] for lang in Language)
    own = _EARLIER.c.jurisdiction_id == _ASSIGNMENT.c.jurisdiction_id
    return exists().where(own, *same).correlate(_ASSIGNMENT).label(f"is_earlier_{name}")


_ASSIGNMENT_COLUMNS = (
    *(c.label(f"{t.name}_{c.name}") for t in (_ASSIGNMENT, _JURISDICTION) for c in t.c),
    *(_is_earlier(name) for name in ("name", "short")),
)


_CURRENT = {t: t.c.retired_on.is_(None) for t in (_PRIORITY, _ACTIVITY, _ASSIGNMENT)}
"""The condition for rows that are still part of the plan, by table."""


@cache
def _plan_statement(in_effect: bool, filter_names: tuple[str, ...], with_retired: bool) -> Select[*tuple[Any, ...]]:
    """Return the statement that selects a plan with its priorities, filtered by the parameters in ``filter_names``."""
    carriers = select(_ASSIGNMENT.c.priority_id).where(
        _ASSIGNMENT.c.jurisdiction_id.in_(bindparam("carried_by", expanding=True)), *_current(_ASSIGNMENT, with_retired)
    )
    with_code = select(_ACTIVITY.c.priority_id).where(_ACTIVITY.c.code == bindparam("code"), *_current(_ACTIVITY, with_retired))
    limits = {
        "number": _PRIORITY.c.number == bindparam("number"),
        "code": _PRIORITY.c.id.in_(with_code),
        "carried_by": _PRIORITY.c.id.in_(carriers),
    }
    of_year = _PLAN.c.year == bindparam("year")
    if in_effect:
        of_year = _PLAN.c.year == year_in_effect(bindparam("year"))
    filters = (*(limits[name] for name in filter_names), *_current(_PRIORITY, with_retired))
    joined = and_(_PRIORITY.c.plan_id == _PLAN.c.id, *filters)
    return select(*_PLAN_COLUMNS).select_from(_PLAN.outerjoin(_PRIORITY, joined)).where(of_year).order_by(*PRIORITY_ORDER)


def _current(of: Table, with_retired: bool) -> tuple[ColumnElement[bool], ...]:
    return () if with_retired else (_CURRENT[of],)


_OTHER_MOVE = _MOVE.alias()
_FIRST_MOVE = (
    select(func.min(_OTHER_MOVE.c.id)).where(_OTHER_MOVE.c.activity_id == _ACTIVITY.c.id).correlate(_ACTIVITY).scalar_subquery()
)


@cache
def _activities_statement(with_retired: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(*ACTIVITY_COLUMNS, _MOVE.c.from_year, _MOVE.c.from_month, _MOVE.c.from_day)
        .select_from(_ACTIVITY.outerjoin(_MOVE, _MOVE.c.id == _FIRST_MOVE))
        .where(_ACTIVITY.c.priority_id.in_(bindparam("ids", expanding=True)), *_current(_ACTIVITY, with_retired))
        .order_by(_ACTIVITY.c.priority_id, _ACTIVITY.c.position)
    )


@cache
def _assignments_statement(with_retired: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(*_ASSIGNMENT_COLUMNS)
        .select_from(_ASSIGNMENT.outerjoin(_JURISDICTION, _JURISDICTION.c.id == _ASSIGNMENT.c.jurisdiction_id))
        .where(_ASSIGNMENT.c.priority_id.in_(bindparam("ids", expanding=True)), *_current(_ASSIGNMENT, with_retired))
        .order_by(_ASSIGNMENT.c.priority_id, _ASSIGNMENT.c.position)
    )


_PLANS_WITH_ASSIGNMENTS = (
    select(*_PLAN_COLUMNS, *_ASSIGNMENT_COLUMNS)
    .select_from(
        _PLAN.outerjoin(_PRIORITY, and_(_PRIORITY.c.plan_id == _PLAN.c.id, _CURRENT[_PRIORITY]))
        .outerjoin(_ASSIGNMENT, and_(_ASSIGNMENT.c.priority_id == _PRIORITY.c.id, _CURRENT[_ASSIGNMENT]))
        .outerjoin(_JURISDICTION, _JURISDICTION.c.id == _ASSIGNMENT.c.jurisdiction_id)
    )
    .where(_PLAN.c.year.in_(bindparam("years", expanding=True)))
    .order_by(_PLAN.c.year, *PRIORITY_ORDER, _ASSIGNMENT.c.position)
)


def plans_with_assignments(session: Session, years: Collection[int]) -> list[PlanFacts]:
    """Return the plans of these years with priorities and assignments but without activities, in one SQL statement."""
    rows = list(named_rows(execute_core(session, _PLANS_WITH_ASSIGNMENTS, {"years": tuple(years)})))
    assignments: dict[int, list[AssignmentFacts]] = {}
    for row in rows:
        if row.assignment_id is not None:
            assignments.setdefault(row.priority_id, []).append(_assignment_from_row(row))
    priorities = {row.priority_id: row for row in rows if row.priority_id is not None}.values()
    return [
        _plan_from_row(plan, (_priority_from_row(row, {}, assignments) for row in priorities if row.id == plan.id))
        for plan in {row.id: row for row in rows}.values()
    ]


def _plan_from_row(row: Any, priorities: Iterable[PriorityFacts]) -> PlanFacts:
    return PlanFacts(
        id=row.id,
        year=row.year,
        title=Bilingual(row.title_en, row.title_fr),
        link=row.link,
        adopted_on=row.adopted_on,
        sample=row.sample,
        priorities=tuple(priorities),
        closed_on=row.closed_on,
    )


def _priority_from_row(
    row: Any, activities: Mapping[int, list[ActivityFacts]], assignments: Mapping[int, list[AssignmentFacts]]
) -> PriorityFacts:
    """Return a priority from a row's ``priority_…`` columns; ``activities`` and ``assignments`` are keyed by priority id."""
    return PriorityFacts(
        id=row.priority_id,
        number=row.priority_number,
        title=Bilingual(row.priority_title_en, row.priority_title_fr),
        short=Bilingual(row.priority_short_en, row.priority_short_fr),
        issue=Bilingual(row.priority_issue_en, row.priority_issue_fr),
        outcome=Bilingual(row.priority_outcome_en, row.priority_outcome_fr),
        consequences=tuple(Bilingual(*pair) for pair in row.priority_consequences),
        results=tuple(Bilingual(*pair) for pair in row.priority_results),
        assignments=tuple(assignments.get(row.priority_id, ())),
        activities=tuple(activities.get(row.priority_id, ())),
        retired_on=row.priority_retired_on,
        version=row.priority_version,
        stale=row.priority_stale or NO_STALE_TEXTS,
    )


def activity_from_row(row: Any) -> ActivityFacts:
    """Return an activity from a row that has the ``ACTIVITY_COLUMNS``."""
    return ActivityFacts(
        id=row.id,
        priority_id=row.priority_id,
        code=row.code,
        title=Bilingual(row.title_en, row.title_fr),
        text=Bilingual(row.text_en, row.text_fr),
        due_year=row.due_year,
        due_month=row.due_month,
        due_day=row.due_day,
        due_words=Bilingual(row.due_words_en, row.due_words_fr),
        ongoing=row.ongoing,
        retired_on=row.retired_on,
        version=row.version,
        stale=row.activity_stale or NO_STALE_TEXTS,
    )


def _activity_with_original_due(row: Any) -> ActivityFacts:
    """Return an activity from a row that also has the columns of its first move, which are null if it was never moved."""
    activity = activity_from_row(row)
    if row.from_year is None:
        return activity
    original = rules.DueDate(row.from_year, row.from_month, row.from_day)
    return replace(activity, original_due=original) if original != activity.due else activity


def _assignment_from_row(row: Any) -> AssignmentFacts:
    """Return an assignment from a row's ``assignment_…`` and ``jurisdiction_…`` columns.

    If the plan uses an earlier name of the jurisdiction, the current name replaces it.
    """
    full_name = Bilingual(row.jurisdiction_name_en or "", row.jurisdiction_name_fr or "")
    short = Bilingual(row.jurisdiction_short_en or "", row.jurisdiction_short_fr or "")
    name = Bilingual(row.assignment_assignee_en, row.assignment_assignee_fr)
    return AssignmentFacts(
        id=row.assignment_id,
        priority_id=row.assignment_priority_id,
        jurisdiction_id=row.assignment_jurisdiction_id,
        jurisdiction_code=row.jurisdiction_code or "",
        name=short if row.is_earlier_short else full_name if row.is_earlier_name else name,
        full_name=full_name,
        short=short,
        role=row.assignment_role,
        confirmation=row.assignment_confirmation,
        since=row.assignment_since,
        retired_on=row.assignment_retired_on,
        version=row.assignment_version,
    )
