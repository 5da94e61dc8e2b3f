"""The cover and the band: meeting, agenda item, classification and the group's name in both languages, where they are known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.briefing import snapshot
from cogwg.briefing.deck import Deck, TitleSlide
from cogwg.briefing.outline import CoverDetails, Outline, carry_over
from cogwg.briefing.queries import briefing, last_classification
from cogwg.briefing.render import render
from cogwg.briefing.render.html import render_slides
from cogwg.briefing.services import change_meeting, create_briefing
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.errors import Invalid
from tests.briefing.decks import deck_with_text, only_slides
from tests.briefing.pptx_reader import find_overflowing_texts, read_presentation
from tests.drawing import drawn_workbook
from tests.sessions import first_of

LANGUAGES = pytest.mark.parametrize("lang", list(Language))
ENGLISH_FIRST = pytest.mark.parametrize("lang", first_of(1, Language))
"""For whole decks, which take long to draw; the pages of both languages have one layout."""
ITEM, SECRET = Bilingual("Item 4", "Point 4"), Bilingual("Protected A", "Protégé A")
COUNCILS = Bilingual("Joint Councils", "Conseils mixtes")
AT, BY = datetime(2020, 2, 20, 15, 0, tzinfo=UTC), Actor("person", None)


def detailed(deck: Deck) -> Deck:
    return replace(deck, agenda_item=ITEM, classification=SECRET)


def texts_of(slide: Any) -> list[str]:
    tables = [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame] + tables


def change(session: Session, id: int, **changes: Any) -> None:
    facts = briefing(session, id)
    arguments: dict[str, Any] = {"meeting_on": facts.meeting_on, "audience": facts.audience, "place": facts.place}
    change_meeting(session, id, **arguments, next_year=None, expected_version=facts.outline_version, by=BY, at=AT, **changes)


@LANGUAGES
def test_cover_has_meeting_item_classification_and_both_names(prepared: Deck, lang: Language) -> None:
    deck = detailed(only_slides(prepared, TitleSlide))
    shown = "\n".join(texts_of(next(iter(read_presentation(deck, lang).slides))))
    sheet = drawn_workbook(deck, lang).worksheets[0]
    cells = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    page = str(render_slides(deck, lang)[0].html)
    for texts in (shown, cells, page):
        for text in (ITEM.text(lang), SECRET.text(lang), "Canada Open Government Working Group", "Fredericton"):
            assert text in texts
        assert "Groupe de travail canadien sur le gouvernement ouvert" in texts


@ENGLISH_FIRST
def test_every_page_shows_the_classification(prepared: Deck, lang: Language) -> None:
    deck = detailed(prepared)
    assert all(SECRET.text(lang) in texts_of(slide) for slide in read_presentation(deck, lang).slides)
    book = drawn_workbook(deck, lang)
    assert {sheet.oddHeader.left.text for sheet in book.worksheets} == {SECRET.text(lang)}
    assert all(SECRET.text(lang) in str(slide.html) for slide in render_slides(deck, lang))


@ENGLISH_FIRST
def test_details_that_are_not_known_are_not_shown(prepared: Deck, lang: Language) -> None:
    for texts in (
        "\n".join(texts_of(next(iter(read_presentation(prepared, lang).slides)))),
        str(render_slides(prepared, lang)[0].html),
    ):
        assert not [label for label in ("Agenda item", "Point à l’ordre du jour", "Classification") if label in texts]
    book = drawn_workbook(prepared, lang)
    assert {sheet.oddHeader.left.text for sheet in book.worksheets} == {None}


@pytest.mark.parametrize("lines", [1, 4, 40, 200])
@LANGUAGES
def test_title_of_any_number_of_lines_draws_and_is_nowhere_cut(prepared: Deck, lines: int, lang: Language) -> None:
    deck = only_slides(prepared, TitleSlide)
    title = "\n".join(f"line {n} of the title" for n in range(lines))
    deck = replace(deck, slides=tuple(replace(slide, title=Bilingual(title, title)) for slide in deck.slides))
    slides = list(read_presentation(deck, lang).slides)
    shown = "\n".join(text for slide in slides for text in texts_of(slide))
    assert all(f"line {n} of the title" in shown for n in range(lines))
    assert [text for slide in slides for text in find_overflowing_texts(slide)] == []
    book = drawn_workbook(deck, lang)
    cells = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert f"line {lines - 1} of the title" in cells


@LANGUAGES
@pytest.mark.parametrize("length", [1, 60, 120])
def test_details_of_any_length_draw_in_every_format(length: int, lang: Language) -> None:
    deck = only_slides(deck_with_text("open government " * 8), TitleSlide)
    long = Bilingual(("priorities " * 11)[:length].strip(), ("initiatives " * 11)[:length].strip())
    deck = replace(deck, agenda_item=long, classification=long, place=long)
    slides = list(read_presentation(deck, lang).slides)
    assert [text for slide in slides for text in find_overflowing_texts(slide)] == []
    assert render(deck, "xlsx", lang)
    assert render_slides(deck, lang)


def test_stored_deck_keeps_the_details_and_one_without_them_opens(prepared: Deck) -> None:
    deck = detailed(prepared)
    assert snapshot.read(snapshot.write(deck)) == deck
    earlier = snapshot.write(deck).replace('"agenda_item":["Item 4","Point 4"],', "").replace('"twin_name"', '"unknown"')
    assert '"agenda_item"' not in earlier or snapshot.read(snapshot.write(prepared)).agenda_item == EMPTY_TEXT


def test_next_briefing_starts_with_the_classification_and_without_the_item() -> None:
    assert carry_over(Outline(cover=CoverDetails(ITEM, SECRET))).cover == CoverDetails(classification=SECRET)


def test_change_of_the_details_is_one_audit_event_and_keeps_the_rest(february_session: Session) -> None:
    id_ = create_briefing(
        february_session, year=2020, meeting_on=date(2020, 2, 27), audience=COUNCILS, by=BY, at=AT, cover=CoverDetails(ITEM)
    ).id
    assert last_classification(february_session) == EMPTY_TEXT
    change(february_session, id_, cover=CoverDetails(ITEM, SECRET))
    change(february_session, id_, cover=CoverDetails(ITEM, SECRET))
    change(february_session, id_)
    assert briefing(february_session, id_).outline.cover == CoverDetails(ITEM, SECRET)
    assert last_classification(february_session) == SECRET
    events = february_session.scalars(select(AuditEvent).where(AuditEvent.action == "briefing.meeting-changed")).all()
    assert [(event.before or {}).get("classification") for event in events] == [None]
    assert [(event.after or {})["classification"] for event in events] == [["Protected A", "Protégé A"]]


@pytest.mark.parametrize("lang", list(Language))
def test_details_that_are_too_long_are_refused(february_session: Session, lang: Language) -> None:
    id_ = create_briefing(february_session, year=2020, meeting_on=date(2020, 2, 27), audience=COUNCILS, by=BY, at=AT).id
    long = Bilingual("x" * 121, "") if lang is Language.EN else Bilingual("", "x" * 121)
    with pytest.raises(Invalid) as refused:
        change(february_session, id_, cover=CoverDetails(long, long))
    assert [field for field, _ in refused.value.problems] == [f"agenda_item_{lang.value}", f"classification_{lang.value}"]
