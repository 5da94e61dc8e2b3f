"""Writing one measured page to a worksheet: cells, heights, links, tables, and how it prints."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.looks import FACE, Look
from cogwg.briefing.render.pages.page import Box, Para, Placed, TableSpan
from cogwg.briefing.render.pages.text import Voice
from cogwg.briefing.render.xlsx import chart
from cogwg.core.tables import escape_for_xlsx, is_formula_like, truncate_to_cell

Cell = Any
"""openpyxl's cell, whose style array its types do not tell of."""
DIGIT = 9
"""The px of a digit in the Normal font, Arial 12: a column's width counts them."""
_FOOTER_LIMIT = 250


@dataclass(slots=True)
class Styles:
    """The named styles of a workbook, made when they are first used."""

    book: Workbook
    made: dict[tuple[Look, bool], StyleArray] = field(default_factory=dict)

    def put(self, cell: Cell, look: Look, *, quoted: bool = False) -> None:
        known = self.made.get((look, quoted))
        if known is None:
            if look.name not in self.book.named_styles:
                self.book.add_named_style(_named(look))
            cell.style = look.name
            cell.quotePrefix = quoted
            self.made[look, quoted] = copy(cell._style)
        else:
            cell._style = known


def _named(look: Look) -> NamedStyle:
    side = Side(style="thin", color=looks.RULE)
    below = Side(style=look.rule, color=look.rule_ink) if look.rule else Side()
    border = Border(left=side, right=side, top=side, bottom=side) if look.framed else Border(bottom=below)
    return NamedStyle(
        name=look.name,
        font=_font(look),
        fill=PatternFill("solid", start_color=look.fill, end_color=look.fill) if look.fill else PatternFill(),
        alignment=Alignment(horizontal=look.across, vertical=look.up, wrap_text=True, indent=look.indent),
        border=border,
        number_format=look.shown,
    )


def _font(look: Look) -> Font:
    return Font(name=FACE, size=look.size, bold=look.bold, color=look.ink, underline="single" if look.underlined else None)


