"""Backup and restore of an SQLite database: SQLite writes a consistent copy to a file, and a restore replaces the database's
file.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.backup.contents import Contents, check_rows, lost_rows, read_contents, require_contents
from cogwg.backup.files import delete_database, sync_folder, unfinished_file
from cogwg.backup.finishing import RestoreOutcome
from cogwg.backup.old_database import OldDatabase, read_old
from cogwg.core.bilingual import fold_text
from cogwg.core.db import build_engine, checkpoint, sqlite_module, write_transaction
from cogwg.core.errors import ConfigurationError
from cogwg.core.migration import upgrade
from cogwg.core.progress import note_progress
from cogwg.core.scrubbing import scrub

MAGIC = b"SQLite format 3\0"
KEPT_MARK = ".before-restore-"
IN_USE = "The database is in use. Stop the server and pause cron, then restore again."


def write_backup(engine: Engine, path: Path) -> Contents:
    """Write the database to an empty file while others read and write, check the file, and return its contents.

    The file holds every change that was committed before this began. Raises ``ConfigurationError`` if writing or checking
    fails.
    """
    note_progress("Writing the backup")
    before = _read(engine)
    try:
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM INTO ?", (str(path),))
    except engine.dialect.loaded_dbapi.Error as error:
        raise ConfigurationError(f"Could not write the backup: {error}.") from None
    actual = verify(path)
    if actual.revision != before.revision or (lost := lost_rows(actual, before, _read(engine))):
        raise ConfigurationError(f"The backup lacks rows of {', '.join(lost)}. Run the command again.")
    return actual


def _read(engine: Engine) -> Contents:
    with engine.connect() as connection:
        return require_contents(connection)


def verify(path: Path) -> Contents:
    """Check every page, foreign key and stored file of a backup, and return its contents. Raises ``ConfigurationError`` if a
    check fails.
    """
    note_progress("Checking every page of the file")
    try:
        with _open_read_only(path) as connection:
            problems = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalars().all()
            if problems != ["ok"]:
                raise ConfigurationError(f"{path} is damaged: {str(problems[0]).splitlines()[-1]}.")
            if orphan := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise ConfigurationError(f"{path} is damaged: a row of {orphan[0]} refers to a missing row of {orphan[2]}.")
            contents = read_contents(connection)
            if contents is None:
                raise ConfigurationError(f"{path} is not a backup of cogwg.")
            return check_rows(connection, contents)
    except DBAPIError as error:
        raise ConfigurationError(f"{path} is not a complete backup: {error.orig}.") from None


@contextmanager
def _open_read_only(path: Path) -> Iterator[Connection]:
    """Open a database file that no one is writing, without creating other files beside it."""
    module = sqlite_module()

    def connect() -> Any:
        connection = module.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
        connection.create_function("fold_text", 1, fold_text, deterministic=True)
        return connection

    engine = create_engine("sqlite://", module=module, creator=connect, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def read_old_database(engine: Engine, database: Path, backup: Contents) -> OldDatabase:
    """Read the database that a restore of the backup would replace."""
    if not database.exists() or not database.stat().st_size:
        return OldDatabase()
    try:
        with engine.connect() as connection:
            return read_old(connection, backup)
    except DBAPIError:
        return OldDatabase(is_readable=False)
    finally:
        engine.dispose()


def restore_backup(
    database: Path, file: Path, old: OldDatabase, finish: Callable[[Session], RestoreOutcome], *, now: datetime
) -> tuple[RestoreOutcome, Path | None]:
    """Put a backup in place of the database; return the result of ``finish``, and the file in which the old database is kept.

    The new database is created beside the old one, which stays in place until the new one is ready. An old database without
    data is not kept (None). Raises ``ConfigurationError`` if the restore fails; the old database then stays.
    """
    note_progress("Copying the backup")
    with unfinished_file(database) as (path, descriptor):
        try:
            with file.open("rb") as source, os.fdopen(os.dup(descriptor), "wb") as target:
                shutil.copyfileobj(source, target)
            outcome = _make_current(path, finish)
            os.fsync(descriptor)
            old_file = _set_aside(database, old, now)
            path.rename(database)
            sync_folder(database.parent)
        except OSError as error:
            raise ConfigurationError(f"Could not restore: {error.strerror}. The database was not changed.") from None
    return outcome, old_file


def _make_current(path: Path, finish: Callable[[Session], RestoreOutcome]) -> RestoreOutcome:
    """Upgrade a copy of a backup to this version's schema, call ``finish``, and merge the database into one file."""
    url = f"sqlite:///{path}"
    engine = build_engine(url)
    try:
        upgrade(engine)
        with Session(engine) as session, write_transaction(session):
            outcome = finish(session)
        if outcome.comments:
            scrub(engine, ())
    except DBAPIError as error:
        raise ConfigurationError(f"Could not restore: {error.orig}. The database was not changed.") from None
    finally:
        engine.dispose()
    if not checkpoint(url):
        raise ConfigurationError("Could not restore: another program opened the new database. The database was not changed.")
    verify(path)
    return outcome


def _set_aside(database: Path, old: OldDatabase, now: datetime) -> Path | None:
    """Keep the old database in one file with another name, so that the new one can take its place."""
    if not database.exists():
        delete_database(database)  # SQLite must not apply leftover changes of the missing database to the new one
        return None
    if old.is_readable:
        _merge_changes(database)
    if old.is_new:
        return None
    name = f"{database.name}{KEPT_MARK}{now:%Y%m%dT%H%M%SZ}"
    names = chain([name], (f"{name}-{number}" for number in count(2)))  # an earlier restore may have kept one in this second
    old_file = next(file for name in names if not (file := database.with_name(name)).exists())
    for ending in ("-wal", ""):
        part = database.with_name(f"{database.name}{ending}")
        if part.exists():
            part.with_name(f"{old_file.name}{ending}").hardlink_to(part)
    for ending in ("-wal", "-shm"):
        database.with_name(f"{database.name}{ending}").unlink(missing_ok=True)
    sync_folder(database.parent)
    return old_file


def _merge_changes(database: Path) -> None:
    """Merge the latest changes into the database's one file. Raises ``ConfigurationError`` if another process has it open."""
    module = sqlite_module()
    with closing(module.connect(database, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except module.OperationalError:
            raise ConfigurationError(IN_USE) from None
        except module.DatabaseError:  # the database is damaged; both of its files are kept
            pass
