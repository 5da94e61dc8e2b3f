"""A title or a message of any allowed length draws: no chart loses a row, or stands apart from the rows that it draws."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from cogwg.briefing.deck import AnnexSlide, Deck, ProgressSlide, Reference
from cogwg.briefing.render import render
from cogwg.briefing.rules import MESSAGE_LIMIT, TITLE_LIMIT
from cogwg.core.bilingual import Bilingual, Language
from tests.briefing.decks import paged_sheets, replace_slide, resized_deck
from tests.briefing.pptx_reader import find_overflowing_texts, frame_texts, read_presentation

SIZES = (1, 5, 6, 20)
"""Numbers of priorities: a page shows at most six."""


def text_of_length(length: int) -> Bilingual:
    words = ("priorities " * (length // 11 + 1))[:length].strip()
    return Bilingual(words, words)


def progress_deck(priorities: int, title: int, message: int, label: int = 0) -> Deck:
    """Return a deck whose slide of progress has a title, a message and names of priorities of these lengths."""
    deck = resized_deck(priorities, 2)
    rows = next(slide for slide in deck.slides if isinstance(slide, ProgressSlide)).rows
    if label:
        rows = tuple(replace(row, short=text_of_length(label)) for row in rows)
    return replace_slide(deck, ProgressSlide, rows=rows, title=text_of_length(title), message=text_of_length(message))


def charted_rows(deck: Deck) -> list[str]:
    """Return the labels that the charts of progress should have, from first to last."""
    rows = next(slide for slide in deck.slides if isinstance(slide, ProgressSlide)).rows
    return [f"{row.number}. {row.short.en}" for row in rows]


@pytest.mark.parametrize("priorities", SIZES)
@pytest.mark.parametrize(("title", "message"), [(20, 40), (90, 40), (135, 40), (TITLE_LIMIT, 40), (20, 300), (200, 400)])
def test_chart_of_presentation_has_every_row_below_a_long_title(priorities: int, title: int, message: int) -> None:
    deck = progress_deck(priorities, title, message)
    presentation = read_presentation(deck, Language.EN)
    charts = [shape.chart for slide in presentation.slides for shape in slide.shapes if shape.has_chart]
    assert [str(label) for chart in charts for label in chart.plots[0].categories] == charted_rows(deck)


@pytest.mark.parametrize("priorities", SIZES)
@pytest.mark.parametrize(("title", "message"), [(20, 40), (90, 40), (135, 40), (TITLE_LIMIT, 40), (20, 300), (200, 400)])
def test_chart_of_workbook_refers_to_every_row_below_a_long_title(priorities: int, title: int, message: int) -> None:
    deck = progress_deck(priorities, title, message)
    book = load_workbook(BytesIO(render(deck, "xlsx", Language.EN)))
    labels: list[str] = []
    for sheet in book.worksheets:
        for chart in sheet._charts:
            assert chart.anchor.ext.height > 0
            reference = chart.series[0].cat
            left, top, right, bottom = range_boundaries((reference.numRef or reference.strRef).f.split("!")[1])
            labels += [str(cell) for row in sheet.iter_rows(top, bottom, left, right, values_only=True) for cell in row]
    assert labels == charted_rows(deck)


@pytest.mark.parametrize("lang", Language)
def test_label_taller_than_a_page_has_one_chart_of_its_row(lang: Language) -> None:
    label = "\n".join("abcdefghijklmnopqrst" * 2)
    deck = resized_deck(1, 2)
    row = next(slide for slide in deck.slides if isinstance(slide, ProgressSlide)).rows[0]
    deck = replace_slide(deck, ProgressSlide, rows=(replace(row, short=Bilingual(label, label)),))
    shapes = [shape for slide in read_presentation(deck, lang).slides for shape in slide.shapes if shape.has_chart]
    assert [len(list(shape.chart.plots[0].categories)) for shape in shapes] == [1]
    assert all(shape.height > 0 for shape in shapes)
    charts = [chart for sheet in load_workbook(BytesIO(render(deck, "xlsx", lang))).worksheets for chart in sheet._charts]
    assert [len(chart.series[0].val.numRef.numCache.pt) for chart in charts] == [1]
    assert all(chart.anchor.ext.height > 0 for chart in charts)


@pytest.mark.parametrize("label", ["W" * 1000, ("label of the plan " * 56)[:1000], "\n".join("x" * 500)])
def test_long_label_of_the_annex_link_continues_over_pages(label: str) -> None:
    link = Reference("https://example.ca/plan", Bilingual(label, label))
    deck = replace_slide(resized_deck(20, 1), AnnexSlide, footnote=link)
    slides = read_presentation(deck, Language.EN).slides
    assert [text for slide in slides for text in find_overflowing_texts(slide)] == []
    texts = "".join(text for slide in slides for text in frame_texts(slide))
    book = load_workbook(BytesIO(render(deck, "xlsx", Language.EN)))
    paged = paged_sheets(book, deck)
    heights = [sum(s.row_dimensions[n].height or 15 for n in range(1, s.max_row + 1)) for s in paged]
    assert max(heights) <= 504
    cells = "".join(str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value)
    for everything in (texts, cells):
        assert everything.count(label[:1]) >= label.count(label[:1])


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(SIZES),
    st.integers(1, TITLE_LIMIT),
    st.integers(0, MESSAGE_LIMIT),
    st.integers(1, TITLE_LIMIT),
    st.sampled_from(Language),
)
def test_texts_of_any_length_draw_in_every_format(
    priorities: int, title: int, message: int, label: int, lang: Language
) -> None:
    deck = progress_deck(priorities, title, message, label)
    assert render(deck, "xlsx", lang)
    charts = [shape.chart for slide in read_presentation(deck, lang).slides for shape in slide.shapes if shape.has_chart]
    assert sum(len(list(chart.plots[0].categories)) for chart in charts) == priorities


@pytest.mark.parametrize("priorities", SIZES)
def test_slides_of_every_kind_draw_with_the_longest_title_and_message(priorities: int) -> None:
    deck = resized_deck(priorities, 2)
    longest = {"title": text_of_length(TITLE_LIMIT), "message": text_of_length(MESSAGE_LIMIT)}
    deck = replace(deck, slides=tuple(replace(slide, **longest) for slide in deck.slides))
    for lang in Language:
        assert render(deck, "xlsx", lang)
        assert read_presentation(deck, lang).slides
