"""Fixtures for tests of what is published, and the commands of the record that they use often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import Actor
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import ReportingPeriod
from cogwg.reporting.period_services import reopen_period
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, find_report, submit_report
from tests.conftest import MakeEngine, MakeSession

BY = Actor("person", None)


@pytest.fixture
def published_engine(make_engine: MakeEngine, engine_name: str) -> Engine:
    """A database with the demo data on its day, in which the first two quarters are published."""
    return make_engine(engine_name, "published")


@pytest.fixture
def published(make_session: MakeSession) -> Iterator[Session]:
    """A session on the demo data on its day, in which the first two quarters are published."""
    with make_session("published", "published_engine") as session:
        yield session


def report_target(session: Session, code: str, key: str) -> ReportTarget:
    """Return where a report on an activity in a quarter is stored."""
    plan = plan_facts(session, int(key[:4]))
    period_id = session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == key)).one()
    priority, activity = next((p, a) for p in plan.priorities for a in p.activities if a.code == code)
    ids = frozenset(role.jurisdiction_id for role in priority.assignments if role.jurisdiction_id is not None)
    return ReportTarget(priority, activity, period_id, ids)


def submit(session: Session, code: str, key: str, draft: ReportDraft, *, at: datetime) -> None:
    """Submit a report, or amend the one that is stored."""
    target = report_target(session, code, key)
    stored = find_report(session, target)
    version = stored.version if stored is not None else 0
    submit_report(session, target, draft, expected_version=version, by=BY, at=at, is_allowed=lambda _priority: True)


def reopen(session: Session, key: str, jurisdiction: str, *, at: datetime) -> None:
    """Let a jurisdiction report on a closed quarter for a week."""
    period_id = session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == key)).one()
    id_ = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == jurisdiction)).one()
    reopen_period(session, period_id, id_, until=at + timedelta(days=7), reason="A mistake.", by=BY, at=at)
