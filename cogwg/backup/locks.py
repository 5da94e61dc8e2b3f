"""A lock that commands and the server hold while they use an SQLite database, so that no restore replaces it in the meantime.

The lock is on the folder. It cannot be on the database file, because a restore replaces the file, and because closing it would
end SQLite's own locks on it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from cogwg.core.errors import ConfigurationError


def use_folder(folder: Path) -> Callable[[], None]:
    """Hold the lock, which other users of the database can hold at the same time, until the returned function is called or the
    process ends.

    Forked processes hold it too. Raises ``ConfigurationError`` if a database in the folder is being restored.
    """
    return _lock(folder, fcntl.LOCK_SH, "A database in this folder is being restored. Try again when the restore has ended.")


def own_folder(folder: Path, refusal: str) -> Callable[[], None]:
    """Hold the lock alone, until the returned function is called or the process ends.

    Raises ``ConfigurationError`` with the sentence ``refusal`` if another process uses a database in the folder.
    """
    return _lock(folder, fcntl.LOCK_EX, refusal)


def _lock(folder: Path, kind: int, refusal: str) -> Callable[[], None]:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # the folder cannot be opened; opening the database raises an error with the reason
        return lambda: None
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ConfigurationError(refusal) from None
    return lambda: os.close(descriptor)
