"""An activity's state in a cell: squares and timing, the status in words, and what else the slide says of it."""

from __future__ import annotations

from cogwg.briefing.deck import ActivityState
from cogwg.briefing.render.xlsx import looks, wording
from cogwg.briefing.render.xlsx.page import Box, Para
from cogwg.briefing.render.xlsx.setting import Setting
from cogwg.core.dates import month
from cogwg.core.scale import Timeliness


def state_box(state: ActivityState, setting: Setting, title: str = "") -> Box:
    """Squares and timing, the status, the title; what is not yet due and has no report says only that."""
    look = looks.of_state(state)
    below = (Para(title, 11 if look is looks.NOT_YET_DUE else 10, ink=_ink(look)),) if title else ()
    if look is looks.NOT_YET_DUE:
        return Box(look, (Para(setting.say(wording.series_word(Timeliness.NOT_YET_DUE))), *below))
    timing = setting.say(wording.timing(state, setting.deck.as_of))
    if state.status is not None:
        timing = f"{wording.SQUARES[state.status]}  {timing}"
    late = state.timeliness is Timeliness.OVERDUE
    word = Para(setting.say(wording.status_word(state.status)), 11, bold=True)
    return Box(look, (Para(timing, 10, bold=late), word, *below))


def _ink(look: looks.Look) -> str:
    return looks.WHITE if look is looks.OVERDUE else looks.INK


def due_words(state: ActivityState, setting: Setting) -> str:
    """The due month, with the plan's own words where they say something else: "December (ongoing)"."""
    year, number = state.month
    said = setting.say(month(number))
    shown = said[:1].upper() + said[1:] + ("" if year == setting.deck.plan_year else f" {year}")
    own = setting.say(state.due_words)
    if not own or own.casefold() in (said.casefold(), shown.casefold()):
        return shown
    return own[:1].upper() + own[1:] if said.casefold() in own.casefold() else f"{shown} ({own})"
