"""Write one measured page to a worksheet: cells, heights, links, tables and print settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
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
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.page import ContentBox, LaidOutPage, Para, TableSpan
from cogwg.briefing.render.pages.styles import FONT_FACE, Style
from cogwg.briefing.render.pages.translator import Translator
from cogwg.briefing.render.xlsx import chart
from cogwg.briefing.render.xlsx.drawing import anchored_shapes
from cogwg.briefing.render.xlsx.source_links import SourceLinks
from cogwg.core.tables import escape_for_xlsx, is_formula_like, slug, truncate_to_cell

Cell = Any
"""A cell of openpyxl, whose types do not declare the style array."""
DIGIT_WIDTH = 9
"""The width in px of a digit in the Normal font, Arial 12: Excel's unit of column width."""
_FOOTER_LIMIT = 250
_AROUND_TAB_NAME = re.compile(r"^\d+ | [(#]\d+\)?$")
_NO_TABLE_NAME = re.compile(r"([a-z]{1,3}\d+|r\d*(c\d*)?|c\d*|\d.*|)", re.IGNORECASE)
"""Names that Excel does not allow for tables: cell references, names that begin with a digit, and empty names."""


@dataclass(slots=True)
class WorkbookStyles:
    """The named styles of a workbook, created on first use."""

    book: Workbook
    known_styles: dict[tuple[Style, bool], StyleArray] = field(default_factory=dict)

    def apply(self, cell: Cell, style: Style, *, is_quoted: bool = False) -> None:
        known = self.known_styles.get((style, is_quoted))
        if known is None:
            if style.name not in self.book.named_styles:
                self.book.add_named_style(_named_style(style))
            cell.style = style.name
            cell.quotePrefix = is_quoted
            self.known_styles[style, is_quoted] = copy(cell._style)
        else:
            cell._style = known


def _named_style(style: Style) -> NamedStyle:
    side = Side(style="thin", color=styles.RULE)
    below = Side(style=style.rule, color=style.rule_colour) if style.rule else Side()
    border = Border(left=side, right=side, top=side, bottom=side) if style.is_framed else Border(bottom=below)
    mark = Side(style="thick", color=styles.INK)
    if style.marked_side == "left":
        border = Border(left=mark, right=border.right, top=border.top, bottom=border.bottom)
    elif style.marked_side == "right":
        border = Border(left=border.left, right=mark, top=border.top, bottom=border.bottom)
    return NamedStyle(
        name=style.name,
        font=_font(style),
        fill=PatternFill("solid", start_color=style.fill, end_color=style.fill) if style.fill else PatternFill(),
        alignment=Alignment(horizontal=style.horizontal, vertical=style.vertical, wrap_text=True, indent=style.indent),
        border=border,
        number_format=style.number_format,
    )


def _font(style: Style) -> Font:
    return Font(
        name=FONT_FACE,
        size=style.size,
        bold=style.bold,
        color=style.colour,
        underline="single" if style.is_underlined else None,
    )


