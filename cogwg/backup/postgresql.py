"""Backup and restore of a PostgreSQL database: ``pg_dump`` writes an archive, and one transaction replaces every table."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.backup.contents import Contents, check_rows, require_contents
from cogwg.backup.finishing import RestoreOutcome
from cogwg.backup.old_database import OldDatabase, read_old
from cogwg.backup.script import archive_script, client_program, is_blank, read_archive, reason
from cogwg.core.db import WRITE_OPTIONS, build_engine, reason_and_hint
from cogwg.core.errors import ConfigurationError
from cogwg.core.migration import upgrade_connection
from cogwg.core.progress import note_progress

_SCRATCH = "cogwg_check_"
_NO_LIMITS = (
    "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = 0"
)
NOT_RESTORED = (
    "The backup was read to its end, but not restored as a test, because this role cannot create databases. The audit log was "
    "verified in the database itself."
)


def write_backup(engine: Engine, path: Path, descriptor: int) -> tuple[Contents, str]:
    """Write an archive of the database to an empty file while others read and write, and check it by restoring it into a new
    database.

    Returns the contents of the backup, and a sentence on what could not be checked, or "".

    The backup holds every change that was committed before it began. If the role cannot create databases, the rows that can be
    verified by a hash are checked in the database itself, as they were at that time, instead of in a restored copy. Raises
    ``ConfigurationError`` if writing or checking fails.
    """
    note_progress("Writing the backup")
    program = _fitting_client(engine)
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(text(_NO_LIMITS))
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        expected = require_contents(connection)
        where, environment = _client_connection(engine)
        done = subprocess.run(  # noqa: S603
            [program, "--format=custom", f"--snapshot={snapshot}", "--lock-wait-timeout=10s", f"--dbname={where}"],
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
            check=False,
        )
        if done.returncode:
            raise ConfigurationError(f"Could not write the backup: {reason(done.stderr, done.returncode)}.")
        may_create = connection.execute(
            text("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        ).scalar_one()
        if not may_create:
            expected = check_rows(connection, expected)
    note_progress("Reading the backup")
    actual = read_archive(path)
    _require_equal(actual, expected)
    if not may_create:
        return replace(actual, fault=expected.fault), NOT_RESTORED
    return _test_restore(engine, path, expected), ""


def _require_equal(actual: Contents, expected: Contents) -> None:
    different = sorted(name for name in {**actual.rows, **expected.rows} if actual.rows.get(name) != expected.rows.get(name))
    if actual.revision != expected.revision or different:
        raise ConfigurationError(f"The backup lacks rows of {', '.join(different)}.")


def _fitting_client(engine: Engine) -> str:
    """Return the path of ``pg_dump``. Raises ``ConfigurationError`` if it is missing or older than the server."""
    program = client_program("pg_dump")
    printed = subprocess.run([program, "--version"], capture_output=True, check=False).stdout.decode()  # noqa: S603
    version = re.search(r"(\d+)(?:\.\d+)?", printed)
    with engine.connect() as connection:
        server = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    if version is None or int(version[1]) < server:
        has = f"version {version[1]}" if version else "of an unknown version"
        raise ConfigurationError(
            f"pg_dump is {has}, but the server is version {server}. Install its client programs (postgresql-client-{server})."
        )
    return program


def _client_connection(engine: Engine) -> tuple[str, Mapping[str, str]]:
    """Return the connection string for a client program, and environment variables with the password, which other users cannot
    see.
    """
    from psycopg.conninfo import make_conninfo

    _arguments, options = engine.dialect.create_connect_args(engine.url)
    values = {name: value for name, value in options.items() if name not in ("context", "password")}
    password = options.get("password")
    return make_conninfo(**values), {"PGPASSWORD": password} if password else {}


def _test_restore(engine: Engine, path: Path, expected: Contents) -> Contents:
    """Restore the archive into a new database, check it, and drop the database. Return its contents."""
    note_progress("Restoring the backup as a test")
    with _scratch_database(engine) as scratch, scratch.begin() as connection:
        connection.execute(text(_NO_LIMITS))
        restore_rows(connection, path)
        actual = require_contents(connection)
        _require_equal(actual, expected)
        return check_rows(connection, actual)


@contextmanager
def _scratch_database(engine: Engine) -> Iterator[Engine]:
    """Create a database, and drop it at the end. Such databases that killed processes left are dropped first."""
    name = f"{_SCRATCH}{secrets.token_hex(4)}"
    abandoned = text(
        "SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname ~ :pattern AND rolname ="
        " current_user AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE pg_stat_activity.datname = pg_database.datname)"
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for row in connection.execute(abandoned, {"pattern": f"^{_SCRATCH}[0-9a-f]{{8}}$"}).all():
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {row.datname}")
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        scratch = build_engine(engine.url.set(database=name).render_as_string(hide_password=False))
        try:
            yield scratch
        finally:
            scratch.dispose()
            connection.exec_driver_sql(f"DROP DATABASE {name}")


def restore_rows(connection: Connection, archive: Path) -> None:
    """Run the SQL script of an archive in this transaction, in an empty schema. Raises ``ConfigurationError`` if it fails."""
    raw: Any = connection.connection.driver_connection
    raw.execute("SET LOCAL check_function_bodies = off")
    try:
        with archive_script(archive) as parts:
            for statement, rows in parts:
                if rows is None:
                    if not is_blank(statement):
                        raw.execute(statement)
                    continue
                with raw.cursor() as cursor, cursor.copy(statement) as copy:
                    for row in rows:
                        copy.write(row)
    except raw.Error as error:
        raise ConfigurationError(f"Could not restore. Nothing was changed. {reason_and_hint(error)}") from None


def require_unused(connection: Connection) -> None:
    """Check that the database has no other connections, such as those of the server.

    PostgreSQL hides the kind and state of other roles' connections, but not the role, which its own background processes lack.
    Raises ``ConfigurationError`` if there is another connection.
    """
    number: int = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND usesysid IS NOT NULL"
        )
    ).scalar_one()
    if number:
        counted = "another connection" if number == 1 else f"{number} other connections"
        raise ConfigurationError(f"The database has {counted}. Stop the server and pause cron, then try again.")


def read_old_database(engine: Engine, backup: Contents) -> OldDatabase:
    """Read the database that a restore of the backup would replace."""
    with engine.connect() as connection:
        return read_old(connection, backup)


def restore_backup(
    engine: Engine, archive: Path, contents: Contents, finish: Callable[[Session], RestoreOutcome]
) -> tuple[RestoreOutcome, str]:
    """Replace all tables with those of an archive, upgrade them and call ``finish``, all in one transaction.

    Returns the result of ``finish``, and the first fault of the restored audit log, or "". Raises ``ConfigurationError`` if
    the database is in use or the restore fails.
    """
    try:
        with engine.connect().execution_options(**WRITE_OPTIONS) as connection, connection.begin():
            connection.execute(text(_NO_LIMITS))
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('cogwg.migrations'))"))
            _drop_everything(connection)
            require_unused(connection)  # from here on, no other connection can read or write a table
            note_progress("Writing the tables")
            restore_rows(connection, archive)
            actual = require_contents(connection)
            _require_equal(actual, contents)
            fault = check_rows(connection, actual).fault
            upgrade_connection(connection)
            with Session(connection) as session:
                outcome = finish(session)
                session.commit()
            return outcome, fault
    except DBAPIError as error:
        raise ConfigurationError(f"Could not restore. Nothing was changed. {reason_and_hint(error)}") from None


def _drop_everything(connection: Connection) -> None:
    """Drop the tables and functions of the schema ``public``, including those that a newer version created."""
    tables = "SELECT format('DROP TABLE %s CASCADE', c.oid::regclass) FROM pg_class c WHERE relkind IN ('r', 'p')"
    functions = "SELECT format('DROP FUNCTION %s CASCADE', c.oid::regprocedure) FROM pg_proc c WHERE prokind = 'f'"
    for query, schema in ((tables, "relnamespace"), (functions, "pronamespace")):
        for statement in connection.execute(text(f"{query} AND {schema} = 'public'::regnamespace")).scalars().all():
            connection.exec_driver_sql(statement)
