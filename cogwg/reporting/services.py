"""Commands on reports. Each checks permission and state, makes the change and records it in the audit log; none commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.calendar import local_day
from cogwg.core.db import execute_core, insert_if_new, table
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.core.status import Status, timeliness
from cogwg.core.text_states import stale_after
from cogwg.plan.closing import check_not_closed
from cogwg.plan.models import Activity, WorkPlan
from cogwg.plan.queries import ActivityFacts, AssignmentFacts, PriorityFacts
from cogwg.reporting.models import (
    Evidence,
    PeriodException,
    ReportingPeriod,
    ReportSource,
    ReportState,
    StatusReport,
    Submission,
)
from cogwg.reporting.periods import PERIODS_WITH_REOPENINGS
from cogwg.reporting.queries import (
    CURRENT_STATUS_COLUMNS,
    NO_SUBMISSION,
    ReportFacts,
    current_status_from_row,
    reports_in_period,
    status_before_quarter,
)
from cogwg.reporting.report_progress import NotSubmittedReason
from cogwg.reporting.rules import (
    LabelledLink,
    ReportDraft,
    check_not_retired,
    check_period_order,
    check_submittable,
    check_takes_reports,
    draft_problems,
    period_state,
)
from cogwg.reporting.saved_reports import SavedReport, written_report
from cogwg.reporting.states import ReportEvent, next_report_state

NOTHING_TO_SUBMIT = Message(N_("There is nothing to submit yet. Write an update, or select “Nothing to report”."))
ReportPermission = Callable[[PriorityFacts], bool]


@dataclass(frozen=True, slots=True)
class ReportTarget:
    """The subject of a report: an activity of a priority and a quarter. ``jurisdiction_ids`` are the jurisdictions that the
    user reports for.
    """

    priority: PriorityFacts
    activity: ActivityFacts
    period_id: int
    jurisdiction_ids: frozenset[int] = frozenset()

    @property
    def also_for(self) -> list[AssignmentFacts]:
        """The other jurisdictions that the report is also for; empty if the user reports for no particular jurisdiction."""
        return self.priority.other_reporting(self.jurisdiction_ids) if self.jurisdiction_ids else []


@dataclass(frozen=True, slots=True)
class ReportToSubmit:
    """One of several reports to submit together, and its version that the user read."""

    target: ReportTarget
    draft: ReportDraft
    expected_version: int


@dataclass(frozen=True, slots=True)
class ReceiptEntry:
    """A report that was just submitted.

    ``before`` is the status before the quarter (None for no report), ``amends`` the status that the report amends, if any.
    """

    target: ReportTarget
    draft: ReportDraft
    before: Status | None
    amends: Status | None
    saved: SavedReport


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt of a submission: the id of its audit event, and the reports."""

    number: int
    reports: tuple[ReceiptEntry, ...]

    @property
    def is_amendment(self) -> bool:
        """Whether all of these reports had been submitted before in the same quarter."""
        return all(report.amends is not None for report in self.reports)


@dataclass(frozen=True, slots=True)
class _ReportBeforeWrite:
    """What was stored before a report is written, and the state that the report will have."""

    period_key: str
    due_at: datetime
    last_submission: Any
    stored_report: ReportFacts | None
    next_state: ReportState

    @property
    def stored_version(self) -> int:
        """The version to replace, 0 if there is none. A blank draft also has a version, although it counts as no report."""
        return self.stored_report.version if self.stored_report is not None else 0

    @property
    def next_version(self) -> int:
        return self.stored_version + 1

    @property
    def audit_before(self) -> dict[str, Any] | None:
        return (
            report_audit_data(self.stored_report.draft, self.stored_report.state, self.stored_report.version)
            if self.stored_report is not None
            else None
        )

    def stale_columns(self, draft: ReportDraft) -> dict[str, Any]:
        """Return the columns that mark the draft's stale texts, and the texts that a translator wrote."""
        stored = self.stored_report
        if stored is None:
            return {"stale": None, "translated": None}
        before, after = stored.draft.texts, draft.texts
        return {
            "stale": stale_after(before, after, stored.stale),
            "translated": {name: by for name, by in stored.translated.items() if name in after and before[name] == after[name]}
            or None,
        }

    @property
    def had_evidence(self) -> bool:
        return self.stored_report is not None and bool(self.stored_report.evidence)

    @property
    def amends(self) -> Status | None:
        """The status of the last submission in the same quarter; None if the report is the first one."""
        last = self.last_submission
        return last.status if last is not None and last.key == self.period_key else None

    @property
    def status_before_quarter(self) -> Status | None:
        if self.last_submission is None:
            return None
        before: Status | None = self.last_submission.before_quarter if self.amends is not None else self.last_submission.status
        return before


