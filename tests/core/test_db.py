"""Transactions and start-up checks of both engines."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, OrderOfGovernment, Throttle
from cogwg.core.db import BUSY_SECONDS, WRITE_OPTIONS, _begin_sqlite_write, build_engine, require_utf8, write_transaction
from cogwg.core.errors import ConfigurationError
from tests.databases import Databases

TRY_LOCK = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except BlockingIOError:
        print("in use")
"""
"""A program that takes SQLite's lock of a process that needs the file for itself."""


def make_throttle(key: str, since: datetime | None = None) -> Throttle:
    return Throttle(key=key, failures=1, since=since or datetime(2020, 1, 1, tzinfo=UTC))


def test_sqlite_pragmas_hold_on_a_pooled_connection(make_database: Callable[..., str]) -> None:
    engine = build_engine(make_database("sqlite"))
    for _ in range(2):
        with engine.connect() as connection:
            values = {
                p: connection.exec_driver_sql(f"PRAGMA {p}").scalar_one()
                for p in ("busy_timeout", "journal_mode", "synchronous", "foreign_keys", "trusted_schema")
            }
        assert values == {"busy_timeout": 5000, "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
    engine.dispose()


def test_second_connection_keeps_the_lock_of_the_first(make_database: Callable[..., str]) -> None:
    """A process that closes a file ends all its locks on it, also those of its other connections."""
    url = make_database("sqlite")
    engine = build_engine(url)
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            connection.exec_driver_sql("SELECT * FROM event").all()
        command = [sys.executable, "-c", TRY_LOCK, url.removeprefix("sqlite:///")]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "in use\n"
    engine.dispose()


def test_write_transaction_commits(engine: Engine, session: Session) -> None:
    with write_transaction(session):
        session.add(make_throttle("kept"))
    with Session(engine) as other:
        assert other.scalars(select(Throttle.key)).all() == ["kept"]


def test_write_transaction_with_error_rolls_back(engine: Engine, session: Session) -> None:
    def fail() -> None:
        with write_transaction(session):
            session.add(make_throttle("lost"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not session.in_transaction()
    with Session(engine) as other:
        assert other.scalars(select(Throttle.key)).all() == []


def test_sqlite_writers_begin_immediate_and_readers_do_not(make_database: Callable[..., str]) -> None:
    engine = build_engine(make_database("sqlite"))
    other = build_engine(str(engine.url))
    with other.connect() as probe:
        probe.exec_driver_sql("PRAGMA busy_timeout = 0")

        def lock() -> bool:
            try:
                probe.exec_driver_sql("UPDATE throttle SET failures = 1")
            except Exception:
                return False
            finally:
                probe.rollback()
            return True

        with Session(engine) as session:
            session.scalars(select(Throttle)).all()
            assert lock(), "a reader holds no write lock"
            with write_transaction(session):
                assert not lock(), "a writer holds it from the start"
            assert lock()
            session.scalars(select(Throttle)).all()
            assert lock(), "the option is gone after the commit"
    engine.dispose()
    other.dispose()


def test_concurrent_writers_wait_and_lose_no_update(make_database: Callable[..., str]) -> None:
    engine = build_engine(make_database("sqlite"))
    with Session(engine) as setup, write_transaction(setup):
        setup.add(make_throttle("shared"))

    def add_one() -> None:
        for _ in range(10):
            with Session(engine) as session, write_transaction(session):
                throttle = session.get_one(Throttle, "shared")
                throttle.failures += 1

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(engine) as session:
        assert session.get_one(Throttle, "shared").failures == 41
    engine.dispose()


def busy_timeout(connection: Connection) -> int:
    value: int = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    return value


def test_sqlite_writer_begins_when_the_other_is_done_and_reads_wait_as_before(make_database: Callable[..., str]) -> None:
    engine = build_engine(make_database("sqlite"))
    with engine.connect() as first, ThreadPoolExecutor(1) as pool, Session(engine) as session:
        first.execution_options(**WRITE_OPTIONS).begin()

        def save() -> int:
            with write_transaction(session):
                return busy_timeout(session.connection())

        saved = pool.submit(save)
        with pytest.raises(TimeoutError):
            saved.result(0.3)
        first.rollback()
        assert saved.result(2) == BUSY_SECONDS * 1000
    engine.dispose()


def test_sqlite_writer_gives_up_after_a_while(make_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    engine = build_engine(make_database("sqlite"))
    with engine.connect() as first, Session(engine) as session:
        first.execution_options(**WRITE_OPTIONS).begin()
        monkeypatch.setattr("cogwg.core.db.BUSY_SECONDS", 1)
        with pytest.raises(OperationalError, match="locked"), write_transaction(session):
            pass
        first.rollback()
        with write_transaction(session):
            session.add(make_throttle("later"))
    engine.dispose()


@pytest.mark.parametrize("is_replaced", [False, True])
def test_moved_or_replaced_sqlite_file_is_not_used_until_it_is_back(
    make_database: Callable[..., str], is_replaced: bool
) -> None:
    file = Path(make_database("sqlite").removeprefix("sqlite:///"))
    engine = build_engine(f"sqlite:///{file}")
    with Session(engine) as session, write_transaction(session):
        session.add(make_throttle("before"))
    away = file.rename(f"{file}.away")
    if is_replaced:
        file.touch()
    with Session(engine) as session:
        with pytest.raises(OperationalError, match="moved, replaced or deleted"), write_transaction(session):
            session.add(make_throttle("meanwhile"))
        with pytest.raises(OperationalError, match="moved, replaced or deleted"):
            session.scalars(select(Throttle.key)).all()
    away.rename(file)
    with Session(engine) as session, write_transaction(session):
        session.add(make_throttle("after"))
    with Session(engine) as session:
        assert set(session.scalars(select(Throttle.key))) == {"before", "after"}
    engine.dispose()


def test_sqlite_error_other_than_a_lock_is_raised_at_once(make_database: Callable[..., str]) -> None:
    engine = build_engine(make_database("sqlite"))
    with Session(engine) as session, write_transaction(session):
        driver: Any = session.connection().connection
        driver.rollback()
        driver.execute("BEGIN").close()
        began = time.monotonic()
        with pytest.raises(OperationalError, match="within a transaction"):
            _begin_sqlite_write(session.connection())
        assert time.monotonic() - began < 1
    engine.dispose()


def test_stored_instant_is_read_back_aware_and_equal(session: Session) -> None:
    at = datetime(2020, 9, 24, 14, 0, tzinfo=timezone(timedelta(hours=-4)))
    with write_transaction(session):
        session.add(make_throttle("when", at))
    session.expire_all()
    stored = session.get_one(Throttle, "when").since
    assert stored == at
    assert stored.tzinfo is UTC


def test_naive_instant_is_refused(session: Session) -> None:
    with pytest.raises(StatementError, match="needs a time zone"), write_transaction(session):
        session.add(make_throttle("when", datetime(2020, 9, 24, tzinfo=UTC).replace(tzinfo=None)))


def test_unknown_enum_value_is_refused_by_the_database(session: Session) -> None:
    columns = "code, kind, name_en, name_fr, short_en, short_fr"
    with pytest.raises(IntegrityError):
        session.execute(text(f"INSERT INTO jurisdiction ({columns}) VALUES ('x', 'x', 'x', 'x', 'x', 'x')"))


def test_enum_is_stored_as_its_value(session: Session) -> None:
    session.add(Jurisdiction(code="x", kind=OrderOfGovernment.MUNICIPAL, name_en="X", name_fr="X", short_en="X", short_fr="X"))
    session.flush()
    assert session.execute(text("SELECT kind FROM jurisdiction")).scalar_one() == "municipal"


def test_utf8_database_is_accepted(engine: Engine) -> None:
    require_utf8(engine)


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_database_with_other_encoding_is_refused(postgresql: str, databases: Databases, encoding: str) -> None:
    name = f"in_{encoding.lower()}"
    databases.cluster.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'")
    engine = build_engine(databases.cluster.url(name))
    try:
        with pytest.raises(ConfigurationError, match=rf"encoded in {encoding}\. Create it with encoding UTF8"):
            require_utf8(engine)
    finally:
        engine.dispose()
        databases.drop(databases.cluster.url(name))


@pytest.mark.parametrize("url", ["mysql://u@h/d", "not an address"])
def test_unusable_database_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ConfigurationError, match="COGWG_DATABASE_URL") as refused:
        build_engine(url)
    assert url not in str(refused.value)


def test_unreachable_database_is_refused(tmp_path: Path) -> None:
    engine = build_engine(f"sqlite:///{tmp_path / 'nowhere' / 'cogwg.db'}")
    with pytest.raises(ConfigurationError, match=r"Could not open the database .*nowhere/cogwg\.db"):
        require_utf8(engine)
