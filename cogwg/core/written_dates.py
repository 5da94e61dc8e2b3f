"""Dates as people write them, in English or French, read without guessing between a day and a month."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from cogwg.core import dates
from cogwg.core.bilingual import Bilingual, Language, clean_line, fold_text
from cogwg.core.errors import N_, Message

_LENGTH_LIMIT = 40
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[t ]00:00(?::00)?)?", re.ASCII)
"""A date in ISO order, with or without a day. Midnight is accepted after it, because spreadsheets add it when they copy a
day."""
_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_MONTH_AND_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_TOKEN = re.compile(r"(\d+)(?:st|nd|rd|th|er|e)?(?![a-z0-9])|([a-z]+)", re.ASCII)
_SEPARATORS = re.compile(r"[\s,.;-]+")
_MONTHS = [(fold_text(name.exact_text(lang)), number) for lang in Language for number, name in enumerate(dates.MONTHS, 1)]
_WEEKDAYS = {fold_text(name.exact_text(lang))[:length] for lang in Language for name in dates.WEEKDAYS for length in (3, None)}
"""The names of the days of the week, and their first three letters, which are the short form in both languages."""
_ARTICLES = {"the", "of", "le", "de", "du"}
_LEAP_YEAR = 2020
_Parts = tuple[int | None, int, int | None]
"""The year (or None), the month, and the day (or None)."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A day or, with ``month_only``, the first day of a month."""

    day: date
    month_only: bool = False

    def __str__(self) -> str:
        """Return the date in ISO format: 2020-09-24, or 2020-09 for a month."""
        return self.day.isoformat()[: 7 if self.month_only else 10]

    @property
    def words(self) -> Bilingual:
        return dates.month_of_year(self.day.year, self.day.month) if self.month_only else dates.day(self.day)


def parse_written_date(text: str, today: date, *, is_past: bool) -> WrittenDate | None:
    """Parse a day or month; return None if the text is not a date or could mean two.

    A date without a year is the last such date up to ``today`` if ``is_past``, and otherwise the next one from ``today``.
    """
    parts = _read_parts(text)
    if parts is None:
        return None
    year, month, day = parts
    if year is not None:
        return _make(year, month, day)
    candidates = [made for year in range(today.year - 8, today.year + 9) if (made := _make(year, month, day))]
    if is_past:
        return max((made for made in candidates if made.day <= today), key=lambda made: made.day, default=None)
    return min((made for made in candidates if made.day >= today), key=lambda made: made.day, default=None)


def is_ambiguous_date(text: str) -> bool:
    """Return whether a text can mean two days, as 09/10/2020 does."""
    match = _NUMBERS.fullmatch(clean_line(text))
    return match is not None and match[1] != match[2] and max(int(match[1]), int(match[2])) <= 12


def date_problem(text: str) -> Message:
    """Return the error message for a text that ``parse_written_date`` cannot read as a day."""
    return exact_date_problem(text) or Message(N_("Enter a date, such as September 10, 2020 or 2020-09-10."))


def exact_date_problem(text: str) -> Message | None:
    """Return the error message for a date that can mean two days, or that is after the end of its month; None for any other
    text.
    """
    if is_ambiguous_date(text):
        return Message(N_("Write the month as a word: %(text)s can mean two dates."), {"text": clean_line(text)})
    year, month, day = _read_parts(text) or (None, 0, None)
    if not (1 <= month <= 12 and day and (year is None or 1 <= year <= 9999)):
        return None
    last_day = monthrange(_LEAP_YEAR if year is None else year, month)[1]
    words = dates.month(month) if year is None else dates.month_of_year(year, month)
    return Message(N_("%(month)s has only %(num)s days."), {"month": words, "num": last_day}) if day > last_day else None


def _read_parts(text: str) -> _Parts | None:
    """Return the year, month and day in a text, even if there is no such day; None if the text is not a date or can mean two
    dates.
    """
    plain = fold_text(clean_line(text))
    if len(plain) > _LENGTH_LIMIT:
        return None
    if match := _ISO.fullmatch(plain):
        return int(match[1]), int(match[2]), int(match[3]) if match[3] else None
    if match := _MONTH_AND_YEAR.fullmatch(plain):
        return int(match[2]), int(match[1]), None
    if match := _NUMBERS.fullmatch(plain):
        first, second = int(match[1]), int(match[2])
        if is_ambiguous_date(plain):
            return None
        day, month = (second, first) if second > 12 else (first, second)
        return int(match[3]), month, day
    return _read_words(plain)


def _read_words(plain: str) -> _Parts | None:
    if _SEPARATORS.sub("", _TOKEN.sub("", plain)):
        return None
    tokens = _TOKEN.findall(plain)
    numbers = [number for number, _word in tokens if number]
    words = [word for _number, word in tokens if word and word not in _ARTICLES]
    months = [word for word in words if word not in _WEEKDAYS] or [word for word in words if _month_number(word)]
    years = [int(number) for number in numbers if len(number) == 4]
    days = [int(number) for number in numbers if len(number) < 3]
    if len(months) != 1 or len(years) > 1 or len(days) > 1 or len(years) + len(days) != len(numbers):
        return None
    month = _month_number(months[0])
    return (years[0] if years else None, month, days[0] if days else None) if month is not None else None


def _month_number(word: str) -> int | None:
    """Return the number of the only month whose name begins with this word of three or more letters, or None."""
    numbers = {number for name, number in _MONTHS if len(word) > 2 and name.startswith(word)}
    return numbers.pop() if len(numbers) == 1 else None


def _make(year: int, month: int, day: int | None = None) -> WrittenDate | None:
    try:
        return WrittenDate(date(year, month, day or 1), month_only=day is None) if day != 0 else None
    except ValueError:
        return None
