"""Milestones with their sources, and challenges without names, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from cogwg.briefing.deck import ChallengeRow, MilestoneRow, MilestonesSlide, Reference
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import looks, measure
from cogwg.briefing.render.pages.looks import Look
from cogwg.briefing.render.pages.page import Body, Box, Line, Para, TableSpan, words
from cogwg.briefing.render.pages.setting import Setting
from cogwg.briefing.render.pages.text import web_address
from cogwg.core.tables import xml_safe

_NAMES, _TEXT_AND_LINKS, _LEFT_FOR_TEXT = 125, 435, 170
_LINKS = (112, 98)
_CHALLENGES = (20, 110, 260)


def bodies(slide: MilestonesSlide, setting: Setting) -> list[Body]:
    """Two tables that share their rows; the challenges end with the note that they are nobody's."""
    columns = _columns(slide, setting)
    dash = words(looks.BODY.inside(), "–")
    left = [line for row in slide.milestones for line in _milestone(row, setting, columns)]
    left = left or [{0: words(looks.LABEL, "–"), 1: setting.box(looks.BODY.inside(), wording.NO_MILESTONE), 2: dash, 3: dash}]
    right = [_challenge(row, setting) for row in slide.challenges]
    right = right or [{5: words(looks.LABEL, "–"), 6: setting.box(looks.BODY.inside(), wording.NO_CHALLENGE)}]
    placed = any(row.where for row in slide.challenges)
    right.append({6: setting.box(looks.NOTE.inside(), wording.AGREED_NAMES if placed else wording.NO_NAMES)})
    lines = tuple(
        Line({**(own or {}), **(other or {})}, pad=10, grows=True, row=True) for own, other in zip_longest(left, right)
    )
    headings = {
        0: setting.box(looks.HEADING, wording.ACCOMPLISHMENTS, span=4),
        5: setting.box(looks.HEADING, wording.CHALLENGES, span=2),
    }
    heads = (wording.JURISDICTION, wording.MILESTONE, wording.SOURCE, wording.SECOND_SOURCE, None)
    return [
        Body(
            columns,
            lines,
            lead=(Line(headings, pad=8),),
            header=setting.header(*heads, wording.THEME, wording.CHALLENGE_OF if placed else wording.UNATTRIBUTED),
            tables=(TableSpan(0, 3), TableSpan(5, 6)),
            stretch=1.5,
        )
    ]


def _columns(slide: MilestonesSlide, setting: Setting) -> tuple[int, ...]:
    """The columns of links are as wide as their labels as long as the text keeps room."""
    wanted = list(_LINKS)
    for row in slide.milestones:
        for n, link in enumerate(row.links):
            own = measure.outer(setting.say(link.label), looks.LINKED_SMALL.size, indent=1)
            if sum(wanted) - wanted[n % 2] + own <= _TEXT_AND_LINKS - _LEFT_FOR_TEXT:
                wanted[n % 2] = max(wanted[n % 2], own)
    return (_NAMES, _TEXT_AND_LINKS - sum(wanted), *wanted, *_CHALLENGES)


def _milestone(row: MilestoneRow, setting: Setting, columns: Sequence[int]) -> list[dict[int, Box]]:
    """A row, and one more for each two sources that follow, since a cell holds one link."""
    pairs = [row.links[n : n + 2] for n in range(0, len(row.links), 2)] or [()]
    found = []
    for n, links in enumerate(pairs):
        shown = [linked(link, setting, looks.LINKED_SMALL.inside(), columns[2 + at]) for at, link in enumerate(links)]
        boxes = [box for box, _ in shown] + [words(looks.BODY.inside(), "–")] * (2 - len(shown))
        rest = tuple(Para(text, 10, ink=looks.GREY) for _, text in shown if text)
        own = () if n else (Para(setting.say(row.text)),)
        label = setting.box(looks.LABEL, row.jurisdiction, stays=True)
        found.append({0: label, 1: Box(looks.BODY.inside(), own + rest), 2: boxes[0], 3: boxes[1]})
    return found


def linked(link: Reference, setting: Setting, look: Look, px: int) -> tuple[Box, str]:
    """A link by its label or address, and what has to be said beside it.

    LibreOffice never wraps a linked text, so that a label wider than its column is said beside a short link; what may
    not be a link is plain text.
    """
    address = web_address(link.url)
    label = setting.say(link.label)
    if not address:
        plain = xml_safe(link.url)
        return words(looks.BODY.inside(), "–"), f"{label} ({plain})" if label else plain
    shown = label or address
    if fits(shown, look, px):
        return words(look, shown, url=address), ""
    return setting.box(look, wording.OPEN_LINK, url=address), shown


def fits(text: str, look: Look, px: int) -> bool:
    """Whether a text stands on one line."""
    return "\n" not in text and measure.width(text, look.size, look.bold) <= measure.room(px, look.indent)


def _challenge(row: ChallengeRow, setting: Setting) -> dict[int, Box]:
    """The theme, the text, and below it whose challenge it is as far as they agreed."""
    text = (Para(setting.say(row.text)), *((Para(setting.say(row.where), 10, ink=looks.GREY),) if row.where else ()))
    return {5: setting.box(looks.LABEL, row.theme, stays=True), 6: Box(looks.BODY.inside(), text)}
