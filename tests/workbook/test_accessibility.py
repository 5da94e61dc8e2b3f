"""Lists and workbooks can be read by everyone (EN 301 549, chapter 10): title, language, headings, contrast, words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openxml_audit import FileFormat, OpenXmlValidator

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.office_files import pack, unpack
from cogwg.core.tables import Column, Table, as_reproducible_workbook, as_xlsx
from cogwg.workbook.annotated import write_annotated
from cogwg.workbook.diff import diff_reports
from cogwg.workbook.layout import CODES_ROW, PROBLEMS_SHEET, REPORTS_SHEET
from cogwg.workbook.reader import read_reports
from cogwg.workbook.writer import write_reports
from tests.briefing.accessibility import LEAST_CONTRAST, VAGUE_LINKS, WHITE, contrast, text_colours
from tests.workbook.samples import book_of, edited, place, plain_rows, stored

LINKS = ("https://open.canada.ca/en/plan",)
LIST = Table(
    Bilingual("Milestones 2020", "Jalons 2020"),
    (Column(Bilingual("Title", "Titre")), Column(Bilingual("Links", "Liens")), Column(Bilingual("Year", "Année"))),
    (("First", LINKS, 2020), ("Second", (), 2021)),
    date(2020, 9, 24),
)


def _annotated(lang: Language) -> bytes:
    rows = plain_rows()
    good = write_reports(book_of(rows, lang))
    table = read_reports(good).table

    def change(sheet: Any, _book: Any) -> None:
        sheet[place(table, "1.3", "status")] = "On track"
        sheet[place(table, "1.6", "challenge_fr")] = None

    read = read_reports(edited(good, change))
    return write_annotated(read, diff_reports(read, stored(rows)).preview)


FILES: dict[str, Callable[[Language], bytes]] = {
    "list": lambda lang: as_xlsx(LIST, lang),
    "data": lambda lang: as_reproducible_workbook((LIST, LIST), lang, title=LIST.name.text(lang)),
    "reports": lambda lang: write_reports(book_of(plain_rows(), lang)),
    "marked copy": _annotated,
}


def headings_of(sheet: Any, book: Any) -> tuple[int, set[int]]:
    """Return the row of the headings that programs know of, and its columns; 0 if they know of none."""
    for table in sheet.tables.values():
        first, *_ = sheet[table.ref]
        return (first[0].row, {cell.column for cell in first}) if table.headerRowCount == 1 else (0, set())
    for name, defined in book.defined_names.items():
        for title, area in defined.destinations:
            if name.startswith("ColumnTitle") and title == sheet.title:
                row = sheet[area].row
                return row, {cell.column for cell in sheet[row] if cell.value}
    return 0, set()


def faults(content: bytes, lang: Language) -> Iterator[str]:
    """Yield what keeps somebody from reading a workbook."""
    book: Any = load_workbook(BytesIO(content), rich_text=True)
    if not book.properties.title or book.properties.language != f"{lang.value}-CA":
        yield "the file has no title or not its language"
    for sheet in (sheet for sheet in book.worksheets if sheet.sheet_state == "visible"):
        row, columns = headings_of(sheet, book)
        if sheet.title in (REPORTS_SHEET, PROBLEMS_SHEET) or sheet.tables or len(book.worksheets) < 3:
            used = {cell.column for cells in sheet.iter_rows(min_row=row + 1) for cell in cells if cell.value}
            if row == 0 or not used <= columns or sheet.print_title_rows != f"${row}:${row}":
                yield f"{sheet.title}: a column without a heading"
            if sheet.freeze_panes is None:
                yield f"{sheet.title}: the headings scroll away"
        if sheet._images or sheet._charts:
            yield f"{sheet.title}: a picture"
        merged = {at for area in sheet.merged_cells.ranges for at in area.cells if at[0] > row > 0}
        if any(sheet.cell(*at).value for at in merged if at[0] < sheet.max_row):
            yield f"{sheet.title}: merged cells among the rows"
        for cell in (cell for cells in sheet.iter_rows() for cell in cells if cell.value not in (None, "")):
            ground = cell.fill.start_color.rgb[2:] if cell.fill.fill_type == "solid" else WHITE
            if min(contrast(colour, ground) for colour in text_colours(cell)) < LEAST_CONTRAST and cell.row != CODES_ROW:
                yield f"{sheet.title}!{cell.coordinate}: too little contrast"
            if cell.hyperlink is not None and str(cell.value).casefold() in VAGUE_LINKS:
                yield f"{sheet.title}!{cell.coordinate}: a link that does not say where it leads"


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("name", list(FILES))
def test_workbook_has_title_language_headings_and_contrast(name: str, lang: Language) -> None:
    assert list(faults(FILES[name](lang), lang)) == []


def test_data_with_tables_follow_the_schemas_of_office(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    path.write_bytes(FILES["data"](Language.FR))
    errors = OpenXmlValidator(file_format=FileFormat.OFFICE_2019, max_errors=100).validate(path).errors
    assert [error.description for error in errors] == []


@pytest.mark.parametrize(
    ("name", "part", "old", "new"),
    [
        ("list", "docProps/core.xml", "en-CA", "fr-CA"),
        ("list", "xl/tables/table1.xml", 'headerRowCount="1"', 'headerRowCount="0"'),
        ("reports", "xl/workbook.xml", "ColumnTitle_2", "Elsewhere"),
        ("reports", "xl/styles.xml", 'rgb="FF26374A"', 'rgb="FFE0E0E0"'),
    ],
)
def test_planted_fault_of_a_workbook_is_found(name: str, part: str, old: str, new: str) -> None:
    parts = unpack(FILES[name](Language.EN))
    text = parts[part].decode()
    assert old in text
    assert list(faults(pack({**parts, part: text.replace(old, new).encode()}), Language.EN)) != []


def test_status_in_the_reports_is_a_word_whatever_its_colour() -> None:
    """Yellow, red and blue cells only repeat what the list of problems and the comments say."""
    book: Any = load_workbook(BytesIO(_annotated(Language.EN)))
    marked = [cell for row in book[REPORTS_SHEET].iter_rows(min_row=5) for cell in row if cell.comment is not None]
    listed = {row[0].value for row in book[PROBLEMS_SHEET].iter_rows(min_row=4) if row[0].value}
    assert marked
    assert all(cell.coordinate in listed and cell.comment.text for cell in marked)
