"""An unedited workbook changes nothing, whichever program saved it, and edits arrive as they were made."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import FileFormat, OpenXmlValidator

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, clean_line, clean_text
from cogwg.core.status import Status, Timeliness
from cogwg.imports.previews import Severity
from cogwg.reporting.rules import LabelledLink, ReportDraft
from cogwg.workbook.books import ReportRow
from cogwg.workbook.diff import ReportsDiff, diff_reports
from cogwg.workbook.layout import HIDDEN_SHEET, REPORTS_SHEET, STATUS_CHOICES, YES_CHOICE
from cogwg.workbook.reader import read_reports
from cogwg.workbook.writer import write_reports
from tests.sessions import ESSENTIAL, FURTHER, first_of
from tests.workbook.rewriting import rewritten
from tests.workbook.samples import book_of, edited, place, plain_rows, some_rows, stored


def diff_of(data: bytes, rows: tuple[ReportRow, ...]) -> ReportsDiff:
    return diff_reports(read_reports(data), stored(rows))


def assert_unchanged(diff: ReportsDiff) -> None:
    preview = diff.preview
    assert (preview.changes, preview.problems, preview.conflicts, preview.left_out) == ((), (), (), ())
    assert dict(diff.drafts) == {}


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("seed", first_of(4, range(200)))
def test_unedited_workbook_has_no_changes(seed: int, lang: Language) -> None:
    rows = some_rows(seed)
    data = write_reports(book_of(rows, lang))
    diff = diff_of(data, rows)
    assert_unchanged(diff)
    assert diff.preview.unchanged > 0
    assert_unchanged(diff_of(rewritten(data), rows))
    assert_unchanged(diff_of(edited(data, lambda *_: None), rows))


def test_workbook_of_25_reports_is_small_and_the_same_each_time() -> None:
    rows = some_rows(3, 25)
    data = write_reports(book_of(rows))
    assert data == write_reports(book_of(rows))
    assert len(data) < 40_000


@pytest.mark.parametrize("lang", Language)
def test_workbook_follows_the_schemas_of_office(lang: Language, tmp_path: Path) -> None:
    path = tmp_path / "reports.xlsx"
    path.write_bytes(write_reports(book_of(some_rows(5, 25), lang)))
    errors = OpenXmlValidator(file_format=FileFormat.OFFICE_2019, max_errors=100).validate(path).errors
    assert [error.description for error in errors] == []


def test_codes_that_look_like_numbers_get_no_warning() -> None:
    with ZipFile(BytesIO(write_reports(book_of(plain_rows())))) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    assert '<ignoredErrors><ignoredError sqref="A1:S12" numberStoredAsText="1" /></ignoredErrors>' in sheet


def test_lists_and_limits_reject_with_a_message_in_both_languages() -> None:
    def check(sheet: Any, book: Any) -> None:
        rules = sheet.data_validations.dataValidation
        assert len(rules) == 18
        assert all(rule.showErrorMessage and rule.errorStyle in (None, "stop") for rule in rules)
        assert all("\n" in rule.error and len(rule.error) <= 255 for rule in rules)
        assert {rule.formula1 for rule in rules if rule.type == "list"} == {"cogwg_codes", "cogwg_status", "cogwg_yes"}
        own = {"cogwg_codes", "cogwg_due", "cogwg_status", "cogwg_words", "cogwg_yes"}
        assert set(book.defined_names) == {*own, "ColumnTitle_2"}
        assert book[HIDDEN_SHEET].sheet_state == "hidden"
        assert not sheet.protection.sheet
        assert sheet.auto_filter.ref

    edited(write_reports(book_of(plain_rows())), check)


def test_edits_are_changes_with_their_cells() -> None:
    rows = plain_rows()
    data = write_reports(book_of(rows))
    table = read_reports(data).table

    def change(sheet: Any, _: Any) -> None:
        sheet[place(table, "1.2", "status")] = "progrès IMPORTANT"
        sheet[place(table, "1.2", "progress_en")] = "All done.\r\nNearly. "
        sheet[place(table, "1.3", "more_links")] = "ouvert.canada.ca\nhttps://example.ca/a b"
        sheet[place(table, "1.4", "status")] = "NS"

    diff = diff_of(edited(data, change), rows)
    assert [(c.subject, c.field, c.cell.address, c.before, c.after) for c in diff.preview.changes] == [
        ("1.2", "status", place(table, "1.2", "status"), "LP", "SP"),
        ("1.2", "progress_en", place(table, "1.2", "progress_en"), "Progress 1.2.", "All done.\nNearly."),
        (
            "1.3",
            "evidence",
            place(table, "1.3", "more_links"),
            "https://open.canada.ca Results / Résultats",
            "https://open.canada.ca Results / Résultats\nhttps://ouvert.canada.ca\nhttps://example.ca/a%20b",
        ),
        ("1.4", "status", place(table, "1.4", "status"), "LP", "NS"),
    ]
    assert not diff.preview.problems
    assert {c.cell.sheet for c in diff.preview.changes} == {REPORTS_SHEET}
    draft, version = diff.drafts["1.2"]
    assert version == 3
    assert draft == replace(rows[1].draft, status=Status.SUBSTANTIAL, progress=Bilingual("All done.\nNearly.", "Progrès 1.2."))
    assert sorted(diff.drafts) == ["1.2", "1.3", "1.4"]


@pytest.mark.parametrize("status", Status)
def test_status_is_read_from_code_and_labels(status: Status) -> None:
    rows = tuple(replace(row, draft=ReportDraft(None)) for row in plain_rows(5))
    data = write_reports(book_of(rows))
    table = read_reports(data).table
    label = status.label
    words = (
        status.value.lower(),
        label.en.upper(),
        f" {label.fr}\u00a0",
        unicodedata.normalize("NFD", label.fr),
        label.fr.lower(),
    )

    def change(sheet: Any, _: Any) -> None:
        for row, word in zip(rows, words, strict=True):
            sheet[place(table, row.code, "status")] = word

    diff = diff_of(edited(data, change), rows)
    assert [c.after for c in diff.preview.changes] == [status.value] * 5


def test_rows_can_be_sorted_inserted_deleted_and_columns_moved() -> None:
    rows = plain_rows()
    data = write_reports(book_of(rows))
    table = read_reports(data).table

    def change(sheet: Any, _: Any) -> None:
        sheet[place(table, "1.2", "progress_en")] = "New text."
        values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
        sheet.delete_rows(5, 20)
        for row in reversed(values[:6]):
            sheet.append([*row[:7], "own note", *row[7:]])
            sheet.append([None] * 7)
        for number in (1, 3):
            heads = [cell.value for cell in sheet[number]]
            for at, text in enumerate([*heads[:7], "My notes", *heads[7:]], 1):
                sheet.cell(number, at).value = text
        sheet.insert_rows(2)

    diff = diff_of(edited(data, change), rows)
    assert [(c.subject, c.field, c.after) for c in diff.preview.changes] == [("1.2", "progress_en", "New text.")]
    assert diff.preview.problems == ()
    assert diff.preview.left_out == (f"{REPORTS_SHEET}: H (My notes)",)


def test_emptied_cell_is_a_question_and_keeps_the_text() -> None:
    rows = plain_rows()
    data = write_reports(book_of(rows))
    table = read_reports(data).table

    def change(sheet: Any, _: Any) -> None:
        sheet[place(table, "1.2", "challenge_en")] = None
        sheet[place(table, "1.3", "evidence_url")] = "  "
        sheet[place(table, "1.3", "evidence_label_en")] = None
        sheet[place(table, "1.3", "evidence_label_fr")] = None

    diff = diff_of(edited(data, change), rows)
    assert diff.preview.changes == ()
    first, second = diff.preview.questions
    assert (first.rule, first.field, first.subjects, first.content) == ("emptied", "challenge_en", ("1.2",), "Few staff.")
    assert first.cells[0].address == place(table, "1.2", "challenge_en")
    assert (second.field, second.severity) == ("evidence", Severity.QUESTION)
    assert diff.drafts["1.2"] == (rows[1].draft, 3)
    assert diff.yours["1.2"].challenge == Bilingual("", "Peu de personnel.")


def test_nothing_to_report_replaces_the_progress_that_was_emptied() -> None:
    rows = plain_rows()
    data = write_reports(book_of(rows))
    table = read_reports(data).table

    def change(sheet: Any, _: Any) -> None:
        sheet[place(table, "1.2", "nothing_to_report")] = YES_CHOICE
        sheet[place(table, "1.2", "progress_en")] = sheet[place(table, "1.2", "progress_fr")] = None
        sheet[place(table, "1.3", "nothing_to_report")] = "oui"

    diff = diff_of(edited(data, change), rows)
    draft, _ = diff.drafts["1.2"]
    assert draft.nothing_to_report
    assert draft.progress == EMPTY_TEXT
    (problem,) = diff.preview.problems
    assert (problem.rule, problem.subjects) == ("text-or-mark", ("1.3",))
    columns = ("nothing_to_report", "progress_en", "progress_fr")
    assert [cell.address for cell in problem.cells] == [place(table, "1.3", column) for column in columns]
    assert "1.3" not in diff.drafts


def test_what_programs_correct_while_typing_is_no_change() -> None:
    typed = 'The "form" isn\'t ready... 3 % -- more'
    rows = tuple(
        replace(row, draft=ReportDraft(None, Bilingual(typed, unicodedata.normalize("NFC", "é")))) for row in plain_rows(2)
    )
    data = write_reports(book_of(rows))
    table = read_reports(data).table

    def change(sheet: Any, _: Any) -> None:
        sheet[place(table, "1.1", "progress_en")] = "The “form” isn’t ready… 3\u00a0% -- more"
        sheet[place(table, "1.2", "progress_fr")] = unicodedata.normalize("NFD", "é") + "  \n"

    assert_unchanged(diff_of(edited(data, change), rows))


texts = st.text(st.characters(codec="utf-8"), max_size=60).map(clean_text)
lines = st.text(st.characters(codec="utf-8"), max_size=30).map(clean_line)


def pairs(side: st.SearchStrategy[str]) -> st.SearchStrategy[Bilingual]:
    return st.builds(Bilingual, side, side)


links = st.builds(
    LabelledLink, st.sampled_from(["https://open.canada.ca", "https://a.example/é?x=1&y", "http://b.example"]), pairs(lines)
)
drafts = st.builds(
    ReportDraft,
    st.sampled_from([None, *Status]),
    pairs(texts),
    pairs(texts),
    pairs(texts),
    st.lists(links, max_size=3, unique_by=lambda link: link.url).map(tuple),
    next_step=pairs(lines),
)
marked = st.builds(ReportDraft, st.sampled_from([None, *Status]), nothing_to_report=st.just(True), challenge=pairs(texts))


some_reports = st.lists(st.one_of(drafts, marked), min_size=1, max_size=4)
languages = st.sampled_from(list(Language))


@ESSENTIAL
@given(some_reports, languages)
def test_written_and_read_reports_are_equal(reports: list[ReportDraft], lang: Language) -> None:
    assert_read_as_written(reports, lang)


@FURTHER
@settings(max_examples=1000)
@given(some_reports, languages)
def test_1000_written_and_read_reports_are_equal(reports: list[ReportDraft], lang: Language) -> None:
    assert_read_as_written(reports, lang)


def assert_read_as_written(reports: list[ReportDraft], lang: Language) -> None:
    title = Bilingual("Title", "Titre")
    rows = tuple(
        ReportRow(f"1.{n}", n, title, title, title, n, draft, is_due=Timeliness.DUE) for n, draft in enumerate(reports, 1)
    )
    data = write_reports(book_of(rows, lang))
    assert_unchanged(diff_of(data, rows))
    empty = tuple(replace(row, draft=ReportDraft(None), version=0) for row in rows)
    fresh = write_reports(book_of(empty, lang))
    assert_unchanged(diff_of(fresh, empty))


def test_choices_are_in_both_languages() -> None:
    assert next(iter(STATUS_CHOICES)) == "Not started – Non commencé"
