"""SQL conditions for plans and roles, shared by several modules."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select

from cogwg.core.db import table
from cogwg.plan import rules
from cogwg.plan.models import Assignment, AssignmentRole, Confirmation, WorkPlan

_PLAN, _ASSIGNMENT = map(table, (WorkPlan, Assignment))


def is_reporting_role() -> ColumnElement[bool]:
    """Return the SQL condition for assignments that allow reporting (see ``rules.can_report``) and are not retired."""
    reporting = or_(
        *(
            and_(_ASSIGNMENT.c.role == role, _ASSIGNMENT.c.confirmation == confirmation)
            for role in AssignmentRole
            for confirmation in Confirmation
            if rules.can_report(role, confirmation)
        )
    )
    return and_(reporting, _ASSIGNMENT.c.retired_on.is_(None))


def is_of_open_plan(plan_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the SQL condition that a column has the id of a plan that is not closed."""
    return plan_id.not_in(select(_PLAN.c.id).where(_PLAN.c.closed_on.is_not(None)))


def plan_with_open_roles(year: int) -> ColumnElement[bool]:
    """Return the SQL condition for plans whose roles can still change: the plan in effect in ``year`` and any later one.

    A closed plan is never included.
    """
    latest = select(func.max(_PLAN.c.year)).where(_PLAN.c.year <= year).scalar_subquery()
    return and_(_PLAN.c.year >= func.coalesce(latest, year), _PLAN.c.closed_on.is_(None))


def year_in_effect(year: ColumnElement[int] | int) -> ScalarSelect[Any]:
    """Return the SQL expression for the year of the plan in effect in ``year``, or null if there is no plan.

    This is the latest plan up to ``year``. Once that plan is closed, it is the first later plan that is open, if there is one:
    people work on that plan from then on, even before its year begins.
    """
    plan, next_plan, last = _PLAN.alias(), _PLAN.alias(), _PLAN.alias()
    latest = select(func.max(last.c.year)).where(last.c.year <= year).scalar_subquery()
    following = (
        select(func.min(next_plan.c.year)).where(next_plan.c.year > year, next_plan.c.closed_on.is_(None)).scalar_subquery()
    )
    in_effect = case((plan.c.closed_on.is_not(None), func.coalesce(following, plan.c.year)), else_=plan.c.year)
    return select(in_effect).where(plan.c.year == latest).scalar_subquery()


def plan_in_effect(year: int) -> ColumnElement[bool]:
    """Return the SQL condition for the plan in effect in a year, as ``year_in_effect`` determines it."""
    return _PLAN.c.year == year_in_effect(year)
