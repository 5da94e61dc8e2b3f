"""Each test has a case at every change, unless it waits for the night with a reason; see ``tests/sessions.py``."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from tests.sessions import (
    ALL_CASES,
    FURTHER,
    GATE,
    MARKS,
    THOROUGH,
    WHOLE_SUITE,
    mean_durations,
    name_of,
    parameters,
    waits_for_the_night,
)

pytestmark = WHOLE_SUITE


@pytest.fixture
def all_cases(pytestconfig: pytest.Config) -> list[tuple[pytest.Item, str]]:
    if ALL_CASES not in pytestconfig.stash:
        pytest.skip("needs a run that collects the whole suite")
    return pytestconfig.stash[ALL_CASES]


def test_only_tests_that_take_long_wait_for_the_night(all_cases: list[tuple[pytest.Item, str]]) -> None:
    sessions = defaultdict(set)
    for case, session in all_cases:
        sessions[name_of(case)].add(session)
    silent = {
        name_of(case)
        for case, _session in all_cases
        if sessions[name_of(case)] == {THOROUGH} and not (waits_for_the_night(case) or case.get_closest_marker(FURTHER.name))
    }
    assert silent == set()


def test_browser_runs_both_languages_with_and_without_scripts_at_each_change(
    all_cases: list[tuple[pytest.Item, str]],
) -> None:
    kinds = {
        (given["lang"], given["js"])
        for case, session in all_cases
        if session == "browser" and {"lang", "js"} <= (given := parameters(case)).keys()
    }
    assert kinds == {(lang, js) for lang in ("en", "fr") for js in (True, False)}


def test_durations_are_of_tests_that_exist(all_cases: list[tuple[pytest.Item, str]]) -> None:
    assert {name for _kind, name in mean_durations()} <= {name_of(case) for case, _session in all_cases}


def test_sessions_are_the_marks_that_pytest_knows(pytestconfig: pytest.Config) -> None:
    known = {re.split("[:(]", mark)[0] for mark in pytestconfig.getini("markers")}
    assert set(MARKS) <= known
    assert set(GATE) < set(MARKS)
