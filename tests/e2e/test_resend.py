"""Typed text stays on the page and can be sent again, whatever prevented the save."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from cogwg.app import signing_config
from cogwg.discussion.models import Comment
from cogwg.reporting.models import Milestone
from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.nginx import running_nginx
from tests.e2e.site import Site
from tests.e2e.test_unsaved_text import FIRST, type_and_save
from tests.web_client import app_settings

OFFLINE = "You are offline."
LATE = "The service did not respond in time."
UNREACHABLE = "The service cannot be reached."
STILL_HERE = "Your changes may not have been saved. Your text is still on this page."


@pytest.fixture
def proxied_site(site: Site, tmp_path: Path) -> Iterator[Site]:
    """A site behind nginx."""
    with running_nginx(site.port, tmp_path) as address:
        site.address = address
        yield site


@contextmanager
def answered(page: Page, pattern: str, answer: Callable[[Route], None]) -> Iterator[None]:
    """Answer requests to these addresses in this way during the block."""
    page.route(pattern, answer)
    yield
    page.unroute(pattern)


def lose_answer(route: Route) -> None:
    """Let the request arrive, and lose its answer."""
    route.fetch()
    route.abort("connectionreset")


def open_comment(user: BrowserUser, words: str = FIRST) -> tuple[Locator, Locator]:
    """Type a comment, and return its text field and button."""
    user.open("plans/2020/activities/5.4")
    thread = user.page.locator("#discussion")
    box = thread.get_by_role("textbox")
    box.fill(words)
    return box, thread.get_by_role("button", name=user.translate("Add the comment"))


def expect_notice(user: BrowserUser, *sentences: str, contrast: bool = False) -> Locator:
    """Wait for the notice with these sentences, check its accessibility, and return its button.

    The notice always has the same colours; ``contrast`` checks them too.
    """
    notice = user.page.get_by_role("alert")
    expect(notice.locator("p")).to_have_text(" ".join(user.translate(sentence) for sentence in sentences))
    assert axe.find_violations(user.page, contrast=contrast) == []
    return notice.get_by_role("button", name=user.translate("Try again"))


def test_form_older_than_the_secret_key_is_saved(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("my-updates")
    row, _field = type_and_save(lead, "4.3")
    flask = site.app.flask
    old = app_settings(site.app.url, site.app.calendar)
    flask.config.update(signing_config(replace(old, secret_key="n" * 40, fallback_keys=(old.secret_key,))))
    try:
        row.get_by_role("button", name=lead.translate("Save and submit")).click()
        expect(row.locator(".update-saved")).to_contain_text(FIRST)
    finally:
        flask.config.update(signing_config(old))


def test_form_with_an_old_token_is_saved_when_sent_again(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario").expect_statuses(400)
    lead.open("my-updates")
    row, field = type_and_save(lead, "4.3")
    lead.page.evaluate("for (const e of document.querySelectorAll('[name$=csrf_token]')) e.value = 'of an older session'")
    save = row.get_by_role("button", name=lead.translate("Save and submit"))
    save.click()
    expect(lead.page.get_by_role("alert")).to_contain_text(lead.translate("Your text is still on this page."))
    expect(field).to_have_value(FIRST)
    save.click()
    expect(row.locator(".update-saved")).to_contain_text(FIRST)
    expect(lead.page.get_by_role("alert")).to_have_count(0)


def test_answer_of_a_real_proxy_never_replaces_a_form(proxied_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(proxied_site, lang).use_session_of("ontario").expect_statuses(502)
    lead.open("my-updates")
    row, field = type_and_save(lead, "4.3")
    save = row.get_by_role("button", name=lead.translate("Save and submit"))
    with proxied_site.stopped():
        save.click()
        again = expect_notice(lead, UNREACHABLE, STILL_HERE, contrast=True)
        expect(field).to_have_value(FIRST)
        expect(save).to_be_focused()
        again.click()
        again = expect_notice(lead, UNREACHABLE, STILL_HERE)
        expect(save).to_be_focused()
    again.click()
    expect(row.locator(".update-saved")).to_contain_text(FIRST)
    expect(lead.page.get_by_role("alert")).to_have_count(0)


def test_whole_page_form_stays_while_the_server_behind_a_proxy_is_stopped(
    proxied_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(proxied_site, lang).use_session_of("ontario").expect_statuses(502)
    lead.open("milestones")
    field = lead.page.locator(f'textarea[name="new-text_{lang}"]')
    field.fill(FIRST)
    with proxied_site.stopped():
        lead.page.get_by_role("button", name=lead.translate("Add the milestone")).click()
        again = expect_notice(lead, UNREACHABLE, "Nothing was saved. Your text is still on this page.", contrast=True)
        expect(field).to_have_value(FIRST)
    again.click()
    expect(lead.page.locator("#outcome")).to_be_visible()
    assert len(proxied_site.app.rows(Milestone, getattr(Milestone, f"text_{lang}") == FIRST)) == 1


def test_comment_stays_while_the_browser_is_offline(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    quebec = open_browser(site, lang).use_session_of("quebec").expect_failed_requests()
    box, button = open_comment(quebec)
    quebec.context.set_offline(True)
    button.click()
    again = expect_notice(quebec, OFFLINE, STILL_HERE, contrast=True)
    expect(box).to_have_value(FIRST)
    expect(button).to_be_focused()
    expect(button).not_to_have_attribute("aria-disabled", "true")
    quebec.context.set_offline(False)
    again.press("Enter")
    expect(quebec.page.locator("#comment-1")).to_contain_text(FIRST)
    assert len(site.app.rows(Comment)) == 1


def test_comment_whose_answer_was_lost_is_added_once(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    quebec = open_browser(site, lang).use_session_of("quebec").expect_failed_requests()
    box, button = open_comment(quebec)
    with answered(quebec.page, "**/comments*", lose_answer):
        button.click()
        again = expect_notice(quebec, UNREACHABLE, STILL_HERE)
    assert len(site.app.rows(Comment)) == 1
    expect(box).to_have_value(FIRST)
    again.click()
    expect(quebec.page.locator("#comment-1")).to_contain_text(FIRST)
    assert len(site.app.rows(Comment)) == 1


def test_late_answer_says_so_and_keeps_the_text(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    quebec = open_browser(site, lang).use_session_of("quebec").expect_failed_requests()
    box, button = open_comment(quebec)
    quebec.page.evaluate("htmx.config.defaultTimeout = 200")
    with answered(quebec.page, "**/comments*", lambda _route: None):
        button.click()
        again = expect_notice(quebec, LATE, STILL_HERE)
        expect(box).to_have_value(FIRST)
    quebec.page.evaluate("htmx.config.defaultTimeout = 15000")
    again.click()
    expect(quebec.page.locator("#comment-1")).to_contain_text(FIRST)


def test_refusal_of_a_slow_upload_never_replaces_a_form(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    """The answer is the server's own, but no fragment."""
    quebec = open_browser(site, lang).use_session_of("quebec").expect_statuses(408)
    box, button = open_comment(quebec)
    headers = {"Content-Type": "text/plain", "Cogwg-Response": "1"}
    with answered(quebec.page, "**/comments*", lambda route: route.fulfill(status=408, headers=headers, body="Too slow.")):
        button.click()
        expect_notice(quebec, LATE, STILL_HERE)
    expect(box).to_have_value(FIRST)


