"""Files of commitments: the source’s list and full-size federal files are read whole; each mistake is named by its cell."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Invalid
from cogwg.core.status import Status
from cogwg.ogp.importing import csv_files, federal_files, lists, reading
from cogwg.ogp.importing.reading import read_commitments
from cogwg.ogp.importing.stated import FileKind
from tests.ogp.importing.files import LIST_COLUMNS, NAP5_COLUMNS, NAP6_COLUMNS, csv_of, list_rows, nap5_rows, nap6_rows


@pytest.mark.parametrize("bom", [False, True], ids=["without a byte order mark", "with one"])
def test_the_73_commitments_of_the_source_are_read(bom: bool) -> None:
    read = read_commitments(csv_of(list_rows(), LIST_COLUMNS, bom=bom))

    assert (read.kind, read.problems, read.left_out) == (FileKind.LIST, (), ())
    assert Counter(each.cycle for each in read.commitments) == {2012: 29, 2014: 12, 2016: 22, 2018: 10}
    assert sum(bool(each.starred) for each in read.commitments) == 7
    by_identifier = {each.identifier: each for each in read.commitments}
    assert by_identifier["CA0060"].title == Bilingual("Engage Civil Society on Open Government", "")
    assert by_identifier["CA0060"].areas == (Bilingual("Public Participation", ""),)
    assert by_identifier["CA0055"].follows == "CA0035"


def test_a_sixth_plan_of_full_size_is_read_whole() -> None:
    read = read_commitments(csv_of(nap6_rows(), NAP6_COLUMNS))

    assert (read.kind, read.problems, read.row_count) == (FileKind.NAP6, (), 65 * 9)
    indicators = [each for commitment in read.commitments for each in commitment.indicators]
    assert [each.identifier for each in read.commitments] == [f"2025-C0{n}" for n in range(1, 5)]
    assert len(indicators) == 65
    assert {len(each.actuals) for each in indicators} == {9}
    assert indicators[0].deadline == Bilingual("By fall 2027", "D’ici l’automne 2027")
    assert [actual.period for actual in indicators[0].actuals[:3]] == ["2025-12", "2026-06", "2026-12"]


def test_a_fifth_plan_of_full_size_is_read_whole() -> None:
    read = read_commitments(csv_of(nap5_rows(), NAP5_COLUMNS, bom=True))

    assert (read.kind, read.problems, read.row_count) == (FileKind.NAP5, (), 106 * 12)
    assert read.left_out == ("indicator_s4d",)
    indicators = [each for commitment in read.commitments for each in commitment.indicators]
    assert (len(read.commitments), len(indicators)) == (5, 106)
    assert {len(each.actuals) for each in indicators} == {12}
    assert indicators[0].deadline == Bilingual("2024-03-31", "2024-03-31")


@pytest.mark.parametrize("words", [("NIL", "NUL"), ("nil", ""), ("", "NUL."), ("Nil.", "Nul")])
def test_nil_is_nothing_to_report_and_no_text(words: tuple[str, str]) -> None:
    row = nap6_rows(1)[0] | dict(zip(("progress_en", "progress_fr"), words, strict=True)) | {"challenges_en": "NIL"}

    actual = read_commitments(csv_of([row], NAP6_COLUMNS)).commitments[0].indicators[0].actuals[0]

    assert actual.nothing_to_report
    assert not actual.progress
    assert actual.challenges.en == ""


def test_a_choice_with_its_words_is_read_by_its_code() -> None:
    row = nap6_rows(2)[9] | {"commitments": "C02: Climate and open data", "status": "SP: Substantial progress"}

    commitment = read_commitments(csv_of([row], NAP6_COLUMNS)).commitments[0]

    assert (commitment.identifier, commitment.title.en) == ("2025-C02", "Climate and open data")
    assert commitment.indicators[0].actuals[0].status is Status.SUBSTANTIAL


def test_reports_of_two_organizations_stand_together_with_their_names_and_the_lowest_status() -> None:
    row = nap6_rows(2)[9] | {"status": "C", "progress_en": "Done.", "progress_fr": "Fait."}
    other = row | {"owner_org": "lac-bac", "owner_org_title": "Library | Bibliothèque", "status": "LP", "progress_en": "Begun."}

    actual = read_commitments(csv_of([row, other], NAP6_COLUMNS)).commitments[0].indicators[0].actuals[0]

    assert actual.status is Status.LIMITED
    assert actual.progress.en == "Treasury Board of Canada Secretariat: Done.\n\nLibrary: Begun."
    assert actual.progress.fr.endswith("Bibliothèque\u00a0: Fait.")


FEDERAL_MISTAKES = {
    "a period that is none": ({"reporting_period": "2026-07"}, federal_files.BAD_PERIOD, "reporting_period"),
    "a code that is none": ({"indicators": "indicator 3"}, federal_files.BAD_CODE, "indicators"),
    "a milestone of another commitment": ({"milestones": "C04.1"}, federal_files.OTHER_PARENT, "milestones"),
    "an indicator of another milestone": ({"indicators": "C01.9.1"}, federal_files.OTHER_PARENT, "indicators"),
    "a status that is none": ({"status": "Done"}, federal_files.BAD_STATUS, "status"),
    "no status": ({"status": "", "progress_en": "Some"}, federal_files.BAD_STATUS, "status"),
}


@pytest.mark.parametrize("name", FEDERAL_MISTAKES)
def test_a_wrong_row_of_a_federal_file_is_named_by_row_and_column(name: str) -> None:
    change, sentence, column = FEDERAL_MISTAKES[name]
    rows = nap6_rows(5)
    rows[3] |= change

    problems = read_commitments(csv_of(rows, NAP6_COLUMNS)).problems

    assert any(p.message.id == sentence and [(c.sheet, c.address) for c in p.cells] == [(column, "5")] for p in problems)
    assert {cell.address for p in problems for cell in p.cells} == {"5"}


def test_every_wrong_row_is_named_not_only_the_first() -> None:
    rows = nap6_rows(5)
    for n in (0, 7, 20):
        rows[n]["status"] = "?"

    problems = read_commitments(csv_of(rows, NAP6_COLUMNS)).problems

    assert [p.cells[0].address for p in problems] == ["2", "9", "22"]


def test_a_report_that_is_there_twice_names_both_rows() -> None:
    rows = [*nap6_rows(2), nap6_rows(1)[4]]

    (problem,) = read_commitments(csv_of(rows, NAP6_COLUMNS)).problems

    assert problem.message.id == federal_files.REPEATED_REPORT
    assert (problem.cells[0].address, problem.message.values["row"]) == ("20", 6)


LIST_MISTAKES = {
    "no identifier": ({"identifier": ""}, lists.BAD_IDENTIFIER, "identifier"),
    "an identifier with markup": ({"identifier": "<script>"}, lists.BAD_IDENTIFIER, "identifier"),
    "an identifier that is there twice": ({"identifier": "CA0064"}, lists.REPEATED_IDENTIFIER, "identifier"),
    "the same identifier in lower case": ({"identifier": "ca0064"}, lists.REPEATED_IDENTIFIER, "identifier"),
    "a cycle that is no year": ({"cycle": "2016-2018"}, lists.BAD_CYCLE, "cycle"),
    "no title": ({"title_en": ""}, lists.NO_TITLE, "title_en"),
    "a title that is too long": ({"title_en": "x" * 301}, lists.LONG_TEXT, "title_en"),
    "starred with another word": ({"starred": "maybe"}, lists.BAD_STARRED, "starred"),
    "a status that is none": ({"status": "Done"}, lists.BAD_STATE, "status"),
}


@pytest.mark.parametrize("name", LIST_MISTAKES)
def test_a_wrong_row_of_a_list_is_named_by_row_and_column(name: str) -> None:
    change, sentence, column = LIST_MISTAKES[name]
    rows = list_rows()
    rows[40] |= change

    problems = read_commitments(csv_of(rows, LIST_COLUMNS)).problems

    assert [(p.message.id, p.cells[0].sheet, p.cells[0].address) for p in problems] == [(sentence, column, "42")]


HOSTILE: dict[str, tuple[bytes, str]] = {
    "an empty file": (b"", csv_files.EMPTY),
    "only a byte order mark": (b"\xef\xbb\xbf\r\n", csv_files.EMPTY),
    "headings without rows": (csv_of([], NAP6_COLUMNS), csv_files.NO_ROWS),
    "a workbook": (b"PK\x03\x04 and more", csv_files.NOT_TEXT),
    "a web page": (b"<html><table><tr><td>identifier,cycle", csv_files.NOT_TEXT),
    "bytes of zero": (b"identifier,cycle\n\x00\x00,2016\n", csv_files.NOT_TEXT),
    "UTF-16": ("identifier,cycle\nCA0060,2016".encode("utf-16"), csv_files.NOT_UTF8),
    "Windows-1252": ("identifier,cycle,title\nCA1,2016,Évaluation".encode("cp1252"), csv_files.NOT_UTF8),
    "tabs": (b"identifier\tcycle\ttitle\nCA0060\t2016\tTitle\n", csv_files.ONE_COLUMN),
    "a quote that never ends": (b'identifier,cycle,title\nCA0060,2016,"Title\n' + b"x,\n" * 100, csv_files.BROKEN),
    "one endless cell": (b'identifier,cycle,title\nCA0060,2016,"' + b"x" * 200_000 + b'"\n', csv_files.BROKEN),
    "too many rows": (b"identifier,cycle,title\n" + b"CA1,2016,T\n" * 10_001, csv_files.TOO_MANY_ROWS),
    "too many columns": (b",".join([b"identifier", *(b"c%d" % n for n in range(100))]) + b"\n1\n", csv_files.TOO_MANY_COLUMNS),
    "too large": (b"identifier,cycle,title\n" + b"x" * csv_files.FILE_LIMIT, csv_files.TOO_LARGE),
    "a heading twice": (b"identifier,cycle,cycle\nCA1,2016,2016\n", csv_files.REPEATED_COLUMN),
    "columns of something else": (b"name,amount\nA,1\n", reading.UNKNOWN_COLUMNS),
    "a list without its year": (b"identifier,title\nCA1,T\n", reading.MISSING_COLUMNS),
    "a federal file without status": (b"reporting_period,commitments\n2025-12,C01\n", reading.MISSING_COLUMNS),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_such_table_is_refused_with_what_to_do(name: str) -> None:
    data, sentence = HOSTILE[name]

    with pytest.raises(Invalid) as refused:
        read_commitments(data)

    assert [message.id for _field, message in refused.value.problems] == [sentence]


def test_a_file_with_semicolons_reads_like_one_with_commas() -> None:
    rows = [row | {"title_en": "One; two, three"} for row in list_rows()[:3]]
    with_commas = read_commitments(csv_of(rows, LIST_COLUMNS))
    with_semicolons = read_commitments(csv_of(rows, LIST_COLUMNS, delimiter=";"))
    assert with_semicolons == with_commas


def test_formulas_stay_text() -> None:
    rows: list[dict[str, Any]] = [list_rows()[0] | {"title_en": '=HYPERLINK("http://example.org","x")'}]

    assert read_commitments(csv_of(rows, LIST_COLUMNS)).commitments[0].title.en.startswith("=HYPERLINK")
