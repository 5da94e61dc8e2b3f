"""The list of the other slides, each a link to its sheet."""

from __future__ import annotations

from cogwg.briefing.deck import ContentsSlide, PrioritySlide, Slide, TitleSlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.looks import Look
from cogwg.briefing.render.pages.news import fits
from cogwg.briefing.render.pages.page import Body, Line, TableSpan, words
from cogwg.briefing.render.pages.setting import Setting

_COLUMNS = (50, 470, 430)
_ROOMY = 10


def bodies(slide: ContentsSlide, setting: Setting) -> list[Body]:
    """A row a slide; the cover and the contents themselves are left out."""
    others = [own for own in setting.slides if not isinstance(own[1], TitleSlide) and own[1] is not slide]
    linked, pad = (looks.LINKED_BIG, 7) if len(others) <= _ROOMY else (looks.LINKED, 4.5)
    lines = tuple(_line(*own, setting, linked.inside(), pad) for own in others)
    header = setting.header(wording.NUMBER, wording.SLIDE, wording.ANSWERS)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 2),), stretch=2)]


def _line(number: int, slide: Slide, name: str, setting: Setting, linked: Look, pad: float) -> Line:
    """A link by the slide's title, or its tab's name where that takes two lines, which no link can; else by number."""
    title = setting.say(slide.title) or name
    shown = name if isinstance(slide, PrioritySlide) or not fits(title, linked, _COLUMNS[1]) else title
    lead_in = {0: words(looks.LABEL, str(number)), 1: words(linked, shown, goto=number)}
    if not fits(shown, linked, _COLUMNS[1]):
        lead_in = {0: words(looks.LINKED, str(number), goto=number), 1: words(looks.BODY.inside(), shown)}
    return Line(
        {
            **lead_in,
            2: setting.box(looks.BODY.inside(), slide.answers),
        },
        pad=pad,
        grows=True,
        row=True,
    )
