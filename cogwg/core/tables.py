"""Export of lists: any list becomes a ``Table``, which can be written as an .xlsx or .csv file.

Headings are bilingual, cells are typed, and text stays text: no cell becomes a formula in either file. This module does not
depend on what a list is about or who requested it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO, StringIO
from math import ceil
from typing import Any
from urllib.parse import quote

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language

YES = Bilingual("yes", "oui")
CELL_LIMIT = 32_767
SHEET_NAME_LIMIT = 31
TRUNCATION_MARK = Bilingual(" … [shortened to fit the cell]", " … [abrégé pour tenir dans la cellule]")
IN_LANGUAGE = {Language.EN: Bilingual("in English", "en anglais"), Language.FR: Bilingual("in French", "en français")}
SAMPLE_LABEL = Bilingual("Sample data", "Données fictives")
SAMPLE_NOTE = Bilingual("Sample data: fictional reports", "Démonstration\u00a0: rapports fictifs")
_XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_DELIMITERS = {Language.EN: ",", Language.FR: ";"}
"""The separator of CSV files that spreadsheets expect with Canadian settings in each language."""
_FORMULA_AFTER_SEPARATOR = re.compile(r'([;,|\t\n][ \xa0"]*)(?=[=+\-@])')
_LIKE_A_NUMBER = re.compile(r"[\d.,/:-]*\d[\d.,/:-]*(?:[eE]\d+)?", re.ASCII)
_HEIGHT_LIMIT, _LINE_HEIGHT, _WIDTH_LIMIT = 409, 15, 255
"""Excel's limits for the height of a row, in points, and the width of a column, in characters; a line takes 15 points."""
_LINK_COLOUR = "0563C1"

Cell = Bilingual | str | int | date | datetime | tuple[str, ...] | None
"""Text in both languages or in one, a number, a date, a date and time (written with its UTC offset), URLs (each in a column of
its own), or None for an empty cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its heading; ``width`` is in characters, as a spreadsheet counts them."""

    heading: Bilingual
    width: int = 16


@dataclass(frozen=True, slots=True)
class Table:
    """A list to export. ``name`` is the name of the file and the sheet, and ``as_of`` is the day of the data.

    ``sheet_title`` is a shorter name for the sheet, if ``name`` is too long for one. With ``sample``, the file name says that
    the reports are fictional, and so do the rows with the indexes ``sample_rows`` or, if it is None, all rows.
    """

    name: Bilingual
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    as_of: date
    sample: bool = False
    sheet_title: Bilingual = EMPTY_TEXT
    sample_rows: frozenset[int] | None = None

    @property
    def columns_and_rows(self) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...]]:
        """The columns and rows of the files: each link in its own column and, for sample data, a column that says so."""
        spans = [_link_count(n, self.rows) for n in range(len(self.columns))]
        columns = tuple(
            replace(column, heading=_numbered(column.heading, number)) if number > 1 else column
            for column, span in zip(self.columns, spans, strict=True)
            for number in range(1, span + 1)
        )
        rows = tuple(
            tuple(part for cell, span in zip(row, spans, strict=True) for part in _spread(cell, span)) for row in self.rows
        )
        if not self.sample:
            return columns, rows
        return (*columns, Column(SAMPLE_LABEL, 26)), tuple(
            (*row, SAMPLE_NOTE if self.sample_rows is None or n in self.sample_rows else None) for n, row in enumerate(rows)
        )


def file_name(table: Table, kind: str, lang: Language) -> str:
    """Return the file name, such as work-plan-2020-activities-2020-09-24-en.csv."""
    parts = (
        slug(table.name.text(lang)),
        slug(SAMPLE_LABEL.text(lang)) if table.sample else "",
        table.as_of.isoformat(),
        lang.value,
    )
    return f"{'-'.join(filter(None, parts))}.{kind}"


