"""Reads of the plan: the same facts from every query, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.core.db import write_transaction
from cogwg.core.errors import NotFound
from cogwg.plan.lookups import plan_year_in_effect, priority_numbers
from cogwg.plan.models import Activity, Assignment, AssignmentRole, Confirmation, Priority, WorkPlan
from cogwg.plan.queries import plan_facts
from cogwg.reporting.queries import current_statuses
from tests.large_plan import FEW, PLAN_SIZES, add_large_plan

Statements = Callable[[Engine], AbstractContextManager[list[str]]]


def jurisdiction_id(session: Session, code: str) -> int:
    return session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == code)).one()


def test_priority_read_alone_equals_the_same_in_the_whole_plan(seeded: Session) -> None:
    whole = plan_facts(seeded, 2020)
    for priority in whole.priorities:
        assert plan_facts(seeded, 2020, number=priority.number).priorities == (priority,)


def test_plan_facts_of_a_jurisdiction_holds_the_priorities_it_carries(seeded: Session) -> None:
    def numbers(code: str) -> list[int]:
        return [p.number for p in plan_facts(seeded, 2020, carried_by=[jurisdiction_id(seeded, code)]).priorities]

    assert {code: numbers(code) for code in ("on", "ns", "nt", "qc")} == {"on": [3, 4], "ns": [4], "nt": [5], "qc": []}


def test_reporting_jurisdictions_are_those_of_the_priorities_that_were_read(seeded: Session) -> None:
    """Partners and jurisdictions with a role to confirm do not report."""
    reporting = plan_facts(seeded, 2020).reporting_jurisdictions
    assert list(reporting) == [jurisdiction_id(seeded, code) for code in ("ca", "on", "bc", "sk", "ab")]
    assert reporting[jurisdiction_id(seeded, "bc")].en == "British Columbia"
    assert list(plan_facts(seeded, 2020, number=3).reporting_jurisdictions) == [jurisdiction_id(seeded, "on")]


def test_missing_plan_or_priority_is_not_found(seeded: Session) -> None:
    for year, number in ((1999, None), (2020, 6)):
        with pytest.raises(NotFound):
            plan_facts(seeded, year, number=number)


def test_plan_facts_in_effect_returns_the_latest_plan_of_those_years(seeded: Session) -> None:
    with write_transaction(seeded):
        add_large_plan(seeded, year=2021, priorities=2, activities=1, quarters=0)
    assert (plan_facts(seeded, 2024, in_effect=True).year, plan_facts(seeded, 2020, in_effect=True).year) == (2021, 2020)
    assert priority_numbers(seeded, plan_facts(seeded, 2020).id) == [1, 2, 3, 4, 5]


def test_plan_in_effect_is_the_next_open_one_as_soon_as_the_plan_of_the_year_is_closed(seeded: Session) -> None:
    def in_effect(year: int) -> tuple[int, int | None]:
        return plan_facts(seeded, year, in_effect=True).year, plan_year_in_effect(seeded, year)

    def close(year: int) -> None:
        with write_transaction(seeded):
            seeded.execute(update(WorkPlan).where(WorkPlan.year == year).values(closed_on=date(2020, 12, 20)))

    assert plan_year_in_effect(seeded, 2019) is None
    close(2020)
    assert in_effect(2020) == (2020, 2020), "there is no next plan yet"
    with write_transaction(seeded):
        for year in (2021, 2022):
            add_large_plan(seeded, year=year, priorities=1, activities=1, quarters=0)
    assert [in_effect(year) for year in (2020, 2021, 2022, 2023)] == [(2021, 2021), (2021, 2021), (2022, 2022), (2022, 2022)]
    close(2021)
    assert in_effect(2020) == (2022, 2022)
    close(2022)
    assert [in_effect(year) for year in (2020, 2021)] == [(2020, 2020), (2021, 2021)]


@pytest.mark.parametrize(("engine_name", "size"), PLAN_SIZES)
def test_plan_reads_take_a_constant_number_of_statements(
    session: Session, engine: Engine, statements: Statements, size: int
) -> None:
    with write_transaction(session):
        add_large_plan(session, year=2021, priorities=FEW, activities=FEW)
        add_large_plan(session, year=2022, priorities=size, activities=size)
    counts = []
    for year, expected in ((2021, FEW**2), (2022, size**2)):
        with statements(engine) as sent:
            plan = plan_facts(session, year)
            statuses = current_statuses(session, plan, date(year, 9, 24), with_texts=True)
        assert len(statuses) == expected
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 5


def test_large_plan_is_read_completely(session: Session) -> None:
    with write_transaction(session):
        add_large_plan(session, priorities=50, activities=10, quarters=2)
    plan = plan_facts(session, 2021)
    assert (len(plan.priorities), len(list(plan.activities))) == (50, 500)
    assert [month for _, month in plan.months] == [3, 6, 9, 10, 12]
    carriers = {a.jurisdiction_code for p in plan.priorities for a in p.assignments}
    assert len(carriers) == 30
    assert all(len(p.assignments) == 3 for p in plan.priorities)


def add_assignment(session: Session, **values: object) -> Assignment:
    priority = session.scalars(select(Priority).where(Priority.number == 1)).one()
    fields = {"priority_id": priority.id, "position": 9, "role": AssignmentRole.LEAD, "since": date(2020, 3, 1), **values}
    return Assignment(**fields)


def test_vacancy_with_jurisdiction_or_confirmed_without_is_refused(seeded: Session) -> None:
    alberta = jurisdiction_id(seeded, "ab")
    for jurisdiction, confirmation in ((None, Confirmation.CONFIRMED), (alberta, Confirmation.VACANT)):
        seeded.add(add_assignment(seeded, jurisdiction_id=jurisdiction, confirmation=confirmation))
        with pytest.raises(IntegrityError):
            seeded.flush()
        seeded.rollback()


def test_second_assignment_of_a_jurisdiction_to_a_priority_is_refused(seeded: Session) -> None:
    seeded.add(add_assignment(seeded, jurisdiction_id=jurisdiction_id(seeded, "ca"), confirmation=Confirmation.CONFIRMED))
    with pytest.raises(IntegrityError):
        seeded.flush()


def test_month_thirteen_is_refused_by_the_database(seeded: Session) -> None:
    seeded.scalars(select(Activity).where(Activity.code == "1.1")).one().due_month = 13
    with pytest.raises(IntegrityError):
        seeded.flush()
