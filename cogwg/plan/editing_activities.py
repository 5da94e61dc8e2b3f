"""Commands that edit the activities of an adopted plan. The rules and exceptions in ``cogwg.plan.editing`` apply."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.stale_columns import confirm_texts
from cogwg.plan.edit_steps import (
    MISSING_REASON,
    as_shown,
    check_all,
    move_row,
    next_free,
    record,
    record_change,
    record_confirmed,
    restore_rows,
    retire_rows,
    row_for_update,
)
from cogwg.plan.history import unused_ids
from cogwg.plan.models import Activity, Priority
from cogwg.plan.plan_texts import ActivityTexts, check_activity_texts
from cogwg.plan.rules import DueDate, check_due, check_reason

_TEXTS = ("title", "text", "due_words", "ongoing")


def add_activity(
    session: Session,
    priority_id: int,
    texts: ActivityTexts,
    due: DueDate,
    *,
    reason: Bilingual,
    by: Actor,
    at: datetime,
) -> int:
    """Add an activity to a priority, with the next free code; return the id of the audit event."""
    priority = row_for_update(session, Priority, priority_id)
    check_all(lambda: check_activity_texts(texts), lambda: check_due(due), lambda: check_reason(reason, MISSING_REASON))
    codes = session.scalars(select(Activity.code).where(Activity.priority_id == priority_id))
    last = max((int(code.rpartition(".")[2]) for code in codes if code.rpartition(".")[2].isdecimal()), default=0)
    position = next_free(session, Activity.position, Activity.priority_id == priority_id)
    activity = Activity(
        id=next(unused_ids(session, Activity)),
        priority_id=priority_id,
        code=f"{priority.number}.{last + 1}",
        position=position,
        due_year=due.year,
        due_month=due.month,
        due_day=due.day,
        **{name: getattr(texts, name) for name in _TEXTS},
    )
    session.add(activity)
    session.flush()
    after = {"code": activity.code, "due": due.key, **_values(texts)}
    return record(session, "added", activity, reason=reason, by=by, at=at, after=after)


def reword_activity(
    session: Session,
    activity_id: int,
    texts: ActivityTexts,
    *,
    still_right: Collection[str] = (),
    version: int,
    reason: Bilingual,
    by: Actor,
    at: datetime,
) -> int:
    """Change the texts of an activity, or whether it is ongoing; return the id of the audit event.

    Reports that were written for the earlier wording say so. ``still_right`` names the stale texts whose translations are
    confirmed. If nothing else changes, no reason is required. Another command moves the due date.
    """
    activity = as_shown(session, Activity, activity_id, version)
    before, after = _values(texts_of(activity)), _values(texts)
    if before == after:
        return record_confirmed(session, activity, still_right, reason=reason, by=by, at=at)
    check_all(lambda: check_activity_texts(texts), lambda: check_reason(reason, MISSING_REASON))
    for name in _TEXTS:
        setattr(activity, name, getattr(texts, name))
    if confirmed := confirm_texts(session, activity, still_right):
        after["still_right"] = confirmed
    return record_change(session, "reworded", [activity], reason=reason, by=by, at=at, before=before, after=after)


def move_activity(
    session: Session, activity_id: int, place: int, *, version: int, reason: Bilingual, by: Actor, at: datetime
) -> int:
    """Move an activity to ``place`` (counted from 1) among those of its priority with the same due date; its code stays the
    same.

    Activities are sorted by due date, so only those with the same due date can be reordered. Returns the id of the audit
    event.
    """
    activity = as_shown(session, Activity, activity_id, version)
    due = (Activity.due_year, Activity.due_month, func.coalesce(Activity.due_day, 0))
    own = (activity.due_year, activity.due_month, activity.due_day or 0)
    same_day = (column == value for column, value in zip(due, own, strict=True))
    current = Activity.priority_id == activity.priority_id, Activity.retired_on.is_(None)
    listed = list(session.scalars(select(Activity).where(*current, *same_day).order_by(Activity.position)))
    return move_row(session, activity, listed, place, reason=reason, by=by, at=at)


def retire_activity(session: Session, activity_id: int, *, version: int, reason: Bilingual, by: Actor, at: datetime) -> int:
    """Retire an activity; return the id of the audit event. It leaves the plan, but stays in the record with its reports."""
    activity = as_shown(session, Activity, activity_id, version)
    check_reason(reason, N_("Explain why you are retiring the activity. The activity’s page will show the reason."))
    return retire_rows(session, [activity], reason=reason, by=by, at=at)


def restore_activity(session: Session, activity_id: int, *, version: int, reason: Bilingual, by: Actor, at: datetime) -> int:
    """Restore a retired activity; return the id of the audit event.

    Raises the errors described in ``cogwg.plan.editing``, and ``Invalid`` if its priority is retired.
    """
    activity = as_shown(session, Activity, activity_id, version, is_retired=True)
    if activity.priority.retired_on is not None:
        raise Invalid(("", Message(N_("The priority of this activity was retired. Restore the priority first."))))
    check_reason(reason, MISSING_REASON)
    return restore_rows(session, [activity], reason=reason, by=by, at=at)


def texts_of(activity: Activity) -> ActivityTexts:
    """Return the texts of an activity, and whether it is ongoing."""
    return ActivityTexts(activity.title, activity.text, activity.due_words, activity.ongoing)


def _values(texts: ActivityTexts) -> dict[str, Any]:
    """Return the texts of an activity, and whether it is ongoing, as an audit event stores them."""
    title, text, words = texts.title, texts.text, texts.due_words
    return {
        "title": [title.en, title.fr],
        "text": [text.en, text.fr],
        "words": [words.en, words.fr],
        "ongoing": texts.ongoing,
    }
