"""The plan at a glance: priorities by due months, each cell a status in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, zip_longest

from cogwg.briefing.deck import ActivityState, GlanceRow, GlanceSlide, Month
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.page import WIDTH, Body, Box, Line, Para, TableSpan, words
from cogwg.briefing.render.pages.setting import Setting
from cogwg.briefing.render.pages.state import days_fit, titled_box
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import month_of_year

_FIRST = 165
_MONTHS = 6


def bodies(slide: GlanceSlide, setting: Setting) -> list[Body]:
    """Up to six months a page, shared out evenly when there are more."""
    return [_body(slide, months, setting) for months in _shared(slide.months)]


def _shared(months: Sequence[Month]) -> list[Sequence[Month]]:
    pages = max(1, -(-len(months) // _MONTHS))
    size, more = divmod(len(months), pages)
    ends = [0]
    for n in range(pages):
        ends.append(ends[-1] + size + (n < more))
    return [months[start:end] for start, end in pairwise(ends)]


def _body(slide: GlanceSlide, months: Sequence[Month], setting: Setting) -> Body:
    each, more = divmod(WIDTH - _FIRST, max(len(months), 1))
    columns = (_FIRST + more, *([each] * len(months))) if months else (WIDTH,)
    shown = [state for row in slide.rows for state in row.states if state.month in months]
    days = days_fit(shown, setting.deck.as_of, each)
    lines = tuple(line for row in slide.rows for line in _lines(row, months, setting, days=days))
    legend = Line({0: words(looks.NOTE, setting.say(wording.LEGEND), span=len(columns))}, pad=9)
    header = setting.header(wording.PRIORITY, *(_head(m) for m in months))
    return Body(columns, lines, header=header, note=(legend,), tables=(TableSpan(0, len(months)),), stretch=1.5)


def _head(month: Month) -> Bilingual:
    """Mars 2020: the head of a column begins with a capital."""
    said = month_of_year(*month)
    return Bilingual(said.en, said.fr[:1].upper() + said.fr[1:])


def _lines(row: GlanceRow, months: Sequence[Month], setting: Setting, *, days: bool) -> list[Line]:
    """A line a priority; where activities share a month the priority takes as many lines as they are."""
    shares = [[state for state in row.states if state.month == month] for month in months]
    stacked: list[tuple[ActivityState | None, ...]] = list(zip_longest(*shares)) if any(shares) else [(None,) * len(months)]
    return [_line(row, n, states, setting, days=days) for n, states in enumerate(stacked)]


def _line(row: GlanceRow, n: int, states: Sequence[ActivityState | None], setting: Setting, *, days: bool) -> Line:
    boxes = {0: _again(row, setting) if n else _priority(row, setting)}
    for at, state in enumerate(states, 1):
        empty = words(looks.NO_ACTIVITY, "" if n else "–")
        boxes[at] = titled_box(state, setting, days=days) if state else empty
    return Line(boxes, pad=4.5, grows=True, row=True)


def _priority(row: GlanceRow, setting: Setting) -> Box:
    carried = setting.say(row.carried_by)
    below = (Para(carried, 10, bold=False, ink=looks.GREY),) if carried else ()
    return Box(looks.PRIORITY, (Para(f"{row.number}. {setting.say(row.short)}"), *below), stays=True)


def _again(row: GlanceRow, setting: Setting) -> Box:
    return words(looks.PRIORITY_AGAIN, f"{row.number}. {setting.say(row.short)}", stays=True)
