"""The secretariat finds the administration in the menu, changes a setting after a mistake, and ends a lost session."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page

HOST = {"hosted_by_en": "the Treasury Board", "hosted_by_fr": "le Conseil du Trésor"}


def test_setting_is_changed_and_a_session_is_ended(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    lead = open_browser(site, lang, js=js).use_session_of("ontario")
    lead.open("my-updates")
    secretariat = open_browser(site, lang, js=js).use_session_of("secretariat").expect_statuses(422)
    page, main = secretariat.page, secretariat.page.get_by_role("main")

    def go_to(words: str) -> None:
        main.locator(".subnav, .admin-list").last.get_by_role("link", name=secretariat.translate(words), exact=True).click()

    secretariat.open("")
    page.locator(".site-nav").get_by_role("link", name=secretariat.translate("Administration"), exact=True).click()
    secretariat.expect_path("admin")
    go_to("Settings")
    secretariat.expect_path("admin/settings")
    page.fill("#hosted_by_en", "")
    page.fill("#hosted_by_fr", HOST["hosted_by_fr"])
    main.get_by_role("button", name=secretariat.translate("Save the host and the contact")).click()
    expect(main.get_by_role("alert")).to_be_focused()
    problems = check_page(secretariat, "settings, incomplete") if js else []
    expect(page.locator("#hosted_by_fr")).to_have_value(HOST["hosted_by_fr"])
    page.fill("#hosted_by_en", HOST["hosted_by_en"])
    main.get_by_role("button", name=secretariat.translate("Save the host and the contact")).click()
    expect(page.locator("#host").get_by_role("status")).to_be_focused()
    lead.open("my-updates")
    expect(lead.page.locator("footer")).to_contain_text(HOST[f"hosted_by_{lang}"])

    main.locator(".subnav").get_by_role("link", name=secretariat.translate("Sessions"), exact=True).click()
    secretariat.expect_path("admin/sessions")
    if js:
        problems += check_page(secretariat, "sessions")
    row = main.locator(".session-list > li").filter(has_text="N. Osei")
    row.get_by_role("button", name=secretariat.translate("End this session")).click()
    expect(main.locator("#sessions").get_by_role("status")).to_be_focused()
    expect(row).to_have_count(0)
    lead.open("my-updates")
    lead.expect_path("sign-in", allow_suffix=True)
    assert problems == []
