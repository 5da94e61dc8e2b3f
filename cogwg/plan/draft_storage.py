"""Drafts of plans in the database: creating, reading and replacing one. Each is stored as the JSON of a ``DraftPlan``.

``version`` is the version of the draft that the page showed. A command that is given an outdated version raises ``Conflict``
with the draft as it is stored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.serialization import Serializer
from cogwg.plan.drafts import DraftPlan
from cogwg.plan.models import PlanDraft, WorkPlan


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it is stored. ``carried_from_id`` is the id of the plan that it carries over, if any.

    ``plan_id`` is the id of the plan that was adopted from it; None while it is still a draft.
    """

    id: int
    plan: DraftPlan
    version: int
    carried_from_id: int | None
    plan_id: int | None
    changed_at: datetime
    changed_by: int | None


def create_draft(session: Session, plan: DraftPlan, *, carried_from_id: int | None, by: Actor, at: datetime) -> int:
    """Store a new draft and return its id. Raises ``Invalid`` if the year has a plan or a draft."""
    for existing, sentence in (
        (WorkPlan, N_("There is already a plan for %(year)s.")),
        (PlanDraft, N_("There is already a draft plan for %(year)s.")),
    ):
        if session.scalar(select(existing.id).where(existing.year == plan.year)) is not None:
            raise Invalid(("year", Message(sentence, {"year": plan.year})))
    row = PlanDraft(
        year=plan.year, content=_dumped(plan), carried_from_id=carried_from_id, changed_at=at, changed_by=by.id, version=1
    )
    session.add(row)
    session.flush()
    record_event(session, "plan-draft.created", ("plan-draft", row.id), by=by, at=at, after=_counts(plan))
    return row.id


def draft_of_year(session: Session, year: int) -> StoredDraft:
    """Return the draft of a year, also one from which a plan was adopted. Raises ``NotFound``."""
    return _stored(_row(session, select(PlanDraft).where(PlanDraft.year == year), year))


def change_draft(session: Session, plan: DraftPlan, *, version: int, change: dict[str, Any], by: Actor, at: datetime) -> int:
    """Replace the draft of the plan's year and return its new version. ``change`` says in the audit log what was changed.

    Raises ``NotFound``, ``Conflict`` when the draft was changed meanwhile, and ``Invalid`` when a plan was adopted from it.
    """
    row = _row(session, select(PlanDraft).where(PlanDraft.year == plan.year).with_for_update(), plan.year)
    if row.version != version:
        raise Conflict(_stored(row))
    if row.plan_id is not None:
        raise Invalid(("", Message(N_("This plan has been adopted. Change the adopted plan instead."))))
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


def _dumped(plan: DraftPlan) -> str:
    return json.dumps(Serializer().dump(plan), ensure_ascii=False)


def _counts(plan: DraftPlan) -> dict[str, Any]:
    activities = sum(len(priority.activities) for priority in plan.priorities)
    return {"year": plan.year, "priorities": len(plan.priorities), "activities": activities}
