"""The shapes of the timeline in the workbook and on slides: described, within the page, and beside the texts of their row."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook

from cogwg.briefing.deck import ActivityState, Deck, TimelineSlide
from cogwg.briefing.render import render
from cogwg.briefing.render.html import render_slides
from cogwg.briefing.rules import TITLE_LIMIT
from cogwg.core.bilingual import Bilingual, Language
from tests.briefing.decks import replace_slide, resized_deck
from tests.briefing.pptx_reader import find_overflowing_texts, read_presentation

LANGUAGES = pytest.mark.parametrize("lang", list(Language))
SLIDE_WIDTH, SLIDE_HEIGHT = 12_192_000, 6_858_000
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def timeline_only(deck: Deck) -> Deck:
    return replace(deck, slides=tuple(slide for slide in deck.slides if isinstance(slide, TimelineSlide)))


def timeline_of(deck: Deck) -> TimelineSlide:
    return next(slide for slide in deck.slides if isinstance(slide, TimelineSlide))


def named_states(deck: Deck) -> list[ActivityState]:
    """Return the activities that the timeline of the prepared deck names: overdue, or due on September 30."""
    states = [state for row in timeline_of(deck).rows for state in row.states]
    return [state for state in states if state.timeliness.is_overdue or (state.month == (2020, 9) and state.status != "C")]


def groups_of(slide: Any) -> list[Any]:
    return [shape for shape in slide.shapes if shape.shape_type == 6]


def deck_with_names(priorities: int, activities: int, length: int) -> Deck:
    deck = resized_deck(priorities, activities)
    name = Bilingual(("priorities " * 40)[:length].strip(), ("initiatives " * 40)[:length].strip())
    rows = tuple(
        replace(row, short=name, states=tuple(replace(state, title=name) for state in row.states))
        for row in timeline_of(deck).rows
    )
    return timeline_only(replace_slide(deck, TimelineSlide, rows=rows))


@LANGUAGES
def test_shapes_of_a_slide_are_one_described_group_within_the_slide(prepared: Deck, lang: Language) -> None:
    (slide,) = read_presentation(timeline_only(prepared), lang).slides
    (group,) = groups_of(slide)
    described = group._element.xpath("./p:nvGrpSpPr/p:cNvPr/@descr")[0]
    assert described.startswith(("Timeline of the 2020 work plan, ", "Calendrier du plan de travail de 2020, "))
    assert 0 <= group.left <= group.left + group.width <= SLIDE_WIDTH
    assert 0 <= group.top <= group.top + group.height <= SLIDE_HEIGHT
    ids = slide._element.xpath(".//p:cNvPr/@id")
    assert len(ids) == len(set(ids))


@LANGUAGES
def test_texts_beside_the_line_for_today_are_cells_of_a_table(prepared: Deck, lang: Language) -> None:
    (slide,) = read_presentation(timeline_only(prepared), lang).slides
    on_slide = [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    sheet = load_workbook(BytesIO(render(timeline_only(prepared), "xlsx", lang))).active
    assert sheet is not None
    on_sheet = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for texts in ("\n".join(on_slide), "\n".join(on_sheet)):
        assert [state.title for state in named_states(prepared) if state.title.text(lang) not in texts] == []
    (table,) = sheet.tables.values()
    assert len(table.tableColumns) == 3
    assert not [merged for merged in sheet.merged_cells.ranges if table.ref and merged.min_row > 6 and merged.max_row < 10]


@LANGUAGES
@pytest.mark.parametrize("name", ["february", "prepared"])
def test_shapes_of_a_sheet_are_one_described_group_in_a_valid_drawing(
    decks: dict[str, Deck], name: str, lang: Language
) -> None:
    with ZipFile(BytesIO(render(timeline_only(decks[name]), "xlsx", lang))) as book:
        drawing = etree.fromstring(book.read("xl/drawings/drawing1.xml"))
        relations = book.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "drawing1.xml" in relations
    assert re.search(r"<drawing [^>]*id=", sheet)
    (anchor,) = drawing
    assert [child.tag.removeprefix(DRAWING) for child in anchor] == ["from", "to", "grpSp", "clientData"]
    assert anchor.find(f".//{DRAWING}cNvPr").get("descr")
    assert len(anchor.findall(f".//{DRAWING}sp")) > 20


def test_deck_without_anything_overdue_has_no_column_for_it(february: Deck) -> None:
    (slide,) = read_presentation(timeline_only(february), Language.EN).slides
    (table,) = [shape.table for shape in slide.shapes if shape.has_table]
    assert [cell.text for cell in table.rows[0].cells] == ["Priority", "Due by March\u00a031"]


def test_workbook_with_shapes_and_charts_keeps_the_description_of_each(prepared: Deck) -> None:
    with ZipFile(BytesIO(render(prepared, "xlsx", Language.EN))) as book:
        drawings = [book.read(name).decode() for name in sorted(book.namelist()) if name.startswith("xl/drawings/drawing")]
    described = [re.search(r'descr="([^"]*)"', drawing) for drawing in drawings]
    starts = sorted(match[1].split(".")[0].split(",")[0] for match in described if match)
    assert starts.pop(0) == "Bars show how long each challenge has been open or its activity has been overdue"
    assert starts == ["Progress by priority", "Progress over the year", "Timeline of the 2020 work plan"]


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([1, 5, 6, 20]), st.integers(1, 9), st.integers(1, TITLE_LIMIT), st.sampled_from(Language))
def test_names_of_any_length_draw_without_cuts(priorities: int, activities: int, length: int, lang: Language) -> None:
    deck = deck_with_names(priorities, activities, length)
    slides = list(read_presentation(deck, lang).slides)
    assert [text for slide in slides for text in find_overflowing_texts(slide)] == []
    for slide in slides:
        for group in groups_of(slide):
            assert group.top + group.height <= SLIDE_HEIGHT
        for shape in slide.shapes:
            if shape.has_table:
                assert shape.top + sum(row.height for row in shape.table.rows) <= SLIDE_HEIGHT
    sizes = [int(size) for slide in slides for size in slide._element.xpath(".//a:r/a:rPr/@sz")]
    assert min(sizes) >= 1400
    assert render(deck, "xlsx", lang)
    assert render_slides(deck, lang)


@settings(max_examples=10, deadline=None)
@given(st.sampled_from([1, 5, 20]), st.sampled_from(Language))
def test_shapes_on_paper_have_letters_of_at_least_eleven_points(priorities: int, lang: Language) -> None:
    with ZipFile(BytesIO(render(timeline_only(resized_deck(priorities, 4)), "xlsx", lang))) as book:
        drawings = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/drawings/drawing")]
    assert min(int(size) for drawing in drawings for size in re.findall(r'sz="(\d+)"', drawing)) >= 1100
