"""Milestones as tiles, new ones first, then challenges with their age. A challenge names a jurisdiction only if it agreed to
be named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from cogwg.briefing.deck import DeckChallenge, DeckMilestone, LateChallenge, MilestonesSlide
from cogwg.briefing.phrases import remaining_challenges
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.links import link_box
from cogwg.briefing.render.pages.page import Body, ContentBox, Mark, Marks, PageLine, Para, TableSpan, text_box
from cogwg.core.bilingual import Bilingual

_TILE_COLUMNS = (303, 20, 304, 20, 303)
_TILES_A_LINE = 3
_TILE_GAP = 8.0
_CHALLENGE_COLUMNS = (150, 800)
_AGED_COLUMNS = (140, 490, 320)
_BAR_LEFT, _LONGEST_BAR, _SHORTEST_BAR, _BAR_HEIGHT = 745.0, 200.0, 3.0, 13.0


def bodies(slide: MilestonesSlide, context: RenderContext) -> list[Body]:
    """Return the milestones, then, on their own page, the challenges with a note about naming jurisdictions.

    A body without content is left out; if there are neither, only the second body is left, which says that there are no
    milestones.
    """
    parts = [_milestones_body(slide, context)] if slide.milestones else []
    if slide.challenges or slide.late or not parts:
        parts.append(_challenges_body(slide, context, is_first=not parts))
    return parts


def _milestones_body(slide: MilestonesSlide, context: RenderContext) -> Body:
    milestones = slide.milestones
    shares = [milestones[n : n + _TILES_A_LINE] for n in range(0, len(milestones), _TILES_A_LINE)]
    lines = tuple(line for share in shares for line in _tile_lines(share, context))
    tail = () if slide.challenges or slide.late else (_sentence_line(wording.NO_CHALLENGE, len(_TILE_COLUMNS), context),)
    lead = (PageLine({}, min_height=_TILE_GAP, padding=0),)
    return Body(_TILE_COLUMNS, lines, lead=lead, tail=tail, stretch=1.2)


def _tile_lines(milestones: Sequence[DeckMilestone], context: RenderContext) -> Iterator[PageLine]:
    """Yield a line with the tiles, then lines with their sources, because a cell can contain only one link."""
    most = max(len(row.links) for row in milestones)
    sources = [context.sources.milestone(row) for row in milestones]
    tiles = {
        2 * at: ContentBox(_style(row), tuple(_tile_paras(row, context)), source=sources[at])
        for at, row in enumerate(milestones)
    }
    yield PageLine(tiles, padding=7, can_grow=True, followers=most + 1)
    for n in range(most):
        boxes = {}
        for at, row in enumerate(milestones):
            style = styles.TILE_NEW_LINK if row.is_new else styles.TILE_LINK
            empty = text_box(style, "")
            box = link_box(row.links[n], context, style, _TILE_COLUMNS[0])[0] if n < len(row.links) else empty
            boxes[2 * at] = replace(box, source=sources[at])
        yield PageLine(boxes, padding=4)
    yield PageLine({0: text_box(styles.BLANK, "")}, min_height=_TILE_GAP, padding=0)


def _style(row: DeckMilestone) -> styles.Style:
    return styles.TILE_NEW if row.is_new else styles.TILE


def _tile_paras(row: DeckMilestone, context: RenderContext) -> Iterator[Para]:
    """Yield the jurisdiction, the milestone's state (new, under way), its text, and the URLs of sources that
    cannot be links.
    """
    yield context.para(row.jurisdiction, bold=True, colour=styles.NAVY)
    states = (wording.NEW_MILESTONE if row.is_new else None, wording.UNDER_WAY if row.under_way else None)
    state = "   ".join(context.translate(word) for word in states if word is not None)
    if state:
        yield Para(state, 10, bold=row.is_new, colour=styles.NAVY if row.is_new else styles.GREY)
    yield context.para(row.text)
    for link in row.links:
        rest = link_box(link, context, styles.TILE_LINK, _TILE_COLUMNS[0])[1]
        if rest:
            yield Para(rest, 10, colour=styles.GREY)


def _sentence_line(sentence: Bilingual, columns: int, context: RenderContext) -> PageLine:
    return PageLine({0: context.box(styles.PAIR_TEXT, sentence, span=columns)}, padding=6, source=context.sources.group)


def _challenges_body(slide: MilestonesSlide, context: RenderContext, *, is_first: bool) -> Body:
    """Return the challenges by theme. With milestones before them, they have their own title; without, a sentence says that
    there are no milestones.
    """
    has_places = any(row.where for row in slide.challenges)
    note = context.box(styles.NOTE, wording.AGREED_NAMES if has_places else wording.NO_NAMES, span=2)
    head = wording.CHALLENGE_OF if has_places else wording.UNATTRIBUTED
    has_ages = _has_ages(slide, context)
    lines = tuple(_challenge_lines(slide, context, has_ages=has_ages))
    columns = _AGED_COLUMNS if has_ages else _CHALLENGE_COLUMNS
    heads = (wording.THEME, head, wording.OPEN_FOR) if has_ages else (wording.THEME, head)
    return Body(
        columns,
        lines,
        lead=(_sentence_line(wording.NO_MILESTONE, len(columns), context),) if is_first else (),
        header=context.header(*heads),
        tail=tuple(_late_lines(slide, context)),
        note=(PageLine({0: note}, padding=5),),
        tables=(TableSpan(0, len(heads) - 1),),
        stretch=1.5,
        chart_description=context.translate(wording.AGE_BARS) if has_ages else "",
        title="" if is_first else context.translate(wording.CHALLENGES),
        message="" if is_first else context.translate(remaining_challenges(slide.challenges)),
    )


def _has_ages(slide: MilestonesSlide, context: RenderContext) -> bool:
    """Return whether any challenge or delay is no longer new; if all are new, a column of ages would be useless."""
    begins = [*(row.since for row in slide.challenges if row.since), *(row.due_on for row in slide.late)]
    return any(not sentences.is_new(begin, context.deck.as_of) for begin in begins)


def _challenge_lines(slide: MilestonesSlide, context: RenderContext, *, has_ages: bool) -> Iterator[PageLine]:
    for row in slide.challenges:
        boxes, marks = _challenge_boxes(row, context), None
        if has_ages:
            age = context.translate(sentences.age_words(row.since, context.deck.as_of)) if row.since else "–"
            boxes[2] = text_box(styles.BODY.indented(), age, repeats=True)
            marks = _age_bar(row.since, slide, context, styles.NAVY)
        padding, source = 5 if has_ages else 10, context.sources.challenge(row)
        yield PageLine(boxes, padding=padding, can_grow=True, is_table_row=True, marks=marks, source=source)
    if not slide.challenges:
        empty = {0: text_box(styles.LABEL, "–"), 1: context.box(styles.BODY.indented(), wording.NO_CHALLENGE)}
        yield PageLine(empty, padding=10, is_table_row=True, source=context.sources.group)


def _late_lines(slide: MilestonesSlide, context: RenderContext) -> Iterator[PageLine]:
    """Yield the table of the challenges that were reported for overdue activities."""
    if not slide.late:
        return
    header = context.header(wording.PRIORITY, wording.LATE_CHALLENGE, wording.OVERDUE_FOR)
    yield PageLine(header.boxes, padding=12, heads=TableSpan(0, 2))
    for row in slide.late:
        yield _late_line(row, slide, context)


def _late_line(row: LateChallenge, slide: MilestonesSlide, context: RenderContext) -> PageLine:
    boxes = {
        0: text_box(styles.LABEL, f"{context.translate(wording.PRIORITY)} {row.priority}", repeats=True),
        1: context.box(styles.BODY.indented(), row.text),
        2: context.box(styles.BODY.indented(), sentences.age_words(row.due_on, context.deck.as_of), repeats=True),
    }
    marks = _age_bar(row.due_on, slide, context, styles.RED)
    source = context.sources.late_challenge(row)
    return PageLine(boxes, padding=5, can_grow=True, is_table_row=True, marks=marks, source=source)


def _age_bar(since: date | None, slide: MilestonesSlide, context: RenderContext, fill: str) -> Marks | None:
    """Return a bar whose length shows the age, on the same scale in both tables; None if ``since`` is None."""
    if since is None:
        return None
    begins = [row.since for row in slide.challenges if row.since] + [row.due_on for row in slide.late]
    ages = [max((context.deck.as_of - begin).days, 0) for begin in (since, *begins)]
    width = max(_LONGEST_BAR * ages[0] / max(*ages, 1), _SHORTEST_BAR)
    return Marks((Mark(_BAR_LEFT, width, _BAR_HEIGHT, fill=fill),), _BAR_HEIGHT, is_above_text=False)


def _challenge_boxes(row: DeckChallenge, context: RenderContext) -> dict[int, ContentBox]:
    """Return the boxes for a challenge's theme and its text. A line below the text says where it occurs, if known."""
    text = (
        context.para(row.text),
        *((context.para(row.where, 10, colour=styles.GREY),) if row.where else ()),
    )
    return {0: context.box(styles.LABEL, row.theme, repeats=True), 1: ContentBox(styles.BODY.indented(), text)}
