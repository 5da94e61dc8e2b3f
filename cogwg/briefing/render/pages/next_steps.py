"""The next steps as a table: new, open, done and dropped ones, each with its parts, who is responsible, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cogwg.briefing.deck import DeckNextStep, DeckStepState, NextStepsSlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, ContentBox, PageLine, Para, TableSpan
from cogwg.core.bilingual import Bilingual

_COLUMNS = (155, 437, 160, 198)
_NONE = Bilingual("–", "–")


def bodies(slide: NextStepsSlide, context: RenderContext) -> list[Body]:
    """Return one body with a row for each step."""
    lines = tuple(_line(step, context) for step in slide.steps)
    header = context.header(wording.STEP_STATE, wording.NEXT_STEP, wording.STEP_WHO, wording.BY_WHEN)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 3),), stretch=1.8)]


def _line(step: DeckNextStep, context: RenderContext) -> PageLine:
    is_closed = step.state.is_closed
    by = styles.LABEL if step.by and not is_closed else styles.ASIDE
    boxes = {
        0: context.box(styles.STEP_STATES[step.state], wording.step_state(step.state), repeats=True),
        1: ContentBox(styles.BODY.indented(), tuple(_paras(step, context))),
        2: context.box(styles.BODY.indented(), step.who or _NONE, repeats=True),
        3: context.box(by.indented(), step.by or (_NONE if is_closed else wording.NO_DATE), repeats=True),
    }
    return PageLine(boxes, padding=12, can_grow=True, is_table_row=True, source=context.sources.next_step(step))


def _paras(step: DeckNextStep, context: RenderContext) -> Iterator[Para]:
    """Yield the step, then its parts: first the open ones, then those that were done or dropped."""
    yield context.para(step.text)
    for part in step.children:
        yield _part_para("–", part, context)
    for state, parts in ((DeckStepState.DONE, step.done_parts), (DeckStepState.DROPPED, step.dropped_parts)):
        label = context.translate(wording.part_label(state))
        for part in parts:
            yield _part_para(label, part, context)


def _part_para(mark: str, text: Bilingual, context: RenderContext) -> Para:
    para = context.para(text)
    return replace(para, text=f"{mark} {para.text}")
