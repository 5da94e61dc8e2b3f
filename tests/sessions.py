"""The sessions of the suite: tests that need more than Python and a database run apart from the others.

A test's folder decides. A test marked ``slow`` belongs to the slow session alone, wherever it is.
"""

from __future__ import annotations

import pytest

FOLDERS = {"e2e": "browser", "office": "office", "server": "server", "browsers": "browsers"}
"""Folders of ``tests/`` and their session; all other tests run in the process of pytest."""


def session_of(item: pytest.Item) -> str | None:
    """Return the session of a test, or None for one of the default run."""
    if item.get_closest_marker("slow"):
        return None
    below = item.path.relative_to(item.config.rootpath / "tests")
    return FOLDERS.get(below.parts[0])
