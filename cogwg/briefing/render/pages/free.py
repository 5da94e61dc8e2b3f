"""Free text: a paragraph a row, in large type where a page holds it all, and on over pages where it does not."""

from __future__ import annotations

from cogwg.briefing.deck import TextSlide
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import WIDTH, Body, PageLine
from cogwg.briefing.render.pages.styles import Style

_PARAGRAPHS_HEIGHT = 350.0
"""The points a page leaves to paragraphs below a title of two lines, the mark and a message of two lines."""


def bodies(slide: TextSlide, context: RenderContext) -> list[Body]:
    """The paragraphs that say something, one below the other."""
    large = _lines(slide, context, styles.PARAGRAPH_LARGE)
    fits = sum(line.height((WIDTH,)) for line in large) <= _PARAGRAPHS_HEIGHT
    return [Body((WIDTH,), large if fits else _lines(slide, context, styles.PARAGRAPH), stretch=1)]


def _lines(slide: TextSlide, context: RenderContext, style: Style) -> tuple[PageLine, ...]:
    return tuple(
        PageLine({0: context.box(style, text)}, padding=style.size * 0.75, can_break=True) for text in slide.paragraphs if text
    )
