"""Announcements for screen readers, and where the focus goes."""

from __future__ import annotations

from playwright.sync_api import expect

from cogwg.discussion.models import Comment
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_unsaved_text import FIRST, held_answers, wait_for_request


def test_incomplete_draft_is_announced_and_keeps_the_focus(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("my-updates")
    row = lead.open_update("3.3")
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(FIRST)
    row.get_by_role("button", name=lead.translate("Save draft and continue")).click()
    expect(row).to_have_attribute("data-stage", "to-correct")
    expect(lead.page.locator("#status")).to_contain_text({"en": "Describe the challenge", "fr": "Décrivez le défi"}[lang])
    lead.expect_focus(f"#{row.get_attribute('id')}")


def test_fields_of_a_report_are_named_with_their_activity(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("my-updates")
    row = lead.open_update("4.3")
    title = row.locator("h3 a").inner_text()
    for box in row.locator("form").get_by_role("textbox", include_hidden=False).all():
        assert title in box.evaluate("box => box.labels[0].textContent")
    expect(row.get_by_role("group", name=title).first).to_be_visible()


def test_slow_comment_shows_a_sign_and_is_added_once(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    quebec = open_browser(site, lang).use_session_of("quebec")
    quebec.open("plans/2020/activities/5.4")
    thread = quebec.page.locator("#discussion")
    thread.get_by_role("textbox").fill(FIRST)
    button = thread.get_by_role("button", name=quebec.translate("Add the comment"))
    with held_answers(quebec.page, "**/comments*") as held:
        button.click()
        wait_for_request(quebec.page, held)
        button.click(force=True)
        expect(thread.get_by_text(quebec.translate("Please wait…"))).to_be_visible()
        expect(button).to_have_attribute("aria-disabled", "true")
    expect(quebec.page.locator("#comment-1")).to_contain_text(FIRST)
    expect(thread.get_by_text(quebec.translate("Please wait…"))).to_have_count(0)
    quebec.page.wait_for_timeout(300)
    assert len(site.app.rows(Comment)) == 1


def test_whole_page_form_is_sent_once(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("milestones")
    lead.page.locator(f'textarea[name="new-text_{lang}"]').fill(FIRST)
    button = lead.page.get_by_role("button", name=lead.translate("Add the milestone"))
    sent = button.evaluate(
        """button => {
             let sent = 0;
             document.addEventListener("submit", event => { sent += 1; event.preventDefault(); }, { once: true });
             button.click();
             document.addEventListener("submit", () => { sent += 1; }, { once: true });
             button.click();
             return sent;
           }"""
    )
    assert sent == 1


def test_outcome_has_the_focus_after_a_whole_page_post(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    lead = open_browser(site, lang, js=js).use_session_of("ontario")
    lead.open("plans/2020/activities/3.3/report")
    row = lead.update_row("3.3")
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(FIRST)
    row.get_by_role("button", name=lead.translate("Save draft")).click()
    lead.expect_focus(f"#{row.get_attribute('id')}" if js else "#outcome")
    lead.open("milestones")
    lead.page.locator(f'textarea[name="new-text_{lang}"]').fill(FIRST)
    lead.page.get_by_role("button", name=lead.translate("Add the milestone")).click()
    lead.expect_focus("#outcome")
    expect(lead.page.locator("#outcome")).to_be_in_viewport()
    expect(lead.page.locator("li:has(> #outcome)")).to_contain_text(FIRST)


def test_slide_player_announces_the_title_of_the_slide(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    chair = open_browser(site.populate(), lang).use_session_of("chair")
    chair.open(site.path("briefings/{briefing}"))
    chair.page.get_by_role("button", name=chair.translate("Next"), exact=True).click()
    title = chair.page.locator(".slide-page:not([hidden]) section").locator("h1, h2, h3").first.inner_text()
    expect(chair.page.locator("[data-slide-position]")).to_contain_text(title, ignore_case=True)


def test_more_menu_closes_with_escape_and_a_click_elsewhere(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(read_only_site, lang).use_session_of("ontario")
    for place in ("plans/2020", "my-updates"):
        lead.open(place)
        menu = lead.page.locator(".site-nav details")
        menu.locator("summary").click()
        lead.page.keyboard.press("Tab")
        lead.page.keyboard.press("Escape")
        expect(menu).not_to_have_attribute("open", "")
        expect(menu.locator("summary")).to_be_focused()
        menu.locator("summary").click()
        lead.page.locator("h1").click()
        expect(menu).not_to_have_attribute("open", "")
