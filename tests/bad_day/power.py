"""A file system layer for SQLite that loses power: what was not synchronized is forgotten, in part or in whole.

The layer hands everything to the usual one, and keeps beside it what a disk would hold: each file as it was at its last sync,
and the writes since. When the power is cut, each sector of 512 bytes holds what it held at the sync or after any of the writes
since: disks and caches write in any order. A file that was never synchronized may be gone, one that was deleted may be back.
What is written next to a sector is never damaged, as SQLite assumes of today's disks ("powersafe overwrite").
"""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from tests.bad_day.apsw_driver import VFS

SECTOR = 512
SHARES = (None, 0.0, 0.5, 0.9, 1.0)
"""How much of what was not synchronized a cut leaves: nothing, or of each sector any state, but the last one this often."""


@dataclass(slots=True)
class Change:
    """A write to a file, or with no data, its truncation to this size."""

    offset: int
    data: bytes | None


@dataclass(slots=True)
class StoredFile:
    """A file at its last sync, or None before the first one, and what has changed since."""

    synchronized: bytearray | None
    changes: list[Change] = field(default_factory=list)
    is_deleted: bool = False


class Disk:
    """The files of a folder as they are on the disk, with a power cut at an operation that is decided before.

    ``operations`` counts writes, truncations, syncs and deletions. From the one at which the power is cut on, all fail.
    """

    def __init__(self, folder: Path, cut_at: int) -> None:
        self._folder, self._cut_at = str(folder), cut_at
        self._lock = threading.RLock()
        self.operations = 0
        self.is_cut = threading.Event()
        self._files = {str(path): StoredFile(bytearray(path.read_bytes())) for path in folder.iterdir()}

    def holds(self, path: str) -> bool:
        """Whether this file has to last; the index beside the WAL is made anew after a cut, and others are temporary."""
        return path.startswith(self._folder) and not path.endswith("-shm")

    def _refuse_after_cut(self) -> None:
        if self.is_cut.is_set():
            raise apsw.IOError("the power is cut")

    def _count(self) -> None:
        """Count an operation. Raises if the power is cut in the middle of it."""
        self.operations += 1
        if self.operations >= self._cut_at:
            self.is_cut.set()
        self._refuse_after_cut()

    def open(self, path: str) -> None:
        with self._lock:
            self._files.setdefault(path, StoredFile(None)).is_deleted = False

    def change(self, path: str, change: Change) -> None:
        """Keep a change; the one in which the power is cut may have reached the disk."""
        with self._lock:
            self._refuse_after_cut()
            self._files[path].changes.append(change)
            self._count()

    def sync(self, path: str) -> None:
        with self._lock:
            self._refuse_after_cut()
            self._count()
            stored = self._files[path]
            stored.synchronized = stored.synchronized or bytearray()
            _apply(stored.synchronized, stored.changes)
            stored.changes = []

    def delete(self, path: str, *, is_synchronized: bool) -> None:
        with self._lock:
            self._refuse_after_cut()
            self._count()
            if is_synchronized:
                self._files.pop(path, None)
            elif path in self._files:
                self._files[path].is_deleted = True

    @property
    def changes_of_database(self) -> int:
        """How many changes of the main file were not synchronized at the cut: more than none is a cut in a checkpoint."""
        return sum(len(stored.changes) for path, stored in self._files.items() if path.endswith(".db"))

    def write_what_is_left(self, folder: Path, chance: random.Random) -> None:
        """Write the files as they are found when the power is back."""
        share = chance.choice(SHARES)
        for path, stored in self._files.items():
            if (stored.is_deleted or stored.synchronized is None) and chance.random() < 0.5:
                continue
            image = bytearray(stored.synchronized or b"")
            _apply_survivors(image, stored.changes, share, chance)
            (folder / Path(path).name).write_bytes(image)


class BrokenDisk(Disk):
    """A disk whose operations fail with an error of SQLite from a certain one on, until it is mended."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, sys.maxsize)
        self._error: type[apsw.Error] | None = None
        self._from = 0

    def fail_with(self, error: type[apsw.Error], after: int) -> None:
        """Let operations fail after this many more."""
        self._error, self._from = error, self.operations + after

    def mend(self) -> bool:
        """Let operations work again, and return whether one has failed."""
        self._error, has_failed = None, self.operations > self._from
        return has_failed

    def _count(self) -> None:
        super()._count()
        if self._error is not None and self.operations > self._from:
            raise self._error("the disk is broken")


def _apply(image: bytearray, changes: Iterable[Change]) -> None:
    for change in changes:
        if change.data is None:
            del image[change.offset :]
        else:
            image.extend(bytes(max(0, change.offset - len(image))))
            image[change.offset : change.offset + len(change.data)] = change.data


def _apply_survivors(image: bytearray, changes: list[Change], share: float | None, chance: random.Random) -> None:
    """Apply what lasted of the changes: all up to one of the truncations or none, and then of each sector by itself."""
    begin = chance.choice([0, *(n for n, change in enumerate(changes, 1) if change.data is None)])
    _apply(image, changes[:begin])
    if share is None:
        return
    writes: dict[int, list[Change]] = {}
    for change in changes[begin:]:
        for part in _by_sector(change):
            writes.setdefault(part.offset // SECTOR, []).append(part)
    for parts in writes.values():
        _apply(image, parts if chance.random() < share else parts[: chance.randint(0, len(parts))])


def _by_sector(change: Change) -> Iterator[Change]:
    """Yield the parts of a write, a sector each."""
    data, offset = change.data or b"", change.offset
    while data:
        size = SECTOR - offset % SECTOR
        yield Change(offset, data[:size])
        data, offset = data[size:], offset + size


def _ignore(*_: object) -> None:
    """Print nothing of the errors of a broken disk that SQLite ignores, as when it closes a file."""


class _File(apsw.VFSFile):
    """A file of the usual layer whose changes the disk keeps."""

    excepthook = staticmethod(_ignore)

    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        self._path = name.filename() if isinstance(name, apsw.URIFilename) else str(name or "")
        self._is_held = disk.holds(self._path)
        if self._is_held:
            disk.open(self._path)

    def xWrite(self, data: Any, offset: int) -> None:
        if self._is_held:
            self._disk.change(self._path, Change(offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        if self._is_held:
            self._disk.change(self._path, Change(size, None))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        """Synchronize on the simulated disk only: the real one would only take time."""
        if self._is_held:
            self._disk.sync(self._path)


class PowerLayer(apsw.VFS):
    """The layer, registered while it is needed: ``disk`` is the one that its files are on."""

    excepthook = staticmethod(_ignore)

    def __init__(self) -> None:
        self.disk: Disk | None = None
        super().__init__(VFS, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        assert self.disk is not None
        return _File(self.disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        assert self.disk is not None
        if self.disk.holds(filename):
            self.disk.delete(filename, is_synchronized=bool(syncdir))
        super().xDelete(filename, syncdir)
