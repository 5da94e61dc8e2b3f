"""The two clocks, and the days and quarters of a plan year.

The *calendar* says what day it is and stamps the record; its offset is fixed once, by the process that starts the
product. *Real time* is for sessions, tokens, throttles and cookies. Nothing else asks the operating system.
"""

from __future__ import annotations

import calendar as _months
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TORONTO = ZoneInfo("America/Toronto")
DUE_TIME = time(17, 0)


def real_now() -> datetime:
    """The instant it really is, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The group's calendar: real time moved by a fixed offset, read in America/Toronto."""

    offset: timedelta = timedelta()
    clock: Callable[[], datetime] = real_now

    @classmethod
    def from_day(cls, day: date, clock: Callable[[], datetime] = real_now) -> Calendar:
        """A calendar that shows this day now, with the time of day running on."""
        now = clock()
        there = datetime.combine(day, now.astimezone(TORONTO).time(), TORONTO)
        return cls(there.astimezone(UTC) - now, clock)

    def now(self) -> datetime:
        """The calendar's instant in UTC: what the record is stamped with."""
        return self.clock() + self.offset

    def today(self) -> date:
        return local_day(self.now())


def local_day(at: datetime) -> date:
    """The America/Toronto day of an instant; a rule about days always means this one."""
    return at.astimezone(TORONTO).date()


def end_of_day(day: date) -> datetime:
    """The first instant after a day in America/Toronto, in UTC: what lies before it was submitted by that day."""
    return datetime.combine(day + timedelta(days=1), time(), TORONTO).astimezone(UTC)


def last_of_month(year: int, month: int) -> date:
    return date(year, month, _months.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a plan year; its key is YYYY-MM of its last month, as the federal tracker writes it."""

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
        """17:00 America/Toronto on the last day of the quarter, in UTC."""
        return datetime.combine(last_of_month(self.year, self.number * 3), DUE_TIME, TORONTO).astimezone(UTC)

    @classmethod
    def from_month(cls, year: int, month: int) -> Quarter:
        return cls(year, (month + 2) // 3)
