"""The sessions of the suite: each test belongs to one, and is marked with its name.

What a test needs decides its kind: a folder of ``FOLDERS``, PostgreSQL, or else only Python. ``default`` and the sessions of
``GATE`` hold the first cases of each kind, ``thorough`` the further ones:

- those marked with ``FURTHER``;
- the French case of a test of ``FOLDERS_OF_PAGES`` that has an English one, because the default run checks that every sentence
  has its French;
- of a browser test, all cases but one: its name decides which, so that both languages, with and without scripts, are among the
  first cases of all tests;
- all cases of a test that takes longer than ``LIMITS`` allows its kind, unless it is marked with ``ESSENTIAL``.

Tests that need only Python are in ``default`` if they take up to ``DEFAULT_LIMIT``, and in ``long`` if they take longer. The
folders of ``OUTSIDE`` and the mark ``slow`` have sessions of their own, whatever else holds.

The marker expression of ``pyproject.toml`` selects ``default``. One on the command line replaces it, and so do paths of
files, all of whose tests run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest
from _pytest.mark import ParameterSet

DEFAULT = "default"
LONG = "long"
POSTGRESQL = "postgresql"
"""The engine, its session, and the fixture that a test requests which is about this engine only."""
SLOW = "slow"
THOROUGH = "thorough"
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
GATE = ("browser", LONG, "office", "opendata", POSTGRESQL, "server")
"""The sessions that ``.ci/run`` adds to the default one. It leaves ``thorough`` to the nightly run."""
OUTSIDE = ("badday", "browsers", "readers")
"""The sessions of folders that only their own command runs."""
MARKS = (DEFAULT, *GATE, THOROUGH, *OUTSIDE, SLOW)
FURTHER = pytest.mark.further
"""Marks the further cases of a test whose first ones are in another session: other people, addresses and replies."""
WHOLE_SUITE = pytest.mark.long
"""Marks a test about the cases of all sessions; the default run doesn't collect them, because that takes long."""
ESSENTIAL = pytest.mark.essential
"""Marks a test that each change must pass, however long it takes."""
FOLDERS_OF_PAGES = ("conventions", "web")
ONLY_PYTHON = "python"
"""The kind of the tests that need nothing else."""
DEFAULT_LIMIT = 0.05
"""The longest mean time of the cases of a test of the default run, in seconds."""
LIMITS = {ONLY_PYTHON: 0.3, "browser": 4.0, "office": 0.4, POSTGRESQL: 0.1, "server": 4.0}
"""The longest mean time of the cases of a test that ``.ci/run`` runs, in seconds, by its kind; chosen so that ``.ci/run`` takes
at most 12 minutes."""
TESTS = Path(__file__).parent
DURATIONS = TESTS / "durations.txt"
"""Kind, mean time of the cases, and name of each test over ``DEFAULT_LIMIT``; ``nox -s durations`` writes it."""
KIND = pytest.StashKey[str]()
ALL_CASES = pytest.StashKey[list[tuple[pytest.Item, str]]]()
"""All cases with their sessions; set if the whole suite was collected."""


def first_of(count: int, cases: Iterable[object]) -> list[ParameterSet]:
    """Return the cases of a test, as pytest takes them: the first ones for its session, then further ones."""
    sets = [
        case if isinstance(case, ParameterSet) else pytest.param(*(case if isinstance(case, tuple) else (case,)))
        for case in cases
    ]
    return [case if n < count else case._replace(marks=(*case.marks, FURTHER)) for n, case in enumerate(sets)]


def sessions_of(items: list[pytest.Item]) -> list[str]:
    """Return the session of each test that was collected."""
    in_english = {name_of(item) for item in items if parameters(item).get("lang") == "en"}
    chosen = _chosen_browser_cases(items)
    return [_session_of(item, is_repeated=_repeats_in_french(item, in_english) or _is_left_out(item, chosen)) for item in items]


def _session_of(item: pytest.Item, *, is_repeated: bool) -> str:
    kind = kind_of(item)
    if item.get_closest_marker(SLOW):
        return SLOW
    if kind in OUTSIDE:
        return kind
    if is_repeated or waits_for_the_night(item) or item.get_closest_marker(FURTHER.name):
        return THOROUGH
    if kind != ONLY_PYTHON:
        return kind
    return LONG if _seconds(item) > DEFAULT_LIMIT or item.get_closest_marker(LONG) else DEFAULT


