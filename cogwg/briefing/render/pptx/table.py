"""Native tables: measured rows with their cells, colours and rules.

The first row is marked as a header if it is one, else the first column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree
from lxml.etree import _Element as Element

from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.page import ContentBox, PageLine, TableSpan
from cogwg.briefing.render.pages.styles import Style
from cogwg.briefing.render.pptx.text_runs import ANCHORS, POINT, PX, A, TextWriter, add_child, add_fill, drawing_tag, text_inset

PLAIN_TABLE_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's own table style without fills and rules."""
_RULE_WIDTHS = {"thin": 0.75, "medium": 1.5, "thick": 2.25}
_MARK_WIDTH = 3.0
_EMPTY_BOX = ContentBox(styles.BLANK)


@dataclass(frozen=True, slots=True)
class TableGrid:
    """Rows with their heights in points, over ``columns`` with their widths in px."""

    columns: Sequence[int]
    rows: Sequence[tuple[PageLine, float]]
    has_header: bool

    @classmethod
    def of_lines(
        cls, columns: Sequence[int], span: TableSpan, lines: Sequence[tuple[PageLine, float]], *, has_header: bool
    ) -> TableGrid:
        """Return the lines in these columns of a page. Columns in which no box begins become part of the one before."""
        used = {at for line, _ in lines for at in line.boxes if span.first < at <= span.last}
        starts = [span.first, *sorted(used)]
        edges = [*starts[1:], span.last + 1]
        widths = [sum(columns[start:end]) for start, end in zip(starts, edges, strict=True)]
        place = {start: n for n, start in enumerate(starts)}
        rows = [(_with_columns(line, place, edges), height) for line, height in lines]
        return cls(widths, rows, has_header)

    @property
    def width(self) -> int:
        return sum(self.columns) * PX

    @property
    def heights(self) -> list[int]:
        return [int(height * POINT) for _, height in self.rows]

    def xml(self, writer: TextWriter) -> Element:
        """Return the table as DrawingML."""
        root = etree.Element(drawing_tag("tbl"), nsmap={"a": A})
        properties = add_child(root, "tblPr", **{"firstRow" if self.has_header else "firstCol": 1})
        add_child(properties, "tableStyleId").text = PLAIN_TABLE_STYLE
        grid = add_child(root, "tblGrid")
        for px in self.columns:
            add_child(grid, "gridCol", w=px * PX)
        above: list[Style | None] = [None] * len(self.columns)
        for (line, _), height in zip(self.rows, self.heights, strict=True):
            above = self._row(add_child(root, "tr", h=height), line, writer, above)
        return root

    def _row(self, row: Element, line: PageLine, writer: TextWriter, above: list[Style | None]) -> list[Style | None]:
        below: list[Style | None] = []
        while len(below) < len(self.columns):
            at = len(below)
            box = line.boxes.get(at, _EMPTY_BOX)
            span = min(box.span, len(self.columns) - at)
            cell = add_child(row, "tc", **({"gridSpan": span} if span > 1 else {}))
            _write_cell(cell, box, writer, line.padding, above[at])
            for _ in range(span - 1):
                _write_cell(add_child(row, "tc", hMerge=1), _EMPTY_BOX, writer, 0, None)
            below += [box.style] * span
        return below


def _with_columns(line: PageLine, place: Mapping[int, int], edges: Sequence[int]) -> PageLine:
    """Return a line whose boxes begin and end at the columns of a table instead of the page's."""
    boxes = {}
    for at, box in line.boxes.items():
        if at in place:
            first = place[at]
            boxes[first] = replace(box, span=1 + sum(edge < at + box.span for edge in edges[first:]))
    return replace(line, boxes=boxes)


def _write_cell(cell: Element, box: ContentBox, writer: TextWriter, padding: float, above: Style | None) -> None:
    style = box.style
    body = add_child(cell, "txBody")
    add_child(body, "bodyPr")
    add_child(body, "lstStyle")
    writer.write_boxes(body, box)
    top, bottom = (padding / 2 if style.vertical == "top" else 0), (padding / 2 if style.vertical == "bottom" else 0)
    edges = {"marL": text_inset(style), "marR": 3 * PX, "marT": int(top * POINT), "marB": int(bottom * POINT)}
    cell_properties = add_child(cell, "tcPr", **edges, anchor=ANCHORS[style.vertical])
    for side, name in (("left", "lnL"), ("right", "lnR")):
        if style.marked_side == side:
            _add_border(cell_properties, name, _MARK_WIDTH, styles.INK)
        elif style.is_framed:
            _add_border(cell_properties, name, 0.75, styles.RULE)
    if above is not None and (above.rule or above.is_framed or style.is_framed):
        _add_border(
            cell_properties, "lnT", _RULE_WIDTHS.get(above.rule, 0.75), above.rule_colour if above.rule else styles.RULE
        )
    if style.rule or style.is_framed:
        _add_border(cell_properties, "lnB", _RULE_WIDTHS.get(style.rule, 0.75), style.rule_colour)
    if style.fill:
        add_fill(cell_properties, style.fill)
    else:
        add_child(cell_properties, "noFill")


def _add_border(cell: Element, name: str, points: float, colour: str) -> None:
    add_fill(add_child(cell, name, w=int(points * POINT), cap="flat", cmpd="sng", algn="ctr"), colour)
