"""The list of keyboard shortcuts: opened by "?" or its link, never while typing, and turned off for good."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site


def shortcut_list(page: Page) -> Locator:
    return page.get_by_role("dialog")


def footer_link(user: BrowserUser) -> Locator:
    return user.page.locator("footer").get_by_role("link", name=user.translate("Keyboard shortcuts"))


def test_question_mark_opens_the_list_and_escape_closes_it(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(read_only_site, lang).use_session_of("ontario")
    page = lead.page
    lead.open("plans/2020")
    link = page.locator("main a").first
    link.focus()
    page.keyboard.press("?")
    expect(shortcut_list(page)).to_be_focused()
    expect(shortcut_list(page)).to_have_accessible_name(lead.translate("Keyboard shortcuts"))
    expect(shortcut_list(page).locator("kbd").first).to_have_text("Ctrl")
    assert axe.find_violations(page) == []
    page.keyboard.press("Escape")
    expect(shortcut_list(page)).to_have_count(0)
    expect(link).to_be_focused()
    lead.expect_path("plans/2020")


def test_footer_link_opens_the_list_and_tab_leaves_it(read_only_site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(read_only_site, width=320).use_session_of("ontario")
    page = lead.page
    lead.open("my-updates")
    footer_link(lead).click()
    expect(shortcut_list(page)).to_be_focused()
    page.get_by_role("button", name="Close").click()
    expect(footer_link(lead)).to_be_focused()
    page.keyboard.press("Enter")
    expect(shortcut_list(page)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(shortcut_list(page)).to_have_count(0)
    lead.expect_path("my-updates")


def test_question_mark_is_typed_in_a_field(read_only_site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(read_only_site).use_session_of("ontario")
    lead.open("plans/2020/activities/3.3/report")
    field = lead.page.locator("textarea:visible").first
    field.press_sequentially("Why?")
    expect(field).to_have_value("Why?")
    expect(shortcut_list(lead.page)).to_have_count(0)
    field.fill("")


def test_question_mark_can_be_turned_off_and_on_again(read_only_site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(read_only_site).use_session_of("ontario")
    page = lead.page
    lead.open("plans/2020")
    page.keyboard.press("?")
    box = shortcut_list(page).get_by_role("checkbox")
    expect(box).to_be_checked()
    box.uncheck()
    page.keyboard.press("Escape")
    for path in ("plans/2020", "briefings"):
        lead.open(path)
        page.keyboard.press("?")
        page.wait_for_timeout(300)
        expect(shortcut_list(page)).to_have_count(0)
    lead.open("help")
    box = page.get_by_role("main").get_by_role("checkbox")
    expect(box).not_to_be_checked()
    box.check()
    lead.open("plans/2020")
    page.keyboard.press("?")
    expect(shortcut_list(page)).to_be_focused()


def test_question_mark_on_the_help_page_leads_to_its_section(read_only_site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(read_only_site).use_session_of("ontario")
    lead.open("help")
    lead.page.keyboard.press("?")
    expect(lead.page.locator("#shortcuts-heading")).to_be_focused()
    expect(shortcut_list(lead.page)).to_have_count(0)


def test_footer_link_leads_to_the_help_page_without_scripts(read_only_site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(read_only_site, js=False).use_session_of("ontario")
    lead.open("plans/2020")
    footer_link(lead).click()
    lead.expect_path("help#shortcuts")
    expect(lead.page.locator("#shortcuts kbd").first).to_be_in_viewport()
    expect(lead.page.get_by_role("main").get_by_role("checkbox")).to_have_count(0)
