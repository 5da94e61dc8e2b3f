"""Dates as action plans state them: which day ends them, and which name no day."""

from __future__ import annotations

from datetime import date

import pytest

from cogwg.ogp.stated_dates import last_day


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("By fall 2027", date(2027, 12, 20)),
        ("by Fall, 2027.", date(2027, 12, 20)),
        ("D’ici l’automne 2027", date(2027, 12, 20)),
        ("À l'automne 2027", date(2027, 12, 20)),
        ("Spring 2018", date(2018, 6, 20)),
        ("Au printemps 2018", date(2018, 6, 20)),
        ("By the end of summer 2026", date(2026, 9, 21)),
        ("D'ici la fin de l'été 2026", date(2026, 9, 21)),
        ("Winter 2026", date(2026, 3, 20)),
        ("Hiver 2026", date(2026, 3, 20)),
        ("2018-06", date(2018, 6, 30)),
        ("June 2018", date(2018, 6, 30)),
        ("By June 2018", date(2018, 6, 30)),
        ("juin 2018", date(2018, 6, 30)),
        ("D’ici février 2024", date(2024, 2, 29)),
        ("2018-06-15", date(2018, 6, 15)),
        ("June 15, 2018", date(2018, 6, 15)),
        ("Le 1er juin 2018", date(2018, 6, 1)),
        ("2018", date(2018, 12, 31)),
        ("By the end of 2018", date(2018, 12, 31)),
        ("D’ici la fin de 2018", date(2018, 12, 31)),
        ("2018-19", date(2019, 3, 31)),
        ("2018–2019", date(2019, 3, 31)),
        ("Q2 2025", date(2025, 6, 30)),
        ("June 2016 to July 2018", date(2018, 7, 31)),
        ("de juin 2016 à juillet 2018", date(2018, 7, 31)),
    ],
)
def test_a_stated_date_ends_on_the_last_day_that_it_can_mean(stated: str, day: date) -> None:
    assert last_day(stated) == day


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "Not specified",
        "Non précisé",
        "Ongoing",
        "En continu",
        "TBD",
        "June",
        "June 31, 2018",
        "03/04/2018",
        "4 reports",
        "x" * 9999,
    ],
)
def test_what_names_no_day_has_no_last_day(stated: str) -> None:
    assert last_day(stated) is None
