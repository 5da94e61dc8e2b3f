"""Native charts in the colours of the table below, with their numbers in an embedded workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_MARK
from pptx.enum.dml import MSO_PATTERN
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION
from pptx.oxml import parse_xml
from pptx.parts.chart import ChartPart
from pptx.util import Pt

from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.page import PageLine, SeriesKey, StackedChart
from cogwg.briefing.render.pptx.markup import A, C
from cogwg.core.bilingual import Language

_LABEL_FORMAT = "0;;;"
"""A number format that shows no label for 0."""
_AXIS_MARGIN = 1.03
_LYING, _UPRIGHT = (0.315, 0.02, 0.675, 0.96), (0.02, 0.02, 0.96, 0.86)


def chart_xml(slide_part: Any, lang: Language, chart_spec: StackedChart, header: PageLine, rows: Sequence[PageLine]) -> str:
    """Add a chart of stacked bars or columns, one for each row of the table below; return the slide's reference to
    the chart.
    """
    data: Any = CategoryChartData(number_format="0")
    data.categories = [row.boxes[0].text for row in rows]
    for n in range(1, len(chart_spec.series) + 1):
        data.add_series(header.boxes[n].text, [_number(row, n) for row in rows])
    kind = XL_CHART_TYPE.COLUMN_STACKED if chart_spec.is_upright else XL_CHART_TYPE.BAR_STACKED
    part = ChartPart.new(kind, data, slide_part.package)
    chart = part.chart
    chart.has_legend, chart.has_title = False, False
    chart.font.name, chart.font.size = styles.FONT_FACE, Pt(14)
    chart.font.color.rgb = RGBColor.from_string(styles.INK)
    _format_axes(chart, chart_spec)
    plot = chart.plots[0]
    plot.overlap, plot.gap_width = 100, 45
    for plot_series, counted in zip(plot.series, chart_spec.series, strict=True):
        _format_series(plot_series, counted, 14)
    _number_axes(chart)
    for properties in chart._chartSpace.iter(f"{{{A}}}defRPr"):
        properties.set("lang", f"{lang.value}-CA")
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(f"{{{C}}}layout"):
        area.remove(old)
    area.insert(0, _layout(_UPRIGHT if chart_spec.is_upright else _LYING))
    return f'<c:chart xmlns:c="{C}" r:id="{slide_part.relate_to(part, RELATION.CHART)}"/>'


def _number_axes(chart: Any) -> None:
    """Number the axes from 1, because python-pptx gives them negative ids, which the schema does not allow."""
    ids = chart._chartSpace.xpath(".//c:axId/@val")
    numbers = {old: str(n) for n, old in enumerate(dict.fromkeys(ids), 1)}
    for reference in chart._chartSpace.xpath(".//c:axId | .//c:crossAx"):
        reference.set("val", numbers[reference.get("val")])


def _number(row: PageLine, at: int) -> int:
    value = row.boxes[at].value
    return value if isinstance(value, int) else 0


def _format_axes(chart: Any, chart_spec: StackedChart) -> None:
    names, values = chart.category_axis, chart.value_axis
    names.reverse_order = not chart_spec.is_upright
    names.major_tick_mark = XL_TICK_MARK.OUTSIDE
    names.format.line.fill.background()
    names.tick_labels.font.size = Pt(14)
    values.minimum_scale, values.maximum_scale = 0, chart_spec.longest_total * _AXIS_MARGIN
    values.has_major_gridlines, values.visible = False, False


def _format_series(series: Any, key: SeriesKey, size: int) -> None:
    style = styles.of_series(key)
    fill = series.format.fill
    if key is None:
        fill.patterned()
        fill.pattern = MSO_PATTERN.LIGHT_UPWARD_DIAGONAL
        fill.fore_color.rgb, fill.back_color.rgb = RGBColor.from_string(styles.RULE), RGBColor.from_string(styles.WHITE)
    else:
        fill.solid()
        fill.fore_color.rgb = RGBColor.from_string(style.fill or styles.WHITE)
    series.invert_if_negative = False
    series.format.line.color.rgb = RGBColor.from_string(styles.NAVY)
    series.format.line.width = Pt(0.75)
    labels = series.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = _LABEL_FORMAT, False
    labels.font.size, labels.font.bold = Pt(size), True
    labels.font.color.rgb = RGBColor.from_string(style.colour if style.fill == styles.RED else styles.INK)


def _layout(place: tuple[float, float, float, float]) -> Any:
    sides = "".join(f'<c:{name} val="{value}"/>' for name, value in zip("xywh", place, strict=True))
    return parse_xml(
        f'<c:layout xmlns:c="{C}"><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f"{sides}</c:manualLayout></c:layout>"
    )
