"""The contents of a page as plain values: a body of lines, and boxes in the lines. They are measured before
anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from cogwg.briefing.render.pages import measure
from cogwg.briefing.render.pages.styles import INK, Style
from cogwg.core.bilingual import Language
from cogwg.core.status import Status, Timeliness

SeriesKey = Status | Timeliness | None
WIDTH = 950
"""The width of a layout in px, which is the width of a letter page (see ``page_format``)."""
MAX_ROW_HEIGHT = 400.0


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph of a box. An attribute that is None is taken from the box's style, ``lang`` from the deck."""

    text: str
    size: float | None = None
    bold: bool | None = None
    colour: str | None = None
    lang: Language | None = None


@lru_cache(maxsize=200_000)
def _measure_paras(paras: tuple[Para, ...], style: Style, width: int) -> tuple[tuple[tuple[int, ...], float], ...]:
    """Return, for each paragraph, the index at which each of its lines begins, and the height of one line in points."""
    usable_width = measure.usable_width(width, style.indent)
    measured = []
    for para in paras:
        size = para.size or style.size
        bold = style.bold if para.bold is None else para.bold
        measured.append((measure.line_starts(para.text, size, bold, usable_width), measure.line_height(para.text, size)))
    return tuple(measured)


@dataclass(frozen=True, slots=True)
class ContentBox:
    """The contents of a cell. ``url`` is an external link, ``target_slide`` the number of a slide to link to.

    A box that ``repeats`` is shown again on the next page if its line is split. ``source`` is the number of the box's entry in
    the deck's list of sources, 0 if it is the line's.
    """

    style: Style
    paras: tuple[Para, ...] = ()
    span: int = 1
    url: str = ""
    target_slide: int | None = None
    value: int | date | None = None
    repeats: bool = False
    source: int = 0

    @property
    def text(self) -> str:
        return "\n".join(para.text for para in self.paras)

    @property
    def has_fact(self) -> bool:
        """Whether the box shows a text or a number, rather than nothing or a dash."""
        return self.value is not None or self.text.strip() not in ("", "–")

    def height(self, width: int) -> float:
        """Return the height of the text in points, at a width in px."""
        return sum(len(lines) * line_height for lines, line_height in _measure_paras(self.paras, self.style, width))

    def split(self, width: int, max_height: float) -> tuple[ContentBox, ContentBox | None]:
        """Return the part that fits in ``max_height`` points, and the rest or None.

        A repeating box that fits is returned as both.
        """
        if self.height(width) <= max_height:
            return self, self if self.repeats else None
        first: list[Para] = []
        left = max_height
        for n, (para, (lines, line_height)) in enumerate(
            zip(self.paras, _measure_paras(self.paras, self.style, width), strict=True)
        ):
            fit = int(left // line_height)
            if fit >= len(lines):
                first.append(para)
                left -= len(lines) * line_height
                continue
            cut = lines[fit]
            if fit:
                first.append(replace(para, text=para.text[:cut].removesuffix("\n")))
            rest = (replace(para, text=para.text[cut:]), *self.paras[n + 1 :])
            return replace(self, paras=tuple(first)), replace(self, paras=rest)
        return self, None


@dataclass(frozen=True, slots=True)
class Mark:
    """A shape that is drawn over a line of the page: a bar, a marker or a thin line, with at most a short text.

    ``left`` and ``width`` are in px across the page, ``height`` and ``shift`` in points. ``shift`` is the distance of the
    shape's centre below the common centre of the line's shapes. A shape with a ``height`` of 0 extends down to the end of the
    line, from ``shift`` or, if that is 0, from the top of the line.
    """

    left: float
    width: float
    height: float = 0
    shift: float = 0
    fill: str = ""
    outline: str = ""
    text: str = ""
    size: float = 11
    bold: bool = False
    colour: str = INK
    is_round: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """The shapes over a line.

    With ``is_above_text``, they are centred in the space above the texts of all columns but the first; otherwise, in the whole
    line.
    """

    shapes: tuple[Mark, ...]
    space: float
    """The height in points that the shapes need."""
    is_above_text: bool = True


@dataclass(frozen=True, slots=True)
class TableSpan:
    """Columns that form a native table, from the header down to the last row that has a box in its first column."""

    first: int
    last: int
    is_filterable: bool = False


@dataclass(frozen=True, slots=True)
class PageLine:
    """A row of a page, with its boxes by column. ``padding`` is the total space above and below the text, in points.

    A line that ``can_grow`` gets a share of the height that is left on its page.
    """

    boxes: Mapping[int, ContentBox]
    padding: float = 8
    min_height: float = 0
    can_grow: bool = False
    is_table_row: bool = False
    """Whether the line is a row of the body's tables, or of the table whose header is an earlier line."""
    heads: TableSpan | None = None
    """The table that the line is the header of, in a body with several tables one below the other."""
    can_break: bool = False
    """Whether the line may begin in the remaining space of a page and continue on the next page."""
    marks: Marks | None = None
    """The shapes that are drawn over the line."""
    followers: int = 0
    """The number of lines after this one to keep on the same page, if all fit on one page."""
    source: int = 0
    """The number of the entry in the deck's list of sources for all boxes without an entry of their own."""
    source_entry: int = 0
    """The number of the entry that this line of the list of sources shows."""

    def source_of(self, box: ContentBox) -> int:
        """Return the number of a box's entry in the deck's list of sources; 0 if it has none."""
        return box.source or self.source

    def height(self, columns: Sequence[int]) -> float:
        needed = (box.height(_box_width(columns, at, box)) + self.space_around(at) for at, box in self.boxes.items())
        return max(self.min_height, *needed, self.padding)

    def space_around(self, at: int) -> float:
        """Return the height in points that a column needs besides its text: the padding and the space for the shapes."""
        has_shapes = self.marks is not None and self.marks.is_above_text and at > 0
        return self.padding + (self.marks.space if has_shapes and self.marks else 0)

    def text_height_below(self, columns: Sequence[int]) -> float:
        """Return the height of the tallest text below the shapes, in points."""
        below = (box.height(_box_width(columns, at, box)) for at, box in self.boxes.items() if at > 0)
        return max(below, default=0)

    def with_smaller_text(self, size: float) -> PageLine:
        """Return the line in a smaller text size, with less padding."""
        boxes = {at: replace(box, style=box.style.with_smaller_text(size)) for at, box in self.boxes.items()}
        return replace(self, boxes=boxes, padding=min(self.padding, 4.5))

    def with_larger_text(self, size: float) -> PageLine:
        """Return the line with the text of its tables in a larger size, for a screen."""
        return replace(self, boxes={at: replace(box, style=box.style.with_larger_text(size)) for at, box in self.boxes.items()})

    def split_to_fit(self, columns: Sequence[int], max_height: float) -> list[PageLine]:
        """Return the line, split into as many lines as ``max_height`` requires; boxes that repeat are in each of them.

        A line that cannot be split, such as one line of large type, is not split even if it is higher.
        """
        pieces, rest = [], self
        while rest.height(columns) > max_height:
            piece, remaining = rest.split_at(columns, max_height)
            if remaining.text_length >= rest.text_length:
                break
            pieces.append(piece)
            rest = remaining
        return [*pieces, rest]

    @property
    def text_length(self) -> int:
        """The number of characters in all boxes, including boxes that repeat, because a box that is too high is split."""
        return sum(len(box.text) for box in self.boxes.values())

    def split_at(self, columns: Sequence[int], max_height: float) -> tuple[PageLine, PageLine]:
        """Return the part of the line that fits in ``max_height`` points, and the rest."""
        now, later = {}, {}
        for at, box in self.boxes.items():
            now[at], rest = box.split(_box_width(columns, at, box), max_height - self.space_around(at))
            later[at] = rest or replace(box, paras=(), url="", target_slide=None, value=None)
        return replace(self, boxes=now, min_height=0), replace(self, boxes=later, min_height=0, marks=None)


def _box_width(columns: Sequence[int], at: int, box: ContentBox) -> int:
    return sum(columns[at : at + box.span])


@dataclass(frozen=True, slots=True)
class StackedChart:
    """A chart of stacked bars or, with ``is_upright``, columns: one for each of the first ``rows`` rows of the table.

    ``longest_total`` is the total of the longest bar.
    """

    series: Sequence[SeriesKey]
    rows: int
    longest_total: int
    is_upright: bool = False


Decorate = Callable[[Any, "LaidOutPage"], None]


@dataclass(frozen=True, slots=True)
class Body:
    """The contents of a slide below its title: ``lead`` is shown once, ``header`` and (at the bottom) ``note`` on each page."""

    columns: tuple[int, ...]
    lines: tuple[PageLine, ...] = ()
    lead: tuple[PageLine, ...] = ()
    header: PageLine | None = None
    tail: tuple[PageLine, ...] = ()
    """Lines after the last row, kept together on one page if they fit."""
    note: tuple[PageLine, ...] = ()
    tables: tuple[TableSpan, ...] = ()
    stretch: float = 1.35
    opening: tuple[PageLine, ...] | None = None
    chart: StackedChart | None = None
    """A native chart in the line above the table's header."""
    decorate: Decorate | None = None
    """What a format adds to the page after writing it."""
    is_endless: bool = False
    pages_wide: int = 1
    """The number of pages that the printed sheet is wide."""
    chart_description: str = ""
    """A description of the chart for people who cannot see it."""
    title: str = ""
    message: str = ""
    """The body's own title and message, if they differ from the slide's."""
    title_span: int = 0
    """The number of columns that the title spans; 0 for all of them."""

    def with_smaller_text(self, size: float) -> Body:
        """Return the body in a smaller text size."""
        lead, lines, tail = (
            tuple(line.with_smaller_text(size) for line in part) for part in (self.lead, self.lines, self.tail)
        )
        return replace(self, lead=lead, lines=lines, tail=tail)

    def with_larger_text(self, size: float) -> Body:
        """Return the body with the text of its tables in a larger size, for a screen."""
        lines, tail = (tuple(line.with_larger_text(size) for line in part) for part in (self.lines, self.tail))
        return replace(self, lines=lines, tail=tail)


@dataclass(frozen=True, slots=True)
class LaidOutPage:
    """A page whose lines have their final heights; a line's row number is its index plus one."""

    body: Body
    lines: tuple[tuple[PageLine, float], ...]
    header_at: int | None = None

    def is_header(self, at: int) -> bool:
        """Return whether the line with this index is the header of a table."""
        return at == self.header_at or self.lines[at][0].heads is not None

    @property
    def marks(self) -> Iterator[tuple[Mark, float, float]]:
        """The shapes over the lines, each with its top and height in points."""
        top = 0.0
        for line, height in self.lines:
            if line.marks is not None:
                text_height = line.text_height_below(self.body.columns) if line.marks.is_above_text else 0
                middle = top + (height - text_height) / 2
                for mark in line.marks.shapes:
                    if mark.height:
                        yield mark, middle + mark.shift - mark.height / 2, mark.height
                    else:
                        start = middle + mark.shift if mark.shift else top
                        yield mark, start, top + height - start
            top += height

    @property
    def sources(self) -> tuple[int, ...]:
        """The numbers of the sources of the page's facts in the order of the facts, without repetition."""
        numbers = (line.source_of(box) for line, _ in self.lines for box in line.boxes.values() if box.has_fact)
        return tuple(dict.fromkeys(number for number in numbers if number))

    @property
    def tables(self) -> Iterator[tuple[int, TableSpan]]:
        """The tables, each with the index of its header."""
        if self.header_at is not None:
            yield from ((self.header_at, table) for table in self.body.tables)
        yield from ((at, line.heads) for at, (line, _) in enumerate(self.lines) if line.heads is not None)


def text_box(style: Style, text: str, lang: Language | None = None, **options: Any) -> ContentBox:
    """Return a box with one paragraph, or with none if the text is empty; ``lang`` is the language of the text if it is not
    the deck's.
    """
    return ContentBox(style, (Para(text, lang=lang),) if text else (), **options)
