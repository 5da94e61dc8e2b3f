"""A co-chair opens the home page, follows what needs them, and searches, with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.axe import find_violations
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site


def test_home_and_search_by_keyboard(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    chair = open_browser(read_only_site, lang).use_session_of("chair")
    page = chair.page
    chair.open("")
    problems = find_violations(page)
    chair.tab_to(".need-list .primary")
    page.keyboard.press("Enter")
    chair.expect_path("readiness", allow_suffix=True)
    chair.tab_to("#site-search")
    page.keyboard.type("donnees ouvertes")
    page.keyboard.press("Enter")
    chair.expect_path("search", allow_suffix=True)
    expect(page.locator(".search-results mark").first).to_be_visible()
    problems += find_violations(page)
    chair.tab_to(".search-results a")
    page.keyboard.press("Enter")
    chair.expect_path("plans/2020/activities/3.1")
    assert problems == []


def test_home_and_search_fit_a_narrow_screen(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    chair = open_browser(read_only_site, lang).use_session_of("chair")
    page = chair.page
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("", "search?q=donnees+ouvertes", "search?q=zzz", "search?q=x"):
        chair.open(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, path
        assert find_violations(page) == [], path
