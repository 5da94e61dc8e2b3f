"""The list of the other slides, each with a link to its first page."""

from __future__ import annotations

from collections.abc import Sequence

from cogwg.briefing.deck import ContentsSlide, PrioritySlide, Slide, TitleSlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, ContentBox, PageLine, TableSpan, text_box
from cogwg.briefing.render.pages.styles import Style

_COLUMNS = (50, 470, 430)
_SIDE_BY_SIDE_COLUMNS = (50, 415, 20, 50, 415)
_USED_SHARE = 0.8
"""The share of a column's width that a title may use on a screen, because LibreOffice breaks a longer link within a word."""
_ROOMY_LIMIT = 10
_SCREEN_LIMIT = 13
"""The maximum number of slides listed in one column on a screen. More are listed in two columns, without the question that
each answers."""


def bodies(slide: ContentsSlide, context: RenderContext) -> list[Body]:
    """Return one body that lists every slide except the cover and the contents slide itself; a long list has two columns."""
    others = [entry for entry in context.slides if not isinstance(entry[1], TitleSlide) and entry[1] is not slide]
    if context.page_format.is_screen and len(others) > _SCREEN_LIMIT:
        return [_side_by_side(others, context)]
    linked, pad = (styles.LINKED_BIG, 7) if len(others) <= _ROOMY_LIMIT else (styles.LINKED, 4.5)
    lines = tuple(_line(*entry, context, linked.indented(), pad) for entry in others)
    header = context.header(wording.NUMBER, wording.SLIDE, wording.ANSWERS)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 2),), stretch=2)]


def _side_by_side(others: Sequence[tuple[int, Slide, str]], context: RenderContext) -> Body:
    """Return a list with the first half of the slides beside the second."""
    half = -(-len(others) // 2)
    width = _SIDE_BY_SIDE_COLUMNS[1]
    linked = styles.LINKED.indented()
    lines = []
    for n in range(half):
        boxes = {
            at + 3 * side: box
            for side, entry in enumerate(others[n::half])
            for at, box in _link_boxes(*entry, context, linked, width).items()
        }
        lines.append(PageLine(boxes, padding=4.5, can_grow=True, is_table_row=True))
    heads = (wording.NUMBER, wording.SLIDE)
    header = context.header(*heads, None, *heads)
    return Body(_SIDE_BY_SIDE_COLUMNS, tuple(lines), header=header, tables=(TableSpan(0, 1), TableSpan(3, 4)), stretch=1.5)


def _line(number: int, slide: Slide, tab_name: str, context: RenderContext, link_style: Style, pad: float) -> PageLine:
    boxes = _link_boxes(number, slide, tab_name, context, link_style, _COLUMNS[1])
    boxes[2] = context.box(styles.BODY.indented(), slide.answers)
    return PageLine(boxes, padding=pad, can_grow=True, is_table_row=True)


def _link_boxes(
    number: int, slide: Slide, tab_name: str, context: RenderContext, link_style: Style, width: int
) -> dict[int, ContentBox]:
    """Return the slide's number and a link with its title, or with the name of its tab if the title is too long or is that of
    a priority.

    A link cannot wrap: if the name of the tab does not fit on one line either, the slide's number is the link.
    """
    title = context.translate(slide.title) or tab_name
    title_width = int(width * _USED_SHARE) if context.page_format.is_screen else width
    is_short = not isinstance(slide, PrioritySlide) and context.fits_on_one_line(title, link_style, title_width)
    label = title if is_short else tab_name
    if context.fits_on_one_line(label, link_style, width):
        return {0: text_box(styles.LABEL, str(number)), 1: text_box(link_style, label, target_slide=number)}
    return {0: text_box(styles.LINKED, str(number), target_slide=number), 1: text_box(styles.BODY.indented(), label)}
