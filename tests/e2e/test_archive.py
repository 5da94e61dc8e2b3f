"""The pages of an archived year, opened from their folder: no axe violations, and whole on a phone and with spaced texts."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.cli.test_archive import Archive, archive, run, url
from tests.e2e import axe
from tests.e2e.test_focus_and_spacing import SPACED
from tests.e2e.test_text_size import CUT_OFF

__all__ = ["archive", "run", "url"]


def test_archive_passes_axe_fits_a_phone_and_can_be_spaced_out(chromium: Browser, archive: Archive) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    faults = []
    for path in sorted((archive() / "data").rglob("*.html")):
        page.goto(path.as_uri())
        faults += [f"{path.name}: {fault}" for fault in (*axe.find_violations(page), *axe.find_violations_in_dark(page))]
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(SPACED)
            overflow = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            faults += [f"{path.name}, {width}: {overflow} pixels too wide"] * (overflow > 0)
            faults += [f"{path.name}, {width}: {part}" for part in page.evaluate(CUT_OFF)]
    page.close()
    assert faults == []
