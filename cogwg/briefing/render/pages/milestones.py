"""Milestones with their sources, then challenges, which name a jurisdiction only if it agreed."""

from __future__ import annotations

from collections.abc import Sequence

from cogwg.briefing.deck import DeckChallenge, DeckMilestone, MilestonesSlide
from cogwg.briefing.phrases import remaining_challenges
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.links import link_box
from cogwg.briefing.render.pages.page import Body, ContentBox, PageLine, Para, TableSpan, text_box
from cogwg.core.bilingual import Bilingual

_NAMES, _TEXT_AND_LINKS, _LEFT_FOR_TEXT = 150, 800, 400
_LINK_WIDTHS = (150, 150)
_CHALLENGE_COLUMNS = (150, 800)


def bodies(slide: MilestonesSlide, context: RenderContext) -> list[Body]:
    """Return the milestones, then on a page of their own the challenges, which end with a note about naming jurisdictions."""
    parts = [_milestones_body(slide, context)] if slide.milestones else []
    if slide.challenges or not parts:
        parts.append(_challenges_body(slide, context, is_first=not parts))
    return parts


def _milestones_body(slide: MilestonesSlide, context: RenderContext) -> Body:
    columns = _columns(slide, context)
    lines = tuple(
        PageLine(boxes, padding=10, can_grow=True, is_table_row=True, source=context.sources.milestone(row))
        for row in slide.milestones
        for boxes in _milestone_rows(row, context, columns)
    )
    header = context.header(wording.JURISDICTION, wording.MILESTONE, wording.SOURCE, wording.SECOND_SOURCE)
    tail = () if slide.challenges else (_sentence_line(wording.NO_CHALLENGE, len(columns), context),)
    return Body(columns, lines, header=header, tail=tail, tables=(TableSpan(0, 3),), stretch=1.5)


def _sentence_line(sentence: Bilingual, columns: int, context: RenderContext) -> PageLine:
    return PageLine({0: context.box(styles.PAIR_TEXT, sentence, span=columns)}, padding=10, source=context.sources.group)


def _challenges_body(slide: MilestonesSlide, context: RenderContext, *, is_first: bool) -> Body:
    """Return the challenges by theme. If milestones come first, they have a title of their own; else it says there are none."""
    has_places = any(row.where for row in slide.challenges)
    lines = tuple(
        PageLine(
            _challenge_boxes(row, context),
            padding=10,
            can_grow=True,
            is_table_row=True,
            source=context.sources.challenge(row),
        )
        for row in slide.challenges
    )
    if not lines:
        empty = {0: text_box(styles.LABEL, "–"), 1: context.box(styles.BODY.indented(), wording.NO_CHALLENGE)}
        lines = (PageLine(empty, padding=10, is_table_row=True, source=context.sources.group),)
    note = context.box(styles.NOTE, wording.AGREED_NAMES if has_places else wording.NO_NAMES, span=2)
    return Body(
        _CHALLENGE_COLUMNS,
        lines,
        lead=(_sentence_line(wording.NO_MILESTONE, 2, context),) if is_first else (),
        header=context.header(wording.THEME, wording.CHALLENGE_OF if has_places else wording.UNATTRIBUTED),
        note=(PageLine({0: note}, padding=9),),
        tables=(TableSpan(0, 1),),
        stretch=1.5,
        title="" if is_first else context.translate(wording.CHALLENGES),
        message="" if is_first else context.translate(remaining_challenges(slide.challenges)),
    )


def _columns(slide: MilestonesSlide, context: RenderContext) -> tuple[int, ...]:
    """Return the column widths: links are as wide as their labels, provided that the text keeps its minimum width."""
    widths = list(_LINK_WIDTHS)
    for row in slide.milestones:
        for n, link in enumerate(row.links):
            label = context.translate(link.label)
            label_width = context.page_format.column_width(label, styles.LINKED_SMALL.size, indent=1)
            if sum(widths) - widths[n % 2] + label_width <= _TEXT_AND_LINKS - _LEFT_FOR_TEXT:
                widths[n % 2] = max(widths[n % 2], label_width)
    return (_NAMES, _TEXT_AND_LINKS - sum(widths), *widths)


def _milestone_rows(row: DeckMilestone, context: RenderContext, columns: Sequence[int]) -> list[dict[int, ContentBox]]:
    """Return one row for every two sources, because a cell can hold only one link; at least one row."""
    pairs = [row.links[n : n + 2] for n in range(0, len(row.links), 2)] or [()]
    rows = []
    for n, links in enumerate(pairs):
        link_boxes = [link_box(link, context, styles.LINKED_SMALL.indented(), columns[2 + at]) for at, link in enumerate(links)]
        boxes = [box for box, _ in link_boxes] + [text_box(styles.BODY.indented(), "–")] * (2 - len(link_boxes))
        rest = tuple(Para(text, 10, colour=styles.GREY) for _, text in link_boxes if text)
        text_paras = () if n else (context.para(row.text),)
        label = context.box(styles.LABEL, row.jurisdiction, repeats=True)
        rows.append({0: label, 1: ContentBox(styles.BODY.indented(), text_paras + rest), 2: boxes[0], 3: boxes[1]})
    return rows


def _challenge_boxes(row: DeckChallenge, context: RenderContext) -> dict[int, ContentBox]:
    """Return the boxes for a challenge's theme and its text. A line below the text says where it occurs, if known."""
    text = (
        context.para(row.text),
        *((context.para(row.where, 10, colour=styles.GREY),) if row.where else ()),
    )
    return {0: context.box(styles.LABEL, row.theme, repeats=True), 1: ContentBox(styles.BODY.indented(), text)}
