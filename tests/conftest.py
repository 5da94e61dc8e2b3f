"""The fixtures every test may ask for: databases on both engines, the demo's day, a counter of statements."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import hypothesis
import pytest
import sqlalchemy
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

import cogwg.core.db
from cogwg.core.calendar import Calendar
from cogwg.core.db import build_engine
from tests.databases import ENGINES, Databases, demo_calendar, end_run, memory_folder
from tests.sessions import session_of

MakeDatabase = Callable[..., str]
MakeSession = Callable[[str, str], AbstractContextManager[Session]]

NO_DEADLINE: dict[str, Any] = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
"""A slow machine fails no product that is right."""
hypothesis.settings.register_profile("usual", max_examples=50, **NO_DEADLINE)
hypothesis.settings.register_profile("many", max_examples=1000, **NO_DEADLINE)
hypothesis.settings.load_profile("usual")

FOLDER = pytest.StashKey[Path]()
"""The folder of the databases of a run."""


def pytest_configure(config: pytest.Config) -> None:
    """Make a folder for the databases of the run, which its worker processes are told of; keep compiled templates."""
    told = getattr(config, "workerinput", {}).get("databases")
    config.stash[FOLDER] = Path(told or mkdtemp(prefix="cogwg-databases-", dir=memory_folder()))
    config.stash[FOLDER].chmod(0o755)
    kept = config.cache.mkdir("templates") if hasattr(config, "cache") else config.stash[FOLDER]
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": FileSystemBytecodeCache(str(kept))}


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["databases"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster when the workers have ended, and remove all databases."""
    if not hasattr(config, "workerinput"):
        end_run(config.stash[FOLDER])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its session before pytest selects by markers."""
    for item in items:
        if session := session_of(item):
            item.add_marker(session)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: let the collector not look at it at every application."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The maker of databases of this process, on the templates and the PostgreSQL cluster of the run."""
    made = Databases(request.config.stash[FOLDER], os.environ.get("PYTEST_XDIST_WORKER", "main"))
    yield made
    made.leave()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each database engine in turn."""
    name: str = request.param
    return name


@pytest.fixture
def make_database(databases: Databases) -> Iterator[MakeDatabase]:
    """``make_database(kind, template)``: the address of a database that lives as long as the test.

    ``template`` is "bare" (migrated), "record" (seeded, on the day of the deck), "seeded" (the demo on
    September 24, 2020) or "empty" (no tables).
    """
    urls: list[str] = []

    def make(kind: str, template: str = "bare") -> str:
        urls.append(databases.create(kind, template))
        return urls[-1]

    yield make
    for url in urls:
        databases.drop(url)


@pytest.fixture
def empty_engine(engine_name: str, make_database: MakeDatabase) -> Iterator[Engine]:
    """An engine on a database without tables."""
    yield from _open_engine(make_database(engine_name, "empty"))


@pytest.fixture
def engine(engine_name: str, make_database: MakeDatabase) -> Iterator[Engine]:
    """An engine on a migrated database without rows."""
    yield from _open_engine(make_database(engine_name, "bare"))


@pytest.fixture
def seeded_engine(engine_name: str, make_database: MakeDatabase) -> Iterator[Engine]:
    """An engine on the demo's database at its day."""
    yield from _open_engine(make_database(engine_name, "seeded"))


@pytest.fixture
def make_session(request: pytest.FixtureRequest, engine_name: str, databases: Databases) -> MakeSession:
    """``make_session(template, engine)``: a session on a database of a test's own.

    To copy a database takes PostgreSQL longer than most tests of a service. Where the test does not ask for the ``engine`` too,
    all it does there is a savepoint of a transaction that is rolled back when it ends.
    """

    @contextmanager
    def make(template: str, engine: str) -> Iterator[Session]:
        if engine_name != "postgresql" or engine in request.fixturenames:
            with Session(request.getfixturevalue(engine)) as opened:
                yield opened
            return
        with databases.lasting(template).connect() as connection:
            everything = connection.begin()
            with Session(connection, join_transaction_mode="create_savepoint") as opened:
                yield opened
            everything.rollback()

    return make


@pytest.fixture
def session(make_session: MakeSession) -> Iterator[Session]:
    """A session on a migrated database without rows."""
    with make_session("bare", "engine") as opened:
        yield opened


@pytest.fixture
def seeded(make_session: MakeSession) -> Iterator[Session]:
    """A session on the demo's database at its day."""
    with make_session("seeded", "seeded_engine") as opened:
        yield opened


@pytest.fixture
def calendar() -> Calendar:
    """September 24, 2020, 14:00 in Toronto; it stands still."""
    return demo_calendar()


@pytest.fixture
def statements() -> Callable[[Engine], AbstractContextManager[list[str]]]:
    """``with statements(engine) as sent:`` collects what is sent to the database, but for BEGIN and PRAGMA."""
    return _collect_statements


@pytest.fixture(autouse=True)
def _block_database_in_rule_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of rules run with the database blocked: a rule decides from what it is given."""
    if not request.path.name.startswith("test_rules"):
        return

    def blocked(*_: Any, **__: Any) -> None:
        raise AssertionError("a rule asked for a database")

    monkeypatch.setattr(sqlalchemy, "create_engine", blocked)
    monkeypatch.setattr(cogwg.core.db, "create_engine", blocked)
    monkeypatch.setattr(Engine, "connect", blocked)


def _open_engine(url: str) -> Iterator[Engine]:
    made = build_engine(url)
    yield made
    made.dispose()


@contextmanager
def _collect_statements(engine: Engine) -> Iterator[list[str]]:
    sent: list[str] = []

    def heard(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", heard)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", heard)
