"""One measured page on one slide: its title and message in their placeholders, then tables, texts and charts in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.looks import Look
from cogwg.briefing.render.pages.page import WIDTH, Box, Line, Placed, TableSpan
from cogwg.briefing.render.pptx import chart, words
from cogwg.briefing.render.pptx.letters import POINT, PX, Letters, a, inset
from cogwg.briefing.render.pptx.master import LEFT, TOP, Master
from cogwg.briefing.render.pptx.table import Grid

_USUAL = (looks.TITLE, looks.TITLE_LONG)
_COVER = (looks.COVER_TITLE, looks.COVER_TITLE_LONG)

_GROUND = (looks.COVER_FOOT, looks.COVER_RULE, looks.DIVIDER_FOOT)
"""What stands in the layouts of the cover and the divider."""
_SUBTITLE = (looks.COVER_REPORT, looks.COVER_LINE, looks.COVER_DATE, looks.COVER_SMALL)


@dataclass(frozen=True, slots=True)
class Placing:
    """A line of the page where it comes to lie: its row, and its top and height in points."""

    at: int
    line: Line
    top: float
    high: float

    @property
    def look(self) -> Look | None:
        return next((box.look for box in self.line.boxes.values()), None)

    @property
    def alone(self) -> bool:
        """Whether its texts need no table to stand together."""
        looks_ = [box.look for box in self.line.boxes.values()]
        return len(looks_) == 1 or all(look == looks.HEADING for look in looks_)


def placings(placed: Placed) -> list[Placing]:
    found, top = [], 0.0
    for at, (line, high) in enumerate(placed.lines):
        found.append(Placing(at, line, top, high))
        top += high
    return found


def layout(master: Master, placed: Placed) -> Any:
    """The layout a page needs, by the look and the height of its title."""
    own = placings(placed)
    title = own[0]
    look = title.look
    if look in _USUAL:
        return master.page(look, int(title.high * POINT))
    ground = max((p.top + p.high for p in own if p.look in _GROUND), default=title.high)
    return master.block(look or looks.TITLE, int(title.high * POINT), int(ground * POINT), cover=look in _COVER)


@dataclass(slots=True)
class Sheet:
    """A slide being filled with a page."""

    slide: Any
    placed: Placed
    letters: Letters

    @property
    def title(self) -> str:
        return self.placed.lines[0][0].boxes[0].text

    def fill(self) -> None:
        rest = placings(self.placed)
        self._title(rest[0])
        rest = [p for p in rest[1:] if p.look not in _GROUND]
        said = [p for p in rest if p.look is looks.MESSAGE or p.look in _SUBTITLE]
        self._message(said)
        for block in _blocks([p for p in rest if p not in said], self.placed):
            self._block(block)

    def _title(self, placing: Placing) -> None:
        holder = self.slide.shapes.title
        holder.name = words.LAYOUT_TITLE.text(self.letters.lang)
        self.letters.fill(holder._element.txBody, placing.line.boxes[0])

    def _message(self, said: Sequence[Placing]) -> None:
        """The message, or the lines of a cover, as the paragraphs of one placeholder; without any it goes."""
        holder = next(shape for shape in self.slide.placeholders if shape.placeholder_format.idx == 1)
        if not said:
            holder._element.getparent().remove(holder._element)
            return
        holder.name = words.LAYOUT_MESSAGE.text(self.letters.lang)
        boxes = [p.line.boxes[0] for p in said]
        air = [p.high - box.height(WIDTH) for p, box in zip(said, boxes, strict=True)]
        top, bottom = said[0].top, said[-1].top + said[-1].high
        if said[0].look in _SUBTITLE:
            top += air[0]
        _place(holder, top, bottom - top)
        body = holder._element.txBody
        properties = body.find(a("bodyPr"))
        properties.set("lIns", str(inset(boxes[0].look)))
        if len(said) > 1:
            properties.set("anchor", "t")
        elif not self._marked():
            properties.set("anchor", "b")
        self.letters.fill(body, *boxes, air=(0, *air[1:]))

    def _marked(self) -> bool:
        """Whether a mark keeps the message away from the rule above it."""
        return any(box.look == looks.MARK for line, _ in self.placed.lines for box in line.boxes.values())

    def _block(self, block: Sequence[Placing]) -> None:
        first = block[0]
        if not first.line.boxes:
            self._chart(first)
        elif first.alone and len(block) == 1 and not self._tabled(first):
            for at, box in first.line.boxes.items():
                self._text(at, box, first)
        else:
            for span in self._spans(block):
                self._table(span, block)

    def _tabled(self, placing: Placing) -> bool:
        return bool(self.placed.body.tables) and (placing.line.row or placing.at == self.placed.header_at)

    def _spans(self, block: Sequence[Placing]) -> Sequence[TableSpan]:
        return self.placed.body.tables if self._tabled(block[0]) else (TableSpan(0, len(self.placed.body.columns) - 1),)

    def _table(self, span: TableSpan, block: Sequence[Placing]) -> None:
        """The lines that have something in these columns, as a native table."""
        own = range(span.first, span.last + 1)
        filled = [n for n, p in enumerate(block) if any(at in own for at in p.line.boxes)]
        if not filled:
            return
        rows = block[filled[0] : filled[-1] + 1]
        columns = self.placed.body.columns
        headed = block[0].at == self.placed.header_at
        grid = Grid(columns[span.first : span.last + 1], [(p.line, p.high) for p in rows], span.first, headed)
        left = LEFT + sum(columns[: span.first]) * PX
        frame = self.slide.shapes.add_table(1, 1, left, TOP + int(rows[0].top * POINT), grid.width, sum(grid.heights))
        self._name(frame, words.TABLE.text(self.letters.lang), self.title if headed else "")
        data = frame._element.graphic.graphicData
        data.replace(data.tbl, grid.xml(self.letters))

    def _text(self, at: int, box: Box, placing: Placing) -> None:
        if not box.paras:
            return
        columns = self.placed.body.columns
        left, wide = LEFT + sum(columns[:at]) * PX, sum(columns[at : at + box.span]) * PX
        shape = self.slide.shapes.add_textbox(left, TOP + int(placing.top * POINT), wide, int(placing.high * POINT))
        name = words.MARK if box.look == looks.MARK else words.TEXT
        self._name(shape, name.text(self.letters.lang), "")
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left, frame.margin_right, frame.margin_top, frame.margin_bottom = inset(box.look), 3 * PX, 0, 0
        frame._txBody.find(a("bodyPr")).set("anchor", {"top": "t", "center": "ctr", "bottom": "b"}[box.look.up])
        self.letters.fill(frame._txBody, box)

    def _chart(self, placing: Placing) -> None:
        drawn, header = self.placed.body.chart, self.placed.header_at
        if drawn is None or header is None or header != placing.at + 1:
            return
        rows = [line for line, _ in self.placed.lines[header + 1 : header + 1 + drawn.rows]]
        frame = chart.draw(
            self.slide,
            drawn,
            self.placed.lines[header][0],
            rows,
            (LEFT, TOP + int((placing.top + 2) * POINT)),
            placing.high - 6,
        )
        self._name(frame, words.CHART.text(self.letters.lang), self.placed.body.told or self.title)

    def _name(self, shape: Any, name: str, said: str) -> None:
        own = shape._element.xpath(".//p:cNvPr")[0]
        own.set("name", f"{name} {own.get('id')}")
        if said:
            own.set("descr", said)


def _blocks(rest: Sequence[Placing], placed: Placed) -> Iterator[list[Placing]]:
    """Lines that stand together: those of the tables, runs of lines with columns, and each of the others alone."""
    block: list[Placing] = []
    for placing in rest:
        kind = _kind(placing, placed)
        if block and (kind in ("text", "chart") or kind != _kind(block[-1], placed)):
            yield block
            block = []
        block.append(placing)
    if block:
        yield block


def _kind(placing: Placing, placed: Placed) -> str:
    if not placing.line.boxes:
        return "chart"
    if placed.body.tables and (placing.line.row or placing.at == placed.header_at):
        return "table"
    return "text" if placing.alone else "columns"


def _place(shape: Any, top: float, high: float) -> None:
    shape.left, shape.top, shape.width, shape.height = LEFT, TOP + int(top * POINT), WIDTH * PX, int(high * POINT)
