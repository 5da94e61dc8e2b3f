"""The plan as a timeline: where each activity's marks lie on an axis of days, ready to be drawn as SVG.

Pure geometry: across in percent of the drawing, so that text keeps its size at every width; down in pixels. Two drawings
show the same lines: a wide one with the titles at the side, and a narrow one with the titles above.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import shorten

from cogwg.core.calendar import Quarter, local_day
from cogwg.core.scale import Status, Timeliness
from cogwg.plan.queries import PlanFacts
from cogwg.reporting.queries import Standing
from cogwg.web.plan.activity_list import Line

AFTER = timedelta(days=45)
"""What the axis shows beyond the last quarter, for what is ongoing or done late."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a drawing is laid out; ``room`` is the least width, in pixels, that it is shown at."""

    axis_from: float
    heading: int
    row: int
    strip: int
    head: int
    room: int
    title_most: int
    words_above: bool


WIDE = Shape(axis_from=31, heading=30, row=26, strip=13, head=62, room=980, title_most=42, words_above=False)
NARROW = Shape(axis_from=0, heading=40, row=66, strip=50, head=60, room=288, title_most=40, words_above=True)


@dataclass(frozen=True, slots=True)
class Axis:
    """The days a drawing spans, the last excluded."""

    first: date
    end: date

    def at(self, day: date) -> float:
        """How far along a day ends, from 0 to 1; days outside lie at the edge."""
        along = ((day - self.first).days + 1) / (self.end - self.first).days
        return min(max(along, 0.0), 1.0)

    def holds(self, day: date) -> bool:
        return self.first <= day < self.end


@dataclass(frozen=True, slots=True)
class Band:
    """A quarter or a month along the axis."""

    x: float
    width: float
    number: int
    year: int
    open: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """An activity drawn: an upright bar on its due day, its status mark, and a line that says late, overdue or ongoing."""

    line: Line
    y: int
    title: str
    words: str
    words_x: float
    anchor: str
    due_x: float
    mark: str
    mark_x: float
    run: str
    run_from: float
    run_to: float


@dataclass(frozen=True, slots=True)
class Heading:
    """A priority above its activities."""

    number: int
    title: str
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything a template needs to draw; ``today_x`` is None when today lies outside the axis."""

    shape: Shape
    height: int
    quarters: tuple[Band, ...]
    months: tuple[Band, ...]
    headings: tuple[Heading, ...]
    bars: tuple[Bar, ...]
    today_x: float | None


def axis_of(plan: PlanFacts) -> Axis:
    """From the first day of the plan's year, or of its first quarter if that is earlier, to past its last."""
    quarters = [activity.quarter for activity in plan.activities] or [Quarter(plan.year, 4)]
    last = max(*quarters, Quarter(plan.year, 4))
    return Axis(min(date(plan.year, 1, 1), min(quarters).opens_on), local_day(last.due_at) + timedelta(days=1) + AFTER)


def draw(
    plan: PlanFacts,
    lines: Sequence[Line],
    shape: Shape,
    *,
    today: date,
    asked: Quarter | None,
    say: Callable[[Standing], str],
    name: Callable[[Line], tuple[str, str]],
) -> Drawing:
    """Lay the lines out in plan order. ``say`` puts a standing in words, ``name`` gives the titles of priority and activity."""
    axis = axis_of(plan)
    headings, bars, y = [], [], shape.head
    number = None
    for line in lines:
        priority, title = name(line)
        if line.priority.number != number:
            number = line.priority.number
            headings.append(Heading(number, cut(f"{number}. {priority}", shape.title_most), y + shape.heading - 10))
            y += shape.heading
        bars.append(_bar(line, shape, axis, today, y, cut(title, shape.title_most), say(line.standing)))
        y += shape.row
    return Drawing(
        shape=shape,
        height=y + 8,
        quarters=tuple(_bands(axis, shape, 3, asked)),
        months=tuple(_bands(axis, shape, 1, asked)),
        headings=tuple(headings),
        bars=tuple(bars),
        today_x=_across(shape, axis.at(today)) if axis.holds(today) else None,
    )