@dataclass(frozen=True, slots=True)
class Sheets:
    """What every sheet of the workbook needs to know of the others."""

    styles: Styles
    voice: Voice
    footer: str
    names: Mapping[int, str]
    """The first sheet of each slide, by its number."""
    contents: int | None
    heights: dict[str, list[float]] = field(default_factory=dict)
    """The heights of the rows of each sheet that was written."""
    tables: list[Table] = field(default_factory=list)

    def write(self, sheet: Worksheet, placed: Placed, slide_of: str) -> None:
        columns = placed.body.columns
        for n, px in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(n)].width = px / DIGIT
        self.heights[sheet.title] = [high for _, high in placed.lines]
        for n, (line, _) in enumerate(placed.lines, 1):
            for at, box in line.boxes.items():
                self._box(sheet, n, at + 1, box)
        for table in placed.body.tables:
            self._table(sheet, placed, table)
        self._print(sheet, placed, slide_of)
        self._back(sheet, len(columns))
        if placed.body.chart:
            chart.draw(placed.body.chart, sheet, placed)
        if placed.body.decorate:
            placed.body.decorate(sheet, placed)

    def _box(self, sheet: Worksheet, row: int, column: int, box: Box) -> None:
        for n in range(column, column + box.span):
            self.styles.put(sheet.cell(row, n), box.look)
        cell: Cell = sheet.cell(row, column)
        if box.value is not None:
            cell.value = box.value
        elif box.paras:
            self._text(cell, box)
        if box.url:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, target=box.url)
        elif box.goto is not None:
            cell.hyperlink = self._inside(cell, self.names[box.goto])
        if box.span > 1:
            first, last = get_column_letter(column), get_column_letter(column + box.span - 1)
            sheet.merged_cells.add(CellRange(f"{first}{row}:{last}{row}"))

    def _text(self, cell: Cell, box: Box) -> None:
        text = truncate_to_cell(box.text, self.voice.lang)
        if is_formula_like(text):
            self.styles.put(cell, box.look, quoted=True)
        alike = len(box.paras) == 1 and box.paras[0] == Para(box.paras[0].text)
        plain = alike or text != box.text
        cell._value = escape_for_xlsx(text) if plain else _Rich(box)
        cell.data_type = "s"

    @staticmethod
    def _inside(cell: Cell, name: str) -> Hyperlink:
        return Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1", display=str(cell.value))

    def _table(self, sheet: Worksheet, placed: Placed, span: TableSpan) -> None:
        if placed.header_at is None:
            return
        last = placed.header_at
        for n, (line, _) in enumerate(placed.lines):
            if line.row and span.first in line.boxes and n > placed.header_at:
                last = n
        if last == placed.header_at:
            return
        first, end = get_column_letter(span.first + 1), get_column_letter(span.last + 1)
        ref = f"{first}{placed.header_at + 1}:{end}{last + 1}"
        table: Any = Table(displayName=f"Table_{len(self.tables) + 1}", ref=ref)
        table._initialise_columns()
        for n, column in enumerate(table.tableColumns, span.first):
            column.name = placed.lines[placed.header_at][0].boxes[n].text
        if not span.filterable:
            table.autoFilter = None
        self.tables.append(table)
        own: Any = sheet
        own._tables.add(table)

    def _print(self, sheet: Worksheet, placed: Placed, slide_of: str) -> None:
        last = f"{get_column_letter(len(placed.body.columns))}{len(placed.lines)}"
        sheet.print_area = f"A1:{last}"
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 1
        sheet.page_setup.fitToWidth = placed.body.bands
        sheet.page_setup.fitToHeight = 0 if placed.body.endless else 1
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_options.horizontalCentered = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.55
        margins.top, margins.bottom, margins.header, margins.footer = 0.62, 0.7, 0.3, 0.35
        _foot(sheet.oddFooter, self.footer, slide_of)

    def _back(self, sheet: Worksheet, columns: int) -> None:
        if self.contents is None or sheet.title == self.names[self.contents]:
            return
        cell: Cell = sheet.cell(1, columns + 2, self.voice.say(wording.BACK))
        self.styles.put(cell, looks.LINKED_FREE)
        cell.hyperlink = self._inside(cell, self.names[self.contents])
        sheet.column_dimensions[get_column_letter(columns + 2)].width = 16


def _foot(footer: Any, left: str, right: str) -> None:
    for part, text in ((footer.left, left), (footer.right, right)):
        part.text = text
        part.size, part.font, part.color = 9, f"{FACE},Regular", looks.GREY


class _Rich(CellRichText):
    """Paragraphs of a cell, written as XML at once; openpyxl's own blocks cost ten times as much."""

    def __init__(self, box: Box) -> None:
        super().__init__([para.text for para in box.paras])
        self.box = box

    def xml(self) -> str:
        runs = []
        for n, para in enumerate(self.box.paras):
            text = escape_for_xlsx(para.text) + ("\n" if n < len(self.box.paras) - 1 else "")
            runs.append(f'<r>{self._type(para)}<t xml:space="preserve">{escape(text)}</t></r>')
        return "".join(runs)

    def _type(self, para: Para) -> str:
        look = self.box.look
        bold = '<b val="1" />' if (look.bold if para.bold is None else para.bold) else ""
        ink, size = para.ink or look.ink, para.size or look.size
        return f'<rPr><rFont val="{FACE}" />{bold}<color rgb="00{ink}" /><sz val="{size:g}" /></rPr>'


def footer_text(text: str, meeting: str) -> str:
    """A footer within Excel's 255 characters: a long audience is shortened, the rest stays."""
    spare = _FOOTER_LIMIT - 100 - len(meeting)
    shown = text if len(text) <= spare else text[: spare - 2] + " …"
    return (shown + meeting).replace("&", "&&")
