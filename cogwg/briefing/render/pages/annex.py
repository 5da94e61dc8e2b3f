"""The slide before the priority slides, with a list of the priorities and a link to the full plan."""

from __future__ import annotations

from dataclasses import replace

from cogwg.briefing.deck import AnnexRow, AnnexSlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.links import link_box
from cogwg.briefing.render.pages.page import WIDTH, Body, PageLine, TableSpan, text_box

_COLUMNS = (50, 600, 300)
_TITLE_BLOCK_HEIGHT = 90.0


def bodies(slide: AnnexSlide, context: RenderContext) -> list[Body]:
    """Return one body: a large title, then a row for each priority with its number, title, leads and partners.

    The link to the full plan is on each page. If the link's label is too long for a link, the label follows the last row,
    once.
    """
    note: tuple[PageLine, ...] = ()
    tail: tuple[PageLine, ...] = ()
    if slide.footnote is not None:
        box, rest = link_box(slide.footnote, context, styles.LINKED_FREE, WIDTH)
        note = (PageLine({0: replace(box, span=3)}, padding=14, source=context.sources.plan),)
        tail = (PageLine({0: text_box(styles.NOTE, rest, span=3)}, padding=12, can_break=True),) if rest else ()
    lines = tuple(_line(row, context) for row in slide.rows)
    header = context.header(wording.NUMBER, wording.PRIORITY, wording.LEADS_AND_PARTNERS)
    opening = _opening_lines(slide, context)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 2),), tail=tail, note=note, opening=opening, stretch=1.6)]


def _opening_lines(slide: AnnexSlide, context: RenderContext) -> tuple[PageLine, ...]:
    title = context.translate(slide.title)
    box = text_box(styles.DIVIDER_TITLE, title, span=3)
    if context.page_format.height_of(box, WIDTH) > _TITLE_BLOCK_HEIGHT:
        box = text_box(styles.DIVIDER_TITLE_LONG, title, span=3)
    footer = text_box(styles.DIVIDER_FOOT, "", span=3)
    lines = [PageLine({0: box}, min_height=_TITLE_BLOCK_HEIGHT, padding=9), PageLine({0: footer}, min_height=12, padding=0)]
    lines += context.marks_lines(3)
    if slide.message:
        lines.append(PageLine({0: context.box(styles.MESSAGE, slide.message, span=3)}, padding=9))
    return tuple(lines)


def _line(row: AnnexRow, context: RenderContext) -> PageLine:
    boxes = {
        0: text_box(styles.NUMERAL, str(row.number), repeats=True),
        1: context.box(styles.POINT.indented(), row.title),
        2: context.box(styles.POINT_SIDE.indented(), row.carried_by),
    }
    return PageLine(boxes, padding=4, can_grow=True, is_table_row=True, source=context.sources.annex_priority(row.number))
