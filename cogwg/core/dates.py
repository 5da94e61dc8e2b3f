"""Days, times of day, counts and lists in words, in both languages, for pages, decks and emails.

French has "1er" for the first of a month and a no-break space between a day and its month.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from cogwg.core.bilingual import Bilingual

NBSP = "\u00a0"
MONTHS = (
    Bilingual("January", "janvier"),
    Bilingual("February", "février"),
    Bilingual("March", "mars"),
    Bilingual("April", "avril"),
    Bilingual("May", "mai"),
    Bilingual("June", "juin"),
    Bilingual("July", "juillet"),
    Bilingual("August", "août"),
    Bilingual("September", "septembre"),
    Bilingual("October", "octobre"),
    Bilingual("November", "novembre"),
    Bilingual("December", "décembre"),
)
SHORT_MONTHS = (
    Bilingual("Jan", "janv."),
    Bilingual("Feb", "févr."),
    Bilingual("Mar", "mars"),
    Bilingual("Apr", "avr."),
    Bilingual("May", "mai"),
    Bilingual("Jun", "juin"),
    Bilingual("Jul", "juill."),
    Bilingual("Aug", "août"),
    Bilingual("Sep", "sept."),
    Bilingual("Oct", "oct."),
    Bilingual("Nov", "nov."),
    Bilingual("Dec", "déc."),
)
WEEKDAYS = (
    Bilingual("Monday", "lundi"),
    Bilingual("Tuesday", "mardi"),
    Bilingual("Wednesday", "mercredi"),
    Bilingual("Thursday", "jeudi"),
    Bilingual("Friday", "vendredi"),
    Bilingual("Saturday", "samedi"),
    Bilingual("Sunday", "dimanche"),
)
"""The names of days, like those of months above, are those of Babel for Canada. They are copied here because Babel's data
takes 4 MiB in each process, and loading it took 4% of the time of an export."""


def month(number: int) -> Bilingual:
    """Return the name of a month: September; septembre."""
    return MONTHS[number - 1]


def short_month(number: int) -> Bilingual:
    """Return the short name of a month: Sep; sept."""
    return SHORT_MONTHS[number - 1]


def month_of_year(year: int, number: int) -> Bilingual:
    """Return a month and year in words: September 2020; septembre 2020."""
    words = month(number)
    return Bilingual(f"{words.en} {year}", f"{words.fr} {year}")


@lru_cache(maxsize=1024)
def day_of_month(day: date) -> Bilingual:
    """Return a date without its year: September 24; 24 septembre, 1er octobre."""
    words = month(day.month)
    first = "1er" if day.day == 1 else str(day.day)
    return Bilingual(f"{words.en}{NBSP}{day.day}", f"{first}{NBSP}{words.fr}")


def day(value: date) -> Bilingual:
    """Return a date in words: September 24, 2020; 24 septembre 2020."""
    short = day_of_month(value)
    return Bilingual(f"{short.en}, {value.year}", f"{short.fr} {value.year}")


def with_weekday(value: date, words: Bilingual) -> Bilingual:
    """Return a date in words, with its day of the week before it: Wednesday, September 30; mercredi 30 septembre.

    ``words`` is the date in words, such as the result of ``day_of_month``.
    """
    weekday = WEEKDAYS[value.weekday()]
    return Bilingual(f"{weekday.en}, {words.en}", f"{weekday.fr} {words.fr}")


def clock(there: datetime) -> Bilingual:
    """Return the time of day of ``there``, in the time zone that it has: 2:02 pm; 14 h 02. On the hour: 5 pm, noon; 17 h, 12
    h.
    """
    minutes = f":{there.minute:02}" if there.minute else ""
    en = f"{there.hour % 12 or 12}{minutes}{NBSP}{'am' if there.hour < 12 else 'pm'}"
    if not minutes and there.hour % 12 == 0:
        en = "noon" if there.hour else "midnight"
    fr = f"{there.hour}{NBSP}h" + (f"{NBSP}{there.minute:02}" if there.minute else "")
    return Bilingual(en, fr)


def count_phrase(n: int, singular: Bilingual, plural: Bilingual) -> Bilingual:
    """Return a number and its noun, joined by a no-break space. English uses the singular for 1 only, French for 0 and 1."""
    return Bilingual(f"{n}{NBSP}{(singular if n == 1 else plural).en}", f"{n}{NBSP}{(singular if n < 2 else plural).fr}")


def join_list(items: Sequence[Bilingual]) -> Bilingual:
    """Return a list in words: "1, 2 and 3"; « 1, 2 et 3 »."""
    return Bilingual(_join([i.en for i in items], "and"), _join([i.fr for i in items], "et"))


def _join(items: list[str], last: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
