"""Downloads of lists: text stays text in both formats, dates are dates, and sample data is marked."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from itertools import product
from typing import Any

import pytest
from openpyxl import load_workbook

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.tables import SAMPLE_NOTE, Cell, Column, Table, as_csv, as_xlsx, file_name

HOSTILE_TEXTS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\tx", '=HYPERLINK("https://a.example/";"x")', "#REF!", "=cmd|' /C calc'!A0"]


def make_table(*cells: Cell, sample: bool = False) -> Table:
    columns = tuple(Column(Bilingual(f"Heading {n}", f"Titre {n}")) for n, _ in enumerate(cells))
    return Table(Bilingual("Work plan 2020: œuvre", "Plan d’été 2020"), columns, (cells,), date(2020, 9, 24), sample)


def read_csv_rows(content: bytes, delimiter: str = ",") -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def read_worksheet(content: bytes) -> Any:
    book: Any = load_workbook(BytesIO(content))
    return book.active


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_formula_like_text_stays_text_in_csv_and_xlsx(text: str) -> None:
    _, (cell,) = read_csv_rows(as_csv(make_table(text), Language.EN))
    assert cell == (text if text.startswith("#") else f"'{text}")
    xlsx_cell = read_worksheet(as_xlsx(make_table(text), Language.EN)).cell(2, 1)
    assert (xlsx_cell.value, xlsx_cell.data_type) == (text, "s")
    assert xlsx_cell.quotePrefix or text.startswith("#")


def test_headings_and_values_follow_the_language_and_mark_a_missing_translation() -> None:
    table = make_table(Bilingual("Overdue", "En retard"), Bilingual("Only English", ""))
    assert read_csv_rows(as_csv(table, Language.FR), ";") == [
        ["Titre 0", "Titre 1"],
        ["En retard", "Only English (en anglais)"],
    ]
    sheet = read_worksheet(as_xlsx(table, Language.EN))
    assert [[c.value for c in row] for row in sheet] == [["Heading 0", "Heading 1"], ["Overdue", "Only English"]]


def test_dates_and_numbers_keep_their_types() -> None:
    at = datetime(2020, 9, 24, 18, 5, tzinfo=UTC)
    table = make_table(date(2020, 10, 1), at, 86, None, -3)
    assert read_csv_rows(as_csv(table, Language.EN))[1] == ["2020-10-01", "2020-09-24T18:05+00:00", "86", "", "-3"]
    sheet = read_worksheet(as_xlsx(table, Language.EN))
    day = sheet.cell(2, 1)
    assert (day.value, day.number_format) == (datetime(2020, 10, 1), "yyyy-mm-dd")  # noqa: DTZ001
    assert [c.value for c in sheet[2]][1:] == ["2020-09-24T18:05+00:00", 86, None, -3]


def test_text_keeps_line_breaks_and_loses_invalid_characters() -> None:
    text = "First\r\nsecond \x07, \ud800 and “third”; _x0041_"
    assert read_csv_rows(as_csv(make_table(text), Language.EN))[1] == ["First\nsecond ,  and “third”; _x0041_"]
    assert (
        read_worksheet(as_xlsx(make_table(text), Language.EN)).cell(2, 1).value == "First\nsecond ,  and “third”; _x005F_x0041_"
    )
    assert len(read_worksheet(as_xlsx(make_table("x" * 40_000), Language.EN)).cell(2, 1).value) == 32_767


def test_sample_list_is_marked_in_its_name_and_every_row() -> None:
    table = make_table("a", sample=True)
    assert file_name(table, "csv", Language.FR) == "plan-d-ete-2020-donnees-fictives-2020-09-24-fr.csv"
    assert file_name(make_table("a"), "xlsx", Language.EN) == "work-plan-2020-oeuvre-2020-09-24-en.xlsx"
    for lang in Language:
        assert read_csv_rows(as_csv(table, lang), {"en": ",", "fr": ";"}[lang])[1][-1] == SAMPLE_NOTE.text(lang)
        sheet = read_worksheet(as_xlsx(table, lang))
        assert sheet.cell(2, 2).value == SAMPLE_NOTE.text(lang)
        assert SAMPLE_NOTE.text(lang) in sheet.oddFooter.left.text


def test_worksheet_of_a_list_has_frozen_headings_filter_and_print_titles() -> None:
    sheet = read_worksheet(as_xlsx(make_table("A sentence that needs more than one line of its column."), Language.EN))
    (table,) = sheet.tables.values()
    assert (sheet.freeze_panes, table.autoFilter.ref, sheet.print_title_rows) == ("A2", "A1:A2", "$1:$1")
    assert sheet.row_dimensions[2].height > 15
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_empty_list_has_headings_only() -> None:
    table = Table(Bilingual("A", "A"), (Column(Bilingual("B", "C")),), (), date(2020, 9, 24))
    assert read_csv_rows(as_csv(table, Language.FR), ";") == [["C"]]
    assert read_worksheet(as_xlsx(table, Language.FR)).max_row == 1


@pytest.mark.parametrize(
    "text",
    [
        "x;=6*7;y",
        "x,=6*7,y",
        "x\t=6*7\ty",
        "x\n=6*7\ny",
        'x;"=6*7;y',
        "x; =6*7;y",
        "a;+1;b",
        "a,-1,b",
        "a;@SUM(A1);b",
        "x|=6*7|y",
        "=6*7;x",
    ],
)
def test_no_cell_begins_a_formula_whatever_the_separator(text: str) -> None:
    """The file of either language, opened with any separator."""
    for row, lang, separator in product((("first", text), (text, "last")), Language, (",", ";", "\t", "|")):
        for cells in read_csv_rows(as_csv(make_table(*row), lang), separator):
            assert not [cell for cell in cells if cell.lstrip(' "\xa0').startswith(("=", "+", "-", "@"))], (lang, separator)


def test_ordinary_punctuation_stays_as_it_is_in_csv() -> None:
    text = "One, two; three: 3 - 1 = 2 (a|b)\n• four"
    assert read_csv_rows(as_csv(make_table(text), Language.EN))[1] == [text]
    assert read_csv_rows(as_csv(make_table(text), Language.FR), ";")[1] == [text]


@pytest.mark.parametrize("code", ["3.10", "1.1", "2020-09", "007", "1/2", "1E5"])
def test_code_that_looks_like_a_number_stays_text(code: str) -> None:
    table = make_table(code, 3)
    assert read_csv_rows(as_csv(table, Language.EN))[1] == [f"'{code}", "3"]
    cells = read_worksheet(as_xlsx(table, Language.FR))[2]
    assert [(cell.value, cell.data_type) for cell in cells] == [(code, "s"), (3, "n")]


def test_each_link_has_a_column_and_is_a_hyperlink_in_the_workbook() -> None:
    links = ("https://a.example/é?q=1", "https://b.example/x%20y")
    rows: tuple[tuple[Cell, ...], ...] = (("One", links, "end"), ("Two", (), "end"), ("Three", links[1:], "end"))
    columns = tuple(Column(Bilingual(name, name)) for name in ("Title", "Links", "End"))
    table = Table(Bilingual("A", "A"), columns, rows, date(2020, 9, 24))
    assert read_csv_rows(as_csv(table, Language.EN)) == [
        ["Title", "Links", "Links (2)", "End"],
        ["One", *links, "end"],
        ["Two", "", "", "end"],
        ["Three", links[1], "", "end"],
    ]
    sheet = read_worksheet(as_xlsx(table, Language.EN))
    targets = {c.coordinate: c.hyperlink.target for row in sheet for c in row if c.hyperlink}
    assert targets == {"B2": "https://a.example/%C3%A9?q=1", "C2": links[1], "B4": links[1]}
    assert [c.value for c in sheet[2]] == ["One", *links, "end"]


@pytest.mark.parametrize("text", ["word " * 800, "x" * 4000, "word " * 799 + "\nend"])
def test_long_text_prints_whole(text: str) -> None:
    sheet = read_worksheet(as_xlsx(make_table(text), Language.EN))
    width, height = sheet.column_dimensions["A"].width, sheet.row_dimensions[2].height
    assert sheet["A2"].alignment.wrap_text
    assert height <= 409
    assert sum(max(1, -(-len(line) // width)) for line in text.strip().split("\n")) * 15 <= height
