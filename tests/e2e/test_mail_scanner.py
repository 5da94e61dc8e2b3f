"""A mail scanner with a real browser opens links to set a password, presses every button and submits every form."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.web.auth.test_mail_scanner import emailed_links, send_links
from tests.web.auth.test_sign_in import NEW_PASSWORD


def test_headless_scanner_uses_no_link_up_and_a_person_still_can(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    send_links(site.app, 2)
    before = site.app.fingerprint()
    paths = [path for path in emailed_links(site.app) if "/password/" in path]
    scanner = open_browser(site, lang).expect_statuses(422)
    for path in paths:
        scanner.open(path)
        with scanner.page.expect_response(lambda response: response.request.method == "POST"):
            scanner.page.get_by_role("main").get_by_role("button").click()
        expect(scanner.page.get_by_role("alert")).to_be_visible()
        scanner.open(path)
        with scanner.page.expect_response(lambda response: response.request.method == "POST"):
            scanner.page.evaluate("document.querySelector('main form').submit()")
        expect(scanner.page.get_by_role("alert")).to_be_visible()
    assert site.app.fingerprint() == before
    person = open_browser(site, lang)
    for path in paths:
        person.open(path)
        person.page.fill("#password", NEW_PASSWORD)
        person.page.fill("#again", NEW_PASSWORD)
        person.page.get_by_role("main").get_by_role("button").click()
        expect(person.page.locator("#outcome")).to_be_visible()
