"""Signing in with an OpenID Connect provider in Chromium, under the content security policy, with the provider as a process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import delete, update

from cogwg.accounts import openid_requests
from cogwg.accounts.models import OpenIDLink, Person, SignIn
from tests.databases import PASSWORD
from tests.e2e.axe import find_violations, find_violations_in_dark
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import SERVED, Site
from tests.web.auth.test_sign_in import create_password_link
from tests.web.conftest import MakeApp
from tests.web.openid import LONG_SECONDS, NAME, Provider, provider_process
from tests.web_client import email

__all__ = ["provider_process"]


@pytest.fixture
def openid_site(make_app: MakeApp, provider_process: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site at which people can sign in with the provider."""
    monkeypatch.setattr(openid_requests, "TIMEOUT_SECONDS", LONG_SECONDS)
    app = make_app(openid=provider_process.settings(), **SERVED)
    with Site(app) as opened:
        settings = app.flask.extensions["cogwg.settings"]
        app.flask.extensions["cogwg.settings"] = replace(settings, public_url=opened.address)
        provider_process.prepare(app)
        yield opened


def check_page(user: BrowserUser) -> None:
    """Check accessibility in both colour schemes, and that a phone need not scroll sideways."""
    page = user.page
    assert find_violations(page) == []
    assert find_violations_in_dark(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})


def link_to_provider(user: BrowserUser) -> Locator:
    name = user.translate("Sign in with %(name)s", name=NAME.text(user.lang))
    return user.page.get_by_role("main").get_by_role("link", name=name)


def test_invited_person_cancels_then_signs_in_by_keyboard_and_removes_the_link_with_a_password(
    openid_site: Site, provider_process: Provider, open_browser: OpenBrowser, lang: str
) -> None:
    app = openid_site.app
    stored = next(person.password_hash for person in app.rows(Person, Person.email == email("ontario")))
    app.execute(update(Person).where(Person.email == email("ontario")).values(password_hash=None))
    create_password_link(app)
    user = open_browser(openid_site, lang).expect_other_site(provider_process.issuer)
    user.open("vacancies")
    check_page(user)
    link_to_provider(user).focus()
    user.page.keyboard.press("Enter")
    user.page.get_by_role("button", name="Cancel").click()
    expect(user.page.locator(".error-summary")).to_contain_text(NAME.text(lang))
    check_page(user)
    link_to_provider(user).click()
    user.page.get_by_role("button", name=email("ontario")).click()
    user.expect_path("vacancies")
    user.open("account")
    check_page(user)
    expect(user.page.locator("#openid")).to_contain_text(user.translate("Set a password"))
    user.open("account/password")
    check_page(user)
    app.execute(update(Person).where(Person.email == email("ontario")).values(password_hash=stored))
    user.open("account")
    user.page.get_by_role("button", name=user.translate("Remove the link")).click()
    expect(user.page.locator("#openid [role=status], #openid .notice")).to_be_visible()
    assert app.rows(OpenIDLink) == []


def test_typed_text_survives_signing_in_with_the_provider_in_another_tab(
    openid_site: Site, provider_process: Provider, open_browser: OpenBrowser, lang: str
) -> None:
    """Without scripts: with them, the text stays on its page."""
    user = open_browser(openid_site, lang, js=False).expect_other_site(provider_process.issuer).expect_statuses(401)
    user.sign_in("ontario", PASSWORD)
    user.open("milestones")
    user.page.locator(f"textarea[name$=text_{lang}]").first.fill("Ten new data sets.")
    openid_site.app.execute(delete(SignIn))
    user.page.locator(f"form:has(textarea[name$=text_{lang}]) button").first.click()
    with user.context.expect_page() as opened:
        link_to_provider(user).click()
    tab = opened.value
    tab.get_by_role("button", name=email("ontario")).click()
    expect(tab.get_by_text(user.translate("You are signed in. Go back to the other tab to get your text."))).to_be_visible()
    user.page.get_by_role("button", name=user.translate("Get my text")).click()
    expect(user.page.get_by_role("main")).to_contain_text("Ten new data sets.")
