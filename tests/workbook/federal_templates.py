"""Makes the federal tracker's template in its layout "v3", with the looks, checks and hidden parts that it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from cogwg.workbook.federal_template import FIELDS

HEADINGS = ("Période", "Engagement", "Jalon", "Indicateur", "Statut", "Progrès (EN)", "Progrès (FR)", "Preuves (EN)")
HEADINGS += ("Preuves (FR)", "Défis (EN)", "Défis (FR)")


def template(
    rows: Sequence[Mapping[str, str]] = (), *, fields: Sequence[str] = FIELDS, layout: str = "v3", looked: int = 40
) -> bytes:
    """Return a template, with these rows filled in already. ``looked`` rows have looks but no values."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "nap6"
    sheet["A1"] = "National Action Plan on Open Government Tracker — Treasury Board of Canada Secretariat"
    sheet["A1"].font = Font(size=18, bold=True)
    for column, heading in enumerate(HEADINGS[: len(fields)], 3):
        sheet.cell(2, column, heading).font = Font(bold=True)
    sheet["A3"], sheet["B3"] = layout, "tbs-sct"
    for column, name in enumerate(fields, 3):
        sheet.cell(3, column, name)
        sheet.cell(5, column, f"ex. {name}").fill = PatternFill("solid", fgColor="DDDDDD")
    sheet.row_dimensions[3].hidden = True
    sheet["A4"], sheet["A5"] = '=IF(SUM(B6:B45)>0,"!","")', "e.g."
    for row in range(6, 6 + looked):
        sheet.cell(row, 1, f'=IF(C{row}="","","ok")')
        for column in range(3, 3 + len(fields)):
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
    for number, texts in enumerate(rows, 6):
        for column, name in enumerate(fields, 3):
            sheet.cell(number, column).value = texts.get(name)
    check = DataValidation(type="list", formula1="reference!$A$2:$A$5")
    check.add("G6:G45")
    sheet.add_data_validation(check)
    sheet.freeze_panes = "C6"
    reference: Any = book.create_sheet("reference")
    for number, text in enumerate(("status", "NS: Not started", "LP: Limited", "SP: Substantial", "C: Complete"), 1):
        reference.cell(number, 1, text)
    hidden: Any = book.create_sheet("choices")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "C01: Climate"
    out = BytesIO()
    book.save(out)
    return out.getvalue()
