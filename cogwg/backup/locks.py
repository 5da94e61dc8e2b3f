"""A lock that commands and the server hold while they use an SQLite database, so that no restore swaps it under them.

It is on the folder, because SQLite replaces no folder, and because closing a database file would end SQLite's own locks on it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from cogwg.core.errors import ConfigurationError


def use_folder(folder: Path) -> Callable[[], None]:
    """Hold the lock together with others that use the database, until the returned function is called or the process ends.

    Forked processes hold it too. Raises ``ConfigurationError`` while a database in the folder is being restored.
    """
    return _lock(folder, fcntl.LOCK_SH, "A database in this folder is being restored. Try again when the restore has ended.")


def own_folder(folder: Path, refusal: str) -> Callable[[], None]:
    """Hold the lock alone. Raises ``ConfigurationError`` with the refusal while others use a database in the folder."""
    return _lock(folder, fcntl.LOCK_EX, refusal)


def _lock(folder: Path, kind: int, refusal: str) -> Callable[[], None]:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # a folder that may not be listed; what uses the database says what is wrong with it
        return lambda: None
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ConfigurationError(refusal) from None
    return lambda: os.close(descriptor)
