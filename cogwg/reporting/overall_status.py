"""A priority's overall status, computed from its activities, with the reason in words. Pure functions.

The scale is the completion scale of the Open Government Partnership: complete when all work is done, not started when none is,
and substantial or limited in between. Activities are not weighted, and missing reports are not estimated:

- *Complete* when every activity is complete.
- *Substantial progress* when more than half of the activities are complete or substantially advanced.
- *Not started* when every report says so.
- *Limited progress* otherwise.
- No status while nothing has been reported.

Lateness does not lower the status, because timeliness is always shown separately; the reason says how many are overdue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status, Timeliness
from cogwg.reporting.queries import CurrentStatus
from cogwg.reporting.status_counts import NOT_YET_DUE, NOTHING_DUE, CountedWords, result_in_words

_STATUS_WORDS = {
    Status.SUBSTANTIAL: (
        Bilingual("with substantial progress", "avec des progrès importants"),
        Bilingual("with substantial progress", "avec des progrès importants"),
    ),
    Status.LIMITED: (
        Bilingual("with limited progress", "avec des progrès limités"),
        Bilingual("with limited progress", "avec des progrès limités"),
    ),
    Status.NOT_STARTED: (Bilingual("not started", "non commencée"), Bilingual("not started", "non commencées")),
}
_WITHOUT_REPORT = Bilingual("without a report", "sans rapport")


@dataclass(frozen=True, slots=True)
class OverallAssessment:
    """The overall status (None until something is reported) and the reason for it: counts of activities in words."""

    status: Status | None
    reason: Bilingual


def assess_overall(current_statuses: Iterable[CurrentStatus]) -> OverallAssessment:
    """Assess the overall status of these activities from their latest submissions."""
    statuses = list(current_statuses)
    counts = Counter(s.status for s in statuses)
    status = _overall_status(counts, len(statuses))
    if status is None and all(s.timeliness is Timeliness.NOT_YET_DUE for s in statuses):
        return OverallAssessment(None, NOTHING_DUE)
    return OverallAssessment(status, result_in_words(counts[Status.COMPLETE], len(statuses), _others(statuses)))


def _others(statuses: Sequence[CurrentStatus]) -> list[CountedWords]:
    """Count the activities that are not complete, each once: by status or, if it has none, by whether a report is expected
    yet.
    """
    counted = [
        _count([s for s in statuses if s.status is status], *_STATUS_WORDS[status])
        for status in (Status.SUBSTANTIAL, Status.LIMITED, Status.NOT_STARTED)
    ]
    later = [s for s in statuses if not s.shows_status]
    without_report = [s for s in statuses if s.status is None and s.shows_status]
    return [*counted, _count(without_report, _WITHOUT_REPORT, _WITHOUT_REPORT), _count(later, *NOT_YET_DUE)]


def _count(statuses: Sequence[CurrentStatus], singular: Bilingual, plural: Bilingual) -> CountedWords:
    overdue = sum(s.timeliness is Timeliness.OVERDUE for s in statuses)
    return CountedWords(len(statuses), singular, plural, overdue)


def _overall_status(counts: Counter[Status | None], total: int) -> Status | None:
    advanced = counts[Status.COMPLETE] + counts[Status.SUBSTANTIAL]
    if counts[None] == total:
        return None
    if counts[Status.COMPLETE] == total:
        return Status.COMPLETE
    if 2 * advanced > total:
        return Status.SUBSTANTIAL
    return Status.LIMITED if advanced or counts[Status.LIMITED] else Status.NOT_STARTED
