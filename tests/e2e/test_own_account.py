"""In a browser: the first account of a new database, a forgotten password, and a person's own account."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.databases import PASSWORD
from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import MakeSite, OpenBrowser
from tests.web.account.test_own_account import NEW, address_link
from tests.web.auth.test_first_account import FIELDS, setup_link
from tests.web.auth.test_forgotten_password import emailed_tokens
from tests.web.auth.test_sign_in import NEW_PASSWORD
from tests.web_client import MAIL_SERVER, email


def check(user: BrowserUser) -> None:
    if user.js:
        assert axe.find_violations(user.page) == []


def fill_and_press(user: BrowserUser, button: str, **fields: str) -> None:
    """Check the page, fill in its fields by id, and press a button of its main element."""
    check(user)
    for name, value in fields.items():
        user.page.fill(f"#{name}", value)
    user.page.get_by_role("main").get_by_role("button", name=user.translate(button), exact=True).click()


def expect_outcome(user: BrowserUser, words: str) -> None:
    expect(user.page.locator("#outcome")).to_contain_text(words)
    user.expect_focus("#outcome")


def test_first_account_is_created_and_lists_what_to_do_first(make_site: MakeSite, open_browser: OpenBrowser, lang: str) -> None:
    site = make_site("bare")
    user = open_browser(site, lang, width=320)
    user.open(f"setup/{setup_link(site.app)}")
    fields = {name: FIELDS[name] for name in ("name", "email", "password", "again")}
    fill_and_press(user, "Create the account", **fields)
    expect_outcome(user, user.translate("Your account is ready. Sign in with your email address and password."))
    fill_and_press(user, "Sign in", email=FIELDS["email"], password=NEW_PASSWORD)
    expect(user.page.get_by_role("heading", level=1)).to_have_text(user.translate("What to do first"))
    check(user)
    user.page.get_by_role("link", name=user.translate("Invite a person")).click()
    expect(user.page.locator("#invite")).to_be_visible()


def test_forgotten_password_then_own_account(make_site: MakeSite, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    site = make_site(mail=MAIL_SERVER)
    elsewhere = open_browser(site, lang)
    elsewhere.sign_in("ontario", PASSWORD)
    user = open_browser(site, lang, js=js)
    user.open("sign-in")
    user.page.get_by_role("link", name=user.translate("Forgot your password?")).click()
    fill_and_press(user, "Email me a link", email=email("ontario"))
    expect(user.page.locator("#forgotten")).to_contain_text(email("ontario"))
    user.open(f"password/{emailed_tokens(site.app)[-1]}")
    fill_and_press(user, "Save the password", password=NEW_PASSWORD, again=NEW_PASSWORD)
    fill_and_press(user, "Sign in", email=email("ontario"), password=NEW_PASSWORD)

    elsewhere.sign_in("ontario", NEW_PASSWORD)
    user.open("account")
    expect(user.page.locator("#security li")).to_have_count(2)
    fill_and_press(user, "Change my name", name="Nana Osei-Tutu")
    expect(user.page.locator("#identity")).to_contain_text(user.translate("Your name was changed."))
    user.open("account/email")
    fill_and_press(user, "Send the link", email=NEW, current=NEW_PASSWORD)
    user.open(address_link(site.app).replace("/en/", f"/{lang}/"))
    check(user)
    user.page.get_by_text(user.translate("Use the new email address")).click()
    fill_and_press(user, "Save my choice")
    expect(user.page.locator("#identity")).to_contain_text(NEW)
    expect(user.page.locator("#security li")).to_have_count(1)
