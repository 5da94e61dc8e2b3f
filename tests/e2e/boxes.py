"""Where parts of a page are, measured in one moment."""

from __future__ import annotations

from typing import NamedTuple

from playwright.sync_api import Locator


class Box(NamedTuple):
    """The edges of a part in pixels from the top left corner of the page, so that scrolling doesn't change them."""

    left: float
    top: float
    right: float
    bottom: float


MEASURE = """parts => parts.map((part) => {
  const box = part.getBoundingClientRect();
  return [box.left + scrollX, box.top + scrollY, box.right + scrollX, box.bottom + scrollY];
})"""


def measure_boxes(*parts: Locator) -> list[Box]:
    """Return the boxes of parts of one page.

    They are read in one script: a page that is still scrolling moves between two calls of `bounding_box`.
    """
    handles = [part.element_handle() for part in parts]
    return [Box(*edges) for edges in parts[0].page.evaluate(MEASURE, handles)]
