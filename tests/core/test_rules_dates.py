"""Days, months and lists in words."""

from __future__ import annotations

from datetime import date

import pytest

from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import day, join_list, month, month_of_year

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


def test_months_have_names_in_both_languages() -> None:
    assert [month(number) for number in range(1, 13)] == [Bilingual(*names) for names in zip(ENGLISH, FRENCH, strict=True)]
    assert month_of_year(2020, 8) == Bilingual("August 2020", "août 2020")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2020, 9, 24), Bilingual("24\u00a0September 2020", "24\u00a0septembre 2020")),
        (date(2020, 10, 1), Bilingual("1\u00a0October 2020", "1er\u00a0octobre 2020")),
    ],
)
def test_day_in_words_is_1er_for_the_first_in_french(value: date, words: Bilingual) -> None:
    assert day(value) == words


def test_join_list_uses_commas_and_a_conjunction() -> None:
    items = [Bilingual(str(n), str(n)) for n in (1, 2, 3)]
    assert join_list(items) == Bilingual("1, 2 and 3", "1, 2 et 3")
    assert join_list(items[:1]) == Bilingual("1", "1")
    assert join_list([]) == Bilingual("", "")
