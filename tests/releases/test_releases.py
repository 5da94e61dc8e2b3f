"""A database of each earlier release: the migrations open it, what it holds reads as it did, and the product serves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from cogwg.audit.models import Event
from cogwg.briefing.queries import versions
from cogwg.core.migration import at_head, upgrade
from tests.databases import KINDS, Databases
from tests.pages import House
from tests.releases.facts import facts
from tests.releases.keep import KEPT, restore, told

RELEASES = sorted(folder.name for folder in KEPT.iterdir() if folder.is_dir())


@dataclass
class Upgraded:
    """A kept database, brought to the schema of this code."""

    release: str
    house: House


@pytest.fixture(scope="module", params=[(release, kind) for release in RELEASES for kind in KINDS], ids="-".join)
def upgraded(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Upgraded]:
    release, kind = request.param
    house = House(restore(databases, release, kind))
    upgrade(house.engine)
    yield Upgraded(release, house)
    house.close()
    databases.drop(house.url)


def test_the_first_release_is_kept() -> None:
    assert "0.1" in RELEASES


def test_what_it_holds_reads_as_it_did(upgraded: Upgraded) -> None:
    assert at_head(upgraded.house.engine)
    with Session(upgraded.house.engine) as session:
        found = facts(session)
    kept = told(upgraded.release)
    assert isinstance(kept["rows"], dict)
    assert {table: found["rows"][table] for table in kept["rows"]} == kept.pop("rows")
    assert {subject: found[subject] for subject in kept} == kept


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_product_serves_it(upgraded: Upgraded, lang: str) -> None:
    house = upgraded.house
    ontario, chair, secretariat = (house.cast(name) for name in ("ontario", "chair", "secretariat"))
    assert "We chose five measures." in ontario.get(f"/{lang}/plans/2020/activities/3.3").main
    assert "A first set is published." in chair.get(f"/{lang}/milestones").main
    assert "Due in 6 days: 5 reports for the third quarter of 2020" in secretariat.get("/en/outbox").main
    for who, place in ((ontario, "my-updates"), (chair, "readiness"), (chair, "challenges"), (secretariat, "outbox")):
        assert who.get(f"/{lang}/{place}").status == 200
    [receipt] = [event for event in house.rows(Event) if event.action == "quarter.submitted"]
    page = ontario.get(f"/{lang}/my-updates/receipts/{receipt.id}")
    assert "We chose five measures." in page.main


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_version_opens(upgraded: Upgraded, lang: str) -> None:
    reader = upgraded.house.cast("reader")
    with Session(upgraded.house.engine) as session:
        known = versions(session)
    assert len(known) >= 3
    for one in known:
        address = f"/{lang}/briefings/{one.briefing_id}/versions/{one.number}"
        assert [reader.get(f"{address}{part}").status for part in ("", "/print", "/present")] == [200] * 3
