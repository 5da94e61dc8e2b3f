"""A copy of an uploaded workbook with its problems marked, written in the product's own layout with the uploaded values.

It is not made by changing the uploaded file, because the library would lose parts of the file that it does not support. Rows
keep their numbers; sheets and columns that the product did not write are listed as left out. The copy can be uploaded like the
original.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cogwg.core.bilingual import Bilingual, Language
from cogwg.imports.previews import Cell, Preview, Problem, Severity
from cogwg.workbook import palette
from cogwg.workbook.books import GuideFacts
from cogwg.workbook.layout import FIRST_ROW, PROBLEMS_SHEET, REPORT_COLUMNS, REPORTS_SHEET, SheetColumn, in_book_order
from cogwg.workbook.package import write_package
from cogwg.workbook.reader import ReadReports
from cogwg.workbook.rules import sentence
from cogwg.workbook.sentences import bilingual, both_lines
from cogwg.workbook.sheets import Sheet, address, quoted_name
from cogwg.workbook.submitting import ONE_LANGUAGE, needs_one_language
from cogwg.workbook.table import ReadTable
from cogwg.workbook.writer import FilledRow, properties_of, report_sheets, title_of

_TITLE = Bilingual("Problems in your workbook", "Problèmes dans votre classeur")
_HEADINGS = (
    Bilingual("Cell", "Cellule"),
    Bilingual("What to do", "Que faire"),
    Bilingual("Current content", "Contenu actuel"),
)
_HINT = Bilingual(
    "Select a cell’s name to go there. Correct it, save the file, then upload it again.",
    "Sélectionnez le nom d’une cellule pour y aller. Corrigez-la, enregistrez le fichier, puis téléversez-le de nouveau.",
)
_NO_PROBLEM = Bilingual("No problems.", "Aucun problème.")
_LEFT_OUT = Bilingual(
    "Not read (not part of this workbook): {names}", "Non lu (ne fait pas partie de ce classeur)\u00a0: {names}"
)
_WHOLE_FILE = Bilingual("Whole workbook", "Tout le classeur")
_SAVED = Bilingual("Empty. Saved: {text}", "Vide. Enregistré\u00a0: {text}")
LISTED_CELLS = 200
"""The maximum number of cells that the list links to for a problem; all cells of the problem are marked."""
_PLACE = re.compile(r"([A-Z]+)(\d+)")
Place = tuple[int, int]
NO_GUIDE_FACTS = GuideFacts()


def write_annotated(read: ReadReports, preview: Preview, about: GuideFacts = NO_GUIDE_FACTS) -> bytes:
    """Return the workbook as it was filled in, with each problem's cells marked and commented.

    A list of the problems links to the cells, and the first of them is selected when the file is opened.
    """
    preview = _as_in_copy(preview, read.lang)
    columns = in_book_order(REPORT_COLUMNS, read.lang)
    shift = row_shift(read.table)
    rows = [
        FilledRow(row.number + shift, {code: cell.text for code, cell in row.cells.items()}, row.is_hidden)
        for row in read.table.rows
    ]
    sheets, names = report_sheets(read.facts, rows, list(read.baseline.values()), about)
    places = {
        cell: place
        for problem in preview.problems
        for cell in problem.cells
        if (place := place_in_copy(cell, read.table, columns))
    }
    reports = sheets[1]
    if not read.period_key:
        sheets.pop()
        names = [(name, area) for name, area in names if "_cogwg" not in area]
        reports.conditions, reports.validations = [], []
    mark_problems(reports, preview.problems, places, read.lang)
    listed = problems_sheet(preview, {cell: (REPORTS_SHEET, place) for cell, place in places.items()}, read.lang)
    sheets.insert(1, listed)
    return write_package(sheets, properties_of(read.facts, title_of(read.facts)), names, opened=2 if places else 1)


def _as_in_copy(preview: Preview, lang: Language) -> Preview:
    """Adapt the problems, including conflicts, to the copy, which has values instead of formulas, and in which emptied cells
    are empty.
    """
    problems = []
    for problem in preview.problems:
        if problem.rule == "formula":
            problems.append(replace(problem, message=sentence("formula-replaced")))
        elif problem.rule == "emptied":
            saved = Bilingual(_SAVED.en.format(text=problem.content), _SAVED.fr.format(text=problem.content))
            problems.append(replace(problem, content=saved.text(lang)))
        else:
            problems.append(problem)
    problems += [
        Problem("changed-too", sentence("changed-too"), (each.cell,), each.yours, (each.subject,), Severity.QUESTION)
        for each in preview.conflicts
    ]
    return replace(preview, problems=tuple(problems))


def _words(problem: Problem) -> Bilingual:
    words, more = bilingual(problem.message), bilingual(ONE_LANGUAGE)
    return Bilingual(f"{words.en} {more.en}", f"{words.fr} {more.fr}") if needs_one_language(problem) else words


def row_shift(table: ReadTable) -> int:
    """Return by how many rows the rows of the copy are lower than in the file: 0, unless people deleted rows above
    the first one.
    """
    first = min((row.number for row in table.rows), default=FIRST_ROW)
    return max(FIRST_ROW - first, 0)


def place_in_copy(cell: Cell, table: ReadTable, columns: Sequence[SheetColumn]) -> Place | None:
    """Return the row and column, in the copy, of a cell of the file; None if it is in a column that the product
    did not write.
    """
    match = _PLACE.fullmatch(cell.address)
    codes = {address(1, number)[:-1]: code for code, number in table.numbers.items()}
    if match is None or cell.sheet != table.sheet or match[1] not in codes:
        return None
    order = [column.code for column in columns]
    return int(match[2]) + row_shift(table), order.index(codes[match[1]]) + 1


def mark_problems(sheet: Sheet, problems: Iterable[Problem], places: Mapping[Cell, Place], lang: Language) -> None:
    """Colour the cells of the problems, add a comment to each, and select the first cell."""
    for problem in problems:
        look = palette.WRONG_CELL if problem.severity is Severity.ERROR else palette.ASKED_CELL
        words = both_lines(_words(problem), lang)
        for cell in problem.cells:
            place = places.get(cell)
            if place is None:
                continue
            text = sheet.cells[place].text if place in sheet.cells else ""
            sheet.write(*place, text, look)
            sheet.comments[place] = "\n\n".join(filter(None, (sheet.comments.get(place), words)))
    if sheet.comments:
        sheet.selected = min(sheet.comments)


def problems_sheet(preview: Preview, places: Mapping[Cell, tuple[str, Place]], lang: Language) -> Sheet:
    """Return the list of problems, with a link to each cell."""
    sheet = Sheet(PROBLEMS_SHEET, {1: 26, 2: 62, 3: 62, 4: 50}, tab_colour="A3260F", frozen_at=(4, 1), repeated_rows=(3, 3))
    sheet.write(1, 1, _TITLE.text(lang), palette.TITLE)
    sheet.headings_at = (3, 1)
    sheet.merged += ["A1:D1", "A2:D2"]
    sheet.write(2, 1, both_lines(_HINT if preview.problems else _NO_PROBLEM, lang), palette.NOTE)
    sheet.heights |= {1: 26, 2: 32}
    heads = (
        _HEADINGS[0].text(lang),
        _HEADINGS[1].exact_text(lang),
        _HEADINGS[1].exact_text(lang.other),
        _HEADINGS[2].text(lang),
    )
    for column, text in enumerate(heads, 1):
        sheet.write(3, column, text, palette.HEADING)
    row = 3
    for problem in preview.problems:
        words = _words(problem)
        cells: list[Cell | None] = [*problem.cells[:LISTED_CELLS]] or [None]
        for cell in cells:
            row += 1
            target = places.get(cell) if cell else None
            if target:
                sheet.write(row, 1, address(*target[1]), palette.LINK)
                sheet.links[row, 1] = f"{quoted_name(target[0])}!{address(*target[1])}"
            else:
                sheet.write(row, 1, f"{cell.sheet} {cell.address}" if cell else both_lines(_WHOLE_FILE, lang), palette.FILLED)
            look = palette.WRONG_CELL if problem.severity is Severity.ERROR else palette.ASKED_CELL
            sheet.write(row, 2, words.exact_text(lang), look)
            sheet.write(row, 3, words.exact_text(lang.other), palette.FILLED)
            sheet.write(row, 4, problem.content[:300], palette.FILLED)
            sheet.fit_height(row)
    if preview.left_out:
        names = " · ".join(preview.left_out)[:2000]
        text = both_lines(Bilingual(_LEFT_OUT.en.format(names=names), _LEFT_OUT.fr.format(names=names)), lang)
        sheet.write(row + 2, 1, text, palette.NOTE)
        sheet.merged.append(f"A{row + 2}:D{row + 2}")
        sheet.heights[row + 2] = 60
    return sheet
