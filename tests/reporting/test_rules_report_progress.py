"""The reports that a quarter expects, and those that can still be submitted."""

from __future__ import annotations

import pytest

from cogwg.core.status import Status
from cogwg.reporting.report_progress import is_report_expected, is_report_missing


@pytest.mark.parametrize("before", [None, *Status])
def test_report_is_expected_unless_complete_before_and_not_begun(before: Status | None) -> None:
    assert is_report_expected(before, is_begun=False) is (before is not Status.COMPLETE)
    assert is_report_expected(before, is_begun=True)


def test_report_is_missing_when_expected_unsubmitted_and_not_superseded() -> None:
    assert is_report_missing(is_expected=True, is_submitted=False, is_superseded=False)
    assert not is_report_missing(is_expected=False, is_submitted=False, is_superseded=False)
    assert not is_report_missing(is_expected=True, is_submitted=True, is_superseded=False)
    assert not is_report_missing(is_expected=True, is_submitted=False, is_superseded=True)
