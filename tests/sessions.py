"""The sessions of the suite: tests that need more than Python and a database run apart from the others.

A test's folder decides. A test marked ``slow`` belongs to the slow session alone, wherever it is.
"""

from __future__ import annotations

import pytest

FOLDERS = {
    "briefing/render": "office",
    "browsers": "browsers",
    "e2e": "browser",
    "office": "office",
    "server": "server",
}
"""Folders of ``tests/`` and their session; all other tests run in the process of pytest."""
CI_SESSIONS = ("browser", "office", "server")
"""The sessions that ``.ci/run`` adds to the default one."""
OTHER_SESSIONS_COUNT = pytest.StashKey[int]()
"""How many tests belong to ``CI_SESSIONS``; set if the whole suite was collected."""


def session_of(item: pytest.Item) -> str | None:
    """Return the session of a test, or None for one of the default run."""
    if item.get_closest_marker("slow"):
        return None
    tests = item.config.rootpath / "tests"
    return next((session for folder, session in FOLDERS.items() if item.path.is_relative_to(tests / folder)), None)


def collects_whole_suite(config: pytest.Config) -> bool:
    """Whether pytest was given no files or folders of its own; options may still deselect tests later."""
    folders = [(config.invocation_params.dir / argument).resolve() for argument in config.args]
    return folders == [config.rootpath / "tests"] and not (config.getoption("ignore") or config.getoption("lf"))
