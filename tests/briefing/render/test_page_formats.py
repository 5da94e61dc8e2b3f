"""Paper and screen: a slide has no letters under 14 points and nothing beyond its edge, whatever its texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from cogwg.briefing.deck import DataSlide, Deck, DeckState
from cogwg.briefing.render import render
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.page import WIDTH, Para, text_box
from cogwg.briefing.render.pages.page_format import PAPER, SCREEN
from cogwg.briefing.render.pages.styles import Style
from cogwg.briefing.rules import MESSAGE_LIMIT, TITLE_LIMIT
from cogwg.core.bilingual import Bilingual, Language
from tests.briefing.decks import deck_with_text, resized_deck, summary_slide
from tests.briefing.pptx_reader import find_overflowing_texts, read_presentation

LEAST_SIZE = 14
SLIDE_WIDTH, SLIDE_HEIGHT = 12_192_000, 6_858_000
"""13.33 × 7.5 in."""
LANGUAGES = pytest.mark.parametrize("lang", list(Language))
ALL_STYLES = [value for value in vars(styles).values() if isinstance(value, Style)] + list(styles.STATES.values())


def text_of_length(length: int) -> Bilingual:
    return Bilingual(("priorities " * length)[:length].strip(), ("initiatives " * length)[:length].strip())


def long_deck(priorities: int, activities: int) -> Deck:
    """Return a deck of this size whose titles and findings are as long as they may be, with a page for a deputy."""
    deck = resized_deck(priorities, activities)
    longest = {"title": text_of_length(TITLE_LIMIT), "message": text_of_length(MESSAGE_LIMIT)}
    own = tuple(replace(slide, **longest) for slide in deck.slides)
    summary = replace(summary_slide(text_of_length(50), priorities, activities), **longest, key="summary")
    return replace(deck, slides=(own[0], summary, *own[1:]), state=DeckState.DRAFT)


def sizes_of(slide: Any) -> Iterator[tuple[float | None, str]]:
    """Yield the size in points of each run of a slide, None if it has none of its own, with its text."""
    for run in slide._element.xpath(".//a:r | .//a:fld"):
        size = run.xpath("a:rPr/@sz")
        yield (int(size[0]) / 100 if size else None), run.xpath("string(a:t)")


def find_small_runs(deck: Deck, lang: Language) -> list[tuple[int, float | None, str]]:
    return [
        (number, size, text)
        for number, slide in enumerate(read_presentation(deck, lang).slides, 1)
        for size, text in sizes_of(slide)
        if size is None or size < LEAST_SIZE
    ]


def find_shapes_outside(deck: Deck, lang: Language) -> list[tuple[int, str]]:
    """Return the shapes beyond an edge of their slide; a table is as high as its rows."""
    show = read_presentation(deck, lang)
    assert (show.slide_width, show.slide_height) == (SLIDE_WIDTH, SLIDE_HEIGHT)
    outside = []
    for number, slide in enumerate(show.slides, 1):
        for shape in slide.shapes:
            high = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
            wide = sum(column.width for column in shape.table.columns) if shape.has_table else shape.width
            if shape.left < 0 or shape.top < 0 or shape.left + wide > SLIDE_WIDTH or shape.top + high > SLIDE_HEIGHT:
                outside.append((number, shape.name))
    return outside


@LANGUAGES
@pytest.mark.parametrize("name", ["february", "prepared"])
def test_letters_of_a_deck_have_at_least_fourteen_points(decks: dict[str, Deck], name: str, lang: Language) -> None:
    assert find_small_runs(decks[name], lang) == []


@LANGUAGES
@pytest.mark.parametrize("name", ["february", "prepared"])
def test_shapes_of_a_deck_lie_within_the_slide(decks: dict[str, Deck], name: str, lang: Language) -> None:
    assert find_shapes_outside(decks[name], lang) == []


@LANGUAGES
@pytest.mark.parametrize("length", [50, 200, 400])
def test_texts_of_any_length_keep_their_size_and_place(length: int, lang: Language) -> None:
    deck = deck_with_text(text_of_length(length).text(lang))
    assert (find_small_runs(deck, lang), find_shapes_outside(deck, lang)) == ([], [])


@LANGUAGES
@pytest.mark.parametrize(("priorities", "activities"), [(1, 1), (5, 5), (6, 9), (20, 2)])
def test_longest_titles_and_findings_keep_their_size_and_place(priorities: int, activities: int, lang: Language) -> None:
    deck = long_deck(priorities, activities)
    assert (find_small_runs(deck, lang), find_shapes_outside(deck, lang)) == ([], [])
    assert [text for slide in read_presentation(deck, lang).slides for text in find_overflowing_texts(slide)] == []


@LANGUAGES
def test_charts_have_letters_of_at_least_fourteen_points(prepared: Deck, lang: Language) -> None:
    charts = [s.chart for slide in read_presentation(prepared, lang).slides for s in slide.shapes if s.has_chart]
    sizes = [int(size) for chart in charts for size in chart._chartSpace.xpath(".//a:defRPr/@sz | .//a:rPr/@sz")]
    assert len(charts) == 2
    assert min(sizes) >= LEAST_SIZE * 100


@pytest.mark.parametrize("style", ALL_STYLES, ids=lambda style: style.name)
def test_style_keeps_its_name_and_has_at_least_fourteen_points_on_a_screen(style: Style) -> None:
    shown = SCREEN.style(style)
    assert shown.is_named_like(style)
    assert shown.size >= LEAST_SIZE
    assert PAPER.style(style) is style


@pytest.mark.parametrize("size", [8, 9, 10, 10.5, 11, 12, 12.9, 13, 15, 16, 19, 20, 26, 40])
def test_size_on_a_screen_is_at_least_fourteen_points_and_never_smaller_than_on_paper(size: float) -> None:
    assert PAPER.size(size) == size
    assert SCREEN.size(size) >= max(size, LEAST_SIZE)


@pytest.mark.parametrize("columns", [(120, 240, 215, 375), (1, 948, 1), (317, 317, 316), (50, 415, 20, 50, 415)])
def test_columns_of_a_screen_fill_its_width_without_gaps(columns: tuple[int, ...]) -> None:
    assert sum(columns) == WIDTH
    converted = SCREEN.columns(columns)
    assert sum(converted) == SCREEN.width
    assert all(abs(wide - SCREEN.px(px)) <= 1 for wide, px in zip(converted, columns, strict=True))


def test_box_has_the_sizes_of_its_format() -> None:
    box = replace(text_box(styles.BODY, "Text"), paras=(Para("Text", 10), Para("Text")))
    assert [para.size for para in SCREEN.box(box).paras] == [14, None]
    assert SCREEN.box(box).style.size == 14
    assert (PAPER.width, SCREEN.width) == (WIDTH, 1164)


@LANGUAGES
def test_sheets_and_slides_have_the_same_facts_in_the_same_order(prepared: Deck, lang: Language) -> None:
    """The texts of the activities of each priority, from both formats, without regard to their pages."""
    deck = replace(prepared, slides=tuple(slide for slide in prepared.slides if not isinstance(slide, DataSlide)))
    book = load_workbook(BytesIO(render(deck, "xlsx", lang)))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    drawn = [
        cell.text
        for slide in read_presentation(deck, lang).slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    texts = [state.title.text(lang) for priority in deck.priorities for state in priority.activities]
    on_sheets, on_slides = ([text for text in shown if text in texts] for shown in (cells, drawn))
    assert set(on_sheets) == set(texts)
    assert on_sheets == on_slides
