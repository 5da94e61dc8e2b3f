"""The workbook of reports saved by LibreOffice: unedited it changes nothing, and what is filled in there arrives."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from cogwg.core.bilingual import Language
from cogwg.workbook.diff import diff_reports
from cogwg.workbook.layout import REPORTS_SHEET
from cogwg.workbook.reader import read_reports
from cogwg.workbook.writer import write_reports
from tests.office.printed_pages import require_office
from tests.workbook.samples import book_of, edited, place, plain_rows, some_rows, stored

SEEDS = range(100, 112)


def save_by_office(files: list[Path], folder: Path) -> list[Path]:
    """Open each file in LibreOffice and save it there again as .xlsx."""
    require_office()
    target = folder / "saved"
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(target), *map(str, files)], check=True, capture_output=True, timeout=600)
    return [target / file.name for file in files]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Workbooks as LibreOffice saved them, by name; the one named "edited" was filled in first."""
    folder = tmp_path_factory.mktemp("office")
    books = {f"{seed}-{lang}": write_reports(book_of(some_rows(seed), lang)) for seed in SEEDS for lang in Language}
    plain = write_reports(book_of(plain_rows()))
    table = read_reports(plain).table

    def fill(sheet: Any, _: Any) -> None:
        sheet[place(table, "1.2", "progress_fr")] = "Réalisé à l’été.\n« Bien. »"
        sheet[place(table, "1.3", "status")] = "Substantial progress – Progrès important"
        sheet[place(table, "1.4", "status")] = "nearly"

    files = []
    for name, data in {**books, "edited": edited(plain, fill)}.items():
        files.append(folder / f"{name}.xlsx")
        files[-1].write_bytes(data)
    return {file.stem: file.read_bytes() for file in save_by_office(files, folder)}


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("seed", SEEDS)
def test_workbook_saved_by_libreoffice_has_no_changes(saved: dict[str, bytes], seed: int, lang: Language) -> None:
    diff = diff_reports(read_reports(saved[f"{seed}-{lang}"]), stored(some_rows(seed)))
    assert (diff.preview.changes, diff.preview.problems, diff.preview.conflicts, diff.preview.left_out) == ((), (), (), ())


def test_workbook_filled_in_and_saved_by_libreoffice_has_its_changes_and_problems(saved: dict[str, bytes]) -> None:
    rows = plain_rows()
    diff = diff_reports(read_reports(saved["edited"]), stored(rows))
    assert [(c.subject, c.field, c.after) for c in diff.preview.changes] == [
        ("1.2", "progress_fr", "Réalisé à l’été.\n« Bien. »"),
        ("1.3", "status", "SP"),
    ]
    assert len(diff.preview.problems) == 1, diff.preview.problems
    (problem,) = diff.preview.problems
    assert (problem.rule, problem.subjects, problem.cells[0].sheet) == ("status-unknown", ("1.4",), REPORTS_SHEET)
