"""Going back to a form that was refused, or reloading it: the form opens, and the browser asks nothing."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from cogwg.reporting.models import Milestone
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site


def leave_and_go_back(user: BrowserUser) -> None:
    user.page.locator(".site-footer a").first.click()
    user.expect_path("help")
    user.page.go_back()
    user.wait_until_loaded()


def count_posts(user: BrowserUser) -> list[str]:
    posts: list[str] = []
    user.page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    return posts


def test_back_to_a_refused_sign_in_opens_the_sign_in_page(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    visitor = open_browser(read_only_site, lang).expect_statuses(422)
    visitor.open("sign-in")
    visitor.page.fill("#email", "someone.else@demo.cogwg.example")
    visitor.page.fill("#password", "not the password")
    visitor.page.locator("main form button").first.click()
    expect(visitor.page.locator(".error-summary")).to_be_visible()
    posts = count_posts(visitor)
    leave_and_go_back(visitor)
    expect(visitor.page.locator("#password")).to_be_visible()
    visitor.page.reload()
    expect(visitor.page.locator(".error-summary")).to_have_count(0)
    assert posts == []


def test_back_to_a_refused_text_offers_the_text(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    chair = open_browser(site, lang).use_session_of("chair").expect_statuses(422)
    chair.open("plans/2020/activities/3.2")
    chair.open_details(chair.page.locator("main"), "Move the due date")
    form = chair.page.locator("form").filter(has=chair.page.get_by_role("button", name=chair.translate("Move the due date")))
    text = "The survey of the portals closes two weeks later."
    form.locator("[name$='-day']").fill("99")
    form.locator(f"[name$='-reason_{lang}']").fill(text)
    form.locator("button").first.click()
    expect(chair.page.locator(".error-summary")).to_be_visible()
    chair.wait_until_loaded()
    expect(chair.page).to_have_url(re.compile(r"/activities/3\.2([#?].*)?$"))
    leave_and_go_back(chair)
    offer = chair.page.locator(".unsaved-offer:not([hidden])")
    expect(offer).to_contain_text(text)


def test_milestone_sent_again_after_going_back_is_asked_about(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    """The browser fills in again what was typed, the written date included."""
    lead = open_browser(site, lang, js=js).use_session_of("ontario").expect_statuses(409)
    before = len(site.app.rows(Milestone))
    lead.open("milestones")
    lead.open_details(lead.page.locator("main"), "Add a link, date or status")
    written = lead.page.locator(".news-form [name$='-written']")
    lead.page.fill(f"#new-text_{lang}", "The survey opened.")
    written.fill("2020-08")
    add = lead.page.get_by_role("button", name=lead.translate("Add the milestone"), exact=True)
    add.click()
    expect(lead.page).to_have_url(re.compile(r"\?at="))
    lead.page.go_back()
    lead.wait_until_loaded()
    expect(written).to_have_value("2020-08")
    add.click()
    expect(lead.page.get_by_role("alert")).to_contain_text(
        lead.translate("This text was already added. To add it once more, select the button again.")
    )
    assert len(site.app.rows(Milestone)) == before + 1
    add.click()
    expect(lead.page).to_have_url(re.compile(r"\?at="))
    assert len(site.app.rows(Milestone)) == before + 2
