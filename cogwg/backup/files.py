"""Atomic writes: a file gets its final name only when it is complete.

Until then, its name ends in ``.unfinished-`` and eight characters, and the process that writes it holds a lock on it. A file
without a lock was left by a process that was killed.
"""

from __future__ import annotations

import fcntl
import glob
import os
import pwd
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cogwg.core.errors import ConfigurationError

_MARK = ".unfinished-"
_SQLITE_ENDINGS = ("", "-wal", "-shm", "-journal")


@contextmanager
def unfinished_file(file: Path) -> Iterator[tuple[Path, int]]:
    """Create an empty file with a temporary name beside ``file``; return its path and descriptor, and delete it at the end.

    Temporary files of ``file`` that killed processes left are deleted first. Raises ``ConfigurationError`` if the file cannot
    be created.
    """
    _delete_abandoned(file)
    path = file.with_name(f"{file.name}{_MARK}{secrets.token_hex(4)}")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except PermissionError as error:
        raise ConfigurationError(
            f"Could not write in {file.parent}: {error.strerror}. Choose a folder that the user {_user()} can write to."
        ) from None
    except OSError as error:
        raise ConfigurationError(f"Could not write in {file.parent}: {error.strerror}.") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield path, descriptor
    finally:
        delete_database(path)
        os.close(descriptor)


def _user() -> str:
    """Return the name of the user of this process, or the user's number if there is no name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def sync_folder(folder: Path) -> None:
    """Wait until the names of a folder's files are written to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def delete_database(path: Path) -> None:
    """Delete a database file, and the files that SQLite writes beside it."""
    for ending in _SQLITE_ENDINGS:
        path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)


def _delete_abandoned(file: Path) -> None:
    """Delete the temporary files of ``file`` that no process is writing any more."""
    try:
        paths = list(file.parent.glob(f"{glob.escape(file.name)}{_MARK}{'[0-9a-f]' * 8}"))
    except OSError:  # creating a file there raises an error with the reason
        return
    for path in paths:
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                delete_database(path)
            finally:
                os.close(descriptor)
