"""A new briefing that is refused, and a reader who comes for the latest; ``test_compose_briefing`` walks the whole way."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.db import write_transaction
from tests.databases import PASSWORD
from tests.e2e import axe
from tests.e2e.conftest import Arrive
from tests.e2e.site import Site
from tests.e2e.test_every_page import look
from tests.e2e.visitor import said
from tests.february import freeze_february


def test_a_day_that_has_a_briefing_is_refused_with_the_words_kept(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    chair = arrive(site, lang, js=js).enter("chair").expecting(422)
    page = chair.page
    for audience, answer in (("First audience", page.locator(".steps")), ("Second audience", page.get_by_role("alert"))):
        chair.go("briefings/new")
        page.fill('[name="meeting_on"]', "2020-10-08")
        page.fill(f'[name="audience_{lang}"]', audience)
        page.get_by_role("button", name=chair.says("Create the briefing")).click()
        expect(answer).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator(f'[name="audience_{lang}"]')).to_have_value("Second audience")
    if js:
        assert axe.faults(page) == []


def test_a_reader_arrives_at_the_latest_frozen_briefing(site: Site, arrive: Arrive, lang: str) -> None:
    with Session(site.house.engine) as session, write_transaction(session):
        frozen = freeze_february(session, Actor("person", site.house.person_id("chair")))
    chair = arrive(site, lang).enter("chair")
    chair.go("briefings/new")
    chair.page.fill('[name="meeting_on"]', "2020-10-08")
    chair.page.get_by_role("button", name=chair.says("Create the briefing")).click()
    expect(chair.page.locator(".steps")).to_be_visible()

    reader = arrive(site, lang)
    reader.sign_in("reader", PASSWORD)
    reader.at(f"briefings/{frozen}/versions/1")
    found = look(chair, "what changed") + look(reader, "briefing of a reader")
    reader.go("briefings")
    expect(reader.page.locator("table.list tbody tr")).to_have_count(1)
    expect(reader.page.get_by_role("link", name=said(lang, "Create a briefing"))).to_have_count(0)
    found += look(reader, "briefings of a reader")
    assert found == []
