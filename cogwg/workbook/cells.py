"""Read the cells of an .xlsx file as they are: texts, numbers, dates, formulas and errors, each with its kind.

The file is read with expat instead of openpyxl, because openpyxl fails on a whole file for one bad number, reads a formula
without a value as blank, does not decode ``_x000D_``, and can take any amount of time. This reader has limits for everything
that takes memory or time, and stops with a message. For the full reasons, see docs/decisions/0018-reading-workbooks.md. This
module does not depend on reports or plans.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from io import BytesIO
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from cogwg.core.errors import N_, Invalid, Message
from cogwg.workbook.cell_texts import decoded
from cogwg.workbook.sheets import column_letters

ROW_LIMIT, COLUMN_LIMIT, SHEET_LIMIT = 5_000, 64, 50
TEXT_BUDGET = 12_000_000
"""The maximum number of characters in all shared texts of a file, and in the cells of one sheet."""
STRING_LIMIT, ELEMENT_LIMIT, CELLS_LIMIT = 300_000, 700_000, 400_000
"""The maximum numbers of shared texts in a file, of XML elements in a part, and of cells in a sheet. Rows that are only
formatted do not count."""
CHUNK = 1 << 18
UNREADABLE = (
    BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    LookupError,
    OverflowError,
)
"""The exceptions that ``zipfile`` and expat raise for damaged files, apart from ``expat.ExpatError``."""
DAMAGED = N_(
    "This file is damaged. Open it in Excel or LibreOffice, save it again as an Excel workbook (.xlsx), then upload it."
)
TOO_MANY_ROWS = N_("This sheet has more than %(limit)s rows. Copy your rows into a new workbook, then upload it.")
TOO_MUCH_TEXT = N_("This workbook contains too much text. Delete the sheets that you added, then upload it again.")
TOO_MANY_CELLS = N_("This workbook has too many formatted cells. Copy your texts into a new workbook, then upload it.")
TOO_MANY_SHEETS = N_("This workbook has more than %(limit)s sheets. Delete the sheets that you added, then upload it again.")
FORBIDDEN_XML = N_(
    "This file contains a document type declaration, which no spreadsheet program writes. "
    "Save it again as an Excel workbook (.xlsx)."
)
_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_QUOTED_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_ERRORS = frozenset(("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"))
_EMPTY_ROWS = re.compile(rb'<row r="\d+"[^<>]*(?:/>|></row>)')
"""Rows that are only formatted. A sheet may have a million of them; removing them before parsing takes a tenth of
the time that parsing them would.
"""
_ENCODINGS = ("utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1")


class CellKind(StrEnum):
    """The kind of a cell's content."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_OR_NO = "yes-or-no"
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class FileCell:
    """A cell as it is in the file. ``text`` is cleaned: for a date, it is an ISO date, and for a formula its last value."""

    kind: CellKind
    text: str


