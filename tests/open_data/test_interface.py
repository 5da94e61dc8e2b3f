"""The interface ``/v1/`` does what its OpenAPI file says: openapi-spec-validator and schemathesis find no fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cogwg.tracker.open_data.interface import RESOURCES
from tests.web_client import App

LISTS = [f"/v1/{name}" for name in RESOURCES]
ITEMS = {f"/v1/{name}/{{id}}": resource for name, resource in RESOURCES.items()}
PATHS = ["/v1/", *LISTS, *ITEMS]
WITH_PARAMETERS = [*LISTS, *(path for path, resource in ITEMS.items() if resource.by_quarter)]


@pytest.fixture(scope="session")
def interface_schema(site: App) -> Any:
    import schemathesis

    return schemathesis.openapi.from_wsgi("/v1/openapi.json", site.flask)


def test_openapi_file_is_valid(site: App) -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator, validate

    text = site.anonymous_client().get("/v1/openapi.json").text
    validate(json.loads(text), cls=OpenAPIV31SpecValidator)


@pytest.mark.parametrize(
    ("path", "valid"),
    [
        *(pytest.param(path, True, id=f"{path}-valid") for path in PATHS),
        *(pytest.param(path, False, id=f"{path}-invalid") for path in WITH_PARAMETERS),
    ],
)
def test_answers_are_as_described(interface_schema: Any, path: str, valid: bool) -> None:
    from schemathesis import GenerationMode

    operation = interface_schema[path]["GET"]
    mode = GenerationMode.POSITIVE if valid else GenerationMode.NEGATIVE

    @settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    check()
