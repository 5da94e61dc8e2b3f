"""Free text: a paragraph a row, in large type where a page holds it all, and on over pages where it does not."""

from __future__ import annotations

from cogwg.briefing.deck import TextSlide
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.looks import Look
from cogwg.briefing.render.pages.page import WIDTH, Body, Line
from cogwg.briefing.render.pages.setting import Setting

_ROOM = 350.0
"""The points a page leaves to paragraphs below a title of two lines, the mark and a message of two lines."""


def bodies(slide: TextSlide, setting: Setting) -> list[Body]:
    """The paragraphs that say something, one below the other."""
    large = _lines(slide, setting, looks.PARAGRAPH_LARGE)
    fits = sum(line.height((WIDTH,)) for line in large) <= _ROOM
    return [Body((WIDTH,), large if fits else _lines(slide, setting, looks.PARAGRAPH), stretch=1)]


def _lines(slide: TextSlide, setting: Setting, look: Look) -> tuple[Line, ...]:
    return tuple(Line({0: setting.box(look, text)}, pad=look.size * 0.75, flows=True) for text in slide.paragraphs if text)
