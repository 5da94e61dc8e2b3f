"""Compare a workbook of reports with the stored reports: what it would change, what is wrong, and what others changed in the
meantime.

Three values of each field are compared: the one when the workbook was written, the stored one, and the one in the file. A
field that only one side changed is merged automatically. What is not in the file stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Message
from cogwg.imports.previews import Cell, Change, FieldConflict, Preview, Problem, Severity
from cogwg.reporting.merge import (
    REPORT_FIELDS,
    TEXT_FIELDS,
    Reconciliation,
    field_value,
    has_change,
    merge_drafts,
    merge_texts,
    reconcile,
)
from cogwg.reporting.rules import ReportDraft, draft_problems
from cogwg.workbook.books import ReportRow
from cogwg.workbook.cell_texts import as_line, plain_text
from cogwg.workbook.cells import CellKind
from cogwg.workbook.grouping import group_problems
from cogwg.workbook.layout import FIELDS_OF_COLUMNS, REPORT_COLUMNS, mark_of, status_of
from cogwg.workbook.reader import ReadReports
from cogwg.workbook.rules import rule_id, sentence
from cogwg.workbook.suggestions import near_codes, near_status, written_code
from cogwg.workbook.table import ReadRow, ReadTable, cell_problem, text_of_cell
from cogwg.workbook.values import links_of, links_text, report_texts
from cogwg.workbook.writer import BaselineRow

_FILLED = tuple(column for column in REPORT_COLUMNS if column.code in FIELDS_OF_COLUMNS)
_EVIDENCE = tuple(code for code, own in FIELDS_OF_COLUMNS.items() if own == "evidence")
_LINES = tuple(column.code for column in _FILLED if column.is_line)
_SINGLE = tuple(name for name in REPORT_FIELDS if name != "evidence")
_NOTHING = BaselineRow("", "", 0, "", {})


@dataclass(frozen=True, slots=True)
class ReportsDiff:
    """What a workbook would change. ``drafts`` maps the code of each report that can be saved to its draft and the version
    that it replaces.

    A draft keeps the stored value of each field that has a conflict or a question. ``yours`` has the reports as they are in
    the file, so that the answers can be applied with ``cogwg.reporting.merge.merge_drafts``.
    """

    preview: Preview
    drafts: Mapping[str, tuple[ReportDraft, int]] = field(default_factory=dict)
    yours: Mapping[str, ReportDraft] = field(default_factory=dict)


@dataclass(slots=True)
class _RowDiff:
    changes: list[Change] = field(default_factory=list)
    conflicts: list[FieldConflict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    draft: ReportDraft | None = None
    yours: ReportDraft | None = None


def diff_reports(
    read: ReadReports,
    stored: Mapping[str, ReportRow],
    own_versions: Mapping[str, Collection[int]] | None = None,
    refusals: Mapping[str, Message] | None = None,
) -> ReportsDiff:
    """Return what the file would change in ``stored``, the reports that the person may write. Nothing is written.

    ``own_versions`` has, for each report, the versions since which only this person's uploads changed it. If the file is based
    on one of them, its differences from the stored report are changes, not conflicts. ``refusals`` has the reasons why the
    person may not write other reports of the plan.
    """
    own_versions = own_versions or {}
    problems = list(read.problems)
    changes: list[Change] = []
    conflicts: list[FieldConflict] = []
    drafts: dict[str, tuple[ReportDraft, int]] = {}
    yours: dict[str, ReportDraft] = {}
    unchanged = 0
    rows, code_problems = _rows_by_code(read, stored, refusals or {})
    problems += code_problems
    repeated = {code for problem in code_problems for code in problem.subjects if problem.rule == "code-repeated"}
    for code, row in rows:
        result = _diff_row(read, row, stored[code], own_versions.get(code, ()))
        if code in repeated:
            problems += [problem for problem in result.problems if problem.severity is Severity.ERROR]
            continue
        problems += result.problems
        unchanged += result.unchanged
        if any(problem.severity is Severity.ERROR for problem in result.problems):
            continue
        changes += result.changes
        conflicts += result.conflicts
        asks = any(problem.field for problem in result.problems)
        if result.draft and result.yours and (result.changes or result.conflicts or asks):
            drafts[code] = (result.draft, stored[code].version)
            yours[code] = result.yours
    preview = Preview(tuple(changes), group_problems(problems), tuple(conflicts), unchanged, read.left_out)
    return ReportsDiff(preview, drafts, yours)


def _rows_by_code(
    read: ReadReports, stored: Mapping[str, ReportRow], refusals: Mapping[str, Message]
) -> tuple[list[tuple[str, ReadRow]], list[Problem]]:
    """Return the rows of stored reports with their codes, and problems for rows with other codes."""
    known = {*stored, *read.baseline}
    by_code: dict[str, list[ReadRow]] = {}
    problems: list[Problem] = []
    for row in read.table.rows:
        code = written_code(row.cells.get("code"))
        is_refused = code in refusals and code not in known
        problem = _code_problem(read.table, row, code, {*known, code} if is_refused else known)
        if problem is None and code:
            by_code.setdefault(code, []).append(row)
        elif problem is not None and any(row.text(column.code) for column in _FILLED):
            problems.append(problem)
    rows: list[tuple[str, ReadRow]] = []
    for code, same in by_code.items():
        cells = tuple(read.table.cell(row.number, "code") for row in same)
        if len(same) > 1:
            problems.append(Problem("code-repeated", sentence("code-repeated", code=code), cells, code, (code,)))
            rows += [(code, row) for row in same if code in stored]
        elif code in stored:
            rows.append((code, same[0]))
        elif _is_changed(read, same[0], read.baseline.get(code, _NOTHING)):
            message = refusals.get(code) or sentence("not-yours")
            problems.append(Problem(rule_id(message), message, cells, code, (code,)))
    return rows, problems


def _code_problem(table: ReadTable, row: ReadRow, code: str, known: Collection[str]) -> Problem | None:
    cell = row.cells.get("code")
    place = (table.cell(row.number, "code"),)
    if cell is None or not cell.text:
        return Problem("code-missing", sentence("code-missing"), place)
    if problem := cell_problem(table, row, "code", "", code):
        return replace(problem, subjects=())
    if code in known and cell.kind is CellKind.TEXT:
        return None
    near = near_codes(cell, known)
    is_clear = cell.kind is not CellKind.DATE and (cell.kind is not CellKind.NUMBER or len(near) < 2)
    if code in known and is_clear:
        return None
    if near:
        return Problem("code-near", sentence("code-near", code=", ".join(near)), place, cell.text)
    return Problem("code-unknown", sentence("code-unknown"), place, cell.text)


def _is_changed(read: ReadReports, row: ReadRow, base: BaselineRow) -> bool:
    texts = _base_texts(base.texts)
    return any(
        text_of_cell(row, column, texts[column.code]) != texts[column.code]
        for column in _FILLED
        if column.code in read.table.numbers
    )


def _base_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the baseline text of each column as the reader would read it from a cell."""
    plain = {column.code: plain_text(texts.get(column.code, "")) for column in _FILLED}
    return plain | {code: as_line(plain[code]) for code in _LINES}


