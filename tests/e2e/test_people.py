"""A lead is invited, sets a password and signs in, moves to another jurisdiction, and is deactivated."""

from __future__ import annotations

from playwright.sync_api import expect

from cogwg.accounts.models import Jurisdiction
from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.web.admin.test_people import sent_token
from tests.web.auth.test_sign_in import NEW_PASSWORD

NAME, ADDRESS = "D. Deschênes", "d.deschenes@example.ca"


def press(user: BrowserUser, words: str) -> None:
    user.page.get_by_role("main").get_by_role("button", name=user.translate(words)).first.click()


def sign_in(user: BrowserUser) -> None:
    user.open("sign-in")
    user.page.fill("#email", ADDRESS)
    user.page.fill("#password", NEW_PASSWORD)
    press(user, "Sign in")


def test_invited_lead_signs_in_moves_and_is_deactivated(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    (ns,), (yukon,) = (site.app.rows(Jurisdiction, Jurisdiction.code == code) for code in ("ns", "yt"))
    secretariat = open_browser(site, lang, js=js).use_session_of("secretariat")
    page = secretariat.page
    secretariat.open("admin/people")
    invitation = page.locator("#invite form")
    invitation.get_by_label(secretariat.translate("Name"), exact=True).fill(NAME)
    invitation.get_by_label(secretariat.translate("Email address")).fill(ADDRESS)
    invitation.locator('input[value="lead"]').check()
    invitation.locator("select").select_option(str(ns.id))
    invitation.locator(f'input[value="{lang}"]').check()
    press(secretariat, "Send the invitation")
    expect(page.locator("#invite")).to_contain_text(ADDRESS)

    lead = open_browser(site, lang, js=js).expect_statuses(422)
    lead.open(f"password/{sent_token(site.app, ADDRESS, lang)}")
    lead.page.fill("#password", NEW_PASSWORD)
    lead.page.fill("#again", NEW_PASSWORD)
    press(lead, "Save the password")
    lead.expect_path("sign-in", allow_suffix=True)
    sign_in(lead)
    expect(lead.page.locator("header")).to_contain_text(ns.name.text(lang))

    page.get_by_role("link", name=NAME).click()
    secretariat.wait_until_loaded()
    secretariat.open_details(page.locator("#roles"), "Move to another jurisdiction")
    page.locator("#roles li select").select_option(str(yukon.id))
    press(secretariat, "Move the role")
    expect(page.locator("#roles .item-list")).to_contain_text(yukon.name.text(lang))
    lead.open("my-updates")
    lead.expect_path("sign-in", allow_suffix=True)
    sign_in(lead)
    expect(lead.page.locator("header")).to_contain_text(yukon.name.text(lang))

    page.get_by_role("link", name=secretariat.translate("Deactivate the account")).click()
    page.locator('select[name="successor-yt"]').select_option("none")
    press(secretariat, "Deactivate the account")
    secretariat.expect_path("admin/people", allow_suffix=True)
    expect(page.locator("#alerts, main").filter(has_text=NAME).first).to_be_visible()
    expect(page.get_by_role("link", name=NAME)).to_have_count(0)
    if js:
        assert axe.find_violations(page) == []
    lead.open("my-updates")
    lead.expect_path("sign-in", allow_suffix=True)
    sign_in(lead)
    expect(lead.page.get_by_role("alert")).to_be_visible()
