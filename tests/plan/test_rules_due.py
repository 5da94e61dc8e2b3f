"""When an activity is due, and which assignments may report."""

from __future__ import annotations

from datetime import date

import pytest

from cogwg.core.calendar import Quarter
from cogwg.core.db import build_engine
from cogwg.plan import rules
from cogwg.plan.models import AssignmentRole, Confirmation


@pytest.mark.parametrize(
    ("month", "day", "due_on", "quarter"),
    [
        (3, None, date(2020, 3, 31), 1),
        (9, 15, date(2020, 9, 15), 3),
        (10, None, date(2020, 10, 31), 4),
        (2, None, date(2020, 2, 29), 1),
    ],
)
def test_due_day_is_the_exact_day_or_the_last_of_the_month(month: int, day: int | None, due_on: date, quarter: int) -> None:
    assert rules.due_on(2020, month, day) == due_on
    assert Quarter.from_month(2020, month) == Quarter(2020, quarter)


@pytest.mark.parametrize(
    ("role", "confirmation", "expected"),
    [
        (AssignmentRole.LEAD, Confirmation.CONFIRMED, True),
        (AssignmentRole.NOT_STATED, Confirmation.CONFIRMED, True),
        (AssignmentRole.PARTNER, Confirmation.CONFIRMED, False),
        (AssignmentRole.LEAD, Confirmation.TO_CONFIRM, False),
        (AssignmentRole.NOT_STATED, Confirmation.VACANT, False),
    ],
)
def test_can_report_by_role_and_confirmation(role: AssignmentRole, confirmation: Confirmation, expected: bool) -> None:
    assert rules.can_report(role, confirmation) is expected


def test_rules_tests_cannot_open_a_database() -> None:
    with pytest.raises(AssertionError, match="a rule asked for a database"):
        build_engine("sqlite://")
