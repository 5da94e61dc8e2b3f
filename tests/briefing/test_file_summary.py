"""The files of a very large plan: a summary that says so, and every slide on request."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from cogwg.briefing import deck as d
from cogwg.briefing.file_summary import CHANGES_SHOWN, FIRST_LAYOUT, LARGEST_WHOLE, file_summary, summarize
from cogwg.briefing.files import StoredFile, draw_file, draw_files, has_only_summaries
from cogwg.briefing.render import FORMATS, LAYOUT, file_name
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from tests.briefing.decks import FEBRUARY, replace_slide, resized_deck
from tests.sessions import first_of

AT = datetime(2020, 9, 24, 17, 0, tzinfo=UTC)


def count_slides(content: bytes) -> int:
    from pptx import Presentation

    return len(Presentation(BytesIO(content)).slides)


def count_priorities(deck: d.Deck) -> int:
    return sum(isinstance(slide, d.PrioritySlide) for slide in deck.slides)


def read_notes(content: bytes) -> list[str]:
    from pptx import Presentation

    return [slide.notes_slide.notes_text_frame.text for slide in Presentation(BytesIO(content)).slides]


@pytest.fixture(scope="module")
def very_large() -> d.Deck:
    return resized_deck(13, 12)


@pytest.fixture(params=first_of(1, map(pytest.param, ((6, 4), (13, 12)))), ids="{0[0]}x{0[1]}".format)
def over_the_limit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> d.Deck:
    """A deck that is summarized: one under a low limit, because drawing takes long, and a very large one as a further case."""
    priorities, activities = request.param
    monkeypatch.setattr("cogwg.briefing.file_summary.LARGEST_WHOLE", min(LARGEST_WHOLE, priorities * activities - 1))
    return resized_deck(priorities, activities)


@pytest.mark.parametrize(("priorities", "activities", "summarized"), [(5, 4, False), (10, 15, False), (1, 151, True)])
def test_plan_over_the_limit_is_summarized(priorities: int, activities: int, summarized: bool) -> None:
    deck = resized_deck(priorities, activities)
    assert (priorities * activities > LARGEST_WHOLE) is summarized
    assert (file_summary(deck) is not None) is summarized
    assert (summarize(deck, holds_data=True) is deck) is not summarized


def test_summary_leaves_out_the_slides_of_priorities_and_keeps_counts_and_requests(very_large: d.Deck) -> None:
    deck = replace(very_large, slides=(*very_large.slides, d.AsksSlide(EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT, asks=())))
    kinds = {type(slide) for slide in deck.slides}
    gone = kinds - {type(slide) for slide in summarize(deck, holds_data=True).slides}
    assert gone == {d.GlanceSlide, d.TimelineSlide, d.PrioritySlide}
    assert {d.ProgressSlide, d.AsksSlide, d.DataSlide} <= kinds - gone
    assert kinds - {type(slide) for slide in summarize(deck, holds_data=False).slides} == {*gone, d.DataSlide, d.SourcesSlide}


@pytest.mark.parametrize(
    ("holds_data", "is_data_shown", "en", "fr"),
    [
        (True, True, "The Data sheet lists every activity.", "La feuille Données contient toutes les activités."),
        (False, True, "The Excel file lists every activity.", "Le fichier Excel contient toutes les activités."),
        (True, False, "They are on the site.", "Elles figurent sur le site."),
    ],
)
def test_cover_of_a_summary_says_what_is_left_out_and_where_it_is(
    very_large: d.Deck, holds_data: bool, is_data_shown: bool, en: str, fr: str
) -> None:
    deck = (
        very_large
        if is_data_shown
        else replace(very_large, slides=tuple(s for s in very_large.slides if not isinstance(s, d.DataSlide)))
    )
    [cover] = [s for s in summarize(deck, holds_data=holds_data).slides if isinstance(s, d.TitleSlide)]
    assert cover.edition_line.en.endswith(
        f"Summary of a plan of 156\u00a0activities: the slides of its 13\u00a0priorities are left out. {en}"
    )
    assert cover.edition_line.fr.endswith(
        f"Résumé d’un plan de 156\u00a0activités\u00a0: les diapositives de ses 13\u00a0priorités sont omises. {fr}"
    )


def test_summary_shows_the_first_changes_and_says_how_many_there_are(very_large: d.Deck) -> None:
    both = Bilingual("Text", "Texte")
    change = d.PlanChange(d.ChangeKind.SLIPPED, 2020, 1, "1.1", both, both, both, both, both)
    changed = d.ChangedSlide(both, both, both, since=FEBRUARY, changes=(change,) * 12)
    deck = replace(very_large, slides=(*very_large.slides[:3], changed, *very_large.slides[3:]))
    [slide] = [s for s in summarize(deck, holds_data=True).slides if isinstance(s, d.ChangedSlide)]
    assert len(slide.changes) == CHANGES_SHOWN
    assert slide.answers == Bilingual(
        "The first 10 of 12\u00a0changes; all are on the site",
        "Les 10\u00a0premiers des 12\u00a0changements; tous figurent sur le site",
    )
    few = replace_slide(deck, d.ChangedSlide, changes=(change,) * CHANGES_SHOWN)
    assert [s.answers for s in summarize(few, holds_data=True).slides if isinstance(s, d.ChangedSlide)] == [both]


@pytest.mark.parametrize("lang", Language)
def test_workbook_of_a_very_large_plan_lists_every_activity_and_is_named_differently_when_whole(
    over_the_limit: d.Deck, lang: Language
) -> None:
    deck = over_the_limit
    summary, whole = draw_file(deck, "xlsx", lang), draw_file(deck, "xlsx", lang, whole=True)
    assert summary.content == draw_file(deck, "xlsx", lang).content
    book, whole_book = (load_workbook(BytesIO(file.content)) for file in (summary, whole))
    assert len(book.sheetnames) < 20
    assert len(book.sheetnames) + count_priorities(deck) <= len(whole_book.sheetnames)
    data = book[book.sheetnames[-2]]
    cells = {str(cell.value) for row in data.iter_rows() for cell in row}
    assert [s.code for _, s in deck.rows if s.code not in cells] == []
    assert summary.name == file_name(deck, "xlsx", lang)
    assert whole.name.removesuffix(".xlsx").endswith({"en": "-every-slide", "fr": "-toutes-diapositives"}[lang.value])


def test_slides_of_a_very_large_plan_are_few_unless_drawn_whole(over_the_limit: d.Deck) -> None:
    pytest.importorskip("pptx", reason="no python-pptx: pip install 'cogwg[pptx]'")
    summary = count_slides(draw_file(over_the_limit, "pptx", Language.EN).content)
    assert summary < 25
    notes = read_notes(draw_file(over_the_limit, "pptx", Language.EN, whole=True).content)
    assert summary + count_priorities(over_the_limit) <= len(notes)
    assert not any("Sources of the slides" in text for text in notes)
    assert sum("Fictional report submitted" in text for text in notes) > len(notes) / 3


def test_usual_plan_is_whole_under_its_usual_name(september: d.Deck) -> None:
    whole = draw_file(september, "xlsx", Language.EN, whole=True)
    assert whole == draw_file(september, "xlsx", Language.EN)


def test_version_of_a_very_large_plan_stores_its_summaries(very_large: d.Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_whole(deck: d.Deck, format: str, lang: Language) -> bytes:
        assert not any(isinstance(slide, d.PrioritySlide) for slide in deck.slides)
        return b"drawn"

    monkeypatch.setattr("cogwg.briefing.files.render", refuse_whole)
    available = {format.key for format in FORMATS.values() if format.is_available()}
    assert {file.format for file in draw_files(very_large)} == available


@pytest.mark.parametrize(("layouts", "expected"), [([], True), ([LAYOUT], True), ([LAYOUT, FIRST_LAYOUT - 1], False)])
def test_files_stored_before_summaries_count_as_whole(very_large: d.Deck, layouts: list[int], expected: bool) -> None:
    values: dict[str, Any] = {"lang": Language.EN, "name": "", "media_type": "", "sha256": "", "drawn_at": AT}
    files = [StoredFile(format="xlsx", layout=layout, **values) for layout in layouts]
    assert has_only_summaries(very_large, files) is expected
    assert has_only_summaries(resized_deck(5, 4), files) is False
