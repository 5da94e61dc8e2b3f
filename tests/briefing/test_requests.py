"""Requests to the Councils: who decides and by when, on the page for a deputy and on the slide of requests."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy.orm import Session

from cogwg.briefing import snapshot
from cogwg.briefing.compose import build_deck
from cogwg.briefing.deck import AsksSlide, Deck, SummarySlide
from cogwg.briefing.outline import AskTerms, Outline, PriorityWording, carry_over
from cogwg.briefing.queries import load_standing_content
from cogwg.briefing.render.html.draw import render_slides
from cogwg.briefing.rules import check_outline
from cogwg.briefing.source import load_source
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.errors import Invalid
from cogwg.core.serialization import Serializer
from tests.briefing.decks import only_slides
from tests.briefing.pptx_reader import frame_texts, read_presentation
from tests.databases import DEMO_DAY
from tests.drawing import drawn_workbook

COUNCILS = Bilingual("Joint Councils", "Conseils mixtes")
DEPUTIES = Bilingual("Deputy ministers", "Sous-ministres")
MEETING = date(2020, 10, 8)
NAME_LEAD, MEET = Bilingual("Name a lead.", "Nommer un responsable."), Bilingual("Meet twice.", "Se réunir deux fois.")
TERMS = (AskTerms(DEPUTIES, date(2020, 12, 31)), AskTerms(by=MEETING), AskTerms())
WORDING = PriorityWording(2, year=2020).with_requests(zip((NAME_LEAD, MEET, NAME_LEAD), TERMS, strict=True))


@pytest.fixture
def deck(seeded: Session) -> Deck:
    outline = Outline(priorities=(WORDING,))
    words = load_standing_content(seeded)
    source = load_source(seeded, year=2020, as_of=DEMO_DAY, standing_content=words, outline=outline)
    return build_deck(source, meeting_on=MEETING, audience=COUNCILS)


def find_requests(deck: Deck) -> AsksSlide:
    return next(slide for slide in deck.slides if isinstance(slide, AsksSlide))


def test_requests_name_who_decides_and_by_when_on_both_slides(deck: Deck) -> None:
    summary = next(slide for slide in deck.slides if isinstance(slide, SummarySlide))
    by = Bilingual("by December\u00a031, 2020", "d’ici le 31\u00a0décembre 2020")
    expected = [(DEPUTIES, by), (COUNCILS, Bilingual("today", "aujourd’hui")), (COUNCILS, EMPTY_TEXT)]
    assert [(decision.who, decision.by) for decision in summary.decisions[:3]] == expected
    assert [(ask.who, ask.by) for ask in find_requests(deck).asks] == expected


def test_first_of_a_month_is_written_in_french_with_its_ordinal(seeded: Session) -> None:
    words = PriorityWording(1, year=2020).with_requests([(MEET, AskTerms(by=date(2020, 11, 1)))])
    source = load_source(
        seeded,
        year=2020,
        as_of=DEMO_DAY,
        standing_content=load_standing_content(seeded),
        outline=Outline(priorities=(words,)),
    )
    (ask,) = find_requests(build_deck(source, meeting_on=MEETING, audience=COUNCILS)).asks
    assert ask.by.fr == "d’ici le 1er\u00a0novembre 2020"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (Language.EN, ("Who decides", "By when", "Deputy ministers", "by December\u00a031, 2020", "today", "no date yet")),
        (Language.FR, ("Qui décide", "D’ici quand", "Sous-ministres", "d’ici le 31\u00a0décembre 2020", "pas encore de date")),
    ],
)
def test_every_format_shows_who_decides_and_by_when(deck: Deck, lang: Language, expected: tuple[str, ...]) -> None:
    deck = only_slides(deck, AsksSlide)
    sheet = next(sheet for sheet in drawn_workbook(deck, lang).worksheets if sheet.title.startswith("1 "))
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    presentation = "\n".join(text for slide in read_presentation(deck, lang).slides for text in frame_texts(slide))
    (html,) = (slide.html for slide in render_slides(deck, lang))
    for text in expected:
        assert text in cells
        assert text in presentation
        assert text in html


def test_requests_of_an_earlier_release_read_with_the_audience_and_without_a_date(deck: Deck) -> None:
    stored = json.loads(snapshot.write(deck))
    asks = next(slide for slide in stored["deck"]["slides"] if slide["kind"] == "AsksSlide")["asks"]
    for ask in asks:
        ask.pop("who")
        ask.pop("by", None)
    earlier = snapshot.read(json.dumps(stored))
    at = next(n for n, slide in enumerate(earlier.slides) if isinstance(slide, AsksSlide))
    html = render_slides(earlier, Language.EN)[at].html
    assert html.count("Joint Councils") >= 3
    assert html.count("no date yet") == 3


def test_outline_of_an_earlier_release_reads_without_terms() -> None:
    stored = {"priorities": [{"number": 2, "asks": [["Meet twice.", "Se réunir deux fois."]], "year": 2020}]}
    outline = Serializer().load(Outline, stored)
    assert outline.priority_wording(2020, 2).requests == ((MEET, AskTerms()),)
    assert Serializer().dump(outline) == stored


def test_terms_are_stored_and_carried_over_with_their_requests() -> None:
    stored = json.loads(json.dumps(Serializer().dump(carry_over(Outline(priorities=(WORDING,))))))
    following = Serializer().load(Outline, stored)
    assert [terms for _ask, terms in following.priority_wording(2020, 2).requests] == list(TERMS)


def test_overlong_name_of_who_decides_is_refused() -> None:
    words = PriorityWording(1).with_requests([(MEET, AskTerms(Bilingual("x" * 121, "x")))])
    with pytest.raises(Invalid) as refusal:
        check_outline(Outline(priorities=(words,)))
    assert [(field, message.values["limit"]) for field, message in refusal.value.problems] == [
        ("priorities", Bilingual("120", "120"))
    ]
