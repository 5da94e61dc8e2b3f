"""Counts of a plan's activities that are complete, overdue, due or not yet due, with the result in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status, Timeliness
from cogwg.reporting.queries import CurrentStatus


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """Counts of activities by timeliness, and of complete ones.

    ``due_days`` is the number of days until the earliest due day of those counted in ``due``; 0 if there are none.
    """

    total: int
    complete: int
    overdue: int
    due: int
    due_days: int
    not_yet_due: int

    @property
    def sentence(self) -> Bilingual:
        """The result in words: "2 of 4 complete; 1 overdue", or "Nothing is due yet"."""
        if self.not_yet_due == self.total:
            return Bilingual("Nothing is due yet", "Rien n’est encore échu")
        en = f"{self.complete} of {self.total} complete"
        fr = f"{self.complete} sur {self.total} {'réalisées' if self.complete > 1 else 'réalisée'}"
        if not self.complete:
            en, fr = f"None of {self.total} complete", f"Aucune réalisée sur {self.total}"
        if self.overdue:
            en, fr = f"{en}; {self.overdue} overdue", f"{fr}; {self.overdue} en retard"
        return Bilingual(en, fr)


def count_statuses(current_statuses: Iterable[CurrentStatus]) -> StatusCounts:
    """Count these activities. A complete activity counts as complete whatever its due day; the others count by timeliness."""
    statuses = list(current_statuses)
    due = [s.days for s in statuses if s.timeliness is Timeliness.DUE]
    return StatusCounts(
        total=len(statuses),
        complete=sum(s.status is Status.COMPLETE for s in statuses),
        overdue=sum(s.timeliness is Timeliness.OVERDUE for s in statuses),
        due=len(due),
        due_days=min(due, default=0),
        not_yet_due=sum(s.timeliness is Timeliness.NOT_YET_DUE for s in statuses),
    )
