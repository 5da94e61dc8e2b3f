"""The menus of the briefing editor's rows, by keyboard and by mouse, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e import axe
from tests.e2e.boxes import measure_boxes
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_layout import WIDTHS

FINALIZE_WITHIN = 900
"""The button to finalize is on the first screen of this height."""


def open_slides(site: Site, open_browser: OpenBrowser, lang: str, *, js: bool = True, width: int = 1280) -> BrowserUser:
    chair = open_browser(site, lang, js=js, width=width).use_session_of("chair")
    chair.open(site.populate().path("briefings/{briefing}/slides"))
    return chair


def slide_row(chair: BrowserUser, key: str) -> Locator:
    return chair.page.locator(f'[data-slide="{key}"]')


def slide_keys(chair: BrowserUser) -> list[str]:
    keys: list[str] = chair.page.locator("[data-slide]").evaluate_all("rows => rows.map((row) => row.dataset.slide)")
    return keys


def open_menu(chair: BrowserUser, key: str) -> Locator:
    return chair.open_menu(slide_row(chair, key).locator("details.menu"))


def test_menu_of_a_slide_moves_it_by_keyboard_and_keeps_the_focus(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    chair = open_slides(site, open_browser, lang, js=js)
    expect(chair.page.locator("main").get_by_role("button").filter(visible=True)).to_have_count(1)
    open_menu(chair, "glance")
    chair.tab_to("#up-glance")
    for was, number in ((10, 9), (9, 8)):
        chair.page.keyboard.press("Enter")
        expect(chair.page.locator("#moved-glance")).to_have_text(
            chair.translate("Slide %(was)s is now slide %(number)s", was=was, number=number)
        )
        expect(chair.page.locator("#up-glance")).to_be_focused()
        expect(chair.page.locator("#up-glance")).to_have_attribute("aria-describedby", "moved-glance")
    if js:
        expect(chair.page.locator("#status")).to_have_text(chair.page.locator("#moved-glance").inner_text())
        assert axe.find_violations(chair.page) == []
        chair.page.keyboard.press("Escape")
        menu = slide_row(chair, "glance").locator("details.menu")
        expect(menu).not_to_have_attribute("open", "")
        expect(menu.locator("summary")).to_be_focused()
    chair.page.reload()
    expect(slide_row(chair, "glance")).to_be_visible()
    expect(chair.page.locator("#moved-glance")).to_have_count(0)


def test_last_item_of_a_menu_leaves_the_slide_out_and_returns_to_the_menu(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    chair = open_slides(site, open_browser, lang, js=js, width=320)
    menu = open_menu(chair, "why")
    last = menu.locator(".menu-items > *").last
    assert last.evaluate("item => getComputedStyle(item).borderTopWidth") == "1px"
    assert chair.page.evaluate("document.documentElement.scrollWidth") <= 320
    last.click()
    expect(slide_row(chair, "why")).to_contain_text(chair.translate("left out"))
    expect(slide_row(chair, "why").locator("summary")).to_be_focused()


def test_one_menu_is_open_at_a_time(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    chair = open_slides(site, open_browser, lang)
    slide_row(chair, "why").locator("summary").click()
    slide_row(chair, "purpose").locator("summary").click()
    expect(chair.page.locator("details.menu[open]")).to_have_count(1)
    chair.page.locator("h1").click()
    expect(chair.page.locator("details.menu[open]")).to_have_count(0)


def test_slide_is_dragged_to_another_place(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    chair = open_slides(site, open_browser, lang)
    chair.page.set_viewport_size({"width": 1280, "height": 1600})
    before = slide_keys(chair)
    slide_row(chair, "glance").locator(".drag-handle").drag_to(slide_row(chair, "progress"), target_position={"x": 200, "y": 3})
    was, number = before.index("glance") + 1, before.index("progress") + 1
    expect(chair.page.locator("#moved-glance")).to_have_text(
        chair.translate("Slide %(was)s is now slide %(number)s", was=was, number=number)
    )
    expect(slide_row(chair, "glance").locator("summary")).to_be_focused()
    after = slide_keys(chair)
    assert after.index("glance") == before.index("progress")
    last = slide_row(chair, after[-1])
    slide_row(chair, "glance").locator(".drag-handle").drag_to(last, target_position={"x": 200, "y": 35})
    expect(chair.page.locator("[data-slide]").last).to_have_attribute("data-slide", "glance")


def test_open_menu_on_a_phone_covers_no_other_row_and_titles_have_their_width(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    chair = open_slides(site, open_browser, lang, js=js, width=320)
    widths = chair.page.locator(".slide-title").evaluate_all("titles => titles.map((title) => title.offsetWidth)")
    assert min(widths) > 200
    open_menu(chair, "glance").locator("#up-glance").click()
    button = chair.page.locator("#up-glance")
    expect(button).to_be_focused()
    items, row = measure_boxes(chair.page.locator(".menu[open] .menu-items"), slide_row(chair, "glance"))
    assert row.top <= items.top
    assert items.bottom <= row.bottom


def test_menu_that_only_moves_says_so_and_a_single_move_is_a_button(
    read_only_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    chair = open_browser(read_only_site, lang).use_session_of("chair")
    for step in ("news", "changes"):
        chair.open(read_only_site.path("briefings/{briefing}/" + step))
        menus = chair.page.locator("details.menu").evaluate_all(
            "menus => menus.map((m) => [m.querySelector('summary').firstChild.data, m.querySelectorAll('button').length])"
        )
        assert {words for words, _count in menus} <= {chair.translate("Move")}
        assert all(count > 1 for _words, count in menus)
        moves = chair.page.locator('main button[value^="up "], main button[value^="down "]').count()
        singles = chair.page.locator(".row-menu > button").count()
        assert moves == singles + sum(count for _words, count in menus)


@pytest.mark.parametrize(("js", "width"), [(True, 320), (False, 1280)])
def test_drag_handle_is_hidden_on_a_phone_and_without_scripts(
    site: Site, open_browser: OpenBrowser, js: bool, width: int
) -> None:
    chair = open_slides(site, open_browser, "en", js=js, width=width)
    expect(slide_row(chair, "glance").locator("summary")).to_be_visible()
    expect(chair.page.locator(".drag-handle").filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize("width", WIDTHS)
def test_finalizing_is_on_the_first_screen_and_open_items_are_folded(
    read_only_site: Site, open_browser: OpenBrowser, lang: str, width: int
) -> None:
    chair = open_browser(read_only_site, lang, width=width).use_session_of("chair")
    chair.open(read_only_site.path("briefings/{briefing}"))
    way = chair.page.locator("#freeze .button.primary" if width == 1280 else ".to-finalizing")
    box = way.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < FINALIZE_WITHIN
    checklist = chair.page.locator("#checklist")
    expect(checklist.locator("li").first).to_be_hidden()
    checklist.locator("summary").first.click()
    link = checklist.locator("a[href^=http]").first
    expect(link).to_be_visible()
    if width == 1280:
        assert link.evaluate("link => link.getClientRects().length") == 1, "an address fits in its line"
    chair.page.reload()
    chair.page.locator('#freeze, [aria-labelledby="freeze-title"]').locator('a[href="#checklist"]').first.click()
    expect(checklist.locator("li").first).to_be_visible()
