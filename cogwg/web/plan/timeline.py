"""The plan as a timeline: the positions of each activity's marks on an axis of days, for drawing as SVG.

Pure geometry: horizontal positions are percentages of the drawing's width, so that text keeps its size at every width; vertical
positions are in pixels. Two drawings show the same activities: a wide one with the titles at the side, and a narrow one with
the titles above. Titles are not shortened here, because only the browser knows the width that is available.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from cogwg.core.calendar import Quarter, local_day
from cogwg.core.status import Status, Timeliness
from cogwg.plan.queries import PlanFacts
from cogwg.reporting.queries import CurrentStatus
from cogwg.web.plan.list_filters import ActivityLine

TIME_AFTER_LAST_QUARTER = timedelta(days=45)
"""How far the axis extends beyond the last quarter, for activities that are ongoing or done late."""

LINE_HEIGHT = 20
MOST_LINES = 2
"""The maximum number of lines of a title. The browser cuts off the rest; the rows below the drawing show the whole title."""


@dataclass(frozen=True, slots=True)
class DrawingLayout:
    """The dimensions of a drawing; ``min_width`` is the smallest width, in pixels, at which it is shown.

    ``line_limit`` is the number of characters that fit in a line of that width, or 0 if every text has one line.
    """

    axis_from: float
    heading_height: int
    row_height: int
    bar_middle: int
    header_height: int
    min_width: int
    line_limit: int
    is_label_above: bool


WIDE_LAYOUT = DrawingLayout(
    axis_from=32,
    heading_height=30,
    row_height=26,
    bar_middle=13,
    header_height=62,
    min_width=980,
    line_limit=0,
    is_label_above=False,
)
NARROW_LAYOUT = DrawingLayout(
    axis_from=0,
    heading_height=40,
    row_height=68,
    bar_middle=52,
    header_height=60,
    min_width=288,
    line_limit=44,
    is_label_above=True,
)


@dataclass(frozen=True, slots=True)
class Axis:
    """The time axis of a drawing: the days from ``first`` to the day before ``end``."""

    first: date
    end: date

    def position_of(self, day: date) -> float:
        """Return the position of the end of a day, from 0 to 1; a day outside the axis is at its edge."""
        along = ((day - self.first).days + 1) / (self.end - self.first).days
        return min(max(along, 0.0), 1.0)

    def contains(self, day: date) -> bool:
        return self.first <= day < self.end


@dataclass(frozen=True, slots=True)
class Band:
    """A quarter or a month along the axis."""

    x: float
    width: float
    number: int
    year: int
    is_open: bool

    @property
    def fits_name(self) -> bool:
        """Whether the name of a quarter fits; a narrower band shows at most its year."""
        return self.width > 12


@dataclass(frozen=True, slots=True)
class TimelineBar:
    """An activity in the drawing: a vertical bar on its due day, its status mark, and a line if late, overdue or ongoing.

    ``text_lines`` is the number of lines of its title, plus those of its label if the label is below the title.
    """

    activity_line: ActivityLine
    y: int
    middle: int
    title: str
    text_lines: int
    label: str
    label_x: float
    label_anchor: str
    due_x: float
    mark: str
    mark_x: float
    line_kind: str
    line_from: float
    line_to: float
    axis_from: float

    @property
    def label_from(self) -> float:
        """Return the left edge of the space for the label, which ends at ``label_x`` or begins there."""
        return self.axis_from if self.label_anchor == "end" else self.label_x

    @property
    def label_width(self) -> float:
        return round((self.label_x if self.label_anchor == "end" else 100) - self.label_from, 2)


@dataclass(frozen=True, slots=True)
class PriorityHeading:
    """The heading of a priority, above its activities."""

    number: int
    title: str
    lines: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything a template needs to draw; ``today_x`` is None when today is outside the axis."""

    layout: DrawingLayout
    height: int
    quarters: tuple[Band, ...]
    months: tuple[Band, ...]
    headings: tuple[PriorityHeading, ...]
    bars: tuple[TimelineBar, ...]
    today_x: float | None

    @property
    def today_anchor(self) -> str:
        """Return the ``text-anchor`` of today's label, so that it does not go beyond the edge of the drawing."""
        x = self.today_x or 0
        return "end" if x > 85 else "start" if x < 15 else "middle"


def plan_axis(plan: PlanFacts) -> Axis:
    """Return the axis of the plan.

    It begins with the plan's year, or with the plan's first quarter if that is earlier, and ends ``TIME_AFTER_LAST_QUARTER``
    after the plan's last quarter.
    """
    quarters = [activity.quarter for activity in plan.activities] or [Quarter(plan.year, 4)]
    last = max(*quarters, Quarter(plan.year, 4))
    return Axis(
        min(date(plan.year, 1, 1), min(quarters).opens_on), local_day(last.due_at) + timedelta(days=1) + TIME_AFTER_LAST_QUARTER
    )


