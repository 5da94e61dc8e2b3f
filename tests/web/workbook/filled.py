"""Workbooks as people fill them in: downloaded from the page, changed cell by cell, and uploaded again."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from cogwg.workbook.layout import CODES_ROW, FIRST_ROW, REPORTS_SHEET
from tests.web_client import Client, Page

QUARTER = "/workbook/reports.xlsx?period=2020-09"
Cells = Mapping[tuple[str, str], Any]
"""New values by the code of the activity and that of the column."""


def download(client: Client, lang: str = "en", query: str = "") -> bytes:
    """Return the workbook of the quarter that the demo has open."""
    page = client.get(f"/{lang}{QUARTER}{query}")
    assert page.status == 200, page.text[:500]
    return page.response.get_data()


def fill(data: bytes, cells: Cells) -> bytes:
    """Return the workbook with these cells changed."""
    book = load_workbook(BytesIO(data))
    sheet = book[REPORTS_SHEET]
    columns = {cell.value: cell.column for cell in sheet[CODES_ROW]}
    rows = {str(sheet.cell(row, columns["code"]).value): row for row in range(FIRST_ROW, sheet.max_row + 1)}
    for (code, column), value in cells.items():
        sheet.cell(rows[code], columns[column]).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client: Client, data: bytes, name: str = "ontario.xlsx", lang: str = "en") -> Page:
    """Send a file with the form of the page, and return the answer."""
    form = client.get(f"/{lang}/workbook").form(f"/{lang}/workbook")
    return form.submit(extra={"file": (BytesIO(data), name)})


def preview(client: Client, cells: Cells, lang: str = "en", query: str = "") -> Page:
    """Fill in a new workbook, upload it, and return the page of what it would change."""
    page = upload(client, fill(download(client, lang, query), cells), lang=lang).follow()
    assert page.status == 200
    return page


def save(page: Page, **answers: str) -> Page:
    """Send the form of a preview with these answers, and return the answer."""
    form = page.form("/save")
    for name, value in answers.items():
        form.values[name] = value
    return form.submit()
