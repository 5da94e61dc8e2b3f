"""The two commands: write a backup, and restore one. Both record an audit event."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM, record_event
from cogwg.backup import postgresql, script, sqlite
from cogwg.backup.contents import Contents, NewerEvents
from cogwg.backup.files import sync_folder, unfinished_file
from cogwg.backup.finishing import SUBJECT, RestoreOutcome, finish_restore
from cogwg.backup.old_database import OldDatabase
from cogwg.backup.removals import keep_removals, read_removals, removals_beside, stored_removals
from cogwg.core.db import sqlite_path, write_transaction
from cogwg.core.errors import ConfigurationError
from cogwg.core.migration import revisions
from cogwg.core.schema import is_at_head
from cogwg.core.scrubbing import scrub
from cogwg.privacy.comment_purge import TABLES

BACKED_UP, COPIED = "database.backed-up", "database.copied"
RECORD_TRIES = 6
"""How often recording a backup is tried. Each try waits for other writers for up to five seconds."""


@dataclass(frozen=True, slots=True)
class WrittenBackup:
    """A backup that was written and checked: its contents, its size in bytes, a sentence on what could not be checked (or ""),
    and warnings.
    """

    contents: Contents
    size: int
    unchecked: str
    warnings: tuple[str, ...]


def back_up(engine: Engine, file: Path, removals_file: Path, *, at: datetime, for_drill: bool = False) -> WrittenBackup:
    """Write a backup to a new file while people work, check it, and record it in the audit log.

    The file gets its name only when it is complete, checked and on the disk. The removals in the audit log are added to the
    removals files beside the database and beside the backup. With ``for_drill``, the backup does not count as the last one,
    because its file will be deleted soon. Raises ``ConfigurationError`` if the file already exists, or if writing or checking
    fails; in that case no file is created.
    """
    if os.path.lexists(file):
        raise ConfigurationError(f"{file} exists already. Choose another name; a backup never replaces a file.")
    with unfinished_file(file) as (path, descriptor):
        if engine.dialect.name == "sqlite":
            contents, unchecked = sqlite.write_backup(engine, path), ""
        else:
            contents, unchecked = postgresql.write_backup(engine, path, descriptor)
        try:
            os.fsync(descriptor)
            path.rename(file)
            sync_folder(file.parent)
        except OSError as error:
            raise ConfigurationError(f"Could not write {file}: {error.strerror}.") from None
        size = file.stat().st_size
    with engine.connect() as connection:
        removals = stored_removals(connection)
    warnings = [keep_removals(removals, removals_file), keep_removals(removals, removals_beside(file), create=True)]
    warnings.append(_record(engine, contents, size, at, None if for_drill else file))
    return WrittenBackup(contents, size, unchecked, tuple(filter(None, warnings)))


def _record(engine: Engine, contents: Contents, size: int, at: datetime, kept_file: Path | None) -> str:
    """Record the backup in the audit log; return a sentence on why that was not possible, or "". ``kept_file`` is None for a
    drill.
    """
    if not is_at_head(engine):
        return "The audit log does not mention this backup, because the database has an older or newer schema."
    after: dict[str, Any] = {
        "revision": contents.revision,
        "events": contents.events,
        "tables": len(contents.rows),
        "bytes": size,
    }
    if kept_file is not None:
        after["file"] = str(kept_file)
    problem = ""
    for _ in range(RECORD_TRIES):
        try:
            with Session(engine) as session, write_transaction(session):
                if kept_file is not None:
                    record_event(session, BACKED_UP, SUBJECT, by=SYSTEM, at=at, after=after)
                else:
                    record_event(session, COPIED, SUBJECT, by=SYSTEM, at=at, after=after)
            return ""
        except DBAPIError as error:
            problem = str(error.orig).splitlines()[0]
    return f"The audit log does not mention this backup: {problem}."


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore: what was done to the new database, the file in which the old one is kept (or None), the first fault of the
    audit log (or ""), and a warning (or "").

    ``discarded`` are the old database's events that are newer than the backup, or None. ``knows_removals`` is whether there
    was a removals file or an old database, and so a source for the removals since the backup.
    """

    outcome: RestoreOutcome
    discarded: NewerEvents | None
    old_file: Path | None
    fault: str
    warning: str
    knows_removals: bool


