"""Find out whether a server that starts is the only one on a PostgreSQL database, which several machines may share.

If another server is running, the database cannot be a backup that was just restored. Each server holds a shared lock in the
database, with a connection of its supervisor and with each connection of its workers, so that it is counted again after
PostgreSQL restarts. A lock ends with its connection, even if the process is killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import sleep
from typing import Any

from sqlalchemy import Connection, Engine, event, text

from cogwg.core.db import build_engine

_LOCK = "hashtext('cogwg.servers')"
_PAUSE_SECONDS = 0.05


@contextmanager
def among_servers(url: str, start_alone: Callable[[], None]) -> Iterator[None]:
    """Count this server as running during the block. If it is the only one, call ``start_alone`` first.

    Servers that start in the meantime wait until ``start_alone`` has returned. On SQLite, a server is always the only one.
    """
    engine = build_engine(url)
    if engine.dialect.name != "postgresql":
        start_alone()
        yield
        return
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _join(connection, start_alone)
            try:
                yield
            finally:
                connection.invalidate()  # not closed: PostgreSQL may have been restarted since, which is no error here
    finally:
        engine.dispose()


def count_connections(engine: Engine) -> None:
    """Make each new connection of a worker count its server as running."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _count_connection)


def _join(connection: Connection, start_alone: Callable[[], None]) -> None:
    while not _holds(connection, "pg_try_advisory_lock"):
        if _holds(connection, "pg_try_advisory_lock_shared"):
            return
        sleep(_PAUSE_SECONDS)
    start_alone()
    for function in ("pg_advisory_lock_shared", "pg_advisory_unlock"):
        connection.execute(text(f"SELECT {function}({_LOCK})"))


def _holds(connection: Connection, function: str) -> bool:
    locked: bool = connection.execute(text(f"SELECT {function}({_LOCK})")).scalar_one()
    return locked


def _count_connection(connection: Any, _record: object) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"SELECT pg_advisory_lock_shared({_LOCK})")
    connection.commit()
