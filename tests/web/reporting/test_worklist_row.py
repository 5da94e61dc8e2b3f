"""What a row of My updates shows, decided in Python for the template."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cogwg.core.bilingual import EMPTY_TEXT
from cogwg.core.status import Status
from cogwg.reporting.models import ReportState
from cogwg.reporting.queries import ReportFacts
from cogwg.web.reporting.worklist_row import UpdateRow
from tests.web.sample_plan import PLAN, STATUS_BY_ACTIVITY

AT = datetime(2020, 9, 20, tzinfo=UTC)
REPORT = ReportFacts(
    *(1, 2, ReportState.DRAFT, 1, Status.LIMITED, False),
    *(EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT, (), "Add a link.", AT, "A. Lead", 1, EMPTY_TEXT, {}, {}),
)
RETURNED = replace(REPORT, state=ReportState.RETURNED)
COMPLETE, OVERDUE, NOT_YET_DUE = 1, 2, 4


def make_row(activity_id: int, report: ReportFacts | None = None, *, is_open: bool = False) -> UpdateRow:
    return UpdateRow(STATUS_BY_ACTIVITY[activity_id], PLAN.priorities[0], report, "/report", is_open=is_open)


@pytest.mark.parametrize(
    ("row", "is_closed", "name"),
    [
        (make_row(OVERDUE), False, "folded"),
        (make_row(OVERDUE), True, "closed"),
        (make_row(OVERDUE, is_open=True), True, "form"),
        (make_row(COMPLETE), False, "folded"),
        (make_row(NOT_YET_DUE, is_open=True), False, "form"),
        (make_row(NOT_YET_DUE, REPORT, is_open=True), False, "form"),
        (make_row(OVERDUE, REPORT), False, "saved"),
        (make_row(OVERDUE, REPORT), True, "saved"),
        (make_row(OVERDUE, RETURNED), False, "saved"),
        (make_row(OVERDUE, RETURNED, is_open=True), True, "form"),
    ],
)
def test_row_body_follows_its_report_and_quarter(row: UpdateRow, is_closed: bool, name: str) -> None:
    shown = replace(row, is_closed=is_closed)
    assert shown.is_folded == (name == "folded")
    assert shown.is_folded or shown.body_template == f"reporting/_update_{name}.html"


def test_row_names_the_last_report_until_a_report_is_stored_and_in_its_form() -> None:
    rows = [make_row(OVERDUE, report, is_open=is_open) for report in (None, REPORT) for is_open in (False, True)]
    last_reports = [replace(row, current_status=replace(row.current_status, submitted_at=AT)) for row in rows]
    assert [row.shows_last_report for row in last_reports] == [True, True, False, True]
    assert not any(row.shows_last_report for row in rows), "nothing was submitted before"
