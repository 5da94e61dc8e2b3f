"""Where the texts of a deck come from: the co-chairs' wording, by the step of the editor, or the data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cogwg.briefing.checklist import ChecklistInput, GapKind, checklist
from cogwg.briefing.deck import AsksSlide, Deck, DeckAsk, PointsSlide, Slide
from cogwg.briefing.gap_sources import GapPlace, GapSource, slide_source, wording_sources
from cogwg.briefing.outline import NextStep, Outline, PickedChange, PickedNews, PriorityWording, SlideWording
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual

ENGLISH_ONLY = Bilingual("Only in English", "")
OTHER = Bilingual("Another text", "")
BOTH = Bilingual("Both", "Les deux")


def language_gap_sources(deck: Deck, outline: Outline, *slides: Slide) -> list[GapSource]:
    deck = replace(deck, slides=slides)
    inputs = ChecklistInput(0, {}, {}, wording_sources=wording_sources(deck, outline))
    return [gap.source for gap in checklist(deck, inputs).gaps if gap.kind is GapKind.LANGUAGE]


@pytest.mark.parametrize(
    ("key", "outline", "place"),
    [
        ("changed", Outline(changes=(PickedChange("forward:2020:1.1", ENGLISH_ONLY),)), GapPlace.CHANGES),
        ("milestones", Outline(milestones=(PickedNews(1, ENGLISH_ONLY),)), GapPlace.NEWS),
        ("milestones", Outline(challenges=(PickedNews(1, ENGLISH_ONLY),)), GapPlace.NEWS),
        ("next-steps", Outline(steps=(NextStep(BOTH, children=(NextStep(ENGLISH_ONLY),)),)), GapPlace.NEXT_STEPS),
        ("asks", Outline(priorities=(PriorityWording(1, asks=(ENGLISH_ONLY,)),)), GapPlace.PRIORITIES),
        ("priority-1", Outline(priorities=(PriorityWording(1, ENGLISH_ONLY, year=2020),)), GapPlace.PRIORITIES),
        ("glance", Outline(words=(SlideWording("glance", message=ENGLISH_ONLY),)), GapPlace.SLIDE_TEXTS),
        ("text-1", Outline(words=(SlideWording("text-1", lines=(ENGLISH_ONLY,)),)), GapPlace.SLIDE_TEXTS),
    ],
)
def test_text_of_the_outline_comes_from_its_step_and_any_other_text_from_the_data(
    february: Deck, key: str, outline: Outline, place: GapPlace
) -> None:
    slide = Slide(BOTH, EMPTY_TEXT, ENGLISH_ONLY, key=key)
    assert language_gap_sources(february, outline, slide) == [GapSource(place, key)]
    assert language_gap_sources(february, Outline(), slide) == [GapSource(GapPlace.TRANSLATIONS, key)]
    elsewhere = replace(slide, key="purpose")
    assert language_gap_sources(february, outline, elsewhere) == [GapSource(GapPlace.TRANSLATIONS, "purpose")]


def test_priority_with_wording_in_two_plans_keeps_the_sources_of_both(february: Deck) -> None:
    outline = Outline(priorities=(PriorityWording(1, ENGLISH_ONLY, year=2020), PriorityWording(1, OTHER, year=2021)))
    for text in (ENGLISH_ONLY, OTHER):
        slide = Slide(BOTH, EMPTY_TEXT, text, key="priority-1")
        assert language_gap_sources(february, outline, slide) == [GapSource(GapPlace.PRIORITIES, "priority-1")]


def test_text_of_the_outline_outweighs_texts_of_the_data_in_one_gap(february: Deck) -> None:
    asks = AsksSlide(OTHER, EMPTY_TEXT, BOTH, (DeckAsk(BOTH, ENGLISH_ONLY),), key="asks")
    outline = Outline(priorities=(PriorityWording(1, asks=(ENGLISH_ONLY,)),))
    assert language_gap_sources(february, outline, asks) == [GapSource(GapPlace.PRIORITIES, "asks")]


def test_point_left_over_by_fewer_own_points_comes_from_the_slide_texts(february: Deck) -> None:
    outline = Outline(words=(SlideWording("why", lines=(Bilingual("Own point", ""),)),))
    slide = PointsSlide(BOTH, EMPTY_TEXT, BOTH, BOTH, (BOTH, Bilingual("", "Point par défaut")), key="why")
    assert language_gap_sources(february, outline, slide) == [GapSource(GapPlace.SLIDE_TEXTS, "why")]


def test_texts_of_the_cover_come_from_the_meeting(february: Deck) -> None:
    cover = replace(february.slides[0], message=ENGLISH_ONLY)
    assert language_gap_sources(february, Outline(), cover) == [GapSource(GapPlace.MEETING, "cover")]


def test_slide_source_is_the_step_that_lists_its_content() -> None:
    assert slide_source("priority-12") == GapSource(GapPlace.PRIORITIES, "priority-12")
    assert slide_source("text-2") == GapSource(GapPlace.SLIDE_TEXTS, "text-2")


def test_deck_of_the_data_alone_has_no_wording_sources_but_those_of_its_cover(february: Deck) -> None:
    places = {source.place for source in wording_sources(february, Outline()).values()}
    assert places == {GapPlace.MEETING}
