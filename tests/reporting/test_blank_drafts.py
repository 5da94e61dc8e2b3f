"""A draft that was emptied counts as no report everywhere, and its version still goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.db import write_transaction
from cogwg.core.errors import Conflict
from cogwg.core.status import Status
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import StatusReport
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.periods import periods
from cogwg.reporting.queries import current_statuses, reports_in_period
from cogwg.reporting.readiness import readiness
from cogwg.reporting.rules import LabelledLink, ReportDraft
from cogwg.reporting.services import ReportTarget, find_report, save_draft, submit_report
from cogwg.reporting.unfinished import unfinished_reports, unsubmitted_reports
from cogwg.year_end.closing import year_to_close

NOW = datetime(2020, 9, 24, 16, tzinfo=UTC)
BY = Actor("person", 1)
EMPTY = ReportDraft(None)
FULL = ReportDraft(
    Status.LIMITED,
    *(Bilingual(text, f"{text} (fr)") for text in ("Five measures.", "Staff is short.", "A note.")),
    (LabelledLink("https://open.canada.ca"),),
    next_step=Bilingual("Agree.", ""),
)
GIVEN: dict[str, Any] = {"by": BY, "at": NOW, "is_allowed": lambda _: True}


def targets(session: Session) -> Iterator[ReportTarget]:
    """Yield the reports of the open quarter that nobody has begun, those of complete activities first."""
    plan = plan_facts(session, 2020)
    (period,) = (each for each in periods(session, plan.id, NOW, local_day(NOW)) if each.key == "2020-09")
    statuses = current_statuses(session, plan, local_day(NOW))
    begun = set(session.scalars(select(StatusReport.activity_id).where(StatusReport.period_id == period.id)))
    own = [(p, a) for p in plan.priorities if p.first_reporting is not None for a in p.activities if a.id not in begun]
    for priority, activity in sorted(own, key=lambda pair: statuses[pair[1].id].status is not Status.COMPLETE):
        yield ReportTarget(priority, activity, period.id)


def shown_on_pages(session: Session, target: ReportTarget) -> dict[str, object]:
    """Return what pages and counts show of the report."""
    plan, everyone = plan_facts(session, 2020), session.scalars(select(Jurisdiction.id)).all()
    (period,) = (each for each in periods(session, plan.id, NOW, local_day(NOW)) if each.id == target.period_id)
    return {
        "report": reports_in_period(session, period.id, [target.activity.id]),
        "readiness": readiness(session, plan, period).expected_reports,
        "missing": [(each.period.key, each.missing) for each in periods_with_missing_counts(session, NOW, local_day(NOW))],
        "unfinished": unfinished_reports(session, everyone, NOW),
        "of the activity": unsubmitted_reports(session, target.activity.id),
        "closing": year_to_close(session, 2020, NOW).drafts,
    }


def save(session: Session, target: ReportTarget, draft: ReportDraft, version: int) -> int:
    with write_transaction(session):
        return save_draft(session, target, draft, expected_version=version, **GIVEN).report.version


@pytest.mark.parametrize("place", [0, -1])
def test_emptied_draft_is_no_report_anywhere(seeded: Session, place: int) -> None:
    target = list(targets(seeded))[place]
    before = shown_on_pages(seeded, target)
    save(seeded, target, FULL, 0)
    begun = shown_on_pages(seeded, target)
    assert all(begun[name] != before[name] for name in ("report", "readiness", "unfinished", "of the activity", "closing"))
    save(seeded, target, EMPTY, 1)
    assert shown_on_pages(seeded, target) == before


@pytest.mark.parametrize(
    "part",
    [
        ReportDraft(Status.LIMITED),
        ReportDraft(None, nothing_to_report=True),
        ReportDraft(None, challenge=Bilingual("", "Manque.")),
        ReportDraft(None, next_step=Bilingual("Agree.", "")),
        ReportDraft(None, evidence=(LabelledLink("https://open.canada.ca"),)),
    ],
)
def test_draft_with_anything_in_it_is_a_draft(seeded: Session, part: ReportDraft) -> None:
    target = next(targets(seeded))
    save(seeded, target, part, 0)
    assert set(shown_on_pages(seeded, target)["report"]) == {target.activity.id}  # type: ignore[call-overload]
    assert [report.code for report in unfinished_reports(seeded, seeded.scalars(select(Jurisdiction.id)).all(), NOW)]
    assert unsubmitted_reports(seeded, target.activity.id)


def test_form_filled_before_a_draft_was_emptied_conflicts(seeded: Session) -> None:
    target = next(targets(seeded))
    save(seeded, target, FULL, 0)
    save(seeded, target, EMPTY, 1)
    with pytest.raises(Conflict):
        save(seeded, target, FULL, 1)
    assert save(seeded, target, FULL, 0) == 3, "a form that showed no report, written over the emptied draft"
    for version in (0, 1, 2):
        with pytest.raises(Conflict):
            save(seeded, target, EMPTY, version)


def test_report_over_an_emptied_draft_is_submitted_as_the_first(seeded: Session) -> None:
    target = next(targets(seeded))
    save(seeded, target, FULL, 0)
    save(seeded, target, EMPTY, 1)
    with write_transaction(seeded):
        receipt = submit_report(seeded, target, FULL, expected_version=0, **GIVEN)
    assert not receipt.is_amendment
    stored = find_report(seeded, target)
    assert stored is not None
    assert (stored.version, stored.is_submitted) == (3, True)
