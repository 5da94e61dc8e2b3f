"""Sheets to write, as values: texts with their styles, and the spreadsheet's rules for them.

Does not depend on reports or plans.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import Literal

LINE_HEIGHT, HEIGHT_LIMIT = 13.5, 409.0


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a cell. Colours are RGB; ``fill`` may be empty."""

    size: float = 10
    bold: bool = False
    italic: bool = False
    colour: str = "1B2733"
    fill: str = ""
    is_framed: bool = False
    is_link: bool = False
    is_centred: bool = False


@dataclass(frozen=True, slots=True)
class TextCell:
    """A text in a cell: every cell that is written holds text, so that no code becomes a number and no text a formula."""

    text: str
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Validation:
    """What cells of a range accept, with the message for anything else. A list names its choices by a defined name.

    Texts longer than a spreadsheet shows are cut: 255 characters of a message, 32 of its title.
    """

    area: str
    kind: Literal["list", "custom", "textLength"]
    formula: str
    title: str
    message: str
    prompt: str = ""
    prompt_title: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A colour that cells of a range have while a formula is true; the formula is that of the range's first cell."""

    area: str
    formula: str
    fill: str
    colour: str = "1B2733"


@dataclass(slots=True)
class Sheet:
    """A sheet. Rows and columns count from 1; a height or width that is missing is the usual one."""

    name: str
    widths: dict[int, float] = field(default_factory=dict)
    cells: dict[tuple[int, int], TextCell] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    text_columns: dict[int, Look] = field(default_factory=dict)
    """The look of the empty cells of a column, also in rows that people insert."""
    frozen_at: tuple[int, int] = (1, 1)
    """The first row and column that scroll."""
    filtered: str = ""
    headings_at: tuple[int, int] | None = None
    """The row of the headings of its columns, and the first column that has one."""
    validations: list[Validation] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    """Links within the workbook: a place such as ``'Reports'!C5``."""
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    selected: tuple[int, int] = (1, 1)
    is_hidden: bool = False
    tab_colour: str = ""
    repeated_rows: tuple[int, int] | None = None
    repeated_columns: str = ""
    """The columns, such as A:B, that each printed page begins with."""
    pages: tuple[int, int] = (1, 0)
    """How many pages wide and high it is printed; 0 is as many as it takes."""

    def write(self, row: int, column: int, text: str, look: Look = Look()) -> None:
        """Write a text."""
        self.cells[row, column] = TextCell(text, look)

    def fit_height(self, row: int, least: float = 0) -> None:
        """Set the height of a row so that each of its texts is readable, because no program does this on opening."""
        lines = [
            line_count(cell.text, width, cell.look) * cell.look.size / 10
            for column, width in self.widths.items()
            if (cell := self.cells.get((row, column)))
        ]
        self.heights[row] = min(max(LINE_HEIGHT * max(lines, default=1) + 3, least), HEIGHT_LIMIT)


def line_count(text: str, width: float, look: Look) -> int:
    """Return about how many lines a text takes in a column of this width, in characters."""
    room = max(width * 10 / look.size * (0.92 if look.bold else 1.0), 1)
    return sum(max(1, ceil(len(line) * 1.04 / room)) for line in text.split("\n"))


def column_letters(number: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return the address of a cell, such as D12."""
    return f"{column_letters(column)}{row}"


def quoted_name(sheet: str) -> str:
    """Return the name of a sheet as it is written in formulas."""
    return "'" + sheet.replace("'", "''") + "'"
