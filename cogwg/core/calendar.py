"""The product's two clocks, and the days and quarters of a plan year.

The *calendar* gives the current day and the timestamps of stored data. Its offset from real time is set when the product
starts. *Real time* is for sessions, tokens, sign-in limits and sending email. No other module reads the operating system's
date and time.
"""

from __future__ import annotations

import calendar as _months
import time as _time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TORONTO = ZoneInfo("America/Toronto")
DUE_TIME = time(17, 0)


def real_now() -> datetime:
    """Return the real current time, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return the time of the monotonic clock in seconds, for time limits within a process."""
    return _time.monotonic()


@dataclass(frozen=True, slots=True)
class Calendar:
    """The group's calendar: real time shifted by a fixed offset, with days in America/Toronto."""

    offset: timedelta = timedelta()
    clock: Callable[[], datetime] = real_now

    @classmethod
    def from_day(cls, day: date, clock: Callable[[], datetime] = real_now) -> Calendar:
        """Return a calendar on which today is this day, at the current time of day in America/Toronto."""
        now = clock()
        local_time = datetime.combine(day, now.astimezone(TORONTO).time(), TORONTO)
        return cls(local_time.astimezone(UTC) - now, clock)

    def now(self) -> datetime:
        """Return the calendar's current time, in UTC."""
        return self.clock() + self.offset

    def today(self) -> date:
        return local_day(self.now())


def local_day(at: datetime) -> date:
    """Return the date in America/Toronto at this time. Every rule about days uses this function."""
    return at.astimezone(TORONTO).date()


def end_of_day(day: date) -> datetime:
    """Return the midnight that ends a day in America/Toronto, in UTC.

    A report submitted before this time counts as submitted by that day.
    """
    return datetime.combine(day + timedelta(days=1), time(), TORONTO).astimezone(UTC)


def a_week_later(at: datetime) -> datetime:
    """Return the same time of day in America/Toronto a week later, in UTC, even if the clocks change in the meantime."""
    return (at.astimezone(TORONTO) + timedelta(days=7)).astimezone(UTC)


def a_week_earlier(at: datetime) -> datetime:
    """Return the same time of day in America/Toronto a week earlier, in UTC, even if the clocks change in the meantime."""
    return (at.astimezone(TORONTO) - timedelta(days=7)).astimezone(UTC)


def last_of_month(year: int, month: int) -> date:
    return date(year, month, _months.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a plan year. Its key is the year and number of its last month, such as 2020-09, as in the federal
    tracker.
    """

    year: int
    number: int

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number * 3:02}"

    @property
    def opens_on(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def due_at(self) -> datetime:
        """Return when reports are due: 17:00 in America/Toronto on the last day of the quarter, in UTC."""
        return datetime.combine(last_of_month(self.year, self.number * 3), DUE_TIME, TORONTO).astimezone(UTC)

    @classmethod
    def from_month(cls, year: int, month: int) -> Quarter:
        return cls(year, (month + 2) // 3)
