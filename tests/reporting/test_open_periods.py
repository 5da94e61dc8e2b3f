"""Quarters that still wait for reports, over all plans; the counts equal those of readiness."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.core.calendar import TORONTO, local_day
from cogwg.core.db import write_transaction
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import ReportingPeriod, ReportState, StatusReport
from cogwg.reporting.open_periods import PeriodMissingCount, most_urgent_period, other_periods, periods_with_missing_counts
from cogwg.reporting.readiness import ReadinessState, readiness
from tests.large_plan import add_large_plan
from tests.web.test_statements import count_database_work


def instant_at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(9), TORONTO).astimezone(UTC)


def find_open_periods(session: Session, day: str, code: str | None = None) -> list[PeriodMissingCount]:
    of = None if code is None else [session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == code)).one()]
    return periods_with_missing_counts(session, instant_at(day), local_day(instant_at(day)), jurisdiction_ids=of)


@pytest.mark.parametrize("day", ["2020-02-27", "2020-09-24", "2020-10-02", "2021-01-05"])
def test_missing_counts_agree_with_readiness(seeded_engine: Engine, day: str) -> None:
    with Session(seeded_engine) as session:
        with write_transaction(session):
            add_large_plan(session, priorities=2, activities=3, quarters=0)
            states = list(ReportState)
            reports = session.scalars(select(StatusReport).where(StatusReport.period_id == 3).order_by(StatusReport.id))
            for n, report in enumerate(reports):
                report.state = states[n % 3]
        of_all = find_open_periods(session, day)
        ready = {
            counted.period.key: readiness(session, plan_facts(session, counted.period.year), counted.period)
            for counted in of_all
        }
        for code, id_ in session.execute(select(Jurisdiction.code, Jurisdiction.id)).all():
            for counted in find_open_periods(session, day, code):
                expected = len(ready[counted.period.key].missing_reports([id_])) if counted.period.takes_reports else 0
                assert counted.missing == expected, (code, counted.period.key)
        for counted in of_all:
            reports = ready[counted.period.key].all_reports if counted.period.takes_reports else []
            assert counted.missing == sum(report.is_missing for report in reports)
            received = [report for report in reports if report.state is ReadinessState.SUBMITTED]
            assert counted.correctable == sum(not report.is_superseded for report in received)


def test_late_quarter_of_last_year_is_listed_before_the_open_quarter(seeded: Session) -> None:
    with write_transaction(seeded):
        add_large_plan(seeded, priorities=2, activities=2, quarters=0)
    keys = [counted.period.key for counted in find_open_periods(seeded, "2021-01-05", "on") if counted.missing]
    assert keys == ["2020-09", "2020-12"]
    waiting = find_open_periods(seeded, "2021-01-05", "on")
    first = most_urgent_period(waiting)
    assert first is not None
    assert first.key == "2020-09"
    assert [counted.period.key for counted in other_periods(waiting, first)] == ["2020-12", "2021-03"]
    nothing = most_urgent_period(find_open_periods(seeded, "2021-01-05", "qc"))
    assert nothing is not None
    assert nothing.key == "2021-03", "without missing reports, the open quarter is shown"
    with write_transaction(seeded):
        seeded.execute(update(ReportingPeriod).where(ReportingPeriod.year == 2020).values(closed_at=instant_at("2021-01-04")))
    assert [counted.period.key for counted in find_open_periods(seeded, "2021-01-05") if counted.missing] == ["2021-03"]


def test_counts_of_one_year_are_those_of_all_and_cost_no_more_after_old_years(seeded_engine: Engine) -> None:
    """A draft counts the missing reports of its plan's year; quarters of old years that were never closed cost it nothing."""
    now = instant_at("2021-05-20")
    day = local_day(now)

    def steps_of_2021() -> int:
        with count_database_work(seeded_engine) as work, Session(seeded_engine) as session:
            one_year = periods_with_missing_counts(session, now, day, year=2021)
        assert {counted.period.year for counted in one_year} == {2021}
        with Session(seeded_engine) as session:
            assert one_year == [c for c in periods_with_missing_counts(session, now, day) if c.period.year == 2021]
        return work.steps

    with Session(seeded_engine) as session, write_transaction(session):
        add_large_plan(session, year=2021, priorities=3, activities=5, quarters=1)
    young = steps_of_2021()
    with Session(seeded_engine) as session, write_transaction(session):
        for year in (2015, 2016, 2017):
            add_large_plan(session, year=year, priorities=5, activities=5)
    assert steps_of_2021() <= 1.2 * young, "only SQLite counts its steps"
