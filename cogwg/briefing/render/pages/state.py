"""Cells with the state of an activity (squares, timeliness, the status in words, a title), and its due month in words."""

from __future__ import annotations

from collections.abc import Iterable

from cogwg.briefing.deck import ActivityState
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import ContentBox, Para
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import month
from cogwg.core.status import Timeliness


def state_box(state: ActivityState, context: RenderContext) -> ContentBox:
    """Return a cell with squares, the timeliness with the number of days, and the status; only "Not yet due" if
    ``state.is_later``.
    """
    return _box(state, wording.timing(state, context.deck.as_of), context, 11)


def titled_box(state: ActivityState, context: RenderContext, *, with_days: bool) -> ContentBox:
    """Return a cell of the matrix with the state of an activity; on paper, also with the activity's title."""
    if context.page_format.is_screen and not with_days:
        timing = wording.brief_timing(state)
    else:
        timing = wording.timing(state, context.deck.as_of) if with_days else wording.timing_without_days(state)
    return _box(state, timing, context, 10, "" if context.page_format.is_screen else context.translate(state.title))


def days_fit(states: Iterable[ActivityState], context: RenderContext, column_width: int) -> bool:
    """Whether the number of days fits beside the squares in columns of this width (in px), in both languages, so that the
    decks in both languages look alike.
    """
    for state in states:
        style, timing = styles.of_state(state), wording.timing(state, context.deck.as_of)
        text_width = max(
            context.page_format.text_width(_squares(state) + text, 10, bold=_is_overdue(state))
            for text in (timing.en, timing.fr)
        )
        if (
            style is not styles.NOT_YET_DUE
            and timing != wording.timing_without_days(state)
            and text_width > context.page_format.usable_width(column_width, style.indent)
        ):
            return False
    return True


def _box(state: ActivityState, timing: Bilingual, context: RenderContext, size: float, title: str = "") -> ContentBox:
    style = styles.of_state(state)
    below = (Para(title, 11 if style is styles.NOT_YET_DUE else 10, colour=_title_colour(style)),) if title else ()
    if style is styles.NOT_YET_DUE:
        return ContentBox(style, (Para(context.translate(wording.series_word(Timeliness.NOT_YET_DUE))), *below))
    first = Para(_squares(state) + context.translate(timing), 10, bold=_is_overdue(state))
    return ContentBox(style, (first, Para(context.translate(wording.status_word(state.status)), size, bold=True), *below))


def _squares(state: ActivityState) -> str:
    return f"{wording.SQUARES[state.status]}  " if state.status is not None else ""


def _is_overdue(state: ActivityState) -> bool:
    return state.timeliness is Timeliness.OVERDUE


def _title_colour(style: styles.Style) -> str:
    return styles.WHITE if style is styles.OVERDUE else styles.INK


def due_words(state: ActivityState, context: RenderContext) -> str:
    """Return the due month, followed by the plan's wording of the due date if that differs, such as "December (ongoing)".

    If the wording includes the name of the month, it is returned instead.
    """
    year, number = state.month
    month_name = context.translate(month(number))
    month_text = month_name[:1].upper() + month_name[1:] + ("" if year == context.deck.plan_year else f" {year}")
    words = context.translate(state.due_words)
    if not words or words.casefold() in (month_name.casefold(), month_text.casefold()):
        return month_text
    return words[:1].upper() + words[1:] if month_name.casefold() in words.casefold() else f"{month_text} ({words})"
