"""The warning before a session ends: in time, by keyboard, in several tabs, and with an absolute limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from cogwg.accounts.models import SignIn
from cogwg.reporting.models import StatusReport
from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_expired_session import TYPED_TEXT, submit_sign_in_form

IDLE_END = {"en": "4 pm", "fr": "16 h"}
EXTENDED_END = {"en": "5:58 pm", "fr": "17 h 58"}
LAST_END = {"en": "2 am", "fr": "2 h"}
COUNT_REQUESTS = """
window.requestsOfHtmx = 0;
const dispatch = EventTarget.prototype.dispatchEvent;
EventTarget.prototype.dispatchEvent = function (event) {
  if (event.type === "htmx:before:request") window.requestsOfHtmx += 1;
  if (event.type === "htmx:finally:request") window.requestsOfHtmx -= 1;
  return dispatch.call(this, event);
};
"""
"""A listener on the document would miss the end of a request whose button was replaced by the answer."""


def open_page(site: Site, open_browser: OpenBrowser, lang: str, path: str = "my-updates") -> BrowserUser:
    """Open a page of Ontario's lead in a browser whose clock the test moves together with the server's."""
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.context.clock.install()
    lead.context.add_init_script(COUNT_REQUESTS)
    lead.open(path)
    return lead


def let_pass(lead: BrowserUser, **by: float) -> None:
    """Let time pass for the server and for the pages of this browser, once htmx awaits no answer: it would report a timeout."""
    for page in lead.context.pages:
        page.wait_for_function("() => window.requestsOfHtmx === 0")
    lead.site.app.clock.advance(**by)
    lead.context.clock.fast_forward(int(timedelta(**by) / timedelta(milliseconds=1)))


def warning(page: Page) -> Locator:
    return page.locator(".time-limit")


def seconds_left(lead: BrowserUser) -> float:
    (row,) = lead.site.app.rows(SignIn)
    return (row.seen_at + timedelta(hours=2) - lead.site.app.clock()).total_seconds()


def type_update(lead: BrowserUser) -> Locator:
    field = lead.open_update("4.3").locator(f'textarea[name$="-progress_{lead.lang}"]')
    field.press_sequentially(TYPED_TEXT[lead.lang])
    return field


def test_warning_comes_two_minutes_before_and_one_key_extends(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_page(site, open_browser, lang)
    page = lead.page
    page.evaluate("document.activeElement.blur()")
    let_pass(lead, minutes=117)
    page.wait_for_timeout(300)
    expect(warning(page)).to_be_hidden()
    let_pass(lead, minutes=1)
    expect(warning(page)).to_be_visible()
    expect(page.locator("#time-limit-heading")).to_contain_text(IDLE_END[lang])
    button = warning(page).get_by_role("button", name=lead.translate("Stay signed in"))
    expect(button).to_be_focused()
    assert axe.find_violations(page) == []
    page.keyboard.press("Enter")
    expect(warning(page)).to_be_hidden()
    expect(page.locator("#status")).to_contain_text(EXTENDED_END[lang])
    assert seconds_left(lead) == 7200
    let_pass(lead, minutes=118)
    expect(warning(page)).to_be_visible()


def test_warning_takes_no_character_of_what_is_being_typed(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_page(site, open_browser, lang)
    page = lead.page
    field = type_update(lead)
    let_pass(lead, minutes=118)
    expect(warning(page)).to_be_visible()
    expect(page.locator("#status")).to_contain_text(IDLE_END[lang])
    expect(field).to_be_focused()
    page.keyboard.type(" …")
    expect(field).to_have_value(TYPED_TEXT[lang] + " …")
    page.keyboard.press("Tab")
    expect(warning(page).get_by_role("button", name=lead.translate("Stay signed in"))).to_be_focused()
    page.keyboard.press("Space")
    expect(warning(page)).to_be_hidden()
    expect(field).to_be_focused()
    expect(field).to_have_value(TYPED_TEXT[lang] + " …")
    assert seconds_left(lead) == 7200


@pytest.mark.parametrize("lang", ["en"])
def test_hidden_warning_stays_hidden_until_the_session_ends(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_page(site, open_browser, lang)
    page = lead.page
    field = type_update(lead)
    let_pass(lead, minutes=118)
    expect(warning(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(warning(page)).to_be_hidden()
    expect(field).to_be_focused()
    let_pass(lead, seconds=30)
    page.wait_for_timeout(300)
    expect(warning(page)).to_be_hidden()
    let_pass(lead, seconds=91)
    expect(warning(page)).to_contain_text(lead.translate("Your session has ended"))
    expect(field).to_have_value(TYPED_TEXT[lang])


def test_tab_does_not_warn_when_another_tab_was_used(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_page(site, open_browser, lang)
    first, second = lead.page, lead.context.new_page()
    let_pass(lead, minutes=60)
    second.goto(first.url)
    with first.expect_response("**/session"):
        let_pass(lead, minutes=58)
    expect(warning(first)).to_be_hidden()
    let_pass(lead, minutes=60)
    for page in (first, second):
        expect(warning(page)).to_be_visible()
    second.get_by_role("button", name=lead.translate("Stay signed in")).click()
    expect(warning(second)).to_be_hidden()
    let_pass(lead, seconds=11)
    expect(warning(first)).to_be_hidden()


def test_absolute_limit_is_final_and_signing_in_again_keeps_the_text(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_page(site, open_browser, lang)
    page = lead.page
    for _ in range(7):
        let_pass(lead, minutes=100)
        lead.open("my-updates")
    field = type_update(lead)
    lead.expect_statuses(401)
    let_pass(lead, minutes=18)
    expect(warning(page)).to_be_visible()
    expect(warning(page)).to_contain_text(LAST_END[lang])
    final = lead.translate(
        "A session lasts at most %(hours)s hours, so yours can no longer be extended. Save your text now.", hours=12
    )
    expect(warning(page)).to_contain_text(final)
    expect(warning(page).get_by_role("button", name=lead.translate("Stay signed in"))).to_be_hidden()
    assert axe.find_violations(page) == []
    let_pass(lead, minutes=2)
    expect(page.locator("#time-limit-heading")).to_have_text(lead.translate("Your session has ended"))
    expect(field).to_have_value(TYPED_TEXT[lang])
    assert axe.find_violations(page) == []
    with lead.context.expect_page() as opened:
        warning(page).get_by_role("link").click()
    submit_sign_in_form(lead, opened.value)
    opened.value.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(warning(page)).to_be_hidden()
    expect(field).to_have_value(TYPED_TEXT[lang])
    lead.update_row("4.3").get_by_role("button", name=lead.translate("Save draft and continue")).click()
    expect(lead.update_row("4.3")).to_contain_text(TYPED_TEXT[lang])
    assert len(site.app.rows(StatusReport, getattr(StatusReport, f"progress_{lang}") == TYPED_TEXT[lang])) == 1


@pytest.mark.parametrize("lang", ["fr"])
def test_session_that_cannot_be_extended_says_so(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_page(site, open_browser, lang, "milestones")
    page = lead.page
    let_pass(lead, minutes=118)
    button = warning(page).get_by_role("button", name=lead.translate("Stay signed in"))
    expect(button).to_be_focused()
    page.route("**/session", lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>502 Bad Gateway</h1>"))
    page.keyboard.press("Enter")
    expect(warning(page)).to_contain_text(
        lead.translate("Your session could not be extended. Check your connection and try again.")
    )
    page.unroute("**/session")
    page.keyboard.press("Enter")
    expect(warning(page)).to_be_hidden()
    assert seconds_left(lead) == 7200


@pytest.mark.parametrize("lang", ["en"])
def test_warning_comes_by_itself_with_a_short_limit(
    site: Site, open_browser: OpenBrowser, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With clocks that run: the limit is 123 seconds, so the warning comes 3 seconds after the page."""
    monkeypatch.setattr("cogwg.accounts.rules.IDLE_LIMIT", timedelta(seconds=123))
    site.app.clock.now = datetime.now(UTC)
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("my-updates")
    expect(warning(lead.page)).to_be_hidden()
    site.app.clock.advance(seconds=3)
    expect(warning(lead.page)).to_be_visible(timeout=10_000)


def test_page_without_scripts_says_the_limit(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang, js=False).use_session_of("ontario")
    lead.open("my-updates")
    sentence = lead.page.get_by_role("banner").locator("noscript p")
    expect(sentence).to_be_visible()
    expect(sentence).to_have_text(
        lead.translate("To stay signed in, save your text or open a page before %(time)s.", time=IDLE_END[lang])
    )
    expect(warning(lead.page)).to_be_hidden()
