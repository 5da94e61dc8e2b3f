"""What the timeline shows for a priority: markers, how late activities are or were, and the names of some activities.

All formats draw the same track; a position is a share of the scale, from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from cogwg.briefing.deck import ActivityState, GlanceRow, Month, TimelineSlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.time_scale import TimeScale
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import NBSP, count_phrase, day, day_of_month, month_of_year, short_month
from cogwg.core.status import Status, Timeliness

MarkerState = Status | Timeliness
_ORDER = (Status.COMPLETE, Timeliness.OVERDUE, Timeliness.DUE, Timeliness.NOT_YET_DUE)
_AHEAD = (Timeliness.DUE, Timeliness.NOT_YET_DUE)
_SIGNS: dict[MarkerState, str] = {Timeliness.OVERDUE: "▲", Timeliness.DUE: "►"}


@dataclass(frozen=True, slots=True)
class Marker:
    """The activities of a priority that have the same state on the same day; ``at`` is the marker's position.

    ``since`` is where the bar begins for activities that were done late, and ``until`` where the bar ends for overdue ones.
    ``place`` numbers the markers on the same day from 0, so that they can be drawn side by side.
    """

    state: MarkerState
    at: float
    count: int
    since: float | None = None
    until: float | None = None
    place: int = 0

    @property
    def sign(self) -> str:
        """The sign of the marker's state, with the number of activities if there are several."""
        return f"{_SIGNS.get(self.state, '')}{self.count if self.count > 1 else ''}"


@dataclass(frozen=True, slots=True)
class Track:
    """A priority on the timeline: its markers, its overdue activities (the longest overdue first), and those that
    are due next.
    """

    number: int
    short: Bilingual
    markers: tuple[Marker, ...]
    late: tuple[ActivityState, ...]
    next_due: tuple[ActivityState, ...]
    states: tuple[ActivityState, ...]


def tracks(slide: TimelineSlide, scale: TimeScale, today: date) -> tuple[Track, ...]:
    """Return a track for each priority."""
    following = next_due(slide)
    return tuple(_track(row, scale, today, following) for row in slide.rows)


def next_due(slide: TimelineSlide) -> date | None:
    """Return the earliest due day of the activities that are neither complete nor overdue; None if there are none."""
    ahead = (state for row in slide.rows for state in row.states if _state(state) in _AHEAD)
    return min((state.due_on for state in ahead), default=None)


def _track(row: GlanceRow, scale: TimeScale, today: date, following: date | None) -> Track:
    late = sorted((state for state in row.states if state.timeliness.is_overdue), key=lambda state: state.due_on)
    coming = tuple(state for state in row.states if state.due_on == following and _state(state) in _AHEAD)
    return Track(row.number, row.short, _markers(row.states, scale, today), tuple(late), coming, row.states)


def _state(state: ActivityState) -> MarkerState:
    return Status.COMPLETE if state.status is Status.COMPLETE else state.timeliness


def _markers(states: Iterable[ActivityState], scale: TimeScale, today: date) -> tuple[Marker, ...]:
    """Return a marker for each group of activities with the same state on the same day; for overdue activities, with a bar up
    to today.
    """

    def key(state: ActivityState) -> tuple[date, int, date]:
        return _day(state), _ORDER.index(_state(state)), state.due_on

    markers: list[Marker] = []
    for (when, order, due_on), group in groupby(sorted(states, key=key), key=key):
        state, at = _ORDER[order], scale.share(when)
        since = scale.share(due_on) if due_on < when else None
        place = sum(marker.at == at for marker in markers)
        until = scale.share(today) if state is Timeliness.OVERDUE else None
        markers.append(Marker(state, at, len(list(group)), since, until, place))
    return tuple(markers)


def _day(state: ActivityState) -> date:
    """Return the day of the marker: the due day or, if the activity was done late, the day on which it was completed."""
    return _done_late_on(state) or state.due_on


def _done_late_on(state: ActivityState) -> date | None:
    return state.reported_on if state.timeliness is Timeliness.DONE_LATE else None


def legend(all_tracks: Iterable[Track]) -> tuple[MarkerState, ...]:
    """Return the states of the markers on these tracks, in the order of the legend."""
    drawn = {marker.state for track in all_tracks for marker in track.markers}
    return tuple(state for state in _ORDER if state in drawn)


def description(slide: TimelineSlide, all_tracks: Sequence[Track], scale: TimeScale, today: date) -> Bilingual:
    """Return a description of the timeline: its months, today, and the number of activities in each state for each priority."""
    first, last, when = month_of_year(*scale.months[0]), month_of_year(*scale.months[-1]), day_of_month(today)
    rows = [_counted_states(track) for track in all_tracks]
    en, fr = slide.title.text("en"), slide.title.text("fr")
    return Bilingual(
        f"{en}, {first.en} to {last.en}, with a line at {when.en}. {' '.join(row.en for row in rows)}",
        f"{fr}, de {first.fr} à {last.fr}, avec un trait au {when.fr}. {' '.join(row.fr for row in rows)}",
    )


def _counted_states(track: Track) -> Bilingual:
    counts = [(state, sum(_state(own) == state for own in track.states)) for state in _ORDER[:3]]
    done_late = sum(own.timeliness is Timeliness.DONE_LATE for own in track.states)
    later = sum(_state(own) is Timeliness.NOT_YET_DUE for own in track.states)
    parts = [wording.counted_activities(state, n) for state, n in counts if n]
    if done_late:
        parts.insert(1, Bilingual(f"{done_late}{NBSP}of them late", f"dont {done_late} en retard"))
    if later:
        parts.append(wording.counted_activities(Timeliness.NOT_YET_DUE, later))
    if not parts:
        return EMPTY_TEXT
    number = track.number
    return Bilingual(
        f"{wording.PRIORITY.en}{NBSP}{number}: {', '.join(part.en for part in parts)}.",
        f"{wording.PRIORITY.fr}{NBSP}{number}{NBSP}: {', '.join(part.fr for part in parts)}.",
    )


def month_label(month: Month, year: int) -> Bilingual:
    """Return the short name of a month, capitalized in both languages; January of another year also shows the year."""
    number = month[1]
    suffix = f" {month[0]}" if month[0] != year and number == 1 else ""
    name = short_month(number)
    return Bilingual(name.en + suffix, name.fr.capitalize() + suffix)


def today_label(today: date) -> Bilingual:
    when = day_of_month(today)
    return Bilingual(f"Today, {when.en}", f"Aujourd’hui, {when.fr}")


def by_day_label(when: date, as_of: date) -> Bilingual:
    """Return the label before an activity that is due next, such as "By October 31:"."""
    words = day_of_month(when) if when.year == as_of.year else day(when)
    return Bilingual(f"By {words.en}:", f"D’ici le {words.fr}{NBSP}:")


def due_by(when: date, as_of: date) -> Bilingual:
    """Return the heading of the activities that are due next, such as "Due by October 31"."""
    words = day_of_month(when) if when.year == as_of.year else day(when)
    return Bilingual(f"Due by {words.en}", f"À terminer d’ici le {words.fr}")


def late_label(due_on: date, as_of: date) -> Bilingual:
    """Return the label before an overdue activity, such as "8 days late:"."""
    days = count_phrase(max((as_of - due_on).days, 1), Bilingual("day", "jour"), Bilingual("days", "jours"))
    return Bilingual(f"▲ {days.en} late:", f"▲ {days.fr} de retard{NBSP}:")
