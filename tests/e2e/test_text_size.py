"""Pages follow the text size of the browser, up to twice the usual one, and cut nothing off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site

USUAL = 16
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(e => {
    const style = getComputedStyle(e)
    if (!e.checkVisibility() || e.closest('.visually-hidden, svg, select') || style.position === 'absolute') return false
    const wide = e.scrollWidth > e.clientWidth + 1, tall = e.scrollHeight > e.clientHeight + 1
    const scrolls = value => value === 'auto' || value === 'scroll'
    if (style.overflowX !== 'visible') return (wide && !scrolls(style.overflowX)) || (tall && !scrolls(style.overflowY))
    return e.clientWidth > 1 && style.display !== 'inline' && e.getBoundingClientRect().right > innerWidth + 1
}).map(e => e.outerHTML.slice(0, 120))"""
SMALL = """() => [...document.querySelectorAll('body *')].filter(e => {
    return e.checkVisibility() && !e.closest('svg, .slide') && parseFloat(getComputedStyle(e).fontSize) < 13 * %s
}).map(e => e.outerHTML.slice(0, 120))"""
PLACES = {
    "visitor": ("", "sign-in", "plans/2020?view=list", "plans/2020?view=timeline", "plans/2020?view=progress", "nowhere"),
    "chair": (
        "plans/2020",
        "readiness",
        "my-updates?for=on",
        "challenges",
        "briefings/{briefing}",
        "briefings/{briefing}/slides",
    ),
}


def set_text_size(page: Page, pixels: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": pixels, "fixed": pixels * 13 // USUAL}})


@pytest.mark.parametrize("name", list(PLACES))
def test_larger_text_enlarges_every_text_and_cuts_nothing_off(
    read_only_site: Site, open_browser: OpenBrowser, name: str
) -> None:
    reader = open_browser(read_only_site, "fr").expect_statuses(404)
    if name != "visitor":
        reader.use_session_of(name)
    problems = []
    for pattern in PLACES[name]:
        reader.open(read_only_site.path(pattern))
        reader.wait_until_loaded()
        for pixels, width in ((20, 1280), (24, 320), (32, 1280)):
            set_text_size(reader.page, pixels)
            reader.page.set_viewport_size({"width": width, "height": 900})
            overflow = reader.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            problems += [f"{pattern}, {pixels}: {overflow} pixels too wide"] * (overflow > 0)
            for check in (CUT_OFF, SMALL % (pixels / USUAL)):
                problems += [f"{pattern}, {pixels}: {part}" for part in reader.page.evaluate(check)]
    assert problems == []


def test_text_of_a_fixed_size_is_detected(read_only_site: Site, open_browser: OpenBrowser) -> None:
    reader = open_browser(read_only_site)
    set_text_size(reader.page, 2 * USUAL)
    reader.open("sign-in")
    reader.page.locator("h1").evaluate("e => Object.assign(e.style, {fontSize: '16px', height: '10px', overflow: 'hidden'})")
    assert [len(reader.page.evaluate(check)) for check in (CUT_OFF, SMALL % 2)] == [1, 1]


def test_toolbar_of_a_presentation_leaves_large_text_two_thirds_of_a_phone(
    read_only_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    chair = open_browser(read_only_site, lang, width=360).use_session_of("chair")
    set_text_size(chair.page, 2 * USUAL)
    chair.page.set_viewport_size({"width": 360, "height": 740})
    chair.open(read_only_site.path("briefings/{briefing}/present#slide-summary"))
    expect(chair.page.locator(".summary-figures")).to_be_visible()
    toolbar = chair.page.locator(".standalone-header").bounding_box()
    assert toolbar is not None
    assert toolbar["height"] < 740 / 3
    rights = chair.page.locator(".is-summary li *, .summary-bar *").evaluate_all(
        "e => e.map(e => e.getBoundingClientRect().right)"
    )
    assert max(rights) <= 360


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("ontario", ("plans/2020/activities/3.2", "my-updates", "milestones")),
        ("chair", ("plans/2020/roles/2", "briefings/new", "briefings/{briefing}/next-steps")),
    ],
)
def test_long_address_and_date_field_fit_a_phone_with_large_text(
    read_only_site: Site, open_browser: OpenBrowser, name: str, paths: tuple[str, ...]
) -> None:
    user = open_browser(read_only_site, "fr", width=360).use_session_of(name)
    set_text_size(user.page, 2 * USUAL)
    for path in paths:
        user.open(read_only_site.path(path))
        user.page.evaluate("""() => {
            for (const fold of document.querySelectorAll("main details")) fold.open = true
            for (const link of document.querySelectorAll("main a:is([href^='mailto:'], [rel~=ugc])"))
                link.textContent = "open-government.administration@department.province.example.ca"
        }""")
        assert user.page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_large_text_shows_titles_of_progress_whole_and_the_timeline_as_its_table(
    read_only_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    reader = open_browser(read_only_site, lang, width=360).use_session_of("reader")
    set_text_size(reader.page, 2 * USUAL)
    reader.open("plans/2020?view=progress")
    titles = reader.page.locator(".progress .drawing-heading")
    expect(titles).to_have_count(3)
    assert max(titles.evaluate_all("e => e.map(e => Math.max(e.getBoundingClientRect().right, e.scrollWidth))")) <= 360
    reader.open("plans/2020?view=timeline")
    expect(reader.page.locator(".timeline")).to_be_hidden()
    expect(reader.page.locator(".grouped-table tbody").first).to_be_visible()
