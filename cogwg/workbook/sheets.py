"""Sheets to write, as values: texts with their styles, and validation and colour rules.

This module does not depend on reports or plans.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import Literal

LINE_HEIGHT, HEIGHT_LIMIT = 13.5, 409.0


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a cell. Colours are RGB in hexadecimal; ``fill`` may be empty."""

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
    """A text in a cell. All cells are written as text, so that no code becomes a number and no text a formula."""

    text: str
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Validation:
    """What the cells of a range accept, with the message for anything else. A list refers to its choices by a defined name.

    Texts are cut at the limits of spreadsheets: 255 characters for a message, 32 for its title.
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
    """A colour that cells of a range have while a formula is true; the formula is written for the range's first cell."""

    area: str
    formula: str
    fill: str
    colour: str = "1B2733"


@dataclass(slots=True)
class Sheet:
    """A sheet. Rows and columns are counted from 1. A row or column without a height or width has the default one."""

    name: str
    widths: dict[int, float] = field(default_factory=dict)
    cells: dict[tuple[int, int], TextCell] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    text_columns: dict[int, Look] = field(default_factory=dict)
    """The look of the empty cells of a column, including those in rows that people insert."""
    frozen_at: tuple[int, int] = (1, 1)
    """The first row and the first column that are not frozen."""
    filtered: str = ""
    headings_at: tuple[int, int] | None = None
    """The row with the headings of the columns, and the first column with a heading."""
    validations: list[Validation] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    """Links within the workbook: the target of each cell, such as ``'Reports'!C5``."""
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    selected: tuple[int, int] = (1, 1)
    is_hidden: bool = False
    tab_colour: str = ""
    repeated_rows: tuple[int, int] | None = None
    repeated_columns: str = ""
    """The columns, such as A:B, that are repeated at the left of each printed page."""
    pages: tuple[int, int] = (1, 0)
    """The number of printed pages across and down; 0 for as many as needed."""

    def write(self, row: int, column: int, text: str, look: Look = Look()) -> None:
        """Set the text and look of a cell."""
        self.cells[row, column] = TextCell(text, look)

    def fit_height(self, row: int, least: float = 0) -> None:
        """Set the height of a row so that all of its texts can be read, because programs do not do this when they
        open a file.
        """
        lines = [
            line_count(cell.text, width, cell.look) * cell.look.size / 10
            for column, width in self.widths.items()
            if (cell := self.cells.get((row, column)))
        ]
        self.heights[row] = min(max(LINE_HEIGHT * max(lines, default=1) + 3, least), HEIGHT_LIMIT)


def line_count(text: str, width: float, look: Look) -> int:
    """Estimate how many lines a text takes in a column of this width (in characters)."""
    room = max(width * 10 / look.size * (0.92 if look.bold else 1.0), 1)
    return sum(max(1, ceil(len(line) * 1.04 / room)) for line in text.split("\n"))


def column_letters(number: int) -> str:
    """Return the letters of a column, such as A for 1 and AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return the address of a cell, such as D12."""
    return f"{column_letters(column)}{row}"


def quoted_name(sheet: str) -> str:
    """Return the name of a sheet in quotes, as it is written in formulas."""
    return "'" + sheet.replace("'", "''") + "'"
