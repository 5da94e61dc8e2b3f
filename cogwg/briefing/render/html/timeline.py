"""The timeline for the HTML slides. Positions are percentages, so that it is as wide as its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cogwg.briefing.deck import ActivityState, TimelineSlide
from cogwg.briefing.render import track
from cogwg.briefing.render.html.bars import series_css_class
from cogwg.briefing.render.time_scale import TimeScale
from cogwg.briefing.render.track import Marker, MarkerState, Track, by_day_label, late_label
from cogwg.core.bilingual import Bilingual

_FLAG_SHARE = 0.15
"""The share of the width, at each edge, in which the text of today begins or ends at its line instead of being centred on
it."""
_MARKER_WIDTH = 1.25
"""The distance in em between markers on the same day."""


@dataclass(frozen=True, slots=True)
class DrawnTimeline:
    """A timeline as of a day: the names of its months, the position of today as a share of the width, its description, and its
    tracks.
    """

    months: tuple[Bilingual, ...]
    today: float
    today_text: Bilingual
    description: Bilingual
    tracks: tuple[Track, ...]

    @property
    def legend(self) -> tuple[MarkerState, ...]:
        return track.legend(self.tracks)

    @property
    def flag_anchor(self) -> str:
        if self.today < _FLAG_SHARE:
            return "start"
        return "end" if self.today > 1 - _FLAG_SHARE else "middle"


def drawn(slide: TimelineSlide, today: date) -> DrawnTimeline:
    """Return the timeline as the template draws it."""
    scale = TimeScale.of((state for row in slide.rows for state in row.states), today)
    tracks = track.tracks(slide, scale, today)
    return DrawnTimeline(
        tuple(track.month_label(month, today.year) for month in scale.months),
        scale.share(today),
        track.today_label(today),
        track.description(slide, tracks, scale, today),
        tracks,
    )


def percent(share: float) -> str:
    """Return a share of the width as a percentage for an SVG attribute."""
    return f"{round(100 * share, 2):g}%"


def css_class(marker: Marker) -> str:
    return f"status-{series_css_class(marker.state)}"


def marker_left(marker: Marker) -> str:
    """Return the distance of a marker's left edge from its day, as a CSS length; several markers on one day are
    side by side.
    """
    return f"{-_MARKER_WIDTH * (marker.place + 0.5):g}em"


def marker_middle(marker: Marker) -> str:
    return f"{-_MARKER_WIDTH * marker.place:g}em"


def late_text(state: ActivityState, today: date) -> Bilingual:
    """Return the label of an overdue activity without its mark, which the template draws."""
    words = late_label(state.due_on, today)
    return Bilingual(words.en.removeprefix("▲ "), words.fr.removeprefix("▲ "))


def next_text(state: ActivityState, today: date) -> Bilingual:
    return by_day_label(state.due_on, today)
