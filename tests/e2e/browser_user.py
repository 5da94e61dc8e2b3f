"""A user of a browser, and a log of what goes wrong in it.

A console error, a page error, a breach of the content security policy, an unexpected status or a request to another
site fails the test. Texts are looked up in the catalogue, so that a better French sentence breaks no test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Response, expect

from tests.e2e.site import Site
from tests.web.scriptless_user import translate

TIMEOUT_MS = 30_000
"""Timeout of any browser action, in milliseconds, long enough for a slow machine."""
expect.set_options(timeout=TIMEOUT_MS)
HTTP_ERROR_MESSAGE = "Failed to load resource: the server responded with a status of"
FAILED_REQUEST_MESSAGES = ("Failed to load resource: net::", "htmx: htmx:error: ")


@dataclass
class BrowserLog:
    """What went wrong in a browser, and the error statuses that a test expects."""

    address: str
    page_errors: list[str] = field(default_factory=list)
    responses: list[tuple[int, str]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    expected_statuses: set[int] = field(default_factory=set)
    expects_failed_requests: bool = False
    other_site: str = ""

    def attach(self, context: BrowserContext) -> BrowserLog:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.page_errors.append(f"error of a page: {error.error}"))
        context.on("request", lambda request: self._request(request.url))
        context.on("response", self._response)
        return self

    def problems(self) -> list[str]:
        refused = [
            f"{status} for {url}" for status, url in self.responses if status >= 400 and status not in self.expected_statuses
        ]
        return self.page_errors + refused

    def _console(self, message: Any) -> None:
        expected = (HTTP_ERROR_MESSAGE, *(FAILED_REQUEST_MESSAGES if self.expects_failed_requests else ()))
        if message.type in ("error", "warning") and not message.text.startswith(expected):
            self.page_errors.append(f"console: {message.text}")

    def _request(self, url: str) -> None:
        self.requests.append(url)
        if not url.startswith((self.address + "/", "about:", "blob:", *([self.other_site] if self.other_site else []))):
            self.page_errors.append(f"a request to another site: {url}")

    def _response(self, response: Response) -> None:
        self.responses.append((response.status, response.url))


class BrowserUser:
    """A user with a browser of their own. ``lang`` is the language they read, ``js`` whether scripts run."""

    def __init__(self, site: Site, context: BrowserContext, lang: str, *, js: bool) -> None:
        self.site = site
        self.context = context
        self.lang = lang
        self.js = js
        self.log = BrowserLog(site.address).attach(context)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(TIMEOUT_MS)

    def translate(self, message: str, **values: Any) -> str:
        return translate(self.lang, message, **values)

    def expect_statuses(self, *statuses: int) -> BrowserUser:
        """Expect these error statuses during the test."""
        self.log.expected_statuses.update(statuses)
        return self

    def expect_other_site(self, address: str) -> BrowserUser:
        """Expect requests to another site during the test."""
        self.log.other_site = address + "/"
        return self

    def expect_failed_requests(self) -> BrowserUser:
        """Expect requests without an answer during the test."""
        self.log.expects_failed_requests = True
        return self

    def open(self, path: str) -> Response:
        """Open a path in the user's language, such as ``plans/2020``; a path with a leading slash is used as it is."""
        response = self.page.goto(self._localized_path(path))
        assert response is not None
        return response

    def expect_path(self, path: str, *, allow_suffix: bool = False) -> BrowserUser:
        """Wait until the browser has loaded this path; ``allow_suffix`` accepts anything after "?", "&" or "#"."""
        where = self.site.address + self._localized_path(path)
        expect(self.page).to_have_url(re.compile(re.escape(where) + "([?&#].*)?$") if allow_suffix else where)
        return self.wait_until_loaded()

    def wait_until_loaded(self) -> BrowserUser:
        """Wait until the page and its scripts have loaded; check first that it is the expected page."""
        self.page.wait_for_load_state("load")
        return self

    def expect_count(self, locator: Locator, count: int) -> list[Locator]:
        """Wait for this many elements and return them."""
        expect(locator).to_have_count(count)
        return locator.all()

    def visible_text(self, locator: Locator) -> str:
        """Wait until the element is visible and return its text."""
        expect(locator).to_be_visible()
        return locator.inner_text().strip()

    def expect_focus(self, css: str) -> None:
        """Wait until an element that matches this, or an element within it, has the focus."""
        expect(self.page.locator(f":is({css}):focus-within")).not_to_have_count(0)

    def sign_in(self, name: str, password: str) -> None:
        """Sign in with the form."""
        self.open("sign-in")
        self.page.fill("#email", f"{name}@demo.cogwg.example")
        self.page.fill("#password", password)
        self.page.get_by_role("button", name=self.translate("Sign in"), exact=True).click()
        expect(self.page.get_by_role("button", name=self.translate("Sign out"))).to_be_visible()
        self.wait_until_loaded()

    def use_session_of(self, name: str) -> BrowserUser:
        """Use an existing session of this person."""
        self.context.add_cookies([{"name": "session", "value": self.site.session_cookie(name), "url": self.site.address}])
        return self

    def update_row(self, code: str) -> Locator:
        """Return the row of an activity on My updates."""
        link = self.page.locator(f'a[href$="/activities/{code}"]')
        return self.page.locator('article[id^="update-"]').filter(has=link)

    def open_update(self, code: str) -> Locator:
        """Open the form of an activity on My updates, unless it is open, and return its row."""
        row = self.update_row(code)
        expect(row).to_be_visible()
        if "is-open" not in (row.get_attribute("class") or ""):
            row.locator("[data-open-row]").click()
        expect(self.update_row(code).locator("textarea").first).to_be_attached()
        return self.wait_until_loaded().update_row(code)

    def open_details(self, within: Locator, words: str) -> None:
        """Open a details element unless it is open."""
        fold = within.locator("details").filter(has=self.page.locator("summary", has_text=self.translate(words))).last
        expect(fold).to_be_visible()
        if fold.get_attribute("open") is None:
            fold.locator("summary").first.click()
            expect(fold).to_have_attribute("open", "")

    def open_menu(self, menu: Locator) -> Locator:
        """Open a menu by keyboard once the page has loaded: until then its script may move the focus to an outcome."""
        self.wait_until_loaded()
        menu.locator("summary").focus()
        self.page.keyboard.press("Enter")
        expect(menu).to_have_attribute("open", "")
        return menu

    def tab_to(self, css: str, limit: int = 120) -> None:
        """Press Tab until an element that matches this has the focus."""
        self.wait_until_loaded()
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("css => document.activeElement.matches(css)", css):
                return
        raise AssertionError(f"{css} was not reached in {limit} presses of Tab")

    def _localized_path(self, path: str) -> str:
        return path if path.startswith("/") else f"/{self.lang}/{path}"

    def close(self) -> list[str]:
        """Close the browser and return what went wrong in it."""
        complaints = self.log.problems()
        self.context.close()
        return complaints
