"""Sessions on the two days a briefing is tested on, and the decks composed on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cogwg.briefing.compose import compose
from cogwg.briefing.deck import Deck
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import connect
from tests.databases import DECK_DAY, DEMO_DAY, Databases

JOINT_COUNCILS = Bilingual("Joint Councils", "Conseils mixtes")


def composed(session: Session, meeting: date, **changes: Any) -> Deck:
    """The deck of a meeting held today, unless told otherwise."""
    asked = {"year": 2020, "meeting_on": meeting, "audience": JOINT_COUNCILS, "today": meeting} | changes
    return compose(session, **asked)


@pytest.fixture
def record(kind: str, make_database: Any) -> Iterator[Session]:
    """A session on the seeded record, on the day of the deck, without reports; each engine in turn."""
    engine = connect(make_database(kind, "record"))
    with Session(engine) as opened:
        yield opened
    engine.dispose()


@pytest.fixture(scope="session")
def decks(databases: Databases) -> dict[date, Deck]:
    """The decks of the two days as composed from the database: nothing reported, and the demo's samples."""
    found = {}
    for day, template in ((DECK_DAY, "record"), (DEMO_DAY, "seeded")):
        url = databases.make("sqlite", template)
        engine = connect(url)
        with Session(engine) as session:
            found[day] = composed(session, day)
        engine.dispose()
        databases.drop(url)
    return found


@pytest.fixture(scope="session")
def february(decks: dict[date, Deck]) -> Deck:
    return decks[DECK_DAY]


@pytest.fixture(scope="session")
def september(decks: dict[date, Deck]) -> Deck:
    return decks[DEMO_DAY]
