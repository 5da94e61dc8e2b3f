"""Files that the product failed to read, kept for a day in a folder beside the database.

Only the owner of the files can read them, and the site never serves them.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from cogwg.core.db import sqlite_path
from cogwg.imports.rules import FAILED_FILE_LIFETIME

_FOLDER = "failed-uploads"
_SUFFIX = ".upload"


def failed_files_folder(url: str, data: Path) -> Path:
    """Return the path of the folder: beside an SQLite database or, for PostgreSQL, in the data folder."""
    database = sqlite_path(url)
    return (data if database is None else database.parent) / _FOLDER


def keep_failed_file(folder: Path, data: bytes) -> str:
    """Write the file under a new id, and return the id. Raises ``OSError`` if writing fails."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    id_ = token_hex(4)
    descriptor = os.open(folder / f"{id_}{_SUFFIX}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(data)
    return id_


def delete_failed_files(folder: Path, now: datetime) -> int:
    """Delete the files that are older than ``FAILED_FILE_LIFETIME``; return how many."""
    limit = (now - FAILED_FILE_LIFETIME).timestamp()
    expired = [file for file in folder.glob(f"*{_SUFFIX}") if file.stat().st_mtime < limit] if folder.is_dir() else []
    for file in expired:
        file.unlink(missing_ok=True)
    return len(expired)
