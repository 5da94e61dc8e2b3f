"""What is missing in the reports of a workbook before they can be submitted, with the cells to fill in."""

from __future__ import annotations

from cogwg.core.errors import N_, Message
from cogwg.imports.previews import Problem, Severity
from cogwg.reporting.rules import ReportDraft, submission_problems
from cogwg.workbook.books import ReportRow
from cogwg.workbook.suggestions import written_code
from cogwg.workbook.table import ReadTable

SUBMIT_RULES = "submit."
"""The ids of the rules for submitted reports are this prefix followed by the field. The secretariat can accept a report that
breaks these rules, except the rule that every submitted report has a status."""
_COLUMNS = {
    "progress": ("progress_en", "progress_fr"),
    "challenge": ("challenge_en", "challenge_fr"),
    "evidence": ("evidence_url",),
}
"""The columns of the fields that do not have a column with their own name."""
ONE_LANGUAGE = Message(N_("One language is enough."))


def needs_one_language(problem: Problem) -> bool:
    """Return whether a problem marks the cells of both languages although filling in one of them is enough."""
    return problem.rule in (f"{SUBMIT_RULES}progress", f"{SUBMIT_RULES}challenge") and len(problem.cells) > 1


def submission_findings(table: ReadTable, stored: ReportRow, draft: ReportDraft, *, is_submitted: bool) -> list[Problem]:
    """Return what is missing in a report.

    These problems are errors if the report was already submitted, because it would be submitted again.
    """
    severity = Severity.ERROR if is_submitted else Severity.LATER
    number = next((row.number for row in table.rows if written_code(row.cells.get("code")) == stored.code), 0)
    findings = []
    for name, message in submission_problems(draft, stored.is_due):
        columns = [column for column in _COLUMNS.get(name, (name,)) if column in table.numbers]
        cells = tuple(table.cell(number, column) for column in columns)
        findings.append(Problem(f"{SUBMIT_RULES}{name}", message, cells, subjects=(stored.code,), severity=severity))
    return findings
