"""The divider before the priorities, with the way to the full plan."""

from __future__ import annotations

from dataclasses import replace

from cogwg.briefing.deck import AnnexRow, AnnexSlide
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.news import linked
from cogwg.briefing.render.pages.page import WIDTH, Body, Line, words
from cogwg.briefing.render.pages.setting import Setting

_COLUMNS = (60, 590, 300)
_BLOCK = 120.0


def bodies(slide: AnnexSlide, setting: Setting) -> list[Body]:
    """A large title, then a numeral, a title and who carries it a row."""
    note: tuple[Line, ...] = ()
    if slide.footnote is not None:
        box, rest = linked(slide.footnote, setting, looks.LINKED_FREE, WIDTH)
        note = (Line({0: replace(box, span=3)}, pad=14),)
        note += (Line({0: words(looks.NOTE, rest, span=3)}, pad=3),) if rest else ()
    lines = tuple(_line(row, setting) for row in slide.rows)
    return [Body(_COLUMNS, lines, note=note, opening=_opening(slide, setting), stretch=1.6)]


def _opening(slide: AnnexSlide, setting: Setting) -> tuple[Line, ...]:
    title = setting.say(slide.title)
    box = words(looks.DIVIDER_TITLE, title, span=3)
    if box.height(WIDTH) > _BLOCK:
        box = words(looks.DIVIDER_TITLE_LONG, title, span=3)
    foot = words(looks.DIVIDER_FOOT, "", span=3)
    lines = [Line({0: box}, least=_BLOCK, pad=9), Line({0: foot}, least=12, pad=0)]
    lines += setting.marked(3)
    if slide.message:
        lines.append(Line({0: setting.box(looks.MESSAGE, slide.message, span=3)}, pad=9))
    return tuple(lines)


def _line(row: AnnexRow, setting: Setting) -> Line:
    boxes = {
        0: words(looks.NUMERAL, str(row.number), stays=True),
        1: setting.box(looks.POINT, row.title),
        2: setting.box(looks.POINT_SIDE.inside(), row.carried_by),
    }
    return Line(boxes, pad=7, grows=True)
