"""The statuses of a plan for readers who are not signed in: those of the last published quarter, as of its publication.

On a page of a past day, it is the quarter that was the last one published by then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from cogwg.core.status import Status, Timeliness, timeliness
from cogwg.plan.queries import ActivityFacts, PlanFacts
from cogwg.reporting.past_days import PastDay
from cogwg.reporting.queries import NO_SUBMISSION, CurrentStatus, current_status_from_row, days_from_due
from cogwg.tracker.published_editions import QuarterEdition
from cogwg.tracker.values import PublishedActivity, PublishedCounts
from cogwg.web.http import published


@dataclass(frozen=True, slots=True)
class PublishedStatuses:
    """The statuses by activity id. ``edition`` is None if nothing about the plan was published; then no activity has a report.

    ``day`` is the day as of which activities are due or overdue: that of the publication or, without one, of the adoption.
    """

    edition: QuarterEdition | None
    day: date
    by_activity: dict[int, CurrentStatus]

    @property
    def counts(self) -> PublishedCounts:
        statuses = self.by_activity.values()
        complete = sum(each.status is Status.COMPLETE for each in statuses)
        return PublishedCounts(len(statuses), complete, sum(each.timeliness is Timeliness.OVERDUE for each in statuses))


def published_editions(year: int, past: PastDay | None = None) -> list[QuarterEdition]:
    """Return the published quarters of a plan in order, today or on a past day.

    For a past day as known that day, each is in the edition of that day; as known today, it is in its newest edition.
    """
    public = [edition for edition in published.record().editions if edition.content.year == year]
    if past is not None:
        public = [edition for edition in public if edition.visible_on <= past.day]
    newest = {edition.content.key: edition for edition in public}
    if past is not None and past.known_today:
        return [published.record().quarter(key) for key in newest]
    return list(newest.values())


def published_statuses(plan: PlanFacts, past: PastDay | None = None) -> PublishedStatuses:
    """Return the statuses of a plan's activities, today or on a past day."""
    editions = published_editions(plan.year, past)
    edition = editions[-1] if editions else None
    day = edition.content.published_on if edition is not None else plan.adopted_on
    reported = {each.code: each for each in edition.content.activities} if edition is not None else {}
    sample = edition is not None and edition.content.sample
    statuses = {each.id: _status(each, reported.get(each.code), day, sample=sample) for each in plan.activities}
    return PublishedStatuses(edition, day, statuses)


def _status(activity: ActivityFacts, reported: PublishedActivity | None, day: date, *, sample: bool) -> CurrentStatus:
    nothing = current_status_from_row(activity, NO_SUBMISSION, day)
    if reported is None or reported.status is None:
        return nothing
    when = timeliness(activity.due_from, activity.due_on, day, reported.completed_on)
    days = days_from_due(when, activity.due_on, day, reported.completed_on)
    return replace(nothing, status=reported.status, timeliness=when, days=days, sample=sample)
