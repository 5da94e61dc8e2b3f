"""The current step of a long operation, for the person who is waiting at a terminal.

A service notes each step that it begins and, if it can count, how far it has got; ``cogwg.cli.progress`` shows this. The
watcher is in a context variable, so that it need not be passed through functions that do not use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a long operation: what is being done, and how many items of how many are done (both 0 if they are not
    counted).
    """

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
    """Report the current step, such as “Checking the audit log”, and how much of it is done, to the watcher.

    Without a watcher, nothing is reported.
    """
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