@dataclass(slots=True)
class FileSheet:
    """A sheet as it is in the file: its cells by row and column (counted from 1), its hidden rows, and its merged ranges."""

    name: str
    is_hidden: bool
    rows: dict[int, dict[int, FileCell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    has_more_columns: bool = False


def refusal(sentence: str, **values: Any) -> Invalid:
    """Return the ``Invalid`` with which a file is refused."""
    return Invalid(("file", Message(sentence, values)))


class FileBook:
    """An .xlsx file whose sheets are read one by one. Raises ``Invalid`` if the file cannot be read."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(data))
            self._names = {name.lower().lstrip("/").replace("\\", "/"): name for name in self._zip.namelist()}
        except UNREADABLE:
            raise refusal(DAMAGED) from None
        workbook = self._main_part()
        self._targets = self._relations_of(workbook)
        self._sheets: list[tuple[str, str, bool]] = []
        self._is_1904 = False
        self._parse(workbook, self._workbook_element)
        if len(self._sheets) > SHEET_LIMIT:
            raise refusal(TOO_MANY_SHEETS, limit=SHEET_LIMIT)
        self._dates = self._date_styles()
        self._strings: list[str] | None = None

    @property
    def sheets(self) -> list[tuple[str, bool]]:
        """The name of each sheet, and whether it is hidden, in order."""
        return [(name, is_hidden) for name, _, is_hidden in self._sheets]

    def part_of(self, number: int) -> str:
        """Return the name of the part of the file that contains a sheet, by the sheet's index."""
        return self._sheets[number][1]

    def read_sheet(self, number: int, rows: int = 0) -> FileSheet:
        """Return a sheet by its index; with ``rows``, only about that number of its first rows."""
        name, target, is_hidden = self._sheets[number]
        sheet = FileSheet(name, is_hidden)
        if self._strings is None:
            self._strings = self._shared_strings()
        reader = _SheetReader(sheet, self._strings, self._dates, self._is_1904, rows)
        if self._has(target):
            self._parse(target, reader.start, reader.end, reader.text, is_done=reader.is_done)
        return sheet

    def _has(self, part: str) -> bool:
        return part.lower() in self._names

    def _main_part(self) -> str:
        for kind, target in self._relations("_rels/.rels", "").values():
            if kind == "officeDocument":
                return target
        return "xl/workbook.xml"

    def _relations_of(self, part: str) -> dict[str, tuple[str, str]]:
        folder, _, name = part.rpartition("/")
        return self._relations(f"{folder}/_rels/{name}.rels".lstrip("/"), folder)

    def _relations(self, part: str, folder: str) -> dict[str, tuple[str, str]]:
        relations: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "").replace("\\", "/")
                path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                relations[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)

        if self._has(part):
            self._parse(part, start)
        return relations

    def _target(self, kind: str) -> str:
        return next((target for own, target in self._targets.values() if own == kind), "")

    def _workbook_element(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            id_ = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
            _, target = self._targets.get(id_, ("", ""))
            self._sheets.append((attributes.get("name", ""), target, attributes.get("state", "visible") != "visible"))
        elif tag == "workbookPr":
            self._is_1904 = attributes.get("date1904") in ("1", "true", "on")

    def _date_styles(self) -> list[bool]:
        """Return, for each cell style, whether it shows a number as a date."""
        formats: dict[str, str] = {}
        styles: list[bool] = []
        inside: list[str] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            inside.append(tag)
            id_ = attributes.get("numFmtId", "")
            if tag == "numFmt":
                formats[id_] = attributes.get("formatCode", "")
            elif tag == "xf" and "cellXfs" in inside[-2:]:
                is_built_in = id_.isascii() and id_.isdigit() and len(id_) < 4 and int(id_) in _BUILT_IN_DATES
                styles.append(is_built_in or _is_date_format(formats.get(id_, "")))

        part = self._target("styles")
        if part and self._has(part):
            self._parse(part, start, lambda _: inside.pop())
        return styles

    def _shared_strings(self) -> list[str]:
        part = self._target("sharedStrings")
        reader = _StringReader()
        if part and self._has(part):
            self._parse(part, reader.start, reader.end, reader.text)
        return reader.strings

    def _parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], object],
        end: Callable[[str], object] = lambda _: None,
        text: Callable[[str], object] | None = None,
        is_done: Callable[[], bool] = lambda: False,
    ) -> None:
        """Parse a part of the file. Names are passed without their namespaces.

        Raises ``Invalid`` if the part is damaged or exceeds a limit.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        left = 2 * ELEMENT_LIMIT

        def on_root(tag: str, attributes: dict[str, str]) -> None:
            """Choose the handlers, for names with a prefix in every element or, as programs usually write them, in none."""
            parser.StartElementHandler, parser.EndElementHandler = start, end
            if ":" in tag:
                parser.StartElementHandler = lambda name, own: start(name.rpartition(":")[2], own)
                parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
            start(tag.rpartition(":")[2], attributes)

        def on_doctype(*_: object) -> None:
            raise refusal(FORBIDDEN_XML)

        def on_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
            if encoding and encoding.lower() not in _ENCODINGS:
                raise refusal(DAMAGED)

        parser.XmlDeclHandler = on_declaration
        parser.StartElementHandler = on_root
        parser.StartDoctypeDeclHandler = on_doctype
        if text:
            parser.CharacterDataHandler = text
        try:
            with self._zip.open(self._names.get(part.lower(), part)) as source:
                while chunk := source.read(CHUNK):
                    chunk = _EMPTY_ROWS.sub(b"", chunk)
                    left -= (tags := chunk.count(b"<"))
                    if left < 0:
                        raise refusal(TOO_MANY_CELLS)
                    if not tags and len(chunk) == CHUNK:
                        raise refusal(DAMAGED)
                    parser.Parse(chunk, False)
                    if is_done():
                        return
            parser.Parse(b"", True)
        except (expat.ExpatError, *UNREADABLE):
            raise refusal(DAMAGED) from None


def _is_date_format(code: str) -> bool:
    plain = _QUOTED_FORMAT.sub("", code[:200]).lower()
    return ("general" not in plain and any(mark in plain for mark in "dyhs")) or bool(re.fullmatch(r"m{1,5}", plain))


class _StringReader:
    """Reads the shared texts, without phonetic readings of characters."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[str] = []
        self._is_text, self._is_beside = False, False
        self._left = TEXT_BUDGET

    def start(self, tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            self._pieces = []
        elif tag == "rPh":
            self._is_beside = True
        self._is_text = tag == "t" and not self._is_beside

    def text(self, piece: str) -> None:
        if self._is_text:
            self._left -= len(piece)
            if self._left < 0:
                raise refusal(TOO_MUCH_TEXT)
            self._pieces.append(piece)

    def end(self, tag: str) -> None:
        self._is_text = False
        if tag == "rPh":
            self._is_beside = False
        elif tag == "si":
            if len(self.strings) >= STRING_LIMIT:
                raise refusal(TOO_MUCH_TEXT)
            self.strings.append(decoded("".join(self._pieces)))


class _SheetReader:
    """Reads one sheet. Cells beyond the column limit are not stored, and rows without a value take no memory."""

    def __init__(self, sheet: FileSheet, strings: list[str], dates: list[bool], is_1904: bool, rows: int) -> None:
        self._sheet, self._strings, self._dates, self._rows = sheet, strings, dates, rows
        self._epoch = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 – a spreadsheet has no zones
        self._row, self._row_name, self._column = 0, "", 0
        self._kind, self._style = "", ""
        self._value: list[str] = []
        self._inline: list[str] = []
        self._target: list[str] | None = None
        self._is_beside, self._is_formula = False, False
        self._left, self._cells_left = TEXT_BUDGET, CELLS_LIMIT
        self._is_done = False

    def is_done(self) -> bool:
        return self._is_done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            self._row = _whole(attributes.get("r", "")) or self._row + 1
            self._row_name = str(self._row)
            self._column = 0
            if attributes.get("hidden") in ("1", "true") and len(self._sheet.hidden_rows) <= 2 * ROW_LIMIT:
                self._sheet.hidden_rows.add(self._row)
            self._is_done = bool(self._rows) and self._row > self._rows
        elif tag == "v":
            self._target = self._value
        elif tag == "f":
            self._is_formula = True
        elif tag == "rPh":
            self._is_beside = True
        elif tag == "t" and not self._is_beside:
            self._target = self._inline
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def text(self, piece: str) -> None:
        if self._target is not None:
            self._left -= len(piece)
            if self._left < 0:
                raise refusal(TOO_MUCH_TEXT)
            self._target.append(piece)

    def end(self, tag: str) -> None:
        self._target = None
        if tag == "rPh":
            self._is_beside = False
        elif tag == "c":
            self._end_cell()

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cells_left -= 1
        if self._cells_left < 0:
            raise refusal(TOO_MANY_CELLS)
        self._column += 1
        name = attributes.get("r", "")
        column = _FIRST_COLUMNS.get(letters := name.rstrip("0123456789"))
        if column and name[len(letters) :] == self._row_name:
            self._column = column
        elif place := _PLACE.fullmatch(name):
            self._column = _column_number(place[1])
            self._row, self._row_name = int(place[2]), place[2]
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._value, self._inline, self._is_formula = [], [], False

    def _end_cell(self) -> None:
        cell = self._cell()
        if cell is None:
            return
        if self._column > COLUMN_LIMIT:
            self._sheet.has_more_columns = True
            return
        row = self._sheet.rows.get(self._row)
        if row is None:
            if len(self._sheet.rows) >= ROW_LIMIT + 20:
                raise refusal(TOO_MANY_ROWS, limit=ROW_LIMIT)
            row = self._sheet.rows[self._row] = {}
        row[self._column] = cell
        self._left -= len(cell.text) if self._kind == "s" else 0
        if self._left < 0:
            raise refusal(TOO_MUCH_TEXT)

    def _cell(self) -> FileCell | None:
        """Return the cell, or None if it is empty."""
        value = "".join(self._value)
        if self._kind == "e":
            return FileCell(CellKind.FORMULA if self._is_formula else CellKind.ERROR, decoded(value))
        kind, text = self._typed(value)
        if self._is_formula:
            return FileCell(CellKind.FORMULA, text)
        if kind is CellKind.TEXT and text in _ERRORS:
            return FileCell(CellKind.ERROR, text)
        return FileCell(kind, text) if text else None

    def _typed(self, value: str) -> tuple[CellKind, str]:
        if self._kind == "s":
            number = _whole(value.strip())
            return CellKind.TEXT, self._strings[number] if number is not None and number < len(self._strings) else ""
        if self._kind == "inlineStr":
            return CellKind.TEXT, decoded("".join(self._inline) or value)
        if self._kind == "b":
            return CellKind.YES_OR_NO, {"1": "TRUE", "0": "FALSE"}.get(value.strip(), decoded(value))
        if self._kind == "d":
            return CellKind.DATE, decoded(value).removesuffix("T00:00:00").replace("T", " ")
        if self._kind == "n" and value:
            return self._number(value.strip())
        return CellKind.TEXT, decoded(value)

    def _number(self, value: str) -> tuple[CellKind, str]:
        try:
            number = float(value) if len(value) < 400 else float("nan")
        except ValueError:
            return CellKind.TEXT, decoded(value)
        style = _whole(self._style) or 0
        if style < len(self._dates) and self._dates[style] and 0 <= number < 2_958_466:
            moment = self._epoch + timedelta(seconds=round(number * 86_400))
            return CellKind.DATE, moment.isoformat(" ", "minutes").removesuffix(" 00:00")
        if number == number and abs(number) < 1e15 and number == int(number):
            return CellKind.NUMBER, str(int(number))
        return CellKind.NUMBER, repr(number)

    def _merge(self, area: str) -> None:
        first, _, last = area.partition(":")
        start, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
        if start and end and len(self._sheet.merged) < ROW_LIMIT:
            span = (int(start[2]), _column_number(start[1]), int(end[2]), _column_number(end[1]))
            self._sheet.merged.append(span)


_FIRST_COLUMNS = {column_letters(number): number for number in range(1, COLUMN_LIMIT + 1)}


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


def _column_number(letters: str) -> int:
    number = 0
    for character in letters.upper():
        number = number * 26 + ord(character) - 64
    return number
