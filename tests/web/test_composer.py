"""Preparing a briefing, step by step, through the real forms: what is chosen and written lands in the deck."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.briefing import queries
from cogwg.briefing.compose import draft_of, material_of
from cogwg.briefing.deck import AsksSlide, ChangedSlide, ChangeKind, Deck, MilestonesSlide, NextStepsSlide, PrioritySlide, TextSlide
from cogwg.core.db import write
from tests.databases import DEMO_DAY
from tests.february import freeze_february
from tests.pages import Browser, House, Page, words
from tests.web.conftest import MakeHouse

STEPS = ("meeting", "changes", "news", "priorities", "next-steps", "slides", "slides/purpose")


def begun(house: House, *, frozen: bool = True, lang: str = "en") -> str:
    """A briefing of 8 October 2020, perhaps after one that was frozen; its address."""
    if frozen:
        with Session(house.engine) as session, write(session):
            freeze_february(session, Actor("person", house.person_id("secretariat")))
    page = house.cast("chair").get(f"/{lang}/briefings/new").form().fill(meeting_on="2020-10-08").submit()
    assert page.status == 303, page.alerts
    return page.goes_to.removesuffix("/changes")


def deck_of(house: House, place: str) -> Deck:
    with Session(house.engine) as session:
        found = queries.briefing(session, int(place.rpartition("/")[2]))
        return draft_of(found, material_of(session, found, DEMO_DAY))


def slide(deck: Deck, kind: type) -> object:
    return next(s for s in deck.slides if isinstance(s, kind))


def test_pages(house: House, chair: Browser) -> None:
    place = begun(house)
    for step in STEPS:
        for lang in ("en", "fr"):
            page = chair.get(place.replace("/en/", f"/{lang}/") + f"/{step}")
            assert page.status == 200, step
            print(lang, step, page.h1, page.main[:3000])
            open(f"/tmp/composer/{lang}-{step.replace('/', '-')}.html", "w").write(page.text)
