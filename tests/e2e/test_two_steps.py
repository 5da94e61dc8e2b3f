"""Two-step sign-in in a browser: set up, used with a code and a recovery code, and reset; with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Locator, expect

from tests.databases import PASSWORD
from tests.e2e.axe import find_violations, find_violations_in_dark
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import SERVED, Site
from tests.web.conftest import MakeApp
from tests.web_client import email

LATER = 30


def button(user: BrowserUser, words: str) -> Locator:
    return user.page.get_by_role("main").get_by_role("button", name=user.translate(words), exact=True)


def check_page(user: BrowserUser) -> None:
    """Check accessibility in both colour schemes, and that a phone need not scroll sideways; axe is a script."""
    page = user.page
    if not user.js:
        return
    assert find_violations(page) == []
    assert find_violations_in_dark(page) == []
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size(size)


def enter_password(user: BrowserUser, name: str) -> None:
    user.open("sign-in")
    user.page.fill("#email", email(name))
    user.page.fill("#password", PASSWORD)
    button(user, "Sign in").click()


def code(site: Site, secret: str, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(site.app.clock().timestamp()) + seconds)


def set_up(user: BrowserUser, site: Site) -> tuple[str, list[str]]:
    """Set up two-step sign-in on the page where it begins; return the key and the recovery codes."""
    user.page.fill("#current", PASSWORD)
    button(user, "Set up an app").click()
    expect(user.page.locator(".qr-code")).to_be_visible()
    check_page(user)
    secret = user.page.locator(".setup-key").inner_text().replace(" ", "")
    user.page.fill("#one_time_code", code(site, secret))
    button(user, "Add the app").click()
    expect(user.page.locator(".recovery-codes li")).to_have_count(10)
    check_page(user)
    return secret, user.page.locator(".recovery-codes li").all_inner_texts()


def test_lead_sets_up_and_signs_in_with_a_code_then_a_recovery_code_until_the_reset(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    lead = open_browser(site, lang, js=js).expect_statuses(422)
    lead.sign_in("ontario", PASSWORD)
    lead.open("account")
    lead.page.get_by_role("link", name=lead.translate("Set up two-step sign-in")).click()
    check_page(lead)
    secret, codes = set_up(lead, site)
    lead.page.get_by_role("link", name=lead.translate("I have saved my codes. Continue")).click()
    lead.expect_path("my-updates")

    phone = open_browser(site, lang, js=js, width=320).expect_statuses(422)
    enter_password(phone, "ontario")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(phone.translate("Enter your code"))
    check_page(phone)
    phone.page.fill("#one_time_code", code(site, secret))
    button(phone, "Sign in").click()
    expect(phone.page.locator("#one_time_code-error")).to_be_visible()
    check_page(phone)
    phone.page.fill("#one_time_code", code(site, secret, LATER))
    phone.page.keyboard.press("Enter")
    phone.expect_path("my-updates")

    other = open_browser(site, lang, js=js)
    enter_password(other, "ontario")
    other.page.get_by_text(other.translate("Use a recovery code instead")).click()
    other.page.fill("#recovery_code", codes[0])
    button(other, "Sign in").click()
    other.expect_path("my-updates")

    secretariat = open_browser(site, lang, js=js).use_session_of("secretariat")
    secretariat.open(f"admin/people/{site.app.person_id('ontario')}")
    secretariat.page.locator("summary", has_text=secretariat.translate("Reset two-step sign-in")).click()
    secretariat.page.fill("#reason", "The telephone is lost.")
    check_page(secretariat)
    button(secretariat, "Reset two-step sign-in").click()
    expect(secretariat.page.locator("#sign-in")).to_contain_text(secretariat.translate("Two-step sign-in: off"))
    for browser in (lead, phone, other):
        browser.page.reload()
        expect(browser.page.get_by_role("heading", level=1)).to_have_text(browser.translate("Sign in"))


@pytest.fixture
def strict_site(make_app: MakeApp) -> Iterator[Site]:
    """A site that requires two-step sign-in of co-chairs and the secretariat."""
    with Site(make_app(require_second_factor=True, **SERVED)) as opened:
        yield opened


def test_co_chair_who_must_have_two_steps_reaches_nothing_before_the_set_up(
    strict_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    chair = open_browser(strict_site, lang)
    enter_password(chair, "chair")
    chair.expect_path("account/two-steps")
    check_page(chair)
    chair.page.goto(f"{strict_site.address}/{lang}/readiness")
    chair.expect_path("account/two-steps")
    set_up(chair, strict_site)
    chair.open("readiness")
    chair.expect_path("readiness")
