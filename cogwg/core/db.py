"""The database: one declarative base, two engines, and transactions that begin as readers or as writers.

Recipes and figures: SQLite runs in WAL with synchronous FULL; BEGIN is emitted here, IMMEDIATE for writers, because a
deferred transaction that reads and then writes fails at once under load. Listeners go by dialect name, never by the
connection's class (the newer SQLite of the ``pysqlite3`` wheel has another one).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from typing import Any, cast

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
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from cogwg.core.errors import ConfigurationError

WRITE_OPTIONS = {"cogwg_write": True}
FIXED_SQLITE_VERSION = (3, 51, 3)


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: aware in Python on both engines, stored without a zone on SQLite."""

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
    """Every table of the record; constraints are named so that a migration can speak of them."""

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
    """The plain table of a model, for statements that are made once and name no entity."""
    return cast(Table, model.__table__)


def execute_core(
    session: Session, statement: Executable, values: Mapping[str, Any] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """Send a statement of plain tables within the session's transaction.

    Of such a statement a session asks first which entities and which database it means; its connection knows.
    """
    return session.connection().execute(statement, values)


def enum_column(kind: type[Any], name: str) -> Enum:
    """A column that stores an enum's value as text, checked by the database."""
    return Enum(
        kind, native_enum=False, create_constraint=True, name=name, length=20, values_callable=lambda e: [m.value for m in e]
    )


def sqlite_module() -> ModuleType:
    """The newest SQLite at hand: the pysqlite3 wheel where there is one, else Python's own."""
    try:
        return import_module("pysqlite3")
    except ImportError:
        return import_module("sqlite3")


def sqlite_version() -> tuple[str, bool]:
    """The SQLite version in use, and whether it has the rare WAL checkpoint race mended in 3.51.3."""
    module = sqlite_module()
    return module.sqlite_version, tuple(module.sqlite_version_info) < FIXED_SQLITE_VERSION


def build_engine(url: str) -> Engine:
    """An engine for this address with the transaction rules of this room.

    Raises ``Unusable`` for an address that is neither SQLite nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigurationError("COGWG_DATABASE_URL is not a database address (sqlite:///… or postgresql://…).") from None
    name = parsed.get_backend_name()
    if name == "sqlite":
        engine = create_engine(parsed, module=sqlite_module(), connect_args={"timeout": 5}, hide_parameters=True)
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
            raise ConfigurationError("COGWG_DATABASE_URL names PostgreSQL; install cogwg[postgres] to reach it.") from None
    raise ConfigurationError(f"COGWG_DATABASE_URL names {name}; cogwg keeps its record in SQLite or PostgreSQL.")


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "busy_timeout = 5000",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite_transaction(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("cogwg_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def write_transaction(session: Session) -> Iterator[Session]:
    """A write transaction: what was read before is let go, the lock is taken at once, the work is committed.

    Nothing slow belongs inside: parsing and hashing come before, rendering after.
    """
    session.rollback()
    session.connection(execution_options=WRITE_OPTIONS)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def require_utf8(engine: Engine) -> None:
    """Start-up check: the record is bilingual text, so its PostgreSQL database must be UTF-8.

    Raises ``Unusable`` otherwise, and when the database cannot be reached.
    """
    try:
        with engine.connect() as connection:
            if engine.dialect.name != "postgresql":
                return
            encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    except DBAPIError as error:
        raise ConfigurationError(
            f"The database of COGWG_DATABASE_URL cannot be reached: {str(error.orig).splitlines()[0]}"
        ) from None
    if encoding != "UTF8":
        raise ConfigurationError(f"The database of COGWG_DATABASE_URL is encoded in {encoding}; create it with encoding UTF8.")
