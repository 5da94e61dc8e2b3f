"""The removals of persons' names that a restored backup must repeat, in a file outside the database.

A line is added for each removal: the number of the account and the time, and nothing else. Lines are never changed or deleted.
The file is beside an SQLite database, or in the data folder; ``cogwg backup`` also keeps one beside the backups. Why:
docs/decisions/0015-backups.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from cogwg.audit.models import AuditEvent
from cogwg.core.db import sqlite_path, table

_EVENT = table(AuditEvent)
_NAME = "cogwg.removals"


@dataclass(frozen=True, slots=True, order=True)
class Removal:
    """The removal of a person's name and address, by the number of their account."""

    at: datetime
    person_id: int


def removals_file(url: str, folder: Path) -> Path:
    """Return the file beside an SQLite database, or else in the data folder."""
    database = sqlite_path(url)
    return folder / _NAME if database is None else database.with_name(f"{database.name}.removals")


def removals_beside(backup: Path) -> Path:
    """Return the file beside a backup."""
    return backup.with_name(_NAME)


def stored_removals(connection: Connection) -> set[Removal]:
    """Return the removals that the audit log of a database holds."""
    removed = select(_EVENT.c.at, _EVENT.c.subject_id).where(
        _EVENT.c.action == "person.identifiers-removed", _EVENT.c.subject_kind == "person"
    )
    return {Removal(at, person_id) for at, person_id in connection.execute(removed)}


def read_removals(file: Path) -> set[Removal]:
    """Return the removals in a file, or none without one. A line that a crash cut is left out."""
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return set()
    removals = set()
    for line in lines:
        at, _, person_id = line.partition(" ")
        with suppress(ValueError):
            removals.add(Removal(datetime.fromisoformat(at), int(person_id)))
    return removals


def add_removals(file: Path, removals: Iterable[Removal], *, create: bool = False) -> None:
    """Add the removals that the file lacks, readable by its owner only; with ``create``, make the file also without any.

    Raises ``OSError``.
    """
    missing = sorted(set(removals) - read_removals(file))
    if not missing and (file.exists() or not create):
        return
    lines = "".join(f"{removal.at.astimezone(UTC).isoformat()} {removal.person_id}\n" for removal in missing)
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as opened:
        size = opened.seek(0, os.SEEK_END)
        is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        opened.write(("\n" * is_cut + lines).encode("ascii"))
        opened.flush()
        os.fsync(descriptor)


def keep_removals(removals: Iterable[Removal], file: Path, *, create: bool = False) -> str:
    """Do the same as ``add_removals``, and return what went wrong, or ""."""
    try:
        add_removals(file, removals, create=create)
    except OSError as error:
        return f"Could not write the removals of names to {file}: {error.strerror}."
    return ""
