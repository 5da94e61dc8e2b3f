"""Read a filled-in workbook: its kind, its rows with their positions, and their texts when the workbook was written.

This module does not compare anything with the stored reports; ``diff`` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cogwg.core.bilingual import Language
from cogwg.core.errors import N_
from cogwg.imports.previews import Problem, Severity
from cogwg.workbook.cells import FileBook, FileSheet, refusal
from cogwg.workbook.guard import open_book
from cogwg.workbook.layout import (
    GUIDE_SHEET,
    HIDDEN_SHEET,
    LAYOUT,
    MARK,
    META_KEYS,
    PLAN_KIND,
    PROBLEMS_SHEET,
    REFERENCE_SHEET,
    REPORT_COLUMNS,
    REPORTS_KIND,
    SheetColumn,
)
from cogwg.workbook.rules import sentence
from cogwg.workbook.table import ReadTable, has_table, missing_columns, read_table
from cogwg.workbook.writer import BASELINE_KEYS, BaselineRow, BookFacts

OUR_SHEETS = {name.casefold() for name in (GUIDE_SHEET, REFERENCE_SHEET, HIDDEN_SHEET, PROBLEMS_SHEET)}
NOT_OURS = N_("This is not a workbook of this site. Download a new workbook, copy your texts into it, then upload it.")
NEWER_LAYOUT = N_(
    "This workbook was written by newer software than this site runs. Download a new workbook here and copy your texts."
)
REPORTS_EXPECTED = N_("This workbook contains a plan, not reports. Upload it where plans are imported.")
PLAN_EXPECTED = N_("This workbook contains reports, not a plan. Upload it where reports are uploaded.")


@dataclass(frozen=True, slots=True)
class ReadReports:
    """The workbook of a quarter's reports as read from a file. ``baseline`` has the reports as they were when it was written,
    by code.

    A file without its hidden sheet does not name its quarter: ``period_key`` is then empty and the year 0.
    """

    facts: BookFacts
    table: ReadTable
    baseline: Mapping[str, BaselineRow] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def period_key(self) -> str:
        """The key of the quarter, such as "2020-09"; empty if it is not in the file."""
        return self.facts.period_key

    @property
    def plan_year(self) -> int:
        """The year of the plan; 0 if it is not in the file."""
        return self.facts.plan_year

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """The codes of the jurisdictions that the workbook was written for; none means all."""
        return self.facts.jurisdictions

    @property
    def written_at(self) -> datetime:
        """When the workbook was written."""
        return self.facts.written_at

    @property
    def lang(self) -> Language:
        """The language that comes first in the workbook."""
        return self.facts.lang


def read_reports(data: bytes) -> ReadReports:
    """Return the rows of a workbook of reports. Raises ``Invalid`` if the file is not one or cannot be read."""
    return reports_in(open_book(data))


def reports_in(book: FileBook) -> ReadReports:
    """Return the rows of a workbook of reports. Raises ``Invalid`` if the book is not one."""
    facts, hidden = read_hidden(book)
    if facts is not None and facts.kind == PLAN_KIND:
        raise refusal(REPORTS_EXPECTED)
    table, left_out = _find_table(book, REPORT_COLUMNS)
    problems = list(missing_column_problems(table, REPORT_COLUMNS))
    if hidden is None:
        message = sentence("baseline-missing")
        problems.insert(0, Problem("baseline-missing", message, severity=Severity.QUESTION))
    return ReadReports(
        facts or BookFacts(REPORTS_KIND, "", 0, (), datetime(1970, 1, 1, tzinfo=UTC), Language.EN),
        table,
        read_baseline(hidden) if hidden else {},
        tuple(problems),
        left_out,
    )


def missing_column_problems(table: ReadTable, columns: tuple[SheetColumn, ...]) -> list[Problem]:
    """Return a question for each fillable column that is missing from the file; the stored texts of that column are kept."""
    return [
        Problem("column-missing", sentence("column-missing", column=column.heading), severity=Severity.QUESTION)
        for column in missing_columns(table, columns)
    ]


def _find_table(book: FileBook, columns: tuple[SheetColumn, ...]) -> tuple[ReadTable, tuple[str, ...]]:
    """Return the first visible sheet with these columns, and the names of the sheets and columns that are left out."""
    found_at, left_out = -1, []
    for number, (name, is_hidden) in enumerate(book.sheets):
        if name.casefold() in OUR_SHEETS:
            continue
        if found_at < 0 and not is_hidden and has_table(book.read_sheet(number, 20), columns):
            found_at = number
        else:
            left_out.append(name)
    if found_at < 0:
        raise refusal(NOT_OURS)
    table = read_table(book.read_sheet(found_at), columns)
    return table, (*left_out, *table.left_out)


def read_hidden(book: FileBook) -> tuple[BookFacts | None, FileSheet | None]:
    """Return the facts in the hidden sheet, and the sheet; None for both if there is none.

    Raises ``Invalid`` if the layout of the file is newer than this release.
    """
    for number, (name, is_hidden) in enumerate(book.sheets):
        if name.casefold() != HIDDEN_SHEET and not is_hidden:
            continue
        first = book.read_sheet(number, len(META_KEYS))
        values = [
            cells[2].text if (cells := first.rows.get(row)) and 2 in cells else "" for row in range(1, len(META_KEYS) + 1)
        ]
        if values[0] != MARK:
            continue
        layout = int(values[1]) if values[1].isascii() and values[1].isdigit() else 0
        if layout > LAYOUT:
            raise refusal(NEWER_LAYOUT)
        facts = _facts(values)
        if facts is not None:
            return facts, book.read_sheet(number)
    return None, None


def _facts(values: list[str]) -> BookFacts | None:
    _, _, kind, period, year, jurisdictions, written, lang = values
    try:
        written_at = datetime.fromisoformat(written)
        plan_year = int(year)
    except (ValueError, OverflowError):
        return None
    if written_at.tzinfo is None or not 2000 <= plan_year <= 2100 or kind not in (REPORTS_KIND, PLAN_KIND):
        return None
    if kind == REPORTS_KIND and not (period[:4].isdigit() and period[4:] in ("-03", "-06", "-09", "-12") and period.isascii()):
        return None
    own = Language.FR if lang == Language.FR else Language.EN
    return BookFacts(kind, period, plan_year, tuple(jurisdictions.split())[:30], written_at, own)


def read_baseline(hidden: FileSheet) -> dict[str, BaselineRow]:
    """Return the rows of the hidden sheet by code."""
    head = len(META_KEYS) + 1
    codes = {column: cell.text for column, cell in hidden.rows.get(head, {}).items()}
    baseline: dict[str, BaselineRow] = {}
    for number in sorted(n for n in hidden.rows if n > head):
        texts = {codes[column]: cell.text for column, cell in hidden.rows[number].items() if column in codes}
        code, version = texts.get("code", ""), texts.get("version", "")
        if code and version.isascii() and version.isdigit() and len(version) < 10:
            own = {name: text for name, text in texts.items() if name not in BASELINE_KEYS}
            stale = tuple(name for name in texts.get("stale", "").split() if name in own)
            baseline[code] = BaselineRow(code, texts.get("activity_id", ""), int(version), texts.get("due", ""), own, stale)
    return baseline
