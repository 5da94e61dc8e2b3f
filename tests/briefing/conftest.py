"""Sessions on the two days that briefings are tested on, and the decks composed on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.briefing.compose import build_deck
from cogwg.briefing.compose import compose_deck as compose
from cogwg.briefing.deck import Deck, DeckState
from cogwg.briefing.outline import Outline, PriorityWording, SlideWording
from cogwg.briefing.queries import Baseline, load_standing_content
from cogwg.briefing.source import load_source
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import end_of_day
from cogwg.core.db import build_engine
from tests.conftest import MakeEngine, MakeSession
from tests.databases import DECK_DAY, DEMO_DAY, Databases

OCTOBER_DAY = date(2020, 10, 8)
JOINT_COUNCILS = Bilingual("Joint Councils", "Conseils mixtes")


def compose_deck(session: Session, meeting: date, **changes: Any) -> Deck:
    """Compose the deck of a meeting; unless changed, the meeting is today."""
    arguments = {"year": 2020, "meeting_on": meeting, "audience": JOINT_COUNCILS, "today": meeting} | changes
    return compose(session, **arguments)


@pytest.fixture
def february_engine(engine_name: str, make_engine: MakeEngine) -> Engine:
    """An engine on the seeded database, on the day of the deck, without reports."""
    return make_engine(engine_name, "record")


@pytest.fixture
def february_session(make_session: MakeSession) -> Iterator[Session]:
    """A session on the seeded database, on the day of the deck, without reports; each engine in turn."""
    with make_session("record", "february_engine") as session:
        yield session


def compose_prepared_deck(session: Session, baseline: Deck, day: date = DEMO_DAY) -> Deck:
    """Compose a draft as a co-chair prepares it: changes since February, asks, a highlight and free text."""
    words = (
        SlideWording(
            "text-1",
            Bilingual("A word from the co-chairs", "Le mot de la coprésidence"),
            Bilingual("The plan holds, and the fall decides.", "Le plan tient, et l’automne sera décisif."),
            (
                Bilingual("The group met six times.", "Le groupe s’est réuni six fois."),
                Bilingual("Two jurisdictions joined.", "Deux administrations se sont jointes à nous."),
            ),
        ),
    )
    priorities = (
        PriorityWording(
            2,
            Bilingual(
                "Three templates are shared by seven jurisdictions.", "Trois gabarits sont offerts par sept administrations."
            ),
            (Bilingual("Name a second lead by November.", "Nommer un second responsable d’ici novembre."),),
            year=2020,
        ),
        PriorityWording(
            5, asks=(Bilingual("Take part in the sessions of December.", "Participer aux séances de décembre."),), year=2020
        ),
    )
    source = load_source(
        session,
        year=2020,
        as_of=day,
        standing_content=load_standing_content(session),
        outline=Outline(words=words, priorities=priorities),
        baseline=Baseline(baseline.meeting_on, end_of_day(baseline.as_of), baseline),
    )
    place = Bilingual("Fredericton, New Brunswick", "Fredericton (Nouveau-Brunswick)")
    return build_deck(source, meeting_on=day, audience=JOINT_COUNCILS, place=place, version=2, state=DeckState.DRAFT)


def compose_decks(databases: Databases) -> dict[str, Deck]:
    """Compose the decks of the two days (without reports; with the demo's samples), a prepared draft, and October, by name."""
    decks_by_name: dict[str, Deck] = {}
    for name, day, template in (("february", DECK_DAY, "record"), ("september", DEMO_DAY, "seeded")):
        url = databases.create("sqlite", template)
        engine = build_engine(url)
        with Session(engine) as session:
            decks_by_name[name] = compose_deck(session, day)
            if name == "september":
                decks_by_name["prepared"] = compose_prepared_deck(session, decks_by_name["february"])
                decks_by_name["october"] = compose_deck(session, OCTOBER_DAY)
        engine.dispose()
        databases.drop(url)
    return decks_by_name


def compose_october_deck(databases: Databases, february: Deck) -> Deck:
    """Compose a prepared draft for October 8, when the activities of September are late."""
    url = databases.create("sqlite", "seeded")
    engine = build_engine(url)
    with Session(engine) as session:
        deck = compose_prepared_deck(session, february, date(2020, 10, 8))
    engine.dispose()
    databases.drop(url)
    return deck


@pytest.fixture(scope="session")
def decks(databases: Databases) -> dict[str, Deck]:
    return compose_decks(databases)


@pytest.fixture(scope="session")
def october(databases: Databases, february: Deck) -> Deck:
    return compose_october_deck(databases, february)


@pytest.fixture(scope="session")
def february(decks: dict[str, Deck]) -> Deck:
    return decks["february"]


@pytest.fixture(scope="session")
def september(decks: dict[str, Deck]) -> Deck:
    return decks["september"]


@pytest.fixture(scope="session")
def prepared(decks: dict[str, Deck]) -> Deck:
    return decks["prepared"]
