"""Commands on workbooks of reports: save what a preview shows as one step, and undo that.

Permission is checked again for each row when it is saved. None of these commands commits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Conflict, Invalid, Message
from cogwg.core.status import Status
from cogwg.imports import services as uploads
from cogwg.imports.previews import Cell, Preview, Problem
from cogwg.imports.queries import StoredPreview, UploadHead
from cogwg.imports.rules import Claim
from cogwg.imports.stored_previews import message_data, problem_data
from cogwg.reporting.merge import REPORT_FIELDS, field_value, merge_drafts
from cogwg.reporting.models import ReportSource, ReportState
from cogwg.reporting.rules import ReportDraft, draft_problems, submission_problems
from cogwg.reporting.services import ReceiptEntry, ReportTarget, save_draft, submit_report
from cogwg.reporting.timeline import draft_at_version
from cogwg.workbook.previewing import STATUS_RULE, Answers, RowToSave, load_stored, read_payload
from cogwg.workbook.queries import StoredReports
from cogwg.workbook.since import is_as_saved, uploader_of
from cogwg.workbook.submitting import SUBMIT_RULES
from cogwg.workbook.uploader import Uploader


@dataclass(frozen=True, slots=True)
class AppliedReports:
    """What was saved from a file. ``submitted`` are the reports that were already submitted and were therefore
    submitted again.
    """

    event_id: int
    codes: tuple[str, ...]
    stored: StoredReports
    submitted: tuple[ReceiptEntry, ...] = ()
    statuses: Mapping[str, Status | None] = field(default_factory=dict)

    @property
    def lines(self) -> list[tuple[str, Bilingual, Status | None, bool]]:
        """The reports for a list in an email: code, title, status, and whether the report was submitted again."""
        again = {entry.target.activity.code for entry in self.submitted}
        return [(code, self.stored.rows[code].row.title, self.statuses.get(code), code in again) for code in self.codes]


@dataclass(frozen=True, slots=True)
class UndoneReports:
    """What was undone. ``changed_since`` are the codes of the reports that have changed since, and therefore stay
    as they are.
    """

    codes: tuple[str, ...]
    changed_since: tuple[str, ...]
    stored: StoredReports
    submitted: tuple[ReceiptEntry, ...] = ()


class RowsRefused(Exception):
    """Raised if reports break rules with the choices that were made. ``problems`` has all violations, with their reports and
    cells.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.message.id for problem in problems))
        self.problems = tuple(problems)


class NotClaimed(Exception):
    """Raised if the upload cannot be applied; ``claim`` is the reason."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(claim.value)
        self.claim = claim


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

    A report that was already submitted is submitted again; any other report is saved as a draft. Raises ``NotClaimed`` if the
    upload was already applied or can no longer be applied, ``RowsRefused`` if the choices break rules, ``Conflict`` with the
    code of a report if it was changed since the preview, and the errors of ``save_draft`` and ``submit_report``.
    """
    claimed = uploads.claim(session, upload.id, uploader.person_id, revision, at=at, now=now)
    if claimed is not Claim.CLAIMED:
        raise NotClaimed(claimed)
    payload = read_payload(stored_preview.payload)
    uploader = replace(uploader, preferred_ids=payload.preferred)
    stored = load_stored(session, payload.year, payload.period, uploader, at)
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
    statuses = {line["code"]: Status(line["status"]) if line["status"] else None for line in lines}
    return AppliedReports(event_id, tuple(statuses), stored, tuple(submitted), statuses)


def undo_reports(session: Session, upload: UploadHead, uploader: Uploader, *, at: datetime) -> UndoneReports | None:
    """Restore the reports as they were before a file was saved, except those that have changed since.

    Returns None if the upload was already undone. Raises the errors of ``save_draft`` and ``submit_report``.
    """
    if not uploads.claim_undo(session, upload.id, uploader.person_id, at=at):
        return None
    outcome, uploader = upload.outcome or {}, uploader_of(upload, uploader)
    stored = load_stored(session, outcome["year"], upload.scope, uploader, at)
    codes, changed, submitted = [], [], []
    for line in sorted(outcome["rows"], key=lambda line: int(line["activity"])):
        row = stored.rows.get(line["code"])
        report = row.report if row is not None else None
        if row is None or report is None or not is_as_saved(line, row):
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


def _activity_id(stored: StoredReports, code: str) -> int:
    """Return the id of the activity, by which rows are sorted before writing, so that transactions cannot deadlock; 0 if not
    known.
    """
    return stored.rows[code].target.activity.id if code in stored.rows else 0


def _final_draft(row: RowToSave, preview: Preview, answers: Answers) -> ReportDraft:
    """Return the report with the person's choices applied; a field without a choice keeps the stored value."""
    conflicts = {conflict.field for conflict in preview.conflicts if conflict.subject == row.code}
    choices = {name: choice for (code, name), choice in answers.choices.items() if code == row.code and name in conflicts}
    choices |= {name: "yours" for code, name in answers.removals if code == row.code}
    texts = {name: text for (code, name), text in answers.texts.items() if code == row.code}
    return merge_drafts(row.draft, row.yours, choices, texts)


def _choice_problems(
    stored: StoredReports, row: RowToSave, draft: ReportDraft, preview: Preview, *, is_accepted: bool
) -> list[Problem]:
    """Return the problems of a report after the choices were made, each with the cells of its conflict or question."""
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
    row: RowToSave,
    draft: ReportDraft,
    answers: Answers,
    accepted: str,
    uploader: Uploader,
    *,
    at: datetime,
) -> tuple[dict[str, Any], list[ReceiptEntry]] | None:
    """Save a row; return its line of the outcome and the receipt entries, or None if it changes nothing.

    Raises ``Conflict`` with the row's code if the report was changed since the preview or can no longer be written.
    """
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
    """Save a draft, or submit a submitted report again; return the new version and the entries of the receipt."""
    by = uploader.actor_for(target.priority)
    given: dict[str, Any] = {"expected_version": version, "by": by, "at": at, "is_allowed": uploader.can_report_on}
    if state is not ReportState.SUBMITTED:
        return save_draft(session, target, draft, **given).report.version, []
    receipt = submit_report(session, target, draft, accepted=accepted, source=ReportSource.WORKBOOK, **given)
    return receipt.reports[0].saved.report.version, list(receipt.reports)


def _left_out(preview: Preview, saved: set[str]) -> list[dict[str, Any]]:
    """Return the errors of the rows that were not saved, for the outcome."""
    errors: Sequence[Problem] = [p for p in preview.errors if not p.subjects or not saved.issuperset(p.subjects)]
    return [problem_data(problem) for problem in errors]


def _own_actor(upload: UploadHead, uploader: Uploader) -> Actor:
    return Actor("person", uploader.person_id, upload.behalf_of)
