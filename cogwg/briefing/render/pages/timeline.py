"""The timeline: a row for each priority, with its activities on a line, the overdue ones left of today, and what
is due next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cogwg.briefing.deck import ActivityState, TimelineSlide
from cogwg.briefing.render import track, wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import (
    WIDTH,
    Body,
    ContentBox,
    Mark,
    Marks,
    PageLine,
    Para,
    TableSpan,
    text_box,
)
from cogwg.briefing.render.time_scale import TimeScale
from cogwg.briefing.render.track import Marker, Track, late_label
from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status, Timeliness

_NAME_WIDTH = 200
_LEFT, _RIGHT = _NAME_WIDTH + 4.0, WIDTH - 26.0
"""The positions at which the scale begins and ends, in px."""
_LEAST_SHARE, _MOST_SHARE = 0.3, 0.75
"""The minimum and maximum share of the scale to the left of today's line that leave space for texts on both sides."""
_TODAY_MARGIN = 8
_MARKER_WIDTH, _MARKER_HEIGHT, _ROW_SPACE, _HEADER_SPACE = 20.0, 15.0, 16.5, 31.0
_MOST_LABELS = 12
"""The maximum number of months that all have a label; of more months, only some do."""
_NONE = (Para("–", colour=styles.GREY),)
_FILLS = {
    Status.COMPLETE: (styles.COMPLETE, styles.NAVY, styles.INK),
    Timeliness.OVERDUE: (styles.RED, styles.RED, styles.WHITE),
    Timeliness.DUE: (styles.WHITE, styles.NAVY, styles.INK),
    Timeliness.NOT_YET_DUE: (styles.WHITE, styles.GREY, styles.GREY),
}
"""The fill, outline and text colour of a marker, by its state."""


