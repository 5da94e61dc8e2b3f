"""The list of sources: a row for each entry, with the fact, who reported or decided it, and when."""

from __future__ import annotations

from dataclasses import replace

from cogwg.briefing.deck import SourcesSlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, PageLine, TableSpan, text_box
from cogwg.briefing.render.source_entries import SourceEntry
from cogwg.core.tables import xml_safe

_COLUMNS = (50, 330, 570)


def bodies(slide: SourcesSlide, context: RenderContext) -> list[Body]:
    """Return one body with a row for each entry, in the order of their numbers, and a last row with the deck's witness."""
    lines = tuple(_line(entry, context) for entry in context.sources.entries)
    if context.deck.witness:
        lines = (*lines[:-1], *(replace(line, followers=1) for line in lines[-1:]), _witness_line(context))
    heads = (wording.NUMBER, wording.FACT, wording.REPORTED_OR_DECIDED)
    header = context.header(*heads, style=styles.DATA_HEADER)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 2),), stretch=1)]


def _witness_line(context: RenderContext) -> PageLine:
    text = styles.DATA_TEXT.indented()
    boxes = {
        0: text_box(styles.DATA_TEXT, ""),
        1: text_box(text, context.translate(wording.AUDIT_LOG_STATE)),
        2: text_box(text, context.deck.witness),
    }
    return PageLine(boxes, padding=4.5, is_table_row=True)


def _line(entry: SourceEntry, context: RenderContext) -> PageLine:
    text = styles.DATA_TEXT.indented()
    boxes = {
        0: text_box(styles.DATA_TEXT, str(entry.number), repeats=True),
        1: text_box(text, xml_safe(entry.label(context.lang))),
        2: text_box(text, xml_safe(entry.details(context.lang))),
    }
    return PageLine(boxes, padding=4.5, is_table_row=True, source_entry=entry.number)
