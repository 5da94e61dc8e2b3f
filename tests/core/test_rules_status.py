"""Timeliness, day by day around its boundaries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogwg.core.status import STATUS_LABELS, TIMELINESS_LABELS, Status, Timeliness, timeliness

FROM, DUE = date(2020, 9, 1), date(2020, 9, 30)


@pytest.mark.parametrize(
    ("today", "completed", "expected"),
    [
        (date(2020, 2, 27), None, Timeliness.NOT_YET_DUE),
        (date(2020, 8, 31), None, Timeliness.NOT_YET_DUE),
        (date(2020, 9, 1), None, Timeliness.DUE),
        (date(2020, 9, 30), None, Timeliness.DUE),
        (date(2020, 10, 1), None, Timeliness.OVERDUE),
        (date(2021, 10, 1), None, Timeliness.OVERDUE),
        (date(2020, 8, 31), date(2020, 6, 1), Timeliness.DONE_ON_TIME),
        (date(2020, 12, 1), date(2020, 9, 30), Timeliness.DONE_ON_TIME),
        (date(2020, 12, 1), date(2020, 10, 1), Timeliness.DONE_LATE),
    ],
)
def test_timeliness_around_the_due_month(today: date, completed: date | None, expected: Timeliness) -> None:
    assert timeliness(FROM, DUE, today, completed) is expected


@pytest.mark.parametrize(
    ("when", "questions"),
    [
        (Timeliness.NOT_YET_DUE, set()),
        (Timeliness.DUE, {"has_begun", "is_open"}),
        (Timeliness.OVERDUE, {"has_begun", "is_overdue", "is_open"}),
        (Timeliness.DONE_ON_TIME, {"has_begun"}),
        (Timeliness.DONE_LATE, {"has_begun"}),
    ],
)
def test_timeliness_answers_yes_to_its_own_questions_only(when: Timeliness, questions: set[str]) -> None:
    every = ("has_begun", "is_overdue", "is_open")
    assert {question for question in every if getattr(when, question)} == questions


def test_timeliness_with_exact_due_day_ignores_the_end_of_the_month() -> None:
    exact = date(2020, 9, 15)
    assert timeliness(FROM, exact, date(2020, 9, 15), None) is Timeliness.DUE
    assert timeliness(FROM, exact, date(2020, 9, 16), None) is Timeliness.OVERDUE
    assert timeliness(FROM, exact, date(2020, 9, 20), date(2020, 9, 16)) is Timeliness.DONE_LATE


@given(today=st.dates(date(2019, 1, 1), date(2022, 1, 1)), completed=st.none() | st.dates(date(2019, 1, 1), date(2022, 1, 1)))
def test_timeliness_is_late_only_after_the_due_day(today: date, completed: date | None) -> None:
    result = timeliness(FROM, DUE, today, completed)
    if result is Timeliness.OVERDUE:
        assert completed is None
        assert today > DUE
    if result is Timeliness.DONE_LATE:
        assert completed is not None
        assert completed > DUE


@given(st.dates(date(2019, 1, 1), date(2022, 1, 1)))
def test_timeliness_never_moves_back_as_days_pass(today: date) -> None:
    order = [Timeliness.NOT_YET_DUE, Timeliness.DUE, Timeliness.OVERDUE]
    tomorrow = today + timedelta(days=1)
    assert order.index(timeliness(FROM, DUE, today, None)) <= order.index(timeliness(FROM, DUE, tomorrow, None))


def test_status_and_timeliness_labels_are_distinct_in_both_languages() -> None:
    for words, kinds in ((STATUS_LABELS, Status), (TIMELINESS_LABELS, Timeliness)):
        assert set(words) == set(kinds)
        for lang in ("en", "fr"):
            texts = [w.exact_text(lang) for w in words.values()]
            assert all(texts)
            assert len(set(texts)) == len(texts)


def test_status_values_and_labels_are_those_of_the_scale() -> None:
    assert [(s.value, s.label.en, s.label.fr) for s in Status] == [
        ("NS", "Not started", "Non commencé"),
        ("LP", "Limited progress", "Progrès limité"),
        ("SP", "Substantial progress", "Progrès important"),
        ("C", "Complete", "Réalisé"),
    ]
