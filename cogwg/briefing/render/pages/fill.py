"""Filling pages: whole lines move on when a page is full, and spare height is shared out. Nothing is cut or shrunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.page import HEIGHT, ROW_LIMIT, WIDTH, Body, Box, Line, Placed, words
from cogwg.briefing.render.pages.text import Voice

_FOOT = 16.5
_EDGE = 1.5
_TITLE_LINES, _MESSAGE_LINES = 3, 5
_ELLIPSIS = 40
_SIZES = (11, 10.5)
_LITTLE = 1.3
_WORTH = 60.0


def frame(title: str, message: str, *, mark: str, span: int) -> tuple[Line, ...]:
    """The lines every slide begins with: title over its rule, what marks a draft or samples, the message.

    What would fill the page is shortened there; ``overlong`` gives it in full.
    """
    lines = [Line({0: replace(_headline(title), span=span)}, pad=7.5)]
    if mark:
        lines.append(Line({0: words(looks.MARK, mark, span=span)}, pad=3))
    if message:
        lines.append(Line({0: replace(shortened(words(looks.MESSAGE, message), WIDTH, _MESSAGE_LINES), span=span)}, pad=7.5))
    return (*lines, Line({}, least=4.5, pad=0))


def overlong(title: str, message: str, span: int) -> tuple[Line, ...]:
    """The title and the message in full where the frame had to shorten them, as lines that may go on over pages."""
    texts = ((title, _headline(title)), (message, shortened(words(looks.MESSAGE, message), WIDTH, _MESSAGE_LINES)))
    return tuple(Line({0: words(looks.PAIR_TEXT, text, span=span)}, flows=True) for text, shown in texts if shown.text != text)


def beside(first: Sequence[Line], second: Sequence[Line], at: int) -> tuple[Line, ...]:
    """Two frames on one sheet, the second over the columns of its second page."""
    merged = zip_longest(first, second, fillvalue=Line({}, pad=0))
    return tuple(replace(own, boxes={**own.boxes, **{n + at: box for n, box in other.boxes.items()}}) for own, other in merged)


def _headline(title: str) -> Box:
    """The title in large type, or smaller over a few lines."""
    big = words(looks.TITLE, title)
    if big.height(WIDTH) <= words(looks.TITLE, "x").height(WIDTH):
        return big
    return shortened(words(looks.TITLE_LONG, title), WIDTH, _TITLE_LINES)


def shortened(box: Box, px: int, lines: int) -> Box:
    """A box of one paragraph in at most so many lines, ending in … when that is not all of it."""
    room = lines * words(box.look, "x").height(px)
    if box.height(px) <= room:
        return box
    kept, _ = box.split(px - _ELLIPSIS, room)
    return replace(box, paras=(replace(box.paras[0], text=f"{kept.text.rstrip()} …"),))


def pages(body: Body, opening: Sequence[Line], again: Sequence[Line], voice: Voice) -> list[Placed]:
    """The body over as many pages as it takes; ``opening`` begins the first, ``again`` the others.

    A page that would run over by a little is set in the smaller text sizes; what needs more goes on in the usual one.
    """
    if body.endless:
        return [_endless(body, opening)]
    drafts = _one_page(body, opening, again) or _drafts(body, opening, again, foot=_FOOT)
    return [_placed(body, draft, voice, last=n == len(drafts)) for n, draft in enumerate(drafts, 1)]


def _one_page(body: Body, opening: Sequence[Line], again: Sequence[Line]) -> list[_Draft]:
    """The body on a single page, in the largest of the sizes in which it fits; nothing when it needs more."""
    if _height(body, opening) > _LITTLE * HEIGHT:
        return []
    for own in (body, *(body.tighter(size) for size in _SIZES)):
        if _height(own, opening) <= HEIGHT - _EDGE:
            drafts = _drafts(own, opening, again, foot=_EDGE)
            return drafts if len(drafts) == 1 else []
    return []


def _height(body: Body, opening: Sequence[Line]) -> float:
    header = (body.header,) if body.header is not None else ()
    return sum(line.height(body.columns) for part in (opening, body.lead, header, body.lines, body.note) for line in part)


def _drafts(body: Body, opening: Sequence[Line], again: Sequence[Line], foot: float) -> list[_Draft]:
    taken = _Taken(body, opening, again, foot)
    for line in body.lead:
        taken.add(line, headed=False)
    for line in body.lines:
        taken.add(line, headed=body.header is not None)
    return taken.drafts


Measured = tuple[Line, float]


class _Draft:
    """A page being filled: lines with their heights."""

    def __init__(self, lines: Sequence[Measured]) -> None:
        self.lines = list(lines)
        self.used = sum(high for _, high in lines)
        self.header_at: int | None = None


class _Taken:
    """The pages so far, and how full the last one is."""

    def __init__(self, body: Body, opening: Sequence[Line], again: Sequence[Line], foot: float) -> None:
        self.columns = body.columns
        self.again = _measured(again, body.columns)
        self.header = _measured((body.header,) if body.header is not None else (), body.columns)
        self.headed = sum(high for _, high in self.header)
        self.room = HEIGHT - foot - sum(high for _, high in _measured(body.note, body.columns))
        self.drafts = [_Draft(_measured(opening, body.columns))]

    def add(self, line: Line, *, headed: bool) -> None:
        whole = self.room - sum(high for _, high in self.again) - (self.headed if headed else 0)
        if line.flows:
            line = self._begun(line, headed=headed)
        for piece in line.pieces(self.columns, min(ROW_LIMIT, whole)):
            self._put((piece, piece.height(self.columns)), headed=headed)

    def _begun(self, line: Line, *, headed: bool) -> Line:
        """What is left of a text after as much of it as the page still has room for; two lines are not worth it."""
        while True:
            page = self.drafts[-1]
            left = min(ROW_LIMIT, self.room - page.used - self._due(page, headed=headed))
            if left < _WORTH or line.height(self.columns) <= left:
                return line
            piece, line = line.cut(self.columns, left)
            piece = replace(piece, pad=0)
            self._put((piece, piece.height(self.columns)), headed=headed)

    def _put(self, line: Measured, *, headed: bool) -> None:
        page = self.drafts[-1]
        if page.used + line[1] + self._due(page, headed=headed) > self.room and len(page.lines) > len(self.again):
            page = _Draft(self.again)
            self.drafts.append(page)
        if self._due(page, headed=headed):
            page.header_at = len(page.lines)
            page.lines += self.header
            page.used += self.headed
        page.lines.append(line)
        page.used += line[1]

    def _due(self, page: _Draft, *, headed: bool) -> float:
        """The height of the header where it is still to come on this page."""
        return self.headed if headed and page.header_at is None else 0


def _measured(lines: Sequence[Line], columns: Sequence[int]) -> list[Measured]:
    return [(line, line.height(columns)) for line in lines]


def _placed(body: Body, draft: _Draft, voice: Voice, *, last: bool) -> Placed:
    said = words(looks.NOTE, voice.say(wording.NEXT_PAGE), span=len(body.columns))
    below = _measured((*body.note, *(() if last else (Line({0: said}, pad=3),))), body.columns)
    spare = HEIGHT - _EDGE - sum(high for _, high in draft.lines + below)
    return Placed(body, (*_stretched(draft.lines, spare, body.stretch), *below), draft.header_at)


def _endless(body: Body, opening: Sequence[Line]) -> Placed:
    """A sheet that prints over several pages by itself; what is above its rows repeats by the print titles."""
    header = (body.header,) if body.header is not None else ()
    above = sum(line.height(body.columns) for line in (*opening, *header))
    room = min(ROW_LIMIT, HEIGHT - _EDGE - above)
    rows = [piece for line in body.lines for piece in line.pieces(body.columns, room)]
    lines = _measured((*opening, *header, *rows), body.columns)
    return Placed(body, tuple(lines), len(opening) if header else None)


def _stretched(lines: list[Measured], spare: float, most: float) -> list[Measured]:
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
