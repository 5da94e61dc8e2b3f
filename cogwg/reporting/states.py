"""The states of a quarter and of a report, with a table of the allowed transitions of each.

Pure functions. ``policy`` decides who may cause a transition, and ``rules`` what a report must contain.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cogwg.core.errors import N_, Invalid, Message
from cogwg.reporting.models import PeriodState, ReportState


class PeriodEvent(StrEnum):
    """An event that changes a quarter's state or due time, or reopens the quarter.

    ``FIRST_DAY`` and ``DUE_TIME`` occur at their time; a co-chair or the secretariat causes the others.
    """

    FIRST_DAY = "first day"
    OPEN = "open"
    DUE_TIME = "due time"
    EXTEND = "extend"
    SET_BACK = "take a week back"
    CLOSE = "close"
    REOPEN = "reopen for one jurisdiction"
    REOPEN_ALL = "reopen"


PERIOD_TRANSITIONS: Mapping[tuple[PeriodState, PeriodEvent], PeriodState] = {
    (PeriodState.PLANNED, PeriodEvent.FIRST_DAY): PeriodState.OPEN,
    (PeriodState.PLANNED, PeriodEvent.OPEN): PeriodState.OPEN,
    (PeriodState.OPEN, PeriodEvent.EXTEND): PeriodState.OPEN,
    (PeriodState.OPEN, PeriodEvent.SET_BACK): PeriodState.OPEN,
    (PeriodState.OPEN, PeriodEvent.DUE_TIME): PeriodState.LATE,
    (PeriodState.LATE, PeriodEvent.CLOSE): PeriodState.CLOSED,
    (PeriodState.CLOSED, PeriodEvent.REOPEN): PeriodState.CLOSED,
    (PeriodState.CLOSED, PeriodEvent.REOPEN_ALL): PeriodState.LATE,
}


class ReportEvent(StrEnum):
    """An action on a report: its leads save and submit it; a co-chair or the secretariat returns it."""

    SAVE = "save"
    SUBMIT = "submit"
    RETURN = "return"


REPORT_TRANSITIONS: Mapping[tuple[ReportState | None, ReportEvent], ReportState] = {
    (None, ReportEvent.SAVE): ReportState.DRAFT,
    (None, ReportEvent.SUBMIT): ReportState.SUBMITTED,
    (ReportState.DRAFT, ReportEvent.SAVE): ReportState.DRAFT,
    (ReportState.DRAFT, ReportEvent.SUBMIT): ReportState.SUBMITTED,
    (ReportState.SUBMITTED, ReportEvent.SUBMIT): ReportState.SUBMITTED,
    (ReportState.SUBMITTED, ReportEvent.RETURN): ReportState.RETURNED,
    (ReportState.RETURNED, ReportEvent.SAVE): ReportState.RETURNED,
    (ReportState.RETURNED, ReportEvent.SUBMIT): ReportState.SUBMITTED,
}
"""The allowed transitions, from a state and an event to the next state. None is the state of a report that has not been
started."""

_PERIOD_REFUSALS = {
    PeriodEvent.OPEN: N_("This quarter is already open."),
    PeriodEvent.EXTEND: N_("You can extend only an open quarter, before its reports are due."),
    PeriodEvent.SET_BACK: N_("You can cancel the extra week only while the quarter is open."),
    PeriodEvent.CLOSE: N_("You cannot close this quarter. Its reports are not due yet, or it is already closed."),
    PeriodEvent.REOPEN: N_("You can reopen only a closed quarter. This quarter still accepts reports."),
    PeriodEvent.REOPEN_ALL: N_("You can reopen only a closed quarter. This quarter still accepts reports."),
}
_REPORT_REFUSALS = {
    ReportEvent.SAVE: N_("This report is already submitted, so it cannot be saved as a draft. Edit it, then submit it again."),
    ReportEvent.RETURN: N_("You can return only a submitted report."),
}


def next_period_state(state: PeriodState, event: PeriodEvent) -> PeriodState:
    """Return the quarter's state after an event. Raises ``Invalid`` if the transition is not allowed."""
    if (state, event) not in PERIOD_TRANSITIONS:
        raise Invalid(("", Message(_PERIOD_REFUSALS.get(event, event.value))))
    return PERIOD_TRANSITIONS[state, event]


def next_report_state(state: ReportState | None, event: ReportEvent) -> ReportState:
    """Return the report's state after an event. Raises ``Invalid`` if the transition is not allowed."""
    if (state, event) not in REPORT_TRANSITIONS:
        raise Invalid(("", Message(_REPORT_REFUSALS.get(event, event.value))))
    return REPORT_TRANSITIONS[state, event]
