"""The cover: the group's name on navy, then for whom, what, and as of when."""

from __future__ import annotations

from cogwg.briefing.deck import TitleSlide
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.looks import Look
from cogwg.briefing.render.pages.page import Body, Line, words
from cogwg.briefing.render.pages.setting import Setting
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import day

_COLUMNS = (800, 150)
"""The title keeps clear of the right edge; all else runs over both."""
_BLOCK = 213.0


def bodies(slide: TitleSlide, setting: Setting) -> list[Body]:
    """One page, and more only for texts that no cover has."""
    sections = (
        (looks.COVER_REPORT, slide.message, 20.0),
        (looks.COVER_LINE, slide.councils, 8.0),
        (looks.COVER_DATE, day(setting.deck.meeting_on), 16.0),
        (looks.COVER_LINE, setting.deck.place, 5.0),
        (looks.COVER_LINE, slide.plan_line, 8.0),
        (looks.COVER_SMALL, slide.edition_line, 36.0),
        (looks.COVER_SMALL, slide.twin_line, 5.0),
    )
    lines = tuple(_line(setting, look, text, air) for look, text, air in sections if text)
    return [Body(_COLUMNS, lines, opening=_block(setting.say(slide.title), setting))]


def _block(title: str, setting: Setting) -> tuple[Line, ...]:
    box = words(looks.COVER_TITLE, title)
    if box.height(_COLUMNS[0]) > _BLOCK:
        box = words(looks.COVER_TITLE_LONG, title)
    navy = words(looks.COVER_FOOT, "")
    return (
        Line({0: box, 1: navy}, least=_BLOCK, pad=9),
        Line({0: navy, 1: navy}, least=15, pad=0),
        Line({0: words(looks.COVER_RULE, "", span=2)}, least=7.5, pad=0),
        *setting.marked(2),
    )


def _line(setting: Setting, look: Look, text: Bilingual, air: float) -> Line:
    return Line({0: setting.box(look, text, span=2)}, pad=air)
