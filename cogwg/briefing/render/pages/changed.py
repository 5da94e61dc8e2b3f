"""What changed since the last briefing: what happened, where, from what to what, and why, with the source."""

from __future__ import annotations

from collections.abc import Sequence

from cogwg.briefing.deck import Change, ChangedSlide, ChangeKind
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.page import Body, Box, Line, Para, TableSpan, words
from cogwg.briefing.render.pages.setting import Setting

_COLUMNS = (155, 75, 215, 210, 295)


def bodies(slide: ChangedSlide, setting: Setting) -> list[Body]:
    """A line a row; a slide without lines says so in its message."""
    if not slide.changes:
        return [Body(_COLUMNS)]
    since = sentences.since(slide.since, setting.deck.as_of)
    lines = tuple(_line(change, slide.changes, setting) for change in slide.changes)
    header = setting.header(wording.CHANGE, wording.PRIORITY, wording.ACTIVITY, since, wording.REASON)
    return [Body(_COLUMNS, lines, header=header, tables=(TableSpan(0, 4),), stretch=1.8)]


def _line(change: Change, every: Sequence[Change], setting: Setting) -> Line:
    look = looks.URGENT if change.kind is ChangeKind.SLIPPED else looks.LABEL
    boxes = {
        0: setting.box(look, sentences.CHANGES[change.kind], stays=True),
        1: words(looks.COUNT, _where(change, every, setting), stays=True),
        2: setting.box(looks.BODY.inside(), change.text),
        3: words(looks.BODY.inside(), f"{setting.say(change.before) or '–'} → {setting.say(change.after) or '–'}"),
        4: Box(looks.BODY.inside(), _why(change, setting)),
    }
    return Line(boxes, pad=7.5, grows=True, row=True)


def _where(change: Change, every: Sequence[Change], setting: Setting) -> str:
    """The priority, and its plan's year where several plans are told of."""
    several = setting.several_years or len({one.year for one in every}) > 1
    return f"{change.priority} ({change.year})" if several else str(change.priority)


def _why(change: Change, setting: Setting) -> tuple[Para, ...]:
    """The reason as far as it was said, and below it the source."""
    reason, source = setting.say(change.reason), setting.say(change.source)
    found = (Para(reason),) if reason else ()
    return found + ((Para(source, 10, ink=looks.GREY),) if source else ()) or (Para("–"),)
