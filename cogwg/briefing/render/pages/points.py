"""Numbered points, and next steps with what they consist of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cogwg.briefing.deck import NextStepsSlide, PointsSlide, Step
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.page import Body, Box, Line, words
from cogwg.briefing.render.pages.setting import Setting
from cogwg.core.bilingual import Bilingual

_POINT_COLUMNS = (60, 890)
_STEP_COLUMNS = (44, 36, 870)


def bodies(slide: PointsSlide, setting: Setting) -> list[Body]:
    """A numeral and a sentence a row."""
    lines = tuple(
        Line(
            {0: words(looks.NUMERAL, str(n), stays=True), 1: setting.box(looks.POINT, point)},
            pad=16,
            least=48,
            grows=True,
        )
        for n, point in enumerate(slide.points, 1)
    )
    return [Body(_POINT_COLUMNS, lines, stretch=2)]


def steps(slide: NextStepsSlide, setting: Setting) -> list[Body]:
    """A numbered step a row, its parts below it; the rule closes the step."""
    lines = [line for n, step in enumerate(slide.steps, 1) for line in _step(n, step, setting)]
    return [Body(_STEP_COLUMNS, tuple(lines), stretch=1.6)]


def _step(number: int, step: Step, setting: Setting) -> list[Line]:
    head: dict[int, Box] = {0: words(looks.STEP_NUMBER, str(number), stays=True), 1: setting.box(looks.STEP, step.text, span=2)}
    lines = [Line(head, pad=24, grows=True)]
    lines += [_child(child, setting) for child in step.children]
    last = lines[-1]
    return [*lines[:-1], Line(_ruled(last.boxes), pad=last.pad, grows=last.grows)]


def _child(text: Bilingual, setting: Setting) -> Line:
    return Line({1: words(looks.DASH, "–", stays=True), 2: setting.box(looks.CHILD, text)}, pad=14)


def _ruled(boxes: Mapping[int, Box]) -> dict[int, Box]:
    """The last line of a step, with the rule that closes it."""
    whole = {0: Box(looks.BLANK), **boxes}
    return {at: replace(box, look=box.look.ruled()) for at, box in whole.items()}
