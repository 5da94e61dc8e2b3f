"""The dark scheme and forced colours: pages follow the user's choice, slides and paper stay as they are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site

DARK_PAPER, LIGHT_PAPER = "rgb(20, 27, 35)", "rgb(255, 255, 255)"
SLIDE_PAGES = (
    "briefings/{frozen}/versions/1",
    "briefings/{briefing}",
    "briefings/{briefing}/present",
    "briefings/{briefing}/print",
)
PARTS_LIKE_THEIR_GROUND = """() => {
    const canvas = (probe => { probe.style.color = 'Canvas'; document.body.append(probe)
        const colour = getComputedStyle(probe).color; probe.remove(); return colour })(document.createElement('i'))
    const hidden = colour => colour === 'none' || colour === canvas
    const pictures = [...document.querySelectorAll('main svg')]
        .filter(svg => !svg.querySelector('svg') && svg.checkVisibility())
        .filter(svg => [...svg.querySelectorAll('circle, path, rect, text')].every(shape => {
            const style = getComputedStyle(shape)
            return hidden(style.fill) && hidden(style.stroke) }))
    const texts = [...document.querySelectorAll('body :not(svg *)')]
        .filter(e => [...e.childNodes].some(node => node.nodeType === 3 && node.data.trim()) && e.checkVisibility())
        .filter(e => getComputedStyle(e).color === canvas && getComputedStyle(e).forcedColorAdjust === 'auto')
    return [...pictures.map(svg => svg.parentElement), ...texts].map(e => e.outerHTML.slice(0, 120)) }"""
"""Pictures and texts of which no part differs from the page's ground: the browser draws a ground of its own behind texts."""


def background(page: Page, css: str) -> str:
    colour: str = page.locator(css).first.evaluate("e => getComputedStyle(e).backgroundColor")
    return colour


def emulate(user: BrowserUser, **media: str) -> Page:
    user.page.emulate_media(**media)  # type: ignore[arg-type]
    return user.page


def test_dark_scheme_darkens_pages_and_leaves_slides_light(read_only_site: Site, open_browser: OpenBrowser) -> None:
    chair = open_browser(read_only_site).use_session_of("chair")
    page = emulate(chair, color_scheme="dark")
    for pattern in SLIDE_PAGES:
        chair.open(read_only_site.path(pattern))
        header = ".standalone-header" if pattern.endswith("present") else "body"
        assert background(page, header) == DARK_PAPER, pattern
        assert background(page, ".slide-canvas") == LIGHT_PAPER, pattern
        assert axe.find_violations_in_dark(page) == [], pattern
        page.emulate_media(color_scheme="dark")
    assert page.locator(".slide").first.evaluate("e => getComputedStyle(e).colorScheme") == "light"


def test_page_printed_in_dark_scheme_is_on_white_paper(read_only_site: Site, open_browser: OpenBrowser) -> None:
    visitor = open_browser(read_only_site)
    page = emulate(visitor, color_scheme="dark")
    visitor.open("plans/2020")
    assert background(page, "body") == DARK_PAPER
    page.emulate_media(media="print", color_scheme="dark")
    assert background(page, "body") == LIGHT_PAPER
    assert page.locator("h1").evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"


def test_text_without_contrast_in_dark_is_detected(read_only_site: Site, open_browser: OpenBrowser) -> None:
    visitor = open_browser(read_only_site)
    visitor.open("plans/2020")
    visitor.page.locator("h1").evaluate("e => { e.style.color = '#26303b' }")
    assert not [fault for fault in axe.find_violations(visitor.page) if "color-contrast" in fault]
    (fault,) = axe.find_violations_in_dark(visitor.page)
    assert "color-contrast" in fault


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_forced_colours_leave_texts_and_shapes_visible(read_only_site: Site, open_browser: OpenBrowser, scheme: str) -> None:
    chair = open_browser(read_only_site).use_session_of("chair")
    page = emulate(chair, color_scheme=scheme, forced_colors="active")
    problems = []
    for pattern in (
        "plans/2020",
        "plans/2020?view=timeline",
        "plans/2020?view=progress",
        "plans/2020/activities/3.2",
        "my-updates?for=on",
        "readiness",
        "briefings/{briefing}",
        "briefings/{briefing}/slides",
        "briefings/{briefing}/print",
    ):
        chair.open(read_only_site.path(pattern))
        problems += [f"{pattern}: {shape}" for shape in page.evaluate(PARTS_LIKE_THEIR_GROUND)]
        if pattern not in SLIDE_PAGES:  # axe does not know which colours of a slide the browser replaces
            problems += [f"{pattern}: {fault}" for fault in axe.find_contrast_violations(page)]
    assert problems == []
    chair.open("plans/2020")
    chosen = page.locator(".view-switch a[aria-current]").evaluate("e => getComputedStyle(e).backgroundColor")
    assert chosen != background(page, "body")


def test_parts_in_the_colour_of_the_page_are_detected(read_only_site: Site, open_browser: OpenBrowser) -> None:
    reader = open_browser(read_only_site).use_session_of("reader")
    page = emulate(reader, color_scheme="dark", forced_colors="active")
    reader.open("plans/2020?view=list")
    assert page.evaluate(PARTS_LIKE_THEIR_GROUND) == []
    for part in ("main .mark svg", "h1"):
        page.locator(part).first.evaluate("e => { e.style.color = 'Canvas' }")
    assert len(page.evaluate(PARTS_LIKE_THEIR_GROUND)) == 2
