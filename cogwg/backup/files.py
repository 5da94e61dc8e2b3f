"""Files that get their name only when they are whole.

Until then their name ends in ``.unfinished-`` and eight characters, and their process holds a lock on them, so that a file that
a killed process left can be distinguished from one being written.
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

    What killed processes left for ``file`` is deleted first. Raises ``ConfigurationError`` if the file cannot be created.
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
    """Return the name of the user of this process, or the number if it has no name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def sync_folder(folder: Path) -> None:
    """Wait until the names of a folder's files are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def delete_database(path: Path) -> None:
    """Delete a file, and those that SQLite writes beside it."""
    for ending in _SQLITE_ENDINGS:
        path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)


def _delete_abandoned(file: Path) -> None:
    """Delete the temporary files of ``file`` that no process is writing any more."""
    try:
        paths = list(file.parent.glob(f"{glob.escape(file.name)}{_MARK}{'[0-9a-f]' * 8}"))
    except OSError:  # what creates a file there says what is wrong with the folder
        return
    for path in paths:
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                delete_database(path)
            finally:
                os.close(descriptor)
