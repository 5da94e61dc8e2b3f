"""``cogwg publish``: the rules of the site, a dry run that changes nothing, and exit codes 0, 1 and 2."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cogwg.core.calendar import Calendar
from cogwg.core.db import build_engine, write_transaction
from cogwg.tracker.published import PublicRecord, public_record
from tests.cli.test_commands import RunCommand, check_refusal, run
from tests.conftest import MakeDatabase
from tests.web_client import App, email

__all__ = ["run"]
TODAY = ("--today", "2020-10-26")
BY = ("--by", email("secretariat"))


@pytest.fixture
def url(make_database: MakeDatabase) -> str:
    """The demo with Quarters 1 and 2 published and Quarter 3 closed."""
    made = make_database("sqlite", "published")
    engine = build_engine(made)
    with Session(engine) as session, write_transaction(session):
        closed = "UPDATE reporting_period SET closed_at = '2020-10-26 12:00:00.000000' WHERE key = '2020-09'"
        session.execute(text(closed))
    engine.dispose()
    return made


def record(url: str, day: date = date(2020, 10, 27)) -> PublicRecord:
    engine = build_engine(url)
    with Session(engine) as session:
        stored = public_record(session, Calendar.from_day(day).now())
    engine.dispose()
    return stored


def test_dry_run_counts_names_what_is_missing_and_changes_nothing(run: RunCommand, url: str) -> None:
    app = App(url)
    before = app.fingerprint(without=())
    result = run("publish", "2020-09", *BY, "--dry-run", *TODAY, COGWG_DATABASE_URL=url)
    assert result.code == 1
    assert result.out.splitlines() == [
        "Quarter 3 of 2020, version 1: 21 activities, 10 reports, 6 milestones, 4 challenges.",
        "5.4, progress: en is missing.",
        "Nothing was published.",
    ]
    ready = run("publish", "2020-09", *BY, "--override", "Late.", "--dry-run", *TODAY, COGWG_DATABASE_URL=url)
    assert ready.code == 0
    assert app.fingerprint(without=()) == before
    app.close()


def test_quarter_is_published_with_an_override_and_for_a_day(run: RunCommand, url: str) -> None:
    check_refusal(run("publish", "2020-09", *BY, *TODAY, COGWG_DATABASE_URL=url), "Complete the texts in both languages")
    options = ("--override", "Late.", "--on", "2020-11-02", *TODAY)
    result = run("publish", "2020-09", *BY, *options, COGWG_DATABASE_URL=url)
    assert (result.code, result.out.splitlines()[-1]) == (0, "It becomes public on November\xa02, 2020.")
    assert len(record(url).quarters) == 2
    assert len(record(url, date(2020, 11, 2)).quarters) == 3


def test_correction_needs_reasons_in_both_languages(run: RunCommand, url: str) -> None:
    correction = ("publish", "2020-06", *BY, "--override", "Late.", *TODAY)
    check_refusal(run(*correction, COGWG_DATABASE_URL=url), "Nothing has changed since this quarter was published.")
    engine = build_engine(url)
    with Session(engine) as session, write_transaction(session):
        session.execute(text("UPDATE milestone SET text_en = 'Portal opened' WHERE key = '2020-02-yt-portal'"))
    engine.dispose()
    check_refusal(run(*correction, "--reason-en", "A typing error.", COGWG_DATABASE_URL=url), "in both languages")
    reasons = ("--reason-en", "A typing error.", "--reason-fr", "Une faute de frappe.")
    result = run(*correction, *reasons, COGWG_DATABASE_URL=url)
    assert result.code == 0
    assert "1 value to correct." in result.out
    assert "2020-02-yt-portal, text: “Open data portal launched” → “Portal opened”" in result.out
    assert record(url).quarter("2020-06").edition == 2


@pytest.mark.parametrize("name", ["chair", "ontario", "nobody"])
def test_only_the_secretariat_publishes(run: RunCommand, url: str, name: str) -> None:
    result = run("publish", "2020-09", "--by", email(name), "--override", "Late.", *TODAY, COGWG_DATABASE_URL=url)
    assert result.code == 2
    assert email(name) in result.err
    assert len(record(url).quarters) == 2


def test_unknown_quarter_and_day_are_refused(run: RunCommand, url: str) -> None:
    check_refusal(run("publish", "2019-09", *BY, *TODAY, COGWG_DATABASE_URL=url), "2019-09")
    check_refusal(run("publish", "2020-09", *BY, "--on", "soon", *TODAY, COGWG_DATABASE_URL=url), "--on")
    engine = build_engine(url)
    with Session(engine) as session:
        assert session.scalar(select(1)) == 1
    engine.dispose()
