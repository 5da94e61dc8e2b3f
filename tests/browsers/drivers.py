"""Firefox and WebKit behind one small interface: Firefox speaks Marionette, its own protocol, and WebKit speaks WebDriver.

Both take the same key codes, locators and scripts; only names differ.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any, Protocol

FIREFOX = "/usr/bin/firefox-esr"
MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"
WEBKIT_DRIVER = "/usr/bin/WebKitWebDriver"
TAB, ENTER, SPACE, RIGHT = "\ue004", "\ue007", "\ue00d", "\ue014"
"""Keys, as the WebDriver standard numbers them."""
PATIENCE = 30
"""Seconds to wait for anything on a page, long enough for a slow machine."""


class Driver(Protocol):
    """A browser with one page."""

    version: str

    def open(self, url: str) -> None: ...
    def run(self, script: str, *arguments: Any) -> Any: ...
    def find_all(self, css: str) -> list[Any]: ...
    def press(self, keys: str) -> None:
        """Press these keys one after another, wherever the focus is."""

    def add_cookie(self, name: str, value: str) -> None: ...


class Firefox:
    """Firefox ESR without windows, driven by Marionette."""

    def __init__(self, marionette: Any) -> None:
        self._marionette = marionette
        self.version = f"Firefox {marionette.session_capabilities['browserVersion']}"

    def open(self, url: str) -> None:
        self._marionette.navigate(url)

    def run(self, script: str, *arguments: Any) -> Any:
        return self._marionette.execute_script(script, script_args=arguments)

    def find_all(self, css: str) -> list[Any]:
        elements: list[Any] = self._marionette.find_elements("css selector", css)
        return elements

    def press(self, keys: str) -> None:
        if not self.run("return document.hasFocus()"):  # a window without a screen can lose it, and then draws no focus
            with self._marionette.using_context("chrome"):
                self.run("window.focus(); gBrowser.selectedBrowser.focus();")
        self._marionette.actions.sequence("key", "keyboard").send_keys(keys).perform()

    def add_cookie(self, name: str, value: str) -> None:
        self._marionette.add_cookie({"name": name, "value": value})


class WebKit:
    """WebKitGTK's MiniBrowser on a virtual screen, driven by WebDriver."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self.version = f"WebKitGTK {driver.capabilities['browserVersion']}"

    def open(self, url: str) -> None:
        self._driver.get(url)

    def run(self, script: str, *arguments: Any) -> Any:
        return self._driver.execute_script(script, *arguments)

    def find_all(self, css: str) -> list[Any]:
        elements: list[Any] = self._driver.find_elements("css selector", css)
        return elements

    def press(self, keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self._driver).send_keys(*keys).perform()

    def add_cookie(self, name: str, value: str) -> None:
        self._driver.add_cookie({"name": name, "value": value})


@contextmanager
def firefox(lang: str) -> Iterator[Driver]:
    from marionette_driver.marionette import Marionette

    prefs = {"intl.accept_languages": f"{lang}-CA"}
    with TemporaryDirectory() as logs:  # a file that exists is deleted first, so never the null device
        opened = Marionette(bin=FIREFOX, headless=True, prefs=prefs, gecko_log=logs)
        try:
            opened.start_session()
            opened.set_window_rect(width=1280, height=900)
            yield Firefox(opened)
        finally:
            opened.quit(in_app=False)
            opened.cleanup()


@contextmanager
def webkit(lang: str) -> Iterator[Driver]:
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.service import Service

    options = webdriver.WebKitGTKOptions()
    options.binary_location = MINI_BROWSER
    options.add_argument("--automation")
    driver = webdriver.WebKitGTK(options=options, service=Service(WEBKIT_DRIVER, env={**os.environ, "LANGUAGE": lang}))
    try:
        driver.set_window_size(1280, 900)
        yield WebKit(driver)
    finally:
        driver.quit()


DRIVERS = {"firefox": firefox, "webkit": webkit}


def wait_until(is_so: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Wait until this is true of the page, which may be loading, and return it."""
    end = time.monotonic() + patience
    problem: Exception | None = None
    while time.monotonic() < end:
        try:
            if value := is_so():
                return value
        except Exception as error:  # while a page is being replaced, each call fails with a different error
            problem = error
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen in {patience} seconds") from problem
