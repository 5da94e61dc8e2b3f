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


class Left(StrEnum):
    """Why the report of an asked activity is not sent with the rest."""

    RETURNED = "returned"
    WANTING = "wanting"
    NOTHING = "nothing"
    MEANWHILE = "meanwhile"


def left_behind(stage: Stage, *, returned: bool) -> Left:
    """Why a report at this stage stayed behind; what is ready and was not sent was saved while the sender looked."""
    if returned:
        return Left.RETURNED
    return {Stage.TO_CORRECT: Left.WANTING, Stage.TO_DO: Left.NOTHING}.get(stage, Left.MEANWHILE)


def is_asked(before: Status | None, *, begun: bool) -> bool:
    """Whether a quarter asks those who may report on an activity for a report of it, which every page and letter asks here.

    ``before`` is where the activity stands without the quarter's own report: what is complete asks for no further one.
    ``begun`` says that the quarter has a report of it: that stays asked for, so that it stays in sight.
    """
    return begun or before is not Status.COMPLETE


def is_missing(*, asked: bool, inside: bool, over: bool) -> bool:
    """Whether somebody can still send what is asked: it is not in, and no later quarter has its report already."""
    return asked and not inside and not over


def stage(standing: Standing, report: ReportFacts | None) -> Stage:
    """How far a report is: not begun, kept but wanting something, ready to be sent, or in."""
    if report is None:
        return Stage.TO_DO
    if report.state is ReportState.SUBMITTED:
        return Stage.IN
    if report.state is ReportState.RETURNED or lacking(report.draft, standing.timeliness):
        return Stage.TO_CORRECT
    return Stage.READY
