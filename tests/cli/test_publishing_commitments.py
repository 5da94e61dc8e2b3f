"""``cogwg publish commitments``: the rules of the site, a dry run that changes nothing, and exit codes 0, 1 and 2."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from cogwg.core.calendar import Calendar
from cogwg.core.db import build_engine, write_transaction
from cogwg.tracker.published import whole_record
from tests.cli.test_commands import RunCommand, check_refusal, run
from tests.conftest import MakeDatabase
from tests.databases import DEMO_DAY
from tests.tracker.ogp import add_ca0060, add_others
from tests.web_client import email

__all__ = ["run"]
OPTIONS = ("--by", email("secretariat"), "--today", DEMO_DAY.isoformat())


@pytest.fixture
def url(make_database: MakeDatabase) -> str:
    made = make_database("sqlite", "published")
    engine = build_engine(made)
    with Session(engine) as session, write_transaction(session):
        add_ca0060(session)
        add_others(session)
    engine.dispose()
    return made


def public(url: str) -> list[str]:
    engine = build_engine(url)
    with Session(engine) as session:
        shown = [e.content.identifier for e in whole_record(session, Calendar.from_day(DEMO_DAY).now()).commitments]
    engine.dispose()
    return shown


def test_dry_run_says_what_is_in_the_way_and_changes_nothing(run: RunCommand, url: str) -> None:
    result = run("publish", "commitments", "CA0041", *OPTIONS, "--dry-run", COGWG_DATABASE_URL=url)
    assert result.code == 1
    assert result.out.splitlines() == [
        "1 commitment to publish.",
        "CA0041, version 1: new.",
        "CA0041, title: fr is missing.",
        "Nothing was published.",
    ]
    assert public(url) == []


def test_commitments_are_published_by_name_or_all(run: RunCommand, url: str) -> None:
    check_refusal(run("publish", "commitments", *OPTIONS, COGWG_DATABASE_URL=url), "Complete the texts in both languages")
    published = run("publish", "commitments", "CA0041", *OPTIONS, "--override", "No French.", COGWG_DATABASE_URL=url)
    assert published.out.splitlines()[-1] == "It is public."
    assert public(url) == ["CA0041"]
    rest = run("publish", "commitments", *OPTIONS, "--override", "No French.", COGWG_DATABASE_URL=url)
    assert (rest.code, rest.out.splitlines()[0]) == (0, "3 commitments to publish.")
    assert len(public(url)) == 4
    check_refusal(run("publish", "commitments", *OPTIONS, COGWG_DATABASE_URL=url), "Nothing has changed")


def test_unknown_commitment_or_person_is_refused(run: RunCommand, url: str) -> None:
    check_refusal(run("publish", "commitments", "CA9999", *OPTIONS, COGWG_DATABASE_URL=url), "CA9999")
    by = ("--by", email("ontario"), "--today", DEMO_DAY.isoformat(), "--override", "x")
    check_refusal(run("publish", "commitments", *by, COGWG_DATABASE_URL=url), "Only the secretariat does")
    assert run("publish", "2020-06", "CA0041", *OPTIONS, COGWG_DATABASE_URL=url).code == 2
    assert public(url) == []
