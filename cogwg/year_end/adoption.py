"""Adopt the draft of a plan, and undo this as long as nothing refers to the plan.

Adopting creates the plan, its quarters and its history in one transaction. Undoing deletes the plan and its quarters, so that
the draft is open again. The history still shows that the plan existed, and the audit log keeps the answers about its roles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count, repeat
from typing import Any

from sqlalchemy import Table, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor, record_event
from cogwg.core import dates
from cogwg.core.calendar import Quarter, local_day
from cogwg.core.db import Base
from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.notices.services import cancel_plan_emails
from cogwg.plan.adoption import add_plan, adoption_findings, delete_plan_rows
from cogwg.plan.draft_storage import StoredDraft, draft_of_year, locked_draft
from cogwg.plan.drafts import DraftPlan
from cogwg.plan.history import end_rows, keep_plan, plan_rows
from cogwg.plan.models import Activity, Assignment, PlanDraft, PlanItem, PlanItemKind, PlanItemVersion, Priority, WorkPlan
from cogwg.reporting.models import ReportingPeriod
from cogwg.reporting.periods import reporting_period

ADOPTED, UNDONE = "plan.adopted", "plan.adoption-undone"
ALL_QUARTERS = frozenset(range(1, 5))
_OWN_REFERENCES = {
    ("priority", "plan_id"),
    ("activity", "priority_id"),
    ("assignment", "priority_id"),
    ("reporting_period", "plan_id"),
    ("role_request", "assignment_id"),
    ("plan_draft", "plan_id"),
}
"""The columns that refer to a plan's rows and are deleted or emptied with them. Any other reference is an obstacle to
undoing."""
OBSTACLES: Mapping[str, str] = {
    "activity": N_("Its activities were carried over to a later plan."),
    "answer_link": N_("Reminders with private links were sent for one of its quarters."),
    "briefing": N_("A briefing covers this plan."),
    "comment": N_("There is a comment on one of its activities."),
    "commitment_link": N_("One of its priorities or activities contributes to an OGP commitment."),
    "contribution": N_("There is a partner’s note on one of its activities."),
    "due_change": N_("One of its due dates was moved."),
    "due_request": N_("There is a request to move one of its due dates."),
    "overall_status": N_("The overall status of one of its priorities was set manually."),
    "period_exception": N_("One of its quarters was reopened for a jurisdiction."),
    "plan_draft": N_("The plan was carried over to the draft of another plan."),
    "priority": N_("Its priorities were carried over to a later plan."),
    "status_report": N_("One of its activities has a report or a saved draft."),
    "submission": N_("One of its activities has a report or a saved draft."),
}
"""Why an adoption cannot be undone, by the name of the table with a row that refers to the plan."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """The data for adopting a draft: the version that was shown, the day of adoption, and the numbers of the quarters with
    reports.
    """

    version: int
    adopted_on: date | None
    quarters: Collection[int] = ALL_QUARTERS


def adopt_draft(session: Session, year: int, adoption: Adoption, *, by: Actor, at: datetime) -> int:
    """Create the plan of a year from its draft, with its quarters and its history; return the id of the plan.

    Raises ``NotFound`` if the year has no draft, ``Conflict`` if the draft was changed or adopted since it was shown, and
    ``Invalid`` with everything that is missing or wrong.
    """
    draft, content = locked_draft(session, year, adoption.version)
    adopted_on = _checked(session, content, adoption, local_day(at))
    plan = add_plan(session, content, adopted_on)
    quarters = [Quarter(year, number) for number in sorted(adoption.quarters)]
    ids = _unused_period_ids(session)
    periods = [reporting_period(plan.id, quarter, next(ids)) for quarter in quarters]
    session.add_all(periods)
    draft.plan_id, draft.changed_at, draft.changed_by = plan.id, at, by.id
    draft.version += 1
    session.flush()
    after = {
        "year": year,
        "draft": draft.id,
        "adopted_on": adopted_on.isoformat(),
        "priorities": len(content.priorities),
        "activities": sum(len(priority.activities) for priority in content.priorities),
        "quarters": [period.id for period in periods],
    }
    event_id = record_event(session, ADOPTED, ("plan", plan.id), by=by, at=at, after=after)
    keep_plan(session, event_id, plan)
    return plan.id


def _checked(session: Session, draft: DraftPlan, adoption: Adoption, today: date) -> date:
    """Return the day of adoption. Raises ``Invalid`` with all reasons why the draft cannot be adopted."""
    problems: list[tuple[str, Message]] = []
    on = adoption.adopted_on
    if on is None:
        problems.append(("adopted_on", Message(N_("Enter the date the group adopted the plan."))))
    elif on > today:
        sentence = N_("This date is in the future. Enter %(today)s or an earlier date.")
        problems.append(("adopted_on", Message(sentence, {"today": dates.day(today)})))
    elif on.year < draft.year - 1:
        sentence = N_("Enter a date in %(before)s or later. A plan can be adopted no more than a year before it begins.")
        problems.append(("adopted_on", Message(sentence, {"before": draft.year - 1})))
    if not adoption.quarters or not ALL_QUARTERS.issuperset(adoption.quarters):
        problems.append(("quarters", Message(N_("Select at least one quarter for which reports are required."))))
    if session.scalar(select(WorkPlan.id).where(WorkPlan.year == draft.year)) is not None:
        problems.append(("", Message(N_("There is already a plan for %(year)s."), {"year": draft.year})))
    problems += [("", finding.message) for finding in adoption_findings(draft) if finding.blocks]
    if problems or on is None:
        raise Invalid(*problems)
    return on


def _unused_period_ids(session: Session) -> Iterator[int | None]:
    """Return ids that no quarter ever had, because the audit log and emails identify a quarter by its id (see
    ``unused_ids``).
    """
    if session.get_bind().dialect.name != "sqlite":
        return repeat(None)
    events = session.scalars(select(AuditEvent.after).where(AuditEvent.action == ADOPTED))
    known = max((id_ for after in events for id_ in (after or {}).get("quarters", ())), default=0)
    return count(1 + max(known, session.scalar(select(func.max(ReportingPeriod.id))) or 0))


@dataclass(frozen=True, slots=True)
class UndoableAdoption:
    """The draft from which a plan was adopted, and the reasons why the adoption cannot be undone, if there are any."""

    draft: StoredDraft
    obstacles: tuple[Message, ...]


def undoable_adoption(session: Session, year: int) -> UndoableAdoption:
    """Return the adoption of this year's plan, with the obstacles to undoing it.

    Raises ``NotFound`` if the plan was not adopted from a draft.
    """
    draft = draft_of_year(session, year)
    if draft.plan_id is None:
        raise NotFound(f"adopted draft plan {year}")
    return UndoableAdoption(draft, tuple(_obstacles(session, session.get_one(WorkPlan, draft.plan_id))))


def undo_adoption(session: Session, year: int, *, version: int, by: Actor, at: datetime, now: datetime) -> int:
    """Delete the rows of an adopted plan, so that its draft is open again; return the id of the audit event.

    ``version`` is the version of the draft that was shown. Emails about the plan that have not been sent are cancelled;
    ``now`` is the time of the system clock. Raises ``NotFound`` if the year has no draft, ``Conflict`` if the adoption was
    undone, or the draft adopted again, since it was shown, and ``Invalid`` with the obstacles.
    """
    draft, _content = locked_draft(session, year, version, adopted=True)
    plan = _locked_plan(session, draft)
    if obstacles := list(_obstacles(session, plan)):
        raise Invalid(*(("", obstacle) for obstacle in obstacles))
    rows = list(plan_rows(plan))
    roles = [row for row in rows if isinstance(row, Assignment)]
    periods = list(session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.plan_id == plan.id)))
    before = {
        "year": year,
        "draft": draft.id,
        "adopted_on": plan.adopted_on.isoformat(),
        "roles": [[role.id, role.confirmation.value, role.jurisdiction_id] for role in roles],
        "quarters": periods,
    }
    event_id = record_event(session, UNDONE, ("plan", plan.id), by=by, at=at, before=before)
    end_rows(session, event_id, rows)
    cancel_plan_emails(session, plan.id, [role.id for role in roles], periods, now=now)
    draft.plan_id, draft.changed_at, draft.changed_by = None, at, by.id
    draft.version += 1
    session.flush()
    session.execute(delete(ReportingPeriod).where(ReportingPeriod.plan_id == plan.id))
    delete_plan_rows(session, plan)
    return event_id


def _locked_plan(session: Session, draft: PlanDraft) -> WorkPlan:
    """Return the plan of a draft. Its rows are locked in the same order as in other commands, the plan last."""
    priorities = select(Priority.id).where(Priority.plan_id == draft.plan_id).order_by(Priority.id)
    of_plan = list(session.scalars(priorities.with_for_update()))
    for model in (Activity, Assignment):
        session.execute(select(model.id).where(model.priority_id.in_(of_plan)).order_by(model.id).with_for_update())
    quarters = select(ReportingPeriod.id).where(ReportingPeriod.plan_id == draft.plan_id).order_by(ReportingPeriod.id)
    session.execute(quarters.with_for_update())
    plan = session.get(WorkPlan, draft.plan_id, populate_existing=True, with_for_update=True)
    if plan is None:
        raise NotFound(f"plan {draft.year}")
    return plan


def _obstacles(session: Session, plan: WorkPlan) -> Iterator[Message]:
    """Yield the reasons why an adoption cannot be undone: the plan is closed, was edited, or is referred to."""
    if plan.closed_on is not None:
        yield Message(N_("The plan is closed."))
    if _was_edited(session, plan):
        yield Message(N_("The plan was edited after it was adopted."))
    ids = _row_ids(session, plan)
    sentences = (OBSTACLES[table.name] for table in referring_tables(ids) if _refers(session, table, ids))
    yield from (Message(sentence) for sentence in dict.fromkeys(sentences))


def _row_ids(session: Session, plan: WorkPlan) -> dict[str, Sequence[int]]:
    """Return the ids of a plan's rows and of its quarters, by the name of their table."""
    priorities = session.scalars(select(Priority.id).where(Priority.plan_id == plan.id)).all()
    return {
        "work_plan": [plan.id],
        "priority": priorities,
        "activity": session.scalars(select(Activity.id).where(Activity.priority_id.in_(priorities))).all(),
        "assignment": session.scalars(select(Assignment.id).where(Assignment.priority_id.in_(priorities))).all(),
        "reporting_period": session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.plan_id == plan.id)).all(),
    }


