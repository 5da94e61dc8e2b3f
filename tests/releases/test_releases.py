"""A database of each earlier release is migrated, reads the same facts, and is served by the product."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.verification import verify_chain
from cogwg.briefing.queries import versions
from cogwg.briefing.render import FORMATS
from cogwg.cli.database import init
from cogwg.core.bilingual import Language
from cogwg.core.migration import upgrade
from cogwg.core.schema import is_at_head
from tests.databases import ENGINES, Databases
from tests.releases.facts import facts
from tests.releases.keep import RELEASES_FOLDER, expected_facts, restore
from tests.sessions import ESSENTIAL, FURTHER
from tests.web_client import App

RELEASES = sorted(folder.name for folder in RELEASES_FOLDER.iterdir() if folder.is_dir())


@dataclass
class UpgradedRelease:
    """A kept database, upgraded to the current schema."""

    release: str
    app: App


@pytest.fixture(scope="module", params=[(release, kind) for release in RELEASES for kind in ENGINES], ids="-".join)
def upgraded(request: pytest.FixtureRequest, databases: Databases) -> Iterator[UpgradedRelease]:
    release, kind = request.param
    app = App(restore(databases, release, kind))
    upgrade(app.engine)
    yield UpgradedRelease(release, app)
    app.close()
    databases.drop(app.url)


def test_first_release_is_kept() -> None:
    assert "0.1" in RELEASES


def test_kept_database_reads_the_same_facts_after_upgrade(upgraded: UpgradedRelease) -> None:
    assert is_at_head(upgraded.app.engine)
    with Session(upgraded.app.engine) as session:
        actual = facts(session)
    expected = expected_facts(upgraded.release)
    assert isinstance(expected["rows"], dict)
    assert {table: actual["rows"][table] for table in expected["rows"]} == expected.pop("rows")
    assert {subject: actual[subject] for subject in expected} == expected


def test_events_of_a_kept_database_are_linked_as_they_are(upgraded: UpgradedRelease) -> None:
    """Also those that upgrades recorded."""
    with Session(upgraded.app.engine) as session:
        verdict = verify_chain(session)
        count = session.query(AuditEvent).count()
    assert verdict.fault is None, verdict.fault.words.en
    assert verdict.count == count > 0
    assert verdict.unsalted > 0


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_kept_database_is_served(upgraded: UpgradedRelease, lang: str) -> None:
    app = upgraded.app
    ontario, chair, secretariat = (app.client_as(name) for name in ("ontario", "chair", "secretariat"))
    assert "We chose five measures." in ontario.get(f"/{lang}/plans/2020/activities/3.3").main_text
    assert "A first set is published." in chair.get(f"/{lang}/milestones").main_text
    assert "Due in 6 days: 5 reports for the third quarter of 2020" in secretariat.get("/en/admin/outbox").main_text
    for client, place in ((ontario, "my-updates"), (chair, "readiness"), (chair, "challenges"), (secretariat, "admin/outbox")):
        assert client.get(f"/{lang}/{place}").status == 200
    [receipt] = [event for event in app.rows(AuditEvent) if event.action == "quarter.submitted"]
    page = ontario.get(f"/{lang}/my-updates/receipts/{receipt.id}")
    assert "We chose five measures." in page.main_text


def test_release_with_stored_files_is_kept() -> None:
    assert expected_facts("0.1-files")["files"]


@pytest.fixture(
    params=[
        pytest.param((release, kind), id=f"{release}-{kind}", marks=() if release == RELEASES[-1] else FURTHER)
        for release in RELEASES
        for kind in ENGINES
    ]
)
def original_release(request: pytest.FixtureRequest, databases: Databases) -> Iterator[UpgradedRelease]:
    """A kept database before the upgrade, for a test that changes it."""
    release, kind = request.param
    app = App(restore(databases, release, kind))
    yield UpgradedRelease(release, app)
    app.close()
    databases.drop(app.url)


@ESSENTIAL
@pytest.mark.usefixtures("decks_drawn_once")
def test_init_stores_missing_files_and_downloads_return_stored_bytes(
    original_release: UpgradedRelease,
) -> None:
    """Files stored by an earlier release are returned byte for byte; the others are drawn once."""
    run = CliRunner()
    first, second = (run.invoke(init, env={"COGWG_DATABASE_URL": original_release.app.url}) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Stored" in first.output
    assert "Stored" not in second.output
    with Session(original_release.app.engine) as session:
        actual = facts(session)
    assert actual["versions"] == expected_facts(original_release.release)["versions"]
    before = expected_facts(original_release.release).get("files", [])
    assert isinstance(before, list)
    assert [file for file in actual["files"] if file in before] == before
    assert len(actual["files"]) == len(actual["versions"]) * len(FORMATS) * len(Language)
    reader = original_release.app.client_as("reader")
    with Session(original_release.app.engine) as session:
        numbers = {(version.meeting_on.isoformat(), version.number): version.briefing_id for version in versions(session)}
    for meeting, number, format, lang, name, media_type, _layout, sha256 in actual["files"]:
        page = reader.get(f"/{lang}/briefings/{numbers[meeting, number]}/versions/{number}/deck.{format}")
        assert hashlib.sha256(page.response.data).hexdigest() == sha256
        assert page.headers["Content-Type"] == media_type
        assert name in page.headers["Content-Disposition"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_frozen_versions_of_kept_databases_open(upgraded: UpgradedRelease, lang: str) -> None:
    reader = upgraded.app.client_as("reader")
    with Session(upgraded.app.engine) as session:
        all_versions = versions(session)
    assert len(all_versions) >= 3
    for version in all_versions:
        address = f"/{lang}/briefings/{version.briefing_id}/versions/{version.number}"
        assert [reader.get(f"{address}{part}").status for part in ("", "/print", "/present")] == [200] * 3
        elements = list(reader.get(f"{address}/print").find("main").iter())
        links = {str(element.get("href"))[1:] for element in elements if str(element.get("href")).startswith("#source-")}
        assert links
        assert links <= {element.get("id") for element in elements}
