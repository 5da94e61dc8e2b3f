"""Days, quarters and the calendar's offset, across the changes to and from daylight time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogwg.core.calendar import TORONTO, Calendar, Quarter, end_of_day, last_of_month, local_day

WINTER = datetime(2026, 1, 15, 4, 30, tzinfo=UTC)  # still January 14, 23:30, in Toronto
SUMMER = datetime(2026, 7, 15, 3, 30, tzinfo=UTC)  # still July 14, 23:30, in Toronto
days = st.dates(date(2001, 1, 1), date(2099, 1, 1))
instants = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize("real", [WINTER, SUMMER])
@pytest.mark.parametrize("day", [date(2020, 2, 27), date(2020, 3, 8), date(2020, 9, 24), date(2020, 11, 1)])
def test_calendar_shows_its_day_with_the_real_time_of_day(day: date, real: datetime) -> None:
    calendar = Calendar.from_day(day, lambda: real)
    assert calendar.today() == day
    assert calendar.now().astimezone(TORONTO).time() == real.astimezone(TORONTO).time()


def test_calendar_moves_to_the_next_day_at_midnight() -> None:
    clock = [datetime(2026, 7, 15, 3, 59, tzinfo=UTC)]
    calendar = Calendar.from_day(date(2020, 9, 24), lambda: clock[0])
    clock[0] += timedelta(minutes=2)
    assert calendar.today() == date(2020, 9, 25)


def test_calendar_from_the_same_offset_agrees_in_another_process() -> None:
    parent = Calendar.from_day(date(2020, 9, 24), lambda: WINTER)
    worker = Calendar(parent.offset, lambda: WINTER + timedelta(minutes=5))
    assert worker.now() - parent.now() == timedelta(minutes=5)


@given(day=days, real=instants)
def test_calendar_shows_any_day(day: date, real: datetime) -> None:
    shown = Calendar.from_day(day, lambda: real).today()
    assert shown == day


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2020, 9, 30, 3, 59, tzinfo=UTC), date(2020, 9, 29)),
        (datetime(2020, 9, 30, 4, 0, tzinfo=UTC), date(2020, 9, 30)),
        (datetime(2020, 12, 31, 4, 59, tzinfo=UTC), date(2020, 12, 30)),
        (datetime(2020, 12, 31, 5, 0, tzinfo=UTC), date(2020, 12, 31)),
    ],
)
def test_local_day_is_the_day_in_toronto(at: datetime, day: date) -> None:
    assert local_day(at) == day


@pytest.mark.parametrize(("day", "hours"), [(date(2020, 3, 8), 23), (date(2020, 11, 1), 25), (date(2020, 9, 24), 24)])
def test_end_of_day_follows_changes_to_and_from_daylight_time(day: date, hours: int) -> None:
    assert end_of_day(day) - end_of_day(day - timedelta(days=1)) == timedelta(hours=hours)


@given(days)
def test_end_of_day_is_the_first_instant_outside_it(day: date) -> None:
    assert local_day(end_of_day(day)) == day + timedelta(days=1)
    assert local_day(end_of_day(day) - timedelta(microseconds=1)) == day


@pytest.mark.parametrize(
    ("number", "key", "opens_on", "due_at"),
    [
        (1, "2020-03", date(2020, 1, 1), datetime(2020, 3, 31, 21, 0, tzinfo=UTC)),
        (2, "2020-06", date(2020, 4, 1), datetime(2020, 6, 30, 21, 0, tzinfo=UTC)),
        (3, "2020-09", date(2020, 7, 1), datetime(2020, 9, 30, 21, 0, tzinfo=UTC)),
        (4, "2020-12", date(2020, 10, 1), datetime(2020, 12, 31, 22, 0, tzinfo=UTC)),
    ],
)
def test_quarters_of_2020_have_their_keys_openings_and_due_times(
    number: int, key: str, opens_on: date, due_at: datetime
) -> None:
    quarter = Quarter(2020, number)
    assert (quarter.key, quarter.opens_on, quarter.due_at) == (key, opens_on, due_at)


@pytest.mark.parametrize("month", range(1, 13))
def test_month_lies_within_its_quarter(month: int) -> None:
    quarter = Quarter.from_month(2020, month)
    assert quarter.opens_on <= date(2020, month, 1) <= local_day(quarter.due_at)


def test_october_is_in_the_fourth_quarter() -> None:
    assert Quarter.from_month(2020, 10) == Quarter(2020, 4)


def test_last_day_of_february_follows_leap_years() -> None:
    assert last_of_month(2020, 2) == date(2020, 2, 29)
    assert last_of_month(2021, 2) == date(2021, 2, 28)
