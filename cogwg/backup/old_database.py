"""The database that a restore replaces."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from cogwg.backup.contents import Contents, NewerEvents, newer_events, read_contents
from cogwg.backup.removals import Removal, stored_removals


@dataclass(frozen=True, slots=True)
class OldDatabase:
    """The database that is about to be replaced: its contents, the removals in its audit log, and its events that are newer
    than the backup.

    ``contents`` is None if it has no tables or cannot be read. ``newer`` is None if it has no newer events.
    """

    contents: Contents | None = None
    removals: frozenset[Removal] = frozenset()
    newer: NewerEvents | None = None
    is_readable: bool = True

    @property
    def is_new(self) -> bool:
        return self.is_readable and (self.contents is None or self.contents.is_new)


def read_old(connection: Connection, backup: Contents) -> OldDatabase:
    """Read the database that a restore of the backup would replace."""
    contents = read_contents(connection)
    if contents is None:
        return OldDatabase()
    newer = None if contents.is_new else newer_events(connection, backup)
    return OldDatabase(contents, frozenset(stored_removals(connection)), newer)
