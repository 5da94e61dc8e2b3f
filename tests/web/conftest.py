"""The product for door tests: one shared for reading, or one of a test's own, and a browser for each of the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from tests.conftest import MakeDatabase
from tests.databases import DEMO_DAY, Databases
from tests.pages import Browser, House

MakeHouse = Callable[..., House]


@pytest.fixture(scope="session")
def shared(databases: Databases) -> Iterator[House]:
    """The demo's record on SQLite, for tests that change nothing of it."""
    house = House(databases.make("sqlite", "seeded"))
    yield house
    house.close()


@pytest.fixture
def make_house(make_database: MakeDatabase) -> Iterator[MakeHouse]:
    """``make_house(kind, template, day, **settings)``: the product on a database of its own, by default the demo's."""
    houses: list[House] = []

    def make(kind: str = "sqlite", template: str = "seeded", day: date = DEMO_DAY, **others: object) -> House:
        houses.append(House(make_database(kind, template), others=others, day=day))
        return houses[-1]

    yield make
    for house in houses:
        house.close()


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