def save_draft(
    session: Session,
    target: ReportTarget,
    draft: ReportDraft,
    *,
    expected_version: int,
    by: Actor,
    at: datetime,
    is_allowed: ReportPermission,
) -> SavedReport:
    """Save the shared report of an activity without submitting it; it may be incomplete. Return it as saved.

    Raises the same errors as ``submit_report``, except that the content of a draft is only checked with ``draft_problems``.
    Also raises ``Invalid`` if the report is already submitted.
    """
    if problems := draft_problems(draft):
        raise Invalid(*problems)
    begun = _prepare_write(session, target, ReportEvent.SAVE, expected_version=expected_version, at=at, is_allowed=is_allowed)
    stale = begun.stale_columns(draft)
    columns = {**_draft_columns(draft), **stale, **_change_columns(by, at)}
    report_id = _write_report(session, target, begun, columns)
    _replace_evidence(session, report_id, draft, had_evidence=begun.had_evidence)
    after = report_audit_data(draft, begun.next_state, begun.next_version)
    record_event(session, "report.saved", ("report", report_id), by=by, at=at, before=begun.audit_before, after=after)
    report = written_report(
        report_id, target.activity.id, begun.next_state, begun.next_version, draft, stale, begun.stored_report, by=by, at=at
    )
    last = begun.last_submission if begun.last_submission is not None else NO_SUBMISSION
    return SavedReport(report, current_status_from_row(target.activity, last, local_day(at)))


def submit_report(
    session: Session,
    target: ReportTarget,
    draft: ReportDraft,
    *,
    expected_version: int,
    by: Actor,
    at: datetime,
    is_allowed: ReportPermission,
    source: ReportSource = ReportSource.PAGE,
    sample: bool = False,
    accepted: str = "",
) -> Receipt:
    """Save the shared report of an activity and submit it, in one step; return the receipt.

    ``expected_version`` is the version that the form showed, 0 if there was no report yet or only a blank draft. ``source`` is
    how the report is submitted. ``accepted`` is the reason why the secretariat accepts a report that lacks a text or a link;
    the audit event includes it.

    Raises ``Conflict`` if a different version is stored, ``Forbidden`` if the user may not report on the priority,
    ``NotFound`` if there is no such quarter, and ``Invalid`` if the report cannot be submitted (see ``check_submittable``),
    the plan is closed, the activity was retired, or the quarter does not accept reports or is followed by one with a report.
    """
    activity = target.activity
    begun = _prepare_write(session, target, ReportEvent.SUBMIT, expected_version=expected_version, at=at, is_allowed=is_allowed)
    check_submittable(draft, timeliness(activity.due_from, activity.due_on, local_day(at), None), is_accepted=bool(accepted))
    content, stale = _draft_columns(draft), begun.stale_columns(draft)
    report_id = _write_report(session, target, begun, {**content, **stale, **_change_columns(by, at), **_CLEARED_RETURN})
    _replace_evidence(session, report_id, draft, had_evidence=begun.had_evidence)
    last = begun.last_submission
    complete = draft.status is Status.COMPLETE
    submission = {
        "activity_id": activity.id,
        "period_id": target.period_id,
        "report_version": begun.next_version,
        "submitted_at": at,
        "submitted_by": by.id,
        "behalf_of": by.behalf_of,
        "late": at >= begun.due_at,
        "sample": sample,
        "source": source,
        "previous_status": last.status if last is not None else None,
        "completed_at": ((last.completed_at if last is not None else None) or at) if complete else None,
        "evidence": [_evidence_data(link) for link in draft.evidence],
        "stale": stale["stale"],
        **content,
    }
    execute_core(session, _INSERT_SUBMISSION, submission)
    before_quarter = begun.status_before_quarter
    report = written_report(
        report_id, activity.id, begun.next_state, begun.next_version, draft, stale, begun.stored_report, by=by, at=at
    )
    saved = SavedReport(
        replace(report, returned_note="", status_before=before_quarter),
        current_status_from_row(activity, SimpleNamespace(**submission), local_day(at)),
    )
    submitted = ReceiptEntry(target, draft, before_quarter, begun.amends, saved)
    after = _submission_audit_data(submitted, begun.next_version, source) | ({"accepted": accepted} if accepted else {})
    number = record_event(
        session, "report.submitted", ("report", report_id), by=by, at=at, before=begun.audit_before, after=after
    )
    return Receipt(number, (submitted,))


