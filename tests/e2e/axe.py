"""axe-core on the page a browser shows; run through ``evaluate``, so that the page's own policy stays on."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE_SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WCAG_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


RUN_AXE = """async tags => {
    const stuck = [...document.querySelectorAll('body *')].filter(e => getComputedStyle(e).position === 'sticky')
    stuck.forEach(e => { e.style.position = 'static' })
    const little = {resultTypes: ['violations'], selectors: false}
    const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, ...little})
    stuck.forEach(e => { e.style.position = '' })
    const told = (rule, node) => `${rule.id}: ${rule.help} (${node.html.slice(0, 120)})`
    return found.violations.flatMap(rule => rule.nodes.map(node => told(rule, node))) }"""
"""Only what is wrong is told: all that axe found to be right is many times as much, and read by nobody. What a sticky bar
covers depends on how far the page happens to be scrolled, and axe would find the rest of it too small; so none sticks."""


def find_violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA: rule, what it asks, and where."""
    page.wait_for_load_state("load")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN_AXE, WCAG_TAGS)
    return found
