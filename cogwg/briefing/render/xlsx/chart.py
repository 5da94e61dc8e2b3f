"""Native charts: stacked bars or columns in the colours of the table below them. The table's header is the legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart import Series as series_of
from openpyxl.chart.data_source import AxDataSource, NumData, NumVal, StrData, StrRef, StrVal
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

from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.page import WIDTH, LaidOutPage, SeriesKey, StackedChart

EMU = 9525
"""The number of EMU (the unit of DrawingML) per px."""
_AXIS_MARGIN = 1.03
"""The axis is longer than the longest bar by this factor, because worksheet columns are drawn slightly narrower than their
nominal width."""
_LYING = ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=0.315, y=0.02, w=0.675, h=0.96)
_UPRIGHT = ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=0.02, y=0.02, w=0.96, h=0.88)


def add_chart(chart_spec: StackedChart, sheet: Worksheet, page: LaidOutPage) -> None:
    """Add a chart to the sheet, in the line above the table's header."""
    header = page.header_at
    if header is None:
        return
    chart = _bar_chart(chart_spec)
    rows = [line for line, _ in page.lines[header + 1 : header + 1 + chart_spec.rows]]
    names = Reference(sheet, min_col=1, min_row=header + 2, max_row=header + 1 + chart_spec.rows)
    categories = AxDataSource(strRef=StrRef(f=str(names), strCache=_texts([row.boxes[0].text for row in rows])))
    for at, counted in enumerate(chart_spec.series, 2):
        values = Reference(sheet, min_col=at, min_row=header + 1, max_row=header + 1 + chart_spec.rows)
        series: Any = _chart_series(values, counted, 12 if chart_spec.is_upright else 14)
        series.tx.strRef.strCache = _texts([page.lines[header][0].boxes[at - 1].text])
        series.val.numRef.numCache = _numbers([row.boxes[at - 1].value for row in rows])
        series.cat = categories
        chart.series.append(series)
    row, height = header - 1, page.lines[header - 1][1]
    size = XDRPositiveSize2D((WIDTH - 4) * EMU, (int(height * 4 / 3) - 8) * EMU)
    place: Any = OneCellAnchor(_from=AnchorMarker(col=0, row=row, rowOff=2 * EMU), ext=size)
    chart.anchor = place
    sheet.add_chart(chart)


def _texts(texts: Sequence[str]) -> Any:
    """Return the texts to store in the chart, for viewers that do not calculate the workbook."""
    made: Any = StrData
    return made(ptCount=len(texts), pt=[StrVal(idx=n, v=text) for n, text in enumerate(texts)])


def _numbers(values: Sequence[object]) -> Any:
    """Return the numbers to store in the chart, for viewers that do not calculate the workbook."""
    made: Any = NumData
    return made(formatCode="General", ptCount=len(values), pt=[NumVal(idx=n, v=value) for n, value in enumerate(values)])


def _bar_chart(chart_spec: StackedChart) -> BarChart:
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col" if chart_spec.is_upright else "bar", "stacked", 100, 45
    chart.legend = None
    chart.x_axis.scaling.orientation = "minMax" if chart_spec.is_upright else "maxMin"
    chart.x_axis.delete, chart.y_axis.delete = False, True
    chart.x_axis.majorTickMark = "out"
    chart.x_axis.txPr = _rich_text(13)
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, chart_spec.longest_total * _AXIS_MARGIN
    chart.y_axis.majorGridlines = None
    chart.layout = Layout(manualLayout=_UPRIGHT if chart_spec.is_upright else _LYING)
    chart.graphical_properties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    return chart


def _chart_series(values: Reference, key: SeriesKey, size: int) -> Series:
    series: Series = series_of(values, title_from_data=True)
    style = styles.of_series(key)
    series.graphicalProperties = GraphicalProperties(solidFill=style.fill or styles.WHITE)
    if key is None:
        pattern = PatternFillProperties(prst="ltUpDiag", fgClr=_colour(styles.RULE), bgClr=_colour(styles.WHITE))
        series.graphicalProperties = GraphicalProperties(pattFill=pattern)
    series.graphicalProperties.line = LineProperties(solidFill=styles.NAVY, w=EMU)
    series.dLbls = DataLabelList(
        numFmt="0;;;", showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    series.dLbls.txPr = _rich_text(size, bold=True, colour=style.colour if style.fill == styles.RED else styles.INK)
    return series


def _colour(rgb: str) -> Any:
    """Return a colour for a drawing. The result is ``Any``, because openpyxl's types describe only the colours that its reader
    creates.
    """
    made: Any = ColorChoice
    return made(srgbClr=rgb)


def _rich_text(size: int, *, bold: bool = False, colour: str = styles.INK) -> RichText:
    properties = CharacterProperties(sz=size * 100, b=bold, solidFill=colour, latin=Font(typeface=styles.FONT_FACE))
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)])
