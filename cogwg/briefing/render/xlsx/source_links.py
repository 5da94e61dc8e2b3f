"""The source of each fact on a sheet: a link to its row in the list of sources, or else a message beside the cell.

LibreOffice shows the text of a linked cell on one line and in its own blue, so only numbers or, if there are none, a short
navy text in a table row have links. If a row has neither for a source, its cells have an input message, which shows the source
when a cell is selected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import ContentBox, LaidOutPage, PageLine, Para
from cogwg.core.tables import xml_safe

_MESSAGE_LIMIT = 255
"""The maximum length of an input message and of a link's screen tip, in characters."""
_USED_SHARE = 0.94
"""The share of a cell's width that a linked text may use, because applications measure texts differently."""


def entry_locations(pages: Iterable[tuple[str, LaidOutPage]]) -> dict[int, str]:
    """Map the number of each entry in the list of sources to its cell. ``pages`` are the pages of the list with the names of
    their sheets.
    """
    locations: dict[int, str] = {}
    for sheet_name, page in pages:
        for row, (line, _) in enumerate(page.lines, 1):
            if line.source_entry:
                locations.setdefault(line.source_entry, f"'{sheet_name}'!A{row}")
    return locations


@dataclass(frozen=True, slots=True)
class SourceLinks:
    """Writes the links and messages. ``locations`` maps the number of each entry to its cell."""

    context: RenderContext
    locations: Mapping[int, str]

    def write(self, sheet: Worksheet, page: LaidOutPage) -> None:
        """Add the source of each fact to a sheet whose cells have already been written."""
        messages: dict[int, list[str]] = {}
        uneven = _uneven_columns(page)
        for row, (line, _) in enumerate(page.lines, 1):
            for number, boxes in _boxes_by_source(line).items():
                linked = _linked_columns(line, boxes, page.body.columns, uneven) if number in self.locations else []
                for at in linked:
                    self._link(sheet, row, at + 1, number)
                if not linked:
                    messages.setdefault(number, []).extend(f"{get_column_letter(at + 1)}{row}" for at in boxes)
        for number, cells in messages.items():
            message = DataValidation(
                showInputMessage=True,
                promptTitle=self.context.translate(wording.SOURCE),
                prompt=self._tip(number),
                sqref=" ".join(cells),
            )
            sheet.add_data_validation(message)

    def _link(self, sheet: Worksheet, row: int, column: int, number: int) -> None:
        cell: Any = sheet.cell(row, column)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=self.locations[number], tooltip=self._tip(number))

    def _tip(self, number: int) -> str:
        """Return the entry in at most ``_MESSAGE_LIMIT`` characters, beginning with its number."""
        text = xml_safe(f"{number}. {self.context.sources.entry(number).text(self.context.lang)}")
        return shorten(text, _MESSAGE_LIMIT, placeholder=" …")


def _boxes_by_source(line: PageLine) -> dict[int, dict[int, ContentBox]]:
    """Return the boxes of a line that state facts, grouped by the number of their source and keyed by column."""
    grouped: dict[int, dict[int, ContentBox]] = {}
    for at, box in line.boxes.items():
        number = line.source_of(box)
        if number and box.has_fact and not box.url and box.target_slide is None:
            grouped.setdefault(number, {})[at] = box
    return grouped


def _uneven_columns(page: LaidOutPage) -> frozenset[int]:
    """Return the columns in which only some texts are short. They get no links, so that all texts of a column have the same
    colour.
    """
    columns = page.body.columns
    texts = [
        (at, _is_short(box, columns, at))
        for line, _ in page.lines
        for boxes in _boxes_by_source(line).values()
        for at, box in boxes.items()
        if box.style.colour == styles.NAVY and box.value is None
    ]
    return frozenset(at for at, is_short in texts if not is_short) & {at for at, is_short in texts if is_short}


def _linked_columns(
    line: PageLine, boxes: Mapping[int, ContentBox], columns: tuple[int, ...], uneven: frozenset[int]
) -> list[int]:
    """Return the columns of the boxes that get a link: all numbers or, in a table row without numbers, the first short text."""
    numbers = [at for at, box in boxes.items() if box.value is not None]
    if numbers or not line.is_table_row:
        return numbers
    return [at for at, box in boxes.items() if at not in uneven and _is_short(box, columns, at)][:1]


def _is_short(box: ContentBox, columns: tuple[int, ...], at: int) -> bool:
    """Return whether a text looks the same with a link in every application, that is, whether it is one plain line in navy."""
    if box.style.colour != styles.NAVY or box.paras != (Para(box.text, lang=box.paras[0].lang),):
        return False
    one_line = ContentBox(box.style, (Para("x"),)).height(columns[at])
    return box.height(int(sum(columns[at : at + box.span]) * _USED_SHARE)) <= one_line
