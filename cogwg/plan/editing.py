"""Commands that edit the priorities of an adopted plan: add, reword, reorder, retire and restore.

Each command requires a reason; it raises ``Invalid`` if the reason is missing, another text is not valid, or the plan is
closed, and ``NotFound`` if there is no such row. ``version`` is the version of the row that the form showed: if the row was
changed since, the command raises ``Conflict`` with the row as it is now, and changes nothing. Each command records one audit
event with the values before and after, and flushes; none commits.

Reports, briefings and email refer to priorities by number and to activities by code. For this reason, numbers and codes never
change, and those of retired priorities and activities are not used again. ``editing_activities`` and ``editing_roles`` edit
the rest of a plan.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_
from cogwg.core.stale_columns import confirm_texts
from cogwg.plan.edit_steps import (
    MISSING_REASON,
    as_shown,
    check_all,
    move_row,
    next_free,
    plan_for_update,
    record,
    record_change,
    record_confirmed,
    restore_rows,
    retire_rows,
)
from cogwg.plan.history import PlanRow, rows_kept_with, unused_ids
from cogwg.plan.models import Activity, Assignment, Priority, WorkPlan
from cogwg.plan.plan_texts import PriorityTexts, check_priority_texts
from cogwg.plan.rules import check_reason

_TEXTS = ("title", "short", "issue", "outcome")
_LISTS = ("consequences", "results")


def add_priority(session: Session, year: int, texts: PriorityTexts, *, reason: Bilingual, by: Actor, at: datetime) -> int:
    """Add a priority at the end of a year's plan, with the next free number; return the id of the audit event."""
    plan = plan_for_update(session, WorkPlan.year == year)
    check_all(lambda: check_priority_texts(texts), lambda: check_reason(reason, MISSING_REASON))
    number = next_free(session, Priority.number, Priority.plan_id == plan.id)
    position = next_free(session, Priority.position, Priority.plan_id == plan.id)
    id_ = next(unused_ids(session, Priority))
    priority = Priority(id=id_, plan_id=plan.id, number=number, position=position, **_columns(texts))
    session.add(priority)
    session.flush()
    after = {"number": number, **text_values(texts)}
    return record(session, "added", priority, reason=reason, by=by, at=at, after=after)


def reword_priority(
    session: Session,
    priority_id: int,
    texts: PriorityTexts,
    *,
    still_right: Collection[str] = (),
    version: int,
    reason: Bilingual,
    by: Actor,
    at: datetime,
) -> int:
    """Change the texts of a priority; return the id of the audit event.

    ``still_right`` names the stale texts, and the lists with stale lines, whose translations are confirmed. If no text
    changes, no reason is required, because the plan stays the same.
    """
    priority = as_shown(session, Priority, priority_id, version)
    before, after = text_values(texts_of(priority)), text_values(texts)
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        return record_confirmed(session, priority, still_right, reason=reason, by=by, at=at)
    check_all(lambda: check_priority_texts(texts), lambda: check_reason(reason, MISSING_REASON))
    for name, value in _columns(texts).items():
        setattr(priority, name, value)
    before, after = ({name: values[name] for name in changed} for values in (before, after))
    if confirmed := confirm_texts(session, priority, still_right):
        after["still_right"] = confirmed
    return record_change(session, "reworded", [priority], reason=reason, by=by, at=at, before=before, after=after)


def move_priority(
    session: Session, priority_id: int, place: int, *, version: int, reason: Bilingual, by: Actor, at: datetime
) -> int:
    """Move a priority to ``place`` (counted from 1) in its plan; return the id of the audit event. Its number
    stays the same.
    """
    priority = as_shown(session, Priority, priority_id, version)
    current = Priority.plan_id == priority.plan_id, Priority.retired_on.is_(None)
    listed = list(session.scalars(select(Priority).where(*current).order_by(Priority.position, Priority.number)))
    return move_row(session, priority, listed, place, reason=reason, by=by, at=at)


def retire_priority(session: Session, priority_id: int, *, version: int, reason: Bilingual, by: Actor, at: datetime) -> int:
    """Retire a priority with its activities and roles; return the id of the audit event.

    They leave the plan, but stay in the record with their reports.
    """
    priority = as_shown(session, Priority, priority_id, version)
    check_reason(reason, N_("Explain why you are retiring the priority. The priority’s page will show the reason."))
    own: list[PlanRow] = [priority]
    for kind in (Activity, Assignment):
        own += session.scalars(select(kind).where(kind.priority_id == priority_id, kind.retired_on.is_(None)))
    return retire_rows(session, own, reason=reason, by=by, at=at)


def restore_priority(session: Session, priority_id: int, *, version: int, reason: Bilingual, by: Actor, at: datetime) -> int:
    """Restore a retired priority, with the activities and roles that were retired together with it; return the id of the audit
    event.
    """
    priority = as_shown(session, Priority, priority_id, version, is_retired=True)
    check_reason(reason, MISSING_REASON)
    return restore_rows(session, rows_kept_with(session, priority), reason=reason, by=by, at=at)


def texts_of(priority: Priority) -> PriorityTexts:
    """Return the texts of a priority."""
    consequences, results = (tuple(Bilingual(*pair) for pair in getattr(priority, name)) for name in _LISTS)
    return PriorityTexts(priority.title, priority.short, priority.issue, priority.outcome, consequences, results)


def _columns(texts: PriorityTexts) -> dict[str, Any]:
    lists = {name: [[line.en, line.fr] for line in getattr(texts, name)] for name in _LISTS}
    return {name: getattr(texts, name) for name in _TEXTS} | lists


def text_values(texts: PriorityTexts) -> dict[str, Any]:
    """Return the texts of a priority as an audit event stores them."""
    columns = _columns(texts)
    return columns | {name: [columns[name].en, columns[name].fr] for name in _TEXTS}
