"""Counts of a plan's activities that are complete, overdue, due or not yet due, with the result in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status, Timeliness
from cogwg.reporting.queries import CurrentStatus

NOTHING_DUE = Bilingual("Nothing is due yet", "Rien n’est encore échu")


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
            return NOTHING_DUE
        return result_in_words(self.complete, self.total, overdue=self.overdue)


def result_in_words(complete: int, total: int, *, substantial: int = 0, overdue: int = 0) -> Bilingual:
    """Return counts in words: "2 of 4 complete; 1 with substantial progress; 1 overdue". A count of 0 is left out."""
    en = [f"{complete} of {total} complete" if complete else f"None of {total} complete"]
    done = "réalisées" if complete > 1 else "réalisée"
    fr = [f"{complete} sur {total} {done}" if complete else f"Aucune réalisée sur {total}"]
    if substantial:
        en.append(f"{substantial} with substantial progress")
        fr.append(f"{substantial} {'montre' if substantial == 1 else 'montrent'} des progrès importants")
    if overdue:
        en.append(f"{overdue} overdue")
        fr.append(f"{overdue} en retard")
    return Bilingual("; ".join(en), "; ".join(fr))


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
