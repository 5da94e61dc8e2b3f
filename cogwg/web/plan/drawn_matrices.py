"""A cache of the matrices of plans, so that the page is not rendered again each time it is opened. Each process has its own.

A cached matrix is used as long as rendering it again would give the same result: for the same revision of the plan, on the
same day, and until a quarter is due. Signed-in people and other readers see different matrices.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import NamedTuple

from markupsafe import Markup

MAX_MATRICES = 12
"""Three plans in both languages, for signed-in people and for visitors."""


class Readers(NamedTuple):
    """The readers who see the same matrix: that of one year's plan, in one language, for signed-in people or for others."""

    year: int
    lang: str
    signed_in: bool


@dataclass(frozen=True, slots=True)
class DrawnMatrix:
    """The rendered matrix page (title and content) for one revision of the plan on one day.

    It is valid from ``drawn_at`` until ``due_at``, when the next quarter is due (None if no quarter is due later).
    """

    title: str
    content: Markup
    revision: str
    day: date
    drawn_at: datetime
    due_at: datetime | None

    def is_current(self, revision: str, day: date, now: datetime) -> bool:
        is_before_due = self.due_at is None or now < self.due_at
        return self.revision == revision and self.day == day and self.drawn_at <= now and is_before_due


class DrawnMatrices:
    """A cache of the most recently used matrices, at most ``MAX_MATRICES``."""

    def __init__(self) -> None:
        self._matrices: OrderedDict[Readers, DrawnMatrix] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._matrices)

    def get(self, readers: Readers, revision: str, day: date, now: datetime) -> DrawnMatrix | None:
        """Return the matrix of these readers if it is still current, or else None."""
        with self._lock:
            drawn = self._matrices.get(readers)
            if drawn is None or not drawn.is_current(revision, day, now):
                return None
            self._matrices.move_to_end(readers)
            return drawn

    def put(self, readers: Readers, drawn: DrawnMatrix) -> None:
        """Cache the matrix for these readers, replacing any earlier one.

        If the cache is full, evict the least recently used entry.
        """
        with self._lock:
            self._matrices[readers] = drawn
            self._matrices.move_to_end(readers)
            if len(self._matrices) > MAX_MATRICES:
                self._matrices.popitem(last=False)
