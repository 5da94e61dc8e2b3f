"""The product for door tests: one shared for reading, or one of a test's own, and a browser for each of the cast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from datetime import date, datetime
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.services import give_link, make_feed_address
from cogwg.accounts.tokens import hashed
from cogwg.audit.services import SYSTEM, Actor
from cogwg.audit.services import record as trace
from cogwg.briefing.compose import frozen_of, material_of
from cogwg.briefing.queries import briefing, shared_links
from cogwg.briefing.services import comment, create_briefing, freeze, share_preview
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import write
from cogwg.discussion.services import write_comment
from cogwg.plan.models import Activity, Assignment
from cogwg.reporting.news.challenges import add_challenge, withdraw_challenge
from cogwg.reporting.news.milestones import add_milestone, withdraw_milestone
from cogwg.reporting.news.rules import ChallengeDraft, MilestoneDraft
from tests.databases import DECK_DAY, DEMO_DAY, Databases
from tests.pages import Browser, House, email

MakeHouse = Callable[..., House]
LeftHouses = defaultdict[Hashable, list[House]]


@pytest.fixture(scope="session")
def shared(databases: Databases) -> Iterator[House]:
    """The demo's record on SQLite, for tests that change nothing of it."""
    house = House(databases.make("sqlite", "seeded"))
    yield house
    house.close()


@pytest.fixture(scope="session")
def left_houses() -> Iterator[LeftHouses]:
    """Applications that earlier tests have left: to make one costs more than most tests of it."""
    standing: LeftHouses = defaultdict(list)
    yield standing
    for house in chain(*standing.values()):
        house.close()


@pytest.fixture
def make_house(databases: Databases, left_houses: LeftHouses) -> Iterator[MakeHouse]:
    """``make_house(kind, template, day, **settings)``: the product with a database of its own, by default the demo's.

    An earlier test may have used its application with the same day and settings; its database is new all the same.
    """
    taken: list[tuple[Hashable, House]] = []

    def make(kind: str = "sqlite", template: str = "seeded", day: date = DEMO_DAY, **settings: object) -> House:
        alike = (kind, day, *sorted(settings.items()))
        if left_houses[alike]:
            house = left_houses[alike].pop()
            databases.renew(house.url, template)
        else:
            house = House(databases.make(kind, template), others=settings, day=day)
        taken.append((alike, house))
        return house

    yield make
    for alike, house in taken:
        left_houses[alike].append(house.left())


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    """The demo's record on SQLite, for tests that change it."""
    return make_house()


@pytest.fixture
def each_house(kind: str, make_house: MakeHouse) -> House:
    """The demo's record on each engine in turn, for what must hold on both."""
    return make_house(kind)


@pytest.fixture
def visitor(house: House) -> Browser:
    return house.cast("visitor")


@pytest.fixture
def ontario(house: House) -> Browser:
    return house.cast("ontario")


@pytest.fixture
def chair(house: House) -> Browser:
    return house.cast("chair")