@dataclass(frozen=True, slots=True)
class SheetWriter:
    """Writes the sheets of a workbook. It has the data that sheets need about each other."""

    styles: WorkbookStyles
    translator: Translator
    footer: str
    names: Mapping[int, str]
    """The name of each slide's first sheet, by slide number."""
    contents: int | None
    sources: SourceLinks
    heights: dict[str, list[float]] = field(default_factory=dict)
    """The row heights of each written sheet in points, by sheet name."""
    table_names: set[str] = field(default_factory=set)
    classification: str = ""
    """The classification of the document, in the header of each printed page."""
    shapes: dict[str, str] = field(default_factory=dict)
    """The anchored shapes of each written sheet that has shapes, by sheet name."""

    def write(self, sheet: Worksheet, page: LaidOutPage, slide_number_line: str) -> None:
        columns = page.body.columns
        for n, px in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(n)].width = px / DIGIT_WIDTH
        self.heights[sheet.title] = [height for _, height in page.lines]
        for n, (line, _) in enumerate(page.lines, 1):
            for at, box in line.boxes.items():
                self._box(sheet, n, at + 1, box)
        self.sources.write(sheet, page)
        for header_at, table in page.tables:
            self._table(sheet, page, header_at, table)
        self._set_print_layout(sheet, page, slide_number_line)
        self._link_to_contents(sheet, len(columns))
        if page.body.chart:
            chart.add_chart(page.body.chart, sheet, page)
        if drawn := anchored_shapes(page, self.translator.lang):
            self.shapes[sheet.title] = drawn
        if page.body.decorate:
            page.body.decorate(sheet, page)

    def _box(self, sheet: Worksheet, row: int, column: int, box: ContentBox) -> None:
        for n in range(column, column + box.span):
            self.styles.apply(sheet.cell(row, n), box.style)
        cell: Cell = sheet.cell(row, column)
        if box.value is not None:
            cell.value = box.value
        elif box.paras:
            self._text(cell, box)
        if box.url:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, target=box.url)
        elif box.target_slide is not None:
            cell.hyperlink = self._internal_link(cell, self.names[box.target_slide])
        if box.span > 1:
            first, last = get_column_letter(column), get_column_letter(column + box.span - 1)
            sheet.merged_cells.add(CellRange(f"{first}{row}:{last}{row}"))

    def _text(self, cell: Cell, box: ContentBox) -> None:
        text = truncate_to_cell(box.text, self.translator.lang)
        if is_formula_like(text):
            self.styles.apply(cell, box.style, is_quoted=True)
        is_unformatted = len(box.paras) == 1 and replace(box.paras[0], lang=None) == Para(box.paras[0].text)
        plain = is_unformatted or text != box.text
        cell._value = escape_for_xlsx(text) if plain else _RichText(box)
        cell.data_type = "s"

    @staticmethod
    def _internal_link(cell: Cell, name: str) -> Hyperlink:
        return Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1", display=str(cell.value))

    def _table(self, sheet: Worksheet, page: LaidOutPage, header_at: int, span: TableSpan) -> None:
        """Make a native table of the rows below a header, down to the last row that has a box in the table's first column."""
        last = header_at
        for n in range(header_at + 1, len(page.lines)):
            if page.is_header(n):
                break
            if page.lines[n][0].is_table_row and span.first in page.lines[n][0].boxes:
                last = n
        if last == header_at:
            return
        first, end = get_column_letter(span.first + 1), get_column_letter(span.last + 1)
        ref = f"{first}{header_at + 1}:{end}{last + 1}"
        heading = page.lines[header_at][0].boxes[span.first].text
        table: Any = Table(displayName=_table_name(sheet.title, heading, self.table_names), ref=ref)
        table.id = len(self.table_names)
        table._initialise_columns()
        for n, column in enumerate(table.tableColumns, span.first):
            column.name = page.lines[header_at][0].boxes[n].text
        if not span.is_filterable:
            table.autoFilter = None
        untyped_sheet: Any = sheet
        untyped_sheet._tables.add(table)

    def _set_print_layout(self, sheet: Worksheet, page: LaidOutPage, slide_number_line: str) -> None:
        last = f"{get_column_letter(len(page.body.columns))}{len(page.lines)}"
        sheet.print_area = f"A1:{last}"
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 1
        sheet.page_setup.fitToWidth = page.body.pages_wide
        sheet.page_setup.fitToHeight = 0 if page.body.is_endless else 1
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_options.horizontalCentered = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.55
        margins.top, margins.bottom, margins.header, margins.footer = 0.62, 0.7, 0.3, 0.35
        _set_footer(sheet.oddFooter, self.footer, slide_number_line)
        if self.classification:
            _set_footer(sheet.oddHeader, self.classification, "")

    def _link_to_contents(self, sheet: Worksheet, columns: int) -> None:
        if self.contents is None or sheet.title == self.names[self.contents]:
            return
        cell: Cell = sheet.cell(1, columns + 2, self.translator.translate(wording.BACK))
        self.styles.apply(cell, styles.LINKED_FREE)
        cell.hyperlink = self._internal_link(cell, self.names[self.contents])
        sheet.column_dimensions[get_column_letter(columns + 2)].width = 16


def _table_name(sheet_title: str, heading: str, taken_names: set[str]) -> str:
    """Return a unique ASCII name for a table: the name of its tab or, if that is taken, with the table's first
    heading added.
    """
    tab = _ascii_name(_AROUND_TAB_NAME.sub("", sheet_title))
    long = "_".join(filter(None, (tab, _ascii_name(heading).lower())))
    names = (tab, long, *(f"{long}_{n}" for n in range(2, len(taken_names) + 4)))
    name = next(name for name in names if name.lower() not in taken_names)
    taken_names.add(name.lower())
    return name


def _ascii_name(text: str) -> str:
    words = slug(text).replace("-", "_")
    return f"Table_{words}" if _NO_TABLE_NAME.fullmatch(words) else words.capitalize()


def _set_footer(footer: Any, left: str, right: str) -> None:
    for part, text in ((footer.left, left), (footer.right, right)):
        if not text:
            continue
        part.text = text
        part.size, part.font, part.color = 9, f"{FONT_FACE},Regular", styles.GREY


class _RichText(CellRichText):
    """The paragraphs of a cell, written directly as XML, because openpyxl's own text blocks are ten times slower."""

    def __init__(self, box: ContentBox) -> None:
        super().__init__([para.text for para in box.paras])
        self.box = box

    def xml(self) -> str:
        runs = []
        for n, para in enumerate(self.box.paras):
            text = escape_for_xlsx(para.text) + ("\n" if n < len(self.box.paras) - 1 else "")
            runs.append(f'<r>{self._run_properties(para)}<t xml:space="preserve">{escape(text)}</t></r>')
        return "".join(runs)

    def _run_properties(self, para: Para) -> str:
        style = self.box.style
        bold = '<b val="1" />' if (style.bold if para.bold is None else para.bold) else ""
        ink, size = para.colour or style.colour, para.size or style.size
        return f'<rPr>{bold}<sz val="{size:g}" /><color rgb="00{ink}" /><rFont val="{FONT_FACE}" /></rPr>'


def footer_text(text: str, meeting: str) -> str:
    """Return a footer within Excel's limit of 255 characters: a long ``text`` is shortened, ``meeting`` is kept."""
    spare = _FOOTER_LIMIT - 100 - len(meeting)
    shortened = text if len(text) <= spare else text[: spare - 2] + " …"
    return (shortened + meeting).replace("&", "&&")
