"""The database: the declarative base, the engine for SQLite or PostgreSQL, and transactions that read or write.

SQLite runs in WAL mode with synchronous FULL. This module emits BEGIN itself, and BEGIN IMMEDIATE for writers. A deferred
transaction that reads and then writes would fail at once if another one has written in between. Listeners are chosen by
dialect name, never by the class of the connection, which is different for the newer SQLite of the ``pysqlite3`` wheel.
"""

from __future__ import annotations

import os
import stat
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from time import sleep
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Engine,
    Enum,
    Executable,
    MetaData,
    Table,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator

from cogwg.core.bilingual import fold_text
from cogwg.core.calendar import monotonic
from cogwg.core.errors import ConfigurationError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

WRITE_OPTIONS = {"cogwg_write": True}
_READ_OPTIONS = {"isolation_level": "AUTOCOMMIT"}
FIXED_SQLITE_VERSION = (3, 51, 3)
BUSY_SECONDS = 5
"""How long a statement waits on SQLite while another connection writes."""
_BUSY_PAUSE = 0.001
MOVED = "the file of the database was moved, replaced or deleted; put the right file in its place and restart the server"
"""The message, in the log and from commands, if an SQLite file is no longer the one that was opened."""
_FILE = "cogwg.file"
_SQLITE_BUSY = 5
"""SQLite's code for "another connection holds the lock". It is the low byte of the full error code."""


class CommitUnanswered(OperationalError):
    """The connection ended while the database was committing, so it is not known whether the changes were saved."""


class Instant(TypeDecorator[datetime]):
    """A column type for a time in UTC: timezone-aware in Python, but stored without a time zone on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base of all tables; constraints are named so that a migration can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant}


def table(model: type[Base]) -> Table:
    """Return the Core table of a model, for statements that are built once and use no entities."""
    return cast(Table, model.__table__)


def execute_core(
    session: Session, statement: Executable, values: Mapping[str, Any] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """Execute a Core statement within the session's transaction.

    This uses the connection directly, so the session does not look up which entities and which database the statement uses.
    """
    return session.connection().execute(statement, values)


def insert_if_new(session: Session, into: Table, values: Mapping[str, Any]) -> int | None:
    """Insert a row and return its id, or None if there already is a row with the same value of a unique key.

    On PostgreSQL, the statement waits for another transaction that is inserting such a row. It needs no savepoint: the
    transaction stays usable.
    """
    connection = session.connection()
    id_: int | None = connection.execute(_insert_if_new(connection.dialect.name, into), values).scalar()
    return id_


@cache
def _insert_if_new(dialect: str, into: Table) -> Executable:
    return insert_for(dialect, into).on_conflict_do_nothing().returning(into.c.id)


def insert_for(dialect: str, into: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert statement that supports ON CONFLICT, with the same syntax for both engines."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # slow to import, and not needed with SQLite

        return postgresql.insert(into)
    return sqlite.insert(into)


@cache
def _row_class(names: tuple[str, ...]) -> Any:
    return namedtuple("NamedRow", names)


def named_rows(result: CursorResult[*tuple[Any, ...]]) -> Iterator[Any]:
    """Return the rows as named tuples, whose attributes are read ten times as fast as those of SQLAlchemy's rows."""
    return map(_row_class(tuple(result.keys()))._make, result)


class JsonElements(GenericFunction[Any]):
    """An SQL function that returns the elements of a JSON array as rows with the column ``value``, on both engines."""

    name = "json_elements"
    inherit_cache = True


