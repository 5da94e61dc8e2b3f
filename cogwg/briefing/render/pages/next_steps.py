"""Numbered next steps with their parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cogwg.briefing.deck import DeckNextStep, NextStepsSlide
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, ContentBox, PageLine, text_box
from cogwg.core.bilingual import Bilingual

_COLUMNS = (44, 36, 870)


def bodies(slide: NextStepsSlide, context: RenderContext) -> list[Body]:
    """Return one body: a row for each numbered step, with its parts below it and a rule at its end."""
    lines = [line for n, step in enumerate(slide.steps, 1) for line in _step_lines(n, step, context)]
    return [Body(_COLUMNS, tuple(lines), stretch=1.6)]


def _step_lines(number: int, step: DeckNextStep, context: RenderContext) -> list[PageLine]:
    head: dict[int, ContentBox] = {
        0: text_box(styles.STEP_NUMBER, str(number), repeats=True),
        1: context.box(styles.STEP, step.text, span=2),
    }
    lines = [PageLine(head, padding=24, can_grow=True)]
    lines += [_child_line(child, context) for child in step.children]
    last = lines[-1]
    return [*lines[:-1], PageLine(_with_rule(last.boxes), padding=last.padding, can_grow=last.can_grow)]


def _child_line(text: Bilingual, context: RenderContext) -> PageLine:
    return PageLine({1: text_box(styles.DASH, "–", repeats=True), 2: context.box(styles.CHILD, text)}, padding=14)


def _with_rule(boxes: Mapping[int, ContentBox]) -> dict[int, ContentBox]:
    """Return the boxes of a step's last line, with the rule that closes it."""
    whole = {0: ContentBox(styles.BLANK), **boxes}
    return {at: replace(box, style=box.style.with_rule()) for at, box in whole.items()}
