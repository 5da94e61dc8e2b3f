"""What the reports of a workbook lack before they can be submitted, at the cells to fill in."""

from __future__ import annotations

from cogwg.core.errors import N_, Message
from cogwg.imports.previews import Problem, Severity
from cogwg.reporting.rules import ReportDraft, submission_problems
from cogwg.workbook.books import ReportRow
from cogwg.workbook.suggestions import written_code
from cogwg.workbook.table import ReadTable

SUBMIT_RULES = "submit."
"""The prefix of the rules that a submitted report must keep to, followed by the field. The secretariat can accept a report in
spite of them, except that every submitted report has a status."""
_COLUMNS = {
    "progress": ("progress_en", "progress_fr"),
    "challenge": ("challenge_en", "challenge_fr"),
    "evidence": ("evidence_url",),
}
"""The columns of the fields that are not a column themselves."""
ONE_LANGUAGE = Message(N_("One language is enough."))


def needs_one_language(problem: Problem) -> bool:
    """Whether a problem marks the cells of both languages although one of them is enough."""
    return problem.rule in (f"{SUBMIT_RULES}progress", f"{SUBMIT_RULES}challenge") and len(problem.cells) > 1


def submission_findings(table: ReadTable, stored: ReportRow, draft: ReportDraft, *, is_submitted: bool) -> list[Problem]:
    """Return what a report lacks. It is an error if the report was submitted already, and so would be submitted again."""
    severity = Severity.ERROR if is_submitted else Severity.LATER
    number = next((row.number for row in table.rows if written_code(row.cells.get("code")) == stored.code), 0)
    findings = []
    for name, message in submission_problems(draft, stored.is_due):
        columns = [column for column in _COLUMNS.get(name, (name,)) if column in table.numbers]
        cells = tuple(table.cell(number, column) for column in columns)
        findings.append(Problem(f"{SUBMIT_RULES}{name}", message, cells, subjects=(stored.code,), severity=severity))
    return findings
