"""Downloaded lists as LibreOffice reads them: text stays text, whichever separator it is asked for, and links are links."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.tables import Column, Table, as_csv, as_xlsx
from tests.office.printed_pages import convert_to_pdf, require_office

HOSTILE = "x;=6*7;y"
LINK = "https://open.canada.ca/x%20y"
TABLE = Table(
    Bilingual("List", "Liste"),
    tuple(Column(Bilingual(name, name)) for name in ("Code", "Text", "Links", "Long")),
    (("3.10", HOSTILE, (LINK,), "First " + "word " * 790 + "last"), ("1.1", "=6*7", (), "short")),
    date(2020, 9, 24),
)


def read_with_office(file: Path, *, delimiter: str = "") -> Any:
    """Return the sheet that LibreOffice reads from a file; ``delimiter`` is for CSV files."""
    separators = [f"--infilter=Text - txt - csv (StarCalc):{ord(delimiter)},34,76,1,,1036"] if delimiter else []
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    folder = file.parent / "read"
    command = ["soffice", profile, "--headless", *separators, "--convert-to", "xlsx", "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    book: Any = load_workbook(folder / f"{file.stem}.xlsx")
    return book.active


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("lang", Language)
def test_office_computes_nothing_in_a_csv_file(tmp_path: Path, lang: Language, delimiter: str) -> None:
    require_office()
    file = tmp_path / "list.csv"
    file.write_bytes(as_csv(TABLE, lang))
    cells = [cell for row in read_with_office(file, delimiter=delimiter) for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.value == 42]
    if delimiter == (";" if lang is Language.FR else ","):
        assert [cell.value for cell in cells if cell.column_letter == "A"] == ["Code", "'3.10", "'1.1"]


def test_office_reads_links_and_texts_of_the_workbook_and_prints_long_cells_whole(tmp_path: Path) -> None:
    require_office()
    file = tmp_path / "list.xlsx"
    file.write_bytes(as_xlsx(TABLE, Language.FR))
    sheet = read_with_office(file)
    assert [[cell.value for cell in row][:2] for row in sheet][1:] == [["3.10", HOSTILE], ["1.1", "=6*7"]]
    assert {cell.coordinate: cell.hyperlink.target for row in sheet for cell in row if cell.hyperlink} == {"C2": LINK}
    (pdf,) = convert_to_pdf([file], tmp_path)
    printed = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    places = {word: line for line in printed.splitlines() for word in ("First", "last", "short") if f">{word}<" in line}
    first, last, short = (float(places[word].split('yMax="')[1].split('"')[0]) for word in ("First", "last", "short"))
    assert first < last < short, "the end of the text is above the next row"
