"""Whatever people type is written to the workbook as text and reads back unchanged."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cogwg.briefing.deck import DataSlide, Deck, MilestonesSlide, PrioritySlide, Reference, Slide
from cogwg.briefing.render.xlsx.book import LAYOUTS
from cogwg.core.bilingual import Bilingual, Language, clean_text
from tests.briefing.decks import deck_with_text, replace_slide, sheets_of
from tests.drawing import render_once

HOSTILE_TEXTS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://evil.example","x")',
    "😀 emoji 🏳️‍🌈",
    "שלום עולם, مرحبا",
    "_x0041_ and _x000D_",
    "<b>&amp; \"quotes\" 'too'</b> ]]>",
    "two\nlines\n\nand a third",
    "trailing\u00a0narrow\u202fspaces",
    "漢字かな交じり文",
    "e\u0301 is é",
    "{{ template }} %s %(x)s",
)
LONG_TEXT = " ".join(f"word{n}" for n in range(700))[:4000]


def with_progress(deck: Deck, text: str) -> Deck:
    """Return a small deck whose only activity has this text as title and report, on its slide and in the data."""
    both = Bilingual(text, text)
    cover, *_ = deck.slides
    first = next(s for s in deck.slides if isinstance(s, PrioritySlide))
    data = next(s for s in deck.slides if isinstance(s, DataSlide))
    short, state = data.rows[0]
    changed = replace(state, progress=both, title=both, text=both)
    return replace(deck, slides=(cover, replace(first, activities=(changed,)), replace(data, rows=((short, changed),))))


def read_cells(content: bytes) -> list[tuple[str, object]]:
    book = load_workbook(BytesIO(content))
    return [(cell.data_type, cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_reads_back_unchanged_and_is_no_formula(september: Deck, text: str) -> None:
    cells = read_cells(render_once(with_progress(september, clean_text(text)), "xlsx", Language.EN))
    assert ("s", clean_text(text)) in cells
    assert not [value for kind, value in cells if kind == "f"]


def test_invalid_xml_characters_are_dropped_by_the_renderer(september: Deck) -> None:
    cells = read_cells(render_once(with_progress(september, "a\x00b\x08c\x1fd\ufffee\ud800f"), "xlsx", Language.FR))
    assert ("s", "abcdef") in cells


def test_long_text_continues_over_pages_without_loss(september: Deck) -> None:
    content = render_once(with_progress(september, LONG_TEXT), "xlsx", Language.EN)
    book = load_workbook(BytesIO(content))
    pages = [s for s in book.worksheets if s.title.startswith("2 ")]
    assert len(pages) > 1
    page_text = " ".join(str(c.value) for s in pages for row in s.iter_rows() for c in row if c.value)
    assert [word for word in LONG_TEXT.split() if word not in page_text] == []
    assert [
        s.row_dimensions[n].height for s in pages for n in range(1, s.max_row + 1) if (s.row_dimensions[n].height or 0) > 409
    ] == []


def test_long_text_is_complete_in_the_data_sheet(september: Deck) -> None:
    deck = with_progress(september, LONG_TEXT)
    (sheet,) = sheets_of(load_workbook(BytesIO(render_once(deck, "xlsx", Language.EN))), deck, DataSlide)
    sheet_text = " ".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)
    assert [word for word in LONG_TEXT.split() if word not in sheet_text] == []


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "http://", "https://a b", "data:text/html,x", "https://x/" + "y" * 2100],
)
def test_invalid_web_addresses_do_not_become_links(february: Deck, url: str) -> None:
    news = next(s for s in february.slides if isinstance(s, MilestonesSlide))
    row = replace(news.milestones[0], links=(Reference(url, Bilingual("Look", "Voir")),))
    deck = replace_slide(february, MilestonesSlide, milestones=(row, *news.milestones[1:]))
    content = render_once(deck, "xlsx", Language.EN)
    with ZipFile(BytesIO(content)) as archive:
        linked = "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith(".rels"))
    assert f'Target="{url}"' not in linked


def test_footer_escapes_codes_in_the_audience(february: Deck) -> None:
    deck = replace(february, audience=Bilingual("R&D & Co &P " + "x" * 100, "R-D"))
    book = load_workbook(BytesIO(render_once(deck, "xlsx", Language.EN)))
    for sheet in book.worksheets:
        footer = str(sheet.oddFooter)
        assert "&&" in footer
        assert len(footer) <= 255


def test_layouts_cover_every_kind_of_slide() -> None:
    assert {kind.__name__ for kind in LAYOUTS} == {kind.__name__ for kind in Slide.__subclasses__()}


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_appears_on_every_kind_of_slide(text: str) -> None:
    missing, formulas = find_missing_text(clean_text(text))
    assert (missing, formulas) == ([], [])


@settings(max_examples=settings.default.max_examples // 6)
@given(text=st.text(min_size=1, max_size=40).filter(lambda text: text.count("\n") < 3))
def test_any_text_appears_on_every_kind_of_slide(text: str) -> None:
    """Text that ``clean_text`` lets through reads back; openpyxl itself drops a literal ``x005F_`` on reading."""
    missing, formulas = find_missing_text(clean_text(text).replace("x005F_", ""))
    assert (missing, formulas) == ([], [])


def find_missing_text(text: str) -> tuple[list[str], list[object]]:
    """Return the sheets without this text in any cell, and all formulas; each kind of slide is a sheet."""
    deck = deck_with_text(text)
    assert {type(slide) for slide in deck.slides} == set(LAYOUTS)
    sheets = load_workbook(BytesIO(render_once(deck, "xlsx", Language.EN))).worksheets
    by_number: dict[str, list[str]] = {}
    formulas = []
    for sheet in sheets:
        for row in sheet.iter_rows():
            for cell in row:
                by_number.setdefault(sheet.title.split(" ")[0], []).append(str(cell.value))
                formulas += [cell.value] if cell.data_type == "f" else []
    assert len(by_number) == len(deck.slides)
    return [number for number, texts in by_number.items() if not any(text in own for own in texts)], formulas
