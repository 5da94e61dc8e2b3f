"""A scale of months on which days are drawn. All months have the same width, and each day is placed within its month."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cogwg.briefing.deck import ActivityState, Month

_MOST_MONTHS_BEFORE = 3
"""The maximum number of months that are added before the first due month, or after the last, to include today."""


@dataclass(frozen=True, slots=True)
class TimeScale:
    """The months of a scale: ``count`` months beginning with ``first``."""

    first: Month
    count: int

    @classmethod
    def of(cls, states: Iterable[ActivityState], today: date) -> TimeScale:
        """Return the scale from the first to the last due month, extended by up to ``_MOST_MONTHS_BEFORE`` months if today is
        outside.
        """
        due = [_index((state.due_on.year, state.due_on.month)) for state in states]
        now = _index((today.year, today.month))
        first, last = min(due, default=now), max(due, default=now)
        first = max(min(first, now), first - _MOST_MONTHS_BEFORE)
        last = min(max(last, now), last + _MOST_MONTHS_BEFORE)
        return cls((first // 12, first % 12 + 1), last - first + 1)

    @property
    def months(self) -> tuple[Month, ...]:
        start = _index(self.first)
        return tuple((at // 12, at % 12 + 1) for at in range(start, start + self.count))

    def share(self, day: date) -> float:
        """Return the position of the end of a day, from 0 at the left edge of the scale to 1 at its right edge."""
        at = _index((day.year, day.month)) - _index(self.first) + day.day / monthrange(day.year, day.month)[1]
        return min(max(at / self.count, 0.0), 1.0)


def _index(month: Month) -> int:
    return month[0] * 12 + month[1] - 1
