"""What a quarter asks for, and what can still be sent of it."""

from __future__ import annotations

import pytest

from cogwg.core.scale import Status
from cogwg.reporting.report_progress import is_asked, is_missing


@pytest.mark.parametrize("before", [None, *Status])
def test_what_is_complete_asks_for_no_further_report_and_what_was_begun_stays(before: Status | None) -> None:
    assert is_asked(before, begun=False) is (before is not Status.COMPLETE)
    assert is_asked(before, begun=True)


def test_only_what_is_asked_and_can_still_be_sent_is_missing() -> None:
    assert is_missing(asked=True, inside=False, over=False)
    assert not is_missing(asked=False, inside=False, over=False)
    assert not is_missing(asked=True, inside=True, over=False)
    assert not is_missing(asked=True, inside=False, over=True)
