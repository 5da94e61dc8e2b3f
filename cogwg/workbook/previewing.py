"""Preview what a workbook of reports would change, with the choices that a person can make. This module changes no report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cogwg.accounts.queries import jurisdictions
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.dates import join_list
from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.core.serialization import Serializer
from cogwg.imports.previews import Preview, Problem, Severity
from cogwg.imports.queries import saved_versions
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.periods import current_period
from cogwg.reporting.rules import ReportDraft
from cogwg.workbook.diff import diff_reports
from cogwg.workbook.grouping import group_problems
from cogwg.workbook.guard import check_file
from cogwg.workbook.plan_reader import ReadPlan, read_book
from cogwg.workbook.queries import StoredReports, load_reports
from cogwg.workbook.reader import ReadReports, read_reports
from cogwg.workbook.rules import sentence
from cogwg.workbook.submitting import SUBMIT_RULES, submission_findings
from cogwg.workbook.uploader import Uploader

STATUS_RULE = f"{SUBMIT_RULES}status"
_CHOICES = ("theirs", "yours", "both")


@dataclass(frozen=True, slots=True)
class CheckedReports:
    """What a file of reports would change. ``payload`` is the JSON data needed to save it; ``scope`` is the key of the
    quarter.

    ``behalf_of`` is the jurisdiction on whose behalf all rows are reported; None if there is no single one.
    """

    preview: Preview
    payload: dict[str, Any]
    scope: str
    behalf_of: int | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person chose on the preview, by the code of the activity and the name of the field.

    ``choices`` are "theirs", "yours" or "both" for each conflict, and ``texts`` the edited texts for "both". ``removals`` are
    the emptied fields whose stored text to remove. ``left_out`` are the codes of rows not to save, and ``accepted`` the
    reasons for accepting rows that break a rule.
    """

    choices: Mapping[tuple[str, str], str] = field(default_factory=dict)
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    removals: frozenset[tuple[str, str]] = frozenset()
    left_out: frozenset[str] = frozenset()
    accepted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowToSave:
    """A row of the payload. ``rules`` are the rules that the row breaks and that the secretariat can accept."""

    code: str
    version: int
    draft: ReportDraft
    yours: ReportDraft
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportsToSave:
    year: int
    period: str
    rows: tuple[RowToSave, ...]
    preferred: tuple[int, ...] = ()


def read_file(data: bytes, name: str) -> ReadReports | ReadPlan:
    """Check and read a workbook of reports or of a plan. Raises ``Invalid`` if the file is neither or cannot be read."""
    check_file(data, name)
    return read_book(data)


def read_reports_file(data: bytes, name: str) -> ReadReports:
    """Check and read a workbook of reports. Raises ``Invalid`` if the file is not one or cannot be read."""
    check_file(data, name)
    return read_reports(data)


def check_reports(session: Session, read: ReadReports, uploader: Uploader, *, now: datetime) -> CheckedReports:
    """Return what a file would change, compared with what is stored. Raises ``Invalid`` if its quarter is unknown.

    A file without its hidden sheet does not name its quarter; the quarter that currently accepts reports is used.
    """
    year, key = (read.plan_year, read.period_key) if read.period_key else _open_quarter(session, now)
    stored = load_stored(session, year, key, uploader, now)
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
        rows.append(RowToSave(code, version, draft, result.yours[code], rules))
    problems = _about_whole_book(session, read, stored, uploader, result.preview.problems)
    preview = replace(result.preview, problems=(*problems, *group_problems(findings)))
    payload = ReportsToSave(year, key, tuple(rows), uploader.preferred_ids)
    behalf = {uploader.actor_for(stored.rows[row.code].target.priority).behalf_of for row in rows}
    behalf_of = behalf.pop() if len(behalf) == 1 else None
    return CheckedReports(preview, Serializer().dump(payload), key, behalf_of)


def previewed_reports(session: Session, payload: Mapping[str, Any], uploader: Uploader, *, now: datetime) -> StoredReports:
    """Return the stored reports that a preview is compared with. Raises ``Invalid`` as ``check_reports`` does."""
    stored = read_payload(payload)
    return load_stored(session, stored.year, stored.period, replace(uploader, preferred_ids=stored.preferred), now)


