"""Milestones with their sources, beside challenges. A challenge names a jurisdiction only if the jurisdiction agreed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from cogwg.briefing.deck import DeckChallenge, DeckMilestone, MilestonesSlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import measure, styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.links import link_box
from cogwg.briefing.render.pages.page import Body, ContentBox, PageLine, Para, TableSpan, text_box

_NAMES, _TEXT_AND_LINKS, _LEFT_FOR_TEXT = 125, 435, 170
_LINK_WIDTHS = (112, 98)
_CHALLENGE_WIDTHS = (20, 110, 260)


def bodies(slide: MilestonesSlide, context: RenderContext) -> list[Body]:
    """Return one body: two tables side by side in the same rows. The challenges end with a note about naming jurisdictions."""
    columns = _columns(slide, context)
    dash = text_box(styles.BODY.indented(), "–")
    left = [line for row in slide.milestones for line in _milestone_rows(row, context, columns)]
    left = left or [
        {0: text_box(styles.LABEL, "–"), 1: context.box(styles.BODY.indented(), wording.NO_MILESTONE), 2: dash, 3: dash}
    ]
    right = [_challenge_boxes(row, context) for row in slide.challenges]
    right = right or [{5: text_box(styles.LABEL, "–"), 6: context.box(styles.BODY.indented(), wording.NO_CHALLENGE)}]
    placed = any(row.where for row in slide.challenges)
    right.append({6: context.box(styles.NOTE.indented(), wording.AGREED_NAMES if placed else wording.NO_NAMES)})
    lines = tuple(
        PageLine({**(left_boxes or {}), **(right_boxes or {})}, padding=10, can_grow=True, is_table_row=True)
        for left_boxes, right_boxes in zip_longest(left, right)
    )
    headings = {
        0: context.box(styles.HEADING, wording.ACCOMPLISHMENTS, span=4),
        5: context.box(styles.HEADING, wording.CHALLENGES, span=2),
    }
    heads = (wording.JURISDICTION, wording.MILESTONE, wording.SOURCE, wording.SECOND_SOURCE, None)
    return [
        Body(
            columns,
            lines,
            lead=(PageLine(headings, padding=8),),
            header=context.header(*heads, wording.THEME, wording.CHALLENGE_OF if placed else wording.UNATTRIBUTED),
            tables=(TableSpan(0, 3), TableSpan(5, 6)),
            stretch=1.5,
        )
    ]


def _columns(slide: MilestonesSlide, context: RenderContext) -> tuple[int, ...]:
    """Return the column widths: links are as wide as their labels, provided that the text keeps its minimum width."""
    widths = list(_LINK_WIDTHS)
    for row in slide.milestones:
        for n, link in enumerate(row.links):
            label_width = measure.column_width(context.translate(link.label), styles.LINKED_SMALL.size, indent=1)
            if sum(widths) - widths[n % 2] + label_width <= _TEXT_AND_LINKS - _LEFT_FOR_TEXT:
                widths[n % 2] = max(widths[n % 2], label_width)
    return (_NAMES, _TEXT_AND_LINKS - sum(widths), *widths, *_CHALLENGE_WIDTHS)


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
    """Return the theme and the text. Below the text is where the challenge occurs, if known."""
    text = (
        context.para(row.text),
        *((context.para(row.where, 10, colour=styles.GREY),) if row.where else ()),
    )
    return {5: context.box(styles.LABEL, row.theme, repeats=True), 6: ContentBox(styles.BODY.indented(), text)}
