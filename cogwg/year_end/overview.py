"""The years that have a plan or a draft of one, with the state of each and what can be done next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import table
from cogwg.plan.draft_storage import StoredDraft, all_drafts
from cogwg.plan.models import Activity, Assignment, Confirmation, Priority, WorkPlan


class YearState(StrEnum):
    """The state of a year's plan."""

    DRAFT = "draft"
    ADOPTED = "adopted"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class YearOverview:
    """The plan of a year, or its draft.

    For an adopted plan, ``draft`` is the draft that it was adopted from; None for a plan that was seeded.
    """

    year: int
    title: Bilingual
    priorities: int
    activities: int
    draft: StoredDraft | None = None
    adopted_on: date | None = None
    closed_on: date | None = None
    roles_to_confirm: int = 0
    has_next: bool = False
    """Whether the next year has a plan or a draft."""

    @property
    def state(self) -> YearState:
        if self.adopted_on is None:
            return YearState.DRAFT
        return YearState.ADOPTED if self.closed_on is None else YearState.CLOSED

    @property
    def is_draft(self) -> bool:
        return self.state is YearState.DRAFT

    @property
    def is_closed(self) -> bool:
        return self.state is YearState.CLOSED


def year_overviews(session: Session) -> list[YearOverview]:
    """Return the years with a plan or a draft, the latest first, in two SQL statements."""
    drafts = {draft.plan.year: draft for draft in all_drafts(session)}
    plans = {row.year: row for row in session.execute(_PLANS)}
    years = sorted(plans.keys() | drafts.keys(), reverse=True)
    return [
        _of_plan(plans[year], drafts.get(year), has_next=year + 1 in years)
        if year in plans
        else _of_draft(drafts[year], has_next=year + 1 in years)
        for year in years
    ]


def first_free_year(overviews: list[YearOverview], this_year: int) -> int:
    """Return the year after the latest one with a plan or a draft; ``this_year`` if there is none."""
    return max((overview.year + 1 for overview in overviews), default=this_year)


def _of_plan(row: Any, draft: StoredDraft | None, *, has_next: bool) -> YearOverview:
    return YearOverview(
        year=row.year,
        title=row.title,
        priorities=row.priorities,
        activities=row.activities,
        draft=draft,
        adopted_on=row.adopted_on,
        closed_on=row.closed_on,
        roles_to_confirm=row.roles_to_confirm,
        has_next=has_next,
    )


def _of_draft(draft: StoredDraft, *, has_next: bool) -> YearOverview:
    plan = draft.plan
    activities = sum(len(priority.activities) for priority in plan.priorities)
    return YearOverview(plan.year, plan.title, len(plan.priorities), activities, draft, has_next=has_next)


_PRIORITY, _ACTIVITY, _ROLE = map(table, (Priority, Activity, Assignment))
_OWN = (_PRIORITY.c.plan_id == WorkPlan.id, _PRIORITY.c.retired_on.is_(None))
_PLANS = select(
    WorkPlan.year,
    WorkPlan.title,
    WorkPlan.adopted_on,
    WorkPlan.closed_on,
    select(func.count()).select_from(_PRIORITY).where(*_OWN).correlate(WorkPlan).scalar_subquery().label("priorities"),
    select(func.count())
    .select_from(_ACTIVITY.join(_PRIORITY, _PRIORITY.c.id == _ACTIVITY.c.priority_id))
    .where(*_OWN, _ACTIVITY.c.retired_on.is_(None))
    .correlate(WorkPlan)
    .scalar_subquery()
    .label("activities"),
    select(func.count())
    .select_from(_ROLE.join(_PRIORITY, _PRIORITY.c.id == _ROLE.c.priority_id))
    .where(*_OWN, _ROLE.c.retired_on.is_(None), _ROLE.c.confirmation == Confirmation.TO_CONFIRM)
    .correlate(WorkPlan)
    .scalar_subquery()
    .label("roles_to_confirm"),
)
