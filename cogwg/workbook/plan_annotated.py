"""The copy of an uploaded plan's workbook with its problems marked, as ``annotated`` makes that of reports."""

from __future__ import annotations

from cogwg.imports.previews import Cell, Preview
from cogwg.workbook.annotated import Place, mark_problems, place_in_copy, problems_sheet, row_shift
from cogwg.workbook.layout import HIDDEN_SHEET, in_book_order
from cogwg.workbook.package import write_package
from cogwg.workbook.plan_layout import PLAN_SHEETS
from cogwg.workbook.plan_reader import ReadPlan
from cogwg.workbook.plan_values import Jurisdictions
from cogwg.workbook.plan_writer import plan_sheets, plan_title
from cogwg.workbook.writer import FilledRow, properties_of


def write_annotated_plan(read: ReadPlan, preview: Preview, jurisdictions: Jurisdictions) -> bytes:
    """Return the plan's workbook as somebody filled it in, with the cells of its problems marked and commented."""
    rows = {
        kind: [
            FilledRow(row.number + row_shift(table), {code: cell.text for code, cell in row.cells.items()}, row.is_hidden)
            for row in table.rows
        ]
        for kind, table in read.tables.items()
    }
    sheets, names = plan_sheets(read.facts, rows, list(read.baseline.values()), jurisdictions)
    if not read.baseline:
        sheets = [sheet for sheet in sheets if sheet.name != HIDDEN_SHEET]
        names = [(name, area) for name, area in names if HIDDEN_SHEET not in area]
    places: dict[Cell, tuple[str, Place]] = {}
    opened = 1
    for number, item in enumerate(PLAN_SHEETS, 1):
        if item.kind not in read.tables:
            continue
        columns, table = in_book_order(item.columns, read.facts.lang), read.tables[item.kind]
        marked = (cell for problem in preview.problems for cell in problem.cells)
        own = {cell: place for cell in marked if (place := place_in_copy(cell, table, columns))}
        mark_problems(sheets[number], preview.problems, own, read.facts.lang)
        places |= {cell: (item.name, place) for cell, place in own.items()}
        if own and opened == 1:
            opened = number + 1
    sheets.insert(1, problems_sheet(preview, places, read.facts.lang))
    return write_package(sheets, properties_of(read.facts, plan_title(read.facts)), names, opened=opened)
