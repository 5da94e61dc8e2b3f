"""Filling pages: whole lines move on when a page is full, and spare height is shared out. Nothing is cut or shrunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from cogwg.briefing.render.xlsx import looks, wording
from cogwg.briefing.render.xlsx.page import HEIGHT, ROW_LIMIT, WIDTH, Body, Box, Line, Placed, words
from cogwg.briefing.render.xlsx.text import Voice

_FOOT = 16.5
_EDGE = 1.5
_TITLE_LINES = 3


def frame(title: str, message: str, voice: Voice, *, sample: bool, span: int) -> tuple[Line, ...]:
    """The lines every slide begins with: title over its rule, the sample's mark, the message.

    A title or message that would fill the page is shortened there and goes on below in full, as ordinary text.
    """
    shown, whole = _headline(title, voice)
    lines = [Line({0: replace(shown, span=span)}, pad=7.5)]
    if sample:
        lines.append(Line({0: words(looks.SAMPLE, voice.say(wording.SAMPLE), span=span)}, pad=3))
    lines += [Line({0: words(looks.NOTE, whole, span=span)}, pad=6)] if whole else []
    if message:
        lines += [Line({0: words(looks.MESSAGE, message, span=span)}, pad=7.5)]
    return (*lines, Line({}, least=4.5, pad=0))


def beside(first: Sequence[Line], second: Sequence[Line], at: int) -> tuple[Line, ...]:
    """Two frames on one sheet, the second over the columns of its second page."""
    merged = zip_longest(first, second, fillvalue=Line({}, pad=0))
    return tuple(replace(own, boxes={**own.boxes, **{n + at: box for n, box in other.boxes.items()}}) for own, other in merged)


def _headline(title: str, voice: Voice) -> tuple[Box, str]:
    """The title in large type, or smaller over a few lines; with it the whole when that is not enough."""
    big = words(looks.TITLE, title)
    if big.height(WIDTH) <= words(looks.TITLE, "x").height(WIDTH):
        return big, ""
    small = words(looks.TITLE_LONG, title)
    room = _TITLE_LINES * words(looks.TITLE_LONG, "x").height(WIDTH)
    if small.height(WIDTH) <= room:
        return small, ""
    kept, _ = small.split(WIDTH - 40, room)
    return words(looks.TITLE_LONG, f"{kept.text.rstrip()} …"), title


def pages(body: Body, opening: Sequence[Line], again: Sequence[Line], voice: Voice) -> list[Placed]:
    """The body over as many pages as it takes; ``opening`` begins the first, ``again`` the others."""
    if body.endless:
        return [_endless(body, opening)]
    drafts = _drafts(body, opening, again, foot=_EDGE)
    if len(drafts) > 1:
        tight = replace(body, lead=tuple(n.tighter() for n in body.lead), lines=tuple(n.tighter() for n in body.lines))
        drafts = _drafts(tight, opening, again, foot=_EDGE)
    if len(drafts) > 1:
        drafts = _drafts(body, opening, again, foot=_FOOT)
    return [_placed(body, draft, voice, last=n == len(drafts)) for n, draft in enumerate(drafts, 1)]


def _drafts(body: Body, opening: Sequence[Line], again: Sequence[Line], foot: float) -> list[_Draft]:
    taken = _Taken(body, opening, again, foot)
    for line in body.lead:
        taken.add(line, headed=False)
    for line in body.lines:
        taken.add(line, headed=body.header is not None)
    return taken.drafts


class _Draft:
    """A page being filled."""

    def __init__(self, lines: Sequence[Line], used: float) -> None:
        self.lines = list(lines)
        self.used = used
        self.header_at: int | None = None


class _Taken:
    """The pages so far, and how full the last one is."""

    def __init__(self, body: Body, opening: Sequence[Line], again: Sequence[Line], foot: float) -> None:
        self.body = body
        self.again = tuple(again)
        self.note = self._sum(body.note)
        self.header = body.header.height(body.columns) if body.header else 0.0
        self.room = HEIGHT - foot - self.note
        self.drafts = [_Draft(opening, self._sum(opening))]

    def _sum(self, lines: Sequence[Line]) -> float:
        return sum(line.height(self.body.columns) for line in lines)

    def add(self, line: Line, *, headed: bool) -> None:
        whole = self.room - self._sum(self.again) - (self.header if headed else 0)
        for piece in line.pieces(self.body.columns, min(ROW_LIMIT, whole)):
            self._put(piece, headed=headed)

    def _put(self, line: Line, *, headed: bool) -> None:
        page = self.drafts[-1]
        need = line.height(self.body.columns)
        if headed and page.header_at is None:
            need += self.header
        if page.used + need > self.room and len(page.lines) > len(self.again):
            page = _Draft(self.again, self._sum(self.again))
            self.drafts.append(page)
            need = line.height(self.body.columns) + (self.header if headed else 0)
        if headed and page.header_at is None and self.body.header is not None:
            page.header_at = len(page.lines)
            page.lines.append(self.body.header)
        page.lines.append(line)
        page.used += need


def _placed(body: Body, draft: _Draft, voice: Voice, *, last: bool) -> Placed:
    lines = [(line, line.height(body.columns)) for line in draft.lines]
    below = [(line, line.height(body.columns)) for line in body.note]
    if not last:
        said = words(looks.NOTE, voice.say(wording.NEXT_PAGE), span=len(body.columns))
        below.append(_measured(Line({0: said}, pad=3), body))
    spare = HEIGHT - _EDGE - sum(high for _, high in lines + below)
    return Placed(body, (*_stretched(lines, spare, body.stretch), *below), draft.header_at)


def _measured(line: Line, body: Body) -> tuple[Line, float]:
    return line, line.height(body.columns)


def _endless(body: Body, opening: Sequence[Line]) -> Placed:
    """A sheet that prints over several pages by itself; its header repeats by the print titles."""
    lines = list(opening)
    header_at = None
    if body.header is not None:
        header_at = len(lines)
        lines.append(body.header)
    for line in body.lines:
        lines.extend(line.pieces(body.columns, ROW_LIMIT))
    return Placed(body, tuple(_measured(line, body) for line in lines), header_at)


def _stretched(lines: list[tuple[Line, float]], spare: float, most: float) -> list[tuple[Line, float]]:
    """Fill the lowest rows to one level, then stretch all that grow alike, within the body's measure."""
    heights = [high for line, high in lines if line.grows]
    if not heights or spare <= 0:
        return lines
    level = _level(heights, spare)
    level = min(level, max(heights))
    left = spare - sum(max(level - high, 0) for high in heights)
    total = sum(max(level, high) for high in heights)
    factor = min(most, 1 + left / total)
    return [(line, _quarter(max(high, level) * factor) if line.grows else high) for line, high in lines]


def _level(heights: list[float], spare: float) -> float:
    """The height to which the lowest can be filled with the spare points."""
    ordered = sorted(heights)
    for n, high in enumerate(ordered, 1):
        up = ordered[n] if n < len(ordered) else float("inf")
        cost = n * (up - high)
        if cost >= spare:
            return high + spare / n
        spare -= cost
    return ordered[-1]


def _quarter(points: float) -> float:
    return min(int(points * 4) / 4, 409)
