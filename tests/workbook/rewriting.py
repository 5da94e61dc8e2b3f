"""A workbook written again by XlsxWriter, cell by cell, as another program would save it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import xlsxwriter
from openpyxl import load_workbook


def rewritten(data: bytes) -> bytes:
    """Return the same cells in another program's form: its own styles, texts and order, without checks and colours."""
    out = BytesIO()
    source: Any = load_workbook(BytesIO(data))
    book: Any = xlsxwriter.Workbook(out, {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False})
    for sheet in source.worksheets:
        target = book.add_worksheet(sheet.title)
        if sheet.sheet_state != "visible":
            target.hide()
        for number, dimension in sheet.row_dimensions.items():
            target.set_row(number - 1, None, None, {"hidden": bool(dimension.hidden)})
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    target.write_string(cell.row - 1, cell.column - 1, str(cell.value))
    book.close()
    return out.getvalue()
