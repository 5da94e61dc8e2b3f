"""The cover: the group's name in both languages on a navy block, then the name of the report, and a table of details such as
the meeting.
"""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.briefing.deck import TitleSlide
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.headline import shorten_box
from cogwg.briefing.render.pages.page import Body, ContentBox, PageLine, text_box
from cogwg.core.bilingual import EMPTY_TEXT

_COLUMNS = (190, 610, 150)
"""Widths in px. The title does not use the last column; everything else spans all columns."""
_SPAN = len(_COLUMNS)
_TITLE_WIDTH = sum(_COLUMNS[:2])
_TITLE_BLOCK_HEIGHT = 120.0
_LONGEST_TITLE = 4
"""The maximum number of lines of the title in the block. A longer title is shortened there, and shown in full below."""


def bodies(slide: TitleSlide, context: RenderContext) -> list[Body]:
    """Return one body, which needs more than one page only if its texts are unusually long."""
    title = context.translate(slide.title)
    box = _title_box(title, context)
    lead = [] if box.text == title else [PageLine({0: text_box(styles.PARAGRAPH, title, span=_SPAN)}, can_break=True)]
    if slide.message:
        lead.append(PageLine({0: context.box(styles.COVER_REPORT, slide.message, span=_SPAN)}, padding=16.0))
    return [
        Body(
            _COLUMNS,
            tuple(_rows(slide, context)),
            lead=tuple(lead),
            tail=tuple(_twin_lines(slide, context)),
            opening=_opening_lines(slide, box, context),
            stretch=1.4,
        )
    ]


def _rows(slide: TitleSlide, context: RenderContext) -> Iterator[PageLine]:
    """Yield a row with a label for each detail that is known."""
    deck = context.deck
    details = (
        (wording.MEETING, styles.COVER_DATE, context.translate(sentences.meeting_day_and_place(deck))),
        (wording.PRESENTED_TO, styles.COVER_LINE, context.translate(slide.councils)),
        (wording.AGENDA_ITEM, styles.COVER_LINE, context.translate(deck.agenda_item)),
        (wording.CLASSIFICATION, styles.COVER_LINE, context.translate(deck.classification)),
        (wording.PLAN, styles.COVER_LINE, context.translate(slide.plan_line)),
        (wording.STEP_STATE, styles.COVER_SMALL, context.translate(slide.edition_line)),
    )
    for label, style, text in details:
        if text:
            boxes = {0: context.box(styles.COVER_LABEL, label, repeats=True), 1: text_box(style, text, span=_SPAN - 1)}
            yield PageLine(boxes, padding=5.0, can_grow=True)


def _twin_lines(slide: TitleSlide, context: RenderContext) -> Iterator[PageLine]:
    """Yield the group's name in the other language, unless the block shows it, then the line that says that the deck exists in
    that language.
    """
    name = EMPTY_TEXT if _is_name_in_block(slide, context) else slide.twin_name
    for text in (name, slide.twin_line):
        if text:
            box = text_box(styles.COVER_NOTE, context.translate(text), context.lang.other, span=_SPAN)
            yield PageLine({0: box}, padding=8.0)


def _is_name_in_block(slide: TitleSlide, context: RenderContext) -> bool:
    return context.fits_on_one_line(context.translate(slide.twin_name), styles.COVER_TWIN, sum(_COLUMNS))


def _title_box(title: str, context: RenderContext) -> ContentBox:
    """Return the title in the largest type size in which it fits in the block; if it fits in none, shortened."""
    page_format = context.page_format
    for style in (styles.COVER_TITLE, styles.COVER_TITLE_LONG):
        box = text_box(style, title)
        if page_format.height_of(box, _TITLE_WIDTH) <= _TITLE_BLOCK_HEIGHT:
            return box
    large = page_format.box(box)
    return ContentBox(box.style, shorten_box(large, round(page_format.px(_TITLE_WIDTH)), _LONGEST_TITLE).paras)


def _opening_lines(slide: TitleSlide, box: ContentBox, context: RenderContext) -> tuple[PageLine, ...]:
    navy = text_box(styles.COVER_FOOT, "")
    foot = PageLine(dict.fromkeys(range(_SPAN), navy), min_height=15, padding=0)
    return (
        PageLine({0: ContentBox(box.style, box.paras, span=2), 2: navy}, min_height=_TITLE_BLOCK_HEIGHT, padding=9),
        *_twin_name_line(slide, context),
        foot,
        PageLine({0: text_box(styles.COVER_RULE, "", span=_SPAN)}, min_height=7.5, padding=0),
        *context.marks_lines(_SPAN),
    )


def _twin_name_line(slide: TitleSlide, context: RenderContext) -> Iterator[PageLine]:
    """Yield the group's name in the other language, on one line of the block, unless it is too long for a line."""
    name = context.translate(slide.twin_name)
    if name and _is_name_in_block(slide, context):
        yield PageLine({0: text_box(styles.COVER_TWIN, name, context.lang.other, span=_SPAN)}, padding=6)
