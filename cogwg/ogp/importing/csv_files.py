"""Read a CSV file as rows of texts. It must be encoded in UTF-8 and have headings in the first row."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from cogwg.core.bilingual import clean_text
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import grouped_number
from cogwg.imports.previews import Cell, Problem
from cogwg.imports.rules import MIB

FILE_LIMIT = 10 * MIB
"""The size limit of a file, in bytes. A published file of 106 indicators in 12 quarters has about 4 MB."""
ROW_LIMIT, COLUMN_LIMIT = 10_000, 100
CELL_LIMIT = 20_000
"""The most characters of a cell."""
EMPTY = N_("This file is empty. Save it again, then upload it.")
TOO_LARGE = N_("This file is larger than %(limit)s MB. Delete the rows that you do not need, then upload it again.")
NOT_TEXT = N_("This is not a CSV file. Save the table as CSV UTF-8, then upload it.")
NOT_UTF8 = N_("This file is not in UTF-8. Save it as “CSV UTF-8”, then upload it.")
ONE_COLUMN = N_(
    "The columns of this file are separated by neither commas nor semicolons. Save it as CSV UTF-8, then upload it."
)
BROKEN = N_(
    "Row %(row)s cannot be read: a closing quote is missing or a cell is very long. Correct the row, then upload the file."
)
TOO_MANY_ROWS = N_("This file has more than %(limit)s rows. Upload it in parts.")
TOO_MANY_COLUMNS = N_("This file has more than %(limit)s columns. Delete those that you do not need, then upload it.")
NO_ROWS = N_("This file has headings but no rows.")
REPEATED_COLUMN = N_("The heading %(column)s appears twice. Delete one of the columns, then upload the file.")
_NAME = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row: its number in a spreadsheet, where the headings are row 1, and its texts by column."""

    number: int
    texts: Mapping[str, str]

    def text(self, column: str) -> str:
        """Return the text in a column, empty if the file has no such column."""
        return self.texts.get(column, "")


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The rows of a file that are not empty. ``columns`` are the headings in lower case, with underscores."""

    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    uneven: tuple[int, ...] = ()
    """The numbers of the rows that have more cells than there are headings."""


def refusal(sentence: str, **values: Any) -> Invalid:
    """Return the error that refuses a whole file."""
    return Invalid(("file", Message(sentence, values)))


def problem(
    rule: str,
    sentence: str,
    row: int,
    column: str,
    *,
    content: str = "",
    subject: str = "",
    values: Mapping[str, Any] | None = None,
) -> Problem:
    """Return a problem in the cell with this column heading and row."""
    message = Message(sentence, dict(values or {}))
    return Problem(rule, message, (Cell(column, str(row)),), content[:200], (subject,) if subject else ())


def read_table(data: bytes) -> CsvTable:
    """Return the rows of a CSV file, whose columns are separated by commas or, as Excel saves files in French, by semicolons.

    Raises ``Invalid`` with one problem, which says what is wrong with the file and what to do.
    """
    text = _decoded(data)
    headings = text.lstrip().partition("\n")[0]
    delimiter = ";" if headings.count(";") > headings.count(",") else ","
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        columns = tuple(_NAME.sub("_", heading.strip().lower()).strip("_") for heading in next(lines, ()))
        _check_headings(columns)
        rows: list[CsvRow] = []
        uneven: list[int] = []
        number = 1
        for number, cells in enumerate(lines, 2):
            texts = [clean_text(cell) for cell in cells]
            if not any(texts):
                continue
            if any(len(text) > CELL_LIMIT for text in texts):
                raise refusal(BROKEN, row=number)
            if len(rows) >= ROW_LIMIT:
                raise refusal(TOO_MANY_ROWS, limit=grouped_number(ROW_LIMIT))
            if any(texts[len(columns) :]):
                uneven.append(number)
            rows.append(CsvRow(number, dict(zip(columns, texts, strict=False))))
    except csv.Error:
        raise refusal(BROKEN, row=number + 1) from None
    if not rows:
        raise refusal(NO_ROWS)
    return CsvTable(columns, tuple(rows), tuple(uneven))


def _decoded(data: bytes) -> str:
    if not data.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise refusal(EMPTY)
    if len(data) > FILE_LIMIT:
        raise refusal(TOO_LARGE, limit=FILE_LIMIT // MIB)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refusal(NOT_UTF8)
    if (
        b"\x00" in data
        or any(byte < 9 or 13 < byte < 32 for byte in data[:65_536])
        or data.startswith((b"PK\x03\x04", b"%PDF"))
    ):
        raise refusal(NOT_TEXT)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal(NOT_UTF8) from None
    if text.lstrip()[:1] in ("<", "{"):
        raise refusal(NOT_TEXT)
    return text


def _check_headings(columns: tuple[str, ...]) -> None:
    if len(columns) > COLUMN_LIMIT:
        raise refusal(TOO_MANY_COLUMNS, limit=COLUMN_LIMIT)
    if len(columns) == 1:
        raise refusal(ONE_COLUMN)
    known = set()
    for column in filter(None, columns):
        if column in known:
            raise refusal(REPEATED_COLUMN, column=column)
        known.add(column)
