"""Write one measured page to one slide: title and topic in their placeholders, then tables, texts and charts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.headline import TITLE_STYLES, title_position
from cogwg.briefing.render.pages.page import ContentBox, LaidOutPage, PageLine, TableSpan
from cogwg.briefing.render.pages.styles import Style
from cogwg.briefing.render.pptx import chart, labels
from cogwg.briefing.render.pptx.markup import ANCHORS, NO_FILL, POINT, PX, solid_fill
from cogwg.briefing.render.pptx.master import LEFT, TOP, WIDTH, MasterBuilder
from cogwg.briefing.render.pptx.shapes import Place, SlideShapes
from cogwg.briefing.render.pptx.table import TableGrid
from cogwg.briefing.render.pptx.text_runs import TextWriter, text_inset
from cogwg.core.bilingual import Bilingual

_COVER_STYLES = (styles.COVER_TITLE, styles.COVER_TITLE_LONG)

_LAYOUT_STYLES = (styles.COVER_FOOT, styles.COVER_RULE, styles.DIVIDER_FOOT)
"""The styles of the shapes that are part of the layouts of the cover and the divider."""
_SUBTITLE_STYLES = (styles.COVER_REPORT,)


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of the page with its position: its index, and its top edge and height in points."""

    at: int
    line: PageLine
    top: float
    height: float

    @property
    def style(self) -> Style | None:
        return next((box.style for box in self.line.boxes.values()), None)

    def has_style(self, *kinds: Style) -> bool:
        """Return whether the first box has one of these styles, whatever its size."""
        return self.style is not None and any(self.style.is_named_like(kind) for kind in kinds)


def place_lines(page: LaidOutPage) -> list[PlacedLine]:
    placed, top = [], 0.0
    for at, (line, height) in enumerate(page.lines):
        placed.append(PlacedLine(at, line, top, height))
        top += height
    return placed


def layout_for_page(master: MasterBuilder, page: LaidOutPage) -> Any:
    """Return the layout that fits the style and the height of the page's title."""
    placed = place_lines(page)
    title = placed[title_position(page)]
    style = title.style or styles.TITLE
    if title.has_style(*TITLE_STYLES):
        return master.page_layout(style, int(title.top * POINT), int(title.height * POINT))
    block_bottom = max((p.top + p.height for p in placed if p.has_style(*_LAYOUT_STYLES)), default=title.height)
    return master.block_layout(
        style, int(title.height * POINT), int(block_bottom * POINT), cover=title.has_style(*_COVER_STYLES)
    )


