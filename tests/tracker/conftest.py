"""Fixtures for tests of what is published."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.conftest import MakeEngine, MakeSession


@pytest.fixture
def published_engine(make_engine: MakeEngine, engine_name: str) -> Engine:
    """A database with the demo data on its day, in which the first two quarters are published."""
    return make_engine(engine_name, "published")


@pytest.fixture
def published(make_session: MakeSession) -> Iterator[Session]:
    """A session on the demo data on its day, in which the first two quarters are published."""
    with make_session("published", "published_engine") as session:
        yield session
