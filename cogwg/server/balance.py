"""How many requests each worker has, so that one with more than another can send its clients to the other.

A client keeps its connection, and so its worker. Linux distributes new connections at random: of 16 people who work at the
same time, one worker may have 13, who wait for each other while the other worker has little to do. A client whose connection
is closed after an answer connects again, perhaps to another worker.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager

EVEN_DIFFERENCE = 2
"""The difference between two workers at which connections stay: a client that is between two requests is not counted."""
_NOT_RUNNING = 2**16 - 1
"""The number of a worker that does not run, so that no other worker sends its clients there."""
_BYTES = 2


class WorkerLoads:
    """The number of requests in each worker, in memory that the first process and the workers share."""

    def __init__(self, workers: int) -> None:
        self._counts = memoryview(mmap.mmap(-1, workers * _BYTES)).cast("H")
        for number in range(workers):
            self.leave_out(number)

    def leave_out(self, number: int) -> None:
        """Record that a worker is not running."""
        self._counts[number] = _NOT_RUNNING

    def start(self, number: int) -> WorkerLoad:
        """Return the load of a worker that has just started, which has no requests yet."""
        self._counts[number] = 0
        return WorkerLoad(self._counts, number)


class WorkerLoad:
    """The requests of one worker. Only that worker counts them, in one thread; the others read the number."""

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
        """Whether this worker has so many more requests than another that its clients should connect again."""
        return self._counts[self._number] > min(self._counts) + EVEN_DIFFERENCE
