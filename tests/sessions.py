"""The sessions of the suite: tests that need more than Python run apart from the others, and so do further cases.

A test's folder decides. Elsewhere, a test on PostgreSQL belongs to the session of that name; a case marked with ``FURTHER``,
and the French case of a test of pages, to the session ``thorough``. A test marked ``slow`` belongs to the slow session alone,
wherever it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

FOLDERS = {
    "bad_day": "badday",
    "briefing/render": "office",
    "browsers": "browsers",
    "e2e": "browser",
    "office": "office",
    "open_data": "opendata",
    "readers": "readers",
    "server": "server",
}
"""Folders of ``tests/`` and their session; all other tests run in the process of pytest, and need only Python on SQLite."""
POSTGRESQL = "postgresql"
"""The engine, its session, and the fixture that a test requests which is about this engine only."""
THOROUGH = "thorough"
FURTHER = pytest.mark.further
"""Marks the further cases of a test whose first ones are in the default run: other people, addresses and replies."""
FOLDERS_OF_PAGES = ("conventions", "web")
"""Where French repeats what English shows; that every sentence has its French is in the default run."""
CI_SESSIONS = ("browser", "office", "opendata", POSTGRESQL, "server", THOROUGH)
"""The sessions that ``.ci/run`` adds to the default one."""
MARKS = (*CI_SESSIONS, "badday", "browsers", "readers", "slow")
OTHER_SESSIONS_COUNT = pytest.StashKey[int]()
"""How many tests belong to ``CI_SESSIONS``; set if the whole suite was collected."""


def first_of(count: int, cases: Iterable[object]) -> list[ParameterSet]:
    """Return the cases of a test, as pytest takes them: the first ones for the default run, then further ones."""
    sets = [
        case if isinstance(case, ParameterSet) else pytest.param(*(case if isinstance(case, tuple) else (case,)))
        for case in cases
    ]
    return [case if n < count else case._replace(marks=(*case.marks, FURTHER)) for n, case in enumerate(sets)]


def session_of(item: pytest.Item) -> str | None:
    """Return the session of a test, or None for one of the default run."""
    if item.get_closest_marker("slow"):
        return None
    if decided := _session_of_folder(item.path.parent, item.config.rootpath / "tests"):
        return decided
    if _uses_postgresql(item):
        return POSTGRESQL
    is_further = item.get_closest_marker(FURTHER.name) or _repeats_in_french(item)
    return THOROUGH if is_further else None


@cache
def _session_of_folder(folder: Path, tests: Path) -> str | None:
    return next((session for each, session in FOLDERS.items() if folder.is_relative_to(tests / each)), None)


def in_default_run(item: pytest.Item) -> bool:
    """Whether the README's line runs this test."""
    return not any(item.get_closest_marker(mark) for mark in MARKS)


def _uses_postgresql(item: pytest.Item) -> bool:
    """Whether this is the engine of a parameter, which may be one of several values, or the test is about it only."""
    return POSTGRESQL in getattr(item, "fixturenames", ()) or any(
        value == POSTGRESQL or (isinstance(value, tuple) and POSTGRESQL in value)
        for value in _parameters(item).values()
        if isinstance(value, str | tuple)
    )


def _repeats_in_french(item: pytest.Item) -> bool:
    """Whether a test of pages has this case for their other language."""
    tests = item.config.rootpath / "tests"
    return _parameters(item).get("lang") == "fr" and any(item.path.is_relative_to(tests / each) for each in FOLDERS_OF_PAGES)


def _parameters(item: pytest.Item) -> dict[str, object]:
    """Return the parameters of the test and of its fixtures."""
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


def collects_whole_suite(config: pytest.Config) -> bool:
    """Whether pytest was given no files or folders of its own; options may still deselect tests later."""
    folders = [(config.invocation_params.dir / argument).resolve() for argument in config.args]
    return folders == [config.rootpath / "tests"] and not (config.getoption("ignore") or config.getoption("lf", False))
