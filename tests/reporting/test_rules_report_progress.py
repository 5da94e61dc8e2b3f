"""What a quarter asks for, and what can still be sent of it."""

from __future__ import annotations

import pytest

from cogwg.core.scale import Status
from cogwg.reporting.report_progress import is_report_expected, is_report_missing


@pytest.mark.parametrize("before", [None, *Status])
def test_what_is_complete_asks_for_no_further_report_and_what_was_begun_stays(before: Status | None) -> None:
    assert is_report_expected(before, is_begun=False) is (before is not Status.COMPLETE)
    assert is_report_expected(before, is_begun=True)


def test_only_what_is_asked_and_can_still_be_sent_is_missing() -> None:
    assert is_report_missing(is_expected=True, is_submitted=False, is_superseded=False)
    assert not is_report_missing(is_expected=False, is_submitted=False, is_superseded=False)
    assert not is_report_missing(is_expected=True, is_submitted=True, is_superseded=False)
    assert not is_report_missing(is_expected=True, is_submitted=False, is_superseded=True)
