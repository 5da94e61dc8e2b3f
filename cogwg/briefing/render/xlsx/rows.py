"""Write the rows of a workbook's sheets as XML text, in memory; openpyxl writes the rest of a sheet.

openpyxl would write each cell as a tree of elements, each row height as an object with twenty fields, and each sheet as a file
on disk. For a plan of 50 × 50 activities, that takes three times as long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.packaging.relationship import Relationship
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.related import Related
from openpyxl.worksheet.worksheet import Worksheet

from cogwg.briefing.render.xlsx.drawing import SheetDrawing
from cogwg.core.xlsx_files import BookWriter, write_parts

Heights = Mapping[str, Sequence[float]]
"""The row heights of each sheet in points, by the name of the sheet."""
Shapes = Mapping[str, str]
"""The anchored shapes as XML text, by the name of the sheet; sheets without shapes are left out."""
_EMPTY_SHEET_DATA = (b"<sheetData />", b"<sheetData/>", b"<sheetData></sheetData>")


def workbook_parts(book: Workbook, heights: Heights, shapes: Shapes) -> dict[str, bytes]:
    """Return the content of each part of the workbook file, by the name of the part."""
    return write_parts(lambda archive: _DeckWriter(book, archive, heights, shapes))


class _SheetWriter(WorksheetWriter):
    def write_rows(self) -> None:
        """Write no rows, but collect the cells' links, as openpyxl does while it writes cells."""
        writer: Any = self
        writer.ws._hyperlinks = [cell.hyperlink for _, cell in sorted(writer.ws._cells.items()) if cell.hyperlink]
        with writer.xf.send(True).element("sheetData"):
            pass
        writer.xf.send(None)

    def write_drawings(self) -> None:
        """Write the reference to the sheet's drawing, if it has charts or shapes."""
        writer: Any = self
        if writer.ws._drawing:
            made: Any = Relationship
            relation = made(type="drawing", Target="")
            writer._rels.append(relation)
            reference: Any = Related(id=relation.id)
            writer.xf.send(reference.to_tree("drawing"))


class _DeckWriter(BookWriter):
    sheet_writer = _SheetWriter

    def __init__(self, book: Workbook, archive: ZipFile, heights: Heights, shapes: Shapes) -> None:
        super().__init__(book, archive)
        self.heights, self.shapes = heights, shapes

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SheetDrawing()
        ws._drawing.charts, ws._drawing.shapes = ws._charts, self.shapes.get(ws.title, "")
        super().write_worksheet(ws)

    def finished_sheet(self, sheet: Any, xml: bytes) -> bytes:
        return _with_rows(xml, _rows_xml(sheet, self.heights[sheet.title]))


def _with_rows(sheet: bytes, rows: str) -> bytes:
    empty = next(mark for mark in _EMPTY_SHEET_DATA if mark in sheet)
    return sheet.replace(empty, f"<sheetData>{rows}</sheetData>".encode(), 1)


def _rows_xml(sheet: Worksheet, heights: Sequence[float]) -> str:
    cells: dict[int, list[str]] = defaultdict(list)
    stored_cells: Any = sheet._cells
    for (row, _), cell in sorted(stored_cells.items()):
        cells[row].append(_cell_xml(cell))
    return "".join(
        f'<row r="{n}" ht="{height:g}" customHeight="1">{"".join(cells[n])}</row>' for n, height in enumerate(heights, 1)
    )


def _cell_xml(cell: Any) -> str:
    """Return the XML of a cell as openpyxl would write it: text inline, numbers and dates as numbers."""
    value: Any = cell._value
    style = cell.style_id
    opened = f'<c r="{cell.coordinate}" s="{style}"'
    if value is None or value == "":
        return f'{opened} t="n" />'
    if cell.data_type == "s":
        inline = f"<t{_space_attribute(value)}>{escape(value)}</t>" if isinstance(value, str) else value.xml()
        return f'{opened} t="inlineStr"><is>{inline}</is></c>'
    number = _excel_day(value) if cell.data_type == "d" else value
    return f'{opened} t="n"><v>{number}</v></c>'


def _excel_day(value: Any) -> Any:
    days: Any = to_excel
    return days(value)


def _space_attribute(text: str) -> str:
    """Return the attribute that preserves leading and trailing spaces and line breaks, if the text has any."""
    return ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
