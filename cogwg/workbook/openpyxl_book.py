"""Write sheets with openpyxl. This module is imported only when a workbook is written (see ``package``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.styleable import StyleableObject
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.xml.functions import Element, SubElement

from cogwg.core.office_files import pack
from cogwg.core.tables import CELL_LIMIT, escape_for_xlsx, xml_safe
from cogwg.core.xlsx_files import BookWriter, compatible_parts, set_default_font, write_parts
from cogwg.workbook.package import BookProperties
from cogwg.workbook.sheets import Look, Sheet, Validation, address, column_letters, quoted_name

_RULE, _LINK = "C5CDD6", "1F4E8C"
_MESSAGE_LIMIT, _MESSAGE_TITLE_LIMIT = 255, 32
_COMMENT_SIZE = (120, 347)
"""The height and width of a comment, in px."""
Worksheet = Any
"""A worksheet of openpyxl, whose types do not declare much of what is set here."""


def build_book(sheets: Sequence[Sheet], properties: BookProperties, names: Sequence[tuple[str, str]], opened: int) -> bytes:
    """Return the workbook, as ``write_package`` does."""
    book = _empty_book(properties)
    looks = _Looks(book)
    for number, sheet in enumerate(sheets):
        target: Worksheet = book.create_sheet(sheet.name)
        _write_cells(target, sheet, looks)
        _set_rows_and_columns(target, sheet, looks)
        _set_view(target, sheet, is_opened=number == opened)
        _add_checks(target, sheet)
        _set_print_layout(target, sheet)
    book.active = opened
    for name, area in (*names, *_heading_names(sheets)):
        book.defined_names[name] = DefinedName(name, attr_text=area)
    return pack(compatible_parts(write_parts(partial(_TextBookWriter, book))))


def _heading_names(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """Yield a defined name for the headings of each sheet that has some.

    Screen readers (JAWS, NVDA) recognize the prefix of these names, and read the heading with each cell.
    """
    for number, sheet in enumerate(sheets, 1):
        if sheet.headings_at is not None:
            row, column = sheet.headings_at
            yield f"ColumnTitle_{number}", f"{quoted_name(sheet.name)}!${column_letters(column)}${row}"


def _empty_book(properties: BookProperties) -> Any:
    book: Any = Workbook()
    book.remove(book.worksheets[0])
    set_default_font(book, _font(Look()))
    view = book.views[0]
    view.windowWidth, view.windowHeight, view.tabRatio = 28_000, 16_000, 800
    core = book.properties
    core.title, core.subject = xml_safe(properties.title), xml_safe(properties.subject)
    core.creator, core.language = xml_safe(properties.creator), properties.language
    core.created = core.modified = properties.written_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return book


@dataclass(slots=True)
class _Looks:
    """The styles of a workbook; each distinct look is stored once."""

    book: Any
    known: dict[Look, StyleArray] = field(default_factory=dict)

    def style(self, look: Look) -> StyleArray:
        known = self.known.get(look)
        if known is None:
            known = self.known[look] = self._new_style(look)
        return known

    def _new_style(self, look: Look) -> StyleArray:
        styled: Any = StyleableObject(self.book.worksheets[0])
        styled.font = _font(look)
        styled.number_format = "@"
        styled.alignment = Alignment(horizontal="center" if look.is_centred else "left", vertical="top", wrap_text=True)
        if look.fill:
            styled.fill = _fill(look.fill)
        if look.is_framed:
            side = Side(style="thin", color=_opaque(_RULE))
            styled.border = Border(left=side, right=side, top=side, bottom=side)
        style: StyleArray = styled._style
        return style


def _font(look: Look) -> Font:
    return Font(
        name="Arial",
        family=2,
        size=look.size,
        bold=look.bold,
        italic=look.italic,
        underline="single" if look.is_link else None,
        color=_opaque(_LINK if look.is_link else look.colour),
    )


def _fill(rgb: str) -> PatternFill:
    return PatternFill("solid", start_color=_opaque(rgb), end_color=_opaque(rgb))


def _opaque(rgb: str) -> str:
    return f"FF{rgb}"


def _write_cells(target: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    """Write the cells with their links and comments.

    Texts are set directly, because openpyxl would convert some of them to formulas.
    """
    for at, cell in sheet.cells.items():
        written: Any = target.cell(*at)
        written._style = looks.style(cell.look)
        if text := xml_safe(cell.text)[:CELL_LIMIT]:
            written._value, written.data_type = escape_for_xlsx(text), "s"
    for at, place in sheet.links.items():
        linked: Any = target.cell(*at)
        linked.hyperlink = Hyperlink(ref=address(*at), location=place)
    height, width = _COMMENT_SIZE
    for at, text in sheet.comments.items():
        commented: Any = target.cell(*at)
        commented.comment = Comment(escape_for_xlsx(xml_safe(text)), "cogwg", height=height, width=width)
    for area in sheet.merged:
        target.merged_cells.add(CellRange(area))


def _set_rows_and_columns(target: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    for row, height in sheet.heights.items():
        target.row_dimensions[row].height = height
    for row in sheet.hidden_rows:
        target.row_dimensions[row].hidden = True
    for number in sorted({*sheet.widths, *sheet.text_columns, *sheet.hidden_columns}):
        column = target.column_dimensions[column_letters(number)]
        column.width, column.hidden = sheet.widths.get(number, 9), number in sheet.hidden_columns
        if number in sheet.text_columns:
            column._style = looks.style(sheet.text_columns[number])


def _set_view(target: Worksheet, sheet: Sheet, *, is_opened: bool) -> None:
    """Freeze the panes, select a cell, and scroll the sheet to it."""
    if sheet.is_hidden:
        target.sheet_state = "hidden"
    view, (row, column) = target.sheet_view, sheet.frozen_at
    view.showGridLines, view.tabSelected = False, is_opened
    target.freeze_panes = address(row, column)
    if view.pane:
        view.pane.topLeftCell = address(max(row, sheet.selected[0]), column)
    selection = view.selection[-1]
    selection.activeCell = selection.sqref = address(*sheet.selected) if sheet.selected[0] >= row else address(row, column)


def _add_checks(target: Worksheet, sheet: Sheet) -> None:
    target.auto_filter.ref = sheet.filtered or None
    for each in sheet.validations:
        target.add_data_validation(_validation(each))
    for condition in sheet.conditions:
        look = DifferentialStyle(font=Font(color=_opaque(condition.colour)), fill=_fill(condition.fill))
        target.conditional_formatting.add(condition.area, Rule("expression", dxf=look, formula=[condition.formula]))


def _validation(rule: Validation) -> DataValidation:
    return DataValidation(
        type=rule.kind,
        operator="lessThanOrEqual" if rule.kind == "textLength" else None,
        formula1=rule.formula,
        allowBlank=True,
        showErrorMessage=True,
        errorTitle=xml_safe(rule.title)[:_MESSAGE_TITLE_LIMIT],
        error=xml_safe(rule.message)[:_MESSAGE_LIMIT],
        showInputMessage=bool(rule.prompt),
        promptTitle=xml_safe(rule.prompt_title)[:_MESSAGE_TITLE_LIMIT] or None,
        prompt=xml_safe(rule.prompt)[:_MESSAGE_LIMIT] or None,
        sqref=rule.area,
    )


def _set_print_layout(target: Worksheet, sheet: Sheet) -> None:
    if sheet.tab_colour:
        target.sheet_properties.tabColor = _opaque(sheet.tab_colour)
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    setup, margins = target.page_setup, target.page_margins
    setup.orientation, setup.paperSize = "landscape", target.PAPERSIZE_LETTER
    setup.fitToWidth, setup.fitToHeight = sheet.pages
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.3, 0.3
    target.oddFooter.right.text = "&P / &N"
    if sheet.repeated_rows:
        target.print_title_rows = "{}:{}".format(*sheet.repeated_rows)
    target.print_title_cols = sheet.repeated_columns or None


class _TextSheetWriter(WorksheetWriter):
    """openpyxl's writer of a sheet, extended to mark codes such as 3.10 as correct, which openpyxl cannot do.

    Without this, Excel marks each of them as a number stored as text, and offers to convert it.
    """

    def write_breaks(self) -> None:
        writer: Any = self
        super().write_breaks()
        ignored = Element("ignoredErrors")
        SubElement(ignored, "ignoredError", sqref=writer.ws.calculate_dimension(), numberStoredAsText="1")
        writer.xf.send(ignored)


class _TextBookWriter(BookWriter):
    sheet_writer = _TextSheetWriter