def waits_for_the_night(item: pytest.Item) -> bool:
    """Return whether all cases of this test are further ones, because they take long."""
    limit = LIMITS.get(kind_of(item))
    return limit is not None and _seconds(item) > limit and not item.get_closest_marker(ESSENTIAL.name)


def _seconds(item: pytest.Item) -> float:
    return mean_durations().get((kind_of(item), name_of(item)), 0.0)


def kind_of(item: pytest.Item) -> str:
    """Return what a test needs: the session of its folder, PostgreSQL, or only Python."""
    if KIND not in item.stash:
        item.stash[KIND] = kind_of_folder(item.path.parent) or (POSTGRESQL if _uses_postgresql(item) else ONLY_PYTHON)
    return item.stash[KIND]


@cache
def kind_of_folder(folder: Path) -> str | None:
    """Return the session of a folder, or None if it has tests of several."""
    return next((session for each, session in FOLDERS.items() if folder.is_relative_to(TESTS / each)), None)


@cache
def mean_durations() -> dict[tuple[str, str], float]:
    """Return the mean seconds of the cases of each test that takes long, by its kind and name."""
    lines = (line.split() for line in DURATIONS.read_text(encoding="utf-8").splitlines())
    return {(kind, name): float(seconds) for kind, seconds, name in lines}


def name_of(item: pytest.Item) -> str:
    """Return the path and name of a test, without the parameters of the case."""
    return item.nodeid.partition("[")[0]


def needs_only_python(item: pytest.Item) -> bool:
    """Return whether this test runs where nothing but Python is installed."""
    return kind_of(item) == ONLY_PYTHON


def _uses_postgresql(item: pytest.Item) -> bool:
    """Whether this is the engine of a parameter, which may be one of several values, or the test is about it only."""
    return POSTGRESQL in getattr(item, "fixturenames", ()) or any(
        value == POSTGRESQL or (isinstance(value, tuple) and POSTGRESQL in value)
        for value in parameters(item).values()
        if isinstance(value, str | tuple)
    )


def _repeats_in_french(item: pytest.Item, in_english: set[str]) -> bool:
    """Return whether this is the French case of a test of pages that has an English one."""
    is_french = parameters(item).get("lang") == "fr" and name_of(item) in in_english
    return is_french and any(item.path.is_relative_to(TESTS / each) for each in FOLDERS_OF_PAGES)


def _chosen_browser_cases(items: list[pytest.Item]) -> set[pytest.Item]:
    """Return a case of each browser test, of those that differ in nothing but the language and whether scripts run."""
    alike: dict[str, dict[str, list[pytest.Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        if kind_of(item) == "browser" and not item.get_closest_marker(SLOW):
            others = {name: value for name, value in parameters(item).items() if name not in ("lang", "js")}
            alike[name_of(item)][repr(others)].append(item)
    chosen = set()
    for name, groups in alike.items():
        for n, cases in enumerate(groups.values()):
            chosen.add(cases[(crc32(name.encode()) + n) % len(cases)])
    return chosen


def _is_left_out(item: pytest.Item, chosen: set[pytest.Item]) -> bool:
    return kind_of(item) == "browser" and item not in chosen


def parameters(item: pytest.Item) -> dict[str, object]:
    """Return the parameters of the test and of its fixtures."""
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


def collects_whole_suite(config: pytest.Config) -> bool:
    """Return whether pytest collects the tests of all sessions; options may still deselect some later."""
    is_limited = config.getoption("ignore") or config.getoption("lf", False)
    return _collects_all_folders(config) and not is_limited and not is_default_run(config)


def is_default_run(config: pytest.Config) -> bool:
    """Return whether this is the README's line: all folders, and no marker expression."""
    return _collects_all_folders(config) and config.getoption("markexpr") == DEFAULT


def _collects_all_folders(config: pytest.Config) -> bool:
    return [(config.invocation_params.dir / argument).resolve() for argument in config.args] == [config.rootpath / "tests"]


def wanted_by_default(config: pytest.Config) -> str:
    """Return the marker expression of a run without one: the default session, or what was named on the command line.

    Whoever names a test wants it, and whoever names a file all tests of it that are not slow, whatever their session.
    """
    if any(not (config.invocation_params.dir / argument.partition("::")[0]).is_file() for argument in config.args):
        return DEFAULT
    return "" if any("::" in argument for argument in config.args) else f"not {SLOW}"
