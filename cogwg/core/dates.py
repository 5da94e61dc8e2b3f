"""Days, months and lists in words, in both languages, for pages, decks and messages.

French has "1er" for the first of a month and a no-break space between a day and its month.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import get_month_names

from cogwg.core.bilingual import Bilingual

NBSP = "\u00a0"
_EN, _FR = get_month_names(locale="en"), get_month_names(locale="fr")


def month(number: int) -> Bilingual:
    """September; septembre."""
    return Bilingual(_EN[number], _FR[number])


def month_of_year(year: int, number: int) -> Bilingual:
    """September 2020; septembre 2020."""
    words = month(number)
    return Bilingual(f"{words.en} {year}", f"{words.fr} {year}")


def day_of_month(day: date) -> Bilingual:
    """24 September; 24 septembre, 1er octobre."""
    words = month(day.month)
    first = "1er" if day.day == 1 else str(day.day)
    return Bilingual(f"{day.day}{NBSP}{words.en}", f"{first}{NBSP}{words.fr}")


def day(value: date) -> Bilingual:
    """24 September 2020; 1er octobre 2020."""
    short = day_of_month(value)
    return Bilingual(f"{short.en} {value.year}", f"{short.fr} {value.year}")


def join_list(items: Sequence[Bilingual]) -> Bilingual:
    """A list in words: "1, 2 and 3"; « 1, 2 et 3 »."""
    return Bilingual(_join([i.en for i in items], "and"), _join([i.fr for i in items], "et"))


def _join(items: list[str], last: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
