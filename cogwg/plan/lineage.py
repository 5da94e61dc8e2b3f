"""An activity in the plans of other years: the earlier activity that it carries on, and the later activities that
carry it on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import execute_core, named_rows, table
from cogwg.plan.models import Activity, Priority, WorkPlan


@dataclass(frozen=True, slots=True)
class CarriedActivity:
    """An activity in the plan of another year."""

    year: int
    code: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Lineage:
    """The earlier activity that an activity carries on, or None, and the later activities that carry it on."""

    earlier: CarriedActivity | None
    later: tuple[CarriedActivity, ...]


def lineage(session: Session, activity_id: int) -> Lineage:
    """Return the activities that an activity carries on and that carry it on, one step each way, in one SQL statement."""
    earlier, later = None, []
    for row in named_rows(execute_core(session, _LINE, {"activity": activity_id})):
        carried = CarriedActivity(row.year, row.code, Bilingual(row.title_en, row.title_fr))
        if row.carried_from_id == activity_id:
            later.append(carried)
        else:
            earlier = carried
    return Lineage(earlier, tuple(later))


_OWN, _OTHER, _PRIORITY, _PLAN = table(Activity).alias(), table(Activity), table(Priority), table(WorkPlan)
_ID: BindParameter[Any] = bindparam("activity")
_EARLIER_ID = select(_OWN.c.carried_from_id).where(_OWN.c.id == _ID).scalar_subquery()
_LINE = (
    select(_PLAN.c.year, _OTHER.c.code, _OTHER.c.title_en, _OTHER.c.title_fr, _OTHER.c.carried_from_id)
    .select_from(_OTHER.join(_PRIORITY, _PRIORITY.c.id == _OTHER.c.priority_id).join(_PLAN, _PLAN.c.id == _PRIORITY.c.plan_id))
    .where(or_(_OTHER.c.id == _EARLIER_ID, _OTHER.c.carried_from_id == _ID))
    .order_by(_PLAN.c.year, _OTHER.c.code)
)
