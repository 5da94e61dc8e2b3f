"""Small look-ups about plans: their years and revision, the numbers of priorities, and the titles of activities."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select, true
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import execute_core, table
from cogwg.core.errors import NotFound
from cogwg.plan.conditions import year_in_effect
from cogwg.plan.models import Activity, PlanRevision, Priority, WorkPlan
from cogwg.site_settings.queries import SETTINGS_COLUMNS, SETTINGS_TABLE
from cogwg.site_settings.rules import given_values

_PLAN = table(WorkPlan)
_YEAR_IN_EFFECT = select(year_in_effect(bindparam("year")))
_REVISION = select(table(PlanRevision).c.value, *SETTINGS_COLUMNS).join_from(table(PlanRevision), SETTINGS_TABLE, true())


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """The plan of a year without its priorities, for pages that show only counts."""

    id: int
    year: int
    title: Bilingual
    closed_on: date | None = None

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None


def plan_summary(session: Session, year: int) -> PlanSummary:
    """Return the plan of ``year`` without its priorities, in one SQL statement. Raises ``NotFound`` if there is no
    such plan.
    """
    row = session.execute(select(_PLAN).where(_PLAN.c.year == year)).one_or_none()
    if row is None:
        raise NotFound(f"plan {year}")
    return PlanSummary(row.id, row.year, Bilingual(row.title_en, row.title_fr), row.closed_on)


def plan_revision(session: Session) -> tuple[str, dict[str, Any]]:
    """Return a value that changes whenever anything shown in the plan's matrix changes, and the settings that the secretariat
    stored for the site.

    Both are read in one SQL statement, because the matrix page, which is opened most often, needs nothing else.
    """
    row = execute_core(session, _REVISION).one()
    return row.value, given_values(row)


def latest_plan_year(session: Session, year: int) -> int | None:
    """Return the year of the latest plan up to ``year``, closed or not; None if there is no plan yet."""
    latest: int | None = session.scalar(select(func.max(_PLAN.c.year)).where(_PLAN.c.year <= year))
    return latest


def plan_year_in_effect(session: Session, year: int) -> int | None:
    """Return the year of the plan in effect in ``year`` (see ``year_in_effect``); None if there is no plan yet."""
    in_effect: int | None = execute_core(session, _YEAR_IN_EFFECT, {"year": year}).scalar()
    return in_effect


def plan_year_to_show(session: Session, year: int) -> int | None:
    """Return the year of the plan that readers see first in ``year``: the plan in effect, or else the first later one.

    A plan may be adopted in the year before it begins. Returns None if none was adopted.
    """
    return plan_year_in_effect(session, year) or session.scalar(select(func.min(_PLAN.c.year)))


def plan_years(session: Session) -> list[int]:
    """Return the years that have a plan, in order, in one SQL statement."""
    return list(session.scalars(select(_PLAN.c.year).order_by(_PLAN.c.year)))


def priority_numbers(session: Session, plan_id: int) -> list[int]:
    """Return the numbers of a plan's priorities in the order of the plan, for the "previous" and "next" links."""
    current = Priority.plan_id == plan_id, Priority.retired_on.is_(None)
    return list(session.scalars(select(Priority.number).where(*current).order_by(Priority.position, Priority.number)))


def activity_titles(session: Session, ids: Collection[int]) -> dict[int, tuple[str, Bilingual]]:
    """Return the code and title of these activities, by id."""
    rows = session.execute(select(Activity.id, Activity.code, Activity.title).where(Activity.id.in_(tuple(ids))))
    return {row.id: (row.code, row.title) for row in rows}


def activity_places(session: Session, ids: Collection[int]) -> dict[int, tuple[int, str, Bilingual]]:
    """Return the year of the plan, the code and the title of these activities, by id."""
    statement = (
        select(Activity.id, WorkPlan.year, Activity.code, Activity.title)
        .join(Priority, Priority.id == Activity.priority_id)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .where(Activity.id.in_(tuple(ids)))
        .order_by(WorkPlan.year, Activity.code)
    )
    return {row.id: (row.year, row.code, row.title) for row in session.execute(statement)}
