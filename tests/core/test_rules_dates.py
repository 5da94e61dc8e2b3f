"""Days, months and lists in words."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from babel.dates import get_day_names, get_month_names

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import MONTHS, SHORT_MONTHS, WEEKDAYS, clock, day, join_list, month, month_of_year, with_weekday

ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
FRENCH = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


@pytest.mark.parametrize("lang", Language)
def test_names_of_months_and_weekdays_are_those_of_babel(lang: Language) -> None:
    assert [name.text(lang) for name in MONTHS] == [get_month_names(locale=lang.value)[n] for n in range(1, 13)]
    short_names = get_month_names("abbreviated", locale=f"{lang.value}_CA")
    assert [name.text(lang) for name in SHORT_MONTHS] == [short_names[n] for n in range(1, 13)]
    assert [name.text(lang) for name in WEEKDAYS] == [get_day_names(locale=lang.value)[n] for n in range(7)]


def test_months_have_names_in_both_languages() -> None:
    assert [month(number) for number in range(1, 13)] == [Bilingual(*names) for names in zip(ENGLISH, FRENCH, strict=True)]
    assert month_of_year(2020, 8) == Bilingual("August 2020", "août 2020")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2020, 9, 24), Bilingual("September\u00a024, 2020", "24\u00a0septembre 2020")),
        (date(2020, 10, 1), Bilingual("October\u00a01, 2020", "1er\u00a0octobre 2020")),
    ],
)
def test_day_in_words_is_1er_for_the_first_in_french(value: date, words: Bilingual) -> None:
    assert day(value) == words


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("17:00", Bilingual("5\u00a0pm", "17\u00a0h")),
        ("09:05", Bilingual("9:05\u00a0am", "9\u00a0h\u00a005")),
        ("12:00", Bilingual("noon", "12\u00a0h")),
        ("12:30", Bilingual("12:30\u00a0pm", "12\u00a0h\u00a030")),
        ("00:00", Bilingual("midnight", "0\u00a0h")),
        ("00:01", Bilingual("12:01\u00a0am", "0\u00a0h\u00a001")),
    ],
)
def test_clock_in_english_has_12_hours_and_in_french_24(time: str, words: Bilingual) -> None:
    assert clock(datetime.fromisoformat(f"2020-09-30T{time}")) == words


def test_weekday_comes_before_the_day_with_an_english_comma() -> None:
    on = date(2020, 9, 30)
    assert with_weekday(on, day(on)) == Bilingual("Wednesday, September\u00a030, 2020", "mercredi 30\u00a0septembre 2020")


def test_join_list_uses_commas_and_a_conjunction() -> None:
    items = [Bilingual(str(n), str(n)) for n in (1, 2, 3)]
    assert join_list(items) == Bilingual("1, 2 and 3", "1, 2 et 3")
    assert join_list(items[:1]) == Bilingual("1", "1")
    assert join_list([]) == Bilingual("", "")
