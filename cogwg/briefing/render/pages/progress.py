"""Progress by priority and by quarter: native charts above their tables. The header of a table is the legend of its chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cogwg.briefing.deck import ProgressRow, ProgressSlide
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import (
    WIDTH,
    Body,
    ContentBox,
    PageLine,
    Para,
    SeriesKey,
    StackedChart,
    TableSpan,
    text_box,
)
from cogwg.core.bilingual import Bilingual

_LABEL_WIDTH, _LATE_WIDTH = 235, 375
_PRIORITIES_A_PAGE = 6
_BAR_HEIGHT = {False: 38.0, True: 24.0}
"""The minimum height of a bar with its gap, in points, on paper (False) and on a screen (True)."""
_MIN_CHART_HEIGHT = 96.0
_QUARTERS_CHART_HEIGHT = {False: 200.0, True: 150.0}


def bodies(slide: ProgressSlide, context: RenderContext) -> list[Body]:
    """Return a body for each six priorities, the last with the totals, then a body for the quarters, if there are any."""
    shares = [slide.rows[n : n + _PRIORITIES_A_PAGE] for n in range(0, len(slide.rows), _PRIORITIES_A_PAGE)] or [()]
    most = max((sum(row.counts) for row in slide.rows), default=1)
    page_bodies = [_priorities_body(slide, share, n == len(shares), most, context) for n, share in enumerate(shares, 1)]
    return [*page_bodies, _quarters_body(slide, context)] if slide.quarters and slide.series_of_quarters else page_bodies


def _priorities_body(
    slide: ProgressSlide, rows: Sequence[ProgressRow], is_last: bool, longest_total: int, context: RenderContext
) -> Body:
    """Return a chart and, below it, the table of its numbers, with the overdue activities of each priority."""
    has_late = any(row.late for row in slide.rows)
    lines = [_row_line(row, context, with_late=has_late) for row in rows]
    if is_last:
        total = _counts_line(context.translate(wording.ALL_PRIORITIES), slide.totals, context.sources.plan, is_total=True)
        lines.append(_with_late(total, (Para("–"),)) if has_late else total)
    least_height = max(_MIN_CHART_HEIGHT, _BAR_HEIGHT[context.page_format.is_screen] * len(rows))
    drawn = StackedChart(slide.series, len(rows), longest_total) if rows and slide.series else None
    header = _header(slide.series, wording.FURTHEST_BEHIND_FIRST, context)
    if has_late:
        overdue = context.box(styles.HEADER.indented(), wording.WHAT_IS_OVERDUE)
        header = replace(header, boxes={**header.boxes, len(slide.series) + 1: overdue})
    return Body(
        _columns(slide.series, with_late=has_late),
        tuple(lines),
        lead=(PageLine({}, min_height=least_height, can_grow=True),) if drawn else (),
        header=header,
        tables=(TableSpan(0, len(slide.series) + has_late),),
        chart=drawn,
        chart_description=f"{context.translate(slide.title)}. {context.translate(slide.message)}",
    )


def _row_line(row: ProgressRow, context: RenderContext, *, with_late: bool) -> PageLine:
    line = _counts_line(f"{row.number}. {context.translate(row.short)}", row.counts, context.sources.priority(row.number))
    if not with_late:
        return line
    late = tuple(Para(context.translate(sentences.late_activity(activity))) for activity in row.late) or (Para("–"),)
    return _with_late(line, late)


def _with_late(line: PageLine, late: tuple[Para, ...]) -> PageLine:
    """Return the line with the overdue activities in an added last column."""
    return replace(line, boxes={**line.boxes, len(line.boxes): ContentBox(styles.BODY.indented(), late)})


def _quarters_body(slide: ProgressSlide, context: RenderContext) -> Body:
    """Return the body for the quarters: a chart with a column for each quarter, with its own title and message."""
    series = slide.series_of_quarters
    most = max(sum(row.counts) for row in slide.quarters)
    title, message = context.translate(wording.OVER_THE_YEAR), context.translate(sentences.trend_sentence(slide))
    note = PageLine({0: context.box(styles.NOTE, sentences.counting_note(context.deck.as_of), span=1 + len(series))}, padding=9)
    return Body(
        _columns(series),
        tuple(_counts_line(context.translate(row.label), row.counts, context.sources.quarter(row)) for row in slide.quarters),
        lead=(PageLine({}, min_height=_QUARTERS_CHART_HEIGHT[context.page_format.is_screen], can_grow=True),),
        header=_header(series, wording.QUARTER, context),
        note=(note,),
        tables=(TableSpan(0, len(series)),),
        chart=StackedChart(series, len(slide.quarters), most, is_upright=True),
        chart_description=f"{title}. {message}",
        stretch=2,
        title=title,
        message=message,
    )


def _columns(series: Sequence[SeriesKey], *, with_late: bool = False) -> tuple[int, ...]:
    if not series:
        return (WIDTH,)
    late = (_LATE_WIDTH,) if with_late else ()
    column_width, remainder = divmod(WIDTH - _LABEL_WIDTH - sum(late), len(series))
    return (_LABEL_WIDTH + remainder, *([column_width] * len(series)), *late)


def _header(series: Sequence[SeriesKey], heading: Bilingual, context: RenderContext) -> PageLine:
    boxes: dict[int, ContentBox] = {0: context.box(styles.HEADER, heading)}
    for at, key in enumerate(series, 1):
        boxes[at] = context.box(styles.of_series(key), wording.series_word(key))
    return PageLine(boxes, padding=6)


def _counts_line(label: str, counts: Sequence[int], source: int, *, is_total: bool = False) -> PageLine:
    boxes: dict[int, ContentBox] = {0: text_box(styles.TOTAL_LABEL if is_total else styles.LABEL, label)}
    for at, count in enumerate(counts, 1):
        boxes[at] = ContentBox(styles.TOTAL if is_total else styles.COUNT, value=count)
    return PageLine(boxes, padding=3, is_table_row=True, source=source)
