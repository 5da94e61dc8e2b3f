"""The requests to the Councils: each with a number, the request in large type, its priority, who decides, and by when."""

from __future__ import annotations

from cogwg.briefing.deck import AsksSlide, DeckAsk
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, PageLine, TableSpan, text_box

_COLUMNS = (45, 370, 180, 160, 195)


def bodies(slide: AsksSlide, context: RenderContext) -> list[Body]:
    """Return one body with a row for each request."""
    lines = tuple(_line(n, ask, context) for n, ask in enumerate(slide.asks, 1))
    header = context.header(wording.NUMBER, wording.ASKED, wording.PRIORITY, wording.WHO, wording.BY_WHEN)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 4),), stretch=1.8)]


def _line(number: int, ask: DeckAsk, context: RenderContext) -> PageLine:
    by = styles.POINT_DEADLINE if ask.by else styles.POINT_ASIDE
    boxes = {
        0: text_box(styles.NUMERAL, str(number), repeats=True),
        1: context.box(styles.POINT.indented(), ask.text),
        2: context.box(styles.POINT_SIDE.indented(), ask.label, repeats=True),
        3: context.box(styles.POINT_SIDE.indented(), ask.who or context.deck.audience, repeats=True),
        4: context.box(by.indented(), ask.by or wording.NO_DATE, repeats=True),
    }
    source = context.sources.co_chairs
    return PageLine(boxes, padding=14, min_height=48, can_grow=True, is_table_row=True, source=source)
