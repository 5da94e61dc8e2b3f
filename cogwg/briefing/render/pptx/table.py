"""Native tables: measured rows with their cells, inks and rules; the header is marked as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as Element

from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.looks import Look
from cogwg.briefing.render.pages.page import Box, Line
from cogwg.briefing.render.pptx.letters import ANCHOR, POINT, PX, A, Letters, a, filled, inset, made

PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's own table style without fills and rules."""
_RULES = {"thin": 0.75, "medium": 1.5, "thick": 2.25}
_EMPTY = Box(looks.BLANK)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows with their heights in points, over columns of so many px."""

    columns: Sequence[int]
    rows: Sequence[tuple[Line, float]]
    first: int
    """The column of the page that the grid begins with."""
    headed: bool

    @property
    def width(self) -> int:
        return sum(self.columns) * PX

    @property
    def heights(self) -> list[int]:
        return [int(high * POINT) for _, high in self.rows]

    def xml(self, letters: Letters) -> Element:
        """The table as DrawingML."""
        root = etree.Element(a("tbl"), nsmap={"a": A})
        properties = made(root, "tblPr", firstRow=int(self.headed))
        made(properties, "tableStyleId").text = PLAIN
        grid = made(root, "tblGrid")
        for px in self.columns:
            made(grid, "gridCol", w=px * PX)
        above: list[Look | None] = [None] * len(self.columns)
        for (line, _), high in zip(self.rows, self.heights, strict=True):
            above = self._row(made(root, "tr", h=high), line, letters, above)
        return root

    def _row(self, row: Element, line: Line, letters: Letters, above: list[Look | None]) -> list[Look | None]:
        below: list[Look | None] = []
        while len(below) < len(self.columns):
            at = len(below)
            box = line.boxes.get(self.first + at, _EMPTY)
            span = min(box.span, len(self.columns) - at)
            cell = made(row, "tc", **({"gridSpan": span} if span > 1 else {}))
            _cell(cell, box, letters, line.pad, above[at])
            for _ in range(span - 1):
                _cell(made(row, "tc", hMerge=1), _EMPTY, letters, 0, None)
            below += [box.look] * span
        return below


def _cell(cell: Element, box: Box, letters: Letters, pad: float, above: Look | None) -> None:
    look = box.look
    body = made(cell, "txBody")
    made(body, "bodyPr")
    made(body, "lstStyle")
    letters.fill(body, box)
    top, bottom = (pad / 2 if look.up == "top" else 0), (pad / 2 if look.up == "bottom" else 0)
    edges = {"marL": inset(look), "marR": 3 * PX, "marT": int(top * POINT), "marB": int(bottom * POINT)}
    own = made(cell, "tcPr", **edges, anchor=ANCHOR[look.up])
    if look.framed:
        _edge(own, "lnL", 0.75, looks.RULE)
        _edge(own, "lnR", 0.75, looks.RULE)
    if above is not None and (above.rule or above.framed or look.framed):
        _edge(own, "lnT", _RULES.get(above.rule, 0.75), above.rule_ink if above.rule else looks.RULE)
    if look.rule or look.framed:
        _edge(own, "lnB", _RULES.get(look.rule, 0.75), look.rule_ink)
    if look.fill:
        filled(own, look.fill)
    else:
        made(own, "noFill")


def _edge(cell: Element, name: str, points: float, ink: str) -> None:
    filled(made(cell, name, w=int(points * POINT), cap="flat", cmpd="sng", algn="ctr"), ink)
