"""What changed since the last briefing: the kind of change, where, the values before and after, the reason and the source."""

from __future__ import annotations

from collections.abc import Sequence

from cogwg.briefing.deck import ChangedSlide, ChangeKind, PlanChange
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, ContentBox, PageLine, Para, TableSpan, text_box

_COLUMNS = (155, 75, 215, 210, 295)


def bodies(slide: ChangedSlide, context: RenderContext) -> list[Body]:
    """Return one body with a row for each change. A slide without changes has only its message."""
    if not slide.changes:
        return [Body(_COLUMNS)]
    since = sentences.since_heading(slide.since, context.deck.as_of)
    lines = tuple(_line(change, slide.changes, context) for change in slide.changes)
    header = context.header(wording.CHANGE, wording.PRIORITY, wording.ACTIVITY, since, wording.REASON)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 4),), stretch=1.8)]


def _line(change: PlanChange, changes: Sequence[PlanChange], context: RenderContext) -> PageLine:
    style = styles.URGENT if change.kind is ChangeKind.SLIPPED else styles.LABEL
    boxes = {
        0: context.box(style, sentences.CHANGE_LABELS[change.kind], repeats=True),
        1: text_box(styles.COUNT, _priority_text(change, changes, context), repeats=True),
        2: context.box(styles.BODY.indented(), change.text),
        3: text_box(
            styles.BODY.indented(), f"{context.translate(change.before) or '–'} → {context.translate(change.after) or '–'}"
        ),
        4: ContentBox(styles.BODY.indented(), _reason_paras(change, context)),
    }
    return PageLine(boxes, padding=7.5, can_grow=True, is_table_row=True)


def _priority_text(change: PlanChange, changes: Sequence[PlanChange], context: RenderContext) -> str:
    """Return the priority's number, with the year of its plan if the deck or the slide covers several plans."""
    several = context.has_several_years or len({other.year for other in changes}) > 1
    return f"{change.priority} ({change.year})" if several else str(change.priority)


def _reason_paras(change: PlanChange, context: RenderContext) -> tuple[Para, ...]:
    """Return the reason and, below it, the source; a dash if there is neither."""
    reason, source = context.translate(change.reason), context.translate(change.source)
    paras = (Para(reason),) if reason else ()
    return paras + ((Para(source, 10, colour=styles.GREY),) if source else ()) or (Para("–"),)
