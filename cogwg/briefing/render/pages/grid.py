"""Lay out the parts of a page, each with its own columns, on one common set of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from cogwg.briefing.render.pages.page import PageLine, TableSpan

Part = tuple[Sequence[int], Sequence[PageLine]]
"""A part of a page: the widths of its columns in px, and its lines."""


def on_common_grid(*parts: Part) -> tuple[tuple[int, ...], list[PageLine]]:
    """Return common columns, with an edge wherever a column of any part ends, and the lines of all parts fitted to these
    columns.

    All parts have the same width.
    """
    edges = sorted({edge for columns, _ in parts for edge in accumulate(columns, initial=0)})
    place = {edge: at for at, edge in enumerate(edges)}
    lines = []
    for columns, part_lines in parts:
        starts = [place[edge] for edge in accumulate(columns, initial=0)]
        lines += [_with_starts(line, starts) for line in part_lines]
    return tuple(end - start for start, end in pairwise(edges)), lines


def _with_starts(line: PageLine, starts: Sequence[int]) -> PageLine:
    """Return the line with the box of each column n moved to column ``starts[n]``."""
    boxes = {starts[at]: replace(box, span=starts[at + box.span] - starts[at]) for at, box in line.boxes.items()}
    heads = line.heads
    if heads is not None:
        heads = TableSpan(starts[heads.first], starts[heads.last + 1] - 1, heads.is_filterable)
    return replace(line, boxes=boxes, heads=heads)
