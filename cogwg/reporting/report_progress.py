"""What is asked of those who report, and how far they are. Pure decisions over what was read."""

from __future__ import annotations

from enum import StrEnum

from cogwg.core.scale import Status, Timeliness
from cogwg.reporting.models import ReportState
from cogwg.reporting.queries import CurrentStatus, ReportFacts
from cogwg.reporting.rules import submission_problems

URGENCY_ORDER = (Timeliness.OVERDUE, Timeliness.DUE, Timeliness.NOT_YET_DUE)
"""What comes first on a desk: urgency beats the order of the plan."""


class ReportStage(StrEnum):
    """How far the report of an asked activity is; only what is ready can be submitted with the rest."""

    TO_DO = "to-do"
    TO_CORRECT = "to-correct"
    READY = "ready"
    SUBMITTED = "in"


class NotSubmittedReason(StrEnum):
    """Why the report of an asked activity is not sent with the rest."""

    RETURNED = "returned"
    INCOMPLETE = "wanting"
    NOT_STARTED = "nothing"
    SAVED_MEANWHILE = "meanwhile"


def not_submitted_reason(stage: ReportStage, *, is_returned: bool) -> NotSubmittedReason:
    """Why a report at this stage stayed behind; what is ready and was not sent was saved while the sender looked."""
    if is_returned:
        return NotSubmittedReason.RETURNED
    return {ReportStage.TO_CORRECT: NotSubmittedReason.INCOMPLETE, ReportStage.TO_DO: NotSubmittedReason.NOT_STARTED}.get(
        stage, NotSubmittedReason.SAVED_MEANWHILE
    )


def is_report_expected(previous_status: Status | None, *, is_begun: bool) -> bool:
    """Whether a quarter asks those who may report on an activity for a report of it, which every page and letter asks here.

    ``previous_status`` is where the activity stands without the quarter's own report: what is complete asks for no further one.
    ``is_begun`` says that the quarter has a report of it: that stays asked for, so that it stays in sight.
    """
    return is_begun or previous_status is not Status.COMPLETE


def is_report_missing(*, is_expected: bool, is_submitted: bool, is_superseded: bool) -> bool:
    """Whether somebody can still send what is asked: it is not in, and no later quarter has its report already."""
    return is_expected and not is_submitted and not is_superseded


def report_stage(current_status: CurrentStatus, report: ReportFacts | None) -> ReportStage:
    """How far a report is: not begun, kept but wanting something, ready to be sent, or in."""
    if report is None:
        return ReportStage.TO_DO
    if report.state is ReportState.SUBMITTED:
        return ReportStage.SUBMITTED
    if report.state is ReportState.RETURNED or submission_problems(report.draft, current_status.timeliness):
        return ReportStage.TO_CORRECT
    return ReportStage.READY
