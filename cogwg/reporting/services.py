"""What is done with reports. Each verb checks *when*, changes, leaves one trace and flushes; it never commits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record
from cogwg.core.calendar import local_day
from cogwg.core.db import table
from cogwg.core.errors import Conflict, Forbidden, NotFound
from cogwg.core.scale import Status, timeliness
from cogwg.plan.queries import ActivityFacts, PriorityFacts
from cogwg.reporting.models import Evidence, ReportingPeriod, ReportState, StatusReport, Submission
from cogwg.reporting.queries import ReportFacts, reports_in
from cogwg.reporting.rules import Draft, Link, check_in_order, check_submittable, check_taken, period_state

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
) -> None:
    """Save the shared report of an activity and submit it, in one step.

    ``seen`` is the version the person's form carried, 0 when there was no report yet; anything else in the record is
    a ``Conflict`` and nothing is written. Raises ``Forbidden``, ``Invalid`` and ``NotFound``.
    """
    if not may(target.priority):
        raise Forbidden
    period = session.execute(_PERIOD, {"period": target.period_id}).one_or_none()
    if period is None:
        raise NotFound("period")
    check_taken(period_state(period.opens_on, period.due_at, period.closed_at, at, local_day(at)))
    activity = target.activity
    last = session.execute(_LAST, {"activity": activity.id}).one_or_none()
    if last is not None:
        check_in_order(period.key, last.key)
    check_submittable(draft, timeliness(activity.due_from, activity.due_on, local_day(at), None))
    stored = find_report(session, target)
    before = _said(stored.draft, stored.state, stored.version) if stored is not None else None
    words = _columns(draft)
    report_id = _save(session, target, seen, {**words, "changed_at": at, "changed_by": by.id, "behalf_of": by.behalf_of})
    _replace_evidence(session, report_id, draft, had=stored is not None and bool(stored.evidence))
    complete = draft.status is Status.COMPLETE
    sent = {
        "activity_id": activity.id,
        "period_id": target.period_id,
        "report_version": seen + 1,
        "submitted_at": at,
        "submitted_by": by.id,
        "behalf_of": by.behalf_of,
        "late": at >= period.due_at,
        "sample": sample,
        "previous_status": last.status if last is not None else None,
        "completed_at": ((last.completed_at if last is not None else None) or at) if complete else None,
        "evidence": [_evidence(link) for link in draft.evidence],
        **words,
    }
    session.execute(_SUBMIT, sent)
    after = _said(draft, ReportState.SUBMITTED, seen + 1)
    record(session, "report.submitted", ("report", report_id), by=by, at=at, before=before, after=after)


def find_report(session: Session, target: Target) -> ReportFacts | None:
    """The shared report of this activity in this period, freshly read."""
    return reports_in(session, target.period_id, [target.activity.id]).get(target.activity.id)


# Statements are made once, of plain tables: a save is what most people wait for.
_SUBMISSION, _QUARTER, _REPORT, _EVIDENCE = map(table, (Submission, ReportingPeriod, StatusReport, Evidence))
_PERIOD = select(*_QUARTER.c).where(_QUARTER.c.id == bindparam("period"))
_LAST = (
    select(_SUBMISSION.c.status, _SUBMISSION.c.completed_at, _QUARTER.c.key)
    .join(_QUARTER, _QUARTER.c.id == _SUBMISSION.c.period_id)
    .where(_SUBMISSION.c.activity_id == bindparam("activity"))
    .order_by(_SUBMISSION.c.id.desc())
    .limit(1)
)
_SUBMIT = insert(_SUBMISSION)
_FORGET = delete(_EVIDENCE).where(_EVIDENCE.c.report_id == bindparam("report"))
_SHOW = insert(_EVIDENCE)
_FIRST = insert(_REPORT).returning(_REPORT.c.id)
_AGAIN = (
    update(_REPORT)
    .where(
        _REPORT.c.activity_id == bindparam("of_activity"),
        _REPORT.c.period_id == bindparam("in_period"),
        _REPORT.c.version == bindparam("seen"),
    )
    .returning(_REPORT.c.id)
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
    values = {**values, "state": ReportState.SUBMITTED, "version": seen + 1}
    id_: int | None
    if seen == 0:
        # A second first report is found by the unique key; the savepoint keeps the transaction usable on PostgreSQL.
        try:
            with session.begin_nested():
                first = {"activity_id": target.activity.id, "period_id": target.period_id, **values}
                id_ = session.scalar(_FIRST, first)
        except IntegrityError:
            id_ = None
    else:
        place = {"of_activity": target.activity.id, "in_period": target.period_id, "seen": seen}
        id_ = session.scalar(_AGAIN, {**values, **place})
    if id_ is None:
        raise Conflict(find_report(session, target))
    return id_


def _replace_evidence(session: Session, report_id: int, draft: Draft, *, had: bool) -> None:
    if had:
        session.execute(_FORGET, {"report": report_id})
    if draft.evidence:
        rows = [{"report_id": report_id, "position": n, **_evidence(link)} for n, link in enumerate(draft.evidence, 1)]
        session.execute(_SHOW, rows)


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
