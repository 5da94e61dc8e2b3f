"""Queries across plans and quarters, on both engines."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.core.status import Status
from cogwg.plan.queries import plan_facts
from cogwg.reporting.dashboards import latest_status_changes, submissions_in_period
from cogwg.reporting.models import ReportingPeriod, ReportState, StatusReport, Submission


def test_submissions_in_period_exclude_drafts(seeded: Session) -> None:
    plan = plan_facts(seeded, 2020)
    period = seeded.scalars(select(ReportingPeriod).where(ReportingPeriod.key == "2020-09")).one()
    ids = [a.id for a in plan.activities]
    submissions = submissions_in_period(seeded, period.id, ids)
    assert set(submissions) == set(seeded.scalars(select(Submission.activity_id).where(Submission.period_id == period.id)))
    silent = next(id_ for id_ in ids if id_ not in submissions)
    at = period.due_at
    seeded.add(
        StatusReport(activity_id=silent, period_id=period.id, state=ReportState.DRAFT, status=Status.LIMITED, changed_at=at)
    )
    seeded.flush()
    assert submissions_in_period(seeded, period.id, ids) == submissions, "drafts are not counted"
    assert submissions_in_period(seeded, period.id, []) == {}


def test_latest_status_changes_are_newest_first_with_jurisdiction(seeded: Session) -> None:
    changes = latest_status_changes(seeded)
    assert [c.id for c in changes] == sorted((c.id for c in changes), reverse=True)
    assert latest_status_changes(seeded, limit=3) == changes[:3]
    assert {c.year for c in changes} == {2020}
    behalf = {s.id for s in seeded.scalars(select(Submission).where(Submission.behalf_of.is_not(None)))}
    assert all(c.jurisdiction for c in changes if c.id in behalf)
    assert all(c.sample for c in changes)
