"""Printed pages read with LibreOffice and poppler: their number, and rows that hide a part of their text.

Text extracted from a PDF includes words hidden by a low row, so comparing texts proves nothing; positions of words
do. A row's band on paper begins at the top margin plus the heights of the rows above it.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import NoReturn

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

TOP_MARGIN = 0.62 * 72
LARGE_FONT_SIZE = 40
"""Font size at which boxes overhang their rows without being cut."""
_PAGE = re.compile(r"<page [^>]*>(.*?)</page>", re.DOTALL)
_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', re.DOTALL)


def require_office() -> None:
    """Skip the test without LibreOffice and poppler, or fail where they are required."""
    if not (shutil.which("soffice") and shutil.which("pdftotext")):
        _skip_or_fail("LibreOffice or poppler", "libreoffice-calc poppler-utils fonts-liberation2")


def require_impress() -> None:
    """Skip the test without LibreOffice Impress, or fail where it is required."""
    require_office()
    if not has_impress():
        _skip_or_fail("LibreOffice Impress", "libreoffice-impress")


def has_impress() -> bool:
    return (Path(str(shutil.which("soffice"))).resolve().parent / "libsdlo.so").exists()


def _skip_or_fail(program: str, packages: str) -> NoReturn:
    reason = f"no {program}: apt-get install {packages}"
    if os.environ.get("COGWG_REQUIRE_OFFICE") == "1":
        pytest.fail(f"{reason} (required by COGWG_REQUIRE_OFFICE)")
    pytest.skip(reason)


def convert_to_pdf(files: Sequence[Path], folder: Path) -> list[Path]:
    """Convert the files to PDF in one run of LibreOffice with a profile of its own."""
    require_office()
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            *map(str, files),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )
    return [folder / f"{file.stem}.pdf" for file in files]


@dataclass(frozen=True, slots=True)
class Word:
    middle_y: float
    text: str


def read_words(pdf: Path) -> list[list[Word]]:
    """Return the words of each page with the height of their middle, in points from the top."""
    output = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    return [
        [Word((float(top) + float(bottom)) / 2, html.unescape(text)) for _, top, _, bottom, text in _WORD.findall(page)]
        for page in _PAGE.findall(output)
    ]


def count_characters(text: str) -> Counter[str]:
    return Counter(c for c in unicodedata.normalize("NFKC", text) if not c.isspace())


def find_cut_off_rows(sheet: Worksheet, page: list[Word]) -> Iterator[str]:
    """Yield the rows of a sheet whose printed characters differ from those of their cells."""
    top = TOP_MARGIN
    last = sheet.print_area.split(":")[-1].replace("$", "")
    width = sheet[last].column
    charts = {chart.anchor._from.row + 1 for chart in sheet._charts}
    for row in range(1, sheet.max_row + 1):
        high = sheet.row_dimensions[row].height
        cells = [sheet.cell(row, n) for n in range(1, width + 1)]
        large = any(cell.font.size >= LARGE_FONT_SIZE for cell in cells)
        expected = count_characters("".join(str(c.value) for c in cells if c.value is not None))
        printed = count_characters("".join(w.text for w in page if top <= w.middle_y < top + high))
        if expected != printed and not large and row not in charts:
            yield f"{sheet.title}, row {row}: cells have {dict(expected - printed)} more, paper {dict(printed - expected)}"
        top += high


def find_faults(workbook: Path, pdf: Path) -> list[str]:
    """Return every cut-off row of a deck, up to the data sheet, which prints over several pages."""
    sheets = takewhile(lambda sheet: sheet.page_setup.fitToHeight != 0, load_workbook(workbook).worksheets)
    return [fault for sheet, page in zip(sheets, read_words(pdf), strict=False) for fault in find_cut_off_rows(sheet, page)]
