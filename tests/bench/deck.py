"""The cost of a deck compared with openpyxl writing the same cells, styles, sizes and charts from a list."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook
from sqlalchemy.orm import Session

from cogwg.briefing.compose import compose_deck
from cogwg.briefing.render import render
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import build_engine
from tests.bench.measure import CostPair, least_of_rounds

STYLE_ATTRIBUTES = ("font", "fill", "border", "alignment", "number_format")


@dataclass(frozen=True)
class SheetCells:
    """A sheet as plain lists, since the baseline knows nothing of decks."""

    title: str
    cells: list[tuple[int, int, Any, tuple[Any, ...] | None]]
    widths: dict[str, float]
    heights: dict[int, float]
    merged: list[str]
    charts: list[Any]


def compare_decks(url: str, year: int, meeting: date, rounds: int) -> CostPair:
    """Return the processor time of composing and drawing the deck, and of only writing its cells."""
    engine = build_engine(url)

    def ours() -> bytes:
        with Session(engine) as session:
            deck = compose_deck(
                session,
                year=year,
                meeting_on=meeting,
                audience=Bilingual("Joint Councils", "Conseils mixtes"),
                today=meeting,
            )
        return render(deck, "xlsx", Language.EN)

    plain = _read_cells(ours())
    result = least_of_rounds([(_measure_cpu(ours), _measure_cpu(lambda: _write_cells(plain))) for _ in range(rounds)])
    engine.dispose()
    return result


def _measure_cpu(act: Callable[[], bytes]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def _read_cells(content: bytes) -> list[SheetCells]:
    shared: dict[Any, tuple[Any, ...]] = {}

    def style(cell: Any) -> tuple[Any, ...] | None:
        if not cell.has_style:
            return None
        return shared.setdefault(cell.style_id, tuple(copy(getattr(cell, name)) for name in STYLE_ATTRIBUTES))

    return [
        SheetCells(
            sheet.title,
            [
                (c.row, c.column, c.value, style(c))
                for row in sheet.iter_rows()
                for c in row
                if c.value is not None or c.has_style
            ],
            {name: d.width for name, d in sheet.column_dimensions.items()},
            {n: d.height for n, d in sheet.row_dimensions.items() if d.height},
            [str(area) for area in sheet.merged_cells.ranges],
            list(sheet._charts),
        )
        for sheet in load_workbook(io.BytesIO(content)).worksheets
    ]


def _write_cells(sheets: list[SheetCells]) -> bytes:
    """Write the cells efficiently: each distinct style is created once and then referred to."""
    book = Workbook()
    made: dict[int, Any] = {}
    book.remove(book.worksheets[0])
    for plain in sheets:
        sheet = book.create_sheet(plain.title)
        for row, column, value, style in plain.cells:
            cell = sheet.cell(row, column)
            if type(cell).__name__ != "MergedCell" and value is not None:
                cell.value = value
            if style is not None and id(style) in made:
                cell._style = copy(made[id(style)])
            elif style is not None:
                for name, kind in zip(STYLE_ATTRIBUTES, style, strict=True):
                    setattr(cell, name, kind)
                made[id(style)] = cell._style
        for name, width in plain.widths.items():
            sheet.column_dimensions[name].width = width
        for number, height in plain.heights.items():
            sheet.row_dimensions[number].height = height
        for area in plain.merged:
            sheet.merge_cells(area)
        for chart in plain.charts:
            sheet.add_chart(copy(chart))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
