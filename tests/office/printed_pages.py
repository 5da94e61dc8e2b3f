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
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from zipfile import ZipFile

import pytest
from lxml import etree
from openpyxl import load_workbook

from cogwg.briefing.render.drawn_shapes import POINT

TOP_MARGIN = 0.62 * 72
PAGE_BOTTOM = (8.5 - 0.7) * 72
"""Where the bottom margin of a landscape page begins, in points from the top."""
FOOTER_TOP = 552
LARGE_FONT_SIZE = 40
"""Font size at which boxes overhang their rows without being cut."""
_PAGE_LABEL = re.compile(r"(?:Slide|Diapositive)(\d+(?:[a-z]|-\d+)?)(?:of|sur)\d+$")
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


def find_page_labels(pages: Sequence[list[Word]]) -> list[str]:
    """Return the slide number in the footer of each page, such as "7" or "7b"; empty for a page without one."""
    return [_page_label("".join(word.text for word in page if word.middle_y > FOOTER_TOP)) for page in pages]


def find_sheet_labels(sheets: Sequence[Any]) -> list[str]:
    """Return the slide number in the footer of each sheet."""
    return [_page_label("".join(str(sheet.oddFooter.right.text).split())) for sheet in sheets]


def _page_label(footer: str) -> str:
    return match[1] if (match := _PAGE_LABEL.search(footer)) else ""


def read_drawn_texts(workbook: Path) -> dict[int, list[Word]]:
    """Return the texts of shapes, which openpyxl leaves out, by number of their sheet, with the height of their middle."""
    drawn: dict[int, list[Word]] = {}
    with ZipFile(workbook) as package:
        for name in package.namelist():
            if not (sheet := re.fullmatch(r"xl/worksheets/_rels/sheet(\d+)\.xml\.rels", name)):
                continue
            for drawing in re.findall(r"drawings/drawing\d+\.xml", package.read(name).decode()):
                root = etree.fromstring(package.read(f"xl/{drawing}"))
                drawn.setdefault(int(sheet[1]), []).extend(_shape_text(shape) for shape in root.iter("{*}sp"))
    return drawn


def _shape_text(shape: etree._Element) -> Word:
    """Return the text of a shape; it is centred, and its place counts from the top of the sheet."""
    offset, extent = next(shape.iter("{*}off")), next(shape.iter("{*}ext"))
    middle = (int(offset.get("y", 0)) + int(extent.get("cy", 0)) / 2) / POINT
    return Word(TOP_MARGIN + middle, "".join(text.text or "" for text in shape.iter("{*}t")))


def find_cut_off_rows(sheet: Any, pages: Sequence[list[Word]], drawn: Sequence[Word] = ()) -> Iterator[str]:
    """Yield the rows of a sheet whose printed characters differ from those of their cells and of the shapes over them.

    A row that has no room at the end of a page is on the next one, below the repeated title.
    """
    top, left = TOP_MARGIN, deque(pages)
    last = sheet.print_area.split(":")[-1].replace("$", "")
    width = sheet[last].column
    charts = {chart.anchor._from.row + 1 for chart in sheet._charts}
    repeated = range(1, int((sheet.print_title_rows or "0").rsplit("$", 1)[-1]) + 1)
    for row in range(1, sheet.max_row + 1):
        high = sheet.row_dimensions[row].height
        if top + high > PAGE_BOTTOM and len(left) > 1:
            left.popleft()
            top = TOP_MARGIN + sum(sheet.row_dimensions[n].height for n in repeated)
        cells = [sheet.cell(row, n) for n in range(1, width + 1)]
        large = any(cell.font.size >= LARGE_FONT_SIZE for cell in cells)
        texts = [str(c.value) for c in cells if c.value is not None]
        expected = count_characters("".join([*texts, *_texts_between(drawn, top, top + high)]))
        printed = count_characters("".join(_texts_between(left[0], top, top + high)))
        if expected != printed and not large and row not in charts:
            yield f"{sheet.title}, row {row}: cells have {dict(expected - printed)} more, paper {dict(printed - expected)}"
        top += high
    if len(left) > 1:
        yield f"{sheet.title}, last row: {len(left) - 1} more pages are printed"


def _texts_between(words: Sequence[Word], top: float, bottom: float) -> list[str]:
    return [word.text for word in words if top <= word.middle_y < bottom]


def find_faults(workbook: Path, pdf: Path) -> list[str]:
    """Return every cut-off row of a deck, except on the data sheet, which prints two pages wide."""
    sheets, pages, drawn = load_workbook(workbook).worksheets, read_words(pdf), read_drawn_texts(workbook)
    printed: dict[str, list[list[Word]]] = {}
    for label, page in zip(find_page_labels(pages), pages, strict=True):
        printed.setdefault(label, []).append(page)
    return [
        fault
        for number, (label, sheet) in enumerate(zip(find_sheet_labels(sheets), sheets, strict=True), 1)
        if sheet.page_setup.fitToWidth == 1
        for fault in find_cut_off_rows(sheet, printed[label], drawn.get(number, ()))
    ]