def _diff_row(read: ReadReports, row: ReadRow, stored: ReportRow, own_versions: Collection[int]) -> _RowDiff:
    result, table, code = _RowDiff(), read.table, stored.code
    own = read.baseline.get(code)
    stored_texts = _base_texts(report_texts(stored.draft))
    base_texts = _base_texts(own.texts) if own else stored_texts
    if own and own.version > stored.version:
        result.problems.append(Problem("too-new", sentence("too-new"), (table.cell(row.number, "code"),), code, (code,)))
        return result
    texts = dict(base_texts)
    for column in _FILLED:
        if column.code not in table.numbers:
            continue
        problem = cell_problem(table, row, column.code, base_texts[column.code], code)
        if problem:
            result.problems.append(problem)
        else:
            texts[column.code] = text_of_cell(row, column, base_texts[column.code])
    result.problems += _value_problems(table, row, texts, base_texts, code)
    if any(problem.rule == "label-alone" for problem in result.problems):
        texts |= {name: base_texts[name] for name in _EVIDENCE}
    if status_of(texts["status"]) is None:
        texts["status"] = base_texts["status"] if texts["status"] else ""
    result.unchanged = sum(bool(texts[name]) and texts[name] == stored_texts[name] for name in _SINGLE)
    result.unchanged += bool(texts["evidence_url"]) and all(texts[name] == stored_texts[name] for name in _EVIDENCE)
    if texts == base_texts:
        return result
    theirs = _draft(stored_texts, stored)
    base, yours = _draft(base_texts, stored), _draft(texts, stored)
    sides = reconcile(base, theirs, yours)
    if own is not None and own.version in own_versions:
        sides = Reconciliation((*sides.only_yours, *sides.both))
    _compare(result, table, row, (base, theirs, yours), sides, stored, texts, base_texts)
    result.problems += _report_problems(table, row, result, stored, texts)
    changed = bool(result.changes or result.conflicts or any(problem.field for problem in result.problems))
    if row.is_hidden and changed:
        cells = (table.cell(row.number, "code"),)
        result.problems.append(Problem("hidden-row", sentence("hidden-row"), cells, code, (code,), Severity.QUESTION))
    return result


def _value_problems(
    table: ReadTable, row: ReadRow, texts: Mapping[str, str], base: Mapping[str, str], code: str
) -> list[Problem]:
    """Return the problems with single changed cells."""
    problems: list[Problem] = []

    def add(column: str, rule: str, **values: object) -> None:
        cells = (table.cell(row.number, column),)
        problems.append(Problem(rule, sentence(rule, **values), cells, row.text(column), (code,)))

    status = texts["status"]
    if status and status_of(status) is None:
        near = near_status(status)
        add("status", "status-near", status=near.label) if near else add("status", "status-unknown")
    if mark_of(texts["nothing_to_report"]) is None:
        add("nothing_to_report", "mark-unknown")
    for column in ("evidence_label_en", "evidence_label_fr"):
        if texts[column] and not texts["evidence_url"] and texts[column] != base[column]:
            add(column, "label-alone")
    return problems


