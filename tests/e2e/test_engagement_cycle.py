"""A steward sets up a cycle with phases that overlap and publishes it; a reader sees at once what can be commented on."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page
from tests.ogp.assessors import add_people


def test_cycle_is_set_up_published_and_read(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    with Session(site.app.engine) as session, write_transaction(session):
        add_people(session)
    steward = open_browser(site, lang, js=js).use_session_of("steward").expect_statuses(422)
    page, main = steward.page, steward.page.get_by_role("main")

    def press(words: str) -> None:
        main.get_by_role("button", name=steward.translate(words), exact=True).click()

    def follow(words: str) -> None:
        main.get_by_role("link", name=steward.translate(words), exact=True).click()

    steward.open("admin/engagement")
    follow("Add a cycle")
    press("Add the cycle")
    expect(main.get_by_role("alert")).to_be_focused()
    problems = check_page(steward, "new cycle, incomplete") if js else []
    page.fill("#title_en", "The sixth plan")
    page.fill("#title_fr", "Le sixième plan")
    page.fill("#key", "sixth-plan")
    press("Add the cycle")
    steward.expect_path("admin/engagement/sixth-plan", allow_suffix=True)
    for key, titles, days in (
        ("shaping", ("Shaping", "Élaboration"), ("2020-09-01", "2020-10-31")),
        ("drafting", ("Drafting", "Rédaction"), ("2020-10-01", "2020-12-18")),
    ):
        follow("Add a phase")
        page.fill("#key", key)
        page.fill("#title_en", titles[0])
        page.fill("#title_fr", titles[1])
        page.fill("#starts_on", days[0])
        page.fill("#ends_on", days[1])
        page.check("#takes_comments")
        problems += check_page(steward, f"phase {key}") if js else []
        press("Add the phase")
        expect(page.locator("#phases").get_by_role("status")).to_be_focused()
    problems += check_page(steward, "cycle") if js else []
    follow("Preview and publish…")
    problems += check_page(steward, "preview of a cycle") if js else []
    press("Publish the cycle")
    expect(page.locator("#publication").get_by_role("status")).to_be_focused()

    reader = open_browser(site, lang, js=js)
    reader.open("")
    reader.page.locator(".site-nav").get_by_role("link", name=reader.translate("Engagement"), exact=True).click()
    title = {"en": "The sixth plan", "fr": "Le sixième plan"}[lang]
    problems += check_page(reader, "list of cycles") if js else []
    # The cycle is named twice: among those that are open for comment, and in the list.
    reader.page.get_by_role("main").get_by_role("link", name=title, exact=True).last.click()
    expect(reader.page.locator(".cycle-table tbody tr")).to_have_count(2)
    expect(
        reader.page.get_by_role(
            "img", name=reader.translate("Timeline of the phases. The rows below give the same information.")
        )
    ).to_be_visible()
    problems += check_page(reader, "cycle for readers") if js else []
    first = {"en": "Shaping", "fr": "Élaboration"}[lang]
    reader.page.locator(".cycle-table").get_by_role("link", name=first, exact=True).click()
    expect(
        reader.page.get_by_role("main").get_by_role("link", name=reader.translate("Write a comment"), exact=True)
    ).to_be_visible()
    problems += check_page(reader, "phase for readers") if js else []
    assert reader.page.context.cookies() == []
    assert problems == []
