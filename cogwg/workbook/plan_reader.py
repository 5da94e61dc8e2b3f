"""Read a filled-in workbook of a whole plan, or one whose kind (reports or a plan) is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cogwg.core.bilingual import Language
from cogwg.imports.previews import Problem, Severity
from cogwg.workbook.cells import FileBook, refusal
from cogwg.workbook.guard import open_book
from cogwg.workbook.layout import PLAN_KIND, REPORTS_KIND
from cogwg.workbook.plan_layout import PLAN, PLAN_SHEETS
from cogwg.workbook.reader import (
    NOT_OURS,
    OUR_SHEETS,
    PLAN_EXPECTED,
    ReadReports,
    missing_column_problems,
    read_baseline,
    read_hidden,
    reports_in,
)
from cogwg.workbook.rules import sentence
from cogwg.workbook.table import ReadTable, has_table, read_table
from cogwg.workbook.writer import BaselineRow, BookFacts


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A plan's workbook as read from a file: the rows of each kind of item (``tables``), and the rows as they were when the
    workbook was written (``baseline``).

    The keys of ``baseline`` are a kind and a code, such as "activity 3.2"; the ``activity_id`` of its rows is the item's key
    in the draft.
    """

    facts: BookFacts
    tables: Mapping[str, ReadTable]
    baseline: Mapping[str, BaselineRow]
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def plan_year(self) -> int:
        """The year of the plan; 0 if it is not in the file."""
        return self.facts.plan_year


def read_plan(data: bytes) -> ReadPlan:
    """Return the rows of a plan's workbook. Raises ``Invalid`` if the file is not one or cannot be read."""
    return plan_in(open_book(data))


def read_book(data: bytes) -> ReadReports | ReadPlan:
    """Return the rows of a workbook of reports or of a plan. Raises ``Invalid`` if the file is neither or cannot be read."""
    book = open_book(data)
    return plan_in(book) if kind_of(book) == PLAN_KIND else reports_in(book)


def kind_of(book: FileBook) -> str:
    """Return the kind of a workbook (reports or plan) from its hidden sheet or, without one, from its other sheets."""
    facts, _ = read_hidden(book)
    if facts is not None:
        return facts.kind
    firsts = [book.read_sheet(number, 20) for number, (_, is_hidden) in enumerate(book.sheets) if not is_hidden]
    return PLAN_KIND if any(has_table(first, sheet.columns) for first in firsts for sheet in PLAN_SHEETS) else REPORTS_KIND


def plan_in(book: FileBook) -> ReadPlan:
    """Return the rows of a plan's workbook. Raises ``Invalid`` if the book is not one."""
    facts, hidden = read_hidden(book)
    if facts is not None and facts.kind != PLAN_KIND:
        raise refusal(PLAN_EXPECTED)
    tables, left_out = _find_tables(book)
    problems = [
        p for sheet in PLAN_SHEETS if sheet.kind in tables for p in missing_column_problems(tables[sheet.kind], sheet.columns)
    ]
    if hidden is None:
        problems.insert(0, Problem("baseline-missing", sentence("baseline-missing"), severity=Severity.QUESTION))
    if facts is None:
        facts = BookFacts(PLAN_KIND, "", _typed_year(tables), (), datetime(1970, 1, 1, tzinfo=UTC), Language.EN)
    return ReadPlan(facts, tables, read_baseline(hidden) if hidden else {}, tuple(problems), left_out)


def _find_tables(book: FileBook) -> tuple[dict[str, ReadTable], tuple[str, ...]]:
    tables: dict[str, ReadTable] = {}
    left_out: list[str] = []
    for number, (name, is_hidden) in enumerate(book.sheets):
        if name.casefold() in OUR_SHEETS:
            continue
        first = None if is_hidden else book.read_sheet(number, 20)
        item = next((s for s in PLAN_SHEETS if first and s.kind not in tables and has_table(first, s.columns)), None)
        if item is None:
            left_out.append(name)
            continue
        tables[item.kind] = read_table(book.read_sheet(number), item.columns)
        left_out += tables[item.kind].left_out
    if not tables:
        raise refusal(NOT_OURS)
    return tables, tuple(left_out)


def _typed_year(tables: Mapping[str, ReadTable]) -> int:
    texts = [row.text(PLAN) for row in tables[PLAN].rows] if PLAN in tables else []
    years = [int(text) for text in texts if len(text) == 4 and text.isascii() and text.isdigit()]
    return next((year for year in years if 2000 <= year <= 2100), 0)
