"""The status of each activity of a plan at the end of each quarter. All functions are pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cogwg.core.status import Status, Timeliness, timeliness
from cogwg.plan.queries import ActivityFacts, PlanFacts


def quarter_end_statuses(
    plan: PlanFacts, statuses_by_quarter: Mapping[str, Mapping[int, Status]], ends: Iterable[tuple[str, date]]
) -> Iterator[tuple[Status | Timeliness | None, ...]]:
    """Yield, for each quarter, what every activity counts as at its end: a status or, without a report, "not yet due" or None
    for "no report".

    ``ends`` are the key of each quarter and the day as of which to count. A report counts for its own quarter, however late it
    was submitted, and for later quarters until there is another report on the activity.
    """
    latest: dict[int, Status] = {}
    for key, on in ends:
        latest = {**latest, **statuses_by_quarter.get(key, {})}
        yield tuple(latest.get(activity.id) or _without_report(activity, on) for activity in plan.activities)


def _without_report(activity: ActivityFacts, on: date) -> Timeliness | None:
    when = timeliness(activity.due_from, activity.due_on, on, None)
    return when if when is Timeliness.NOT_YET_DUE else None