def _bar(line: Line, shape: Shape, axis: Axis, today: date, y: int, title: str, words: str) -> Bar:
    standing = line.standing
    activity = standing.activity
    due = axis.at(activity.due_on)
    done = axis.at(activity.due_on + timedelta(days=standing.days)) if standing.timeliness is Timeliness.DONE_LATE else due
    if standing.timeliness is Timeliness.DONE_ON_TIME and standing.submitted_at is not None:
        done = min(axis.at(local_day(standing.submitted_at)), due)
    run, until = _run(standing, axis.at(today), done)
    left, right = min(due, done), max(due, done, until)
    words_x, anchor = _beside(shape, left, right, len(words), _across(shape, axis.at(today)) if axis.holds(today) else None)
    return Bar(
        line=line,
        y=y,
        title=title,
        words=words,
        words_x=0 if shape.words_above else words_x,
        anchor="start" if shape.words_above else anchor,
        due_x=_across(shape, due),
        mark=_mark(standing),
        mark_x=_across(shape, done),
        run=run,
        run_from=_across(shape, due),
        run_to=_across(shape, until),
    )


def _run(standing: Standing, today: float, done: float) -> tuple[str, float]:
    """The line from the due day on: what it says, and where it ends."""
    if standing.timeliness is Timeliness.DONE_LATE:
        return "late", done
    if standing.timeliness is Timeliness.OVERDUE:
        return "overdue", today
    if standing.activity.ongoing and standing.status is not Status.COMPLETE:
        return "ongoing", 1.0
    return "", done


def _mark(standing: Standing) -> str:
    """The shape of the status; nothing to show before something is due or reported."""
    if standing.status is not None:
        return standing.status.value
    return "" if standing.timeliness is Timeliness.NOT_YET_DUE else "NR"


def _across(shape: Shape, along: float) -> float:
    """Percent of the drawing; a little is kept free at the edges, so that marks are whole."""
    width = 98.5 - shape.axis_from
    return round(shape.axis_from + 0.5 + along * width, 2)


def _beside(shape: Shape, left: float, right: float, letters: int, today: float | None) -> tuple[float, str]:
    """Words end before the first mark, or begin after the last one where there is no room before it.

    Where the line of today would cross them, they stand on its other side.
    """
    gap, wanted = 1100 / shape.room, letters * 700 / shape.room
    before, after = _across(shape, left) - gap, _across(shape, right) + gap
    if today is not None:
        clear = gap / 2
        if before - wanted - clear < today < before + clear:
            before = today - clear
        if after - clear < today < after + wanted + clear and today + clear + wanted <= 100:
            after = today + clear
    if before - wanted >= shape.axis_from:
        return round(before, 2), "end"
    return round(after, 2), "start"


def _bands(axis: Axis, shape: Shape, months: int, asked: Quarter | None) -> list[Band]:
    """Quarters (three months) or months along the axis; the last may be cut."""
    found, day = [], axis.first
    while day < axis.end:
        after = day.month + months
        following = date(day.year + (after > 12), (after - 1) % 12 + 1, 1)
        x = _across(shape, axis.at(day - timedelta(days=1)))
        width = _across(shape, axis.at(following - timedelta(days=1))) - x
        quarter = Quarter.from_month(day.year, day.month)
        found.append(Band(x, round(width, 2), day.month if months == 1 else quarter.number, day.year, quarter == asked))
        day = following
    return found


def cut(text: str, most: int) -> str:
    """A title that fits; the rows below the drawing have it whole."""
    if len(text) <= most:
        return text
    short = shorten(text, most, placeholder="…")
    return short if len(short) > 1 else f"{text[: most - 1]}…"