@compiles(JsonElements, "sqlite")
def _json_elements_of_sqlite(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each{compiler.process(element.clause_expr, **options)}"


@compiles(JsonElements, "postgresql")
def _json_elements_of_postgresql(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements{compiler.process(element.clause_expr, **options)}"


def enum_column(kind: type[Any], name: str) -> Enum:
    """Return a column type that stores an enum's value as text, checked by the database."""
    return Enum(
        kind, native_enum=False, create_constraint=True, name=name, length=20, values_callable=lambda e: [m.value for m in e]
    )


def sqlite_module() -> ModuleType:
    """Return the ``pysqlite3`` module if it is installed, because its SQLite is newer, or else Python's own module."""
    try:
        return import_module("pysqlite3")
    except ImportError:
        return import_module("sqlite3")


def sqlite_version() -> tuple[str, bool]:
    """Return the SQLite version in use, and whether it has the rare WAL checkpoint race fixed in 3.51.3."""
    module = sqlite_module()
    return module.sqlite_version, tuple(module.sqlite_version_info) < FIXED_SQLITE_VERSION


def sqlite_path(url: str) -> Path | None:
    """Return the file of an SQLite URL, or None for an in-memory database, another kind of database, or an invalid URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def build_engine(url: str) -> Engine:
    """Return an engine for this database URL, with the transaction rules of this module.

    Raises ``ConfigurationError`` if the URL is invalid or is for a database other than SQLite or PostgreSQL, or if PostgreSQL's
    driver is not installed.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigurationError("COGWG_DATABASE_URL is not a database URL. Set it to sqlite:///… or postgresql://….") from None
    name = parsed.get_backend_name()
    if name == "sqlite":
        engine = create_engine(parsed, module=sqlite_module(), connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
        event.listen(engine, "do_connect", _make_private)
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite_transaction)
        return engine
    if name == "postgresql":
        try:
            return create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={
                    "connect_timeout": 5,
                    "client_encoding": "utf8",
                    "options": "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s",
                },
            )
        except ModuleNotFoundError:
            raise ConfigurationError("COGWG_DATABASE_URL is for PostgreSQL. Install cogwg[postgres] to use it.") from None
    raise ConfigurationError(f"COGWG_DATABASE_URL is for {name}. Use SQLite or PostgreSQL instead.")


def _make_private(_dialect: Dialect, _record: Any, arguments: Sequence[Any], _options: Any) -> None:
    """Make the database's files readable by their owner only: they contain names, email addresses, drafts and password hashes.

    SQLite gives the same permissions to the files that it creates beside the database. A file that exists is never opened
    here: closing it would end the locks of this process's other connections to it.
    """
    name = str(arguments[0])
    if name == ":memory:" or name.startswith("file:"):
        return
    with suppress(OSError):  # the file exists, or SQLite reports what is wrong with this path
        os.close(os.open(name, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with suppress(OSError):  # another user owns the file
        for path in (name, f"{name}-wal", f"{name}-shm"):
            with suppress(FileNotFoundError):
                if (mode := stat.S_IMODE(os.stat(path).st_mode)) & 0o077:
                    os.chmod(path, mode & 0o700)


def checkpoint(url: str) -> bool:
    """Merge all changes into the main file of an SQLite database; return whether that succeeded. Do nothing for PostgreSQL.

    SQLite keeps the latest changes in a second file, so a copy of the main file would lack them. SQLite merges the two when the
    last connection is closed, but not when a process ends without closing its connections.
    """
    engine = build_engine(url)
    if engine.dialect.name != "sqlite":
        return True
    try:
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout = 1000")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
            return row is not None and row[0] == 0
    except (DBAPIError, engine.dialect.loaded_dbapi.Error):
        return False
    finally:
        engine.dispose()


def _configure_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    connection.create_function("fold_text", 1, fold_text, deterministic=True)
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
    (file,) = [row[2] for row in connection.execute("PRAGMA database_list").fetchall() if row[1] == "main"]
    record.info[_FILE] = (file, _identity(file)) if file else None


def _identity(file: str) -> tuple[int, int] | None:
    """Return the device and inode of a file, which differ for another file with the same name; None if there is no file."""
    try:
        stored = os.stat(file)
    except OSError:
        return None
    return stored.st_dev, stored.st_ino


def _require_same_file(connection: Connection) -> None:
    """Check that the file of the database is still the one that this connection opened.

    SQLite goes on to write into a file that was moved, replaced or deleted, and the next start would not find what it wrote.
    The connection stays open, because closing it could delete files of the new database. It works again once the file is back.
    Raises ``OperationalError`` if the file is not the same.
    """
    opened = connection.info.get(_FILE)
    if opened is not None and _identity(opened[0]) != opened[1]:
        error: type[Exception] = connection.dialect.loaded_dbapi.OperationalError
        raise OperationalError("BEGIN", None, error(MOVED))


def _begin_sqlite_transaction(connection: Connection) -> None:
    _require_same_file(connection)
    if connection.get_execution_options().get("cogwg_write"):
        _begin_sqlite_write(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_sqlite_write(connection: Connection) -> None:
    """Begin a write transaction, at most a millisecond after another connection has finished its own.

    SQLite itself waits longer after each attempt, up to 100 ms. A process that saves again and again could then take the lock
    first each time, while all other requests of this worker wait.
    """
    driver, end = connection.connection, monotonic() + BUSY_SECONDS
    driver.execute("PRAGMA busy_timeout = 0").close()
    try:
        while monotonic() < end:
            try:
                driver.execute("BEGIN IMMEDIATE").close()
                return
            except connection.dialect.loaded_dbapi.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != _SQLITE_BUSY:
                    break
            sleep(_BUSY_PAUSE)
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises SQLAlchemy's error
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}").close()


@contextmanager
def write_transaction(session: Session) -> Iterator[Session]:
    """Run the block in a write transaction: roll back the session's current transaction, begin a new one, commit at the end.

    On SQLite, the new transaction takes the write lock at once. Any exception rolls it back. Do nothing slow in the block:
    parse and hash before it, and render after it. Raises ``CommitUnanswered`` if the database may have committed it.
    """
    session.rollback()
    reads_without = session.get_bind().get_execution_options().items() >= _READ_OPTIONS.items()
    session.connection(execution_options=WRITE_OPTIONS | ({"isolation_level": "READ COMMITTED"} if reads_without else {}))
    try:
        yield session
        _commit(session)
    except BaseException:
        session.rollback()
        raise


def _commit(session: Session) -> None:
    session.flush()
    try:
        session.commit()
    except DBAPIError as error:
        if error.connection_invalidated and error.orig is not None:
            raise CommitUnanswered(error.statement, error.params, error.orig) from error
        raise


def read_without_transactions(engine: Engine) -> Engine:
    """Return this engine, changed so that on PostgreSQL only ``write_transaction`` opens transactions.

    On PostgreSQL, each statement sees what was committed before it began, whether or not it is in a transaction. For
    statements that only read, a transaction would only add two round trips to the server. On SQLite, the engine is unchanged:
    a transaction gives all its statements the same view of the data.
    """
    return engine.execution_options(**_READ_OPTIONS) if engine.dialect.name == "postgresql" else engine


def is_in_write_transaction(session: Session) -> bool:
    """Return whether the session is in the block of ``write_transaction``."""
    return "cogwg_write" in session.connection().get_execution_options()


def reason_and_hint(error: Exception) -> str:
    """Return the first line of a database error and, for the errors in ``_HINTS``, what to do about it."""
    cause = getattr(error, "orig", None) or error
    reason = next(iter(str(cause).splitlines()), type(error).__name__).rstrip(".")
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or ""
    return f"{reason}.{_HINTS.get(code, '')}"


_OWN_FILE = " Make the user that runs cogwg the owner of the database’s file and of its folder."
DAMAGED = (
    " The file is damaged. Stop the server, restore the last backup (docs/how-to/back-up-and-restore.md), and check the disk."
)
_HINTS = {
    "42501": " Use the role that owns the tables, such as with “cogwg-run --owner”.",
    "55P03": " Stop the server and pause cron, then try again.",
    "SQLITE_CANTOPEN": _OWN_FILE,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_CORRUPT_INDEX": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_READONLY": _OWN_FILE,
    "SQLITE_READONLY_DIRECTORY": _OWN_FILE,
}
"""What to do about an error, by its code. PostgreSQL: a missing privilege, and a lock that another connection held for too
long. SQLite: a file that this user may not open or write, or that is damaged."""


_CHECK_ADDRESS = " Check its user, password, host, port and name, and that PostgreSQL runs there and lets this machine in."


def require_file(path: Path) -> None:
    """Check that the file of an SQLite database exists and can be reached. Raises ``ConfigurationError`` with what to do
    otherwise.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise ConfigurationError(
            f"There is no database at {path}. Run “cogwg init” for a new site (“cogwg-run --owner init”); otherwise put the"
            " file back, or restore a backup: docs/how-to/back-up-and-restore.md."
        ) from None
    except OSError as error:
        raise ConfigurationError(f"The database {path} cannot be read: {error.strerror}.{_OWN_FILE}") from None


def require_utf8(engine: Engine) -> None:
    """Check at start-up that a PostgreSQL database uses UTF-8, because the data is bilingual text.

    Raises ``ConfigurationError`` if it does not, or if the database (PostgreSQL or SQLite) cannot be reached.
    """
    try:
        with engine.connect() as connection:
            if engine.dialect.name != "postgresql":
                return
            encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    except DBAPIError as error:
        path = sqlite_path(str(engine.url))
        where = f"open the database {path}" if path is not None else "connect to the database in COGWG_DATABASE_URL"
        hint = "" if path is not None else _CHECK_ADDRESS
        raise ConfigurationError(f"Could not {where}: {reason_and_hint(error)}{hint}") from None
    if encoding != "UTF8":
        raise ConfigurationError(f"The database of COGWG_DATABASE_URL is encoded in {encoding}. Create it with encoding UTF8.")


def require_writable(engine: Engine) -> None:
    """Check that the database can be written. If it could not, pages would open, but every save would fail.

    Raises ``ConfigurationError`` if this user may not write the SQLite file or its folder, or if PostgreSQL is a standby or
    set to read-only.
    """
    if engine.dialect.name == "sqlite":
        path = sqlite_path(str(engine.url))
        if path is not None and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
            raise ConfigurationError(f"The database {path} is read-only.{_OWN_FILE}")
        return
    with engine.connect() as connection:
        if connection.execute(text("SHOW transaction_read_only")).scalar_one() == "on":
            raise ConfigurationError(
                "The database of COGWG_DATABASE_URL is read-only. Use the primary server, not a standby, and check "
                "default_transaction_read_only."
            )
