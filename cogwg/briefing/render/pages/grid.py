"""Lay out parts of a page that divide its width into different columns on one common set of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from cogwg.briefing.render.pages.page import PageLine, TableSpan

Part = tuple[Sequence[int], Sequence[PageLine]]
"""The widths of columns in px, and lines in these columns."""


def on_common_grid(*parts: Part) -> tuple[tuple[int, ...], list[PageLine]]:
    """Return columns that end wherever a column of any part ends, and the lines of all parts with their boxes in these columns.

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
    """Return a line whose box in column n begins at ``starts[n]``."""
    boxes = {starts[at]: replace(box, span=starts[at + box.span] - starts[at]) for at, box in line.boxes.items()}
    heads = line.heads
    if heads is not None:
        heads = TableSpan(starts[heads.first], starts[heads.last + 1] - 1, heads.is_filterable)
    return replace(line, boxes=boxes, heads=heads)
