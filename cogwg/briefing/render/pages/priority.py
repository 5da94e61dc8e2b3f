"""One priority: its leads, and its activities with their latest reports; then its issue and outcome, and the activities' full
wording.

All priority slides have the same columns. Text that does not fit continues on the next page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from cogwg.briefing.deck import ActivityState, PrioritySlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, ContentBox, PageLine, Para, TableSpan, text_box
from cogwg.briefing.render.pages.state import due_words, state_box
from cogwg.core.bilingual import Bilingual

_COLUMNS = (120, 225, 240, 365)
_PLAN_COLUMNS = (465, 20, 465)
_SUMMARY_PADDING = 7.5
"""Space in points between the summary of the priority and the table below it."""


def bodies(slide: PrioritySlide, context: RenderContext) -> list[Body]:
    """Return the activities with their status and latest report, then the issue, the outcome and the full wording, if there
    are any.
    """
    activities = Body(
        _COLUMNS,
        tuple(_activity_line(state, context) for state in slide.activities),
        lead=_summary_lines(slide, context),
        header=context.header(wording.DUE, wording.ACTIVITY, wording.STATUS, wording.LATEST_REPORT),
        tables=(TableSpan(0, 3),),
        stretch=1.5,
    )
    plan = _plan_body(slide, context)
    return [activities, plan] if plan.lines or plan.tail else [activities]


def _summary_lines(slide: PrioritySlide, context: RenderContext) -> tuple[PageLine, ...]:
    """Return lines with the overall status, the leads and partners, the highlight and the requests, across the whole width."""
    rows = [
        (wording.OVERALL, context.box(styles.PAIR_STRONG.indented(), slide.status)),
        (wording.LEADS_AND_PARTNERS, ContentBox(styles.PAIR_TEXT.indented(), _carried_by_paras(slide, context))),
        (wording.HIGHLIGHT, context.box(styles.PAIR_TEXT.indented(), slide.highlight)),
        *((wording.ASK, context.box(styles.PAIR_STRONG.indented(), ask)) for ask in slide.asks),
    ]
    lines = [
        PageLine(
            {0: context.box(styles.PAIR_LABEL, label, repeats=True), 1: replace(box, span=3)},
            padding=3,
            source=context.sources.co_chairs
            if label in (wording.HIGHLIGHT, wording.ASK)
            else context.sources.annex_priority(slide.number),
        )
        for label, box in rows
        if box.paras
    ]
    return (*lines[:-1], *(replace(line, padding=_SUMMARY_PADDING) for line in lines[-1:]))


def _carried_by_paras(slide: PrioritySlide, context: RenderContext) -> tuple[Para, ...]:
    """Return the leads and partners and, below them in red, what is still to be decided."""
    names = context.translate(slide.carried_by)
    paras = [Para(names)] if names else []
    if slide.undecided:
        decide = context.labelled(wording.TO_DECIDE, context.translate(slide.undecided))
        paras.append(Para(f"▲ {decide}", bold=True, colour=styles.RED))
    return tuple(paras)


def _plan_body(slide: PrioritySlide, context: RenderContext) -> Body:
    """Return the issue and the outcome side by side, each with what it leads to, then the full wording of the activities."""
    chains = (
        _chain_boxes(slide.issue, slide.consequences, context),
        _chain_boxes(slide.outcome, slide.results, context),
    )
    lines = tuple(
        PageLine(
            {at: box for at, box in ((0, left), (2, right)) if box is not None},
            padding=6,
            is_table_row=True,
            source=context.sources.annex_priority(slide.number),
        )
        for left, right in zip_longest(*chains)
    )
    in_full = tuple(_full_text_line(state, context) for state in slide.activities if state.text and state.text != state.title)
    heading = PageLine({0: context.box(styles.HEADING, wording.ACTIVITIES_IN_FULL, span=3)}, padding=18)
    return Body(
        _PLAN_COLUMNS,
        lines,
        header=context.header(wording.ISSUE_CHAIN, None, wording.OUTCOME_CHAIN) if lines else None,
        tables=(TableSpan(0, 0), TableSpan(2, 2)) if lines else (),
        tail=(heading, *in_full) if in_full else (),
        stretch=1,
    )


def _chain_boxes(first: Bilingual, leads_to: Sequence[Bilingual], context: RenderContext) -> list[ContentBox]:
    boxes = [context.box(styles.PAIR_STRONG, first)] if first else []
    return boxes + [text_box(styles.PAIR_TEXT, f"→ {context.translate(text)}") for text in leads_to]


def _full_text_line(state: ActivityState, context: RenderContext) -> PageLine:
    text = context.labelled(due_words(state, context), context.translate(state.text))
    return PageLine({0: text_box(styles.FULL_TEXT, text, span=3)}, padding=6, source=context.sources.activity(state))


def _activity_line(state: ActivityState, context: RenderContext) -> PageLine:
    boxes = {
        0: text_box(styles.LABEL, due_words(state, context), repeats=True),
        1: context.box(styles.BODY.indented(), state.title or state.text),
        2: _repeating(state_box(state, context)),
        3: ContentBox(styles.BODY.indented(), _report_paras(state, context)),
    }
    return PageLine(boxes, padding=4.5, can_grow=True, is_table_row=True, source=context.sources.activity(state))


def _repeating(box: ContentBox) -> ContentBox:
    return ContentBox(box.style, box.paras, repeats=True)


def _report_paras(state: ActivityState, context: RenderContext) -> tuple[Para, ...]:
    """Return the progress and the challenge from the latest report. The report's date and evidence are on the data slide."""
    flag = context.translate(wording.NOTHING_TO_REPORT) if state.nothing_to_report else ""
    text = context.translate(state.challenge)
    challenge = context.labelled(wording.CHALLENGE, text) if text else ""
    paras = tuple(para for para in (Para(flag), context.para(state.progress), Para(challenge)) if para.text)
    return paras or (Para("–"),)
