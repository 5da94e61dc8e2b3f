"""The history of plans: moved due dates, overrides of overall statuses, and reported statuses by quarter.

All three are read in one SQL statement, whatever the number of plans, because briefings need all of them. This module does not
depend on decks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Integer, String, bindparam, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.db import Instant, table
from cogwg.core.status import Status
from cogwg.plan.models import Activity, DueChange, Priority
from cogwg.plan.rules import DueDate
from cogwg.reporting.models import OverallStatus, ReportingPeriod, Submission

_MOVE, _OVERRIDE, _SUBMISSION = "move", "override", "submission"


@dataclass(frozen=True, slots=True)
class DueDateMove:
    """The last move of a due date: the due date before the move, the reason, and the day on which it was decided."""

    previous_due: DueDate
    reason: Bilingual
    decided_on: date


@dataclass(frozen=True, slots=True)
class PriorityOverride:
    """The last override of a priority's overall status, with its note and day; ``status`` is None if it cleared
    the override.
    """

    status: Status | None
    note: Bilingual
    set_on: date


@dataclass(frozen=True, slots=True)
class PlanHistory:
    """The last move of each due date, the last override of each priority, and the last status submitted for each quarter.

    Moves are keyed by activity id, overrides by priority id, and statuses by quarter key and then activity id.
    """

    due_date_moves: Mapping[int, DueDateMove]
    overrides: Mapping[int, PriorityOverride]
    statuses_by_quarter: Mapping[str, Mapping[int, Status]]


def plan_history(session: Session, plan_ids: Collection[int], *, until: datetime) -> PlanHistory:
    """Return the history of these plans before the instant ``until``, in one SQL statement."""
    moves: dict[int, DueDateMove] = {}
    overrides: dict[int, PriorityOverride] = {}
    statuses: dict[str, dict[int, Status]] = {}
    for row in session.execute(_history_statement(), {"plans": tuple(plan_ids), "before": until}):
        text = Bilingual(row.en, row.fr)
        if row.row_kind == _MOVE:
            moves[row.subject] = DueDateMove(DueDate(row.year, row.month, row.day), text, local_day(row.at))
        elif row.row_kind == _OVERRIDE:
            overrides[row.subject] = PriorityOverride(Status(row.code) if row.code else None, text, local_day(row.at))
        else:
            statuses.setdefault(row.key, {})[row.subject] = Status(row.code)
    return PlanHistory(moves, overrides, statuses)


@cache
def _history_statement() -> CompoundSelect[*tuple[Any, ...]]:
    """Select the rows of each kind in the order of their ids, so that later rows replace earlier ones."""
    activity, priority, period = map(table, (Activity, Priority, ReportingPeriod))
    move, override, submission = map(table, (DueChange, OverallStatus, Submission))
    nothing, no_number = null().cast(String), null().cast(Integer)
    plans: BindParameter[Any] = bindparam("plans", expanding=True)
    moves = (
        select(
            literal(_MOVE).label("row_kind"),
            move.c.id.label("id"),
            move.c.activity_id.label("subject"),
            move.c.changed_at.label("at"),
            nothing.label("code"),
            nothing.label("key"),
            move.c.from_year.label("year"),
            move.c.from_month.label("month"),
            move.c.from_day.label("day"),
            move.c.reason_en.label("en"),
            move.c.reason_fr.label("fr"),
        )
        .join(activity, activity.c.id == move.c.activity_id)
        .join(priority, priority.c.id == activity.c.priority_id)
        .where(priority.c.plan_id.in_(plans), move.c.changed_at < bindparam("before", type_=Instant()))
    )
    overrides = (
        select(
            literal(_OVERRIDE),
            override.c.id,
            override.c.priority_id,
            override.c.set_at,
            override.c.status.cast(String),
            nothing,
            no_number,
            no_number,
            no_number,
            override.c.note_en,
            override.c.note_fr,
        )
        .join(priority, priority.c.id == override.c.priority_id)
        .where(priority.c.plan_id.in_(plans), override.c.set_at < bindparam("before", type_=Instant()))
    )
    # Submissions are found by activity, which has an index, so that other plans' submissions are not read.
    last = (
        select(func.max(submission.c.id))
        .join(activity, activity.c.id == submission.c.activity_id)
        .join(priority, priority.c.id == activity.c.priority_id)
        .where(priority.c.plan_id.in_(plans), activity.c.retired_on.is_(None))
        .where(submission.c.submitted_at < bindparam("before", type_=Instant()))
        .group_by(submission.c.activity_id, submission.c.period_id)
    )
    reports = (
        select(
            literal(_SUBMISSION),
            submission.c.id,
            submission.c.activity_id,
            submission.c.submitted_at,
            submission.c.status.cast(String),
            period.c.key,
            no_number,
            no_number,
            no_number,
            literal(""),
            literal(""),
        )
        .join(period, period.c.id == submission.c.period_id)
        .where(submission.c.id.in_(last))
    )
    return union_all(moves, overrides, reports).order_by("row_kind", "id")
