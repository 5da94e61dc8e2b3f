"""When a reminder goes, without a database: each stage of a quarter has a window of days, and each person one letter in it.

A window rather than a day, so that a command that did not run yesterday catches up today.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from cogwg.core.calendar import local_day

WEEKS_AFTER = 4
"""For how many weeks after the due day people are reminded, once a week; then only a co-chair does it."""
APART = timedelta(hours=24)
"""Nobody is reminded twice within this time."""


class Kind(StrEnum):
    """What a letter is about."""

    REMINDER = "reminder"
    CHASE = "chase"
    COPY = "copy"
    DIGEST = "digest"
    RETURNED = "returned"
    RECEIPT = "receipt"
    MENTION = "mention"


REMINDING = (Kind.REMINDER, Kind.CHASE)


def stage(due_at: datetime, now: datetime, days: Sequence[int]) -> str:
    """Which reminder is due at this instant, empty for none: "before-14", "on-the-day", "after-1" for the first week after.

    ``days`` are the days before the due day, the earliest first. Once the due time has passed, nothing more goes that day.
    """
    left = (local_day(due_at) - local_day(now)).days
    if left > 0:
        reached = [n for n in days if left <= n]
        return f"before-{min(reached)}" if reached else ""
    if left == 0:
        return "on-the-day" if now < due_at else ""
    week = (-left + 6) // 7
    return f"after-{week}" if week <= WEEKS_AFTER else ""


def too_soon(last: datetime | None, now: datetime) -> bool:
    """Whether a person was reminded less than 24 hours ago."""
    return last is not None and now - last < APART


def days_left(due_at: datetime, today: date) -> int:
    """Days until the due day; negative after it."""
    return (local_day(due_at) - today).days
