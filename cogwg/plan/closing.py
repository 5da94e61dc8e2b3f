"""Whether a plan is closed. A closed plan stays readable, and every command that would change it checks this first.

Closing and reopening a year is in ``cogwg.year_end.closing``, because it also looks at briefings.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cogwg.core.db import execute_core, table
from cogwg.core.errors import N_, Invalid, Message
from cogwg.plan.models import Activity, Priority, WorkPlan

_PLAN, _PRIORITY, _ACTIVITY = map(table, (WorkPlan, Priority, Activity))


def check_not_closed(year: int, closed_on: date | None) -> None:
    """Raise ``Invalid`` if the plan of this year is closed."""
    if closed_on is not None:
        sentence = N_(
            "The %(year)s plan is closed and can no longer be changed. If you must change it, ask the secretariat to reopen it."
        )
        raise Invalid(("", Message(sentence, {"year": year})))


def check_plan_is_open(
    session: Session, *, plan_id: int | None = None, priority_id: int | None = None, activity_id: int | None = None
) -> None:
    """Raise ``Invalid`` if the plan with this id, or the plan of this priority or activity, is closed.

    Locks the plan, so that it cannot be closed until the transaction ends; other commands on it need not wait. An id that does
    not exist passes the check: the command itself then raises ``NotFound``.
    """
    wanted: ColumnElement[bool] = _PLAN.c.id == plan_id
    if activity_id is not None:
        of_activity = select(_ACTIVITY.c.priority_id).where(_ACTIVITY.c.id == activity_id)
        wanted = _PLAN.c.id.in_(select(_PRIORITY.c.plan_id).where(_PRIORITY.c.id.in_(of_activity)))
    elif priority_id is not None:
        wanted = _PLAN.c.id.in_(select(_PRIORITY.c.plan_id).where(_PRIORITY.c.id == priority_id))
    statement = select(_PLAN.c.year, _PLAN.c.closed_on).where(wanted).with_for_update(read=True)
    row = execute_core(session, statement).one_or_none()
    if row is not None:
        check_not_closed(row.year, row.closed_on)
