"""Fixtures for all tests: databases on both engines, the demo's day, and a collector of SQL statements."""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
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
from tests.databases import ENGINES, Databases, PostgresCluster, demo_calendar, end_run, memory_folder
from tests.drawing import render_once
from tests.durations import KIND_PROPERTY
from tests.sessions import (
    ALL_CASES,
    DEFAULT,
    POSTGRESQL,
    collects_whole_suite,
    is_default_run,
    kind_of,
    kind_of_folder,
    needs_only_python,
    sessions_of,
    wanted_by_default,
)
from tests.strict_templates import StrictOptional

MakeDatabase = Callable[..., str]
MakeEngine = Callable[[str, str], Engine]
IdleEngines = defaultdict[str, list[tuple[str, Engine]]]
MakeSession = Callable[[str, str], AbstractContextManager[Session]]

NO_DEADLINE: dict[str, Any] = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
"""Without a deadline, so that tests pass on a slow machine."""
hypothesis.settings.register_profile("few", max_examples=15, **NO_DEADLINE)
hypothesis.settings.register_profile("usual", max_examples=50, **NO_DEADLINE)
hypothesis.settings.register_profile("many", max_examples=1000, **NO_DEADLINE)
hypothesis.settings.load_profile("few")

gc.disable()
"""Until all tests are collected: what is loaded stays to the end, so looking for garbage there takes long and finds nothing."""
GARBAGE = (20_000, 20, 100)
"""How much is made before Python looks for garbage: by default, it does so often enough to take a tenth of a run."""

FOLDER = pytest.StashKey[Path]()
"""The folder of the databases of a run."""


