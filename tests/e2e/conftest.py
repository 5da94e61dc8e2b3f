"""A browser for the run, a site of a test's own, and visitors in each language with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import MakeDatabase
from tests.databases import Databases
from tests.e2e.browser_user import BrowserUser
from tests.e2e.chromium import launch
from tests.e2e.site import Site

OpenBrowser = Callable[..., BrowserUser]


HERE = Path(__file__).parent
FULL_MATRIX_MODULES = {"test_read_the_plan.py", "test_report.py", "test_conflict.py", "test_briefing.py"}
"""The main job, which is walked in all four ways in every run."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each journey runs in both languages, and with and without scripts. Beside the main job, two of the four are walked
    always and the other two as slow; which two changes from one journey to the next.
    """
    for item in items:
        here = item.path.parent == HERE and item.path.name not in FULL_MATRIX_MODULES
        if here and isinstance(item, pytest.Function) and _is_slow_combination(item):
            item.add_marker(pytest.mark.slow)


def _is_slow_combination(item: pytest.Function) -> bool:
    told = item.callspec.params if hasattr(item, "callspec") else {}
    if "lang" not in told or not {"js", "in_place"} & told.keys():
        return False
    whole = told["js"] if "js" in told else told["in_place"]
    return ((told["lang"] == "en") == whole) == bool(crc32(item.originalname.encode()) % 2)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys; each visitor has a profile of their own."""
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
    runs: bool = request.param
    return runs


@pytest.fixture
def site(make_database: MakeDatabase) -> Iterator[Site]:
    """The demo's record on its day, for one test."""
    with Site(make_database("sqlite", "seeded")) as opened:
        yield opened


@pytest.fixture(scope="session")
def read_only_site(databases: Databases) -> Iterator[Site]:
    """The demo's record with a briefing, for tests that change nothing that others look at."""
    with Site(databases.create("sqlite", "seeded")).populate() as opened:
        yield opened


@pytest.fixture
def open_browser(chromium: Browser) -> Iterator[OpenBrowser]:
    """``arrive(site, lang, js=True)``: a visitor whose browser prefers this language."""
    there: list[BrowserUser] = []

    def come(site: Site, lang: str = "en", *, js: bool = True, width: int = 1280) -> BrowserUser:
        context = chromium.new_context(
            base_url=site.address,
            locale=f"{lang}-CA",
            java_script_enabled=js,
            viewport={"width": width, "height": 900},
            service_workers="block",
        )
        there.append(BrowserUser(site, context, lang, js=js))
        return there[-1]

    yield come
    complaints = [complaint for visitor in there for complaint in visitor.close()]
    assert complaints == []
