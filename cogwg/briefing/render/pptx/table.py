"""Native tables: measured rows with their cells, colours and lines.

The first row is marked as the header or, if it is not a header, the first column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.page import ContentBox, PageLine, TableSpan
from cogwg.briefing.render.pages.styles import Style
from cogwg.briefing.render.pptx.markup import ANCHORS, NO_FILL, POINT, PX, solid_fill
from cogwg.briefing.render.pptx.text_runs import TextWriter, text_inset

PLAIN_TABLE_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The id of PowerPoint's table style without fills and lines."""
_RULE_WIDTHS = {"thin": 0.75, "medium": 1.5, "thick": 2.25}
_MARK_WIDTH = 3.0
_EMPTY_BOX = ContentBox(styles.BLANK)


@dataclass(frozen=True, slots=True)
class TableGrid:
    """Rows with their heights in points. ``columns`` are the widths of the columns in px."""

    columns: Sequence[int]
    rows: Sequence[tuple[PageLine, float]]
    has_header: bool

    @classmethod
    def of_lines(
        cls, columns: Sequence[int], span: TableSpan, lines: Sequence[tuple[PageLine, float]], *, has_header: bool
    ) -> TableGrid:
        """Return the part of the lines in the columns of ``span``. A column in which no box begins becomes part of the column
        before it.
        """
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

    def xml(self, writer: TextWriter) -> str:
        """Return the table as DrawingML."""
        columns = "".join(f'<a:gridCol w="{px * PX}"/>' for px in self.columns)
        rows = []
        above: list[Style | None] = [None] * len(self.columns)
        for (line, _), height in zip(self.rows, self.heights, strict=True):
            cells, above = self._cells(line, writer, above)
            rows.append(f'<a:tr h="{height}">{cells}</a:tr>')
        head = "firstRow" if self.has_header else "firstCol"
        return (
            f'<a:tbl><a:tblPr {head}="1"><a:tableStyleId>{PLAIN_TABLE_STYLE}</a:tableStyleId></a:tblPr>'
            f"<a:tblGrid>{columns}</a:tblGrid>{''.join(rows)}</a:tbl>"
        )

    def _cells(self, line: PageLine, writer: TextWriter, above: list[Style | None]) -> tuple[str, list[Style | None]]:
        """Return the XML of a row's cells, and the style of the row in each column."""
        cells: list[str] = []
        below: list[Style | None] = []
        while len(below) < len(self.columns):
            at = len(below)
            box = line.boxes.get(at, _EMPTY_BOX)
            span = min(box.span, len(self.columns) - at)
            cells.append(_cell(box, writer, line.padding, above[at], f' gridSpan="{span}"' if span > 1 else ""))
            cells += [_cell(_EMPTY_BOX, writer, 0, None, ' hMerge="1"')] * (span - 1)
            below += [box.style] * span
        return "".join(cells), below


def _with_columns(line: PageLine, place: Mapping[int, int], edges: Sequence[int]) -> PageLine:
    """Return the line with its boxes placed in the columns of a table instead of those of the page."""
    boxes = {}
    for at, box in line.boxes.items():
        if at in place:
            first = place[at]
            span = 1 + sum(edge < at + box.span for edge in edges[first:])
            boxes[first] = box if span == box.span else replace(box, span=span)
    return replace(line, boxes=boxes)


def _cell(box: ContentBox, writer: TextWriter, padding: float, above: Style | None, attributes: str) -> str:
    style = box.style
    top, bottom = (padding / 2 if style.vertical == "top" else 0), (padding / 2 if style.vertical == "bottom" else 0)
    fill = solid_fill(style.fill) if style.fill else NO_FILL
    return (
        f"<a:tc{attributes}><a:txBody><a:bodyPr/><a:lstStyle/>{writer.paragraphs(box)}</a:txBody>"
        f'<a:tcPr marL="{text_inset(style)}" marR="{3 * PX}" marT="{int(top * POINT)}" marB="{int(bottom * POINT)}" '
        f'anchor="{ANCHORS[style.vertical]}">{"".join(_borders(style, above))}{fill}</a:tcPr></a:tc>'
    )


def _borders(style: Style, above: Style | None) -> Iterator[str]:
    for side, name in (("left", "lnL"), ("right", "lnR")):
        if style.marked_side == side:
            yield _border(name, _MARK_WIDTH, styles.INK)
        elif style.is_framed:
            yield _border(name, 0.75, styles.RULE)
    if above is not None and (above.rule or above.is_framed or style.is_framed):
        yield _border("lnT", _RULE_WIDTHS.get(above.rule, 0.75), above.rule_colour if above.rule else styles.RULE)
    if style.rule or style.is_framed:
        yield _border("lnB", _RULE_WIDTHS.get(style.rule, 0.75), style.rule_colour)


def _border(name: str, points: float, colour: str) -> str:
    return f'<a:{name} w="{int(points * POINT)}" cap="flat" cmpd="sng" algn="ctr">{solid_fill(colour)}</a:{name}>'