def submit_all_reports(
    session: Session,
    reports: Sequence[ReportToSubmit],
    *,
    not_submitted: Mapping[int, NotSubmittedReason],
    by: Actor,
    at: datetime,
    is_allowed: ReportPermission,
    source: ReportSource = ReportSource.PAGE,
) -> Receipt:
    """Submit these reports of a quarter together, all or none; return the receipt.

    ``not_submitted`` maps the id of each activity that was left out to the reason; the receipt lists them too. Raises the same
    errors as ``submit_report``, and ``Invalid`` if there is nothing to submit.
    """
    if not reports:
        raise Invalid(("", NOTHING_TO_SUBMIT))
    submitted: list[ReceiptEntry] = []
    entries = []
    for report in sorted(reports, key=lambda r: r.target.activity.id):
        receipt = submit_report(
            session,
            report.target,
            report.draft,
            expected_version=report.expected_version,
            by=by,
            at=at,
            is_allowed=is_allowed,
            source=source,
        )
        submitted += receipt.reports
        (submission,) = receipt.reports
        entry = _submission_audit_data(submission, submission.saved.report.version, source)
        entries.append({"activity": report.target.activity.id} | entry)
    period = ("period", reports[0].target.period_id)
    left_out = [{"activity": activity, "why": why.value} for activity, why in not_submitted.items()]
    after = {"sent": entries, "left": left_out}
    return Receipt(record_event(session, "quarter.submitted", period, by=by, at=at, after=after), tuple(submitted))


def _prepare_write(
    session: Session,
    target: ReportTarget,
    event: ReportEvent,
    *,
    expected_version: int,
    at: datetime,
    is_allowed: ReportPermission,
) -> _ReportBeforeWrite:
    """Check the permission, the plan, the activity, the quarter and the version; return what is stored before the write.

    Raises the errors described in ``submit_report``.
    """
    if not is_allowed(target.priority):
        raise Forbidden
    asked = {"period": target.period_id, "now": at, "activity": target.activity.id}
    rows = execute_core(session, _PERIOD_STATEMENT, asked).all()
    if not rows:
        raise NotFound("period")
    period = rows[0]
    check_not_closed(period.year, period.plan_closed_on)
    check_not_retired(period.retired_on)
    state = period_state(period.opens_on, period.due_at, period.opened_at, period.closed_at, at, local_day(at))
    check_takes_reports(state, is_reopened=any(row.jurisdiction_id in target.jurisdiction_ids for row in rows))
    last = last_submission(session, target.activity.id)
    if last is not None:
        check_period_order(period.key, last.key)
    stored = find_report(session, target)
    if expected_version not in _versions_without_conflict(stored):
        raise Conflict(stored)
    return _ReportBeforeWrite(
        period.key, period.due_at, last, stored, next_report_state(stored.state if stored is not None else None, event)
    )


def _versions_without_conflict(stored: ReportFacts | None) -> tuple[int, ...]:
    """Return the versions that a form may have been loaded from without a conflict with the stored report."""
    if stored is None:
        return (0,)
    # The form for a blank draft starts like a form without a report. Versions from before the draft was emptied still conflict.
    return (0, stored.version) if stored.is_blank else (stored.version,)


def last_submission(session: Session, activity_id: int) -> Any:
    """Return the last submission on an activity as a row, or None.

    The row has the ``CURRENT_STATUS_COLUMNS``, the key of its quarter, and the status before that quarter (``before_quarter``).
    """
    return execute_core(session, _LAST_SUBMISSION_STATEMENT, {"activity": activity_id}).one_or_none()


def find_report(session: Session, target: ReportTarget) -> ReportFacts | None:
    """Return the stored report on this activity in this quarter, even if it is a blank draft, or None."""
    return reports_in_period(session, target.period_id, [target.activity.id], with_blank=True).get(target.activity.id)


# Statements are built once, from Core tables, because saving is the request that people wait for most often.
_SUBMISSION, _QUARTER, _REPORT, _EVIDENCE = map(table, (Submission, ReportingPeriod, StatusReport, Evidence))
_PLAN = table(WorkPlan)
_RETIRED_ON = select(table(Activity).c.retired_on).where(table(Activity).c.id == bindparam("activity")).scalar_subquery()
_PERIOD_STATEMENT = (
    select(
        *_QUARTER.c,
        table(PeriodException).c.jurisdiction_id,
        _PLAN.c.closed_on.label("plan_closed_on"),
        _RETIRED_ON.label("retired_on"),
    )
    .select_from(PERIODS_WITH_REOPENINGS.join(_PLAN, _PLAN.c.id == _QUARTER.c.plan_id))
    .where(_QUARTER.c.id == bindparam("period"))
    .with_for_update(read=True, of=_PLAN)  # closing the year waits for this report, and vice versa
)
_LAST_SUBMISSION_STATEMENT = (
    select(
        *(_SUBMISSION.c[name] for name in CURRENT_STATUS_COLUMNS),
        _QUARTER.c.key,
        status_before_quarter(_SUBMISSION.c.activity_id, _SUBMISSION.c.period_id).label("before_quarter"),
    )
    .join(_QUARTER, _QUARTER.c.id == _SUBMISSION.c.period_id)
    .where(_SUBMISSION.c.activity_id == bindparam("activity"))
    .order_by(_SUBMISSION.c.id.desc())
    .limit(1)
)
_INSERT_SUBMISSION = insert(_SUBMISSION)
_DELETE_EVIDENCE = delete(_EVIDENCE).where(_EVIDENCE.c.report_id == bindparam("report"))
_INSERT_EVIDENCE = insert(_EVIDENCE)
_UPDATE_REPORT = (
    update(_REPORT)
    .where(
        _REPORT.c.activity_id == bindparam("of_activity"),
        _REPORT.c.period_id == bindparam("in_period"),
        _REPORT.c.version == bindparam("expected_version"),
    )
    .returning(_REPORT.c.id)
)


