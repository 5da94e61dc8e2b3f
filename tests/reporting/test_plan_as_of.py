"""Several plans read at once, and their histories, equal those read separately, on each engine."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cogwg.core.calendar import end_of_day, local_day
from cogwg.core.db import write_transaction
from cogwg.core.errors import NotFound
from cogwg.plan.models import Activity, Assignment, Priority, WorkPlan
from cogwg.plan.queries import plan_facts
from cogwg.reporting.news.current import group_facts
from cogwg.reporting.plan_as_of import plans_as_of
from cogwg.reporting.plan_history import plan_history
from cogwg.reporting.queries import current_statuses
from tests.databases import DECK_DAY, DEMO_DAY
from tests.large_plan import add_large_plan


@pytest.mark.parametrize("day", [DECK_DAY, date(2020, 7, 15), DEMO_DAY])
def test_plans_as_of_a_day_equal_separate_reads(seeded: Session, day: date) -> None:
    with write_transaction(seeded):
        add_large_plan(seeded, year=2021, priorities=3, activities=4, quarters=2)
    before = end_of_day(day)
    both = plans_as_of(seeded, [2020, 2021], day, submitted_before=before)
    for year, whole in both.items():
        plan = plan_facts(seeded, year)
        assert whole.plan == plan
        assert whole.current_statuses == current_statuses(seeded, plan, day, submitted_before=before, with_texts=True)
    assert both.keys() == {2020, 2021}
    assert plans_as_of(seeded, [2020], day, submitted_before=before)[2020] == both[2020]


def test_plan_without_priorities_and_priority_without_assignments_are_read(seeded: Session) -> None:
    with write_transaction(seeded):
        values = {"title_en": "A plan", "title_fr": "Un plan", "adopted_on": DEMO_DAY}
        seeded.add_all(WorkPlan(year=year, **values) for year in (2021, 2022))
        texts = {f"{name}_{lang}": "A text" for name in ("title", "short", "issue", "outcome") for lang in ("en", "fr")}
        seeded.flush()
        bare = seeded.scalars(select(WorkPlan.id).where(WorkPlan.year == 2021)).one()
        seeded.add(Priority(plan_id=bare, number=1, consequences=[], results=[], **texts))
        own = select(Priority.id).join(Priority.plan).where(Priority.number == 2)
        seeded.execute(delete(Assignment).where(Assignment.priority_id.in_(own)))
    for year in (2020, 2021, 2022):
        as_of = plans_as_of(seeded, [year], DEMO_DAY, submitted_before=end_of_day(DEMO_DAY))[year]
        assert as_of.plan == plan_facts(seeded, year)
    with pytest.raises(NotFound, match="plan 2019"):
        plans_as_of(seeded, [2020, 2019], DEMO_DAY, submitted_before=end_of_day(DEMO_DAY))


def test_plan_history_of_two_plans_equals_separate_reads(seeded: Session) -> None:
    with write_transaction(seeded):
        add_large_plan(seeded, year=2021, priorities=2, activities=3, quarters=2)
    before = end_of_day(date(2021, 12, 31))
    ids = [plan_facts(seeded, year).id for year in (2020, 2021)]
    both, alone = plan_history(seeded, ids, until=before), [plan_history(seeded, [item], until=before) for item in ids]
    assert {**alone[0].statuses_by_quarter, **alone[1].statuses_by_quarter} == both.statuses_by_quarter
    assert {**alone[0].due_date_moves, **alone[1].due_date_moves} == both.due_date_moves
    assert len(both.statuses_by_quarter) > max(len(item.statuses_by_quarter) for item in alone) > 0


def test_milestone_reported_at_is_the_instant_of_its_audit_event(seeded: Session) -> None:
    facts = group_facts(seeded, until=DEMO_DAY)
    assert facts.reported_at.keys() == {m.id for m in facts.milestones if m.reported_on > DECK_DAY}, (
        "the first is part of the plan"
    )
    assert all(local_day(facts.reported_at[m.id]) == m.reported_on for m in facts.milestones if m.id in facts.reported_at)


def test_activities_keep_the_order_of_the_plan(seeded: Session) -> None:
    with write_transaction(seeded):
        activity = seeded.scalars(select(Activity).where(Activity.code == "3.1")).one()
        activity.position = 99
    as_of = plans_as_of(seeded, [2020], DEMO_DAY, submitted_before=end_of_day(DEMO_DAY))[2020]
    assert [a.code for a in as_of.plan.priorities[2].activities][-1] == "3.1"
