"""One priority: its issue and outcome, its leads and partners, and its activities with their latest reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from cogwg.briefing.deck import ActivityState, PrioritySlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import WIDTH, Body, ContentBox, PageLine, Para, TableSpan, text_box
from cogwg.briefing.render.pages.state import due_words, state_box
from cogwg.core.bilingual import Bilingual, Language

_DUE_WIDTHS = {Language.EN: 105, Language.FR: 125}
_STATUS_WIDTHS = (175, 205, 150)
_USUAL_ACTIVITY_WIDTH = 370
_MIN_ACTIVITY_WIDTH = 240
_SEARCH_LIMIT = 20
"""With more lines than this, the usual widths are used, because no other widths would make the lines fit on a page."""
_SEARCH_STEP = 10
_SUMMARY_PADDING = 7.5
"""Space in points between the summary of the priority and the pairs below it."""
_CONTENT_HEIGHT = 372.0
"""The height in points left for pairs and rows below a long title, the sample mark, the message and the header."""

LabelledBox = tuple[Bilingual, ContentBox]


def bodies(slide: PrioritySlide, context: RenderContext) -> list[Body]:
    """Return one body: the summary, the issue and the outcome above the table of activities, all in the same columns."""
    lead, lines = (
        (*_summary_lines(slide, context), *_pair_lines(slide, context)),
        tuple(_activity_line(state, context) for state in slide.activities),
    )
    return [
        Body(
            _widths((*lead, *lines), context.lang),
            lines,
            lead=lead,
            header=context.header(wording.DUE, wording.ACTIVITY, wording.STATUS, wording.LATEST_REPORT),
            tables=(TableSpan(0, 3),),
            stretch=1.5,
        )
    ]


def _widths(lines: Sequence[PageLine], lang: Language) -> tuple[int, ...]:
    """Return the usual widths if the lines fit on a page, so that slides look alike; else those that need the least height."""
    first = _DUE_WIDTHS[lang]
    if len(lines) > _SEARCH_LIMIT:
        return first, _USUAL_ACTIVITY_WIDTH, _STATUS_WIDTHS[0], WIDTH - first - _USUAL_ACTIVITY_WIDTH - _STATUS_WIDTHS[0]

    def height(widths: tuple[int, ...]) -> float:
        return sum(line.height(widths) for line in lines)

    usual = (first, _USUAL_ACTIVITY_WIDTH, _STATUS_WIDTHS[0], WIDTH - first - _USUAL_ACTIVITY_WIDTH - _STATUS_WIDTHS[0])
    if height(usual) <= _CONTENT_HEIGHT:
        return usual
    choices = [
        (first, px, state, WIDTH - first - px - state)
        for px in range(_MIN_ACTIVITY_WIDTH, WIDTH, _SEARCH_STEP)
        for state in _STATUS_WIDTHS
    ]
    return min((usual, *(widths for widths in choices if widths[3] >= _MIN_ACTIVITY_WIDTH)), key=height)


def _summary_lines(slide: PrioritySlide, context: RenderContext) -> tuple[PageLine, ...]:
    """Return the overall status, the highlight and the requests, over the whole width."""
    rows = [
        (wording.OVERALL, slide.status, styles.PAIR_STRONG),
        (wording.HIGHLIGHT, slide.highlight, styles.PAIR_TEXT),
        *((wording.ASK, ask, styles.PAIR_STRONG) for ask in slide.asks),
    ]
    lines = [
        PageLine(
            {0: context.box(styles.PAIR_LABEL, label, repeats=True), 1: context.box(style.indented(), text, span=3)}, padding=3
        )
        for label, text, style in rows
        if text
    ]
    return (*lines[:-1], *(replace(line, padding=_SUMMARY_PADDING) for line in lines[-1:]))


def _pair_lines(slide: PrioritySlide, context: RenderContext) -> tuple[PageLine, ...]:
    """Return the issue and the outcome with what each leads to; leads and partners go below the shorter of the two lists."""
    chains = [
        _labelled_boxes(wording.ISSUE, slide.issue, slide.consequences, context),
        _labelled_boxes(wording.OUTCOME, slide.outcome, slide.results, context),
    ]
    if slide.carried_by or slide.undecided:
        min(chains, key=len).append(
            (wording.LEADS_AND_PARTNERS, ContentBox(styles.PAIR_TEXT.indented(), _carried_by_paras(slide, context)))
        )
    return tuple(_pair_line(left, right, context) for left, right in zip_longest(*chains))


def _carried_by_paras(slide: PrioritySlide, context: RenderContext) -> tuple[Para, ...]:
    """Return the leads and partners, and below them, in red, what is still to be decided."""
    names = context.translate(slide.carried_by)
    paras = [Para(names)] if names else []
    if slide.undecided:
        decide = _labelled(wording.TO_DECIDE, context.translate(slide.undecided), context)
        paras.append(Para(f"▲ {decide}", bold=True, colour=styles.RED))
    return tuple(paras)


def _labelled_boxes(
    label: Bilingual, first_text: Bilingual, next_texts: Sequence[Bilingual], context: RenderContext
) -> list[LabelledBox]:
    boxes: list[LabelledBox] = [(label, context.box(styles.PAIR_STRONG.indented(), first_text))] if first_text else []
    return boxes + [(wording.LEADS_TO, context.box(styles.PAIR_TEXT.indented(), text)) for text in next_texts]


def _pair_line(left: LabelledBox | None, right: LabelledBox | None, context: RenderContext) -> PageLine:
    boxes: dict[int, ContentBox] = {}
    for at, pair in ((0, left), (2, right)):
        if pair is not None:
            label, box = pair
            boxes[at] = context.box(styles.PAIR_LABEL if at == 0 else styles.PAIR_LABEL.indented(), label, repeats=True)
            boxes[at + 1] = box
    return PageLine(boxes, padding=3)


def _activity_line(state: ActivityState, context: RenderContext) -> PageLine:
    text = context.translate(state.text) or context.translate(state.title)
    boxes = {
        0: text_box(styles.LABEL, due_words(state, context), repeats=True),
        1: text_box(styles.BODY.indented(), text),
        2: _repeating(state_box(state, context)),
        3: ContentBox(styles.BODY.indented(), _report_paras(state, context)),
    }
    return PageLine(boxes, padding=4.5, can_grow=True, is_table_row=True)


def _repeating(box: ContentBox) -> ContentBox:
    return ContentBox(box.style, box.paras, repeats=True)


def _report_paras(state: ActivityState, context: RenderContext) -> tuple[Para, ...]:
    """Return the progress and the challenge of the latest report. The report's date and evidence are on the data slide."""
    flag = context.translate(wording.NOTHING_TO_REPORT) if state.nothing_to_report else ""
    challenge = _labelled(wording.CHALLENGE, context.translate(state.challenge), context)
    paras = tuple(para for para in (Para(flag), context.para(state.progress), Para(challenge)) if para.text)
    return paras or (Para("–"),)


def _labelled(label: Bilingual, text: str, context: RenderContext) -> str:
    colon = "\u00a0: " if context.lang is Language.FR else ": "
    return f"{context.translate(label)}{colon}{text}" if text else ""
