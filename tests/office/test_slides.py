"""The slides as LibreOffice draws them: a page each, and every row of every table keeps its own words."""

from __future__ import annotations

from typing import Any

import pytest
from pptx import Presentation

from cogwg.core.bilingual import Language
from tests.briefing.slides import POINT
from tests.office.conftest import Printed
from tests.office.pages import Word, letters, need_impress, words

Drawn = dict[Language, tuple[Any, list[list[Word]]]]


@pytest.fixture(scope="module")
def drawn(on_paper: Printed) -> Drawn:
    """The draft of September in both languages, as slides and as their pages."""
    need_impress()
    files = {lang: on_paper[f"slides-{lang.value}"] for lang in Language}
    return {lang: (Presentation(str(file)), words(pdf)) for lang, (file, pdf) in files.items()}


@pytest.mark.parametrize("lang", Language)
def test_a_slide_is_a_page_with_its_footer_and_number(drawn: Drawn, lang: Language) -> None:
    show, pages = drawn[lang]
    assert len(pages) == len(show.slides)
    for number, (slide, page) in enumerate(zip(show.slides, pages, strict=True), 1):
        foot = next(place for place in slide.placeholders if place.placeholder_format.idx == 11)
        top = foot.top / POINT
        below = [word.text for word in page if word.middle > top]
        assert letters("".join(below)) == letters(f"{foot.text_frame.text}{number}")


@pytest.mark.parametrize("lang", Language)
def test_no_row_grows_and_none_loses_a_word(drawn: Drawn, lang: Language) -> None:
    """A row that is too low for its text grows, and pushes the words below it out of their bands."""
    show, pages = drawn[lang]
    faults = []
    for slide, page in zip(show.slides, pages, strict=True):
        for shape in slide.shapes:
            if shape.has_table:
                faults += list(_faults(shape, page))
    assert faults == []


def _faults(shape: Any, page: list[Word]) -> list[str]:
    found, top = [], shape.top / POINT
    for row in shape.table.rows:
        high = row.height / POINT
        own = letters("".join(cell.text for cell in row.cells))
        seen = letters("".join(word.text for word in page if top <= word.middle < top + high))
        if own - seen:
            found.append(f"{row.cells[0].text}: {dict(own - seen)} missing")
        top += high
    return found
