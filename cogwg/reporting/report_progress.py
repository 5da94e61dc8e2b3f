"""Pure functions that decide which reports are expected, and how far along each one is."""

from __future__ import annotations

from enum import StrEnum

from cogwg.core.status import Status, Timeliness
from cogwg.reporting.models import ReportState
from cogwg.reporting.queries import CurrentStatus, ReportFacts
from cogwg.reporting.rules import submission_problems

URGENCY_ORDER = (Timeliness.OVERDUE, Timeliness.DUE, Timeliness.NOT_YET_DUE)
"""The order of the worklist: urgency comes before the order of the plan."""


class ReportStage(StrEnum):
    """How far along an expected report is. Only ready reports can be submitted together."""

    TO_DO = "to-do"
    TO_CORRECT = "to-correct"
    READY = "ready"
    SUBMITTED = "in"


class NotSubmittedReason(StrEnum):
    """Why an expected report is left out when reports are submitted together.

    The last three are used only for submissions with the private link of a reminder: a report for which "nothing has changed"
    is not enough still lacks a status or a challenge, or the person left the report for later.
    """

    RETURNED = "returned"
    INCOMPLETE = "wanting"
    NOT_STARTED = "nothing"
    SAVED_MEANWHILE = "meanwhile"
    WITHOUT_STATUS = "status"
    WITHOUT_CHALLENGE = "challenge"
    LEFT_FOR_LATER = "later"


def not_submitted_reason(stage: ReportStage, *, is_returned: bool) -> NotSubmittedReason:
    """Return why a report at this stage was not submitted.

    A ready report is left out only if it was saved after the person who submits the reports had loaded the list.
    """
    if is_returned:
        return NotSubmittedReason.RETURNED
    return {ReportStage.TO_CORRECT: NotSubmittedReason.INCOMPLETE, ReportStage.TO_DO: NotSubmittedReason.NOT_STARTED}.get(
        stage, NotSubmittedReason.SAVED_MEANWHILE
    )


def is_report_expected(previous_status: Status | None, *, is_begun: bool) -> bool:
    """Return whether a quarter expects a report on an activity. Every page and message uses this rule.

    ``previous_status`` is the status last reported before the quarter; a complete activity does not need another report.
    ``is_begun`` is true if the quarter already has a report, even a draft: that report stays expected, so that it is shown.
    """
    return is_begun or previous_status is not Status.COMPLETE


def is_report_missing(*, is_expected: bool, is_submitted: bool, is_superseded: bool) -> bool:
    """Return whether a report is expected and not submitted, and can still be submitted, because no later quarter has a
    report.
    """
    return is_expected and not is_submitted and not is_superseded


def report_stage(current_status: CurrentStatus, report: ReportFacts | None) -> ReportStage:
    """Return a report's stage: to do (nothing saved), to correct (incomplete or returned), ready to submit, or submitted."""
    if report is None:
        return ReportStage.TO_DO
    if report.state is ReportState.SUBMITTED:
        return ReportStage.SUBMITTED
    if report.state is ReportState.RETURNED or submission_problems(report.draft, current_status.timeliness):
        return ReportStage.TO_CORRECT
    return ReportStage.READY
