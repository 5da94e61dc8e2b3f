"""Read the rows of a sheet. Columns are found by their hidden codes, even if people moved them.

This module does not depend on reports or plans.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cogwg.core.bilingual import fold_text
from cogwg.imports.previews import Cell, Problem
from cogwg.workbook.cell_texts import as_line
from cogwg.workbook.cells import CellKind, FileCell, FileSheet
from cogwg.workbook.layout import EXAMPLE_CODE, SheetColumn
from cogwg.workbook.rules import sentence
from cogwg.workbook.sheets import address, column_letters

SEARCHED_ROWS = 20
"""The number of first rows that are searched for the codes or headings."""
_LEAST_CODES = 3
_TYPED_FOR = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2013": "-",
    "\u2014": "-",
    "\u2026": "...",
    "\xa0": " ",
    "\u202f": " ",
}
_AS_TYPED = str.maketrans(_TYPED_FOR)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the file: its number, and its cells by column code. Empty cells are left out."""

    number: int
    cells: Mapping[str, FileCell]
    is_hidden: bool = False
    merged: frozenset[str] = frozenset()
    """The columns of this row that belong to a merged range."""

    def text(self, code: str) -> str:
        """Return the text in a column; empty if there is none."""
        cell = self.cells.get(code)
        return cell.text if cell else ""


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The rows of a sheet. ``numbers`` maps the code of each column that is in the file to its number."""

    sheet: str
    numbers: Mapping[str, int]
    rows: tuple[ReadRow, ...]
    left_out: tuple[str, ...] = ()

    def cell(self, row: int, code: str) -> Cell:
        """Return the position of a cell in the file; for a column that is not in the file, that of the first column."""
        return Cell(self.sheet, address(row, self.numbers.get(code, 1)))


@dataclass(slots=True)
class _Heads:
    numbers: dict[str, int]
    first_row: int
    unknown: list[int] = field(default_factory=list)


def has_table(sheet: FileSheet, columns: Sequence[SheetColumn]) -> bool:
    """Return whether the first rows of a sheet have the codes or headings of these columns."""
    return _heads(sheet, columns) is not None


def read_table(sheet: FileSheet, columns: Sequence[SheetColumn]) -> ReadTable:
    """Return the rows of a sheet that has these columns.

    Example rows, and rows without text in known columns, are left out.
    """
    heads = _heads(sheet, columns)
    if heads is None:
        return ReadTable(sheet.name, {}, ())
    codes = {number: code for code, number in heads.numbers.items()}
    merged = _merged_cells(sheet, heads.first_row)
    key = heads.numbers[columns[0].code]
    rows = []
    for number in sorted(n for n in sheet.rows if n >= heads.first_row):
        cells = {codes[column]: cell for column, cell in sheet.rows[number].items() if column in codes}
        if not cells or _is_example(sheet.rows[number].get(key)):
            continue
        joined = frozenset(codes[column] for column in merged.get(number, ()) if column in codes)
        rows.append(ReadRow(number, cells, number in sheet.hidden_rows, joined))
    return ReadTable(sheet.name, heads.numbers, tuple(rows), tuple(_column_names(sheet, heads)))


def missing_columns(table: ReadTable, columns: Sequence[SheetColumn]) -> list[SheetColumn]:
    """Return the fillable columns that are missing from the file."""
    return [column for column in columns if not column.is_given and column.code not in table.numbers]


def cell_problem(table: ReadTable, row: ReadRow, code: str, base: str, subject: str) -> Problem | None:
    """Return the problem if a cell cannot be read as a text, or None. ``base`` is its text when the workbook was written."""
    cell = row.cells.get(code)
    if code in row.merged:
        return Problem("merged", sentence("merged"), (table.cell(row.number, code),), row.text(code), (subject,))
    if cell is None or (cell.kind is not CellKind.FORMULA and cell.text == base):
        return None
    rule = {CellKind.FORMULA: "formula", CellKind.ERROR: "error-value"}.get(cell.kind)
    if rule is None:
        return None
    return Problem(rule, sentence(rule), (table.cell(row.number, code),), cell.text, (subject,))


def text_of_cell(row: ReadRow, column: SheetColumn, base: str | None) -> str:
    """Return the text of a cell; if it differs from ``base`` only in typography that programs correct, return ``base``."""
    text = row.text(column.code)
    text = as_line(text) if column.is_line else text
    return base if base is not None and text != base and is_same_typing(text, base) else text


def is_same_typing(text: str, base: str) -> bool:
    """Return whether two texts differ at most in what autocorrect changes: quotes, dashes and no-break spaces."""
    return text == base or (
        (not text.isascii() or not base.isascii())
        and abs(len(text) - len(base)) <= 2 * len(base) + 2
        and text.translate(_AS_TYPED) == base.translate(_AS_TYPED)
    )


def _heads(sheet: FileSheet, columns: Sequence[SheetColumn]) -> _Heads | None:
    by_code = {column.code: column.code for column in columns}
    for number in sorted(n for n in sheet.rows if n <= SEARCHED_ROWS):
        if heads := _match(sheet, number, by_code, columns):
            heads.first_row = max(heads.first_row, _headings_below(sheet, number, heads, columns) + 1)
            return heads
    by_heading = {_folded(words): c.code for c in columns for words in _headings(c)}
    for number in sorted(n for n in sheet.rows if n <= SEARCHED_ROWS):
        if heads := _match(sheet, number, by_heading, columns):
            return heads
    return None


def _headings(column: SheetColumn) -> tuple[str, ...]:
    en, fr = column.heading.en, column.heading.fr
    return en, fr, f"{en} {fr}", f"{fr} {en}"


def _match(sheet: FileSheet, number: int, names: Mapping[str, str], columns: Sequence[SheetColumn]) -> _Heads | None:
    """Return the columns whose names are in this row; None if there are too few or the key column is not among them."""
    numbers: dict[str, int] = {}
    unknown = []
    for at, cell in sorted(sheet.rows[number].items()):
        code = names.get(cell.text) or names.get(_folded(cell.text))
        if code and code not in numbers:
            numbers[code] = at
        else:
            unknown.append(at)
    if len(numbers) < min(_LEAST_CODES, len(columns)) or columns[0].code not in numbers:
        return None
    return _Heads(numbers, number + 1, unknown)


def _headings_below(sheet: FileSheet, number: int, heads: _Heads, columns: Sequence[SheetColumn]) -> int:
    """Return the number of the row of headings below the codes; if people deleted the headings, that of the codes."""
    key, words = heads.numbers[columns[0].code], {_folded(text) for text in _headings(columns[0])}
    for below in range(number + 1, number + SEARCHED_ROWS):
        cell = sheet.rows.get(below, {}).get(key)
        if cell and _folded(cell.text) in words:
            return below
    return number


def _column_names(sheet: FileSheet, heads: _Heads) -> list[str]:
    """Return the names of columns with texts that the product did not write, such as "Reports: T (My notes)"."""
    ours = set(heads.numbers.values())
    filled: dict[int, str] = {}
    for number in sorted(sheet.rows):
        for column, cell in sheet.rows[number].items():
            if column not in ours and number >= heads.first_row - 2:
                filled.setdefault(column, cell.text.split("\n")[0][:40])
    names = [f"{sheet.name}: {column_letters(column)} ({text})" for column, text in sorted(filled.items())]
    return [*names, f"{sheet.name}: …"] if sheet.has_more_columns else names


def _merged_cells(sheet: FileSheet, first_row: int) -> dict[int, set[int]]:
    merged: dict[int, set[int]] = {}
    for top, left, bottom, right in sheet.merged:
        span = range(max(top, first_row), bottom + 1)
        for number in span if len(span) < len(sheet.rows) else sheet.rows:
            if number in span:
                merged.setdefault(number, set()).update(range(left, min(right, left + 64) + 1))
    return merged


def _is_example(cell: FileCell | None) -> bool:
    return cell is not None and _folded(cell.text) in _EXAMPLES


def _folded(text: str) -> str:
    return " ".join(fold_text(text[:300]).split())


_EXAMPLES = {_folded(EXAMPLE_CODE), *map(_folded, EXAMPLE_CODE.split("\n"))}
