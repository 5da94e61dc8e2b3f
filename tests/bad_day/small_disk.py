"""A server on a disk of its own that can be filled: a file system in memory, in a namespace of mounts of the server alone.

It needs no root where users may have namespaces of their own, as on Debian; it is gone when the server ends.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.bad_day.people import DAY, settings
from tests.server.process import PROGRAM, TIMEOUT_SECONDS, ServerProcess, environment

MIB = 1024 * 1024
SIZE = 12 * MIB
OWN_MOUNTS = ("--mount",) if os.geteuid() == 0 else ("--user", "--map-root-user", "--mount")
SCRIPT = 'mount -t tmpfs -o size={size} tmpfs "$0" && cp {database} "$0/cogwg.db" && exec "$@"'


def fill(folder: Path, but: int = 0) -> None:
    """Fill the disk of a folder to the last byte, or leave this many bytes."""
    if but:
        left = os.statvfs(folder)
        (folder / "ballast").write_bytes(bytes(left.f_bavail * left.f_bsize - but))
        return
    with (folder / "ballast").open("ab", buffering=0) as ballast, suppress(OSError):
        for size in (64 * 1024, 1):
            with suppress(OSError):
                while ballast.write(bytes(size)):
                    pass
    with pytest.raises(OSError, match="No space left"):
        (folder / "more").write_bytes(b"x")


def free(folder: Path) -> None:
    """Delete what ``fill`` wrote."""
    (folder / "ballast").unlink()
    (folder / "more").unlink(missing_ok=True)


class SmallDisk:
    """A server with its database in a folder that is a disk of 12 MiB, seen from outside as ``folder``."""

    def __init__(self, database: Path, place: Path) -> None:
        self._place = place / "disk"
        self._place.mkdir()
        self.url = f"sqlite:///{self._place / 'cogwg.db'}"
        script = SCRIPT.format(size=SIZE, database=database)
        command = (*OWN_MOUNTS, "sh", "-c", script, str(self._place), PROGRAM, "serve", "--today", DAY)
        self.served = ServerProcess(*command, cwd=place, program="unshare", **settings(self.url, self._place))

    @property
    def folder(self) -> Path:
        return Path(f"/proc/{self.served.id}/root{self._place}")

    def fill(self, but: int = 0) -> None:
        """Fill the disk to the last byte, or leave this many bytes."""
        fill(self.folder, but)

    def free(self) -> None:
        free(self.folder)

    def copy_database(self, place: Path) -> str:
        """Copy the database with the changes beside it, while nobody writes, and return the copy's address."""
        copy = place / "copied.db"
        for ending in ("", "-wal"):
            shutil.copy(self.folder / f"cogwg.db{ending}", f"{copy}{ending}")
        return f"sqlite:///{copy}"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the product where the server runs, in the folder that is the disk."""
        user = () if os.geteuid() == 0 else ("--user", "--preserve-credentials")
        return subprocess.run(
            ["nsenter", "--target", str(self.served.id), "--mount", *user, f"--wd={self._place}", PROGRAM, *arguments],
            env=environment(COGWG_DATABASE_URL=self.url, COGWG_DATA=str(self._place)),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
