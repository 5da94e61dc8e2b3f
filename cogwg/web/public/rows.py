"""Activities as lists of the public record show them, with their last published reports."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cogwg.core.status import Timeliness
from cogwg.tracker.reading import QuarterOfActivity
from cogwg.tracker.searching import FoundText
from cogwg.tracker.values import PublishedActivity, PublishedPriority
from cogwg.web.public.shown import Shown


@dataclass(frozen=True, slots=True)
class TrackedActivity:
    """An activity with the quarter of its last report (None if there is none), and what a search found in it."""

    activity: PublishedActivity
    timeliness: Timeliness
    last: QuarterOfActivity | None
    quarters: tuple[QuarterOfActivity, ...]
    match: FoundText | None = None

    @property
    def is_late(self) -> bool:
        return self.timeliness in (Timeliness.OVERDUE, Timeliness.DONE_LATE)


def activity_row(shown: Shown, activity: PublishedActivity, match: FoundText | None = None) -> TrackedActivity:
    histories = shown.histories
    timeliness = shown.content.timeliness(activity)
    return TrackedActivity(activity, timeliness, histories.last_report(activity), histories.of(activity.code), match)


def activity_rows(
    shown: Shown,
    priority: PublishedPriority,
    matches: Mapping[str, FoundText] | None = None,
    only: Collection[str] | None = None,
) -> list[TrackedActivity]:
    """Return the rows of a priority's activities, or only of those with the codes ``only``, with what a search found."""
    return [
        activity_row(shown, activity, (matches or {}).get(activity.code))
        for activity in priority.activities
        if only is None or activity.code in only
    ]
