"""Random histories of the record, made of the product's own commands: the view after each step, to compare with past days.

A step is one of ``STEPS``, chosen by a number; the same number chooses what it is about. A new command that changes a plan, a
role, a name or a report gets a step in ``tests.random_steps`` or ``tests.random_plan_steps``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.core.errors import NotFound
from cogwg.core.status import Status
from cogwg.plan.lookups import plan_years
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.reporting.models import OverallStatus
from cogwg.reporting.past_days import PastDay, override_of_day, plan_of_day, record_of_day, statuses_of_day
from cogwg.reporting.queries import CurrentStatus, current_statuses
from tests import random_plan_steps as plans
from tests import random_steps as records
from tests.random_steps import Impossible, World

CHOICES = 10_000
"""How many choices a step has; each number below ``len(STEPS) * CHOICES`` is a step with a choice."""
TURN_OF_THE_YEAR: list[Callable[[World], None]] = [
    plans.carry_a_plan_over,
    plans.adopt_a_draft,
    plans.undo_an_adoption,
]
"""Each is possible after the one before it. The next step replaces one that is impossible, so any of these three goes on."""
STEPS: list[Callable[[World], None]] = [
    records.move_due,
    records.report,
    records.offer,
    records.answer_offer,
    records.end_or_hand_over,
    plans.reword_a_priority,
    plans.reword_an_activity,
    *TURN_OF_THE_YEAR,
    records.rename,
    records.report,
    records.translate,
    records.override,
    records.ask_for_due_date,
    plans.add_an_activity,
    plans.retire_an_activity,
    plans.restore_an_activity,
    plans.move_an_activity,
    *TURN_OF_THE_YEAR,
    records.answer_due_request,
    records.ask_for_role,
    plans.edit_a_draft,
    plans.add_a_priority,
    plans.retire_a_priority,
    plans.restore_a_priority,
    plans.move_a_priority,
    *TURN_OF_THE_YEAR,
    plans.close_a_year,
    plans.reopen_a_year,
    plans.add_a_role,
    plans.state_a_role,
    plans.remove_a_role,
    records.report,
    plans.delete_a_draft,
]
"""The commands of a history; what happens more often is listed more often."""


@dataclass(frozen=True)
class PlanView:
    """What the pages of a plan show: the plan, the statuses with their texts, and the overall statuses set by hand."""

    plan: PlanFacts
    statuses: dict[int, CurrentStatus]
    overrides: dict[int, Status | None]


@dataclass(frozen=True)
class StoredView:
    """The views of all plans at the end of a day, by year, and what was done that day."""

    day: date
    step: str
    plans: dict[int, PlanView]


def make_history(session: Session, numbers: Sequence[int]) -> list[StoredView]:
    """Make a step for each number and return the view after each. Each is on a later day, also after a day of 25 hours."""
    world, views = World(session), []
    for number in numbers:
        world.at += timedelta(days=1 + number % 2, minutes=60 + number % 600)
        world.choice = number % CHOICES
        views.append(StoredView(world.day, make_step(world, number // CHOICES), _views(world)))
    return views


def make_step(world: World, number: int, steps: Sequence[Callable[[World], None]] = STEPS) -> str:
    """Make the step with this number or, if it is impossible now, the first possible one after it; return its name."""
    for place in range(len(steps)):
        step = steps[(number + place) % len(steps)]
        try:
            step(world)
        except Impossible:
            continue
        world.session.flush()
        return step.__name__
    raise AssertionError("no step is possible")


def _views(world: World) -> dict[int, PlanView]:
    session, views = world.session, {}
    newest_last = select(OverallStatus.priority_id, OverallStatus.status).order_by(OverallStatus.id)
    overrides: dict[int, Status | None] = {row.priority_id: row.status for row in session.execute(newest_last)}
    for year in plan_years(session):
        plan = plan_facts(session, year)
        statuses = current_statuses(session, plan, world.day, with_texts=True)
        views[year] = PlanView(plan, statuses, {p.id: overrides.get(p.id) for p in plan.priorities})
    return views


def view_of_day(session: Session, day: date, year: int) -> PlanView | None:
    """Return the view of a plan as the record knew it on a day, None if it had no such plan."""
    record = record_of_day(session, PastDay(day))
    try:
        plan = plan_of_day(session, record, year)
    except NotFound:
        return None
    overrides = {p.id: override_of_day(session, record, p.id) for p in plan.priorities}
    return PlanView(
        plan,
        statuses_of_day(session, record, plan, with_texts=True),
        {id_: last.status if last is not None else None for id_, last in overrides.items()},
    )


def differences(session: Session, views: Sequence[StoredView]) -> Iterator[str]:
    """Yield each day on which what the record knew then is not the view that was stored then, with the step of that day."""
    years = sorted({year for view in views for year in view.plans})
    for number, view in enumerate(views):
        for year in years:
            if view_of_day(session, view.day, year) != view.plans.get(year):
                yield f"step {number}, {view.step}: plan {year} on {view.day}"
