"""What is done with reports. Each verb checks *when*, changes, leaves one trace and flushes; it never commits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from cogwg.audit.services import Actor, record
from cogwg.core.calendar import local_day
from cogwg.core.errors import Conflict, Forbidden, NotFound
from cogwg.core.scale import Status, timeliness
from cogwg.plan.queries import ActivityFacts, PriorityFacts
from cogwg.reporting.models import Evidence, ReportingPeriod, ReportState, StatusReport, Submission
from cogwg.reporting.rules import Draft, Link, check_submittable, check_taken, period_state

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
    last = session.execute(_LAST, {"activity": target.activity.id}).one_or_none()
    activity = target.activity
    check_submittable(draft, timeliness(activity.due_from, activity.due_on, local_day(at), None))
    stored = find_report(session, target)
    before = _said(as_draft(stored), stored.state, stored.version) if stored is not None else None
    words = _columns(draft)
    report_id = _save(session, target, seen, {**words, "changed_at": at, "changed_by": by.id, "behalf_of": by.behalf_of})
    _replace_evidence(session, report_id, draft, had=stored is not None and bool(stored.evidence))
    complete = draft.status is Status.COMPLETE
    submission = Submission(
        activity_id=activity.id,
        period_id=target.period_id,
        report_version=seen + 1,
        submitted_at=at,
        submitted_by=by.id,
        behalf_of=by.behalf_of,
        late=at >= period.due_at,
        sample=sample,
        previous_status=last.status if last is not None else None,
        completed_at=((last.completed_at if last is not None else None) or at) if complete else None,
        evidence=[_evidence(link) for link in draft.evidence],
        **words,
    )
    session.add(submission)
    after = _said(draft, ReportState.SUBMITTED, seen + 1)
    record(session, "report.submitted", ("report", report_id), by=by, at=at, before=before, after=after)
    return submission


def find_report(session: Session, target: Target) -> StatusReport | None:
    """The shared report of this activity in this period, freshly read."""
    return (
        session.scalars(
            select(StatusReport)
            .where(StatusReport.activity_id == target.activity.id, StatusReport.period_id == target.period_id)
            .options(joinedload(StatusReport.evidence))
            .execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )


def as_draft(report: StatusReport) -> Draft:
    """What a report says now, in the shape a person edits."""
    return Draft(
        status=report.status,
        progress=report.progress,
        challenge=report.challenge,
        evidence_note=report.evidence_note,
        evidence=tuple(Link(e.url, e.label) for e in report.evidence),
        nothing_to_report=report.nothing_to_report,
    )


_SUBMISSION = Submission.__table__
_LAST = (
    select(_SUBMISSION.c.status, _SUBMISSION.c.completed_at)
    .where(_SUBMISSION.c.activity_id == bindparam("activity"))
    .order_by(_SUBMISSION.c.id.desc())
    .limit(1)
)


def _columns(draft: Draft) -> dict[str, Any]:
    """A draft as the columns that a report and its submission share."""
    return {
        "status": draft.status,
        "nothing_to_report": draft.nothing_to_report,
        "progress_en": draft.progress.en,
        "progress_fr": draft.progress.fr,
        "challenge_en": draft.challenge.en,
        "challenge_fr": draft.challenge.fr,
        "evidence_note_en": draft.evidence_note.en,
        "evidence_note_fr": draft.evidence_note.fr,
    }


def _save(session: Session, target: Target, seen: int, values: dict[str, Any]) -> int:
    """Write the shared report and say its id; a ``Conflict`` when the record is not at the version that was seen."""
    place = {"activity_id": target.activity.id, "period_id": target.period_id}
    values = {**values, "state": ReportState.SUBMITTED, "version": seen + 1}
    id_: int | None
    if seen == 0:
        # A second first report is found by the unique key; the savepoint keeps the transaction usable on PostgreSQL.
        try:
            with session.begin_nested():
                id_ = session.scalar(insert(StatusReport).values(**place, **values).returning(StatusReport.id))
        except IntegrityError:
            id_ = None
    else:
        id_ = session.scalar(
            update(StatusReport)
            .filter_by(**place, version=seen)
            .values(values)
            .returning(StatusReport.id)
            .execution_options(synchronize_session=False)
        )
    if id_ is None:
        raise Conflict(find_report(session, target))
    return id_


def _replace_evidence(session: Session, report_id: int, draft: Draft, *, had: bool) -> None:
    if had:
        session.execute(delete(Evidence).where(Evidence.report_id == report_id))
    if draft.evidence:
        rows = [{"report_id": report_id, "position": n, **_evidence(link)} for n, link in enumerate(draft.evidence, 1)]
        session.execute(insert(Evidence), rows)


def _evidence(link: Link) -> dict[str, str]:
    return {"url": link.url, "label_en": link.label.en, "label_fr": link.label.fr}


def _said(draft: Draft, state: ReportState, version: int) -> dict[str, Any]:
    """A report as the trace keeps it."""
    return {
        "version": version,
        "state": state.value,
        "status": draft.status.value if draft.status is not None else None,
        "nothing_to_report": draft.nothing_to_report,
        "progress": [draft.progress.en, draft.progress.fr],
        "challenge": [draft.challenge.en, draft.challenge.fr],
        "evidence_note": [draft.evidence_note.en, draft.evidence_note.fr],
        "evidence": [_evidence(link) for link in draft.evidence],
    }
