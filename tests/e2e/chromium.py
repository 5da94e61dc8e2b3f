"""Where a Chromium is, and how it is started so that it asks nothing of the network by itself."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Playwright

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The headless shell is Chromium without windows: the same pages for half the processor time."""
INSTALL = (
    "Install one of:\n  apt-get install chromium-headless-shell\n  apt-get install chromium\n"
    "  .venv/bin/python -m playwright install chromium"
)


def program() -> str | None:
    """The Chromium of ``COGWG_CHROMIUM``, else of the path, else None for Playwright's own."""
    chosen = os.environ.get("COGWG_CHROMIUM")
    return chosen or next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    """A browser for the whole run; without one its tests are skipped, or fail where a browser is required."""
    found = program()
    if found is None and not Path(playwright.chromium.executable_path).exists():
        missing(f"No Chromium was found. {INSTALL}")
    as_root = os.geteuid() == 0
    try:
        return playwright.chromium.launch(
            executable_path=found, args=[*FLAGS, *(["--no-sandbox"] if as_root else [])], chromium_sandbox=not as_root
        )
    except Error as error:
        missing(f"Chromium did not start: {error.message.splitlines()[0]}\n{INSTALL}")
        raise


def missing(why: str) -> None:
    if os.environ.get("COGWG_REQUIRE_BROWSER") == "1":
        pytest.fail(why)
    pytest.skip(why)
