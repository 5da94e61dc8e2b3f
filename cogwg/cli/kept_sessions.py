"""Keep people signed in when the server restarts, but not when a backup of the database is restored.

A backup contains the sessions that existed when it was made. Some of them may have ended since, because a person signed out,
set a new password or was deactivated. Only a file outside the database can show that. When the server stops, it writes a digest
of the sessions to such a file. When it starts, the sessions stay valid only if they match the digest exactly.

The file also contains the time when it was written and its inode, so that a copy restored with the database is ignored. The
server deletes the file when it starts. After a crash, or on another machine, everyone must sign in again.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.accounts.queries import session_states
from cogwg.accounts.services import end_all_sessions
from cogwg.audit.services import SYSTEM
from cogwg.core.db import sqlite_path, write_transaction

WRITE_DELAY = timedelta(minutes=1)
"""The most time that can pass between reading the clock and finishing the file, on the slowest disk."""


def sessions_file(url: str, folder: Path) -> Path:
    """Return the path of the file with the digest: beside an SQLite database, or else in the data folder."""
    database = sqlite_path(url)
    return folder / "cogwg.sessions" if database is None else database.with_name(f"{database.name}.sessions")


def keep_sessions(engine: Engine, file: Path, *, now: datetime) -> None:
    """Write the digest of the sessions to the file when the server stops, unless there are no sessions.

    If writing fails, the error is ignored, and everyone must sign in again.
    """
    with Session(engine) as session:
        digest = _digest(session)
    if digest:
        with suppress(OSError), os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
            written.write(f"{now.timestamp():.0f} {os.fstat(written.fileno()).st_ino} {digest}\n")


def end_other_sessions(engine: Engine, file: Path, *, at: datetime) -> int:
    """End all sessions when the server starts, unless they match the file. Delete the file; return how many sessions ended."""
    known = _read_digest(file)
    with suppress(OSError):
        file.unlink(missing_ok=True)
    with Session(engine) as session, write_transaction(session):
        return 0 if _digest(session) == known else end_all_sessions(session, by=SYSTEM, at=at)


def _read_digest(file: Path) -> str:
    """Return the digest in the file, or "" if there is no file or its inode or change time shows that it is a copy."""
    try:
        written, inode, digest = file.read_text(encoding="ascii").split()
        stat = file.stat()
        age = datetime.fromtimestamp(stat.st_ctime, UTC) - datetime.fromtimestamp(float(written), UTC)
    except (OSError, ValueError, OverflowError):
        return ""
    return digest if inode == str(stat.st_ino) and abs(age) <= WRITE_DELAY else ""


def _digest(session: Session) -> str:
    """Return a digest of all sessions and their last use, or "" if there are none."""
    states = session_states(session)
    return hashlib.sha256(repr(states).encode("ascii")).hexdigest() if states else ""