def bodies(slide: TimelineSlide, context: RenderContext) -> list[Body]:
    """Return one body: the months, then a row for each priority. The column of overdue activities is left out if
    there are none.
    """
    today = context.deck.as_of
    scale = TimeScale.of((state for row in slide.rows for state in row.states), today)
    rows = track.tracks(slide, scale, today)
    drawing = _Drawing(scale, today, context, track.next_due(slide), has_late=any(row.late for row in rows))
    columns = drawing.columns
    legend = "    ".join(context.translate(wording.timeline_legend(state)) for state in track.legend(rows))
    note = PageLine({0: text_box(styles.NOTE, legend, span=len(columns))}, padding=4.5)
    return [
        Body(
            columns,
            tuple(_line(row, drawing) for row in rows),
            header=_header(drawing),
            note=(note,) if legend else (),
            tables=(TableSpan(0, len(columns) - 1),),
            stretch=1.25,
            chart_description=context.translate(track.description(slide, rows, scale, today)),
        )
    ]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The scale in px of the layout, with the day and the context."""

    scale: TimeScale
    today: date
    context: RenderContext
    next_due: date | None
    has_late: bool

    def px(self, share: float) -> float:
        return _LEFT + share * (_RIGHT - _LEFT)

    @property
    def today_share(self) -> float:
        return self.scale.share(self.today)

    @property
    def has_long_line(self) -> bool:
        """Whether the line for today can go down the whole page, between the texts on its left and right."""
        return self.has_late and _LEAST_SHARE <= self.today_share <= _MOST_SHARE

    @property
    def columns(self) -> tuple[int, ...]:
        """The widths of the columns: names; overdue activities (if there are any), up to the line for today; and the rest."""
        if not self.has_late:
            return (_NAME_WIDTH, WIDTH - _NAME_WIDTH)
        share = min(max(self.today_share, _LEAST_SHARE), _MOST_SHARE)
        split = round(self.px(share)) - _TODAY_MARGIN
        return (_NAME_WIDTH, split - _NAME_WIDTH, WIDTH - split)

    def today_line(self, height: float, shift: float = 0) -> Mark:
        """Return the line for today; if it would cross texts, it is only as high as the markers."""
        return Mark(self.px(self.today_share) - 1.5, 3, 0 if self.has_long_line else height, shift=shift, fill=styles.INK)


def _header(drawing: _Drawing) -> PageLine:
    """Return the months with the flag for today, above the headings of the columns."""
    context = drawing.context
    due_next = wording.DUE_NEXT if drawing.next_due is None else track.due_by(drawing.next_due, drawing.today)
    heads = [(styles.HEADER, wording.PRIORITY), (styles.NEXT_HEADER, due_next)]
    if drawing.has_late:
        heads.insert(1, (styles.LATE_HEADER, wording.OVERDUE))
    boxes = {at: context.box(style, head) for at, (style, head) in enumerate(heads)}
    shapes = (*_month_marks(drawing), *_today_flag(drawing))
    return PageLine(boxes, padding=4, marks=Marks(shapes, _HEADER_SPACE))


def _month_marks(drawing: _Drawing) -> Iterator[Mark]:
    months = drawing.scale.months
    width = (_RIGHT - _LEFT) / len(months)
    step = -(-len(months) // _MOST_LABELS)
    for n, month in enumerate(months):
        left = _LEFT + n * width
        yield Mark(left - 0.5, 1, 14, -8.5, fill=styles.RULE)
        if n % step == 0:
            text = drawing.context.translate(track.month_label(month, drawing.today.year))
            yield Mark(left, width * min(step, len(months) - n), 14, -8.5, text=text, colour=styles.GREY)


def _today_flag(drawing: _Drawing) -> Iterator[Mark]:
    text = drawing.context.translate(track.today_label(drawing.today))
    width = drawing.context.page_format.text_width(text, 11, bold=True) + 16
    at = drawing.px(drawing.today_share)
    left = min(max(at - width / 2, _LEFT), WIDTH - width)
    if drawing.has_long_line:
        yield drawing.today_line(0, 7.5)
    yield Mark(left, width, 15, 7.5, fill=styles.INK, text=text, bold=True, colour=styles.WHITE)


def _line(row: Track, drawing: _Drawing) -> PageLine:
    context, today = drawing.context, drawing.today
    priority = context.sources.priority(row.number)
    name = f"{row.number}. {context.translate(row.short)}"
    late = tuple(_named(late_label(state.due_on, today), state, context) for state in row.late) or _NONE
    coming = tuple(context.para(state.title or state.text) for state in row.next_due) or _NONE
    texts = [ContentBox(styles.NEXT_DUE, coming, source=_source(row.next_due, context) or priority)]
    if drawing.has_late:
        texts.insert(0, ContentBox(styles.LATE, late, source=_source(row.late, context) or priority))
    boxes = dict(enumerate((text_box(styles.TRACK_NAME, name, repeats=True), *texts)))
    marks = Marks(tuple(_row_marks(row, drawing)), _ROW_SPACE)
    return PageLine(boxes, padding=3, min_height=_ROW_SPACE + 4, can_grow=True, is_table_row=True, marks=marks, source=priority)


def _source(states: Sequence[ActivityState], context: RenderContext) -> int:
    """Return the number of the activity's entry in the list of sources; 0 if there are several activities, which the
    priority's entry names.
    """
    return context.sources.activity(states[0]) if len(states) == 1 else 0


def _named(label: Bilingual, state: ActivityState, context: RenderContext) -> Para:
    return Para(f"{context.translate(label)} {context.translate(state.title or state.text)}")


def _row_marks(row: Track, drawing: _Drawing) -> Iterator[Mark]:
    """Yield the line of a priority, bars for activities that are overdue or were done late, the line for today,
    and the markers.
    """
    yield Mark(_LEFT, _RIGHT - _LEFT, 1, fill=styles.RULE)
    for marker in row.markers:
        if marker.since is not None:
            yield _bar(drawing.px(marker.since), drawing.px(marker.at), 3.5, styles.INK)
        if marker.until is not None:
            yield _bar(drawing.px(marker.at), drawing.px(marker.until), 8, styles.RED)
    yield drawing.today_line(_MARKER_HEIGHT)
    for marker in row.markers:
        yield _marker(marker, drawing)


def _bar(start: float, end: float, height: float, fill: str) -> Mark:
    return Mark(start, max(end - start, 1), height, fill=fill)


def _marker(marker: Marker, drawing: _Drawing) -> Mark:
    fill, outline, colour = _FILLS[marker.state]
    text_width = drawing.context.page_format.text_width(marker.sign, 11, bold=True)
    width = max(_MARKER_WIDTH, text_width + 6)
    left = drawing.px(marker.at) - width / 2 - marker.place * (width + 1)
    return Mark(
        left,
        width,
        _MARKER_HEIGHT,
        fill=fill,
        outline=outline,
        text=marker.sign,
        bold=True,
        colour=colour,
        is_round=marker.state is Timeliness.NOT_YET_DUE,
    )
