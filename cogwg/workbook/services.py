"""Commands on workbooks of reports: preview what a file would change, save it as one step, and undo it.

The preview is pure: it reads the record and writes nothing. ``is_allowed`` checks again, for each row, when it is saved. None
of these commits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cogwg.accounts.queries import jurisdictions
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.dates import join_list
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.serialization import Serializer
from cogwg.imports import services as uploads
from cogwg.imports.previews import Cell, Preview, Problem
from cogwg.imports.queries import StoredPreview, UploadHead, saved_versions
from cogwg.imports.rules import Claim
from cogwg.imports.stored_previews import message_data, problem_data
from cogwg.plan.queries import PriorityFacts
from cogwg.reporting.merge import REPORT_FIELDS, field_value, merge_drafts
from cogwg.reporting.models import ReportSource, ReportState
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.periods import current_period
from cogwg.reporting.rules import ReportDraft, draft_problems, submission_problems
from cogwg.reporting.services import ReceiptEntry, ReportTarget, save_draft, submit_report
from cogwg.reporting.timeline import draft_at_version
from cogwg.workbook.diff import diff_reports
from cogwg.workbook.grouping import group_problems
from cogwg.workbook.guard import check_file
from cogwg.workbook.plan_reader import ReadPlan, read_book
from cogwg.workbook.queries import StoredReports, load_reports
from cogwg.workbook.reader import ReadReports, read_reports
from cogwg.workbook.rules import sentence
from cogwg.workbook.submitting import SUBMIT_RULES, submission_findings

STATUS_RULE = f"{SUBMIT_RULES}status"
_CHOICES = ("theirs", "yours", "both")


@dataclass(frozen=True, slots=True)
class Uploader:
    """The person who sends a file. ``preferred_ids`` are the jurisdictions on whose behalf they would rather report.

    ``is_allowed`` decides whether they may report on a priority, on behalf of a jurisdiction or, with None, as a lead.
    """

    person_id: int
    lead_ids: frozenset[int]
    is_allowed: Callable[[PriorityFacts, int | None], bool]
    may_accept: bool = False
    preferred_ids: tuple[int, ...] = ()

    def actor_for(self, priority: PriorityFacts) -> Actor:
        """Return the person as the author of a report: as one of its leads or on behalf of a jurisdiction that reports."""
        return Actor("person", self.person_id, self._behalf_of(priority))

    def reports_for(self, priority: PriorityFacts) -> frozenset[int]:
        """Return the jurisdictions for which the person may report on a priority; none if they may not."""
        behalf_of = self._behalf_of(priority)
        if not self.is_allowed(priority, behalf_of):
            return frozenset()
        return self.lead_ids if behalf_of is None else frozenset({behalf_of})

    def can_report_on(self, priority: PriorityFacts) -> bool:
        """Return whether the person may report on a priority."""
        return self.is_allowed(priority, self._behalf_of(priority))

    def _behalf_of(self, priority: PriorityFacts) -> int | None:
        if priority.can_report(self.lead_ids):
            return None
        preferred = next((id_ for id_ in self.preferred_ids if priority.can_report({id_})), None)
        first = priority.first_reporting
        return preferred or (first.jurisdiction_id if first is not None else None)


@dataclass(frozen=True, slots=True)
class CheckedReports:
    """What a file of reports would change. ``payload`` is what saving it needs, as JSON data; ``scope`` is the quarter.

    ``behalf_of`` is the jurisdiction on whose behalf all its rows are reported, if there is one.
    """

    preview: Preview
    payload: dict[str, Any]
    scope: str
    behalf_of: int | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person chose on the preview, by the code of the activity and the field.

    ``choices`` are "theirs", "yours" or "both" for a conflict; ``texts`` the edited text for "both"; ``removals`` the emptied
    fields to remove; ``left_out`` the codes of rows not to save; ``accepted`` the reason to accept a row in spite of a rule.
    """

    choices: Mapping[tuple[str, str], str] = field(default_factory=dict)
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    removals: frozenset[tuple[str, str]] = frozenset()
    left_out: frozenset[str] = frozenset()
    accepted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _RowToSave:
    """A row of the payload. ``rules`` are those that it breaks and that can be accepted."""

    code: str
    version: int
    draft: ReportDraft
    yours: ReportDraft
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Payload:
    year: int
    period: str
    rows: tuple[_RowToSave, ...]
    preferred: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AppliedReports:
    """What was saved from a file. ``submitted`` are the reports that had been submitted before and were submitted again."""

    event_id: int
    codes: tuple[str, ...]
    stored: StoredReports
    submitted: tuple[ReceiptEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class UndoneReports:
    """What was undone, and the codes of the reports that have changed since and stay as they are."""

    codes: tuple[str, ...]
    changed_since: tuple[str, ...]
    stored: StoredReports
    submitted: tuple[ReceiptEntry, ...] = ()


class RowsRefused(Exception):
    """An error: with what was chosen, reports break rules. ``problems`` has all of them, with their reports and cells."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.message.id for problem in problems))
        self.problems = tuple(problems)


class NotClaimed(Exception):
    """An error: the upload cannot be applied. ``claim`` says why."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(claim.value)
        self.claim = claim


def read_file(data: bytes, name: str) -> ReadReports | ReadPlan:
    """Read a workbook of reports or of a plan; nothing of it is trusted. Raises ``Invalid`` for a file that is neither."""
    check_file(data, name)
    return read_book(data)


def read_reports_file(data: bytes, name: str) -> ReadReports:
    """Read a workbook of reports, as ``read_file``."""
    check_file(data, name)
    return read_reports(data)


def check_reports(session: Session, read: ReadReports, uploader: Uploader, *, now: datetime) -> CheckedReports:
    """Return what a file would change, compared with what is stored. Raises ``Invalid`` if its quarter is unknown.

    A file that has lost its hidden sheet does not say its quarter; it is then the one that accepts reports now.
    """
    year, key = (read.plan_year, read.period_key) if read.period_key else _open_quarter(session, now)
    stored = _load(session, year, key, uploader, now)
    uploaded = saved_versions(session, uploader.person_id, key)
    own_versions = {code: _own_versions(code, row.version, uploaded) for code, row in stored.report_rows.items()}
    result = diff_reports(read, stored.report_rows, own_versions, _refusals(stored))
    rows, findings = [], []
    for code, (draft, version) in result.drafts.items():
        place = stored.rows[code]
        is_submitted = place.report is not None and place.report.is_submitted
        own = submission_findings(read.table, place.row, draft, is_submitted=is_submitted)
        findings += own
        rules = tuple(problem.rule for problem in own) if is_submitted else ()
        rows.append(_RowToSave(code, version, draft, result.yours[code], rules))
    problems = _about_whole_book(session, read, stored, result.preview.problems)
    preview = replace(result.preview, problems=(*problems, *group_problems(findings)))
    payload = _Payload(year, key, tuple(rows), uploader.preferred_ids)
    behalf = {uploader.actor_for(stored.rows[row.code].target.priority).behalf_of for row in rows}
    behalf_of = behalf.pop() if len(behalf) == 1 else None
    return CheckedReports(preview, Serializer().dump(payload), key, behalf_of)


def previewed_reports(session: Session, payload: Mapping[str, Any], uploader: Uploader, *, now: datetime) -> StoredReports:
    """Return the stored reports that a preview is compared with. Raises ``Invalid`` as ``check_reports``."""
    stored = _payload(payload)
    return _load(session, stored.year, stored.period, replace(uploader, preferred_ids=stored.preferred), now)


def missing_choices(preview: Preview, payload: Mapping[str, Any], answers: Answers) -> list[tuple[str, str]]:
    """Return the conflicts without a choice, by code and field, of the rows that would be saved."""
    own = {row.code for row in _payload(payload).rows if row.code not in answers.left_out}
    asked = [(conflict.subject, conflict.field) for conflict in preview.conflicts if conflict.subject in own]
    return [place for place in asked if answers.choices.get(place) not in _CHOICES]


def ready_codes(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the codes of the rows that can be saved as they are."""
    return tuple(row.code for row in _payload(payload).rows if not row.rules)


def acceptable_codes(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the codes of the rows that the secretariat can accept in spite of a rule."""
    return tuple(row.code for row in _payload(payload).rows if row.rules and STATUS_RULE not in row.rules)


def apply_reports(
    session: Session,
    upload: UploadHead,
    stored_preview: StoredPreview,
    answers: Answers,
    uploader: Uploader,
    *,
    revision: int,
    at: datetime,
    now: datetime,
) -> AppliedReports:
    """Save the rows of a file, all or none, and keep the outcome with the upload.

    A report that was submitted is submitted again, any other is saved as a draft. Raises ``NotClaimed`` if the upload was
    applied before or can no longer be, ``RowsRefused`` if what was chosen breaks rules, ``Conflict`` with the code of a report
    that changed since the preview, and the errors of ``save_draft`` and ``submit_report``.
    """
    claimed = uploads.claim(session, upload.id, uploader.person_id, revision, at=at, now=now)
    if claimed is not Claim.CLAIMED:
        raise NotClaimed(claimed)
    payload = _payload(stored_preview.payload)
    uploader = replace(uploader, preferred_ids=payload.preferred)
    stored = _load(session, payload.year, payload.period, uploader, at)
    chosen = [row for row in payload.rows if row.code not in answers.left_out]
    accepted = answers.accepted if uploader.may_accept else {}
    blocked = [row for row in chosen if row.rules and (STATUS_RULE in row.rules or not accepted.get(row.code))]
    to_save = [(row, _final_draft(row, stored_preview.preview, answers)) for row in chosen if row not in blocked]
    refused = [
        problem
        for row, draft in to_save
        for problem in _choice_problems(stored, row, draft, stored_preview.preview, is_accepted=bool(accepted.get(row.code)))
    ]
    if refused:
        raise RowsRefused(refused)
    lines, submitted = [], []
    for row, draft in sorted(to_save, key=lambda pair: _activity_id(stored, pair[0].code)):
        line = _save_row(session, stored, row, draft, answers, accepted.get(row.code, ""), uploader, at=at)
        if line is not None:
            lines.append(line[0])
            submitted += line[1]
    if not lines:
        raise Invalid(("", Message(N_("There is nothing to save. What you chose is the same as what is saved already."))))
    order = list(stored.rows)
    lines.sort(key=lambda line: order.index(line["code"]))
    outcome = {
        "year": payload.year,
        "preferred": list(payload.preferred),
        "rows": lines,
        "left": _left_out(stored_preview.preview, {line["code"] for line in lines}),
        "declined": sorted(answers.left_out),
    }
    recorded = {
        "scope": payload.period,
        "reports": [{"activity": line["activity"], "state": line["state"]} for line in lines],
        "accepted": [
            {"activity": line["activity"], "reason": line["accepted"], "rules": line["rules"]}
            for line in lines
            if line["accepted"]
        ],
    }
    event_id = uploads.record_applied(session, upload.id, outcome, recorded, by=_own_actor(upload, uploader), at=at)
    return AppliedReports(event_id, tuple(line["code"] for line in lines), stored, tuple(submitted))


def undo_reports(session: Session, upload: UploadHead, uploader: Uploader, *, at: datetime) -> UndoneReports | None:
    """Bring back the reports as they were before a file was saved, except those that have changed since.

    Return None if the upload was undone before. Raises the errors of ``save_draft`` and ``submit_report``.
    """
    if not uploads.claim_undo(session, upload.id, uploader.person_id, at=at):
        return None
    outcome = upload.outcome or {}
    uploader = replace(uploader, preferred_ids=tuple(outcome["preferred"]))
    stored = _load(session, outcome["year"], upload.scope, uploader, at)
    codes, changed, submitted = [], [], []
    for line in sorted(outcome["rows"], key=lambda line: int(line["activity"])):
        row = stored.rows.get(line["code"])
        report = row.report if row is not None else None
        if row is None or report is None or (report.version, report.state.value) != (line["version"], line["state"]):
            changed.append(line["code"])
            continue
        before = draft_at_version(session, report.id, line["before_version"]) if line["before_version"] else ReportDraft(None)
        if before is None:
            changed.append(line["code"])
            continue
        reason = f"Upload {upload.id} was undone."
        _version, entries = _write(session, row.target, report.state, before, report.version, reason, uploader, at=at)
        codes.append(line["code"])
        submitted += entries
    undone = {"codes": codes, "changed_since": changed}
    activities = {line["code"]: line["activity"] for line in outcome["rows"]}
    recorded = {
        "reports": [{"activity": activities[code]} for code in codes],
        "changed_since": [{"activity": activities[code]} for code in changed],
    }
    uploads.record_undone(session, upload.id, undone, recorded, by=_own_actor(upload, uploader), at=at)
    return UndoneReports(tuple(codes), tuple(changed), stored, tuple(submitted))


def _open_quarter(session: Session, now: datetime) -> tuple[int, str]:
    """Return the year and the key of the quarter that accepts reports now. Raises ``Invalid`` if there is none."""
    quarters = [quarter.period for quarter in periods_with_missing_counts(session, now, local_day(now))]
    period = current_period(quarters)
    if period is None:
        raise Invalid(("", Message(N_("No quarter accepts reports now. Download a new workbook once one is open."))))
    return int(period.key[:4]), period.key


def _load(session: Session, year: int, key: str, uploader: Uploader, now: datetime) -> StoredReports:
    try:
        return load_reports(session, year, key, now=now, reports_for=uploader.reports_for)
    except NotFound:
        unknown = N_("This site has no quarter %(quarter)s. Download a new workbook.")
        raise Invalid(("", Message(unknown, {"quarter": key}))) from None


def _about_whole_book(
    session: Session, read: ReadReports, stored: StoredReports, problems: tuple[Problem, ...]
) -> tuple[Problem, ...]:
    """Return the problems, with one for a workbook of jurisdictions for which the person does not report at all."""
    writable = {*stored.rows, *stored.replaced}
    others = [problem for problem in problems if problem.rule == "not-yours"]
    if not others or not read.jurisdictions or not writable.isdisjoint(read.baseline):
        return problems
    names = {each.code: each.name for each in jurisdictions(session, "en")}
    own = join_list([names.get(code, Bilingual(code, code)) for code in read.jurisdictions])
    whole = Problem("book-of-others", sentence("book-of-others", names=own))
    return (whole, *(problem for problem in problems if problem not in others))


def _refusals(stored: StoredReports) -> dict[str, Message]:
    """Return why a person cannot write the other reports of the plan, by the code of the activity."""
    quarter = stored.period.quarter
    codes = [activity.code for priority in stored.plan.priorities for activity in priority.activities]
    refusals = {code: sentence("not-yours") for code in codes if code not in stored.rows}
    return refusals | {
        code: sentence("replaced", quarter=quarter, later=later.quarter) for code, later in stored.replaced.items()
    }


def _own_versions(code: str, version: int, uploaded: Mapping[tuple[str, int], int]) -> frozenset[int]:
    """Return the versions since which only uploads of this person changed a report."""
    versions = set()
    while (before := uploaded.get((code, version))) is not None and before < version:
        version = before
        versions.add(version)
    return frozenset(versions)


def _payload(data: Mapping[str, Any]) -> _Payload:
    return Serializer().load(_Payload, dict(data))


def _activity_id(stored: StoredReports, code: str) -> int:
    """Return the id by which rows are written in the same order by everyone, so that none waits for another in a circle."""
    return stored.rows[code].target.activity.id if code in stored.rows else 0


def _final_draft(row: _RowToSave, preview: Preview, answers: Answers) -> ReportDraft:
    """Return the report with the choices of the person; without a choice, what is stored stays."""
    conflicts = {conflict.field for conflict in preview.conflicts if conflict.subject == row.code}
    choices = {name: choice for (code, name), choice in answers.choices.items() if code == row.code and name in conflicts}
    choices |= {name: "yours" for code, name in answers.removals if code == row.code}
    texts = {name: text for (code, name), text in answers.texts.items() if code == row.code}
    return merge_drafts(row.draft, row.yours, choices, texts)


def _choice_problems(
    stored: StoredReports, row: _RowToSave, draft: ReportDraft, preview: Preview, *, is_accepted: bool
) -> list[Problem]:
    """Return the rules that a report breaks with what was chosen, at the cells that were asked about."""
    place = stored.rows.get(row.code)
    if place is None or place.row.version != row.version or is_accepted:
        return []
    is_submitted = place.report is not None and place.report.is_submitted
    problems = submission_problems(draft, place.row.is_due) if is_submitted else draft_problems(draft)
    asked: list[tuple[str, Cell]] = [(each.field, each.cell) for each in preview.conflicts if each.subject == row.code]
    asked += [(each.field, cell) for each in preview.questions if row.code in each.subjects for cell in each.cells]
    return [
        Problem(
            f"{SUBMIT_RULES}{name}",
            message,
            tuple(dict.fromkeys(cell for field, cell in asked if field == name or field.startswith(f"{name}_"))),
            subjects=(row.code,),
        )
        for name, message in problems
    ]


def _save_row(
    session: Session,
    stored: StoredReports,
    row: _RowToSave,
    draft: ReportDraft,
    answers: Answers,
    accepted: str,
    uploader: Uploader,
    *,
    at: datetime,
) -> tuple[dict[str, Any], list[ReceiptEntry]] | None:
    """Save a row, and return its line of the receipt; None if it changes nothing. Raises ``Conflict`` with its code."""
    place = stored.rows.get(row.code)
    if place is None:
        raise Conflict(row.code)
    report, before = place.report, place.row.draft
    if place.row.version != row.version:
        raise Conflict(row.code)
    fields = [name for name in REPORT_FIELDS if field_value(draft, name) != field_value(before, name)]
    if not fields:
        return None
    state = report.state if report is not None else ReportState.DRAFT
    try:
        version, entries = _write(session, place.target, state, draft, row.version, accepted, uploader, at=at)
    except Conflict:
        raise Conflict(row.code) from None
    is_draft = state is not ReportState.SUBMITTED
    lacks = [message for _name, message in submission_problems(draft, place.row.is_due)] if is_draft else []
    line = {
        "code": row.code,
        "activity": place.target.activity.id,
        "before_version": row.version,
        "version": version,
        "state": state.value,
        "before_status": before.status.value if before.status is not None else None,
        "status": draft.status.value if draft.status is not None else None,
        "fields": fields,
        "choices": {name: choice for (code, name), choice in answers.choices.items() if code == row.code},
        "accepted": accepted if row.rules else "",
        "rules": list(row.rules),
        "nothing_to_report": draft.nothing_to_report,
        "lacks": [message_data(message) for message in lacks],
    }
    return line, entries


def _write(
    session: Session,
    target: ReportTarget,
    state: ReportState,
    draft: ReportDraft,
    version: int,
    accepted: str,
    uploader: Uploader,
    *,
    at: datetime,
) -> tuple[int, list[ReceiptEntry]]:
    """Save a draft, or submit again what was submitted; return the new version and the entries of a receipt."""
    by = uploader.actor_for(target.priority)
    given: dict[str, Any] = {"expected_version": version, "by": by, "at": at, "is_allowed": uploader.can_report_on}
    if state is not ReportState.SUBMITTED:
        return save_draft(session, target, draft, **given).report.version, []
    receipt = submit_report(session, target, draft, accepted=accepted, source=ReportSource.WORKBOOK, **given)
    return receipt.reports[0].saved.report.version, list(receipt.reports)


def _left_out(preview: Preview, saved: set[str]) -> list[dict[str, Any]]:
    """Return the errors of rows that were not saved, for the receipt."""
    errors: Sequence[Problem] = [p for p in preview.errors if not p.subjects or not saved.issuperset(p.subjects)]
    return [problem_data(problem) for problem in errors]


def _own_actor(upload: UploadHead, uploader: Uploader) -> Actor:
    return Actor("person", uploader.person_id, upload.behalf_of)
