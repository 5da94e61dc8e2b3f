"""An activity's state in a cell: squares and timing, the status in words, and what else the slide says of it."""

from __future__ import annotations

from cogwg.briefing.deck import ActivityState
from cogwg.briefing.render.xlsx import looks, measure, wording
from cogwg.briefing.render.xlsx.page import Box, Para
from cogwg.briefing.render.xlsx.setting import Setting
from cogwg.core.dates import month
from cogwg.core.scale import Timeliness


def state_box(state: ActivityState, setting: Setting, title: str = "", px: int = 0) -> Box:
    """Squares and timing, the status, the title; what is not yet due and has no report says only that.

    In a column of so many ``px`` the days are left out when they would not fit on the line.
    """
    look = looks.of_state(state)
    below = (Para(title, 11 if look is looks.NOT_YET_DUE else 10, ink=_ink(look)),) if title else ()
    if look is looks.NOT_YET_DUE:
        return Box(look, (Para(setting.say(wording.series_word(Timeliness.NOT_YET_DUE))), *below))
    late = state.timeliness is Timeliness.OVERDUE
    squares = f"{wording.SQUARES[state.status]}  " if state.status is not None else ""
    timing = squares + setting.say(wording.timing(state, setting.deck.as_of))
    if px and measure.width(timing, 10, late) > measure.room(px, look.indent):
        timing = squares + setting.say(wording.briefly(state))
    word = Para(setting.say(wording.status_word(state.status)), 10 if px else 11, bold=True)
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