def test_row_that_could_not_be_opened_opens_when_tried_again(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario").expect_failed_requests()
    lead.open("my-updates")
    row = lead.update_row("4.3")
    lead.context.set_offline(True)
    row.locator("[data-open-row]").click()
    again = expect_notice(lead, OFFLINE)
    lead.context.set_offline(False)
    again.click()
    expect(row.locator("textarea").first).to_be_visible()


def test_sent_page_of_an_error_waits_for_the_server(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    """The page that gives the text back keeps it when that cannot be sent either."""
    lead = open_browser(site, lang).use_session_of("ontario").expect_statuses(400).expect_failed_requests()
    lead.open("milestones")
    lead.page.locator(f'textarea[name="new-text_{lang}"]').fill(FIRST)
    lead.page.locator('input[name$="csrf_token"]').evaluate_all("fields => { for (const f of fields) f.value = 'old'; }")
    lead.page.get_by_role("button", name=lead.translate("Add the milestone")).click()
    expect(lead.page.get_by_role("heading", level=1)).to_have_text(lead.translate("The page expired"))
    send = lead.page.get_by_role("button", name=lead.translate("Send my text"))
    lead.wait_until_loaded()  # without the page's scripts, the browser would show its own page
    lead.context.set_offline(True)
    send.click()
    again = expect_notice(lead, OFFLINE, "Nothing was saved. Your text is still on this page.")
    lead.context.set_offline(False)
    again.click()
    expect(lead.page.get_by_role("heading", level=1)).to_have_text(lead.translate("Milestones"))
    assert len(site.app.rows(Milestone, getattr(Milestone, f"text_{lang}") == FIRST)) == 1
