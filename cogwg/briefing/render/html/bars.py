"""Stacked bars as numbers for an SVG: where each part starts, how wide it is, and what it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cogwg.core.scale import Status, Timeliness

WIDTH = 400
_LEGIBLE = 16
"""A part narrower than this shows no number; the table beside it has them all."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: its look, its place, and its count where there is room to say it."""

    look: str
    x: float
    width: float
    count: int

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def legible(self) -> bool:
        return self.width >= _LEGIBLE


def series_look(series: Status | Timeliness | None) -> str:
    """The class of a counted word, the same as of a status cell."""
    return "silent" if series is None else "later" if isinstance(series, Timeliness) else series.value


def bar(counts: Sequence[int], series: Sequence[Status | Timeliness | None], most: int) -> tuple[Part, ...]:
    """The parts of one bar; a bar of ``most`` fills the width."""
    parts, x = [], 0.0
    for count, word in zip(counts, series, strict=True):
        if count:
            width = round(WIDTH * count / most, 2)
            parts.append(Part(series_look(word), round(x, 2), width, count))
            x += width
    return tuple(parts)
