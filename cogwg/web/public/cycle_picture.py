"""An engagement cycle as a picture: the positions of its overlapping phases on an axis of months, for drawing as SVG.

Pure geometry: horizontal positions are percentages of the width, so that text keeps its size; vertical ones are in pixels. A
phase that lasts much longer than the others ends in a separate column, which is not to scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cogwg.core import dates
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import last_of_month
from cogwg.tracker.engagement import PublishedCycle, PublishedPhase

AXIS_FROM, AXIS_TO = 17.0, 100.0
"""The left and right edges of the space for bars, as percentages of the width. The titles are to the left of it."""
TAIL_WIDTH = 17.0
HEADER_HEIGHT, ROW_HEIGHT = 52, 40
MONTHS_IN_YEAR = 12
LONG = 12
"""A phase that lasts more months than this is drawn in the column at the end, if another phase is shorter."""
MOST_NAMED_MONTHS = 14
"""If the axis has more months than this, only years are named."""
LEAST_LABEL_WIDTH = 17.0
"""A narrower bar has no words in it, as a percentage of the width. The words are in the rows below the picture."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of a phase. ``dash_to`` is the end of the dashed line of a phase without an end date, otherwise None."""

    phase: PublishedPhase
    y: int
    x: float
    width: float
    dash_to: float | None

    @property
    def middle(self) -> int:
        return self.y + ROW_HEIGHT // 2

    @property
    def has_room(self) -> bool:
        """Whether words fit in the bar."""
        return self.width >= LEAST_LABEL_WIDTH


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the axis; ``name`` is empty if it does not fit, and ``year`` is 0 except for the first month of a year."""

    x: float
    name: Bilingual
    year: int


@dataclass(frozen=True, slots=True)
class Tail:
    """The column at the end that is not to scale, and the months that it covers, in words."""

    x: float
    words: Bilingual


@dataclass(frozen=True, slots=True)
class CyclePicture:
    """The picture. ``today_x`` is None if today is before its first month or after its last."""

    bars: tuple[Bar, ...]
    months: tuple[Month, ...]
    tail: Tail | None
    today_x: float | None
    height: int

    @property
    def today_anchor(self) -> str:
        """The side of today's line on which its label is shown."""
        return "end" if self.today_x is not None and self.today_x > AXIS_TO - LEAST_LABEL_WIDTH else "start"


def cycle_picture(cycle: PublishedCycle, today: date) -> CyclePicture:
    """Return the picture of a cycle that has at least one phase."""
    axis = _axis(cycle.phases)
    bars = tuple(_bar(phase, HEADER_HEIGHT + ROW_HEIGHT * row, axis) for row, phase in enumerate(cycle.phases))
    first_day, last_day = _first_day(axis.first), _last_day(axis.end)
    today_x = axis.x_of(today) if first_day <= today <= last_day else None
    tail = Tail(axis.tail_x, _span(axis.last + 1, axis.end)) if axis.has_tail else None
    return CyclePicture(bars, tuple(_months(axis)), tail, today_x, HEADER_HEIGHT + ROW_HEIGHT * len(bars) + 4)


@dataclass(frozen=True, slots=True)
class _Axis:
    """The axis from the month ``first`` to ``last`` and, with a tail, to ``end``. Months are counted from the year 0."""

    first: int
    last: int
    end: int

    @property
    def has_tail(self) -> bool:
        return self.end > self.last

    @property
    def tail_x(self) -> float:
        return AXIS_TO - TAIL_WIDTH if self.has_tail else AXIS_TO

    def x_of(self, day: date, *, is_end: bool = False) -> float:
        """Return the position at which a day begins or, with ``is_end``, ends."""
        month = _month(day)
        days = last_of_month(day.year, day.month).day
        place = month - self.first + (day.day - (0 if is_end else 1)) / days
        size = self.last - self.first + 1
        if place <= size:
            return round(AXIS_FROM + (self.tail_x - AXIS_FROM) * place / size, 2)
        return round(self.tail_x + TAIL_WIDTH * (place - size) / (self.end - self.last), 2)


def _axis(phases: tuple[PublishedPhase, ...]) -> _Axis:
    first = min(_month(phase.starts_on) for phase in phases)
    spans = [(_month(phase.starts_on), _month(phase.ends_on or phase.starts_on)) for phase in phases]
    end = max(last for _first, last in spans)
    short = [last for own_first, last in spans if last - own_first < LONG]
    last = max(short, default=end)
    return _Axis(first, last if end - last >= LONG else end, end)


def _bar(phase: PublishedPhase, y: int, axis: _Axis) -> Bar:
    x = axis.x_of(phase.starts_on)
    if phase.ends_on is not None:
        return Bar(phase, y, x, round(axis.x_of(phase.ends_on, is_end=True) - x, 2), None)
    first_month = axis.x_of(last_of_month(phase.starts_on.year, phase.starts_on.month), is_end=True)
    return Bar(phase, y, x, round(first_month - x, 2), axis.tail_x)


def _months(axis: _Axis) -> list[Month]:
    is_named = axis.last - axis.first < MOST_NAMED_MONTHS
    months = []
    for number in range(axis.first, axis.last + 1):
        day = _first_day(number)
        is_first = number == axis.first or day.month == 1
        if is_named or is_first:
            name = dates.short_month(day.month) if is_named else Bilingual("", "")
            months.append(Month(axis.x_of(day), name, day.year if is_first else 0))
    return months


def _span(first: int, last: int) -> Bilingual:
    start, end = (dates.month_of_year(day.year, day.month) for day in (_first_day(first), _first_day(last)))
    if first == last:
        return start
    article = "d’" if start.fr.startswith(("a", "o")) else "de "
    return Bilingual(f"{start.en} to {end.en}", f"{article}{start.fr} à {end.fr}")


def _month(day: date) -> int:
    return day.year * MONTHS_IN_YEAR + day.month - 1


def _first_day(month: int) -> date:
    return date(month // MONTHS_IN_YEAR, month % MONTHS_IN_YEAR + 1, 1)


def _last_day(month: int) -> date:
    return last_of_month(month // MONTHS_IN_YEAR, month % MONTHS_IN_YEAR + 1)