@dataclass(frozen=True, slots=True)
class SlideWriter:
    """Writes one measured page to one slide."""

    shapes: SlideShapes
    page: LaidOutPage
    text_writer: TextWriter

    @property
    def title(self) -> str:
        return self.page.lines[title_position(self.page)][0].boxes[0].text

    def write(self, write_mark: Callable[[], None]) -> None:
        """Write the title and the topic, then the deck's mark (with ``write_mark``), then the rest of the page."""
        rest = place_lines(self.page)
        title = rest.pop(title_position(self.page)).line.boxes[0]
        name = labels.LAYOUT_TITLE.text(self.text_writer.lang)
        self.shapes.add_placeholder(name, 'type="title"', self.text_writer.paragraphs(title))
        rest = [p for p in rest if not p.has_style(*_LAYOUT_STYLES)]
        topic_lines = [p for p in rest if p.has_style(styles.TOPIC, *_SUBTITLE_STYLES)]
        if topic_lines:
            self._topic(topic_lines)
        write_mark()
        for block in _blocks([p for p in rest if p not in topic_lines], self.page):
            self._block(block)
        self.shapes.add_group(self.page, self.text_writer.lang, (LEFT, TOP))

    def _topic(self, topic_lines: Sequence[PlacedLine]) -> None:
        """Write the topic, or the lines of the cover, as paragraphs of one placeholder."""
        boxes = [p.line.boxes[0] for p in topic_lines]
        spacing = [p.height - box.height(WIDTH) for p, box in zip(topic_lines, boxes, strict=True)]
        top, bottom = topic_lines[0].top, topic_lines[-1].top + topic_lines[-1].height
        if topic_lines[0].has_style(*_SUBTITLE_STYLES):
            top += spacing[0]
        anchor = "t" if len(topic_lines) > 1 else "b"
        self.shapes.add_placeholder(
            labels.LAYOUT_TOPIC.text(self.text_writer.lang),
            'type="body" idx="1"',
            self.text_writer.paragraphs(*boxes, space_before=(0, *spacing[1:])),
            body_properties=f'<a:bodyPr lIns="{text_inset(boxes[0].style)}" anchor="{anchor}"/>',
            place=_place(0, WIDTH, top, bottom - top),
        )

    def _block(self, block: Sequence[PlacedLine]) -> None:
        first = block[0]
        if not first.line.boxes:
            self._chart(first)
        elif _is_in_table(first, self.page):
            for span in self._spans(block):
                self._table(span, block)
        else:
            for at, box in first.line.boxes.items():
                self._text(at, box, first)

    def _spans(self, block: Sequence[PlacedLine]) -> Sequence[TableSpan]:
        heads = block[0].line.heads
        if heads is not None:
            return (heads,)
        whole = (TableSpan(0, len(self.page.body.columns) - 1),)
        return self.page.body.tables or whole

    def _table(self, span: TableSpan, block: Sequence[PlacedLine]) -> None:
        """Write the lines that have boxes in these columns as a native table."""
        span_range = range(span.first, span.last + 1)
        filled = [n for n, p in enumerate(block) if any(at in span_range for at in p.line.boxes)]
        if not filled:
            return
        rows = block[filled[0] : filled[-1] + 1]
        columns = self.page.body.columns
        headed = self.page.is_header(block[0].at) or rows[0].has_style(styles.HEADER)
        grid = TableGrid.of_lines(columns, span, [(p.line, p.height) for p in rows], has_header=headed)
        left, top, _, _ = _place(sum(columns[: span.first]), 0, rows[0].top, 0)
        self.shapes.add_frame(
            self._numbered(labels.TABLE),
            self.title if headed else "",
            (left, top, grid.width, sum(grid.heights)),
            "table",
            grid.xml(self.text_writer),
        )

    def _text(self, at: int, box: ContentBox, placing: PlacedLine) -> None:
        if not box.paras and not box.style.fill:
            return
        columns = self.page.body.columns
        style = box.style
        self.shapes.add_text_box(
            self._numbered(labels.TEXT),
            _place(sum(columns[:at]), sum(columns[at : at + box.span]), placing.top, placing.height),
            self.text_writer.paragraphs(box),
            inset=text_inset(style),
            anchor=ANCHORS[style.vertical],
            fill=_outlined_fill(style.fill) if style.fill else NO_FILL,
        )

    def _chart(self, placing: PlacedLine) -> None:
        drawn, header = self.page.body.chart, self.page.header_at
        if drawn is None or header is None or header != placing.at + 1:
            return
        rows = [line for line, _ in self.page.lines[header + 1 : header + 1 + drawn.rows]]
        self.shapes.add_frame(
            self._numbered(labels.CHART),
            self.page.body.chart_description or self.title,
            _place(0, WIDTH, placing.top + 2, placing.height - 6),
            "chart",
            chart.chart_xml(self.shapes.part, self.text_writer.lang, drawn, self.page.lines[header][0], rows),
        )

    def _numbered(self, name: Bilingual) -> str:
        return self.shapes.numbered(name.text(self.text_writer.lang))


def _blocks(placed_lines: Sequence[PlacedLine], page: LaidOutPage) -> Iterator[list[PlacedLine]]:
    """Yield lines that belong together: those of a table, and every other line by itself."""
    block: list[PlacedLine] = []
    for placing in placed_lines:
        continues = _is_in_table(placing, page) and not page.is_header(placing.at)
        if block and not (continues and _is_in_table(block[-1], page)):
            yield block
            block = []
        block.append(placing)
    if block:
        yield block


def _is_in_table(placing: PlacedLine, page: LaidOutPage) -> bool:
    return bool(placing.line.boxes) and (placing.line.is_table_row or page.is_header(placing.at))


def _outlined_fill(colour: str) -> str:
    """Return a fill with an outline in the same colour, so that there is no visible gap between two filled boxes
    side by side.
    """
    return f'{solid_fill(colour)}<a:ln w="{PX}">{solid_fill(colour)}</a:ln>'


def _place(left: int, width: int, top: float, height: float) -> Place:
    """Convert a position and size on the page (px across, points down) to EMU on the slide."""
    return LEFT + left * PX, TOP + int(top * POINT), width * PX, int(height * POINT)