class Furnished:
    """A house with a briefing, a fresh link, a feed and news of Ontario, so that every address leads somewhere."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._people: dict[str, Browser] = {}
        self._tokens: dict[str, str] = {}
        at = house.calendar.now()
        with Session(house.engine) as session, write(session):
            nwt = session.scalars(select(Person).where(Person.email == email("nwt"))).one()
            audience = Bilingual("Joint Councils", "Conseils mixtes")
            by = Actor("person", house.person_id("chair"))
            made = create_briefing(session, year=2020, meeting_on=at.date(), audience=audience, by=by, at=at)
            self.briefing = made.id
            self.shared = self._shown(session, by, at)
            self.token = give_link(session, nwt, by=SYSTEM, at=at, now=house.clock())
            self.feed = make_feed_address(session, nwt.id, by=SYSTEM, at=at)
            self.news = _news(session, house.person_id("ontario"), at)
            ontario = Actor("person", house.person_id("ontario"))
            self.receipt = trace(session, "quarter.submitted", ("period", 3), by=ontario, at=at, after={"sent": []})
            self.ids = {j.code: j.id for j in session.scalars(select(Jurisdiction))} | self._things(session, ontario, at)

    @property
    def frozen(self) -> object:
        """The briefing with a frozen version."""
        return self.shared["frozen"]

    def person(self, name: str) -> Browser:
        """A browser of this person of the cast, the same for all who only read or are refused."""
        if name not in self._people:
            self._people[name] = self.house.cast(name)
        return self._people[name]

    def csrf(self, name: str) -> str:
        """The token of that browser's session, which lasts as long as nobody signs in or out."""
        if name not in self._tokens:
            self._tokens[name] = self.person(name).csrf()
        return self._tokens[name]

    def _shown(self, session: Session, by: Actor, at: datetime) -> dict[str, object]:
        """A frozen version of an earlier meeting's briefing, a preview link of the draft, and a comment on its slide."""
        audience = Bilingual("Joint Councils", "Conseils mixtes")
        kept = create_briefing(session, year=2020, meeting_on=DECK_DAY, audience=audience, by=by, at=at)
        open_briefing = briefing(session, kept.id)
        deck = frozen_of(open_briefing, material_of(session, open_briefing, at.date()))
        freeze(session, kept.id, deck, (), note="", seen=open_briefing.seen, by=by, at=at)
        share_preview(session, self.briefing, hashed("the-secret"), by=by, at=at)
        (link,) = shared_links(session, self.briefing)
        remark = comment(session, self.briefing, "glance", "Is it so?", lang=Language.EN, by=by, at=at)
        return {"frozen": kept.id, "link": link.id, "secret": "the-secret", "remark": remark}

    def _things(self, session: Session, ontario: Actor, at: datetime) -> dict[str, int]:
        """A role to confirm, a vacant one, and a comment of Ontario's on 3.3, by the names that paths call them by."""
        roles = {a.confirmation.value: a.id for a in session.scalars(select(Assignment).order_by(Assignment.id.desc()))}
        activity = session.scalars(select(Activity.id).where(Activity.code == "3.3")).one()
        said, _ = write_comment(session, activity, "A question.", lang=Language.EN, mentions=(), by=ontario, at=at)
        return {"to_confirm": roles["to-confirm"], "vacant": roles["vacant"], "comment": said.id}

    def path(self, pattern: str) -> str:
        kept = {"briefing": self.briefing, "token": self.token, "feed": self.feed, "receipt": self.receipt}
        return pattern.format(**kept, **self.ids, **self.news, **self.shared)


Anew = Callable[[], Furnished]


def _news(session: Session, teller: int, at: datetime) -> dict[str, int]:
    """Ontario’s news in English alone, of each kind one that stands and one that was withdrawn."""
    on = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one()
    told: dict[str, Any] = {"by": Actor("person", teller), "at": at, "may": lambda _ids: True}
    text, theme = Bilingual("Ontario’s news.", ""), Bilingual("Legal", "Aspects juridiques")
    made = {name: add_milestone(session, on, MilestoneDraft(text), **told) for name in ("milestone", "gone")}
    made |= {name: add_challenge(session, on, ChallengeDraft(theme, text), **told) for name in ("challenge", "lost")}
    withdraw_milestone(session, made["gone"], seen=1, **told)
    withdraw_challenge(session, made["lost"], seen=1, **told)
    return made


@pytest.fixture(scope="session")
def anew(databases: Databases) -> Iterator[Anew]:
    """``anew()``: one furnished house, its record again as it was when it was furnished, for a post that changes it."""
    url = databases.make("sqlite", "seeded")
    house = House(url)
    made = Furnished(house)
    house.close()
    kept = databases.keep(url)

    def again() -> Furnished:
        house.close()
        databases.restore(url, kept)
        return made

    yield again
    house.close()


@pytest.fixture(scope="session")
def furnished(databases: Databases) -> Iterator[Furnished]:
    """A house with a briefing, for reading and for posts that are refused."""
    house = House(databases.make("sqlite", "seeded"))
    yield Furnished(house)
    house.close()
