"""The number of requests of each worker, so that a busy worker can make its clients connect again, perhaps to another worker.

A client keeps its connection, and so its worker. Linux distributes new connections at random. If 16 people work at the same
time, one of two workers may get 13 of them, who wait for each other while the other worker has little to do. A client whose
connection is closed after an answer connects again, perhaps to another worker.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager

EVEN_DIFFERENCE = 2
"""The greatest difference between two workers at which connections stay open. Some difference is normal, because clients that
are between two requests are not counted."""
_NOT_RUNNING = 2**16 - 1
"""The count of a worker that is not running: so high that no other worker makes its clients connect again because of it."""
_BYTES = 2


class WorkerLoads:
    """The number of requests in each worker, in memory shared by the supervisor and the workers."""

    def __init__(self, workers: int) -> None:
        self._counts = memoryview(mmap.mmap(-1, workers * _BYTES)).cast("H")
        for number in range(workers):
            self.leave_out(number)

    def leave_out(self, number: int) -> None:
        """Record that a worker is not running."""
        self._counts[number] = _NOT_RUNNING

    def start(self, number: int) -> WorkerLoad:
        """Return the load of a worker that has just started, with no requests yet."""
        self._counts[number] = 0
        return WorkerLoad(self._counts, number)


class WorkerLoad:
    """The number of requests of one worker. Only this worker changes it, in one thread; the others read it."""

    def __init__(self, counts: memoryview[int], number: int) -> None:
        self._counts, self._number = counts, number

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count a request as waiting or running during the block."""
        self._counts[self._number] += 1
        try:
            yield
        finally:
            self._counts[self._number] -= 1

    @property
    def is_uneven(self) -> bool:
        """Whether another worker has so many fewer requests that this worker's clients should connect again."""
        return self._counts[self._number] > min(self._counts) + EVEN_DIFFERENCE