def verify(file: Path) -> Contents:
    """Check a backup and return its contents.

    Raises ``ConfigurationError`` if it is missing, incomplete, not a backup of this product, or from a newer version.
    """
    try:
        with file.open("rb") as opened:
            begin = opened.read(16)
    except OSError as error:
        raise ConfigurationError(f"Could not read {file}: {error.strerror}.") from None
    if begin == sqlite.MAGIC:
        contents = sqlite.verify(file)
    elif begin.startswith(script.MAGIC):
        contents = script.read_archive(file)
    else:
        raise ConfigurationError(f"{file} is not a backup of cogwg.")
    if contents.revision not in revisions():
        raise ConfigurationError(
            f"{file} is at revision {contents.revision}, which is newer than this version of cogwg. "
            "Install the version that wrote it, or a later one."
        )
    return contents


def restore(
    engine: Engine,
    file: Path,
    contents: Contents,
    removals_file: Path,
    *,
    may_replace: bool,
    may_discard: bool,
    at: datetime,
    now: datetime,
) -> Restored:
    """Put a checked backup in place of the database, upgraded to this version's schema.

    Sessions end, unused links are revoked, and the removals of names and of comments' authors since the backup are repeated:
    those in the removals files beside the database and beside the backup, and in the audit log of the old database. The old
    database stays in place until the new one is complete. Raises ``ConfigurationError`` if the backup is from the other
    database engine, if the database is in use, if it holds data and ``may_replace`` is not set, or if it holds events that are
    newer than the backup and ``may_discard`` is not set.
    """
    database = sqlite_path(engine.url.render_as_string(hide_password=False))
    with file.open("rb") as opened:
        is_sqlite = opened.read(16) == sqlite.MAGIC
    if is_sqlite != (database is not None):
        kind = "an SQLite database" if is_sqlite else "a PostgreSQL database"
        raise ConfigurationError(f"{file} is a backup of {kind}. COGWG_DATABASE_URL is for another kind of database.")
    removals = read_removals(removals_file) | read_removals(removals_beside(file))
    has_file = removals_file.exists() or removals_beside(file).exists()

    def finish(session: Session) -> RestoreOutcome:
        return finish_restore(session, contents, removals, at=at, now=now)

    if database is not None:
        old = sqlite.read_old_database(engine, database, contents)
        _require_replaceable(old, may_replace=may_replace, may_discard=may_discard)
        removals |= old.removals
        warning = keep_removals(removals, removals_file)
        outcome, old_file = sqlite.restore_backup(database, file, old, finish, now=now)
        return Restored(outcome, old.newer, old_file, contents.fault, warning, has_file or not old.is_new)
    with engine.connect() as connection:
        postgresql.require_unused(connection)
    old = postgresql.read_old_database(engine, contents)
    _require_replaceable(old, may_replace=may_replace, may_discard=may_discard)
    removals |= old.removals
    warning = keep_removals(removals, removals_file)
    outcome, fault = postgresql.restore_backup(engine, file, contents, finish)
    if outcome.comments:
        warning = " ".join(filter(None, (warning, scrub(engine, TABLES))))
    return Restored(outcome, old.newer, None, fault, warning, has_file or not old.is_new)


def _require_replaceable(old: OldDatabase, *, may_replace: bool, may_discard: bool) -> None:
    if old.is_new:
        return
    if not may_replace:
        raise ConfigurationError("The database is not empty. To replace it, back it up, then add --replace.")
    if old.newer is not None and not may_discard:
        raise ConfigurationError(
            f"The database holds {old.newer}. Nothing was changed. Restore a newer backup. To lose these events, back the"
            " database up first, then add --discard-newer."
        )