def _draft(texts: Mapping[str, str], stored: ReportRow) -> ReportDraft:
    return ReportDraft(
        status_of(texts["status"]),
        nothing_to_report=bool(mark_of(texts["nothing_to_report"])),
        evidence=links_of(texts, stored.draft.evidence),
        **{
            name: Bilingual(texts[f"{name}_en"], texts[f"{name}_fr"])
            for name in ("progress", "challenge", "evidence_note", "next_step")
        },
    )


def _compare(
    result: _RowDiff,
    table: ReadTable,
    row: ReadRow,
    drafts: tuple[ReportDraft, ReportDraft, ReportDraft],
    sides: Reconciliation,
    stored: ReportRow,
    texts: Mapping[str, str],
    base_texts: Mapping[str, str],
) -> None:
    """Sort the differing fields into changes, conflicts and questions, and build the draft to save."""
    base, theirs, yours = drafts
    emptied: list[str] = []
    for name in REPORT_FIELDS:
        column = _column_of(name, texts, base_texts)
        cell = table.cell(row.number, column)
        before, after, began = (value_text(draft, name) for draft in (theirs, yours, base))
        if name in sides.both and name in TEXT_FIELDS and has_change(began, before, after):
            result.unchanged += 1  # both texts have already been kept, so there is nothing left to choose
        elif name in sides.both:
            both = merge_texts(before, after) if name in TEXT_FIELDS else _all_links(theirs, yours, name)
            result.conflicts.append(FieldConflict(stored.code, name, cell, began, before, after, both))
        elif name in sides.only_yours and _is_question(name, yours, after):
            emptied.append(name)
            message = sentence("emptied")
            result.problems.append(Problem("emptied", message, (cell,), before, (stored.code,), Severity.QUESTION, name))
        elif name in sides.only_yours:
            is_merged = bool(sides.only_theirs)
            result.changes.append(Change(stored.code, name, cell, before, after, is_merged))
    choices = {name: "yours" for name in sides.only_yours if name not in emptied}
    result.draft = merge_drafts(stored.draft, yours, choices, {})
    result.yours = yours


def _is_question(name: str, yours: ReportDraft, after: str) -> bool:
    """Return whether emptying this field needs a question.

    Removing "Nothing to report" does not, nor does removing a progress text that it replaces.
    """
    is_replaced = name in ("progress_en", "progress_fr") and yours.nothing_to_report
    return not after and name != "nothing_to_report" and not is_replaced


def value_text(draft: ReportDraft, name: str) -> str:
    """Return the value of a field for a preview: the code of a status, "yes" or "" for the mark, a line for each link."""
    if name == "evidence":
        return links_text(draft.evidence)
    value = field_value(draft, name)
    if name == "nothing_to_report":
        return "yes" if value else ""
    return str(value) if value else ""


def _all_links(theirs: ReportDraft, yours: ReportDraft, name: str) -> str:
    return links_text(tuple(dict.fromkeys((*theirs.evidence, *yours.evidence)))) if name == "evidence" else ""


def _column_of(name: str, texts: Mapping[str, str], base: Mapping[str, str]) -> str:
    """Return the column of a field; for links, the first column that changed."""
    if name != "evidence":
        return name
    return next((code for code in _EVIDENCE if texts[code] != base[code]), "evidence_url")


def _report_problems(
    table: ReadTable, row: ReadRow, result: _RowDiff, stored: ReportRow, texts: Mapping[str, str]
) -> list[Problem]:
    """Return the violations of the rules for reports, with their cells, if the file changes the report."""
    draft, yours = result.draft, result.yours
    if draft is None or yours is None or not (result.changes or result.conflicts):
        return []
    # Values in the file are checked even if they conflict, so that they are corrected before someone chooses them.
    checked = merge_drafts(draft, yours, {conflict.field: "yours" for conflict in result.conflicts}, {})
    if yours.has_text_and_mark:
        checked = replace(checked, nothing_to_report=True, progress=yours.progress)
    problems: dict[tuple[str, tuple[Cell, ...]], Problem] = {}
    for name, message in draft_problems(checked):
        columns = _columns_of_problem(name, message, checked, texts)
        cells = tuple(table.cell(row.number, column) for column in columns)
        rule = rule_id(message)
        problems[rule, cells] = Problem(rule, message, cells, row.text(columns[0]), (stored.code,))
    return list(problems.values())


def _columns_of_problem(name: str, message: Message, draft: ReportDraft, texts: Mapping[str, str]) -> list[str]:
    if name == "nothing_to_report":
        return [name, *(code for code in ("progress_en", "progress_fr") if texts[code])]
    if name == "evidence":
        first = draft_problems(ReportDraft(None, evidence=draft.evidence[:1]))
        return ["evidence_url" if message in [own for _, own in first] and texts["evidence_url"] else "more_links"]
    return [name if name in texts else "evidence_url"]
