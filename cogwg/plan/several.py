"""Several plans at once, for reads that put more beside their activities: one statement, however many plans."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import send, table
from cogwg.plan.models import Assignment, Priority, WorkPlan
from cogwg.plan.queries import ASSIGNMENT, HOLDER, AssignmentFacts, PlanFacts, assignment_of, priority_facts

_PLAN, _PRIORITY, _ASSIGNMENT, _JURISDICTION = map(table, (WorkPlan, Priority, Assignment, Jurisdiction))


def carried_plans(session: Session, years: Collection[int]) -> list[PlanFacts]:
    """The plans of these years with their priorities and who carries them, without the activities; one statement."""
    rows = send(session, _CARRIED, {"years": tuple(years)}).mappings().all()
    held = len(ASSIGNMENT + HOLDER)
    plans = {row["id"]: row for row in rows}
    priorities = {row["priority_id"]: row for row in rows if row["priority_id"] is not None}
    carriers: dict[int, list[AssignmentFacts]] = {}
    for row in rows:
        if row["held_id"] is not None:
            carriers.setdefault(row["priority_id"], []).append(assignment_of(tuple(row.values())[-held:]))
    return [
        PlanFacts(
            id=id_,
            year=plan["year"],
            title=Bilingual(plan["title_en"], plan["title_fr"]),
            link=plan["link"],
            adopted_on=plan["adopted_on"],
            sample=plan["sample"],
            priorities=tuple(priority_facts(row, {}, carriers) for row in priorities.values() if row["id"] == id_),
        )
        for id_, plan in plans.items()
    ]


_CARRIED = (
    select(
        *_PLAN.c,
        *(c.label(f"priority_{c.name}") for c in _PRIORITY.c if c.name != "plan_id"),
        *(_ASSIGNMENT.c[name].label(f"held_{name}") for name in ASSIGNMENT),
        *(_JURISDICTION.c[name].label(f"by_{name}") for name in HOLDER),
    )
    .select_from(
        _PLAN.outerjoin(_PRIORITY, _PRIORITY.c.plan_id == _PLAN.c.id)
        .outerjoin(_ASSIGNMENT, _ASSIGNMENT.c.priority_id == _PRIORITY.c.id)
        .outerjoin(_JURISDICTION, _JURISDICTION.c.id == _ASSIGNMENT.c.jurisdiction_id)
    )
    .where(_PLAN.c.year.in_(bindparam("years", expanding=True)))
    .order_by(_PLAN.c.year, _PRIORITY.c.number, _ASSIGNMENT.c.position)
)
