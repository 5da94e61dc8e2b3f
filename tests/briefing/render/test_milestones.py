"""Milestones as tiles and challenges with their age: new ones first, bars on one scale, however many there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from cogwg.briefing.deck import (
    Deck,
    DeckChallenge,
    DeckMilestone,
    DeckNextStep,
    LateChallenge,
    MilestonesSlide,
    NextStepsSlide,
    Reference,
)
from cogwg.briefing.queries import load_standing_content
from cogwg.briefing.render import render
from cogwg.briefing.render.html import render_slides
from cogwg.briefing.render.pages.milestones import bodies
from cogwg.briefing.render.pages.page import Mark
from cogwg.briefing.render.pages.registry import make_context
from cogwg.briefing.render.pages.translator import Translator
from cogwg.briefing.render.sentences import age_words
from cogwg.briefing.source import load_source
from cogwg.core.bilingual import Bilingual, Language
from tests.briefing.decks import replace_slide, september_deck
from tests.briefing.pptx_reader import find_overflowing_texts, read_presentation
from tests.databases import DECK_DAY, DEMO_DAY

LANGUAGES = pytest.mark.parametrize("lang", list(Language))
SLIDE_HEIGHT = 6_858_000
TODAY = date(2020, 10, 8)


def both(text: str) -> Bilingual:
    return Bilingual(text, text)


def milestones_of(deck: Deck) -> MilestonesSlide:
    return next(slide for slide in deck.slides if isinstance(slide, MilestonesSlide))


def deck_with(**changes: object) -> Deck:
    deck = replace_slide(september_deck(), MilestonesSlide, **changes)
    return replace(deck, slides=tuple(slide for slide in deck.slides if isinstance(slide, MilestonesSlide | NextStepsSlide)))


def bars(deck: Deck) -> Iterator[Mark]:
    """Yield the bars of the ages, from first to last."""
    for body in bodies(milestones_of(deck), make_context(deck, Translator(Language.EN))):
        for line in (*body.lines, *body.tail):
            yield from line.marks.shapes if line.marks else ()


@pytest.mark.parametrize(
    ("days", "english", "french"),
    [
        (0, "new", "nouveau"),
        (6, "new", "nouveau"),
        (7, "1 week", "1 semaine"),
        (27, "3 weeks", "3 semaines"),
        (59, "8 weeks", "8 semaines"),
        (60, "2 months", "2 mois"),
        (100, "3 months", "3 mois"),
        (224, "7 months", "7 mois"),
    ],
)
def test_age_is_in_months_from_sixty_days_on_and_in_weeks_before(days: int, english: str, french: str) -> None:
    words = age_words(TODAY - timedelta(days=days), TODAY)
    assert (words.en.replace("\u00a0", " "), words.fr.replace("\u00a0", " ")) == (english, french)


def test_bars_of_both_lists_have_one_scale() -> None:
    as_of = september_deck().as_of
    challenges = tuple(
        DeckChallenge(both(f"Theme {n}"), both("Text"), since=as_of - timedelta(days=days)) for n, days in enumerate((200, 50))
    )
    late = (LateChallenge(2, both("Late"), as_of - timedelta(days=100)),)
    longest, quarter, half = (bar.width for bar in bars(deck_with(challenges=challenges, late=late)))
    assert (quarter / longest, half / longest) == (pytest.approx(0.25), pytest.approx(0.5))
    page = str(render_slides(deck_with(challenges=challenges, late=late), Language.EN)[0].html)
    assert re.findall(r'<rect class="is-\w+" width="([^"]*)"', page) == ["100%", "25%", "50%"]


def test_challenges_of_an_older_deck_have_no_column_for_an_age() -> None:
    deck = deck_with(challenges=(DeckChallenge(both("Theme"), both("Text")),), late=())
    assert list(bars(deck)) == []
    assert "Open for" not in str(render_slides(deck, Language.EN)[0].html)


def test_new_milestones_come_first_and_say_so(seeded: Session) -> None:
    source = load_source(seeded, year=2020, as_of=DEMO_DAY, standing_content=load_standing_content(seeded))
    assert {row.is_new for row in source.chosen_milestones} == {False}, "nothing is new without an earlier briefing"
    old = frozenset(milestone.id for milestone in source.milestones[:2])
    compared = replace(source, since=DECK_DAY, already_reported=old)
    picked = replace(
        compared, outline=replace(compared.outline, milestones=replace(source, already_reported=frozenset()).picked_milestones)
    )
    flags = [row.is_new for row in picked.chosen_milestones]
    assert flags == sorted(flags, reverse=True)
    assert flags.count(False) == 2


@LANGUAGES
def test_tiles_say_new_and_under_way_in_every_format(lang: Language) -> None:
    row = DeckMilestone(both("Yukon"), both("A portal"), (), is_new=True, under_way=True)
    deck = deck_with(milestones=(row,))
    words = {Language.EN: ("New", "Under way"), Language.FR: ("Nouveau", "En cours")}[lang]
    slide = next(iter(read_presentation(deck, lang).slides))
    on_slide = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    sheet = load_workbook(BytesIO(render(deck, "xlsx", lang))).worksheets[0]
    on_sheet = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    for texts in (on_slide, on_sheet, str(render_slides(deck, lang)[0].html)):
        assert [word for word in (*words, "Yukon", "A portal") if word not in texts] == []


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([1, 2, 3, 7, 50]), st.integers(0, 5), st.sampled_from([1, 60, 400, 2000]), st.sampled_from(Language))
def test_any_number_of_tiles_and_challenges_fits(count: int, links: int, length: int, lang: Language) -> None:
    text = both(("open government " * 130)[:length].strip())
    site = Reference("https://example.ca/a", text)
    deck = deck_with(
        milestones=tuple(DeckMilestone(text, text, (site,) * links, n % 2 == 0) for n in range(count)),
        challenges=tuple(DeckChallenge(both(f"Theme {n}"), text, since=DECK_DAY) for n in range(count)),
        late=tuple(LateChallenge(n, text, date(2020, 6, 30)) for n in range(count)),
    )
    assert find_cuts(deck, lang) == []
    assert render(deck, "xlsx", lang)
    assert render_slides(deck, lang)


@LANGUAGES
@pytest.mark.parametrize("count", [50, 200])
def test_many_next_steps_fit(count: int, lang: Language) -> None:
    steps = tuple(
        DeckNextStep(both(f"Step {n}"), (both("Part"),) * (n % 4), who=both("All"), by=both("soon")) for n in range(count)
    )
    deck = replace_slide(deck_with(), NextStepsSlide, steps=steps)
    assert find_cuts(deck, lang) == []
    assert render(deck, "xlsx", lang)


def find_cuts(deck: Deck, lang: Language) -> list[object]:
    """Return the texts that are higher than their shape, and the shapes below the slide's edge."""
    found: list[object] = []
    for slide in read_presentation(deck, lang).slides:
        found += find_overflowing_texts(slide)
        for shape in slide.shapes:
            height = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
            if shape.top + height > SLIDE_HEIGHT:
                found.append(shape.name)
    return found
