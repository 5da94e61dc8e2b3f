"""The history of an activity: every change, in the order of the audit log."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.db import write_transaction
from cogwg.core.status import Status
from cogwg.plan.queries import plan_facts
from cogwg.plan.rules import DueDate
from cogwg.plan.services import move_due_date
from cogwg.reporting.models import ReportingPeriod, StatusReport, Submission
from cogwg.reporting.partner_notes import save_note
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, submit_report
from cogwg.reporting.timeline import TimelineEntry, timelines
from tests.databases import demo_calendar
from tests.large_plan import add_large_plan

CHAIR = Actor("person", 2)


def timeline_entries(
    session: Session, code: str = "5.4", year: int = 2020, *, why_returned: bool = True
) -> list[TimelineEntry]:
    activity = next(a for a in plan_facts(session, year, code=code).activities if a.code == code)
    return timelines(session, [activity.id], with_return_notes=why_returned)[activity.id]


def test_timeline_is_in_recorded_order_even_when_the_calendar_goes_back(seeded: Session) -> None:
    plan = plan_facts(seeded, 2020, code="5.4")
    (priority,) = plan.priorities
    activity = next(a for a in priority.activities if a.code == "5.4")
    nwt = next(a.jurisdiction_id for a in priority.assignments if a.can_contribute)
    assert nwt is not None
    period = seeded.scalars(select(ReportingPeriod).where(ReportingPeriod.key == "2020-09")).one()
    target, key, noon = ReportTarget(priority, activity, period.id), period.key, demo_calendar().now()
    draft = ReportDraft(Status.SUBSTANTIAL, Bilingual("Words.", ""))
    note = {"period_key": key, "jurisdiction_id": nwt, "by": CHAIR, "is_allowed": lambda *_: True}
    with write_transaction(seeded):
        move_due_date(
            seeded,
            activity.id,
            DueDate(2020, 12),
            reason=Bilingual("Later.", ""),
            words=EMPTY_TEXT,
            expected_due=activity.due,
            by=CHAIR,
            at=noon,
        )
        save_note(
            seeded, plan, activity, text=Bilingual("A note.", ""), expected_version=0, at=noon - timedelta(hours=1), **note
        )
        stored = seeded.scalars(
            select(StatusReport).where(StatusReport.activity_id == activity.id, StatusReport.period_id == period.id)
        ).one_or_none()
        shown = stored.version if stored is not None else 0
        submit_report(
            seeded, target, draft, expected_version=shown, by=CHAIR, at=noon - timedelta(hours=2), is_allowed=lambda _: True
        )
        report_id = seeded.scalars(select(StatusReport.id).order_by(StatusReport.changed_at.desc())).first()
        returned = {"note": "Which two methods?", "version": shown + 2}
        record_event(seeded, "report.returned", ("report", report_id or 0), by=CHAIR, at=noon, after=returned)
        save_note(seeded, plan, activity, text=Bilingual("Another.", ""), expected_version=1, at=noon, **note)
    entries = timeline_entries(seeded)
    assert [(e.kind, e.text.en) for e in entries[:5]] == [
        ("noted", "Another."),
        ("returned", "Which two methods?"),
        ("submitted", ""),
        ("noted", "A note."),
        ("moved", "Later."),
    ]
    assert [e.text.en for e in timeline_entries(seeded, why_returned=False)[:2]] == ["Another.", ""], (
        "the reason is for the co-chair and the leads"
    )
    assert [e.is_replacement for e in entries[:5]] == [True, False, False, False, False]
    assert (entries[4].previous_due, entries[4].new_due) == (DueDate(2020, 10), DueDate(2020, 12))
    assert entries[0].note_jurisdiction.en == "Northwest Territories"
    assert entries[2].report is not None
    report = entries[2].report
    assert (report.before, report.amends, report.after) == (None, Status.LIMITED, Status.SUBSTANTIAL)


def test_timeline_includes_submissions_without_audit_events(seeded: Session) -> None:
    """Imported data has submissions and no audit events."""
    with write_transaction(seeded):
        add_large_plan(seeded, year=2021, priorities=1, activities=1, quarters=3)
    entries = timeline_entries(seeded, "1.1", 2021)
    sent = seeded.scalars(select(Submission).order_by(Submission.id.desc()).limit(3)).all()
    assert [e.at for e in entries] == [s.submitted_at for s in sent]
    assert {e.kind for e in entries} == {"submitted"}
