"""The width and height of texts, from which the layouts set row heights and page breaks.

Widths are those of Liberation Sans, which has Arial's metrics, measured once (tests/briefing/make_widths.py). In a comparison
with LibreOffice of 390 cases, the margin of 3% gave at worst one line too many, and never one too few.
"""

from __future__ import annotations

import json
import math
import re
from functools import cache, lru_cache
from importlib import resources

GUTTER_WIDTH = 7
INDENT_WIDTH = 13
_SAFETY_FACTOR = 0.97
_UNKNOWN_CHARACTER_WIDTH = 1000
_TAB_SPACES = 8
_WORD = re.compile(r"[^ \t]+(?:[ \t]+[)\]}!?:;,»/][^ \t]*)*")
"""A word with the punctuation after it that may not begin a line, even if a space comes before the punctuation."""


@cache
def _width_table(bold: bool) -> dict[str, int]:
    source = resources.files(__package__).joinpath("widths.json").read_text(encoding="ascii")
    runs = json.loads(source)["bold" if bold else "regular"]
    known = {chr(first + n): width for first, run in runs for n, width in enumerate(run)}
    known["\t"] = _TAB_SPACES * known[" "]
    return known


@lru_cache(maxsize=20_000)
def _text_units(text: str, bold: bool) -> int:
    known = _width_table(bold)
    return sum(known.get(c, _UNKNOWN_CHARACTER_WIDTH) for c in text)


def usable_width(column_width: int, indent: int) -> float:
    """Return the width in px that a text may use in a column of this width."""
    return (column_width - GUTTER_WIDTH - INDENT_WIDTH * indent) * _SAFETY_FACTOR


def text_width(text: str, size: float, bold: bool) -> float:
    """Return the width in px of a text on one line."""
    return _text_units(text, bold) * size * 4 / 3000


def column_width(text: str, size: float, *, indent: int) -> int:
    """Return the width in px of a column that holds a text on one line."""
    return math.ceil(text_width(text, size, bold=False) / _SAFETY_FACTOR) + GUTTER_WIDTH + INDENT_WIDTH * indent


@lru_cache(maxsize=20_000)
def line_height(text: str, size: float) -> float:
    """Return the height of one line in points, as in Excel; a line with characters of unknown width gets more."""
    known = _width_table(False)
    has_unknown = any(c not in known and c != "\n" for c in text)
    return math.ceil(size * (1.6 if has_unknown else 1.25) / 0.75) * 0.75


@lru_cache(maxsize=20_000)
def line_starts(text: str, size: float, bold: bool, line_width: float) -> tuple[int, ...]:
    """Return the index in the text at which each line begins when the text is wrapped at ``line_width`` px."""
    limit = line_width * 3000 / 4 / size
    starts: list[int] = []
    at = 0
    for piece in text.split("\n"):
        starts.extend(at + start for start in _wrap_text(piece, bold, limit))
        at += len(piece) + 1
    return tuple(starts)


def _wrap_text(text: str, bold: bool, limit: float) -> list[int]:
    lines = [0]
    used, end = 0, 0
    for word in _WORD.finditer(text):
        gap = _text_units(text[end : word.start()], bold)
        word_width = _text_units(word.group(), bold)
        if used + gap + word_width <= limit:
            used += gap + word_width
        else:
            if used:
                lines.append(word.start())
            used = word_width
            if word_width > limit:
                used = _break_word(text, word.span(), bold, limit, lines)
        end = word.end()
    return lines


def _break_word(text: str, span: tuple[int, int], bold: bool, limit: float, lines: list[int]) -> int:
    """Break a word that is wider than the column at any character; return the width used on the last line."""
    known = _width_table(bold)
    used = 0
    for at in range(*span):
        width = known.get(text[at], _UNKNOWN_CHARACTER_WIDTH)
        if used and used + width > limit:
            lines.append(at)
            used = 0
        used += width
    return used
