"""One priority: what it is about, who carries it, and its activities with their latest reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from cogwg.briefing.deck import ActivityState, PrioritySlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.page import WIDTH, Body, Box, Line, Para, TableSpan, words
from cogwg.briefing.render.pages.setting import Setting
from cogwg.briefing.render.pages.state import due_words, state_box
from cogwg.core.bilingual import Bilingual, Language

_FIRST = {Language.EN: 105, Language.FR: 125}
_STATES = (175, 205, 150)
_USUAL = 370
_LEAST = 240
_SEARCHED = 20
"""With more lines than this the usual widths serve: no choice would make them fit a page."""
_STEP = 10
_AIR = 7.5
"""Between what is told of the priority as a whole and its pairs."""
_ROOM = 372.0
"""The points a page leaves to pairs and rows below a long title, the sample's mark, the message and the header."""

_Text = tuple[Bilingual, Box]


def bodies(slide: PrioritySlide, setting: Setting) -> list[Body]:
    """Pairs above, the table below, in the same columns; their widths are searched for the least height."""
    lead, lines = (
        (*_told(slide, setting), *_pairs(slide, setting)),
        tuple(_activity(state, setting) for state in slide.activities),
    )
    return [
        Body(
            _widths((*lead, *lines), setting.lang),
            lines,
            lead=lead,
            header=setting.header(wording.DUE, wording.ACTIVITY, wording.STATUS, wording.LATEST_REPORT),
            tables=(TableSpan(0, 3),),
            stretch=1.5,
        )
    ]


def _widths(lines: Sequence[Line], lang: Language) -> tuple[int, ...]:
    """The usual widths where they fit a page, so that slides look alike; else those of the least height."""
    first = _FIRST[lang]
    if len(lines) > _SEARCHED:
        return first, _USUAL, _STATES[0], WIDTH - first - _USUAL - _STATES[0]

    def height(own: tuple[int, ...]) -> float:
        return sum(line.height(own) for line in lines)

    usual = (first, _USUAL, _STATES[0], WIDTH - first - _USUAL - _STATES[0])
    if height(usual) <= _ROOM:
        return usual
    choices = [(first, px, state, WIDTH - first - px - state) for px in range(_LEAST, WIDTH, _STEP) for state in _STATES]
    return min((usual, *(own for own in choices if own[3] >= _LEAST)), key=height)


def _told(slide: PrioritySlide, setting: Setting) -> tuple[Line, ...]:
    """The overall status, the highlight and the asks, over the whole width."""
    found = [
        (wording.OVERALL, slide.status, looks.PAIR_STRONG),
        (wording.HIGHLIGHT, slide.highlight, looks.PAIR_TEXT),
        *((wording.ASK, ask, looks.PAIR_STRONG) for ask in slide.asks),
    ]
    lines = [
        Line({0: setting.box(looks.PAIR_LABEL, label, stays=True), 1: setting.box(look.inside(), text, span=3)}, pad=3)
        for label, text, look in found
        if text
    ]
    return (*lines[:-1], *(replace(line, pad=_AIR) for line in lines[-1:]))


def _pairs(slide: PrioritySlide, setting: Setting) -> tuple[Line, ...]:
    """Issue and outcome with what they lead to; who carries it stands below the shorter of the two."""
    chains = [
        _chain(wording.ISSUE, slide.issue, slide.consequences, setting),
        _chain(wording.OUTCOME, slide.outcome, slide.results, setting),
    ]
    if slide.carried_by or slide.undecided:
        min(chains, key=len).append((wording.CARRIED_BY, Box(looks.PAIR_TEXT.inside(), _carried(slide, setting))))
    return tuple(_pair_line(own, other, setting) for own, other in zip_longest(*chains))


def _carried(slide: PrioritySlide, setting: Setting) -> tuple[Para, ...]:
    """Who carries it, and below in red words what is still to decide."""
    names = setting.say(slide.carried_by)
    found = [Para(names)] if names else []
    if slide.undecided:
        decide = _labelled(wording.TO_DECIDE, setting.say(slide.undecided), setting)
        found.append(Para(f"▲ {decide}", bold=True, ink=looks.RED))
    return tuple(found)


def _chain(label: Bilingual, head: Bilingual, then: Sequence[Bilingual], setting: Setting) -> list[_Text]:
    found: list[_Text] = [(label, setting.box(looks.PAIR_STRONG.inside(), head))] if head else []
    return found + [(wording.LEADS_TO, setting.box(looks.PAIR_TEXT.inside(), text)) for text in then]


def _pair_line(left: _Text | None, right: _Text | None, setting: Setting) -> Line:
    boxes: dict[int, Box] = {}
    for at, own in ((0, left), (2, right)):
        if own is not None:
            label, box = own
            boxes[at] = setting.box(looks.PAIR_LABEL if at == 0 else looks.PAIR_LABEL.inside(), label, stays=True)
            boxes[at + 1] = box
    return Line(boxes, pad=3)


def _activity(state: ActivityState, setting: Setting) -> Line:
    text = setting.say(state.text) or setting.say(state.title)
    boxes = {
        0: words(looks.LABEL, due_words(state, setting), stays=True),
        1: words(looks.BODY.inside(), text),
        2: _staying(state_box(state, setting)),
        3: Box(looks.BODY.inside(), _report(state, setting)),
    }
    return Line(boxes, pad=4.5, grows=True, row=True)


def _staying(box: Box) -> Box:
    return Box(box.look, box.paras, stays=True)


def _report(state: ActivityState, setting: Setting) -> tuple[Para, ...]:
    """Progress and challenge of the latest report; its day and its evidence are in the data."""
    flag = setting.say(wording.NOTHING_TO_REPORT) if state.nothing_to_report else ""
    challenge = _labelled(wording.CHALLENGE, setting.say(state.challenge), setting)
    found = tuple(Para(text) for text in (flag, setting.say(state.progress), challenge) if text)
    return found or (Para("–"),)


def _labelled(label: Bilingual, text: str, setting: Setting) -> str:
    colon = "\u00a0: " if setting.lang is Language.FR else ": "
    return f"{setting.say(label)}{colon}{text}" if text else ""
