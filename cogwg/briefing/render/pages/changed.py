"""The changes since the last briefing: first those that need attention, with reasons and sources, then progress."""

from __future__ import annotations

from collections.abc import Sequence

from cogwg.briefing.deck import ChangedSlide, ChangeKind, PlanChange
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, ContentBox, PageLine, Para, TableSpan, text_box

_COLUMNS = (155, 75, 215, 210, 295)
_FORWARD_COLUMNS = (65, 370, 280, 235)


def bodies(slide: ChangedSlide, context: RenderContext) -> list[Body]:
    """Return the changes that need attention, each with its reason, and after them, on pages of their own, those that made
    progress.

    The first page also sums up the progress in one line. If at most one change is progress, or all are, there is only one
    list. A slide without changes has only its finding.
    """
    forward = [change for change in slide.changes if change.kind is ChangeKind.FORWARD]
    others = [change for change in slide.changes if change.kind is not ChangeKind.FORWARD]
    if not others or len(forward) <= 1:
        return [_reasons_body(slide, slide.changes, (), context)] if slide.changes else [Body(_COLUMNS)]
    summary = context.box(styles.LABEL, sentences.forward_sentence(len(forward)), span=len(_COLUMNS))
    return [
        _reasons_body(slide, others, (PageLine({0: summary}, padding=9, source=context.sources.plan),), context),
        _forward_body(slide, forward, context),
    ]


def _reasons_body(
    slide: ChangedSlide, changes: Sequence[PlanChange], tail: tuple[PageLine, ...], context: RenderContext
) -> Body:
    since = sentences.since_heading(slide.since, context.deck.as_of)
    header = context.header(wording.CHANGE, wording.PRIORITY, wording.ACTIVITY, since, wording.REASON)
    lines = tuple(_line(change, slide.changes, context) for change in changes)
    return Body(_COLUMNS, lines, header=header, tail=tail, tables=(TableSpan(0, 4),), stretch=1.8)


def _forward_body(slide: ChangedSlide, changes: Sequence[PlanChange], context: RenderContext) -> Body:
    since = sentences.since_heading(slide.since, context.deck.as_of)
    lines = tuple(
        PageLine(
            {
                0: text_box(styles.LABEL, _priority_text(change, slide.changes, context), repeats=True),
                1: context.box(styles.BODY.indented(), change.text),
                2: text_box(styles.BODY.indented(), _before_and_after(change, context)),
                3: ContentBox(styles.BODY.indented(), (_source_para(change, context),)),
            },
            padding=3,
            can_grow=True,
            is_table_row=True,
            source=context.sources.change(change),
        )
        for change in changes
    )
    header = context.header(wording.PRIORITY, wording.ACTIVITY, since, wording.SOURCE)
    return Body(
        _FORWARD_COLUMNS,
        lines,
        header=header,
        tables=(TableSpan(0, 3),),
        stretch=1.5,
        title=context.translate(wording.MADE_PROGRESS),
        message=context.translate(sentences.forward_sentence(len(changes))),
    )


def _line(change: PlanChange, changes: Sequence[PlanChange], context: RenderContext) -> PageLine:
    style = styles.URGENT if change.kind is ChangeKind.SLIPPED else styles.LABEL
    boxes = {
        0: context.box(style, sentences.CHANGE_LABELS[change.kind], repeats=True),
        1: text_box(styles.COUNT, _priority_text(change, changes, context), repeats=True),
        2: context.box(styles.BODY.indented(), change.text),
        3: text_box(styles.BODY.indented(), _before_and_after(change, context)),
        4: ContentBox(styles.BODY.indented(), _reason_paras(change, context)),
    }
    return PageLine(boxes, padding=7.5, can_grow=True, is_table_row=True, source=context.sources.change(change))


def _before_and_after(change: PlanChange, context: RenderContext) -> str:
    return f"{context.translate(change.before) or '–'} → {context.translate(change.after) or '–'}"


def _priority_text(change: PlanChange, changes: Sequence[PlanChange], context: RenderContext) -> str:
    """Return the priority's number, with the year of its plan if the deck or the slide covers several plans."""
    several = context.has_several_years or len({other.year for other in changes}) > 1
    return f"{change.priority} ({change.year})" if several else str(change.priority)


def _reason_paras(change: PlanChange, context: RenderContext) -> tuple[Para, ...]:
    """Return the reason and, below it, the source; a dash if there is neither."""
    reason = context.translate(change.reason)
    paras = (Para(reason),) if reason else ()
    return paras + ((_source_para(change, context),) if change.source else ()) or (Para("–"),)


def _source_para(change: PlanChange, context: RenderContext) -> Para:
    return Para(context.translate(change.source) or "–", 10, colour=styles.GREY)
