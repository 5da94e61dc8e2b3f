"""Roles that were offered to jurisdictions and are not answered yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.core.bilingual import Bilingual
from cogwg.plan.conditions import plan_with_open_roles
from cogwg.plan.models import Assignment, Confirmation, Priority, WorkPlan


@dataclass(frozen=True, slots=True)
class OfferedRole:
    """A role offered to a jurisdiction that has not answered yet, with its priority and the day on which it was offered."""

    id: int
    year: int
    number: int
    priority: Bilingual
    jurisdiction: Bilingual
    since: date


def offered_roles(session: Session, year: int, jurisdiction_ids: Collection[int]) -> list[OfferedRole]:
    """Return the roles that wait for an answer from these jurisdictions, in the plan in effect in ``year`` and later ones.

    There are none in a closed plan. This takes one SQL statement.
    """
    rows = session.execute(
        select(
            *(Assignment.id, WorkPlan.year, Priority.number, Priority.title),
            *(Jurisdiction.name.label("jurisdiction"), Assignment.since),
        )
        .join(Priority, Priority.id == Assignment.priority_id)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .join(Jurisdiction, Jurisdiction.id == Assignment.jurisdiction_id)
        .where(plan_with_open_roles(year), Assignment.confirmation == Confirmation.TO_CONFIRM)
        .where(Assignment.jurisdiction_id.in_(tuple(jurisdiction_ids)), Assignment.retired_on.is_(None))
        .order_by(WorkPlan.year, Priority.position, Priority.number, Assignment.position)
    )
    return [OfferedRole(r.id, r.year, r.number, r.title, r.jurisdiction, r.since) for r in rows]
