"""The list of the other slides, each with a link to its first page."""

from __future__ import annotations

from cogwg.briefing.deck import ContentsSlide, PrioritySlide, Slide, TitleSlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.links import fits_on_one_line
from cogwg.briefing.render.pages.page import Body, PageLine, TableSpan, text_box
from cogwg.briefing.render.pages.styles import Style

_COLUMNS = (50, 470, 430)
_ROOMY_LIMIT = 10


def bodies(slide: ContentsSlide, context: RenderContext) -> list[Body]:
    """Return one body with a row for each slide, except the cover and the contents slide itself."""
    others = [entry for entry in context.slides if not isinstance(entry[1], TitleSlide) and entry[1] is not slide]
    linked, pad = (styles.LINKED_BIG, 7) if len(others) <= _ROOMY_LIMIT else (styles.LINKED, 4.5)
    lines = tuple(_line(*entry, context, linked.indented(), pad) for entry in others)
    header = context.header(wording.NUMBER, wording.SLIDE, wording.ANSWERS)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 2),), stretch=2)]


def _line(number: int, slide: Slide, tab_name: str, context: RenderContext, link_style: Style, pad: float) -> PageLine:
    """Return a row with a link to the slide: its title, or the tab's name for a priority slide or if the title is too long.

    A link cannot wrap. If the tab's name does not fit on one line either, the slide's number is the link.
    """
    title = context.translate(slide.title) or tab_name
    label = tab_name if isinstance(slide, PrioritySlide) or not fits_on_one_line(title, link_style, _COLUMNS[1]) else title
    lead_in = {0: text_box(styles.LABEL, str(number)), 1: text_box(link_style, label, target_slide=number)}
    if not fits_on_one_line(label, link_style, _COLUMNS[1]):
        lead_in = {0: text_box(styles.LINKED, str(number), target_slide=number), 1: text_box(styles.BODY.indented(), label)}
    return PageLine(
        {
            **lead_in,
            2: context.box(styles.BODY.indented(), slide.answers),
        },
        padding=pad,
        can_grow=True,
        is_table_row=True,
    )
