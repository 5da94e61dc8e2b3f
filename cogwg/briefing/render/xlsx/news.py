"""Milestones with their sources, and challenges without names, side by side."""

from __future__ import annotations

from itertools import zip_longest

from cogwg.briefing.deck import MilestoneRow, MilestonesSlide, Pair, Reference
from cogwg.briefing.render.xlsx import looks, wording
from cogwg.briefing.render.xlsx.looks import Look
from cogwg.briefing.render.xlsx.page import Body, Box, Line, TableSpan, words
from cogwg.briefing.render.xlsx.setting import Setting
from cogwg.briefing.render.xlsx.text import web_address, xml_safe

_COLUMNS = (125, 225, 112, 98, 20, 110, 260)


def bodies(slide: MilestonesSlide, setting: Setting) -> list[Body]:
    """Two tables that share their rows; the challenges end with the note that they are nobody's."""
    left = [line for row in slide.milestones for line in _milestone(row, setting)]
    right = [_challenge(pair, setting) for pair in slide.challenges]
    right.append({6: setting.box(looks.NOTE.inside(), wording.NO_NAMES)})
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
            _COLUMNS,
            lines,
            lead=(Line(headings, pad=8),),
            header=setting.header(*heads, wording.THEME, wording.UNATTRIBUTED),
            tables=(TableSpan(0, 3), TableSpan(5, 6)),
            stretch=1.5,
        )
    ]


def _milestone(row: MilestoneRow, setting: Setting) -> list[dict[int, Box]]:
    """A row, and one more for each two sources that follow, since a cell holds one link."""
    pairs = [row.links[n : n + 2] for n in range(0, len(row.links), 2)] or [()]
    found = []
    for n, links in enumerate(pairs):
        shown = [link_box(link, setting, looks.LINKED_SMALL.inside()) for link in links]
        shown += [words(looks.BODY.inside(), "–")] * (2 - len(shown))
        text = words(looks.BODY.inside(), "") if n else setting.box(looks.BODY.inside(), row.text)
        label = setting.box(looks.LABEL, row.jurisdiction, stays=True)
        found.append({0: label, 1: text, 2: shown[0], 3: shown[1]})
    return found


def link_box(link: Reference, setting: Setting, look: Look) -> Box:
    """A link by its label, or by its address; what may not be a link is plain text."""
    address = web_address(link.url)
    label = setting.say(link.label)
    if address:
        return words(look, label or address, url=address)
    plain = xml_safe(link.url)
    return words(looks.BODY.inside(), f"{label} ({plain})" if label else plain)


def _challenge(pair: Pair, setting: Setting) -> dict[int, Box]:
    return {5: setting.box(looks.LABEL, pair.label, stays=True), 6: setting.box(looks.BODY.inside(), pair.text)}
