"""The cover: the group's name on navy, then the report, the Councils, the date and place, the plan and the version."""

from __future__ import annotations

from cogwg.briefing.deck import TitleSlide
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, PageLine, text_box
from cogwg.core.dates import day

_COLUMNS = (800, 150)
"""Widths in px. The title stays clear of the right edge; everything else spans both columns."""
_TITLE_BLOCK_HEIGHT = 150.0


def bodies(slide: TitleSlide, context: RenderContext) -> list[Body]:
    """Return one body, which needs more than one page only if its texts are unusually long."""
    sections = (
        (styles.COVER_REPORT, slide.message, 20.0),
        (styles.COVER_LINE, slide.councils, 8.0),
        (styles.COVER_DATE, day(context.deck.meeting_on), 16.0),
        (styles.COVER_LINE, context.deck.place, 5.0),
        (styles.COVER_LINE, slide.plan_line, 8.0),
        (styles.COVER_SMALL, slide.edition_line, 24.0),
    )
    lines = [PageLine({0: context.box(style, text, span=2)}, padding=padding) for style, text, padding in sections if text]
    if slide.twin_line:
        box = text_box(styles.COVER_SMALL, context.translate(slide.twin_line), context.lang.other, span=2)
        lines.append(PageLine({0: box}, padding=5.0))
    return [Body(_COLUMNS, tuple(lines), opening=_opening_lines(context.translate(slide.title), context))]


def _opening_lines(title: str, context: RenderContext) -> tuple[PageLine, ...]:
    box = text_box(styles.COVER_TITLE, title)
    if context.page_format.height_of(box, _COLUMNS[0]) > _TITLE_BLOCK_HEIGHT:
        box = text_box(styles.COVER_TITLE_LONG, title)
    navy = text_box(styles.COVER_FOOT, "")
    return (
        PageLine({0: box, 1: navy}, min_height=_TITLE_BLOCK_HEIGHT, padding=9),
        PageLine({0: navy, 1: navy}, min_height=15, padding=0),
        PageLine({0: text_box(styles.COVER_RULE, "", span=2)}, min_height=7.5, padding=0),
        *context.marks_lines(2),
    )
