"""Who moves by keyboard sees where they are at every stop, and who spaces texts out reads all of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_text_size import CUT_OFF

STOPS = {
    "visitor": ("plans/2020?view=list", "sign-in"),
    "ontario": ("my-updates", "account"),
    "chair": ("briefings/{briefing}/slides",),
}
WIDTHS = (1280, 320)
MOST_STOPS = 60
FOCUS = """() => {
    const e = document.activeElement
    if (!e || e === document.body) return null
    const box = e.getBoundingClientRect(), style = getComputedStyle(e)
    const points = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]]
        .map(([x, y]) => [box.left + box.width * x, box.top + box.height * y])
    const seen = points.some(([x, y]) => {
        const top = document.elementFromPoint(x, y)
        return top && (e.contains(top) || top.contains(e) || [...(e.labels ?? [])].some(label => label.contains(top)))
    })
    const drawn = [e, e.parentElement, ...(e.labels ?? [])].map(each => getComputedStyle(each))
        .some(each => each.outlineStyle !== 'none' && parseFloat(each.outlineWidth) >= 2)
    return {html: e.outerHTML.slice(0, 120), seen, drawn: drawn || style.boxShadow !== 'none'}
}"""
"""Whether the element with the focus has a mark around it, and whether something covers it."""
SPACED = """() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
                       p { margin-bottom: 2em !important }`)
    document.adoptedStyleSheets = [sheet]
}"""
"""The distances of WCAG 1.4.12."""
SPACED_PAGES = {
    "visitor": ("", "plans/2020", "plans/2020?view=list", "plans/2020/priorities/3", "accessibility", "sign-in"),
    "ontario": ("my-updates", "plans/2020/activities/4.2/report", "account"),
    "chair": ("readiness", "briefings/{briefing}/slides", "milestones"),
}


def focus_faults(page: Page, place: str) -> list[str]:
    """Walk through a page with the Tab key, and return the stops without a mark or behind something."""
    faults = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            break
        faults += [f"{place}: no mark: {stop['html']}"] * (not stop["drawn"])
        faults += [f"{place}: covered: {stop['html']}"] * (not stop["seen"])
    return faults


@pytest.mark.parametrize("name", list(STOPS))
def test_focus_has_a_mark_and_is_not_covered_at_every_stop(read_only_site: Site, open_browser: OpenBrowser, name: str) -> None:
    reader = open_browser(read_only_site)
    if name != "visitor":
        reader.use_session_of(name)
    faults = []
    for pattern in STOPS[name]:
        for width in WIDTHS:
            reader.page.set_viewport_size({"width": width, "height": 640})
            reader.open(read_only_site.path(pattern))
            reader.wait_until_loaded()
            faults += focus_faults(reader.page, f"{pattern}, {width}")
    assert faults == []


def test_focus_behind_a_bar_or_without_a_mark_is_detected(read_only_site: Site, open_browser: OpenBrowser) -> None:
    reader = open_browser(read_only_site)
    reader.open("sign-in")
    reader.page.evaluate(
        """() => { const sheet = new CSSStyleSheet()
             sheet.replaceSync(`:focus-visible { outline: 0 !important }
                                .site-footer { position: fixed; inset: 0; z-index: 9 }`)
             document.adoptedStyleSheets = [sheet] }"""
    )
    assert {fault.split(": ")[1] for fault in focus_faults(reader.page, "sign-in")} == {"no mark", "covered"}


@pytest.mark.parametrize("name", list(SPACED_PAGES))
def test_texts_that_are_spaced_out_stay_whole(read_only_site: Site, open_browser: OpenBrowser, name: str) -> None:
    reader = open_browser(read_only_site, "fr")
    if name != "visitor":
        reader.use_session_of(name)
    faults = []
    for pattern in SPACED_PAGES[name]:
        reader.open(read_only_site.path(pattern))
        reader.wait_until_loaded()
        for width in WIDTHS:
            reader.page.set_viewport_size({"width": width, "height": 900})
            reader.page.evaluate(SPACED)
            overflow = reader.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            faults += [f"{pattern}, {width}: {overflow} pixels too wide"] * (overflow > 0)
            faults += [f"{pattern}, {width}: {part}" for part in reader.page.evaluate(CUT_OFF)]
    assert faults == []
