"""What a page will hold, as plain values: boxes in lines, lines in a body. Measured before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from cogwg.briefing.render.pages import measure
from cogwg.briefing.render.pages.looks import Look
from cogwg.core.scale import Status, Timeliness

Counted = Status | Timeliness | None
WIDTH, HEIGHT = 950, 504.0
ROW_LIMIT = 400.0


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph of a box; what is not given is the look's."""

    text: str
    size: float | None = None
    bold: bool | None = None
    ink: str | None = None


@lru_cache(maxsize=200_000)
def _measured(paras: tuple[Para, ...], look: Look, px: int) -> tuple[tuple[tuple[int, ...], float], ...]:
    """Where the lines of each paragraph begin, and how high one is."""
    wide = measure.room(px, look.indent)
    found = []
    for para in paras:
        size = para.size or look.size
        bold = look.bold if para.bold is None else para.bold
        found.append((measure.starts(para.text, size, bold, wide), measure.line_height(para.text, size)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Box:
    """What goes into a cell. ``url`` leads out, ``goto`` to a slide by its number; ``stays``: said again when split."""

    look: Look
    paras: tuple[Para, ...] = ()
    span: int = 1
    url: str = ""
    goto: int | None = None
    value: int | date | None = None
    stays: bool = False

    @property
    def text(self) -> str:
        return "\n".join(para.text for para in self.paras)

    def height(self, px: int) -> float:
        """The points its text takes in so many px."""
        return sum(len(lines) * high for lines, high in _measured(self.paras, self.look, px))

    def split(self, px: int, room: float) -> tuple[Box, Box | None]:
        """As much as fits in so many points, and the rest; a box that stays is whole in both if it can be."""
        if self.height(px) <= room:
            return self, self if self.stays else None
        first: list[Para] = []
        left = room
        for n, (para, (lines, high)) in enumerate(zip(self.paras, _measured(self.paras, self.look, px), strict=True)):
            fit = int(left // high)
            if fit >= len(lines):
                first.append(para)
                left -= len(lines) * high
                continue
            cut = lines[fit]
            if fit:
                first.append(replace(para, text=para.text[:cut]))
            rest = (replace(para, text=para.text[cut:]), *self.paras[n + 1 :])
            return replace(self, paras=tuple(first)), replace(self, paras=rest)
        return self, None


@dataclass(frozen=True, slots=True)
class Line:
    """A row: boxes by column. ``pad`` is the air around the text, ``grows``: takes part of a page's spare height."""

    boxes: Mapping[int, Box]
    pad: float = 8
    least: float = 0
    grows: bool = False
    row: bool = False
    """Whether it is a row of the body's tables."""
    flows: bool = False
    """Whether it may begin on what is left of a page and go on over the next."""

    def height(self, columns: Sequence[int]) -> float:
        tallest = max((box.height(_px(columns, at, box)) for at, box in self.boxes.items()), default=0)
        return max(self.least, tallest + self.pad)

    def tighter(self, size: float) -> Line:
        """The same in a smaller text size, with less air."""
        boxes = {at: replace(box, look=box.look.tighter(size)) for at, box in self.boxes.items()}
        return replace(self, boxes=boxes, pad=min(self.pad, 4.5))

    def pieces(self, columns: Sequence[int], room: float) -> list[Line]:
        """The line, or as many as it takes when it is taller than the room: texts go on, what stays is said again."""
        found, rest = [], self
        while rest.height(columns) > room:
            piece, rest = rest.cut(columns, room)
            found.append(piece)
        return [*found, rest]

    def cut(self, columns: Sequence[int], room: float) -> tuple[Line, Line]:
        """As much of the line as fits in so many points, and the rest of it."""
        now, later = {}, {}
        for at, box in self.boxes.items():
            now[at], rest = box.split(_px(columns, at, box), room - self.pad)
            later[at] = rest or replace(box, paras=(), url="", goto=None, value=None)
        return replace(self, boxes=now, least=0), replace(self, boxes=later, least=0)


def _px(columns: Sequence[int], at: int, box: Box) -> int:
    return sum(columns[at : at + box.span])


@dataclass(frozen=True, slots=True)
class TableSpan:
    """Columns that are a real table, from the header down to the last row that has a box in its first column."""

    first: int
    last: int
    filterable: bool = False


@dataclass(frozen=True, slots=True)
class Stacked:
    """A stacked bar, or ``upright`` a column, for each of the table's first rows; ``most`` is the longest's count."""

    series: Sequence[Counted]
    rows: int
    most: int
    upright: bool = False


Decorate = Callable[[Any, "Placed"], None]


@dataclass(frozen=True, slots=True)
class Body:
    """What a slide shows below its title. ``lead`` comes once, ``header`` on every page, ``note`` at the foot of each."""

    columns: tuple[int, ...]
    lines: tuple[Line, ...] = ()
    lead: tuple[Line, ...] = ()
    header: Line | None = None
    note: tuple[Line, ...] = ()
    tables: tuple[TableSpan, ...] = ()
    stretch: float = 1.35
    opening: tuple[Line, ...] | None = None
    chart: Stacked | None = None
    """A native chart in the line above the table's header."""
    decorate: Decorate | None = None
    """What a format does besides with what it wrote."""
    endless: bool = False
    bands: int = 1
    """How many pages wide the sheet prints."""
    told: str = ""
    """What the sheet's chart shows, for those who cannot see it."""
    title: str = ""
    message: str = ""
    """Its own title and finding, where they are not the slide's."""
    title_span: int = 0
    """Over how many columns the title runs; all of them unless said."""

    def tighter(self, size: float) -> Body:
        """The same in a smaller text size."""
        lead, lines = (tuple(line.tighter(size) for line in part) for part in (self.lead, self.lines))
        return replace(self, lead=lead, lines=lines)


@dataclass(frozen=True, slots=True)
class Placed:
    """A line's place is its index plus one; heights are final."""

    body: Body
    lines: tuple[tuple[Line, float], ...]
    header_at: int | None = None


def words(look: Look, text: str, **more: Any) -> Box:
    """A box with one paragraph; an empty text is an empty cell."""
    return Box(look, (Para(text),) if text else (), **more)
