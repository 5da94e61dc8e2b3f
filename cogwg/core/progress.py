"""What a long operation is doing now, for the person who is waiting. It is only shown at a terminal.

A service says what it begins, and how far it is if it can count; ``cogwg.cli.progress`` shows it at a terminal. This is a
context variable, as in logging, so that services need not pass it through functions that do not use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a long operation: what is done, and how many of how many are done (0 if they are not counted)."""

    what: str
    done: int = 0
    total: int = 0

    def __str__(self) -> str:
        if self.total:
            return f"{self.what}: {self.done:,} of {self.total:,}"
        return f"{self.what}: {self.done:,}" if self.done else self.what


Watcher = Callable[[Step], None]
_watcher: ContextVar[Watcher | None] = ContextVar("cogwg.progress", default=None)


def note_progress(what: str, done: int = 0, total: int = 0) -> None:
    """Record what is being done now, such as “Checking the audit log”, and how far it is."""
    watcher = _watcher.get()
    if watcher is not None:
        watcher(Step(what, done, total))


@contextmanager
def progress_watched_by(watcher: Watcher) -> Iterator[None]:
    """Call ``watcher`` with each step that is noted in the block."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)
