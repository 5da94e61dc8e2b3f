"""Several plans at once, for reads that put more beside their activities: one statement, however many plans."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import send, table
from cogwg.plan.models import Assignment, Priority, WorkPlan
from cogwg.plan.queries import ActivityFacts, AssignmentFacts, PlanFacts, priority_of

_PLAN, _PRIORITY, _ASSIGNMENT, _JURISDICTION = map(table, (WorkPlan, Priority, Assignment, Jurisdiction))


def carried_plans(session: Session, years: Collection[int]) -> list[PlanFacts]:
    """The plans of these years with their priorities and who carries them, without the activities; one statement."""
    rows = send(session, _CARRIED, {"years": tuple(years)}).mappings().all()
    plans = {row["id"]: row for row in rows}
    priorities = {row["priority_id"]: row for row in rows if row["priority_id"] is not None}
    carriers: dict[int, list[AssignmentFacts]] = {}
    for row in rows:
        if row["held_id"] is not None:
            carriers.setdefault(row["priority_id"], []).append(_held(row))
    return [
        PlanFacts(
            id=id_,
            year=plan["year"],
            title=Bilingual(plan["title_en"], plan["title_fr"]),
            link=plan["link"],
            adopted_on=plan["adopted_on"],
            sample=plan["sample"],
            priorities=tuple(priority_of(row, carriers) for row in priorities.values() if row["id"] == id_),
        )
        for id_, plan in plans.items()
    ]


_CARRIED = (
    select(
        *_PLAN.c,
        *(c.label(f"priority_{c.name}") for c in _PRIORITY.c if c.name != "plan_id"),
        *(c.label(f"held_{c.name}") for c in _ASSIGNMENT.c if c.name != "priority_id"),
        *(_JURISDICTION.c[name].label(f"by_{name}") for name in ("code", "name_en", "name_fr", "short_en", "short_fr")),
    )
    .select_from(
        _PLAN.outerjoin(_PRIORITY, _PRIORITY.c.plan_id == _PLAN.c.id)
        .outerjoin(_ASSIGNMENT, _ASSIGNMENT.c.priority_id == _PRIORITY.c.id)
        .outerjoin(_JURISDICTION, _JURISDICTION.c.id == _ASSIGNMENT.c.jurisdiction_id)
    )
    .where(_PLAN.c.year.in_(bindparam("years", expanding=True)))
    .order_by(_PLAN.c.year, _PRIORITY.c.number, _ASSIGNMENT.c.position)
)


def _held(row: RowMapping) -> AssignmentFacts:
    return AssignmentFacts(
        id=row["held_id"],
        priority_id=row["priority_id"],
        jurisdiction_id=row["held_jurisdiction_id"],
        jurisdiction_code=row["by_code"] or "",
        name=Bilingual(row["held_assignee_en"], row["held_assignee_fr"]),
        full=Bilingual(row["by_name_en"] or "", row["by_name_fr"] or ""),
        short=Bilingual(row["by_short_en"] or "", row["by_short_fr"] or ""),
        role=row["held_role"],
        confirmation=row["held_confirmation"],
        since=row["held_since"],
    )


ACTIVITY = (
    *("id", "priority_id", "code", "title_en", "title_fr", "text_en", "text_fr"),
    *("due_year", "due_month", "due_day", "due_words_en", "due_words_fr", "ongoing"),
)
"""The columns that ``activity_of`` takes apart, in order."""


def activity_of(row: Sequence[Any]) -> ActivityFacts:
    """An activity by the values of ``ACTIVITY``."""
    id_, priority, code, title_en, title_fr, text_en, text_fr, year, month, day, words_en, words_fr, ongoing = row
    return ActivityFacts(
        id=id_,
        priority_id=priority,
        code=code,
        title=Bilingual(title_en, title_fr),
        text=Bilingual(text_en, text_fr),
        due_year=year,
        due_month=month,
        due_day=day,
        due_words=Bilingual(words_en, words_fr),
        ongoing=ongoing,
    )
