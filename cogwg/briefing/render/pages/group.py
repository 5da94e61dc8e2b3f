"""The working group: two tables side by side, what it is and who carries what."""

from __future__ import annotations

from itertools import zip_longest

from cogwg.briefing.deck import GroupSlide, Pair
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.page import Body, Box, Line, TableSpan, words
from cogwg.briefing.render.pages.setting import Setting
from cogwg.core.bilingual import Bilingual

_COLUMNS = (130, 400, 20, 190, 210)


def bodies(slide: GroupSlide, setting: Setting) -> list[Body]:
    """Facts and carriers share their rows; a vacancy is said in red words."""
    carriers = slide.carriers or (Pair(wording.NOBODY, Bilingual("–", "–")),)
    lines = tuple(
        Line({**_pair(fact, 0, setting), **_pair(carrier, 3, setting)}, pad=12, grows=True, row=True)
        for fact, carrier in zip_longest(slide.facts, carriers)
    )
    heads = (wording.TOPIC, wording.WHAT, None, wording.MEMBER, wording.PART)
    tables = (TableSpan(0, 1), TableSpan(3, 4))
    return [Body(_COLUMNS, lines, header=setting.header(*heads), tables=tables, stretch=1.8)]


def _pair(pair: Pair | None, at: int, setting: Setting) -> dict[int, Box]:
    if pair is None:
        return {}
    said = setting.say(pair.text)
    if pair.urgent:
        return {at: setting.box(looks.URGENT, pair.label, stays=True), at + 1: words(looks.URGENT.inside(), f"▲ {said}")}
    return {at: setting.box(looks.LABEL, pair.label, stays=True), at + 1: words(looks.BODY.inside(), said)}
