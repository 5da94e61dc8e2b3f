"""The cover: the group's name on navy, then for whom, what, and as of when."""

from __future__ import annotations

from cogwg.briefing.deck import TitleSlide
from cogwg.briefing.render.xlsx import looks
from cogwg.briefing.render.xlsx.looks import Look
from cogwg.briefing.render.xlsx.page import WIDTH, Body, Line, words
from cogwg.briefing.render.xlsx.setting import Setting
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import day

_BLOCK = 213.0


def bodies(slide: TitleSlide, setting: Setting) -> list[Body]:
    """One page, and more only for texts that no cover has."""
    sections = (
        (looks.COVER_REPORT, slide.message, 20.0),
        (looks.COVER_LINE, slide.councils, 8.0),
        (looks.COVER_DATE, day(setting.deck.meeting_on), 16.0),
        (looks.COVER_LINE, slide.plan_line, 8.0),
        (looks.COVER_SMALL, slide.edition_line, 36.0),
        (looks.COVER_SMALL, slide.twin_line, 5.0),
    )
    lines = tuple(_line(setting, look, text, air) for look, text, air in sections if text)
    return [Body((WIDTH,), lines, opening=_block(setting.say(slide.title)))]


def _block(title: str) -> tuple[Line, ...]:
    box = words(looks.COVER_TITLE, title)
    if box.height(WIDTH) > _BLOCK:
        box = words(looks.COVER_TITLE_LONG, title)
    foot = Line({0: words(looks.COVER_FOOT, "")}, least=15, pad=0)
    return Line({0: box}, least=_BLOCK, pad=9), foot, Line({0: words(looks.COVER_RULE, "")}, least=7.5, pad=0)


def _line(setting: Setting, look: Look, text: Bilingual, air: float) -> Line:
    return Line({0: setting.box(look, text)}, pad=air)
