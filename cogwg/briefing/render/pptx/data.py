"""The rows behind the slides: every activity with everything the deck knows of it, over as many slides as it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cogwg.briefing.deck import ActivityState, DataSlide, Reference
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.page import WIDTH, Body, Box, Line, Para, TableSpan
from cogwg.briefing.render.pages.setting import Setting
from cogwg.briefing.render.pages.state import due_words, state_box
from cogwg.briefing.render.pages.text import web_address
from cogwg.briefing.render.pptx import words as own
from cogwg.briefing.render.pptx.letters import Linked
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import day
from cogwg.core.tables import xml_safe

_PLACE, _DUE, _STATE = 115, 132, 210
_LEAST, _STEP, _SEARCHED = 200, 35, 60
"""The activity and its report share the rest so that the first rows take the least height; neither is narrower than this."""
_SIZE = 10


def bodies(slide: DataSlide, setting: Setting) -> list[Body]:
    """A row an activity, which names its priority, since it may stand first on a slide."""
    lines = tuple(_line(short, state, setting) for short, state in slide.rows)
    heads = (wording.PRIORITY, wording.ACTIVITY, wording.DUE, wording.STATUS, wording.LATEST_REPORT)
    header = setting.header(*heads, look=looks.DATA_HEADER)
    return [Body(_columns(lines), lines, header=header, tables=(TableSpan(0, len(heads) - 1),), stretch=1)]


def _columns(lines: Sequence[Line]) -> tuple[int, ...]:
    shared = WIDTH - _PLACE - _DUE - _STATE
    choices = [(_PLACE, px, _DUE, _STATE, shared - px) for px in range(_LEAST, shared - _LEAST + 1, _STEP)]
    return min(choices, key=lambda columns: sum(line.height(columns) for line in lines[:_SEARCHED]))


def _line(short: Bilingual, state: ActivityState, setting: Setting) -> Line:
    box = state_box(state, setting)
    flush, text = looks.DATA_TEXT, looks.DATA_TEXT.inside()
    boxes = {
        0: Box(flush, tuple(_place(short, state, setting)), stays=True),
        1: Box(text, tuple(_activity(state, setting))),
        2: Box(text, tuple(_due(state, setting)), stays=True),
        3: Box(box.look, (*box.paras, *_when(state, box, setting)), stays=True),
        4: Box(text, tuple(_report(state, setting)) or (Para("–"),)),
    }
    return Line(boxes, pad=6, row=True)


def _place(short: Bilingual, state: ActivityState, setting: Setting) -> Iterator[Para]:
    yield Para(xml_safe(state.code), _SIZE, bold=True)
    yield Para(setting.say(short), _SIZE, ink=looks.GREY)


def _activity(state: ActivityState, setting: Setting) -> Iterator[Para]:
    title, text = setting.say(state.title), setting.say(state.text)
    if title:
        yield Para(title, _SIZE, bold=True)
    if text and text != title:
        yield Para(text, _SIZE)


def _due(state: ActivityState, setting: Setting) -> Iterator[Para]:
    yield Para(due_words(state, setting), _SIZE, bold=True)
    yield Para(setting.say(day(state.due_on)), _SIZE)
    if state.ongoing:
        yield Para(setting.say(wording.ONGOING), _SIZE)
    if state.moved is not None:
        yield Para(_labelled(own.MOVED, setting.say(state.moved.before), setting), _SIZE)


def _when(state: ActivityState, box: Box, setting: Setting) -> Sequence[Para]:
    if state.reported_on is None:
        return ()
    ink = looks.WHITE if box.look is looks.OVERDUE else looks.INK
    return (Para(f"{setting.say(own.REPORTED)} {setting.say(day(state.reported_on))}", _SIZE, ink=ink),)


def _report(state: ActivityState, setting: Setting) -> Iterator[Para]:
    """What was reported, why the date moved, and the evidence: a link stands on a line of its own."""
    if state.nothing_to_report:
        yield Para(setting.say(wording.NOTHING_TO_REPORT), _SIZE)
    if state.progress:
        yield Para(setting.say(state.progress), _SIZE)
    if state.challenge:
        yield Para(_labelled(wording.CHALLENGE, setting.say(state.challenge), setting), _SIZE)
    if state.moved is not None and state.moved.reason:
        yield Para(_labelled(wording.REASON, setting.say(state.moved.reason), setting), _SIZE)
    if state.evidence_note:
        yield Para(_labelled(own.EVIDENCE, setting.say(state.evidence_note), setting), _SIZE)
    for link in state.evidence:
        yield _link(link, setting)


def _link(link: Reference, setting: Setting) -> Para:
    address, label = web_address(link.url), setting.say(link.label)
    if not address:
        plain = xml_safe(link.url)
        return Para(f"{label} ({plain})" if label else plain, _SIZE)
    return Linked(label or address, _SIZE, ink=looks.LINK, url=address)


def _labelled(label: Bilingual, text: str, setting: Setting) -> str:
    colon = "\u00a0: " if setting.lang.value == "fr" else ": "
    return f"{setting.say(label)}{colon}{text}"
