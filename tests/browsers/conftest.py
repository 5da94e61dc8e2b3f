"""A site for each test, and a user in Firefox or WebKit. One browser at a time: each takes the ports of its driver."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.browsers.drivers import DRIVERS, FIREFOX, MINI_BROWSER, WEBKIT_DRIVER, Driver, wait_until
from tests.e2e.conftest import make_site, site
from tests.e2e.site import Site
from tests.web.conftest import idle_apps, make_app
from tests.web.scriptless_user import translate

__all__ = ["idle_apps", "make_app", "make_site", "site"]

NEEDS = {"firefox": (FIREFOX,), "webkit": (MINI_BROWSER, WEBKIT_DRIVER, "/usr/bin/Xvfb")}


class User:
    """A user of one of these browsers."""

    def __init__(self, site: Site, driver: Driver, lang: str) -> None:
        self.site = site
        self.driver = driver
        self.lang = lang

    def translate(self, message: str, **values: Any) -> str:
        return translate(self.lang, message, **values)

    def open(self, path: str) -> None:
        self.driver.open(f"{self.site.address}/{self.lang}/{path}")

    def use_session_of(self, name: str) -> User:
        """Use an existing session of this person."""
        self.open("accessibility")
        self.driver.add_cookie("session", self.site.session_cookie(name))
        return self

    def find(self, css: str) -> Any:
        """Wait for an element that is visible, and return it."""
        return wait_until(lambda: next(e for e in self.driver.find_all(css) if e.is_displayed()), f"{css} visible")

    def find_button(self, within: str, name: str) -> Any:
        """Wait for a visible button or link with this name; Firefox returns its text for screen readers too, on a new line."""
        css = f"{within} button, {within} a"
        return wait_until(
            lambda: next(
                e for e in self.driver.find_all(css) if e.is_displayed() and e.text.partition("\n")[0].strip() == name
            ),
            f"{name} visible",
        )

    def click_button(self, within: str, name: str) -> None:
        """Click the button or link with this name, as soon as the page has scrolled to it."""
        button = self.find_button(within, name)
        wait_until(lambda: button.click() is None or True, f"{name} clicked")

    def wait_for(self, condition: str, *arguments: Any) -> Any:
        """Wait until this JavaScript expression is true."""
        return wait_until(lambda: self.driver.run(f"return {condition}", *arguments), condition)

    def has_focus(self, css: str) -> bool:
        return bool(self.driver.run("return document.activeElement.matches(arguments[0])", css))


@pytest.fixture(params=list(DRIVERS))
def browser_name(request: pytest.FixtureRequest) -> str:
    """Each browser in turn; without its programs the test is skipped, or fails where browsers are required."""
    name: str = request.param
    missing = [program for program in NEEDS[name] if not Path(program).exists()]
    missing += [module for module in ("marionette_driver", "selenium") if find_spec(module) is None]
    if missing:
        reason = f"Missing: {', '.join(missing)}. Run .venv/bin/nox -s browsers, which installs what it needs."
        pytest.fail(reason) if os.environ.get("COGWG_REQUIRE_BROWSER") == "1" else pytest.skip(reason)
    return name


@pytest.fixture(scope="session")
def display() -> Iterator[None]:
    """A virtual screen for WebKit, which has no mode without windows."""
    program = shutil.which("Xvfb")
    if program is None or os.environ.get("DISPLAY"):
        yield
        return
    read, write = os.pipe()
    screen = subprocess.Popen(
        [program, "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as number:
        os.environ["DISPLAY"] = f":{number.readline().strip()}"
    yield
    del os.environ["DISPLAY"]
    screen.terminate()
    screen.wait()


@pytest.fixture(params=["en", "fr"])
def lang(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def user(site: Site, display: None, browser_name: str, lang: str) -> Iterator[User]:
    with DRIVERS[browser_name](lang) as driver:
        yield User(site, driver, lang)