def pytest_configure(config: pytest.Config) -> None:
    """Make a folder for the databases of the run, shared with its workers; cache compiled templates, and make them strict."""
    if config.option.markexpr == DEFAULT and not hasattr(config, "workerinput"):
        config.option.markexpr = wanted_by_default(config)
    folder = getattr(config, "workerinput", {}).get("databases")
    config.stash[FOLDER] = Path(folder or mkdtemp(prefix="cogwg-databases-", dir=memory_folder()))
    config.stash[FOLDER].chmod(0o755)
    template_cache = config.cache.mkdir("templates") if hasattr(config, "cache") else config.stash[FOLDER]
    Flask.jinja_options = {
        **Flask.jinja_options,
        "bytecode_cache": FileSystemBytecodeCache(str(template_cache)),
        "undefined": StrictOptional,
    }


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["databases"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster when the workers have ended, and remove all databases."""
    if not hasattr(config, "workerinput"):
        end_run(config.stash[FOLDER])


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip the folders of other sessions in the default run, because importing their tests takes long."""
    return True if is_default_run(config) and collection_path.is_dir() and kind_of_folder(collection_path) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test with its session before pytest selects by markers.

    Its kind is in the reports of ``--junitxml``, for ``tests.durations``.
    """
    sessions = sessions_of(items)
    for item, session in zip(items, sessions, strict=True):
        item.add_marker(session)
        item.user_properties.append((KIND_PROPERTY, kind_of(item)))
    if collects_whole_suite(config):
        config.stash[ALL_CASES] = list(zip(items, sessions, strict=True))


def pytest_collection_finish() -> None:
    """Exclude all objects loaded so far from garbage collection, since they stay to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Create databases for this process from the templates and the PostgreSQL cluster of the run."""
    created = Databases(request.config.stash[FOLDER], os.environ.get("PYTEST_XDIST_WORKER", "main"))
    yield created
    created.leave()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each database engine in turn."""
    name: str = request.param
    return name


@pytest.fixture
def postgresql() -> str:
    """The name of this engine, for a test that is about it only; see tests/sessions.py."""
    return POSTGRESQL


@pytest.fixture
def make_database(databases: Databases) -> Iterator[MakeDatabase]:
    """``make_database(kind, template)``: create a database for the test and return its URL.

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


@pytest.fixture(scope="session")
def idle_engines() -> Iterator[IdleEngines]:
    """Engines that tests can reuse with other databases, because each one compiles all statements again."""
    engines: IdleEngines = defaultdict(list)
    yield engines
    for _url, engine in chain(*engines.values()):
        engine.dispose()


@pytest.fixture
def make_engine(databases: Databases, idle_engines: IdleEngines) -> Iterator[MakeEngine]:
    """``make_engine(kind, template)``: an engine of the product on a database of its own, as of ``make_database``."""
    taken: list[tuple[str, str, Engine]] = []

    def make(kind: str, template: str) -> Engine:
        if idle_engines[kind]:
            url, engine = idle_engines[kind].pop()
            databases.recreate(url, template)
        else:
            url = databases.create(kind, template)
            engine = build_engine(url)
        taken.append((kind, url, engine))
        return engine

    yield make
    for kind, url, engine in taken:
        engine.dispose()
        idle_engines[kind].append((url, engine))


@pytest.fixture
def empty_engine(engine_name: str, make_engine: MakeEngine) -> Engine:
    """An engine on a database without tables."""
    return make_engine(engine_name, "empty")


@pytest.fixture
def engine(engine_name: str, make_engine: MakeEngine) -> Engine:
    """An engine on a migrated database without rows."""
    return make_engine(engine_name, "bare")


@pytest.fixture
def seeded_engine(engine_name: str, make_engine: MakeEngine) -> Engine:
    """An engine on the demo data on its day."""
    return make_engine(engine_name, "seeded")


@pytest.fixture
def make_session(request: pytest.FixtureRequest, engine_name: str, databases: Databases) -> MakeSession:
    """``make_session(template, engine)``: a session on a database that the test has for itself.

    PostgreSQL takes longer to copy a database than most service tests run. Unless the test also uses the ``engine`` fixture,
    it therefore works within a savepoint of a transaction that is rolled back at the end.
    """

    @contextmanager
    def make(template: str, engine: str) -> Iterator[Session]:
        if engine_name != "postgresql" or engine in request.fixturenames:
            with Session(request.getfixturevalue(engine)) as session:
                yield session
            return
        with databases.lasting(template).connect() as connection:
            transaction = connection.begin()
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                yield session
            transaction.rollback()

    return make


@pytest.fixture
def session(make_session: MakeSession) -> Iterator[Session]:
    """A session on a migrated database without rows."""
    with make_session("bare", "engine") as opened:
        yield opened


@pytest.fixture
def seeded(make_session: MakeSession) -> Iterator[Session]:
    """A session on the demo data on its day."""
    with make_session("seeded", "seeded_engine") as session:
        yield session


@pytest.fixture
def calendar() -> Calendar:
    """A calendar fixed at September 24, 2020, 14:00 in Toronto."""
    return demo_calendar()


@pytest.fixture
def decks_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of versions that are drawn once for each deck, since most tests of a version don't test the drawing."""
    monkeypatch.setattr("cogwg.briefing.files.render", render_once)


@pytest.fixture
def statements() -> Callable[[Engine], AbstractContextManager[list[str]]]:
    """``with statements(engine) as sent:`` collects the SQL statements except BEGIN and PRAGMA."""
    return _collect_statements


@pytest.fixture(autouse=True)
def _block_database_in_rule_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Block the database in tests of rules, because rules depend only on their arguments."""
    if not request.path.name.startswith("test_rules"):
        return

    def blocked(*_: Any, **__: Any) -> None:
        raise AssertionError("a rule asked for a database")

    monkeypatch.setattr(sqlalchemy, "create_engine", blocked)
    monkeypatch.setattr(cogwg.core.db, "create_engine", blocked)
    monkeypatch.setattr(Engine, "connect", blocked)


@pytest.fixture(autouse=True)
def _refuse_postgresql_where_only_python_is_needed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse a cluster to a test that does not say that it needs one, because the README's line needs only Python."""
    if not needs_only_python(request.node):
        return

    def refused(*_: Any) -> None:
        pytest.fail("This test starts PostgreSQL: request the fixture engine_name or postgresql, which decides its session.")

    monkeypatch.setattr(PostgresCluster, "start", refused)


@contextmanager
def _collect_statements(engine: Engine) -> Iterator[list[str]]:
    sent: list[str] = []

    def record(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", record)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", record)
