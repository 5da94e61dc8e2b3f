"""The slides with numbered points, such as the purpose."""

from __future__ import annotations

from cogwg.briefing.deck import PointsSlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, PageLine, TableSpan, text_box

_COLUMNS = (60, 890)


def bodies(slide: PointsSlide, context: RenderContext) -> list[Body]:
    """Return one body with a row for each point, with its number and text."""
    lines = tuple(
        PageLine(
            {0: text_box(styles.NUMERAL, str(n), repeats=True), 1: context.box(styles.POINT.indented(), point)},
            padding=16,
            min_height=48,
            can_grow=True,
            is_table_row=True,
            source=context.sources.co_chairs,
        )
        for n, point in enumerate(slide.points, 1)
    )
    header = context.header(wording.NUMBER, wording.POINT)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 1),), stretch=2)]
