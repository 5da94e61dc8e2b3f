"""Fixtures for tests of the public pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.web.conftest import MakeApp
from tests.web_client import App


@pytest.fixture(scope="session")
def public_app(databases: Databases) -> Iterator[App]:
    """The demo data with two published quarters on SQLite, for tests that change nothing."""
    app = App(databases.create("sqlite", "published"))
    yield app
    app.close()


@pytest.fixture
def published_app(make_app: MakeApp) -> App:
    """The demo data with two published quarters on SQLite, for tests that change it."""
    return make_app("sqlite", "published")
