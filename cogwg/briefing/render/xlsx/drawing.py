"""The drawing of a worksheet: its charts, which openpyxl writes, and shapes over its rows, which openpyxl cannot write."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.xml.functions import fromstring

from cogwg.briefing.render.drawn_shapes import POINT, PX, group_xml, page_frame
from cogwg.briefing.render.pages.page import LaidOutPage
from cogwg.core.bilingual import Language

_NAMESPACE = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_FIRST_ID = 100
"""The first id of the shapes; the ids of the charts begin at 1."""


class SheetDrawing(SpreadsheetDrawing):
    """A drawing that also has a group of shapes, given as the XML text of its anchor; the text is empty if there are none."""

    __elements__ = SpreadsheetDrawing.__elements__
    shapes = ""

    def __bool__(self) -> bool:
        charts: Any = self.charts
        return bool(charts) or bool(self.shapes)

    def _write(self) -> Any:
        parent: Any = super()
        tree = parent._write()
        if self.shapes:
            tree.append(fromstring(self.shapes))
        return tree


def anchored_shapes(page: LaidOutPage, lang: Language) -> str:
    """Return the XML of the shapes over a page's lines, anchored to the cells that they cover; empty if there are none.

    They are anchored at both edges of the page, so that an application that draws narrower columns also draws narrower shapes.
    """
    frame = page_frame(page)
    if frame is None:
        return ""
    left, top, width, height = frame
    columns = list(accumulate((px * PX for px in page.body.columns), initial=0))
    rows = list(accumulate((round(height * POINT) for _, height in page.lines), initial=0))
    corners = ((left, top), (left + width, top + height))
    start, end = (_corner(x, y, columns, rows) for x, y in corners)
    group = group_xml(page, lang, "", first_id=_FIRST_ID, frame=frame)
    return (
        f'<twoCellAnchor {_NAMESPACE} editAs="twoCell"><from>{start}</from><to>{end}</to>{group}<clientData/></twoCellAnchor>'
    )


def _corner(x: int, y: int, columns: Sequence[int], rows: Sequence[int]) -> str:
    (column, across), (row, down) = _cell(x, columns), _cell(y, rows)
    return f"<col>{column}</col><colOff>{across}</colOff><row>{row}</row><rowOff>{down}</rowOff>"


def _cell(at: int, edges: Sequence[int]) -> tuple[int, int]:
    """Return the index of the column or row at a position, and the distance of the position from its edge."""
    number = max((n for n, edge in enumerate(edges) if edge <= at), default=0)
    return number, max(at - edges[number], 0)
