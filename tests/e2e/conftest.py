"""A browser for the run, a site for each test, and users in each language with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.databases import DEMO_DAY, Databases
from tests.e2e.browser_user import BrowserUser
from tests.e2e.chromium import launch
from tests.e2e.site import SERVED, Site
from tests.web.conftest import MakeApp, idle_apps, make_app
from tests.web_client import App

__all__ = ["idle_apps", "make_app"]

OpenBrowser = Callable[..., BrowserUser]
MakeSite = Callable[..., Site]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, so that no worker ends long after the others."""
    items.sort(key=lambda item: item.path.name != "test_every_page.py")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each user has a profile of their own."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(params=["en", "fr"])
def lang(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def js(request: pytest.FixtureRequest) -> bool:
    """With and without JavaScript, for the main tasks; ``tests/web/test_without_scripts.py`` has the other journeys without."""
    runs: bool = request.param
    return runs


@pytest.fixture
def make_site(make_app: MakeApp) -> Iterator[MakeSite]:
    """``make_site(template, day, **settings)``: a running site with a database for the duration of the test."""
    with ExitStack() as opened:
        yield lambda template="seeded", day=DEMO_DAY, **settings: opened.enter_context(
            Site(make_app("sqlite", template, day, **SERVED, **settings))
        )


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """The demo data on its day, for one test."""
    return make_site()


@pytest.fixture(scope="session")
def read_only_site(databases: Databases) -> Iterator[Site]:
    """The demo data with a briefing, for tests that change nothing that other tests check."""
    with Site(App(databases.create("sqlite", "seeded"), extra_settings=dict(SERVED))).populate() as opened:
        yield opened


@pytest.fixture
def open_browser(chromium: Browser) -> Iterator[OpenBrowser]:
    """``open_browser(site, lang, js=True)``: a user whose browser prefers this language."""
    users: list[BrowserUser] = []

    def open_context(site: Site, lang: str = "en", *, js: bool = True, width: int = 1280, touch: bool = False) -> BrowserUser:
        context = chromium.new_context(
            base_url=site.address,
            locale=f"{lang}-CA",
            java_script_enabled=js,
            viewport={"width": width, "height": 900},
            has_touch=touch,
            is_mobile=touch,
            service_workers="block",
        )
        users.append(BrowserUser(site, context, lang, js=js))
        return users[-1]

    yield open_context
    complaints = [complaint for user in users for complaint in user.close()]
    assert complaints == []
