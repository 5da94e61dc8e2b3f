"""The removal of deleted data from the files of a database.

Data that was deleted from a table can still be read in the files until their space is used again.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from cogwg.core.progress import note_progress

IN_USE = "The database is in use, so what was deleted may still be in free parts of its file. Run “cogwg privacy purge” again."
NOT_OWNER = (
    "This role does not own the tables, so what was deleted stays in free parts of their files until PostgreSQL uses these"
    " again. Run “cogwg-run --owner privacy purge” to remove it now."
)


def scrub(engine: Engine, tables: Collection[str]) -> str:
    """Rewrite the file of an SQLite database, or the files of these tables on PostgreSQL; return why this was not possible, or
    "".

    Other connections can read in the meantime on SQLite; on PostgreSQL, they must wait for the table that is being rewritten.
    """
    note_progress("Writing the database’s files anew")
    return _scrub_sqlite(engine) if engine.dialect.name == "sqlite" else _scrub_postgresql(engine, tables)


def _scrub_sqlite(engine: Engine) -> str:
    try:
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
            return "" if row is not None and row[0] == 0 else IN_USE
    except engine.dialect.loaded_dbapi.Error:
        return IN_USE


def _scrub_postgresql(engine: Engine, tables: Collection[str]) -> str:
    names = ", ".join(f'"{name}"' for name in sorted(tables))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        owned = connection.execute(
            text(
                "SELECT bool_and(pg_has_role(current_user, relowner, 'USAGE')) FROM pg_class"
                " WHERE relname = ANY(:names) AND relnamespace = 'public'::regnamespace"
            ),
            {"names": sorted(tables)},
        ).scalar_one()
        if not owned:
            return NOT_OWNER
        connection.exec_driver_sql("SET statement_timeout = 0")
        try:
            connection.exec_driver_sql(f"VACUUM (FULL) {names}")
        except DBAPIError:
            return IN_USE
        finally:
            connection.exec_driver_sql("RESET statement_timeout")
    return ""
