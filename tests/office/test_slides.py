"""The slides as LibreOffice draws them: one page each, and table rows that keep their height and text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pptx import Presentation

from cogwg.briefing.deck import ContentsSlide, Deck, SourcesSlide, TitleSlide
from cogwg.core.bilingual import Language
from tests.briefing.pptx_reader import POINT
from tests.office.conftest import Printed
from tests.office.printed_pages import Word, count_characters, read_words, require_impress
from tests.sessions import ESSENTIAL

DrawnSlides = dict[Language, tuple[Any, list[list[Word]]]]


@pytest.fixture(scope="module")
def drawn_slides(printed_decks: Printed) -> DrawnSlides:
    """The September draft in both languages, as slides and as their pages."""
    require_impress()
    files = {lang: printed_decks[f"slides-{lang.value}"] for lang in Language}
    return {lang: (Presentation(str(file)), read_words(pdf)) for lang, (file, pdf) in files.items()}


@pytest.mark.parametrize("lang", Language)
def test_slides_print_on_a_page_each_with_footer_and_number(
    drawn_slides: DrawnSlides, decks: dict[str, Deck], lang: Language
) -> None:
    """All slides have a number, and those that state facts have a line that says where these come from."""
    show, pages = drawn_slides[lang]
    slides = decks["prepared"].slides
    without_facts = {n for n, slide in enumerate(slides, 1) if isinstance(slide, TitleSlide | ContentsSlide | SourcesSlide)}
    assert len(without_facts) == 3
    assert len(pages) == len(show.slides)
    for slide, page in zip(show.slides, pages, strict=True):
        feet = [place for place in slide.placeholders if place.placeholder_format.idx in (11, 12)]
        top = min(foot.top for foot in feet) / POINT
        below = [word.text for word in page if word.middle_y > top]
        number = re.search(r" (\d+)[a-z]?$", feet[-1].text_frame.text)
        assert number
        expected = [12] if int(number[1]) in without_facts else [11, 12]
        assert [foot.placeholder_format.idx for foot in feet] == expected
        assert count_characters("".join(below)) == count_characters("".join(foot.text_frame.text for foot in feet))


@ESSENTIAL
@pytest.mark.parametrize("lang", Language)
def test_table_rows_keep_their_height_and_text(drawn_slides: DrawnSlides, lang: Language) -> None:
    """A row that is too low for its text grows, and moves the words below it out of their bands."""
    show, pages = drawn_slides[lang]
    faults = []
    for slide, page in zip(show.slides, pages, strict=True):
        for shape in slide.shapes:
            if shape.has_table:
                faults += list(_find_faults(shape, page))
    assert faults == []


def _find_faults(shape: Any, page: list[Word]) -> list[str]:
    faults, top = [], shape.top / POINT
    for row in shape.table.rows:
        high = row.height / POINT
        expected = count_characters("".join(cell.text for cell in row.cells))
        printed = count_characters("".join(word.text for word in page if top <= word.middle_y < top + high))
        if expected - printed:
            faults.append(f"{row.cells[0].text}: {dict(expected - printed)} missing")
        top += high
    return faults