def is_outdated(payload: Mapping[str, Any], stored: StoredReports) -> bool:
    """Return whether any report that a preview would save has been saved since, or can no longer be written by this person."""
    rows = read_payload(payload).rows
    return any(row.code not in stored.rows or stored.rows[row.code].row.version != row.version for row in rows)


def missing_choices(preview: Preview, payload: Mapping[str, Any], answers: Answers) -> list[tuple[str, str]]:
    """Return the code and field of each conflict without a choice in the rows that would be saved."""
    own = {row.code for row in read_payload(payload).rows if row.code not in answers.left_out}
    asked = [(conflict.subject, conflict.field) for conflict in preview.conflicts if conflict.subject in own]
    return [place for place in asked if answers.choices.get(place) not in _CHOICES]


def ready_codes(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the codes of the rows that break no rule."""
    return tuple(row.code for row in read_payload(payload).rows if not row.rules)


def acceptable_codes(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the codes of the rows that break a rule and that the secretariat can accept."""
    return tuple(row.code for row in read_payload(payload).rows if row.rules and STATUS_RULE not in row.rules)


def load_stored(session: Session, year: int, key: str, uploader: Uploader, now: datetime) -> StoredReports:
    try:
        return load_reports(session, year, key, now=now, reports_for=uploader.reports_for)
    except NotFound:
        unknown = N_("Quarter %(quarter)s does not exist on this site. Download a new workbook.")
        raise Invalid(("", Message(unknown, {"quarter": key}))) from None


def read_payload(data: Mapping[str, Any]) -> ReportsToSave:
    return Serializer().load(ReportsToSave, dict(data))


def _open_quarter(session: Session, now: datetime) -> tuple[int, str]:
    """Return the year and the key of the quarter that currently accepts reports. Raises ``Invalid`` if there is none."""
    quarters = [quarter.period for quarter in periods_with_missing_counts(session, now, local_day(now))]
    period = current_period(quarters)
    if period is None:
        raise Invalid(("", Message(N_("No quarter accepts reports now. Download a new workbook once one is open."))))
    return int(period.key[:4]), period.key


def _about_whole_book(
    session: Session, read: ReadReports, stored: StoredReports, uploader: Uploader, problems: tuple[Problem, ...]
) -> tuple[Problem, ...]:
    """Return the problems; if the workbook was written for other jurisdictions, with one more that names them.

    People who report on behalf of others may fill in any workbook.
    """
    writable = {*stored.rows, *stored.replaced}
    everyone = jurisdictions(session, "en")
    own = {each.code for each in everyone if each.id in uploader.lead_ids}
    shared = [stored.rows[code].target for code in read.baseline if code in stored.rows]
    is_on_behalf = any(target.jurisdiction_ids != uploader.lead_ids for target in shared)
    if not read.jurisdictions or not read.baseline or is_on_behalf or own.intersection(read.jurisdictions):
        return problems
    names = {each.code: each.name for each in everyone}
    owners = join_list([names.get(code, Bilingual(code, code)) for code in read.jurisdictions])
    if not writable.isdisjoint(read.baseline):
        rule = "book-shared"
        return (Problem(rule, sentence(rule, names=owners), severity=Severity.QUESTION), *problems)
    whole = Problem("book-of-others", sentence("book-of-others", names=owners))
    return (whole, *(problem for problem in problems if problem.rule != "not-yours"))


def _refusals(stored: StoredReports) -> dict[str, Message]:
    """Return the reasons why a person cannot write the other reports of the plan, by the code of the activity."""
    quarter = stored.period.quarter
    codes = [activity.code for priority in stored.plan.priorities for activity in priority.activities]
    refusals = {code: sentence("not-yours") for code in codes if code not in stored.rows}
    return refusals | {
        code: sentence("replaced", quarter=quarter, later=later.quarter) for code, later in stored.replaced.items()
    }


def _own_versions(code: str, version: int, uploaded: Mapping[tuple[str, int], int]) -> frozenset[int]:
    """Return the versions of the report since which only this person's uploads have changed it."""
    versions = set()
    while (before := uploaded.get((code, version))) is not None and before < version:
        version = before
        versions.add(version)
    return frozenset(versions)
