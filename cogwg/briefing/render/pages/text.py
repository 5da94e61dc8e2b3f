"""Free text, with a row for each paragraph. The type is large if the whole text fits on one page, and smaller otherwise."""

from __future__ import annotations

from cogwg.briefing.deck import TextSlide
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import WIDTH, Body, PageLine
from cogwg.briefing.render.pages.styles import Style

_PARAGRAPHS_HEIGHT = 350.0
"""The height in points that is left for paragraphs below a title of two lines, the mark and a message of two lines."""


def bodies(slide: TextSlide, context: RenderContext) -> list[Body]:
    """Return one body with the paragraphs that are not empty, one below the other."""
    large = _lines(slide, context, styles.PARAGRAPH_LARGE)
    fits = sum(context.page_format.line(line).height((context.page_format.width,)) for line in large) <= _PARAGRAPHS_HEIGHT
    return [Body((WIDTH,), large if fits else _lines(slide, context, styles.PARAGRAPH), stretch=1)]


def _lines(slide: TextSlide, context: RenderContext, style: Style) -> tuple[PageLine, ...]:
    return tuple(
        PageLine({0: context.box(style, text)}, padding=style.size * 0.75, can_break=True, source=context.sources.co_chairs)
        for text in slide.paragraphs
        if text
    )
