"""Progress by priority: a native chart above the table it draws from, whose coloured header is its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart import Series as series_of
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.series import Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.worksheet.worksheet import Worksheet

from cogwg.briefing.deck import ProgressRow, ProgressSlide
from cogwg.briefing.render import wording
from cogwg.briefing.render.xlsx import looks
from cogwg.briefing.render.xlsx.page import WIDTH, Body, Box, Line, Placed, TableSpan, words
from cogwg.briefing.render.xlsx.setting import Setting
from cogwg.core.bilingual import Bilingual
from cogwg.core.scale import Status, Timeliness

Counted = Status | Timeliness | None
EMU = 9525
"""The units of a drawing in a px."""
_FIRST = 300
_A_PAGE = 6
_AIR = 1.03
"""Columns draw a little narrower than they say; the longest bar stays inside."""
_SMALLEST = 96.0


def bodies(slide: ProgressSlide, setting: Setting) -> list[Body]:
    """Six priorities a page; the totals stand on the last."""
    shares = [slide.rows[n : n + _A_PAGE] for n in range(0, len(slide.rows), _A_PAGE)] or [()]
    most = max((sum(row.counts) for row in slide.rows), default=1)
    return [_body(slide, share, n == len(shares), most, setting) for n, share in enumerate(shares, 1)]


def _body(slide: ProgressSlide, rows: Sequence[ProgressRow], last: bool, most: int, setting: Setting) -> Body:
    each, more = divmod(WIDTH - _FIRST, max(len(slide.series), 1))
    columns = (_FIRST + more, *([each] * len(slide.series))) if slide.series else (WIDTH,)
    labelled = [(Bilingual(f"{row.number}. {row.short.en}", f"{row.number}. {row.short.fr}"), row.counts) for row in rows]
    lines = [_line(setting.say(label), counts) for label, counts in labelled]
    if last:
        lines.append(_line(setting.say(wording.ALL_PRIORITIES), slide.totals, total=True))
    chart = Line({}, least=max(_SMALLEST, 38.0 * len(rows)), grows=True)
    drawn = _Chart(slide, len(rows), most) if rows and slide.series else None
    return Body(
        columns,
        tuple(lines),
        lead=(chart,) if drawn else (),
        header=_header(slide, setting),
        tables=(TableSpan(0, len(slide.series)),),
        decorate=drawn.draw if drawn else None,
    )


def _header(slide: ProgressSlide, setting: Setting) -> Line:
    boxes: dict[int, Box] = {0: setting.box(looks.HEADER, wording.ACTIVITIES)}
    for at, series in enumerate(slide.series, 1):
        boxes[at] = setting.box(looks.of_series(series), wording.series_word(series))
    return Line(boxes, pad=12)


def _line(label: str, counts: Sequence[int], *, total: bool = False) -> Line:
    boxes: dict[int, Box] = {0: words(looks.TOTAL_LABEL if total else looks.LABEL, label)}
    for at, count in enumerate(counts, 1):
        boxes[at] = Box(looks.TOTAL if total else looks.COUNT, value=count)
    return Line(boxes, pad=4.5, row=True)


@dataclass(frozen=True, slots=True)
class _Chart:
    """A stacked bar a priority, in the colours of the table's header."""

    slide: ProgressSlide
    rows: int
    most: int

    def draw(self, sheet: Worksheet, placed: Placed) -> None:
        header = placed.header_at
        if header is None:
            return
        chart = _bars(self.most)
        names = Reference(sheet, min_col=1, min_row=header + 2, max_row=header + 1 + self.rows)
        for at, series in enumerate(self.slide.series, 2):
            values = Reference(sheet, min_col=at, min_row=header + 1, max_row=header + 1 + self.rows)
            chart.series.append(_series(values, series))
        chart.set_categories(names)
        row, high = header - 1, placed.lines[header - 1][1]
        size = XDRPositiveSize2D((WIDTH - 4) * EMU, (int(high * 4 / 3) - 8) * EMU)
        place: Any = OneCellAnchor(_from=AnchorMarker(col=0, row=row, rowOff=2 * EMU), ext=size)
        chart.anchor = place
        sheet.add_chart(chart)


def _bars(most: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "stacked", 100, 45
    chart.legend = None
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete, chart.y_axis.delete = False, True
    chart.x_axis.majorTickMark = "out"
    chart.x_axis.txPr = _type(13)
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, most * _AIR
    chart.y_axis.majorGridlines = None
    chart.layout = Layout(
        manualLayout=ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=0.315, y=0.02, w=0.675, h=0.96)
    )
    chart.graphical_properties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    return chart


def _series(values: Reference, counted: Counted) -> Series:
    series: Series = series_of(values, title_from_data=True)
    look = looks.of_series(counted)
    series.graphicalProperties = GraphicalProperties(solidFill=look.fill)
    if isinstance(counted, Timeliness):
        pattern = PatternFillProperties(prst="ltUpDiag", fgClr=_colour(looks.RULE), bgClr=_colour(looks.WHITE))
        series.graphicalProperties = GraphicalProperties(pattFill=pattern)
    series.graphicalProperties.line = LineProperties(solidFill=looks.NAVY, w=EMU)
    series.dLbls = DataLabelList(
        numFmt="0;;;", showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    series.dLbls.txPr = _type(14, bold=True)
    return series


def _colour(rgb: str) -> Any:
    """A colour of a drawing, whose types ask for what its reader makes."""
    made: Any = ColorChoice
    return made(srgbClr=rgb)


def _type(size: int, *, bold: bool = False) -> RichText:
    letters = CharacterProperties(sz=size * 100, b=bold, solidFill=looks.INK, latin=Font(typeface=looks.FACE))
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=letters), endParaRPr=letters)])