_CLEARED_RETURN = {"returned_note": None, "returned_at": None, "returned_by": None}
"""The columns that are cleared when a returned report is submitted again; the audit log keeps their values."""


def _change_columns(by: Actor, at: datetime) -> dict[str, Any]:
    return {"changed_at": at, "changed_by": by.id, "behalf_of": by.behalf_of}


def _draft_columns(draft: ReportDraft) -> dict[str, Any]:
    """Return the values of a draft for the columns that a report and its submission share."""
    return {
        "status": draft.status,
        "nothing_to_report": draft.nothing_to_report,
        "progress_en": draft.progress.en,
        "progress_fr": draft.progress.fr,
        "challenge_en": draft.challenge.en,
        "challenge_fr": draft.challenge.fr,
        "evidence_note_en": draft.evidence_note.en,
        "evidence_note_fr": draft.evidence_note.fr,
        "next_step_en": draft.next_step.en,
        "next_step_fr": draft.next_step.fr,
    }


def _write_report(session: Session, target: ReportTarget, begun: _ReportBeforeWrite, values: dict[str, Any]) -> int:
    """Insert or update the shared report; return its id. Raises ``Conflict`` if the stored version has changed since."""
    values = {**values, "state": begun.next_state, "version": begun.next_version}
    id_: int | None
    if begun.stored_version == 0:
        first = {"activity_id": target.activity.id, "period_id": target.period_id, **values}
        id_ = insert_if_new(session, _REPORT, first)
    else:
        place = {"of_activity": target.activity.id, "in_period": target.period_id, "expected_version": begun.stored_version}
        id_ = execute_core(session, _UPDATE_REPORT, {**values, **place}).scalar()
    if id_ is None:
        raise Conflict(find_report(session, target))
    return int(id_)


def _replace_evidence(session: Session, report_id: int, draft: ReportDraft, *, had_evidence: bool) -> None:
    if had_evidence:
        execute_core(session, _DELETE_EVIDENCE, {"report": report_id})
    if draft.evidence:
        rows = [{"report_id": report_id, "position": n, **_evidence_data(link)} for n, link in enumerate(draft.evidence, 1)]
        session.execute(_INSERT_EVIDENCE, rows)


def _evidence_data(link: LabelledLink) -> dict[str, str]:
    return {"url": link.url, "label_en": link.label.en, "label_fr": link.label.fr}


def _submission_audit_data(submitted: ReceiptEntry, version: int, source: ReportSource) -> dict[str, Any]:
    """Return a submission as the audit log stores it, from which its receipt and the history are read.

    The source is stored only if it is not a page, so that the events are like those of earlier releases.
    """
    before, amends = submitted.before, submitted.amends
    own_source = {"source": source.value} if source is not ReportSource.PAGE else {}
    return (
        report_audit_data(submitted.draft, ReportState.SUBMITTED, version)
        | own_source
        | {
            "before": before.value if before is not None else None,
            "amends": amends.value if amends is not None else None,
            "also_for": [assignment.jurisdiction_id for assignment in submitted.target.also_for],
        }
    )


def report_audit_data(draft: ReportDraft, state: ReportState, version: int) -> dict[str, Any]:
    """Return a report as the audit log stores it."""
    return {
        "version": version,
        "state": state.value,
        "status": draft.status.value if draft.status is not None else None,
        "nothing_to_report": draft.nothing_to_report,
        "progress": [draft.progress.en, draft.progress.fr],
        "challenge": [draft.challenge.en, draft.challenge.fr],
        "evidence_note": [draft.evidence_note.en, draft.evidence_note.fr],
        "next_step": [draft.next_step.en, draft.next_step.fr],
        "evidence": [_evidence_data(link) for link in draft.evidence],
    }
