"""Take the README's screenshot: ``python -m tests.e2e.plan_picture`` writes ``docs/images/plan.png``."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.e2e.chromium import launch
from tests.server.process import ServerProcess

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "plan.png"
WIDTH, HEIGHT = 1200, 820


def main() -> None:
    """Save a screenshot of the demo's plan as a visitor sees it, in 256 colours."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ServerProcess("demo", cwd=Path(folder)) as demo,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(f"http://127.0.0.1:{demo.port}/en/plans/2020", wait_until="networkidle")
        image = Image.open(io.BytesIO(page.screenshot()))
        browser.close()
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    image.convert("RGB").quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
