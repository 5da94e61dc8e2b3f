"""Drafts of plans in the database: create, read, replace and delete one. Each is stored as the JSON of a ``DraftPlan``.

``version`` is the version of the draft that the page showed. A command that is given an outdated version raises ``Conflict``
with the draft as it is stored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.queries import event_after_values
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.serialization import Serializer
from cogwg.core.text_limits import bilingual_length_problems
from cogwg.plan.drafts import DraftPlan
from cogwg.plan.lookups import activity_titles
from cogwg.plan.models import PlanDraft, WorkPlan

FIRST_YEAR, LAST_YEAR = 2000, 2100
PLAN_TITLE_LIMIT = 200
_EXISTING_DRAFT = N_("There is already a draft plan for %(year)s.")


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it is stored.

    ``carried_from_id`` is the id of the plan that it was carried over from, if any. ``plan_id`` is the id of the plan that was
    adopted from it; None until it is adopted.
    """

    id: int
    plan: DraftPlan
    version: int
    carried_from_id: int | None
    plan_id: int | None
    changed_at: datetime
    changed_by: int | None


def create_draft(
    session: Session,
    plan: DraftPlan,
    *,
    carried_from_id: int | None,
    details: dict[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Store a new draft and return its id. ``details`` are added to the audit event.

    Raises ``Invalid`` if the year already has a plan or a draft or is out of range, or if the draft has no title.
    """
    check_new_draft(plan)
    for existing, sentence in (
        (WorkPlan, N_("There is already a plan for %(year)s. Change that one, or choose another year.")),
        (PlanDraft, _EXISTING_DRAFT),
    ):
        if session.scalar(select(existing.id).where(existing.year == plan.year)) is not None:
            raise Invalid(("year", Message(sentence, {"year": plan.year})))
    row = PlanDraft(
        id=_unused_id(session),
        year=plan.year,
        content=_dumped(plan),
        carried_from_id=carried_from_id,
        changed_at=at,
        changed_by=by.id,
        version=1,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # two people create it at once, on PostgreSQL
        raise Invalid(("year", Message(_EXISTING_DRAFT, {"year": plan.year}))) from None
    after = {**_counts(plan), **(details or {})}
    record_event(session, "plan-draft.created", ("plan-draft", row.id), by=by, at=at, after=after)
    return row.id


@dataclass(frozen=True, slots=True)
class DroppedActivity:
    """An activity that was dropped when its plan was carried over, and why."""

    code: str
    title: Bilingual
    reason: Bilingual


def dropped_activities(session: Session, draft_id: int) -> list[DroppedActivity]:
    """Return the activities that were dropped when this draft was made, in two SQL statements."""
    made = next(iter(event_after_values(session, ("plan-draft", draft_id), ["plan-draft.created"])), {})
    reasons = {each["activity"]: Bilingual(*each["reason"]) for each in made.get("dropped", ())}
    dropped = activity_titles(session, reasons)
    return [DroppedActivity(*dropped[id_], reason) for id_, reason in reasons.items() if id_ in dropped]


def check_new_draft(plan: DraftPlan) -> None:
    """Check the year and the title of a new draft. Raises ``Invalid`` with all problems."""
    problems = list(bilingual_length_problems("title", plan.title, PLAN_TITLE_LIMIT))
    if not FIRST_YEAR <= plan.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        problems.append(("year", Message(N_("Enter a year from %(first)s to %(last)s."), years)))
    if not plan.title:
        problems.append(("title_en", Message(N_("Enter the title of the plan in at least one language."))))
    if problems:
        raise Invalid(*problems)


def delete_draft(session: Session, year: int, *, version: int, by: Actor, at: datetime) -> int:
    """Delete a draft that was not adopted; return the id of the audit event.

    Raises ``NotFound`` if the year has no draft, and ``Conflict`` if the draft was changed or adopted since it was shown.
    """
    row, plan = locked_draft(session, year, version)
    before = _counts(plan) | {"carried_from": row.carried_from_id}
    id_ = row.id
    session.delete(row)
    session.flush()
    return record_event(session, "plan-draft.deleted", ("plan-draft", id_), by=by, at=at, before=before)


def all_drafts(session: Session) -> list[StoredDraft]:
    """Return the drafts of all years, including adopted ones, in one SQL statement."""
    return [_stored(row) for row in session.scalars(select(PlanDraft).order_by(PlanDraft.year))]


def locked_draft(session: Session, year: int, version: int, *, adopted: bool = False) -> tuple[PlanDraft, DraftPlan]:
    """Return the row of a draft, locked until the transaction ends, and the plan in it.

    Raises ``NotFound`` if the year has no draft, and ``Conflict`` with the stored draft if its version is a different one or
    if it is not as ``adopted`` says (True: adopted, False: not adopted).
    """
    row = _row(session, select(PlanDraft).where(PlanDraft.year == year).with_for_update(), year)
    stored = _stored(row)
    if row.version != version or (row.plan_id is not None) is not adopted:
        raise Conflict(stored)
    return row, stored.plan


def draft_of_year(session: Session, year: int) -> StoredDraft:
    """Return the draft of a year, even if a plan was adopted from it. Raises ``NotFound`` if the year has none."""
    return _stored(_row(session, select(PlanDraft).where(PlanDraft.year == year), year))


def change_draft(session: Session, plan: DraftPlan, *, version: int, change: dict[str, Any], by: Actor, at: datetime) -> int:
    """Replace the draft of the plan's year and return its new version. ``change`` is added to the audit event.

    Raises ``NotFound`` if the year has no draft, ``Conflict`` if the draft was changed in the meantime, and ``Invalid`` if a
    plan was adopted from it.
    """
    row = _row(session, select(PlanDraft).where(PlanDraft.year == plan.year).with_for_update(), plan.year)
    if row.version != version:
        raise Conflict(_stored(row))
    if row.plan_id is not None:
        raise Invalid(
            ("", Message(N_("This draft has been adopted, so it can no longer be edited. Edit the adopted plan instead.")))
        )
    row.content, row.changed_at, row.changed_by = _dumped(plan), at, by.id
    row.version += 1
    session.flush()
    record_event(session, "plan-draft.changed", ("plan-draft", row.id), by=by, at=at, after=change)
    return row.version


def _row(session: Session, query: Any, year: int) -> PlanDraft:
    row: PlanDraft | None = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(f"draft plan {year}")
    return row


def _stored(row: PlanDraft) -> StoredDraft:
    plan = Serializer().load(DraftPlan, json.loads(row.content))
    return StoredDraft(row.id, plan, row.version, row.carried_from_id, row.plan_id, row.changed_at, row.changed_by)


def _unused_id(session: Session) -> int | None:
    """Return an id that no draft ever had, because the audit log identifies a draft by its id and SQLite can reuse the id of a
    deleted row; None on other databases, which do not.
    """
    if session.get_bind().dialect.name != "sqlite":
        return None
    used = select(func.max(AuditEvent.subject_id)).where(AuditEvent.subject_kind == "plan-draft")
    return 1 + max(session.scalar(used) or 0, session.scalar(select(func.max(PlanDraft.id))) or 0)


def _dumped(plan: DraftPlan) -> str:
    return json.dumps(Serializer().dump(plan), ensure_ascii=False)


def _counts(plan: DraftPlan) -> dict[str, Any]:
    activities = sum(len(priority.activities) for priority in plan.priorities)
    return {"year": plan.year, "priorities": len(plan.priorities), "activities": activities}
