"""Sizes of the styles follow the text size that the browser is set to; see docs/reference/browsers.md."""

from __future__ import annotations

import re

from cogwg.core.paths import resource_folder

STATIC = resource_folder("static")
LINES = re.compile(r"border|outline|text-(decoration|underline)|stroke|letter-spacing")
"""Properties whose lines have the same width at every size of text."""


def sizes_in_pixels(css: str) -> list[str]:
    """Return the sizes that do not follow the browser's text size; px is for lines and for distances of up to 4."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    queries = [query.strip() for query in re.findall(r"@(?:media|container)[^{]*", css) if re.search(r"\dpx", query)]
    declarations = re.findall(r"(?<=[\s{;])(--[\w-]+|[a-z-]+):([^;{}]*\dpx[^;{}]*)(?=[;}])", css)
    wrong = [
        f"{name}:{value}"
        for name, value in declarations
        if re.match(r"font|line-height|min-|max-", name)
        or (not LINES.match(name) and any(float(size) > 4 for size in re.findall(r"(\d*\.?\d+)px", value)))
    ]
    return queries + wrong


def test_sizes_follow_the_text_size_of_the_browser() -> None:
    wrong = {file.name: sizes_in_pixels(file.read_text("utf-8")) for file in STATIC.glob("*.css")}
    # A mark within a drawing: its pixels are units of the drawing, which follows the size of its text.
    assert wrong == {"briefings.css": [], "cogwg.css": ["width: 14px", "height: 14px"], "deck.css": []}


def test_planted_sizes_in_pixels_are_detected() -> None:
    rule = "a { font: 600 3px/2 x; min-height: 4px; margin: 0 -5px 1px; gap: 4px }"
    css = f"@media (max-width: 767px) {{ {rule} }} b {{ border: 9px solid; }}"
    assert sizes_in_pixels(css) == ["@media (max-width: 767px)", "font: 600 3px/2 x", "min-height: 4px", "margin: 0 -5px 1px"]
