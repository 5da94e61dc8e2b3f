"""The list of the other slides, each a link to its sheet."""

from __future__ import annotations

from cogwg.briefing.deck import ContentsSlide, PrioritySlide, Slide
from cogwg.briefing.render.xlsx import looks, wording
from cogwg.briefing.render.xlsx.page import Body, Line, TableSpan, words
from cogwg.briefing.render.xlsx.setting import Setting

_COLUMNS = (50, 380, 520)


def bodies(slide: ContentsSlide, setting: Setting) -> list[Body]:
    """A row a slide; the cover and the contents themselves are left out."""
    lines = tuple(_line(n, other, name, setting) for n, other, name in setting.slides if n > 1 and other is not slide)
    header = setting.header(wording.NUMBER, wording.SLIDE, wording.ANSWERS)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 2),), stretch=2)]


def _line(number: int, slide: Slide, name: str, setting: Setting) -> Line:
    shown = name if isinstance(slide, PrioritySlide) else setting.say(slide.title)
    return Line(
        {
            0: words(looks.LABEL, str(number)),
            1: words(looks.LINKED_BIG.inside(), shown, goto=number),
            2: setting.box(looks.BODY.inside(), slide.answers),
        },
        pad=7,
        grows=True,
        row=True,
    )
