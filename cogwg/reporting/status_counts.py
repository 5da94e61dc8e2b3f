"""Counts of activities that are complete, overdue, due or not yet due, with the result in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status, Timeliness
from cogwg.reporting.queries import CurrentStatus

NOTHING_DUE = Bilingual("Nothing is due yet", "Rien n’est encore échu")
NOT_YET_DUE = (Bilingual("not yet due", "pas encore échue"), Bilingual("not yet due", "pas encore échues"))


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """Counts of activities by timeliness, and of complete ones.

    ``due_in_days`` is the number of days until the earliest due day of the activities counted in ``due``; 0 if there are none.
    """

    total: int
    complete: int
    overdue: int
    due: int
    due_in_days: int
    not_yet_due: int

    @property
    def sentence(self) -> Bilingual:
        """The result in words, such as "2 of 4 complete; 1 overdue; 1 not yet due", or ``NOTHING_DUE``."""
        if self.not_yet_due == self.total:
            return NOTHING_DUE
        return result_in_words(
            self.complete,
            self.total,
            [
                CountedWords(self.overdue, Bilingual("overdue", "en retard"), Bilingual("overdue", "en retard")),
                CountedWords(self.due, Bilingual("due", "à échéance"), Bilingual("due", "à échéance")),
                CountedWords(self.not_yet_due, *NOT_YET_DUE),
            ],
        )


@dataclass(frozen=True, slots=True)
class CountedWords:
    """A number of activities, the words for one and for several of them, and how many of them are overdue.

    ``overdue`` is 0 if the words already say that they are overdue.
    """

    count: int
    singular: Bilingual
    plural: Bilingual
    overdue: int = 0

    @property
    def words(self) -> Bilingual:
        """The number with its words: "1 with limited progress (overdue)", "3 with limited progress (1 overdue)"."""
        words = self.singular if self.count < 2 else self.plural
        en, fr = f"{self.count} {words.en}", f"{self.count} {words.fr}"
        if not self.overdue:
            return Bilingual(en, fr)
        if self.overdue == self.count:
            return Bilingual(f"{en} (overdue)", f"{fr} (en retard)")
        return Bilingual(f"{en} ({self.overdue} overdue)", f"{fr} (dont {self.overdue} en retard)")


def result_in_words(complete: int, total: int, others: Iterable[CountedWords]) -> Bilingual:
    """Return counts in words: "2 of 4 complete; 1 with substantial progress; 1 not yet due". A count of 0 is left out.

    ``others`` count the activities that are not complete, each activity once, so that all numbers add up to the total.
    """
    done = "réalisées" if complete > 1 else "réalisée"
    first = Bilingual(f"{complete} of {total} complete", f"{complete} sur {total} {done}")
    if not complete:
        first = Bilingual(f"None of {total} complete", f"Aucune réalisée sur {total}")
    parts = [first, *(other.words for other in others if other.count)]
    return Bilingual("; ".join(part.en for part in parts), "; ".join(part.fr for part in parts))


def count_statuses(current_statuses: Iterable[CurrentStatus]) -> StatusCounts:
    """Count these activities. Complete activities count as complete, whatever their due day; the others count by timeliness."""
    statuses = list(current_statuses)
    due = [s.days for s in statuses if s.timeliness is Timeliness.DUE]
    return StatusCounts(
        total=len(statuses),
        complete=sum(s.status is Status.COMPLETE for s in statuses),
        overdue=sum(s.timeliness is Timeliness.OVERDUE for s in statuses),
        due=len(due),
        due_in_days=min(due, default=0),
        not_yet_due=sum(s.timeliness is Timeliness.NOT_YET_DUE for s in statuses),
    )
