"""Security keys in a browser, with a virtual key of Chromium: added, used to sign in, not at hand, and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.databases import PASSWORD
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import SERVED, Site
from tests.e2e.test_two_steps import button, check_page, enter_password
from tests.web.conftest import MakeApp
from tests.web.second_steps import with_key

NAME = "Clé bleue"


@pytest.fixture
def named_site(make_app: MakeApp) -> Iterator[Site]:
    """A site under the name of its public URL."""
    with Site(make_app(**SERVED), host="localhost") as opened:
        extensions = opened.app.flask.extensions
        settings = extensions["cogwg.settings"]
        extensions["cogwg.settings"] = replace(settings, public_url=opened.address)
        yield opened
        extensions["cogwg.settings"] = settings


class VirtualKey:
    """A security key that Chromium simulates, plugged into a user's browser."""

    def __init__(self, user: BrowserUser) -> None:
        self._devtools = user.context.new_cdp_session(user.page)
        self._devtools.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": False, "automaticPresenceSimulation": True}
        self._id = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def reject(self) -> None:
        """Take the key out and plug in an empty one, which knows no account."""
        self._devtools.send("WebAuthn.clearCredentials", {"authenticatorId": self._id})


def begin(user: BrowserUser, name: str, *, is_on: bool = False) -> None:
    user.open("account/two-steps")
    if is_on:
        user.open_details(user.page.locator("#keys"), "Add a security key")
        check_page(user)
    user.page.fill("#key-name", name)
    user.page.fill("#key-current", PASSWORD)
    button(user, "Add a security key").click()
    user.expect_path("account/two-steps/keys/connect")


def test_lead_adds_a_key_and_signs_in_with_it(named_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(named_site, lang)
    key = VirtualKey(lead)
    lead.sign_in("ontario", PASSWORD)
    lead.open("account/two-steps")
    check_page(lead)
    begin(lead, NAME)
    check_page(lead)
    button(lead, "Connect the key").click()
    expect(lead.page.locator(".recovery-codes li")).to_have_count(10)
    check_page(lead)
    lead.open("account/two-steps")
    expect(lead.page.locator("#keys li")).to_contain_text(NAME)
    expect(lead.page.locator("#keys li")).to_contain_text(lead.translate("Not used yet."))
    check_page(lead)

    begin(lead, "The same key again", is_on=True)
    button(lead, "Connect the key").click()
    already = lead.translate("You have already added this security key. Use another one.")
    expect(lead.page.locator("[data-key-status]")).to_have_text(already)
    lead.page.get_by_role("link", name=lead.translate("Cancel")).click()
    lead.expect_path("account/two-steps")

    lead.page.get_by_role("button", name=lead.translate("Sign out")).click()
    enter_password(lead, "ontario")
    expect(lead.page.get_by_role("heading", level=1)).to_have_text(lead.translate("Use your security key"))
    check_page(lead)
    lead.page.keyboard.press("Tab")
    lead.tab_to("[data-key-options]")
    lead.page.keyboard.press("Enter")
    lead.expect_path("my-updates")
    lead.open("account/two-steps")
    expect(lead.page.locator("#keys li")).not_to_contain_text(lead.translate("Not used yet."))

    key.reject()
    lead.page.get_by_role("button", name=lead.translate("Sign out")).click()
    enter_password(lead, "ontario")
    button(lead, "Use your security key").click()
    expect(lead.page.locator("[data-key-status]")).to_have_text(lead.translate("The security key did not answer. Try again."))
    expect(button(lead, "Use your security key")).to_be_enabled()
    check_page(lead)


def test_lead_without_scripts_is_told_and_signs_in_with_a_recovery_code(
    named_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    _key, codes = with_key(named_site.app, "ontario")
    lead = open_browser(named_site, lang, js=False, width=320)
    enter_password(lead, "ontario")
    note = lead.translate("A security key requires JavaScript, which is turned off in this browser.")
    expect(lead.page.locator("main noscript p")).to_have_text(note)
    expect(lead.page.locator("main noscript p")).to_be_visible()
    expect(button(lead, "Use your security key")).to_be_hidden()
    lead.page.fill("#recovery_code", codes[0])
    button(lead, "Sign in").click()
    lead.expect_path("my-updates")
    lead.open("account/two-steps")
    expect(lead.page.locator("main noscript").get_by_text(note, exact=True)).to_be_visible()
    expect(button(lead, "Add a security key")).to_be_hidden()


def test_page_under_an_address_that_keys_are_not_bound_to_says_so(
    named_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    with_key(named_site.app, "ontario")
    named_site.address = f"http://127.0.0.1:{named_site.port}"
    lead = open_browser(named_site, lang)
    enter_password(lead, "ontario")
    button(lead, "Use your security key").click()
    sentence = lead.translate("This browser cannot use security keys here. Use another browser.")
    expect(lead.page.locator("[data-key-status]")).to_have_text(sentence)
