"""How much room a text takes, since no application computes a row's height from the file.

Widths are those of Liberation Sans, which has Arial's metrics, measured once (tests/briefing/make_widths.py). The
margin of 3 % was measured against LibreOffice over 390 cases: at worst one line too many, never one too few.
"""

from __future__ import annotations

import json
import math
import re
from functools import cache, lru_cache
from importlib import resources

GUTTER = 7
INDENT = 13
_MARGIN = 0.97
_UNKNOWN = 1000
_TAB = 8
_WORDS = re.compile(r"[^ \t]+(?:[ \t]+[)\]}!?:;,»/][^ \t]*)*")
"""A word, with what may not begin a line even after a space."""


@cache
def _table(bold: bool) -> dict[str, int]:
    source = resources.files(__package__).joinpath("widths.json").read_text(encoding="ascii")
    runs = json.loads(source)["bold" if bold else "regular"]
    known = {chr(first + n): width for first, run in runs for n, width in enumerate(run)}
    known["\t"] = _TAB * known[" "]
    return known


@lru_cache(maxsize=20_000)
def _units(text: str, bold: bool) -> int:
    known = _table(bold)
    return sum(known.get(c, _UNKNOWN) for c in text)


def room(px: int, indent: int) -> float:
    """The px a text may use in a column of this width."""
    return (px - GUTTER - INDENT * indent) * _MARGIN


def width(text: str, size: float, bold: bool) -> float:
    """The px of a text on one line."""
    return _units(text, bold) * size * 4 / 3000


def outer(text: str, size: float, *, indent: int) -> int:
    """The px of the column that holds a text on one line."""
    return math.ceil(width(text, size, bold=False) / _MARGIN) + GUTTER + INDENT * indent


@lru_cache(maxsize=20_000)
def line_height(text: str, size: float) -> float:
    """The points of one line, as much as Excel gives; letters of another font may stand taller."""
    known = _table(False)
    strange = any(c not in known and c != "\n" for c in text)
    return math.ceil(size * (1.6 if strange else 1.25) / 0.75) * 0.75


@lru_cache(maxsize=20_000)
def starts(text: str, size: float, bold: bool, px: float) -> tuple[int, ...]:
    """Where each printed line of a text begins when it is wrapped in so many px."""
    limit = px * 3000 / 4 / size
    found: list[int] = []
    at = 0
    for piece in text.split("\n"):
        found.extend(at + start for start in _wrapped(piece, bold, limit))
        at += len(piece) + 1
    return tuple(found)


def _wrapped(text: str, bold: bool, limit: float) -> list[int]:
    lines = [0]
    used, end = 0, 0
    for word in _WORDS.finditer(text):
        gap = _units(text[end : word.start()], bold)
        own = _units(word.group(), bold)
        if used + gap + own <= limit:
            used += gap + own
        else:
            if used:
                lines.append(word.start())
            used = own
            if own > limit:
                used = _broken(text, word.span(), bold, limit, lines)
        end = word.end()
    return lines


def _broken(text: str, span: tuple[int, int], bold: bool, limit: float, lines: list[int]) -> int:
    """Break a word that is wider than the column, letter by letter; returns what its last line uses."""
    known = _table(bold)
    used = 0
    for at in range(*span):
        own = known.get(text[at], _UNKNOWN)
        if used and used + own > limit:
            lines.append(at)
            used = 0
        used += own
    return used
