"""Write sheets as an .xlsx file. The same sheets give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogwg.workbook.sheets import Sheet, column_letters, quoted_name


@dataclass(frozen=True, slots=True)
class BookProperties:
    """The document properties of the file."""

    title: str
    subject: str
    creator: str
    language: str
    written_at: datetime


def write_package(
    sheets: Sequence[Sheet], properties: BookProperties, names: Sequence[tuple[str, str]] = (), opened: int = 0
) -> bytes:
    """Return the workbook. ``names`` are defined names with their ranges; ``opened`` is the index of the sheet that is shown
    first.
    """
    # Imported here because importing openpyxl is slow, and most requests write no workbook.
    from cogwg.workbook.openpyxl_book import build_book

    return build_book(sheets, properties, names, opened)


def fixed_area(sheet: str, column: int, first: int, last: int) -> str:
    """Return the range of rows in one column of a sheet, as it is written in a defined name."""
    letters = column_letters(column)
    return f"{quoted_name(sheet)}!${letters}${first}:${letters}${last}"
