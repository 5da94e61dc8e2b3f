"""What is done with reports. Each verb checks *when*, changes, leaves one trace and flushes; it never commits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record
from cogwg.core.calendar import local_day
from cogwg.core.errors import Conflict, Forbidden, NotFound
from cogwg.core.scale import Status, timeliness
from cogwg.plan.queries import ActivityFacts, PriorityFacts
from cogwg.reporting.models import Evidence, ReportingPeriod, ReportState, StatusReport, Submission
from cogwg.reporting.queries import links
from cogwg.reporting.rules import Draft, check_submittable, check_taken, period_state

MayReport = Callable[[PriorityFacts], bool]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a report goes: an activity of a priority, in a period."""

    priority: PriorityFacts
    activity: ActivityFacts
    period_id: int


def submit_report(
    session: Session,
    target: Target,
    draft: Draft,
    *,
    seen: int,
    by: Actor,
    at: datetime,
    may: MayReport,
    sample: bool = False,
) -> Submission:
    """Save the shared report of an activity and submit it, in one step.

    ``seen`` is the version the person's form carried, 0 when there was no report yet; anything else in the record is
    a ``Conflict`` and nothing is written. Raises ``Forbidden``, ``Invalid`` and ``NotFound``.
    """
    if not may(target.priority):
        raise Forbidden
    period = session.get(ReportingPeriod, target.period_id)
    if period is None:
        raise NotFound("period")
    check_taken(period_state(period.opens_on, period.due_at, period.closed_at, at, local_day(at)))
    last = _last(session, target.activity.id)
    activity = target.activity
    check_submittable(draft, timeliness(activity.due_from, activity.due_on, local_day(at), None))
    before = _said(find_report(session, target))
    report = _save(session, target, draft, seen, by, at)
    submission = _submitted(report, draft, last, late=at >= period.due_at, sample=sample)
    session.add(submission)
    session.flush()
    record(session, "report.submitted", ("report", report.id), by=by, at=at, before=before, after=_said(report))
    return submission


def find_report(session: Session, target: Target) -> StatusReport | None:
    """The shared report of this activity in this period, freshly read."""
    return session.scalar(
        select(StatusReport)
        .where(StatusReport.activity_id == target.activity.id, StatusReport.period_id == target.period_id)
        .execution_options(populate_existing=True)
    )


def as_draft(report: StatusReport) -> Draft:
    """What a report says now, in the shape a person edits."""
    return Draft(
        status=report.status,
        progress=report.progress,
        challenge=report.challenge,
        evidence_note=report.evidence_note,
        evidence=links([_evidence(e) for e in report.evidence]),
        nothing_to_report=report.nothing_to_report,
    )


def _save(session: Session, target: Target, draft: Draft, seen: int, by: Actor, at: datetime) -> StatusReport:
    values = {
        "state": ReportState.SUBMITTED,
        "status": draft.status,
        "nothing_to_report": draft.nothing_to_report,
        "progress_en": draft.progress.en,
        "progress_fr": draft.progress.fr,
        "challenge_en": draft.challenge.en,
        "challenge_fr": draft.challenge.fr,
        "evidence_note_en": draft.evidence_note.en,
        "evidence_note_fr": draft.evidence_note.fr,
        "changed_at": at,
        "changed_by": by.id,
        "behalf_of": by.behalf_of,
    }
    if seen == 0:
        _insert(session, target, values)
    else:
        _update(session, target, values, seen)
    report = find_report(session, target)
    if report is None:
        raise NotFound("report")
    _replace_evidence(session, report, draft)
    return report


def _insert(session: Session, target: Target, values: dict[str, Any]) -> None:
    """The first report of the quarter; a second first one is a conflict, found by the unique key."""
    try:
        with session.begin_nested():
            session.add(StatusReport(activity_id=target.activity.id, period_id=target.period_id, version=1, **values))
    except IntegrityError:
        raise Conflict(find_report(session, target)) from None


def _update(session: Session, target: Target, values: dict[str, Any], seen: int) -> None:
    changed = session.execute(
        update(StatusReport)
        .where(
            StatusReport.activity_id == target.activity.id,
            StatusReport.period_id == target.period_id,
            StatusReport.version == seen,
        )
        .values(version=seen + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(find_report(session, target))


def _replace_evidence(session: Session, report: StatusReport, draft: Draft) -> None:
    report.evidence.clear()
    session.flush()
    report.evidence.extend(
        Evidence(position=n, url=link.url, label_en=link.label.en, label_fr=link.label.fr)
        for n, link in enumerate(draft.evidence, 1)
    )
    session.flush()


def _submitted(report: StatusReport, draft: Draft, last: Submission | None, *, late: bool, sample: bool) -> Submission:
    complete = draft.status is Status.COMPLETE
    already = last.completed_at if last is not None else None
    return Submission(
        activity_id=report.activity_id,
        period_id=report.period_id,
        report_version=report.version,
        submitted_at=report.changed_at,
        submitted_by=report.changed_by,
        behalf_of=report.behalf_of,
        late=late,
        sample=sample,
        status=report.status,
        previous_status=last.status if last is not None else None,
        completed_at=(already or report.changed_at) if complete else None,
        nothing_to_report=report.nothing_to_report,
        progress_en=report.progress_en,
        progress_fr=report.progress_fr,
        challenge_en=report.challenge_en,
        challenge_fr=report.challenge_fr,
        evidence_note_en=report.evidence_note_en,
        evidence_note_fr=report.evidence_note_fr,
        evidence=[_evidence(e) for e in report.evidence],
    )


def _last(session: Session, activity_id: int) -> Submission | None:
    return session.scalar(
        select(Submission).where(Submission.activity_id == activity_id).order_by(Submission.id.desc()).limit(1)
    )


def _evidence(e: Evidence) -> dict[str, str]:
    return {"url": e.url, "label_en": e.label_en, "label_fr": e.label_fr}


def _said(report: StatusReport | None) -> dict[str, Any] | None:
    """A report as the trace keeps it."""
    if report is None:
        return None
    return {
        "version": report.version,
        "state": report.state.value,
        "status": report.status.value,
        "nothing_to_report": report.nothing_to_report,
        "progress": [report.progress_en, report.progress_fr],
        "challenge": [report.challenge_en, report.challenge_fr],
        "evidence_note": [report.evidence_note_en, report.evidence_note_fr],
        "evidence": [_evidence(e) for e in report.evidence],
    }
