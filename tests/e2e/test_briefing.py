"""A new briefing that is refused, and the landing page of a reader; see also ``test_compose_briefing``."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.db import write_transaction
from tests.databases import PASSWORD
from tests.e2e import axe
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page
from tests.february_briefing import create_february_briefing
from tests.web.scriptless_user import translate


def test_second_briefing_on_a_day_is_refused_and_keeps_what_was_typed(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    chair = open_browser(site, lang, js=js).use_session_of("chair").expect_statuses(422)
    page = chair.page
    for audience, answer in (("First audience", page.locator(".editor-steps")), ("Second audience", page.get_by_role("alert"))):
        chair.open("briefings/new")
        page.fill('[name="meeting_on"]', "2020-10-08")
        page.fill(f'[name="audience_{lang}"]', audience)
        page.get_by_role("button", name=chair.translate("Create the briefing")).click()
        expect(answer).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator(f'[name="audience_{lang}"]')).to_have_value("Second audience")
    if js:
        assert axe.find_violations(page) == []


def test_reader_is_led_to_the_latest_frozen_briefing(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    with Session(site.app.engine) as session, write_transaction(session):
        frozen = create_february_briefing(session, Actor("person", site.app.person_id("chair")))
    chair = open_browser(site, lang).use_session_of("chair")
    chair.open("briefings/new")
    chair.page.fill('[name="meeting_on"]', "2020-10-08")
    chair.page.get_by_role("button", name=chair.translate("Create the briefing")).click()
    expect(chair.page.locator(".editor-steps")).to_be_visible()

    reader = open_browser(site, lang)
    reader.sign_in("reader", PASSWORD)
    home = check_page(reader, "home of a reader")
    reader.page.get_by_role("link", name=reader.translate("Read the briefing")).click()
    reader.expect_path(f"briefings/{frozen}/versions/1")
    problems = home + check_page(chair, "what changed") + check_page(reader, "briefing of a reader")
    reader.open("briefings")
    expect(reader.page.locator("table.data-table tbody tr")).to_have_count(1)
    expect(reader.page.get_by_role("link", name=translate(lang, "Create a briefing"))).to_have_count(0)
    problems += check_page(reader, "briefings of a reader")
    assert problems == []
