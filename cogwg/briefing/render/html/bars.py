"""Stacked bars as numbers for an SVG: where each segment starts, its width and its count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cogwg.core.status import Status, Timeliness

WIDTH = 400
_LEGIBLE_WIDTH = 16
"""A segment narrower than this shows no number; the table beside the chart has all the numbers."""


@dataclass(frozen=True, slots=True)
class BarSegment:
    """A segment of a bar; its ``count`` is shown only if it ``is_legible``."""

    css_class: str
    x: float
    width: float
    count: int

    @property
    def is_later(self) -> bool:
        """Whether the segment counts activities that are not yet due; such a segment is hatched."""
        return self.css_class == "later"

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def is_legible(self) -> bool:
        return self.width >= _LEGIBLE_WIDTH


def series_css_class(series: Status | Timeliness | None) -> str:
    """Return the CSS class of a series; status cells use the same classes."""
    return "silent" if series is None else "later" if isinstance(series, Timeliness) else series.value


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
