"""The contents of a database or a backup, and checks of its rows, for both database engines."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, inspect, literal_column, or_, select
from sqlalchemy import table as any_table
from sqlalchemy.orm import Session

from cogwg.audit.chain import RE_ANCHORED
from cogwg.audit.models import AuditEvent, AuditLink
from cogwg.audit.verification import VERIFIED, verify_chain
from cogwg.briefing.models import FrozenFile
from cogwg.core.calendar import TORONTO, local_day
from cogwg.core.db import table
from cogwg.core.errors import ConfigurationError
from cogwg.core.progress import note_progress

REVISION_TABLE = "alembic_version"
DATABASE = "database"
"""The kind of the subject of events about backups and restores."""
APPEND_ONLY = frozenset({"audit_link", "decision", "event", "frozen_file", "frozen_version", "submission"})
"""Tables from which no row is ever deleted."""
TRANSIENT = frozenset(
    {
        "access_link",
        "address_change",
        "answer_link",
        "form_token",
        "setup_link",
        "sign_in",
        "spent_challenge",
        "throttle",
        "unsaved_text",
    }
)
"""Tables whose rows are added and deleted all the time, so that their number at another time proves nothing."""
_FIRST_TABLES = ("person", "jurisdiction", "work_plan")
"""The tables that must have rows before any other table can have data."""
_EVENT, _FILE = table(AuditEvent), table(FrozenFile)


@dataclass(frozen=True, slots=True)
class Contents:
    """The schema revision of a database, the number of rows of each table, and the highest id and latest time of its audit
    events.

    ``fault`` is the first fault in the chain of the audit log, in words, if the chain was checked and has one.
    """

    revision: str
    rows: Mapping[str, int]
    latest_id: int
    latest_at: datetime | None
    fault: str = ""

    @property
    def is_new(self) -> bool:
        """Whether the database holds only what ``cogwg init`` writes, and no other data."""
        return not any(self.rows.get(name) for name in _FIRST_TABLES)

    @property
    def events(self) -> int:
        return self.rows.get(AuditEvent.__tablename__, 0)

    def __str__(self) -> str:
        day = f", the latest of {local_day(self.latest_at).isoformat()}" if self.latest_at else ""
        return f"{len(self.rows)} tables, {self.events:,} events{day}"


def read_contents(connection: Connection) -> Contents | None:
    """Return the contents of a database, or None if it has no tables of the product."""
    names = inspect(connection).get_table_names()
    if REVISION_TABLE not in names:
        return None
    revision = connection.execute(
        select(literal_column("version_num")).select_from(any_table(REVISION_TABLE))
    ).scalar_one_or_none()
    if revision is None:
        return None
    rows = {name: _count(connection, name) for name in sorted(names) if name != REVISION_TABLE}
    latest_id, latest_at = connection.execute(select(func.max(_EVENT.c.id), func.max(_EVENT.c.at))).one()
    return Contents(revision, rows, latest_id or 0, latest_at)


@dataclass(frozen=True, slots=True)
class NewerEvents:
    """The events of a database that a backup does not hold: how many, and the times of the first and the last."""

    count: int
    first_at: datetime
    last_at: datetime

    def __str__(self) -> str:
        first, last = (f"{at.astimezone(TORONTO):%Y-%m-%d %H:%M %Z}" for at in (self.first_at, self.last_at))
        if self.count == 1:
            return f"1 event that is newer than the backup, of {first}"
        return f"{self.count:,} events that are newer than the backup, from {first} to {last}"


def newer_events(connection: Connection, backup: Contents) -> NewerEvents | None:
    """Return the events of a database that are newer than a backup, or None.

    An event counts if its id is higher, or its time later, than that of every event in the backup. Both are compared, because
    the database may have been restored since, or the calendar set back. Events about backups, restores, checks of the audit
    log and the end of everyone's sessions do not count.
    """
    is_newer = _EVENT.c.id > backup.latest_id
    if backup.latest_at is not None:
        is_newer = or_(is_newer, _EVENT.c.at > backup.latest_at)
    count, first_at, last_at = connection.execute(
        select(func.count(), func.min(_EVENT.c.at), func.max(_EVENT.c.at)).where(
            is_newer, _EVENT.c.subject_kind.not_in((DATABASE, "accounts")), _EVENT.c.action.not_in((VERIFIED, RE_ANCHORED))
        )
    ).one()
    return NewerEvents(count, first_at, last_at) if count else None


def require_contents(connection: Connection) -> Contents:
    """Return the contents of a database. Raises ``ConfigurationError`` if it has no tables of the product."""
    contents = read_contents(connection)
    if contents is None:
        raise ConfigurationError("The database has no tables yet. Run “cogwg init” to create them (“cogwg-run --owner init”).")
    return contents


def _count(connection: Connection, name: str) -> int:
    number: int = connection.execute(select(func.count()).select_from(any_table(name))).scalar_one()
    return number


def lost_rows(backed_up: Contents, before: Contents, after: Contents) -> list[str]:
    """Return the names of the tables from which rows are missing in a backup.

    ``before`` and ``after`` are the contents of the database when the backup began and when it ended. Tables in ``TRANSIENT``
    are not compared.
    """
    lost = []
    for name in before.rows:
        least = before.rows[name] if name in APPEND_ONLY else min(before.rows[name], after.rows.get(name, 0))
        if name not in TRANSIENT and backed_up.rows.get(name, -1) < least:
            lost.append(name)
    return lost


def check_rows(connection: Connection, contents: Contents) -> Contents:
    """Check the rows that can be verified by a hash: the stored files of finalized versions, and the audit log. Return the
    contents with the first fault of the audit log.

    A backup with a fault in the audit log is still valid: it is a true copy of the database, and may be needed as evidence.
    Raises ``ConfigurationError`` if a file is not the one that was stored.
    """
    if _FILE.name in contents.rows:
        note_progress("Checking the files of finalized versions")
        for id_, content, sha256 in connection.execute(select(_FILE.c.id, _FILE.c.content, _FILE.c.sha256)).yield_per(10):
            if hashlib.sha256(content).hexdigest() != sha256:
                raise ConfigurationError(f"File {id_} of a finalized version is not the one that was stored.")
    if AuditLink.__tablename__ not in contents.rows:  # a schema from before the chain
        return contents
    with Session(connection) as session:
        fault = verify_chain(session).fault
    return replace(contents, fault=fault.words.en) if fault else contents
