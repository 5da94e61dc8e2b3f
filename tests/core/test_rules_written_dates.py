"""Dates as they are written in either language, and texts that could mean two dates or none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogwg.core import dates
from cogwg.core.written_dates import date_problem, parse_written_date

TODAY = date(2020, 9, 24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-09-10", "2020-09-10"),
        ("2020/9/10", "2020-09-10"),
        ("2020-09-10 00:00:00", "2020-09-10"),
        ("10 September", "2020-09-10"),
        ("10 septembre 2020", "2020-09-10"),
        ("Sept 10", "2020-09-10"),
        ("Sept. 10, 2020", "2020-09-10"),
        ("september 10th, 2020", "2020-09-10"),
        ("Thursday, September\u00a010, 2020", "2020-09-10"),
        ("le jeudi 10 sept. 2020", "2020-09-10"),
        ("the 1st of August", "2020-08-01"),
        ("1er août", "2020-08-01"),
        ("1\u1d49\u02b3 aout 2019", "2019-08-01"),
        ("mar. 4 août 2020", "2020-08-04"),
        ("10-Sep-2020", "2020-09-10"),
        ("24/09/2020", "2020-09-24"),
        ("9/24/2020", "2020-09-24"),
        ("10.10.2019", "2019-10-10"),
        ("  10 sep\u00adtembre\u200b 2020\t", "2020-09-10"),
        ("2020-09", "2020-09"),
        ("09/2020", "2020-09"),
        ("September 2020", "2020-09"),
        ("févr. 2020", "2020-02"),
        ("mars", "2020-03"),
        ("décembre", "2019-12"),
        ("29 February", "2020-02-29"),
        ("25 September", "2019-09-25"),
    ],
)
def test_written_date_is_read_in_both_languages(text: str, expected: str) -> None:
    assert str(parse_written_date(text, TODAY, is_past=True)) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("24 September", "2020-09-24"), ("23 sept.", "2021-09-23"), ("1er octobre", "2020-10-01")]
)
def test_date_without_year_is_the_next_such_date(text: str, expected: str) -> None:
    assert str(parse_written_date(text, TODAY, is_past=False)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2020",
        "10",
        "09/10/2020",
        "10 jui 2020",
        "10 ma 2020",
        "31 September 2020",
        "10 Sept 20",
        "2020-13",
        "0000-01",
        "29 February 2019",
        "10 September or October",
        "10 20 September",
        "0 September",
        "٢٠٢٠-٠٩",
        "10 September " + "x" * 40,
        "-1 mai!",
    ],
)
def test_text_that_means_no_date_or_two_is_refused(text: str) -> None:
    assert parse_written_date(text, TODAY, is_past=True) is None


def test_ambiguous_date_is_answered_with_its_own_reason() -> None:
    assert date_problem("09/10/2020").in_english == "Write the month as a word: 09/10/2020 can mean two dates."
    assert "such as September 10, 2020" in date_problem("soon").in_english


@pytest.mark.parametrize(
    ("text", "en", "fr"),
    [
        ("31 septembre", "September has only 30 days.", "septembre"),
        ("February 30", "February has only 29 days.", "février"),
        ("29 February 2019", "February 2019 has only 28 days.", "février 2019"),
        ("2020-06-31", "June 2020 has only 30 days.", "juin 2020"),
        ("31/04/2020", "April 2020 has only 30 days.", "avril 2020"),
        ("lundi 32 mai", "May has only 31 days.", "mai"),
    ],
)
def test_day_after_the_end_of_its_month_is_answered_with_the_length_of_the_month(text: str, en: str, fr: str) -> None:
    assert parse_written_date(text, TODAY, is_past=False) is None
    problem = date_problem(text)
    assert (problem.in_english, problem.values["month"].fr) == (en, fr)


@pytest.mark.parametrize("text", ["2020-13-31", "0 September", "0000-02-30", "10 ma 2020", "September"])
def test_text_without_a_month_or_day_gets_the_general_sentence(text: str) -> None:
    assert "such as September 10, 2020" in date_problem(text).in_english


@given(st.dates(date(2012, 1, 1), date(2035, 12, 31)))
def test_date_in_the_words_of_the_pages_is_read_again(day: date) -> None:
    for words in (dates.day(day), dates.with_weekday(day, dates.day(day))):
        for text in (words.en, words.fr):
            assert str(parse_written_date(text, TODAY, is_past=False)) == day.isoformat()


@given(st.dates(date(2020, 9, 24), date(2020, 9, 24) + timedelta(days=364)))
def test_date_without_its_year_is_read_again(day: date) -> None:
    short = dates.day_of_month(day)
    assert {str(parse_written_date(text, TODAY, is_past=False)) for text in (short.en, short.fr)} == {day.isoformat()}


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    parse_written_date(text, TODAY, is_past=True)
    date_problem(text)
