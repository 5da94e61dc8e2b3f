"""Every id in every address, replaced by one that leads to nothing, for every persona: refused, and nothing changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cogwg.web.http import rate_limits
from tests.sessions import FURTHER
from tests.web.auth.access_cells import (
    ALL_PERSONAS,
    ROLES_OF_PERSONAS,
    case_of_each_route,
    cells,
    expected_without,
    id_arguments,
    path_without,
)
from tests.web.auth.test_access import ROUTE_CASES, RouteCase, outcome_of, send_request
from tests.web.conftest import PopulatedApp
from tests.web_client import App

BLUEPRINTS = sorted({case.endpoint.partition(".")[0] for case in ROUTE_CASES})


@FURTHER
@pytest.mark.parametrize("name", ALL_PERSONAS)
@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_missing_object_is_not_found_or_refused_and_changes_nothing(populated: PopulatedApp, blueprint: str, name: str) -> None:
    flask, browser, token = populated.app.flask, populated.client_as(name), populated.csrf(name)
    rate_limits.init(flask)
    before = populated.app.fingerprint()
    wrong: dict[tuple[str, str, str], object] = {}
    for case in case_of_each_route():
        if case.endpoint.partition(".")[0] != blueprint:
            continue
        path = populated.path(case.path)
        for argument in id_arguments(flask, case, path):
            missing: RouteCase = replace(case, path=path_without(flask, case, argument, path))
            outcome = outcome_of(send_request(populated, missing, browser, token))
            if outcome not in expected_without(flask, case, argument, name):
                wrong[case.method, case.endpoint, argument] = outcome
    rate_limits.init(flask)
    assert wrong == {}
    assert populated.app.fingerprint() == before


def test_table_of_access_has_at_least_fifteen_hundred_cells(read_only_app: App) -> None:
    every = list(cells(read_only_app.flask))
    assert len(every) >= 1_500
    assert {ownership for _method, _endpoint, _name, ownership in every} == {"own", "another's", "missing", "by role"}
    assert set(ALL_PERSONAS) == set(ROLES_OF_PERSONAS)