def referring_tables(targets: Collection[str]) -> list[Table]:
    """Return the tables with a column that refers to one of these tables, so that a row prevents an adoption from
    being undone.
    """
    return [table for table in Base.metadata.sorted_tables if any(True for _ in _references(table, targets))]


def _references(table: Table, targets: Collection[str]) -> Iterator[Any]:
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        if key.column.table.name in targets and (table.name, key.parent.name) not in _OWN_REFERENCES:
            yield key


def _refers(session: Session, table: Table, ids: Mapping[str, Sequence[int]]) -> bool:
    refers = or_(*(key.parent.in_(ids[key.column.table.name]) for key in _references(table, ids)))
    return bool(session.scalar(select(exists().where(refers))))


def _was_edited(session: Session, plan: WorkPlan) -> bool:
    """Return whether a row of the plan was added or changed after the adoption, other than by an answer about a role."""
    adopted = (
        select(func.max(AuditEvent.id))
        .where(AuditEvent.subject_kind == "plan", AuditEvent.subject_id == plan.id, AuditEvent.action == ADOPTED)
        .scalar_subquery()
    )
    known_at_adoption = select(PlanItemVersion.item_id).where(PlanItemVersion.from_event == adopted)
    is_answer = and_(PlanItem.kind == PlanItemKind.ASSIGNMENT, PlanItem.id.in_(known_at_adoption))
    later = (
        select(PlanItemVersion.id)
        .join(PlanItem, PlanItem.id == PlanItemVersion.item_id)
        .where(PlanItem.year == plan.year, PlanItemVersion.from_event > adopted, ~is_answer)
    )
    return bool(session.scalar(select(exists(later))))
