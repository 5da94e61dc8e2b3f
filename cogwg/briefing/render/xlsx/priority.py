"""One priority: what it is about, who carries it, and its activities with their latest reports."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from cogwg.briefing.deck import ActivityState, PrioritySlide
from cogwg.briefing.render.xlsx import looks, wording
from cogwg.briefing.render.xlsx.looks import Look
from cogwg.briefing.render.xlsx.page import Body, Box, Line, Para, TableSpan, words
from cogwg.briefing.render.xlsx.setting import Setting
from cogwg.briefing.render.xlsx.state import due_words, state_box
from cogwg.briefing.render.xlsx.text import xml_safe
from cogwg.core.bilingual import Bilingual, Language

_FIRST = {Language.EN: 105, Language.FR: 125}
_STATE = 175
_TEXTS = 670
_USUAL = 370
_STEP = 10

_Text = tuple[Bilingual, str, Look]


def bodies(slide: PrioritySlide, setting: Setting) -> list[Body]:
    """Pairs above, the table below, in the same columns; their widths are searched for the least height."""
    lead, lines = _pairs(slide, setting), tuple(_activity(state, setting) for state in slide.activities)
    return [
        Body(
            _widths(lines, setting.lang),
            lines,
            lead=lead,
            header=setting.header(wording.DUE, wording.ACTIVITY, wording.STATUS, wording.LATEST_REPORT),
            tables=(TableSpan(0, 3),),
            stretch=1.5,
        )
    ]


def _widths(lines: Sequence[Line], lang: Language) -> tuple[int, ...]:
    first = _FIRST[lang]
    spare = 950 - first - _STATE
    usual = min(_USUAL, spare - 280)
    choices = sorted(range(280, spare - 279, _STEP), key=lambda px: abs(px - usual))
    return min(((first, px, _STATE, spare - px) for px in choices), key=lambda own: _height(lines, own), default=())


def _height(lines: Sequence[Line], columns: Sequence[int]) -> float:
    return sum(line.height(columns) for line in lines)


def _pairs(slide: PrioritySlide, setting: Setting) -> tuple[Line, ...]:
    left = _chain(wording.ISSUE, slide.issue, slide.consequences, setting)
    right = _chain(wording.OUTCOME, slide.outcome, slide.results, setting)
    lines = [_pair_line(own, other, setting) for own, other in zip_longest(left, right)]
    carried: list[_Text | None] = [None, None]
    if slide.carried_by:
        carried[0] = (wording.CARRIED_BY, setting.say(slide.carried_by), looks.PAIR_TEXT)
    if slide.undecided:
        carried[1] = (wording.TO_DECIDE, f"▲ {setting.say(slide.undecided)}", looks.PAIR_URGENT)
    if any(carried):
        lines.append(_pair_line(carried[0], carried[1], setting))
    return tuple(lines)


def _chain(label: Bilingual, head: Bilingual, then: Sequence[Bilingual], setting: Setting) -> list[_Text]:
    found: list[_Text] = [(label, setting.say(head), looks.PAIR_STRONG)] if head else []
    return found + [(wording.LEADS_TO, setting.say(text), looks.PAIR_TEXT) for text in then]


def _pair_line(left: _Text | None, right: _Text | None, setting: Setting) -> Line:
    boxes: dict[int, Box] = {}
    for at, own in ((0, left), (2, right)):
        if own is not None:
            label, text, look = own
            boxes[at] = setting.box(looks.PAIR_LABEL if at == 0 else looks.PAIR_LABEL.inside(), label, stays=True)
            boxes[at + 1] = words(look.inside(), text)
    return Line(boxes, pad=4)


def _activity(state: ActivityState, setting: Setting) -> Line:
    text = setting.say(state.text) or setting.say(state.title)
    boxes = {
        0: words(looks.LABEL, due_words(state, setting), stays=True),
        1: words(looks.BODY.inside(), text),
        2: _staying(state_box(state, setting)),
        3: Box(looks.BODY.inside(), _report(state, setting)),
    }
    return Line(boxes, pad=6, grows=True, row=True)


def _staying(box: Box) -> Box:
    return Box(box.look, box.paras, stays=True)


def _report(state: ActivityState, setting: Setting) -> tuple[Para, ...]:
    """Progress, challenge and evidence of the latest report, and its day."""
    texts = [setting.say(state.progress)]
    if state.nothing_to_report:
        texts.append(setting.say(wording.NOTHING_TO_REPORT))
    texts += [_labelled(wording.CHALLENGE, setting.say(state.challenge), setting)]
    proofs = [setting.say(state.evidence_note), *(setting.say(e.label) or xml_safe(e.url) for e in state.evidence)]
    texts += [_labelled(wording.EVIDENCE, "; ".join(p for p in proofs if p), setting)]
    found = [Para(text) for text in texts if text]
    if state.reported_on is not None:
        found.append(Para(setting.say(wording.reported(state.reported_on)), 10, ink=looks.GREY))
    return tuple(found) or (Para("–"),)


def _labelled(label: Bilingual, text: str, setting: Setting) -> str:
    colon = "\u00a0: " if setting.lang is Language.FR else ": "
    return f"{setting.say(label)}{colon}{text}" if text else ""
