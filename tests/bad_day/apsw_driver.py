"""APSW as a driver for SQLAlchemy, so that the product's own engine works on a file system layer written in Python.

It has what SQLAlchemy's dialect for ``sqlite3`` and ``cogwg.core.db`` use. ``connect`` opens files in the layer ``VFS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, NoReturn

import apsw

VFS = "power"
"""The name of the layer in which connections open their files."""

paramstyle = "qmark"
threadsafety = 1
sqlite_version = apsw.sqlite_lib_version()
sqlite_version_info = tuple(int(part) for part in sqlite_version.split("."))
Binary = bytes


class Error(Exception):
    """An error with SQLite's code, as ``sqlite3`` has it."""

    sqlite_errorcode = 0


class DatabaseError(Error): ...


class OperationalError(DatabaseError): ...


class IntegrityError(DatabaseError): ...


class InterfaceError(Error): ...


class InternalError(DatabaseError): ...


class ProgrammingError(DatabaseError): ...


class NotSupportedError(DatabaseError): ...


class DataError(DatabaseError): ...


class Warning(Exception): ...


_KINDS: dict[type[apsw.Error], type[DatabaseError]] = {
    apsw.ConstraintError: IntegrityError,
    apsw.CorruptError: DatabaseError,
    apsw.NotADBError: DatabaseError,
}


def _raise(error: apsw.Error) -> NoReturn:
    raised = _KINDS.get(type(error), OperationalError)(str(error))
    raised.sqlite_errorcode = getattr(error, "extendedresult", apsw.SQLITE_IOERR)  # a layer's own error has no code
    raise raised from error


class Cursor:
    """A cursor that reads all rows at once, because SQLAlchemy asks for their number and their columns."""

    arraysize = 1

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows: list[tuple[Any, ...]] = []
        self.description: list[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        self.description = None
        cursor = self._connection.cursor()
        cursor.exec_trace = self._describe
        before = self._connection.total_changes()
        try:
            self._rows = list(cursor.execute(sql, tuple(values), can_cache=True))
        except apsw.Error as error:
            _raise(error)
        self.rowcount = self._connection.changes() if self._connection.total_changes() != before else self._no_change(sql)
        self.lastrowid = self._connection.last_insert_rowid()
        return self

    @staticmethod
    def _no_change(sql: str) -> int:
        return 0 if sql.lstrip().startswith(("UPDATE", "DELETE", "INSERT")) else -1

    def _describe(self, cursor: Any, _sql: str, _values: Any) -> bool:
        """Keep the names of the columns before the first row is read: after the last one, APSW has forgotten them."""
        columns = [(column[0], None, None, None, None, None, None) for column in cursor.get_description()]
        self.description = columns or None
        return True

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Cursor:
        total = 0
        for values in rows:
            total += max(self.execute(sql, values).rowcount, 0)
        self.rowcount = total
        return self

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def fetchall(self) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows, []
        return rows

    def close(self) -> None:
        self._rows = []


class Connection:
    """A connection that begins no transaction by itself: ``isolation_level`` is None, as the product sets it."""

    isolation_level: str | None = None

    def __init__(self, file: str, timeout: float) -> None:
        try:
            self._connection = apsw.Connection(file, vfs=VFS)
            self._connection.set_busy_timeout(int(timeout * 1000))
        except apsw.Error as error:
            _raise(error)

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        return self.cursor().execute(sql, values)

    def create_function(self, name: str, arguments: int, function: Callable[..., Any], *, deterministic: bool = False) -> None:
        self._connection.create_scalar_function(name, function, arguments, deterministic=deterministic)

    def commit(self) -> None:
        if self._connection.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        with suppress(apsw.Error):  # closing merges the WAL, and ``sqlite3`` ignores what goes wrong then
            self._connection.close()


def connect(file: str, timeout: float = 5.0, check_same_thread: bool = True) -> Connection:
    """Open a database in the layer."""
    return Connection(file, timeout)