def draw(
    plan: PlanFacts,
    lines: Sequence[ActivityLine],
    layout: DrawingLayout,
    *,
    today: date,
    open_quarter: Quarter | None,
    describe: Callable[[CurrentStatus], str],
    titles_of: Callable[[ActivityLine], tuple[str, str]],
) -> Drawing:
    """Lay out the activities, in the given order, with a heading for each priority.

    ``describe`` puts a current status in words; ``titles_of`` returns the titles of the priority and of the activity.
    """
    axis = plan_axis(plan)
    headings, bars, y = [], [], layout.header_height
    number = None
    for line in lines:
        priority, title = titles_of(line)
        if line.priority.number != number:
            number = line.priority.number
            heading = f"{number}. {priority}"
            rows = _lines(heading, layout)
            headings.append(PriorityHeading(number, heading, rows, y + layout.heading_height - 27))
            y += layout.heading_height + (rows - 1) * LINE_HEIGHT
        bar = _bar(line, layout, axis, today, y, title, describe(line.current_status))
        bars.append(bar)
        y = bar.middle + layout.row_height - layout.bar_middle
    return Drawing(
        layout=layout,
        height=y + 8,
        quarters=tuple(_bands(axis, layout, 3, open_quarter)),
        months=tuple(_bands(axis, layout, 1, open_quarter)),
        headings=tuple(headings),
        bars=tuple(bars),
        today_x=_percent(layout, axis.position_of(today)) if axis.contains(today) else None,
    )


def _lines(text: str, layout: DrawingLayout) -> int:
    """Return the number of lines to leave for a text."""
    return min(ceil(len(text) / layout.line_limit), MOST_LINES) if layout.line_limit else 1


def _bar(line: ActivityLine, layout: DrawingLayout, axis: Axis, today: date, y: int, title: str, label: str) -> TimelineBar:
    status = line.current_status
    activity = status.activity
    due = axis.position_of(activity.due_on)
    done = axis.position_of(activity.due_on + timedelta(days=status.days)) if status.timeliness is Timeliness.DONE_LATE else due
    if status.timeliness is Timeliness.DONE_ON_TIME and status.submitted_at is not None:
        done = min(axis.position_of(local_day(status.submitted_at)), due)
    run, until = _line_after_due_date(status, axis.position_of(today), done)
    left, right = min(due, done), max(due, done, until)
    words_x, anchor = _label_position(
        layout, left, right, len(label), _percent(layout, axis.position_of(today)) if axis.contains(today) else None
    )
    text_lines = _lines(f"{activity.code} {title}", layout) + (_lines(label, layout) if layout.is_label_above else 0)
    return TimelineBar(
        activity_line=line,
        y=y,
        middle=y + layout.bar_middle + (text_lines - 1 - layout.is_label_above) * LINE_HEIGHT,
        title=title,
        text_lines=text_lines,
        label=label,
        label_x=0 if layout.is_label_above else words_x,
        label_anchor="start" if layout.is_label_above else anchor,
        due_x=_percent(layout, due),
        mark=_mark(status),
        mark_x=_percent(layout, done),
        line_kind=run,
        line_from=_percent(layout, due),
        line_to=_percent(layout, until),
        axis_from=layout.axis_from,
    )


def _line_after_due_date(current_status: CurrentStatus, today_position: float, done_position: float) -> tuple[str, float]:
    """Return the kind of line that starts at the due day ("" for none), and where the line ends."""
    if current_status.timeliness is Timeliness.DONE_LATE:
        return "late", done_position
    if current_status.timeliness is Timeliness.OVERDUE:
        return "overdue", today_position
    if current_status.activity.ongoing and current_status.status is not Status.COMPLETE:
        return "ongoing", 1.0
    return "", done_position


def _mark(current_status: CurrentStatus) -> str:
    """Return the code of the status mark; without a report, "NR" once the activity is due, and "" before."""
    if current_status.status is not None:
        return current_status.status.value
    return "" if current_status.timeliness is Timeliness.NOT_YET_DUE else "NR"


def _percent(layout: DrawingLayout, position: float) -> float:
    """Return a position on the axis as a percentage of the drawing's width; a small margin keeps marks at the edges whole."""
    width = 98.5 - layout.axis_from
    return round(layout.axis_from + 0.5 + position * width, 2)


def _label_position(layout: DrawingLayout, left: float, right: float, length: int, today: float | None) -> tuple[float, str]:
    """Return the position and text anchor of a label: before the first mark, or after the last if there is no space before it.

    If there is no space on either side, the label is on the side that has more.

    If the line that marks today would cross the label, the label moves past that line.
    """
    gap, text_width = 1100 / layout.min_width, length * 660 / layout.min_width
    before, after = _percent(layout, left) - gap, _percent(layout, right) + gap
    if today is not None:
        clear = gap / 2
        if before - text_width - clear < today < before + clear:
            before = today - clear
        if after - clear < today < after + text_width + clear and today + clear + text_width <= 100:
            after = today + clear
    if before - text_width >= layout.axis_from or (after + text_width > 100 and before - layout.axis_from > 100 - after):
        return round(before, 2), "end"
    return round(after, 2), "start"


def _bands(axis: Axis, layout: DrawingLayout, months: int, open_quarter: Quarter | None) -> list[Band]:
    """Return the bands of this many months along the axis: quarters (3) or months (1). The last band may be cut off."""
    bands, day = [], axis.first
    while day < axis.end:
        after = day.month + months
        following = date(day.year + (after > 12), (after - 1) % 12 + 1, 1)
        x = _percent(layout, axis.position_of(day - timedelta(days=1)))
        width = _percent(layout, axis.position_of(following - timedelta(days=1))) - x
        quarter = Quarter.from_month(day.year, day.month)
        bands.append(Band(x, round(width, 2), day.month if months == 1 else quarter.number, day.year, quarter == open_quarter))
        day = following
    return bands
