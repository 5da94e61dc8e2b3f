"""What the database counts of random histories equals what Python counts of the same rows, on both engines."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cogwg.core.calendar import Quarter, end_of_day
from cogwg.core.db import write_transaction
from cogwg.core.status import Status
from cogwg.core.text_states import language_to_translate
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.reporting.dashboards import report_counts, submissions_in_period
from cogwg.reporting.models import ReportingPeriod, Submission
from cogwg.reporting.news.untranslated import untranslated_reports
from cogwg.reporting.plan_history import plan_history
from cogwg.reporting.quarter_ends import quarter_end_statuses
from cogwg.reporting.queries import current_statuses, submitted_texts
from cogwg.reporting.report_progress import is_report_expected
from cogwg.reporting.status_spans import count_at_quarter_end, status_spans
from tests.large_plan import add_large_plan

YEAR = 2021
AT = datetime(YEAR, 11, 15, 17, tzinfo=UTC)
DAYS = [date(YEAR, 3, 31), date(YEAR, 6, 10), date(YEAR, 9, 30), date(YEAR, 11, 15)]


def add_random_history(session: Session, seed: int) -> PlanFacts:
    """Add a plan of 3 × 5 activities whose reports skip quarters, are amended, and come in any order; and one before it."""
    chance = random.Random(seed)
    with write_transaction(session):
        add_large_plan(session, year=YEAR - 2, priorities=2, activities=3, quarters=4)
        add_large_plan(session, year=YEAR, priorities=3, activities=5, quarters=0)
        plan = plan_facts(session, YEAR)
        periods = session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.plan_id == plan.id)).all()
        reports = [
            (activity.id, period)
            for activity in plan.activities
            for period in periods
            for _ in range(chance.choice((0, 0, 1, 1, 2)))
        ]
        chance.shuffle(reports)
        for version, (activity_id, period) in enumerate(reports, 1):
            status = chance.choice(list(Status))
            done = AT if status is Status.COMPLETE else None
            values = {"report_version": version, "status": status, "submitted_at": AT, "completed_at": done}
            session.execute(insert(Submission).values(activity_id=activity_id, period_id=period, **values))
    return plan


def read_statuses(session: Session, plan: PlanFacts) -> dict[str, dict[int, Status]]:
    """Return the last status of each activity in each quarter, from all rows in order."""
    statuses: dict[str, dict[int, Status]] = {}
    rows = session.execute(
        select(Submission.activity_id, ReportingPeriod.key, Submission.status)
        .join(ReportingPeriod, ReportingPeriod.id == Submission.period_id)
        .where(ReportingPeriod.plan_id == plan.id)
        .order_by(Submission.id)
    )
    for activity_id, key, status in rows:
        statuses.setdefault(key, {})[activity_id] = status
    return statuses


@pytest.mark.parametrize("seed", range(4))
def test_counts_in_sql_equal_counts_in_python(seeded: Session, seed: int) -> None:
    plan = add_random_history(seeded, seed)
    statuses = read_statuses(seeded, plan)
    assert plan_history(seeded, [plan.id], until=end_of_day(DAYS[-1])).statuses_by_quarter == statuses
    ends = [(Quarter(YEAR, n).key, day) for n, day in enumerate(DAYS, 1)]
    spans = status_spans(seeded, plan.id)
    for (key, day), expected in zip(ends, quarter_end_statuses(plan, statuses, ends), strict=True):
        assert count_at_quarter_end(spans, key, day) == Counter(expected)
    current = current_statuses(seeded, plan, DAYS[-1])
    for period in seeded.scalars(select(ReportingPeriod).where(ReportingPeriod.plan_id == plan.id)).all():
        received = submissions_in_period(seeded, period.id, list(current))
        assert report_counts(seeded, plan.id, period.id) == {
            p.id: (
                sum(a.id in received for a in p.activities),
                sum(is_report_expected(current[a.id].status, is_begun=a.id in received) for a in p.activities),
            )
            for p in plan.priorities
        }


def test_seeded_plan_is_counted_at_each_quarter_end(seeded: Session) -> None:
    plan = plan_facts(seeded, 2020)
    ends = [(Quarter(2020, n).key, Quarter(2020, n).opens_on + timedelta(days=80)) for n in range(1, 5)]
    spans = status_spans(seeded, plan.id)
    for (key, day), expected in zip(ends, quarter_end_statuses(plan, read_statuses(seeded, plan), ends), strict=True):
        assert count_at_quarter_end(spans, key, day) == Counter(expected)


@pytest.mark.parametrize("seed", range(3))
def test_texts_to_translate_in_sql_equal_those_in_python(seeded: Session, seed: int) -> None:
    chance = random.Random(seed)
    words = ("", "A text", "Un texte")
    with write_transaction(seeded):
        add_large_plan(seeded, year=YEAR, priorities=3, activities=8, quarters=0)
        plan = plan_facts(seeded, YEAR)
        period = seeded.scalars(select(ReportingPeriod.id).where(ReportingPeriod.plan_id == plan.id)).first()
        for activity in plan.activities:
            links = [
                {"url": f"https://sample.cogwg.example/{n}", "label_en": chance.choice(words), "label_fr": chance.choice(words)}
                for n in range(chance.choice((0, 1, 2)))
            ]
            if links and chance.random() < 0.2:
                del links[0]["label_fr"]
            same = chance.random() < 0.6
            texts = {"progress_en": "A text", "progress_fr": "Un texte" if same else ""}
            stale = {"progress": "fr"} if chance.random() < 0.2 and same else None
            values = {"report_version": 1, "status": Status.LIMITED, "submitted_at": AT, "evidence": links, "stale": stale}
            seeded.execute(insert(Submission).values(activity_id=activity.id, period_id=period, **values, **texts))
    listed = {(text.id, text.link) for text in untranslated_reports(seeded, plan)}
    done = {(text.id, text.link) for text in untranslated_reports(seeded, plan, done=True)}
    expected = set()
    for row in seeded.scalars(select(Submission).where(Submission.period_id == period)):
        for n, (name, text) in enumerate(submitted_texts(row).items(), 1):
            if language_to_translate(text, (row.stale or {}).get(name)) is not None:
                expected.add((row.activity_id, n))
    assert listed == expected
    assert not listed & done
    assert listed
    assert done
