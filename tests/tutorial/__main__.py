"""Walk through the tutorial and take its pictures again: ``python -m tests.tutorial [en|fr]``."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import sync_playwright

from tests.e2e.chromium import launch
from tests.tutorial.steps import PAGES
from tests.tutorial.walk import Walk

COLOURS = 64
SAME = 0.0005
"""The part of a picture that may differ, such as a time of day, before the new one replaces it."""


def main(languages: list[str]) -> None:
    """Write the pictures of these languages."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for lang in languages:
            with tempfile.TemporaryDirectory() as folder:
                print(f"{PAGES[lang].name}: {Walk(lang, browser, Path(folder), keep_picture).run()} steps")
        browser.close()


def keep_picture(file: Path, content: bytes) -> None:
    """Write a picture in few colours, unless the one that is there shows the same."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    if file.exists() and _differing_part(image, Image.open(file).convert("RGB")) <= SAME:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    few = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


def _differing_part(new: Image.Image, old: Image.Image) -> float:
    if new.size != old.size:
        return 1
    difference = ImageChops.difference(new, old).convert("L").point(lambda value: 255 if value > 48 else 0)
    return difference.histogram()[255] / (new.width * new.height)


if __name__ == "__main__":
    main(sys.argv[1:] or list(PAGES))
