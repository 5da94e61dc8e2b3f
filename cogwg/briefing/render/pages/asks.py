"""The requests to the Councils: each with a number, the request in large type, and its priority."""

from __future__ import annotations

from cogwg.briefing.deck import AsksSlide, LabelledPoint
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, PageLine, TableSpan, text_box

_COLUMNS = (60, 630, 260)


def bodies(slide: AsksSlide, context: RenderContext) -> list[Body]:
    """Return one body with a row for each request."""
    lines = tuple(_line(n, ask, context) for n, ask in enumerate(slide.asks, 1))
    header = context.header(wording.NUMBER, wording.ASKED, wording.PRIORITY)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 2),), stretch=1.8)]


def _line(number: int, ask: LabelledPoint, context: RenderContext) -> PageLine:
    boxes = {
        0: text_box(styles.NUMERAL, str(number), repeats=True),
        1: context.box(styles.POINT.indented(), ask.text),
        2: context.box(styles.POINT_SIDE.indented(), ask.label, repeats=True),
    }
    return PageLine(boxes, padding=14, min_height=48, can_grow=True, is_table_row=True)
