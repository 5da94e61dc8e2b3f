"""The two formats of a page: a printed letter page, and a slide on a screen.

Layouts use the units of the letter page: columns with a total width of ``WIDTH`` px, and text sizes for paper. A page format
converts them, so that both formats have the same facts in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, pairwise

from cogwg.briefing.render.pages import measure
from cogwg.briefing.render.pages.page import WIDTH, Body, ContentBox, Mark, PageLine, Para
from cogwg.briefing.render.pages.styles import Style

_CAPTION, _BODY, _LARGE = 14, 18, 20
"""The text sizes on a screen, in points: for captions and table cells, for text, and for large text."""
_TITLE_SIZE = 20
"""The smallest text size of titles and large numbers, which are as large on a screen as on paper."""


@dataclass(frozen=True, slots=True)
class PageFormat:
    """The space for a slide: its ``width`` in px and its ``height`` in points.

    ``text_sizes`` are the sizes for the text of tables, from which a slide uses the largest in which it fits on one page.
    ``usual_size`` is the size for slides that need several pages.
    """

    width: int
    height: float
    usual_size: float
    text_sizes: tuple[float, ...]
    is_screen: bool = False

    def size(self, size: float) -> float:
        """Return this format's size for a text size on paper, in points. On a screen, nothing is smaller than 14 points."""
        if not self.is_screen:
            return size
        if size < _CAPTION - 1:
            return _CAPTION
        if size < _TITLE_SIZE:
            return _BODY if size < 16 else _LARGE
        return size

    def style(self, style: Style) -> Style:
        """Return a copy of the style with its sizes scaled to this format, and the same name."""
        return _screen_style(self, style) if self.is_screen else style

    def px(self, px: float) -> float:
        """Convert a width of the layout to px of this format."""
        return px * self.width / WIDTH

    def columns(self, columns: tuple[int, ...]) -> tuple[int, ...]:
        """Convert the column widths of the layout to px of this format, so that rounding leaves no gap."""
        edges = [round(self.px(edge)) for edge in accumulate(columns, initial=0)]
        return tuple(end - start for start, end in pairwise(edges))

    def box(self, box: ContentBox) -> ContentBox:
        """Return a copy of the box with the sizes of its texts scaled to this format."""
        return replace(box, style=self.style(box.style), paras=tuple(self._para(para) for para in box.paras))

    def _para(self, para: Para) -> Para:
        return para if para.size is None else replace(para, size=self.size(para.size))

    def line(self, line: PageLine) -> PageLine:
        """Return a copy of the line with the sizes of its texts scaled to this format."""
        if not self.is_screen:
            return line
        boxes = {at: self.box(box) for at, box in line.boxes.items()}
        if line.marks is None:
            return replace(line, boxes=boxes)
        marks = replace(line.marks, shapes=tuple(map(self._mark, line.marks.shapes)), space=self.px(line.marks.space))
        return replace(line, boxes=boxes, marks=marks)

    def _mark(self, mark: Mark) -> Mark:
        """Return a shape with its position and size in this format."""
        left, width, height, shift = map(self.px, (mark.left, mark.width, mark.height, mark.shift))
        return replace(mark, left=left, width=width, height=height, shift=shift, size=self.size(mark.size))

    def candidates(self, body: Body) -> Iterator[Body]:
        """Yield the body with its table text in each size allowed on a single page, the largest first."""
        for size in self.text_sizes:
            if size == self.usual_size:
                yield self.body(body)
            else:
                yield self.body(body.with_larger_text(size) if self.is_screen else body.with_smaller_text(size))

    def lines(self, lines: tuple[PageLine, ...]) -> tuple[PageLine, ...]:
        return tuple(self.line(line) for line in lines)

    def body(self, body: Body) -> Body:
        """Return a body in the columns and sizes of this format."""
        if not self.is_screen:
            return body
        return replace(
            body,
            columns=self.columns(body.columns),
            lines=self.lines(body.lines),
            lead=self.lines(body.lead),
            tail=self.lines(body.tail),
            header=None if body.header is None else self.line(body.header),
            note=self.lines(body.note),
            opening=None if body.opening is None else self.lines(body.opening),
        )

    def height_of(self, box: ContentBox, px: float) -> float:
        """Return the height in points of a box of the layout, in a column that is ``px`` wide in the layout."""
        return self.box(box).height(round(self.px(px)))

    def text_width(self, text: str, size: float, *, bold: bool) -> float:
        """Return the width of a text on one line, in px of the layout."""
        return measure.text_width(text, self.size(size), bold) * WIDTH / self.width

    def usable_width(self, column_width: float, indent: int) -> float:
        """Return the width that a text may use in a column of the layout, in px of the layout."""
        return measure.usable_width(round(self.px(column_width)), indent) * WIDTH / self.width

    def column_width(self, text: str, size: float, *, indent: int) -> int:
        """Return the width, in px of the layout, of a column in which a text fits on one line."""
        return -(-measure.column_width(text, self.size(size), indent=indent) * WIDTH // self.width)


@cache
def _screen_style(page_format: PageFormat, style: Style) -> Style:
    return replace(style, size=style.screen_size or page_format.size(style.size))


PAPER = PageFormat(WIDTH, 504.0, usual_size=12, text_sizes=(12, 11, 10.5))
"""A letter page, landscape, with left and right margins of 0.55 in."""
SCREEN = PageFormat(1164, 462.0, usual_size=_CAPTION, text_sizes=(_BODY, 16, _CAPTION), is_screen=True)
"""A slide of 13.33 × 7.5 in, with left and right margins of 0.6 in, from the topic at 0.48 in down to 6.9 in."""
