"""A finalized version of a briefing is published by a choice of its own, withdrawn, and listed as a briefing note."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.tracker.published import PublicRecord, public_record, published_file
from tests.february_briefing import create_february_briefing
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
VERSION = "briefings/1/versions/1"


@pytest.fixture
def finalized(make_app: MakeApp) -> App:
    """The demo with a finalized version of the February briefing."""
    app = make_app()
    with Session(app.engine) as session, write_transaction(session):
        assert create_february_briefing(session) == 1
    return app


def record(app: App) -> PublicRecord:
    with Session(app.engine) as session:
        return public_record(session, app.calendar.now())


@LANGS
def test_secretariat_publishes_a_version_with_its_files_and_withdraws_it(finalized: App, lang: str) -> None:
    user = ScriptlessUser(finalized, "secretariat", lang)
    user.open(VERSION)
    page = user.press("Publish version %(number)s", number=1)
    assert user.translate("This version is public.") in text_of(page.find_by_id("publish"))
    (briefing,) = record(finalized).briefings
    content = briefing.content
    assert (content.version, content.meeting_on.isoformat()) == (1, "2020-02-27")
    assert {(file.format, file.lang) for file in content.files} >= {("xlsx", "en"), ("xlsx", "fr")}
    with Session(finalized.engine) as session:
        for file in content.files:
            assert len(published_file(session, briefing.id, file.name, finalized.calendar.now())) == file.size
    assert not [form for form in page.forms if form.action.endswith("/publish")], "it is public already"
    user.follow("Withdraw…", within=page.find_by_id("publish"))
    reason = {"reason_en": "It was not meant for the public.", "reason_fr": "Elle n’était pas destinée au public."}
    user.press("Withdraw this publication", fields=reason)
    assert record(finalized).briefings == ()
    assert record(finalized).withdrawals[0].reason.en == reason["reason_en"]


def test_version_published_twice_is_published_once(finalized: App) -> None:
    user = ScriptlessUser(finalized, "secretariat", "en")
    user.open(VERSION)
    form = user.form("Publish version 1")
    assert [form.submit().status, form.submit().status] == [303, 303]
    assert len(record(finalized).briefings) == 1


def test_only_the_secretariat_publishes_a_version(finalized: App) -> None:
    for name in ("chair", "ontario", "reader"):
        browser = finalized.client_as(name)
        assert "Publish version" not in browser.get(f"/en/{VERSION}").main_text
        assert browser.post(f"/en/{VERSION}/publish", {"csrf_token": browser.csrf_token()}).status == 403
    assert record(finalized).briefings == ()


@LANGS
def test_row_of_the_briefing_note_list_is_comma_separated_with_a_byte_order_mark(make_app: MakeApp, lang: str) -> None:
    app = make_app(hosted_by_en="Digital Services", hosted_by_fr="Services numériques")
    with Session(app.engine) as session, write_transaction(session):
        create_february_briefing(session)
    answer = app.client_as("chair").get(f"/{lang}/{VERSION}/briefing-note.csv")
    assert answer.response.data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(StringIO(answer.response.data.decode("utf-8-sig")))
    assert (row["tracking_number"], row["date_received"]) == ("COGWG-2020-02-27-1", "2020-02-27")
    assert (row["originating_sector_en"], row["originating_sector_fr"]) == ("Digital Services", "Services numériques")
    assert row["title_fr"] == "Avancement du plan de travail 2020"
    assert row["action_required"] in ("I", "D")
    assert app.anonymous_client().get(f"/{lang}/{VERSION}/briefing-note.csv").status in (302, 303)
