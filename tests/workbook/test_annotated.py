"""The annotated copy: their values, with each problem marked, commented and linked; it can be uploaded again."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openxml_audit import FileFormat, OpenXmlValidator

from cogwg.core.bilingual import Bilingual, Language
from cogwg.workbook.annotated import write_annotated
from cogwg.workbook.diff import diff_reports
from cogwg.workbook.layout import HIDDEN_SHEET, PROBLEMS_SHEET, REPORTS_SHEET
from cogwg.workbook.reader import read_reports
from cogwg.workbook.writer import write_reports
from tests.workbook.samples import book_of, edited, place, plain_rows, some_rows, stored

ROWS = plain_rows()


def filled_in(lang: Language = Language.EN) -> bytes:
    """Return a workbook with two mistakes, a question, a change, a row and a column of notes, and a sheet more."""
    good = write_reports(book_of(ROWS, lang))
    table = read_reports(good).table

    def change(sheet: Any, book: Any) -> None:
        sheet[place(table, "1.3", "status")] = "On track"
        sheet[place(table, "1.5", "evidence_url")] = "see shared drive"
        sheet[place(table, "1.6", "challenge_fr")] = None
        sheet[place(table, "1.7", "progress_en")] = "=1+1"
        sheet[place(table, "1.7", "progress_en")].data_type = "s"
        sheet["Z3"], sheet["Z7"] = "Notes", "mine"
        book.create_sheet("Notes").append(["own"])
        sheet.insert_cols(3)

    return edited(good, change)


@pytest.mark.parametrize("lang", Language)
def test_copy_has_the_values_with_problems_marked_commented_and_linked(lang: Language, tmp_path: Path) -> None:
    read = read_reports(filled_in(lang))
    preview = diff_reports(read, stored(ROWS)).preview
    data = write_annotated(read, preview)
    assert data == write_annotated(read, preview)
    path = tmp_path / "copy.xlsx"
    path.write_bytes(data)
    errors = OpenXmlValidator(file_format=FileFormat.OFFICE_2019, max_errors=100).validate(path).errors
    assert [error.description for error in errors] == []
    book: Any = load_workbook(BytesIO(data))
    sheet, listed = book[REPORTS_SHEET], book[PROBLEMS_SHEET]
    table = read_reports(data).table
    for code, column, value in (
        ("1.3", "status", "On track"),
        ("1.5", "evidence_url", "see shared drive"),
        ("1.6", "challenge_fr", None),
    ):
        cell = sheet[place(table, code, column)]
        assert cell.value == value
        assert "\n" in cell.comment.text
        assert cell.fill.fgColor.rgb not in ("00000000", "FFFFFFFF")
    assert sheet[place(table, "1.7", "progress_en")].value == "=1+1"
    assert sheet[place(table, "1.7", "progress_en")].data_type == "s"
    assert book.active.title == REPORTS_SHEET
    assert sheet.sheet_view.selection[-1].activeCell == place(table, "1.3", "status")
    links = [listed.cell(row, 1).hyperlink.location for row in range(4, 7)]
    assert links == [
        f"'{REPORTS_SHEET}'!{place(table, code, column)}"
        for code, column in (("1.3", "status"), ("1.5", "evidence_url"), ("1.6", "challenge_fr"))
    ]
    text = " ".join(str(cell.value) for row in listed for cell in row if cell.value)
    assert "Notes" in text
    assert book[HIDDEN_SHEET].sheet_state == "hidden"


@pytest.mark.parametrize("lang", Language)
def test_copy_uploaded_again_says_the_same_and_corrected_it_is_clean(lang: Language) -> None:
    first = read_reports(filled_in(lang))
    before = diff_reports(first, stored(ROWS))
    data = write_annotated(first, before.preview)
    again = diff_reports(read_reports(data), stored(ROWS))

    def essence(preview: Any) -> Any:
        changes = [(c.subject, c.field, c.before, c.after) for c in preview.changes]
        return changes, [(p.rule, p.subjects, p.content) for p in preview.problems], preview.conflicts, preview.unchanged

    assert essence(again.preview) == essence(before.preview)
    assert again.drafts == before.drafts
    table = read_reports(data).table

    def correct(sheet: Any, _: Any) -> None:
        sheet[place(table, "1.3", "status")] = "Complete"
        sheet[place(table, "1.5", "evidence_url")] = "https://example.ca"
        sheet[place(table, "1.6", "challenge_fr")] = "Encore."

    corrected = diff_reports(read_reports(edited(data, correct)), stored(ROWS)).preview
    assert corrected.problems == ()
    assert sorted({c.subject for c in corrected.changes}) == ["1.3", "1.5", "1.6", "1.7"]


@pytest.mark.parametrize("seed", range(5))
def test_copy_of_an_unedited_workbook_changes_nothing(seed: int) -> None:
    rows = some_rows(seed)
    read = read_reports(write_reports(book_of(rows)))
    copy = read_reports(write_annotated(read, diff_reports(read, stored(rows)).preview))
    preview = diff_reports(copy, stored(rows)).preview
    assert (preview.changes, preview.problems, preview.conflicts) == ((), (), ())


def test_copy_of_a_file_without_its_hidden_sheet_can_be_opened() -> None:
    data = edited(filled_in(), lambda _, book: book.remove(book[HIDDEN_SHEET]))
    read = read_reports(data)
    copy = write_annotated(read, diff_reports(read, stored(ROWS)).preview)
    again = diff_reports(read_reports(copy), stored(ROWS)).preview
    assert [p.rule for p in again.problems] == ["status-unknown", "address", "baseline-missing", "emptied"]


def test_row_with_a_repeated_code_still_names_its_other_mistakes() -> None:
    good = write_reports(book_of(ROWS))
    table = read_reports(good).table

    def change(sheet: Any, _book: Any) -> None:
        sheet[place(table, "1.3", "code")] = "1.2"
        sheet[place(table, "1.3", "status")] = "On track"

    result = diff_reports(read_reports(edited(good, change)), stored(ROWS))
    assert {problem.rule for problem in result.preview.errors} == {"code-repeated", "status-unknown"}
    assert result.drafts == {}


def test_copy_says_what_is_in_it_and_lists_conflicts() -> None:
    good = write_reports(book_of(ROWS))
    table = read_reports(good).table

    def change(sheet: Any, _book: Any) -> None:
        sheet[place(table, "1.3", "progress_en")] = "=1+1"
        sheet[place(table, "1.4", "challenge_en")] = None
        sheet[place(table, "1.5", "progress_en")] = "Mine."

    read = read_reports(edited(good, change))
    rows = stored(ROWS)
    theirs = replace(rows["1.5"].draft, progress=Bilingual("Theirs.", ""))
    changed = {**rows, "1.5": replace(rows["1.5"], version=rows["1.5"].version + 1, draft=theirs)}
    book: Any = load_workbook(BytesIO(write_annotated(read, diff_reports(read, changed).preview)))
    words = " ".join(str(cell.value) for row in book[PROBLEMS_SHEET] for cell in row if cell.value)
    assert "It has replaced the formula" in words
    assert "Replace this formula" not in words
    assert "Empty. Saved: Few staff." in words
    assert "This text has also changed on the site." in words
