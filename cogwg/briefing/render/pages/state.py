"""An activity's state in a cell: squares and timing, the status in words, and what else the slide says of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cogwg.briefing.deck import ActivityState
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import looks, measure
from cogwg.briefing.render.pages.page import Box, Para
from cogwg.briefing.render.pages.setting import Setting
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import month
from cogwg.core.scale import Timeliness


def state_box(state: ActivityState, setting: Setting) -> Box:
    """Squares and timing with its days, then the status; what is not yet due and has no report says only that."""
    return _box(state, wording.timing(state, setting.deck.as_of), setting, 11)


def titled_box(state: ActivityState, setting: Setting, *, days: bool) -> Box:
    """The same in a cell of a matrix, with the activity's title."""
    timing = wording.timing(state, setting.deck.as_of) if days else wording.briefly(state)
    return _box(state, timing, setting, 10, setting.say(state.title))


def days_fit(states: Iterable[ActivityState], as_of: date, px: int) -> bool:
    """Whether the days fit beside the squares in a column of so many px, in both languages: decks say the same."""
    for state in states:
        look, timing = looks.of_state(state), wording.timing(state, as_of)
        wide = max(measure.width(_squares(state) + text, 10, _late(state)) for text in (timing.en, timing.fr))
        if look is not looks.NOT_YET_DUE and timing != wording.briefly(state) and wide > measure.room(px, look.indent):
            return False
    return True


def _box(state: ActivityState, timing: Bilingual, setting: Setting, size: float, title: str = "") -> Box:
    look = looks.of_state(state)
    below = (Para(title, 11 if look is looks.NOT_YET_DUE else 10, ink=_ink(look)),) if title else ()
    if look is looks.NOT_YET_DUE:
        return Box(look, (Para(setting.say(wording.series_word(Timeliness.NOT_YET_DUE))), *below))
    first = Para(_squares(state) + setting.say(timing), 10, bold=_late(state))
    return Box(look, (first, Para(setting.say(wording.status_word(state.status)), size, bold=True), *below))


def _squares(state: ActivityState) -> str:
    return f"{wording.SQUARES[state.status]}  " if state.status is not None else ""


def _late(state: ActivityState) -> bool:
    return state.timeliness is Timeliness.OVERDUE


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
