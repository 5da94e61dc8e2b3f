"""The lists that pages offer as files, read as a user downloads them."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook

from tests.web_client import Client, Page, text_of

FORMULA = '=HYPERLINK("https://a.example/","Ontario")'
"""A text that a spreadsheet would run as a formula."""


def download_path(page: Page, kind: str) -> str:
    """Return the address of the page's link to this kind of file."""
    (href,) = [a.get("href") or "" for a in page.find("p", class_="download-links").iter("a") if text_of(a) == kind]
    return href


def downloaded_rows(client: Client, path: str) -> list[list[str]]:
    """Return the rows of the page's CSV download, heading first; its workbook must hold the same and no formula."""
    page = client.get(path)
    plain = client.get(download_path(page, "CSV"))
    rows = list(
        csv.reader(
            StringIO(plain.response.get_data().decode("utf-8-sig"), newline=""),
            delimiter=";" if path.startswith("/fr/") else ",",
        )
    )
    book: Any = load_workbook(BytesIO(client.get(download_path(page, "Excel")).response.get_data()))
    cells = [list(row) for row in book.active]
    assert not [c.coordinate for row in cells for c in row if c.data_type == "f"]
    assert [[cell_text(c) for c in row] for row in cells] == [[cell.removeprefix("'") for cell in row] for row in rows]
    return rows


def cell_text(cell: Any) -> str:
    if cell.is_date:
        return str(cell.value.date().isoformat())
    return "" if cell.value is None else str(cell.value)


def column_values(rows: list[list[str]], heading: str) -> list[str]:
    return [row[heading] for row in rows_by_heading(rows)]


def rows_by_heading(rows: list[list[str]]) -> list[dict[str, str]]:
    """Return each row after the heading as its cells by heading."""
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
