"""A QR code as the path of an inline SVG, which needs no image file and no style sheet."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

BORDER = 4
"""The width of the empty border that the standard requires, in modules."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code: ``path`` draws its dark modules in a square of ``size`` units."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    import segno  # takes 1 MiB, and is seldom needed

    rows = [list(row) for row in segno.make_qr(text, error="m").matrix]
    lines = []
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            length = len(list(run))
            if is_dark:
                lines.append(f"M{x + BORDER} {y + BORDER}h{length}v1h-{length}z")
            x += length
    return QrCode(len(rows) + 2 * BORDER, "".join(lines))
