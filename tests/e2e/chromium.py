"""Finding Chromium, and starting it without background network requests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Playwright

CHROMIUM_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
PROGRAM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The headless shell is Chromium without windows: the same pages for half the processor time."""
INSTALL_HINT = (
    "Install one of:\n  apt-get install chromium-headless-shell\n  apt-get install chromium\n"
    "  .venv/bin/python -m playwright install chromium"
)


def find_chromium() -> str | None:
    """Return the Chromium of ``COGWG_CHROMIUM``, else of the path, else None for Playwright's own."""
    chosen = os.environ.get("COGWG_CHROMIUM")
    return chosen or next(filter(None, map(shutil.which, PROGRAM_NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    """Start the browser for the run; without one, skip the test, or fail where a browser is required."""
    executable = find_chromium()
    if executable is None and not Path(playwright.chromium.executable_path).exists():
        skip_or_fail(f"No Chromium was found. {INSTALL_HINT}")
    as_root = os.geteuid() == 0
    try:
        return playwright.chromium.launch(
            executable_path=executable,
            args=[*CHROMIUM_FLAGS, *(["--no-sandbox"] if as_root else [])],
            chromium_sandbox=not as_root,
        )
    except Error as error:
        skip_or_fail(f"Chromium did not start: {error.message.splitlines()[0]}\n{INSTALL_HINT}")
        raise


def skip_or_fail(reason: str) -> None:
    if os.environ.get("COGWG_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
