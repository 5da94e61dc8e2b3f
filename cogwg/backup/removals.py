"""The removals of names that a restored backup must repeat, in a file outside the database.

Each removal is a line with its time and the id of the account, or the id of a comment from the public after its kind and a
colon. Lines are never changed or deleted. The file is beside an SQLite database or, for PostgreSQL, in the data folder;
``cogwg backup`` also keeps one beside the backups. For the reasons, see docs/decisions/0015-backups.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, select

from cogwg.audit.models import AuditEvent
from cogwg.core.db import sqlite_path, table
from cogwg.privacy.comment_purge import PURGED, numbers_from_words

_EVENT = table(AuditEvent)
_NAME = "cogwg.removals"


class RemovalKind(StrEnum):
    """What was removed: the name and email address of a person with an account; all personal information about the author of a
    comment from the public; a name or an email address that the author corrected or deleted; or a comment that the author
    withdrew.
    """

    PERSON = "person"
    COMMENT = "comment"
    AUTHOR = "author"
    WITHDRAWN = "withdrawn"


_OF_AUTHORS = {"public-comment.author-changed": RemovalKind.AUTHOR, "public-comment.withdrawn": RemovalKind.WITHDRAWN}


@dataclass(frozen=True, slots=True, order=True)
class Removal:
    """A removal. ``id`` is the id of the account or of the comment."""

    at: datetime
    id: int
    kind: RemovalKind = RemovalKind.PERSON

    @property
    def line(self) -> str:
        """The removal as a line of the file. Earlier versions of the product, without comments from the public, skip lines
        about comments.
        """
        prefix = "" if self.kind is RemovalKind.PERSON else f"{self.kind.value}:"
        return f"{self.at.astimezone(UTC).isoformat()} {prefix}{self.id}\n"


def removals_file(url: str, folder: Path) -> Path:
    """Return the path of the removals file: beside an SQLite database or, for PostgreSQL, in the data folder."""
    database = sqlite_path(url)
    return folder / _NAME if database is None else database.with_name(f"{database.name}.removals")


def removals_beside(backup: Path) -> Path:
    """Return the path of the removals file beside a backup."""
    return backup.with_name(_NAME)


def stored_removals(connection: Connection) -> set[Removal]:
    """Return the removals that are recorded in the audit log of a database."""
    removed = select(_EVENT.c.at, _EVENT.c.subject_id).where(
        _EVENT.c.action == "person.identifiers-removed", _EVENT.c.subject_kind == "person"
    )
    removals = {Removal(at, person_id) for at, person_id in connection.execute(removed)}
    purged = select(_EVENT.c.at, _EVENT.c.after).where(_EVENT.c.action == PURGED)
    for at, after in connection.execute(purged):
        removals |= {Removal(at, id_, RemovalKind.COMMENT) for id_ in numbers_from_words((after or {}).get("numbers", ""))}
    of_authors = select(_EVENT.c.at, _EVENT.c.subject_id, _EVENT.c.action).where(_EVENT.c.action.in_(_OF_AUTHORS))
    return removals | {Removal(at, id_, _OF_AUTHORS[action]) for at, id_, action in connection.execute(of_authors)}


def read_removals(file: Path) -> set[Removal]:
    """Return the removals in a file, or an empty set if the file does not exist. A line that a crash left unfinished is
    skipped.
    """
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return set()
    removals = set()
    for line in lines:
        at, _, subject = line.partition(" ")
        kind, _, id_ = subject.rpartition(":")
        with suppress(ValueError):
            removals.add(Removal(datetime.fromisoformat(at), int(id_), RemovalKind(kind or RemovalKind.PERSON)))
    return removals


def add_removals(file: Path, removals: Iterable[Removal], *, create: bool = False) -> None:
    """Append the removals that the file lacks. A new file is readable by its owner only.

    With ``create``, the file is created even if there are no removals. Raises ``OSError`` if the file cannot be read or
    written.
    """
    missing = sorted(set(removals) - read_removals(file))
    if not missing and (file.exists() or not create):
        return
    lines = "".join(removal.line for removal in missing)
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as opened:
        size = opened.seek(0, os.SEEK_END)
        is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        opened.write(("\n" * is_cut + lines).encode("ascii"))
        opened.flush()
        os.fsync(descriptor)


def keep_removals(removals: Iterable[Removal], file: Path, *, create: bool = False) -> str:
    """Do the same as ``add_removals``, but return a sentence about an error instead of raising it, or "" if there was none."""
    try:
        add_removals(file, removals, create=create)
    except OSError as error:
        return f"Could not write the removals of names to {file}: {error.strerror}."
    return ""
