"""Make the table of character widths that text is measured with.

Run once: ``python tests/briefing/make_widths.py``. It reads Liberation Sans, whose widths are Arial's (on Debian:
fonts-liberation2), with Pillow at 1000 units to the em, so that the product itself needs neither. The table holds runs
of neighbouring characters: the first code point, then the width of each.
"""

from __future__ import annotations

import json
from pathlib import Path

from PIL import ImageFont

FONT_FOLDER = Path("/usr/share/fonts/truetype/liberation2")
WIDTHS_FILE = Path(__file__).parents[2] / "cogwg/briefing/render/pages/widths.json"
CODE_POINT_RANGES = [
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x370, 0x3FF),
    (0x400, 0x45F),
    (0x1E00, 0x1EFF),
    (0x2000, 0x22FF),
    (0x25A0, 0x25FF),
]
MISSING_GLYPH = "\u0378"
"""A code point that no font has: a glyph that is drawn like this one is missing."""


def _draw_glyph(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    mask, _ = font.getmask2(character)
    return bytes(mask) + bytes(repr(mask.size), "ascii")


def measure_widths(path: Path) -> list[list[int | list[int]]]:
    """Return runs of widths for the characters that the font has."""
    font = ImageFont.truetype(str(path), 1000, layout_engine=ImageFont.Layout.BASIC)
    small = ImageFont.truetype(str(path), 24, layout_engine=ImageFont.Layout.BASIC)
    missing = _draw_glyph(small, MISSING_GLYPH)
    runs: list[list[int | list[int]]] = []
    for first, last in CODE_POINT_RANGES:
        run: list[int] = []
        for point in range(first, last + 1):
            character = chr(point)
            known = _draw_glyph(small, character) != missing
            if known:
                run.append(round(font.getlength(character)))
            if run and (not known or point == last):
                runs.append([point - len(run) + (1 if known else 0), run])
                run = []
    return runs


if __name__ == "__main__":
    table = {face.lower(): measure_widths(FONT_FOLDER / f"LiberationSans-{face}.ttf") for face in ("Regular", "Bold")}
    WIDTHS_FILE.write_text(json.dumps(table, separators=(",", ":")) + "\n", encoding="ascii")
