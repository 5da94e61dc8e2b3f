"""Publishing a quarter: what is copied, what blocks it, embargoes, corrections and withdrawals."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Invalid, NotFound
from cogwg.core.status import Status, Timeliness
from cogwg.tracker.models import Publication
from cogwg.tracker.published import public_record
from cogwg.tracker.services import publish_quarter

BY = Actor("person", None)
NOW = datetime(2020, 9, 24, 18, 0, tzinfo=UTC)
REASON = Bilingual("A typing error.", "Une faute de frappe.")


def test_published_quarter_has_plan_reports_and_statuses_as_of_its_day(published: Session) -> None:
    record = public_record(published, NOW)
    assert [edition.content.key for edition in record.quarters] == ["2020-03", "2020-06"]
    latest = record.latest(2020)
    assert latest is not None
    content = latest.content
    assert content.published_on == date(2020, 7, 31)
    statuses = {activity.code: activity.status for activity in content.activities}
    assert (statuses["1.1"], statuses["1.2"]) == (Status.COMPLETE, Status.SUBSTANTIAL)
    overdue = [a.code for a in content.activities if content.timeliness(a) is Timeliness.OVERDUE]
    assert overdue == ["1.2", "2.2", "3.2", "5.2"]
    assert all(report.activity in statuses for report in content.reports)


def test_quarter_that_is_not_closed_or_has_no_french_is_not_published(seeded: Session) -> None:
    with pytest.raises(Invalid) as refusal:
        publish_quarter(seeded, "2020-09", shown=None, by=BY, at=NOW)
    assert {field for field, _ in refusal.value.problems} >= {"quarter"}
    with pytest.raises(NotFound):
        publish_quarter(seeded, "2020-12-31", shown=None, by=BY, at=NOW)
    assert seeded.scalar(select(Publication.id)) is None
