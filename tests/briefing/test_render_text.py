"""How the renderer measures, splits, words and names texts, tested without a workbook."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogwg.briefing.deck import ActivityState
from cogwg.briefing.render import file_name, wording
from cogwg.briefing.render.pages import measure, styles
from cogwg.briefing.render.pages.links import web_address
from cogwg.briefing.render.pages.page import ContentBox, PageLine, Para, text_box
from cogwg.briefing.render.pages.translator import Translator
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.status import Status, Timeliness
from cogwg.core.tables import CELL_LIMIT, escape_for_xlsx, is_formula_like, truncate_to_cell, unique_sheet_name
from tests.briefing import make_widths
from tests.briefing.decks import february_deck

DUE = date(2020, 9, 30)


def state(timeliness: Timeliness, reported_on: date | None = None) -> ActivityState:
    return ActivityState(
        1, "1.1", EMPTY_TEXT, EMPTY_TEXT, (2020, 9), DUE, EMPTY_TEXT, False, Status.COMPLETE, timeliness, reported_on
    )


def lines(text: str, px: float) -> list[str]:
    at = measure.line_starts(text, 12, False, px)
    return [text[start:end] for start, end in zip(at, (*at[1:], len(text)), strict=True)]


def test_width_table_equals_the_font() -> None:
    if not make_widths.FONT_FOLDER.exists():
        pytest.skip("no Liberation fonts: apt-get install fonts-liberation2")
    made = {
        face.lower(): make_widths.measure_widths(make_widths.FONT_FOLDER / f"LiberationSans-{face}.ttf")
        for face in ("Regular", "Bold")
    }
    assert json.loads(make_widths.WIDTHS_FILE.read_text(encoding="ascii")) == made


def test_text_width_is_that_of_arial() -> None:
    assert measure.text_width("0", 12, False) == pytest.approx(8.9, abs=0.05)
    assert measure.text_width("Open", 12, True) > measure.text_width("Open", 12, False)


def test_lines_break_between_words_and_not_at_no_break_spaces() -> None:
    assert lines("one two three", 70) == ["one two ", "three"]
    assert lines("one two\u00a0three", 70) == ["one ", "two\u00a0three"]


def test_lines_do_not_begin_with_closing_punctuation() -> None:
    assert lines("aaaa bbbb ; cccc", measure.text_width("aaaa bbbb", 12, False)) == ["aaaa ", "bbbb ; ", "cccc"]


def test_word_wider_than_the_column_is_broken_within() -> None:
    assert lines("w" * 10, measure.text_width("w" * 4, 12, False)) == ["wwww", "wwww", "ww"]


def test_paragraphs_are_separate_lines() -> None:
    assert lines("a\n\nb", 500) == ["a\n", "\n", "b"]


def test_line_height_is_larger_for_other_scripts() -> None:
    assert measure.line_height("abc", 12) == 15
    assert measure.line_height("漢字", 12) > 18


@given(st.text(max_size=400), st.integers(20, 400))
def test_split_box_loses_no_text(text: str, height: int) -> None:
    box = text_box(styles.BODY, text)
    joined, rest = "", box
    for _ in range(500):
        first, more = rest.split(200, height)
        joined += first.text
        if more is None:
            break
        rest = more
    assert joined.replace("\n", "") == box.text.replace("\n", ""), "only line breaks at the cuts are left out"


def test_row_taller_than_a_page_continues_with_its_repeated_boxes() -> None:
    line = PageLine({0: text_box(styles.LABEL, "March", repeats=True), 1: text_box(styles.BODY, "word " * 2000)})
    pieces = line.split_to_fit((100, 400), 300)
    assert len(pieces) > 3
    assert {piece.boxes[0].text for piece in pieces} == {"March"}
    assert "".join(piece.boxes[1].text for piece in pieces) == "word " * 2000
    assert max(piece.height((100, 400)) for piece in pieces) <= 300


def test_repeated_box_taller_than_a_page_is_split() -> None:
    line = PageLine({0: text_box(styles.LABEL, "x " * 3000, repeats=True)})
    pieces = line.split_to_fit((100,), 300)
    assert "".join(piece.boxes[0].text for piece in pieces) == "x " * 3000
    assert max(piece.height((100,)) for piece in pieces) <= 300


@pytest.mark.parametrize("words", [1, 200, 4000])
def test_repeated_box_taller_than_a_page_is_split_beside_a_text_of_any_length(words: int) -> None:
    boxes = {0: text_box(styles.LABEL, "x " * 3000, repeats=True), 1: text_box(styles.BODY, "word " * words)}
    pieces = PageLine(boxes).split_to_fit((100, 400), 300)
    assert "".join(piece.boxes[0].text for piece in pieces).startswith("x " * 3000)
    assert "".join(piece.boxes[1].text for piece in pieces) == "word " * words
    assert max(piece.height((100, 400)) for piece in pieces) <= 300


def test_split_paragraphs_keep_their_style() -> None:
    box = ContentBox(styles.BODY, (Para("a " * 200, 10), Para("b", 14, bold=True)))
    _, rest = box.split(100, 60)
    assert rest is not None
    assert [(para.size, para.bold) for para in rest.paras] == [(10, None), (14, True)]


@pytest.mark.parametrize(
    ("timeliness", "reported", "today", "english", "french"),
    [
        (Timeliness.DUE, None, date(2020, 9, 24), "► due in 6 days", "► échéance dans 6 jours"),
        (Timeliness.DUE, None, date(2020, 9, 29), "► due in 1 day", "► échéance dans 1 jour"),
        (Timeliness.DUE, None, DUE, "► due today", "► échéance aujourd’hui"),
        (Timeliness.OVERDUE, None, date(2020, 12, 25), "▲ 86 days overdue", "▲ en retard de 86 jours"),
        (Timeliness.DONE_LATE, date(2020, 10, 14), DUE, "done 14 days late", "réalisé avec 14 jours de retard"),
        (Timeliness.DONE_LATE, None, DUE, "done late", "réalisé en retard"),
        (Timeliness.DONE_ON_TIME, DUE, DUE, "done on time", "réalisé à temps"),
        (Timeliness.NOT_YET_DUE, None, DUE, "not yet due", "pas encore échu"),
    ],
)
def test_timing_is_worded_in_days(
    timeliness: Timeliness, reported: date | None, today: date, english: str, french: str
) -> None:
    words = wording.timing(state(timeliness, reported), today)
    assert (words.en.replace("\u00a0", " "), words.fr.replace("\u00a0", " ")) == (english, french)


def test_text_in_the_other_language_only_is_marked() -> None:
    assert Translator(Language.FR).translate(Bilingual("Only here", "")) == "Only here (en anglais)"
    assert Translator(Language.EN).translate(Bilingual("", "Ici seulement")) == "Ici seulement (in French)"
    assert Translator(Language.EN).translate(EMPTY_TEXT) == ""


def test_sheet_names_are_unique_whatever_their_case() -> None:
    taken: set[str] = set()
    assert unique_sheet_name("5 L’aperçu: [tout]/rien", taken) == "5 L aperçu tout rien"
    assert unique_sheet_name("5 l aperçu tout rien", taken) == "5 l aperçu tout rien #2"
    long = unique_sheet_name("8 " + "😀" * 40, taken, " (12)")
    assert len(long.encode("utf-16-le")) // 2 <= 31
    assert long.endswith(" (12)")


@pytest.mark.parametrize("url", ["https://example.ca/a", "http://example.ca", "mailto:someone@example.ca"])
def test_web_address_accepts_http_and_mailto(url: str) -> None:
    assert web_address(url) == url


@pytest.mark.parametrize("url", ["", "example.ca", "mailto:", "javascript:alert(1)", "https://[", "https://a\u0000b"])
def test_web_address_rejects_anything_else(url: str) -> None:
    assert web_address(url) == ""


def test_text_over_the_cell_limit_is_shortened_with_a_note() -> None:
    for text in ("x" * 40_000, "😀" * 20_000):
        shortened = truncate_to_cell(text, Language.EN)
        assert len(shortened.encode("utf-16-le")) // 2 <= CELL_LIMIT
        assert shortened.endswith("[shortened to fit the cell]")
    assert truncate_to_cell("x" * CELL_LIMIT, Language.EN) == "x" * CELL_LIMIT


def test_formulas_and_escapes_of_excel_are_recognized() -> None:
    assert escape_for_xlsx("_x0041_ _x00ZZ_ a_x_") == "_x005F_x0041_ _x00ZZ_ a_x_"
    assert all(is_formula_like(f"{c}1") for c in "=+-@\t")
    assert not is_formula_like("1-2")


def test_file_name_holds_audience_meeting_and_language() -> None:
    deck = february_deck()
    assert file_name(deck, "xlsx", Language.EN) == "joint-councils-2020-02-27-v1-en.xlsx"
    assert file_name(deck, "xlsx", Language.FR) == "conseils-mixtes-2020-02-27-v1-fr.xlsx"