def as_csv(table: Table, lang: Language) -> bytes:
    """Return UTF-8 CSV with a byte order mark, CRLF and ISO dates, separated by commas or, in French, by semicolons.

    An apostrophe is put before text that a spreadsheet would run as a formula or turn into a number or date, such as the code
    3.10. Within a text, it is also put before a formula that follows a separator, because the file may be opened with another
    separator.
    """
    columns, rows = table.columns_and_rows
    out = StringIO()
    writer = csv.writer(out, delimiter=_DELIMITERS[lang], lineterminator="\r\n")
    writer.writerow([_escape_formula(column.heading.text(lang)) for column in columns])
    for row in rows:
        writer.writerow([_csv_text(cell, lang) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(table: Table, lang: Language) -> bytes:
    """Return a workbook with one sheet, a frozen header row and filters. Text is written as text, and days as dates."""
    return as_workbook((table,), lang)


def as_workbook(tables: tuple[Table, ...], lang: Language) -> bytes:
    """Return a workbook with a sheet for each table, as ``as_xlsx`` writes it. The title of the workbook is the name of the
    first table.
    """
    out = BytesIO()
    _workbook(tables, lang).save(out)
    return out.getvalue()


def as_reproducible_workbook(tables: tuple[Table, ...], lang: Language, *, title: str, note: str = "") -> bytes:
    """Return a workbook as ``as_workbook`` does, but with this title and note. Its bytes depend only on the arguments."""
    from cogwg.core.office_files import PROPERTIES_PART, pack, with_fixed_times
    from cogwg.core.xlsx_files import BookWriter, compatible_parts, write_parts

    book = _workbook(tables, lang)
    book.properties.title, book.properties.description = xml_safe(title), xml_safe(note) or None
    parts = write_parts(lambda archive: BookWriter(book, archive))
    parts[PROPERTIES_PART] = with_fixed_times(parts[PROPERTIES_PART], tables[0].as_of)
    return pack(compatible_parts(parts))


def _workbook(tables: tuple[Table, ...], lang: Language) -> Any:
    # Imported here because it takes as long as importing the rest of the product, and most commands write no workbook.
    from openpyxl import Workbook

    book: Any = Workbook()
    used_names: set[str] = set()
    for number, table in enumerate(tables):
        sheet = book.create_sheet() if number else book.active
        sheet.title = unique_sheet_name((table.sheet_title or table.name).text(lang), used_names)
        _write_sheet(sheet, table, lang)
    _set_properties(book, tables[0], lang)
    return book


def _write_sheet(sheet: Any, table: Table, lang: Language) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    columns, rows = table.columns_and_rows
    columns = tuple(replace(column, width=_wide_enough(column, n, rows, lang)) for n, column in enumerate(columns))
    wrapped = Alignment(wrap_text=True, vertical="top")
    sheet.append([column.heading.text(lang) for column in columns])
    for n, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(n)].width = column.width
        head = sheet.cell(1, n)
        head.font, head.fill, head.alignment = Font(bold=True), PatternFill("solid", fgColor="EEF3F9"), wrapped
    for number, row in enumerate(rows, 2):
        lines = []
        for n, cell in enumerate(row, 1):
            target = sheet.cell(number, n)
            target.alignment = wrapped
            lines.append(_write_cell(target, cell, lang, columns[n - 1].width))
            if isinstance(cell, tuple) and target.value:
                target.hyperlink, target.font = _link_target(cell[0]), Font(color=_LINK_COLOUR, underline="single")
        sheet.row_dimensions[number].height = min(_LINE_HEIGHT * max(lines, default=1), _HEIGHT_LIMIT)
    sheet.freeze_panes = "A2"
    _mark_headings(sheet)
    _set_print_layout(sheet, table, lang)


def _mark_headings(sheet: Any) -> None:
    """Make the rows an Excel table, so that screen readers know its headings. A table needs at least one row, and no two
    headings may be the same.
    """
    from openpyxl.worksheet.table import Table as SheetTable

    headings = [str(cell.value or "") for cell in sheet[1]]
    if sheet.max_row == 1 or not all(headings) or len({heading.casefold() for heading in headings}) < len(headings):
        sheet.auto_filter.ref = sheet.dimensions
        return
    number = sum(len(other.tables) for other in sheet.parent.worksheets) + 1
    sheet.add_table(SheetTable(displayName=f"{table_words(sheet.title)}_{number}", ref=sheet.dimensions))


WRITERS: Mapping[str, tuple[Callable[[Table, Language], bytes], str]] = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""The writer and the media type of each file format."""


def _write_cell(target: Any, cell: Cell, lang: Language, width: int) -> int:
    """Write one cell and return how many lines it takes."""
    if isinstance(cell, date) and not isinstance(cell, datetime):
        target.value, target.number_format = cell, "yyyy-mm-dd"
        return 1
    if isinstance(cell, int):
        target.value = cell
        return 1
    plain = truncate_to_cell(_cell_text(cell, lang), lang)
    if not plain:
        return 1
    target.value = escape_for_xlsx(plain)
    target.data_type = "s"
    if is_formula_like(plain):
        target.quotePrefix = True
    return _line_count(plain, width)


def _line_count(text: str, width: int) -> int:
    return sum(max(1, ceil(len(line) * 1.1 / width)) for line in text.split("\n"))


def _wide_enough(column: Column, n: int, rows: tuple[tuple[Cell, ...], ...], lang: Language) -> int:
    """Return the column's width or, if a text would not fit in the highest possible row, a greater width at which it fits.

    The width never exceeds Excel's limit.
    """
    texts = [_cell_text(row[n], lang) for row in rows if isinstance(row[n], str | Bilingual | tuple)]
    width, most = column.width, _HEIGHT_LIMIT // _LINE_HEIGHT
    while width < _WIDTH_LIMIT and any(_line_count(text, width) > most for text in texts if len(text) > most):
        width += 1
    return width


def _link_count(n: int, rows: tuple[tuple[Cell, ...], ...]) -> int:
    return max((len(cell) for row in rows if isinstance(cell := row[n], tuple)), default=1) or 1


def _spread(cell: Cell, span: int) -> tuple[Cell, ...]:
    """Return a cell as ``span`` cells: one for each of its links (or the cell itself, if it has none), then empty cells."""
    if isinstance(cell, tuple):
        return tuple((link,) for link in cell) + (None,) * (span - len(cell))
    return (cell,) + (None,) * (span - 1)


def _numbered(heading: Bilingual, number: int) -> Bilingual:
    return Bilingual(f"{heading.en} ({number})", f"{heading.fr} ({number})")


def _link_target(url: str) -> str:
    """Return a URL as workbooks store it: percent-encoded, except for characters that have a meaning in a URL."""
    return quote(xml_safe(url), safe="!#$%&'()*+,/:;=?@[]~")


def _set_print_layout(sheet: Any, table: Table, lang: Language) -> None:
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_LETTER
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text = f"{SAMPLE_NOTE.text(lang)} – " * table.sample + table.as_of.isoformat()
    sheet.oddFooter.right.text = "&P / &N"


def _set_properties(book: Any, table: Table, lang: Language) -> None:
    made = datetime(table.as_of.year, table.as_of.month, table.as_of.day)  # noqa: DTZ001
    properties = book.properties
    properties.title, properties.language = xml_safe(table.name.text(lang)), f"{lang.value}-CA"
    properties.creator, properties.created, properties.modified = "COGWG" if lang is Language.EN else "GTCGO", made, made


def _csv_text(cell: Cell, lang: Language) -> str:
    if isinstance(cell, int):
        return str(cell)
    text = _cell_text(cell, lang)
    if isinstance(cell, date):
        return text
    return f"'{text}" if _LIKE_A_NUMBER.fullmatch(text) else _escape_formula(text)


def _cell_text(cell: Cell, lang: Language) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, tuple):
        return xml_safe("".join(cell))
    if isinstance(cell, Bilingual):
        return text_with_language_mark(cell, lang)
    return cell.isoformat() if isinstance(cell, date) else xml_safe(str(cell))


def _escape_formula(text: str) -> str:
    text = _FORMULA_AFTER_SEPARATOR.sub(r"\1'", text)
    return f"'{text}" if is_formula_like(text) else text


def text_with_language_mark(text: Bilingual, lang: Language) -> str:
    """Return a text in this language, or in the other one with a note such as "(in French)"."""
    localized = text.localized(lang)
    plain = xml_safe(localized.text)
    return plain if not plain or localized.lang is lang else f"{plain} ({IN_LANGUAGE[localized.lang].text(lang)})"


def xml_safe(text: str) -> str:
    """Return text without the characters that XML forbids, with LF line endings."""
    return _XML_FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escape_for_xlsx(text: str) -> str:
    """Escape text for a workbook, so that a literal ``_x0041_`` is not read as "A"."""
    return _ESCAPE_LIKE.sub("_x005F_", text) if "_x" in text else text


def is_formula_like(text: str) -> bool:
    """Return whether a spreadsheet might take the text for a formula."""
    return text.startswith(_FORMULA_STARTS)


def truncate_to_cell(text: str, lang: Language) -> str:
    """Return text within Excel's limit for a cell; longer text ends with a note that it was shortened."""
    if 2 * len(text) <= CELL_LIMIT or _utf16_length(text) <= CELL_LIMIT:
        return text
    mark = TRUNCATION_MARK.text(lang)
    shortened = text.encode("utf-16-le")[: 2 * (CELL_LIMIT - _utf16_length(mark))].decode("utf-16-le", "ignore")
    return shortened + mark


def unique_sheet_name(text: str, used_names: set[str], suffix: str = "") -> str:
    """Return a sheet name that Excel accepts, and add it to ``used_names``.

    The name has at most 31 UTF-16 units, contains none of []:*?/\\'’, and differs from the other names by more than upper and
    lower case.
    """
    cleaned = re.sub(r"[\[\]:*?/\\'’]+", " ", xml_safe(text))
    cleaned = re.sub(r"\s+", " ", cleaned).strip() or "–"
    for n in range(1, 10_000):
        end = suffix if n == 1 else f"{suffix} #{n}"
        max_bytes = 2 * (SHEET_NAME_LIMIT - _utf16_length(end))
        name = cleaned.encode("utf-16-le")[:max_bytes].decode("utf-16-le", "ignore").rstrip() + end
        if name.casefold() not in used_names:
            used_names.add(name.casefold())
            return name
    raise ValueError("too many sheets of one name")


def table_words(text: str) -> str:
    """Return the text in a form that the name of an Excel table can begin with, such as "Work_plan_2020"."""
    words = slug(text).replace("-", "_")
    return words.capitalize() if words[:1].isalpha() else f"Table_{words}"


def slug(text: str) -> str:
    """Return the text as lowercase ASCII words joined by hyphens, at most 60 characters, safe on every file system."""
    plain = text.casefold().replace("œ", "oe").replace("æ", "ae")
    unaccented = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", unaccented)[:60].strip("-")


def _utf16_length(text: str) -> int:
    return len(text) + sum(c > "\uffff" for c in text)
