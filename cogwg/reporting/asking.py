"""What is asked of those who report, and how far they are. Pure decisions over what was read."""

from __future__ import annotations

from enum import StrEnum

from cogwg.core.scale import Status, Timeliness
from cogwg.reporting.models import ReportState
from cogwg.reporting.queries import ReportFacts, Standing
from cogwg.reporting.rules import lacking

URGENCY = (Timeliness.OVERDUE, Timeliness.DUE, Timeliness.NOT_YET_DUE)
"""What comes first on a desk: urgency beats the order of the plan."""


class Stage(StrEnum):
    """How far the report of an asked activity is; only what is ready can be submitted with the rest."""

    TO_DO = "to-do"
    TO_CORRECT = "to-correct"
    READY = "ready"
    IN = "in"


def is_asked(standing: Standing, report: ReportFacts | None) -> bool:
    """A complete activity asks for no further report; one that this quarter has a report of stays in sight."""
    return standing.status is not Status.COMPLETE or report is not None


def stage(standing: Standing, report: ReportFacts | None) -> Stage:
    """How far a report is: not begun, kept but wanting something, ready to be sent, or in."""
    if report is None:
        return Stage.TO_DO
    if report.state is ReportState.SUBMITTED:
        return Stage.IN
    if report.state is ReportState.RETURNED or lacking(report.draft, standing.timeliness):
        return Stage.TO_CORRECT
    return Stage.READY
