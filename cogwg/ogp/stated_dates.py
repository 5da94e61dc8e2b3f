"""Read the dates in action plans, such as "By fall 2027", "June 2018", "2018-06" and "Not specified", in English or French."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from cogwg.core.bilingual import clean_line, fold_text
from cogwg.core.written_dates import parse_written_date

_YEAR = r"((?:19|20|21)\d{2})"
_SEASON_ENDS = {
    "winter": (3, 20),
    "hiver": (3, 20),
    "spring": (6, 20),
    "printemps": (6, 20),
    "summer": (9, 21),
    "ete": (9, 21),
    "fall": (12, 20),
    "autumn": (12, 20),
    "automne": (12, 20),
}
_SEASON = re.compile(rf"\b({'|'.join(_SEASON_ENDS)})\b[\s,]*(?:of|de|d'|de l')?\s*{_YEAR}\b")
_LEADING = re.compile(
    r"^(?:(?:no later than|on or before|by the end of|at the end of|before the end of|by|before|until|end of|in|"
    r"au plus tard(?: d'ici)?|d'ici|avant|jusqu'a|fin|en|au|a|le|l'|la|d'|de|du)(?:\s+|(?<=')))+"
)
_FISCAL = re.compile(rf"^(?:fiscal year|exercice|fy)?\s*{_YEAR}\s*[-–/]\s*(?:20)?(\d{{2}})$")
_QUARTER = re.compile(rf"^(?:q|t)([1-4])[\s,]*{_YEAR}$")
_YEAR_ONLY = re.compile(rf"^(?:the\s+)?(?:end of\s+|fin\s+)?(?:year\s+|annee\s+|l'annee\s+)?{_YEAR}$")
_LAST_DATE = re.compile(r"(?:\bto\b|\bau\b|\ba\b|\buntil\b|\bjusqu'[ae]n?\b|[–—])\s*(.+)$")
_ANY_DAY = date(2000, 1, 1)


def last_day(stated: str) -> date | None:
    """Return the last day that a stated date can mean; None if it names no date, such as "Not specified" and "Ongoing".

    A season ends on the last day before the next one: winter on March 20 of the year named, spring on June 20, summer on
    September 21, fall on December 20. A month ends on its last day, a year on December 31, and a fiscal year such as 2018-19
    on March 31. For a period such as "June 2016 to July 2018", its end is used.
    """
    text = fold_text(clean_line(stated)).strip(" .;")
    if not text or len(text) > 200:
        return None
    return _read(text) or (_read(match[1]) if (match := _LAST_DATE.search(text)) else None)


def _read(text: str) -> date | None:
    text = _LEADING.sub("", text.strip())
    if match := _SEASON.fullmatch(text):
        return date(int(match[2]), *_SEASON_ENDS[match[1]])
    if match := _YEAR_ONLY.fullmatch(text):
        return date(int(match[1]), 12, 31)
    if match := _QUARTER.fullmatch(text):
        month = 3 * int(match[1])
        return _month_end(int(match[2]), month)
    if (match := _FISCAL.fullmatch(text)) and int(match[2]) == (int(match[1]) + 1) % 100:
        return date(int(match[1]) + 1, 3, 31)
    if not re.search(_YEAR, text):
        return None  # a day without a year is not a date
    written = parse_written_date(text, _ANY_DAY, is_past=False)
    if written is None:
        return None
    return _month_end(written.day.year, written.day.month) if written.month_only else written.day


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
