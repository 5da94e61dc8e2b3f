"""A database of each earlier release: the migrations open it, what it holds reads as it did, and the product serves it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.briefing import snapshot
from cogwg.briefing.queries import versions
from cogwg.briefing.render import FORMATS, render
from cogwg.cli.records import init
from cogwg.core.bilingual import Language
from cogwg.core.migration import is_at_head, upgrade
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
    assert is_at_head(upgraded.house.engine)
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
    [receipt] = [event for event in house.rows(AuditEvent) if event.action == "quarter.submitted"]
    page = ontario.get(f"/{lang}/my-updates/receipts/{receipt.id}")
    assert "We chose five measures." in page.main


def test_a_release_that_stored_files_is_kept_too() -> None:
    assert told("0.1-files")["files"]


@pytest.fixture(params=[(release, kind) for release in RELEASES for kind in KINDS], ids="-".join)
def own(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Upgraded]:
    """A kept database as it was kept, for a test that changes it."""
    release, kind = request.param
    house = House(restore(databases, release, kind))
    yield Upgraded(release, house)
    house.close()
    databases.drop(house.url)


@cache
def _rendered(deck: str, format: str, lang: Language) -> bytes:
    return render(snapshot.read(deck), format, lang)


def test_init_stores_what_is_missing_and_every_version_is_downloaded_as_stored(
    own: Upgraded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier release stored is answered byte for byte as it was stored; the rest is drawn once."""
    # The kept databases hold the same decks: each is drawn for one of them.
    monkeypatch.setattr("cogwg.briefing.files.render", lambda deck, *key: _rendered(snapshot.write(deck), *key))
    run = CliRunner()
    first, second = (run.invoke(init, env={"COGWG_DATABASE_URL": own.house.url}) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Stored" in first.output
    assert "Stored" not in second.output
    with Session(own.house.engine) as session:
        found = facts(session)
    assert found["versions"] == told(own.release)["versions"]
    before = told(own.release).get("files", [])
    assert isinstance(before, list)
    assert [file for file in found["files"] if file in before] == before
    assert len(found["files"]) == len(found["versions"]) * len(FORMATS) * len(Language)
    reader = own.house.cast("reader")
    with Session(own.house.engine) as session:
        numbers = {(one.meeting_on.isoformat(), one.number): one.briefing_id for one in versions(session)}
    for meeting, number, format, lang, name, media_type, _layout, sha256 in found["files"]:
        page = reader.get(f"/{lang}/briefings/{numbers[meeting, number]}/versions/{number}/deck.{format}")
        assert hashlib.sha256(page.response.data).hexdigest() == sha256
        assert page.headers["Content-Type"] == media_type
        assert name in page.headers["Content-Disposition"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_version_opens(upgraded: Upgraded, lang: str) -> None:
    reader = upgraded.house.cast("reader")
    with Session(upgraded.house.engine) as session:
        known = versions(session)
    assert len(known) >= 3
    for one in known:
        address = f"/{lang}/briefings/{one.briefing_id}/versions/{one.number}"
        assert [reader.get(f"{address}{part}").status for part in ("", "/print", "/present")] == [200] * 3
