"""axe-core on the current page; run through ``evaluate``, so that the page's content security policy stays on."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE_SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WCAG_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


RUN_AXE = """async options => {
    const stuck = [...document.querySelectorAll('body *')].filter(e => getComputedStyle(e).position === 'sticky')
    stuck.forEach(e => { e.style.position = 'static' })
    const little = {resultTypes: ['violations'], selectors: false}
    const result = await axe.run(document, {...options, ...little})
    stuck.forEach(e => { e.style.position = '' })
    const describe = (rule, node) => `${rule.id}: ${rule.help} (${node.html.slice(0, 120)})`
    return result.violations.flatMap(rule => rule.nodes.map(node => describe(rule, node))) }"""
"""Only violations are returned: the passes would be many times as much. What a sticky bar
covers depends on the scroll position, and axe would find the uncovered part too small, so sticky elements are unstuck."""


def find_violations(page: Page, *, contrast: bool = True) -> list[str]:
    """Return the violations of WCAG 2.2 A and AA: rule, description and element.

    Without ``contrast``, texts without enough of it are not looked for, which takes axe four fifths of its time.
    """
    return _run(page, {"type": "tag", "values": WCAG_TAGS}, contrast=contrast)


def find_violations_in_dark(page: Page) -> list[str]:
    """Return the texts without enough contrast in the dark scheme; no other rule depends on the scheme."""
    page.emulate_media(color_scheme="dark")
    violations = find_contrast_violations(page)
    page.emulate_media(color_scheme="light")
    return [f"dark: {violation}" for violation in violations]


def find_contrast_violations(page: Page) -> list[str]:
    """Return the texts without enough contrast in the colours that the page has now."""
    return _run(page, {"type": "rule", "values": ["color-contrast"]})


def _run(page: Page, rules: dict[str, str | list[str]], *, contrast: bool = True) -> list[str]:
    page.wait_for_load_state("load")
    # axe waits for a timer before each rule, and where scripts are off it would wait forever.
    assert page.evaluate("() => !matchMedia('(scripting: none)').matches"), "axe needs a page with scripts"
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations: list[str] = page.evaluate(RUN_AXE, {"runOnly": rules, "rules": {"color-contrast": {"enabled": contrast}}})
    return violations
