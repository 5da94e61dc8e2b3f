"""The data slides: every activity with its facts in the deck, on as many slides as needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cogwg.briefing.deck import ActivityState, DataSlide, Reference
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.links import web_address
from cogwg.briefing.render.pages.page import WIDTH, Body, ContentBox, PageLine, Para, TableSpan
from cogwg.briefing.render.pages.state import due_words, state_box
from cogwg.briefing.render.pptx import labels as own
from cogwg.briefing.render.pptx.text_runs import LinkedPara
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import day
from cogwg.core.tables import xml_safe

_PLACE, _DUE, _STATE = 115, 132, 210
_LEAST, _STEP, _SEARCHED = 200, 35, 60
"""For choosing column widths: the minimum width and the step in px, and the number of rows that are measured.

The columns for the activity and its report share the remaining width in steps of ``_STEP``, so that the first ``_SEARCHED``
rows take the least height; neither is narrower than ``_LEAST``."""
_SIZE = 10


def bodies(slide: DataSlide, context: RenderContext) -> list[Body]:
    """Return one body with a row for each activity. Every row names its priority, because any row may be the first
    on a slide.
    """
    lines = tuple(_line(short, state, context) for short, state in slide.rows)
    heads = (wording.PRIORITY, wording.ACTIVITY, wording.DUE, wording.STATUS, wording.LATEST_REPORT)
    header = context.header(*heads, style=styles.DATA_HEADER)
    return [Body(_columns(lines), lines, header=header, tables=(TableSpan(0, len(heads) - 1),), stretch=1)]


def _columns(lines: Sequence[PageLine]) -> tuple[int, ...]:
    shared = WIDTH - _PLACE - _DUE - _STATE
    choices = [(_PLACE, px, _DUE, _STATE, shared - px) for px in range(_LEAST, shared - _LEAST + 1, _STEP)]
    return min(choices, key=lambda columns: sum(line.height(columns) for line in lines[:_SEARCHED]))


def _line(short: Bilingual, state: ActivityState, context: RenderContext) -> PageLine:
    box = state_box(state, context)
    flush, text = styles.DATA_TEXT, styles.DATA_TEXT.indented()
    boxes = {
        0: ContentBox(flush, tuple(_priority_paras(short, state, context)), repeats=True),
        1: ContentBox(text, tuple(_activity_paras(state, context))),
        2: ContentBox(text, tuple(_due_paras(state, context)), repeats=True),
        3: ContentBox(box.style, (*box.paras, *_reported_paras(state, box, context)), repeats=True),
        4: ContentBox(text, tuple(_report_paras(state, context)) or (Para("–"),)),
    }
    return PageLine(boxes, padding=6, is_table_row=True, source=context.sources.activity(state))


def _priority_paras(short: Bilingual, state: ActivityState, context: RenderContext) -> Iterator[Para]:
    yield Para(xml_safe(state.code), _SIZE, bold=True)
    yield context.para(short, _SIZE, colour=styles.GREY)


def _activity_paras(state: ActivityState, context: RenderContext) -> Iterator[Para]:
    title, text = context.para(state.title, _SIZE, bold=True), context.para(state.text, _SIZE)
    if title.text:
        yield title
    if text.text and text.text != title.text:
        yield text


def _due_paras(state: ActivityState, context: RenderContext) -> Iterator[Para]:
    yield Para(due_words(state, context), _SIZE, bold=True)
    yield Para(context.translate(day(state.due_on)), _SIZE)
    if state.ongoing:
        yield context.para(wording.ONGOING, _SIZE)
    if state.moved is not None:
        yield Para(context.labelled(own.MOVED, context.translate(state.moved.before)), _SIZE)


def _reported_paras(state: ActivityState, box: ContentBox, context: RenderContext) -> Sequence[Para]:
    if state.reported_on is None:
        return ()
    ink = styles.WHITE if box.style is styles.OVERDUE else styles.INK
    return (Para(f"{context.translate(own.REPORTED)} {context.translate(day(state.reported_on))}", _SIZE, colour=ink),)


def _report_paras(state: ActivityState, context: RenderContext) -> Iterator[Para]:
    """Yield what was reported, why the due date was moved, and the evidence, with each link in its own paragraph."""
    if state.nothing_to_report:
        yield context.para(wording.NOTHING_TO_REPORT, _SIZE)
    if state.progress:
        yield context.para(state.progress, _SIZE)
    if state.challenge:
        yield Para(context.labelled(wording.CHALLENGE, context.translate(state.challenge)), _SIZE)
    if state.next_step:
        yield Para(context.labelled(wording.NEXT_STEP, context.translate(state.next_step)), _SIZE)
    if state.moved is not None and state.moved.reason:
        yield Para(context.labelled(wording.REASON, context.translate(state.moved.reason)), _SIZE)
    if state.evidence_note:
        yield Para(context.labelled(own.EVIDENCE, context.translate(state.evidence_note)), _SIZE)
    for link in state.evidence:
        yield _link_para(link, context)


def _link_para(link: Reference, context: RenderContext) -> Para:
    address, label = web_address(link.url), context.translate(link.label)
    if not address:
        plain = xml_safe(link.url)
        return Para(f"{label} ({plain})" if label else plain, _SIZE)
    return LinkedPara(label or address, _SIZE, colour=styles.LINK, url=address)
