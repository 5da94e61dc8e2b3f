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
"""Each waits for up to five seconds for other writers."""


@dataclass(frozen=True, slots=True)
class WrittenBackup:
    """A backup that was written and checked: what it holds, its size in bytes, what could not be checked, and warnings."""

    contents: Contents
    size: int
    unchecked: str
    warnings: tuple[str, ...]


def back_up(engine: Engine, file: Path, removals_file: Path, *, at: datetime, for_drill: bool = False) -> WrittenBackup:
    """Write a backup to a new file while people work, check it, and record it in the audit log.

    Its name appears only when it is whole, checked and on the disk. The removals that the database knows are added to the
    removals files beside the database and beside the backup. ``for_drill`` is whether the file is deleted soon, so that it does
    not count as the last backup. Raises ``ConfigurationError`` if the file exists, or if writing or checking fails; the file
    does not exist then.
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
    """Record the backup, or a copy that is not kept, in the audit log; return why that was not possible, or ""."""
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
    """A restore: what was done to the new database, the file in which the old one is kept, if there is one, the first fault of
    the audit log, and a warning.

    ``discarded`` are the old database's events that are newer than the backup. ``knows_removals`` is whether the old database
    or the file of removals could say whose names were removed since the backup.
    """

    outcome: RestoreOutcome
    discarded: NewerEvents | None
    old_file: Path | None
    fault: str
    warning: str
    knows_removals: bool


def verify(file: Path) -> Contents:
    """Check a backup and return what it holds.

    Raises ``ConfigurationError`` if it is missing, not whole, not a backup of this product, or from a newer version.
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

    Sessions and unused links end, and removals of people and of authors of comments that the backup does not know are
    repeated: those in the removals files beside the database and beside the backup, and those that the old database knows. The
    old database stays until the new one is whole. Raises ``ConfigurationError`` if the backup is of the other engine, if the
    database holds data and ``may_replace`` is not set, if it holds events that are newer than the backup and ``may_discard`` is
    not set, or if it is in use.
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
