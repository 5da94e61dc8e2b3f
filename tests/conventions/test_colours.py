"""Colours of the styles: each is a token of cogwg.css or of deck.css, legible in both colour schemes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from cogwg.core.paths import resource_folder

STATIC = resource_folder("static")
TEMPLATES = resource_folder("templates")
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)a?\("
    r"|:[^;{}]*(?<![\w-])(?:black|white|gray|grey|red|green|blue|yellow|orange|silver|navy)(?![\w-])"
)
TOKEN = re.compile(r"--[\w-]+:[^;}]*[;}]")
TEXT_COLOURS = ("ink", "heading", "muted", "link", "not-started", "limited", "substantial", "complete", "bad", "vacant")


def uncommented(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def colours_outside_tokens(css: str) -> list[str]:
    """Return the declarations with a colour that is not a token's."""
    declarations = re.findall(r"[\w-]+:[^;{}]+(?=[;}])", TOKEN.sub("", uncommented(css)))
    return [declaration.strip() for declaration in declarations if COLOUR.search(declaration)]


def tokens(css: str) -> Iterator[dict[str, str]]:
    """Yield the colour tokens of the light scheme, then those that the dark one changes."""
    for block in re.findall(r":root(?:, \.slide)? \{([^}]*--ink:[^}]*)\}", uncommented(css)):
        yield dict(re.findall(r"--([\w-]+): (#[0-9a-f]+|\w+)", block))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as ``#fff``, as WCAG 2.2 defines it."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def schemes() -> dict[str, dict[str, str]]:
    light, dark, _ = tokens((STATIC / "cogwg.css").read_text("utf-8"))
    return {"light": light, "dark": light | dark}


def test_colours_of_styles_are_tokens() -> None:
    wrong = {file.name: colours_outside_tokens(file.read_text("utf-8")) for file in STATIC.glob("*.css")}
    assert {name: colours for name, colours in wrong.items() if colours} == {}


def test_planted_colours_outside_tokens_are_detected() -> None:
    rules = "a { color: #456; border: 1px solid rgb(1 2 3); fill: var(--ink) } b { color: white; }"
    tokens_block = ":root { --ink: #123; --paper: white; }"
    assert colours_outside_tokens(f"{tokens_block} {rules}") == ["color: #456", "border: 1px solid rgb(1 2 3)", "color: white"]


def test_colours_in_templates_are_those_of_the_browser_bar() -> None:
    colours = {
        (file.name, colour)
        for file in TEMPLATES.rglob("*.html")
        for colour in re.findall(r"=\"(#[0-9a-fA-F]{3,8})\"", file.read_text("utf-8"))
    }
    papers = {scheme["paper"] for scheme in schemes().values()}
    assert colours == {("_color_scheme.html", paper.replace("#fff", "#ffffff")) for paper in papers}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tokens_have_the_contrast_of_wcag_aa(scheme: str) -> None:
    colours = schemes()[scheme]
    texts = [(text, ground) for text in TEXT_COLOURS for ground in ("paper", "tint", "ground")]
    texts += [(text, "vacant-tint") for text in ("vacant", "ink", "link", "heading", "muted")]
    texts += [("paper", "brand"), ("paper", "heading"), ("ink", "theirs"), ("ink", "yours")]
    texts += [("bar-text", "bar-complete"), ("bar-text", "bar-substantial"), ("ink", "bar-limited"), ("ink", "bar-not-started")]
    parts = [(part, ground) for part in ("edge", "focus", "brand") for ground in ("paper", "tint")]
    measured = {
        pair: (contrast(colours[pair[0]], colours[pair[1]]), least)
        for pairs, least in ((texts, 4.5), (parts, 3))
        for pair in pairs
    }
    assert {pair: round(ratio, 2) for pair, (ratio, least) in measured.items() if ratio < least} == {}
