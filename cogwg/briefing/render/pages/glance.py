"""The plan at a glance: a row for each priority, a column for each due month, and statuses in words in the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

from cogwg.briefing.deck import ActivityState, GlanceRow, GlanceSlide, Month
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import WIDTH, Body, ContentBox, PageLine, Para, TableSpan, text_box
from cogwg.briefing.render.pages.state import days_fit, titled_box
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import month_of_year

_PRIORITY_WIDTHS = {False: 165, True: 225}
"""The width of the first column in px, on paper (False) and on a screen (True), where the cells have no titles."""
_MONTHS_A_PAGE = 6


def bodies(slide: GlanceSlide, context: RenderContext) -> list[Body]:
    """Return a body for each page. More than six months are split evenly over several pages."""
    return [_body(slide, months, context) for months in _split_months(slide.months)]


def _split_months(months: Sequence[Month]) -> list[Sequence[Month]]:
    pages = max(1, -(-len(months) // _MONTHS_A_PAGE))
    size, more = divmod(len(months), pages)
    ends = [0]
    for n in range(pages):
        ends.append(ends[-1] + size + (n < more))
    return [months[start:end] for start, end in pairwise(ends)]


def _body(slide: GlanceSlide, months: Sequence[Month], context: RenderContext) -> Body:
    first_width = _PRIORITY_WIDTHS[context.page_format.is_screen]
    column_width, remainder = divmod(WIDTH - first_width, max(len(months), 1))
    columns = (first_width + remainder, *([column_width] * len(months))) if months else (WIDTH,)
    states = [state for row in slide.rows for state in row.states if state.month in months]
    days = days_fit(states, context, column_width)
    lines = tuple(line for row in slide.rows for line in _lines(row, months, context, with_days=days))
    legends = (wording.LEGEND,) if context.page_format.is_screen else (wording.LEGEND, wording.SQUARES_LEGEND)
    text = "    ".join(context.translate(part) for part in legends)
    legend = PageLine({0: text_box(styles.NOTE, text, span=len(columns))}, padding=9)
    header = context.header(wording.PRIORITY, *(_month_heading(m) for m in months))
    return Body(columns, lines, header=header, note=(legend,), tables=(TableSpan(0, len(months)),), stretch=1.5)


def _month_heading(month: Month) -> Bilingual:
    """Return the heading of a month's column, with a capital in French too, such as "Mars 2020"."""
    text = month_of_year(*month)
    return Bilingual(text.en, text.fr[:1].upper() + text.fr[1:])


def _lines(row: GlanceRow, months: Sequence[Month], context: RenderContext, *, with_days: bool) -> list[PageLine]:
    """Return the lines of a priority: as many as its activities in the busiest month, and at least one."""
    shares = [[state for state in row.states if state.month == month] for month in months]
    stacked: list[tuple[ActivityState | None, ...]] = list(zip_longest(*shares)) if any(shares) else [(None,) * len(months)]
    return [_line(row, n, states, context, with_days=with_days) for n, states in enumerate(stacked)]


def _line(
    row: GlanceRow, n: int, states: Sequence[ActivityState | None], context: RenderContext, *, with_days: bool
) -> PageLine:
    name = _priority_again_box(row, context) if n else _priority_box(row, context)
    boxes = {0: replace(name, source=context.sources.priority(row.number))}
    for at, state in enumerate(states, 1):
        empty = text_box(styles.NO_ACTIVITY, "" if n else "–")
        boxes[at] = titled_box(state, context, with_days=with_days) if state else empty
        if state:
            boxes[at] = replace(boxes[at], source=context.sources.activity(state))
    return PageLine(boxes, padding=4.5, can_grow=True, is_table_row=True)


def _priority_box(row: GlanceRow, context: RenderContext) -> ContentBox:
    carriers = context.translate(row.carried_by)
    below = (Para(carriers, 10, bold=False, colour=styles.GREY),) if carriers else ()
    return ContentBox(styles.PRIORITY, (Para(f"{row.number}. {context.translate(row.short)}"), *below), repeats=True)


def _priority_again_box(row: GlanceRow, context: RenderContext) -> ContentBox:
    return text_box(styles.PRIORITY_AGAIN, f"{row.number}. {context.translate(row.short)}", repeats=True)
