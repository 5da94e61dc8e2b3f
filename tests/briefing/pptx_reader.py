"""PowerPoint files read back with python-pptx: texts, positions of shapes, and heights of texts."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from cogwg.briefing.deck import Deck
from cogwg.briefing.render import FORMATS
from cogwg.briefing.render.pages import measure
from cogwg.core.bilingual import Language
from tests.drawing import render_once

POINT, PX = 12700, 9525


def read_presentation(deck: Deck, lang: Language) -> Any:
    """Render the deck as PowerPoint and read it back."""
    if not FORMATS["pptx"].is_available():
        pytest.skip("no python-pptx: pip install 'cogwg[pptx]'")
    from pptx import Presentation

    return Presentation(BytesIO(render_once(deck, "pptx", lang)))


def text_frames(slide: Any) -> Iterator[tuple[Any, int, int]]:
    """Yield every text frame and table cell of a slide with its width and height, margins included."""
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame, shape.width, shape.height
        if shape.has_table:
            rows, columns = list(shape.table.rows), list(shape.table.columns)
            for n, row in enumerate(rows):
                for m in range(len(columns)):
                    cell = shape.table.cell(n, m)
                    if not cell.is_spanned:
                        wide = sum(column.width for column in columns[m : m + (cell.span_width or 1)])
                        yield cell, wide, row.height


def frame_texts(slide: Any) -> list[str]:
    return [frame.text for frame, _, _ in text_frames(slide)]


def find_overflowing_texts(slide: Any) -> list[str]:
    """Return the texts whose measured lines do not fit their frame."""
    return [frame.text for frame, wide, high in text_frames(slide) if _needed_height(frame, wide) > high / POINT + 0.1]


def _needed_height(frame: Any, wide: int) -> float:
    """Return the height of a text in points, at PowerPoint's line height of 1.2 times the font size."""
    left, right, above, below = _margins(frame)
    available_width, high = (wide - left - right) / PX, (above + below) / POINT
    for paragraph in getattr(frame, "text_frame", frame).paragraphs:
        run = paragraph.runs[0] if paragraph.runs else None
        if run is None or run.font.size is None:
            continue
        lines = measure.line_starts(paragraph.text, run.font.size.pt, bool(run.font.bold), available_width)
        before = paragraph.space_before.pt if paragraph.space_before is not None else 0
        high += len(lines) * run.font.size.pt * 1.2 + before
    return high


def _margins(frame: Any) -> list[int]:
    """Return the left, right, top and bottom margin; a placeholder without its own has those of its layout."""
    if not hasattr(frame, "text_frame") and frame._txBody.bodyPr.get("tIns") is None:
        return [int(frame._txBody.bodyPr.get("lIns", 3 * PX)), 3 * PX, 0, 0]
    return [frame.margin_left, frame.margin_right, frame.margin_top, frame.margin_bottom]
