"""The status and timeliness of activities: one scale everywhere, with the labels of Canada's National Action Plan tracker.

The code is stored and the label is shown. Pages, decks, workbooks and feeds take the labels only from here.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from cogwg.core.bilingual import Bilingual


class Status(StrEnum):
    """The progress of an activity, on a scale from not started to complete."""

    NOT_STARTED = "NS"
    LIMITED = "LP"
    SUBSTANTIAL = "SP"
    COMPLETE = "C"

    @property
    def label(self) -> Bilingual:
        return STATUS_LABELS[self]


STATUS_LABELS = {
    Status.NOT_STARTED: Bilingual("Not started", "Non commencé"),
    Status.LIMITED: Bilingual("Limited progress", "Progrès limité"),
    Status.SUBSTANTIAL: Bilingual("Substantial progress", "Progrès important"),
    Status.COMPLETE: Bilingual("Complete", "Réalisé"),
}
NO_REPORT = Bilingual("No report", "Aucun rapport")


class Timeliness(StrEnum):
    """An activity's state relative to its due day: computed, never entered."""

    NOT_YET_DUE = "not-yet-due"
    DUE = "due"
    OVERDUE = "overdue"
    DONE_ON_TIME = "done-on-time"
    DONE_LATE = "done-late"

    @property
    def label(self) -> Bilingual:
        return TIMELINESS_LABELS[self]

    @property
    def has_begun(self) -> bool:
        """Whether the due month has begun or the activity is complete; if so, a status is expected."""
        return self is not Timeliness.NOT_YET_DUE

    @property
    def is_overdue(self) -> bool:
        return self is Timeliness.OVERDUE

    @property
    def is_open(self) -> bool:
        """Whether the activity is due or overdue, and therefore not complete; pages mark such activities."""
        return self in (Timeliness.DUE, Timeliness.OVERDUE)


TIMELINESS_LABELS = {
    Timeliness.NOT_YET_DUE: Bilingual("Not yet due", "Pas encore échu"),
    Timeliness.DUE: Bilingual("Due", "À échéance"),
    Timeliness.OVERDUE: Bilingual("Overdue", "En retard"),
    Timeliness.DONE_ON_TIME: Bilingual("Done on time", "Réalisé à temps"),
    Timeliness.DONE_LATE: Bilingual("Done late", "Réalisé en retard"),
}


def timeliness(due_from: date, due_on: date, today: date, completed_on: date | None) -> Timeliness:
    """Return the timeliness of an activity on a day; every page, deck and workbook uses this function.

    ``due_from`` is the first day of the due month, and ``due_on`` the exact due day or else the last day of that month.
    ``completed_on`` is the day on which the status Complete was submitted, or None. All days are in America/Toronto.
    """
    if completed_on is not None:
        return Timeliness.DONE_ON_TIME if completed_on <= due_on else Timeliness.DONE_LATE
    if today < due_from:
        return Timeliness.NOT_YET_DUE
    return Timeliness.DUE if today <= due_on else Timeliness.OVERDUE
