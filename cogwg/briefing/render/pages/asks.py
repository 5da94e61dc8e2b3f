"""What the Councils are asked: a numeral, the ask in large type, and the priority it is for."""

from __future__ import annotations

from cogwg.briefing.deck import AsksSlide, Pair
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.page import Body, Line, TableSpan, words
from cogwg.briefing.render.pages.setting import Setting

_COLUMNS = (60, 630, 260)


def bodies(slide: AsksSlide, setting: Setting) -> list[Body]:
    """An ask a row."""
    lines = tuple(_line(n, ask, setting) for n, ask in enumerate(slide.asks, 1))
    header = setting.header(wording.NUMBER, wording.ASKED, wording.PRIORITY)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 2),), stretch=1.8)]


def _line(number: int, ask: Pair, setting: Setting) -> Line:
    boxes = {
        0: words(looks.NUMERAL, str(number), stays=True),
        1: setting.box(looks.POINT.inside(), ask.text),
        2: setting.box(looks.POINT_SIDE.inside(), ask.label, stays=True),
    }
    return Line(boxes, pad=14, least=48, grows=True, row=True)
