"""The segments of stacked bars: with position, width and count for an SVG, and with words and count for the summary slide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cogwg.briefing.deck import MilestonesSlide, SummaryRow
from cogwg.briefing.render import wording
from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status, Timeliness

WIDTH = 400
_LEGIBLE_WIDTH = 16
"""The minimum width of a segment that shows its number; the table beside the chart has all the numbers."""


@dataclass(frozen=True, slots=True)
class BarSegment:
    """A segment of a bar; its ``count`` is shown only if it ``is_legible``."""

    css_class: str
    x: float
    width: float
    count: int

    @property
    def is_silent(self) -> bool:
        """Whether the segment counts activities without a report, and is therefore hatched."""
        return self.css_class == "silent"

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def is_legible(self) -> bool:
        return self.width >= _LEGIBLE_WIDTH


def series_css_class(series: Status | Timeliness | None) -> str:
    """Return the CSS class of a series; status cells use the same classes."""
    if series is None:
        return "silent"
    return "later" if series is Timeliness.NOT_YET_DUE else series.value


def bar_segments(
    counts: Sequence[int], series: Sequence[Status | Timeliness | None], longest_total: int
) -> tuple[BarSegment, ...]:
    """Return the segments of one bar. A bar with a total of ``longest_total`` fills the width of the chart."""
    parts, x = [], 0.0
    for count, word in zip(counts, series, strict=True):
        if count:
            width = round(WIDTH * count / longest_total, 2)
            parts.append(BarSegment(series_css_class(word), round(x, 2), width, count))
            x += width
    return tuple(parts)


def age_shares(slide: MilestonesSlide, as_of: date) -> Mapping[date, str]:
    """Map the day on which each challenge or delay began to the length of its bar, as a percentage of the longest bar for an
    SVG attribute.
    """
    days = {row.since for row in slide.challenges if row.since} | {row.due_on for row in slide.late}
    ages = {day: max((as_of - day).days, 0) for day in days}
    longest = max(ages.values(), default=0) or 1
    return {day: f"{max(round(100 * age / longest, 1), 1):g}%" for day, age in ages.items()}


@dataclass(frozen=True, slots=True)
class SummarySegment:
    """A part of a priority's bar on the summary slide; ``ends_due`` marks the last part of what should be complete by now."""

    css_class: str
    words: Bilingual
    count: int
    ends_due: bool = False


def summary_segments(row: SummaryRow) -> tuple[SummarySegment, ...]:
    """Return the parts of a bar: first what should be complete by now, then the other activities."""
    parts: tuple[tuple[str, Status | Timeliness, int, bool], ...] = (
        ("C", Status.COMPLETE, row.complete_of_due, row.due > 0 and not row.overdue),
        ("overdue", Timeliness.OVERDUE, row.overdue, True),
        ("C", Status.COMPLETE, row.complete - row.complete_of_due, False),
        ("due", Timeliness.DUE, row.due_now, False),
        ("later", Timeliness.NOT_YET_DUE, row.later, False),
    )
    return tuple(
        SummarySegment(css_class, wording.counted_activities(state, count), count, ends_due)
        for css_class, state, count, ends_due in parts
        if count
    )
