"""No name of a member, nothing that is withdrawn and nothing under embargo is on a public page."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.db import write_transaction
from cogwg.reporting.models import Milestone
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.services import publish_quarter
from tests.web.public.addresses import ADDRESSES, UNKNOWN, all_texts
from tests.web.public.publishing import CORRECTION_REASON, publish_deck, withdraw
from tests.web_client import App

PATHS = [*ADDRESSES, *UNKNOWN, "/en/tracker/briefings/2020-02-27"]
HIDDEN = "Canary of what is not public"


def test_names_and_addresses_of_members_are_on_no_page(published_app: App) -> None:
    texts = all_texts(published_app.anonymous_client(), PATHS)
    with published_app.engine.connect() as connection:
        people = connection.exec_driver_sql("SELECT name, email FROM person").all()
    assert len(people) > 5
    for name, address in people:
        assert not [path for path, text in texts.items() if name in text or address in text], name


def test_what_is_under_embargo_is_on_no_page(published_app: App) -> None:
    client = published_app.anonymous_client()
    before = all_texts(client, ADDRESSES)
    published_app.execute(update(Milestone).where(Milestone.key == "2020-02-yt-portal").values(text_en=HIDDEN))
    later = published_app.calendar.today() + timedelta(days=20)
    with Session(published_app.engine) as session, write_transaction(session):
        reasons = {"correction_reason": CORRECTION_REASON, "override_reason": HIDDEN}
        publish_quarter(session, "2020-06", visible_on=later, shown=None, by=SYSTEM, at=published_app.calendar.now(), **reasons)
    assert all_texts(client, ADDRESSES) == before
    assert client.get("/en/tracker?quarter=2020-06&edition=2").status == 404
    published_app.clock.advance(days=21)
    after = all_texts(client, ["/en/tracker/milestones", "/en/tracker/publications"])
    assert HIDDEN in after["/en/tracker/milestones"]
    assert "Correction to Quarter 2" in after["/en/tracker/publications"]


def test_withdrawn_briefing_is_on_no_page(published_app: App) -> None:
    client = published_app.anonymous_client()
    publish_deck(published_app, title=HIDDEN)
    assert HIDDEN in client.get("/en/tracker/briefings/2020-02-27").text
    withdraw(published_app, "2020-02-27", PublicationKind.BRIEFING)
    assert not [path for path, text in all_texts(client, PATHS).items() if HIDDEN in text]
    assert "Joint Councils" not in client.get("/en/tracker/publications").main_text
