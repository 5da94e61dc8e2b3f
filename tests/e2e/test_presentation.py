"""Slides in a browser: keys and buttons, full screen, print, preview links, comments, and without scripts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.briefing.compose import draft_deck, load_briefing_source
from cogwg.briefing.deck import DeckState
from cogwg.briefing.outline import Outline, set_slide_shown
from cogwg.briefing.queries import briefing
from cogwg.briefing.services import OutlineChange, create_briefing, freeze, revise_outline
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from tests.e2e import axe
from tests.e2e.boxes import measure_boxes
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page

FIND_OVERFLOWING = """() => [...document.querySelectorAll('.slide *')]
    .filter(e => !e.closest('svg, .visually-hidden, thead') && getComputedStyle(e).display !== 'inline')
    .filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 80))"""
FIND_SPLIT_WORDS = """() => {
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT), found = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (text.parentElement.closest('svg, .visually-hidden, thead')) continue;
    for (const word of text.data.matchAll(/(?<!\\p{L})\\p{L}{2,13}(?!\\p{L})/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(line => Math.round(line.top))).size > 1) found.push(word[0]);
    }
  }
  return found;
}"""
"""Words of up to 13 letters that are split over two lines; longer words may be hyphenated."""
COMMENT = {"en": "Who checked these numbers?", "fr": "Qui a vérifié ces chiffres ?"}
GLANCE_TITLE = {"en": "Work plan at a glance", "fr": "Aperçu du plan de travail"}


def create_briefing_path(
    site: Site, meeting_on: date = date(2020, 9, 24), *, frozen: bool = False, without: tuple[str, ...] = ()
) -> str:
    """Create a briefing, frozen as version 1 or without some slides if asked, and return its path without language."""
    app = site.app
    by, at = Actor("person", app.person_id("chair")), app.calendar.now()
    with Session(app.engine) as session, write_transaction(session):
        audience = Bilingual("Joint Councils", "Conseils mixtes")
        made = create_briefing(session, year=2020, meeting_on=meeting_on, audience=audience, by=by, at=at)
        id = made.id
        opened = briefing(session, id)
        keys = [slide.key for slide in draft_deck(opened, load_briefing_source(session, opened, at.date())).slides]

        def leave_out(outline: Outline) -> Outline:
            for key in without:
                outline = set_slide_shown(outline, keys, key, is_shown=False)
            return outline

        revise_outline(session, id, leave_out, OutlineChange.ARRANGED, expected_version=opened.outline_version, by=by, at=at)
    if frozen:
        freeze_briefing(site, id)
    return f"briefings/{id}"


def freeze_briefing(site: Site, id: int) -> None:
    """Freeze the briefing as it is, by the co-chair."""
    app = site.app
    by, at = Actor("person", app.person_id("chair")), app.calendar.now()
    with Session(app.engine) as session, write_transaction(session):
        opened = briefing(session, id)
        deck = draft_deck(opened, load_briefing_source(session, opened, at.date()))
        version = replace(deck, state=DeckState.VERSION)
        freeze(session, id, version, (), note="", expected_version=opened.outline_version, by=by, at=at)


def expect_glance_slide(page: Page, lang: str) -> None:
    """Expect the plan at a glance with its finding as the heading, below its topic."""
    slide = page.locator("#slide-glance")
    expect(slide.locator(".slide-topic")).to_have_text(GLANCE_TITLE[lang])
    expect(slide.locator(".slide-topic")).to_be_visible()
    expect(slide.locator("h2")).to_contain_text({"en": "due so far", "fr": "échues"}[lang])


def expect_slide(page: Page, number: int) -> None:
    """Wait until only this slide is shown."""
    expect(page.locator(".slide-page:visible")).to_have_count(1)
    expect(page.locator(".slide-page").nth(number - 1)).to_be_visible()
    expect(page.locator("[data-slide-position]")).to_contain_text(str(number))


def test_end_and_home_turn_the_slides_of_a_page_before_any_button(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    place = create_briefing_path(site)
    chair = open_browser(site, lang).use_session_of("chair")
    chair.open(place)
    chair.wait_until_loaded()
    shown = chair.page.locator(".slide-page:visible")
    expect(shown).to_have_count(1)
    first = shown.locator("section").get_attribute("id")
    chair.page.keyboard.press("End")
    expect(shown.locator("section")).not_to_have_id(first or "")
    chair.page.keyboard.press("Home")
    expect(shown.locator("section")).to_have_id(first or "")


def test_presentation_is_controlled_by_keys_and_buttons(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    place = create_briefing_path(site)
    chair = open_browser(site, lang).use_session_of("chair")
    page = chair.page
    chair.open(f"{place}/present")
    total = page.locator(".slide-page").count()
    expect_slide(page, 1)
    for key, number in (
        ("ArrowRight", 2),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("End", total),
        ("ArrowRight", total),
        ("Home", 1),
        ("ArrowLeft", 1),
        ("PageDown", 2),
        ("ArrowUp", 1),
    ):
        page.keyboard.press(key)
        expect_slide(page, number)
    expect(page.locator("[data-slide-position]")).to_have_attribute("aria-live", "polite")
    page.get_by_role("button", name=chair.translate("Next"), exact=True).click()
    expect_slide(page, 2)
    page.get_by_role("button", name=chair.translate("Next"), exact=True).click()
    expect_slide(page, 3)
    page.get_by_role("link", name=GLANCE_TITLE[lang]).click()
    expect_glance_slide(page, lang)
    expect(page).to_have_url(re.compile("#slide-glance$"))
    page.reload()
    expect_glance_slide(page, lang)
    assert axe.find_violations(page) == []
    inside = page.evaluate("() => { const s = document.querySelector('[data-player]'); return s.scrollWidth <= s.clientWidth }")
    assert inside
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(f"/{lang}/{place}$"))


@pytest.mark.parametrize("lang", ["fr"])
def test_presentation_opens_in_full_screen(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    place = create_briefing_path(site, frozen=True)
    reader = open_browser(site, lang).use_session_of("reader")
    page = reader.page
    reader.open(f"{place}/versions/1/present")
    page.get_by_role("button", name=reader.translate("Full screen")).click()
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".slide-page").nth(1)).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(re.compile("DRAFT|ÉBAUCHE"))


SWIPE = """(element, by) => {
  const touch = (x) => new Touch({ identifier: 1, target: element, clientX: x, clientY: 300 });
  const send = (type, touches, x) => element.dispatchEvent(
    new TouchEvent(type, { bubbles: true, touches: touches ? [touch(x)] : [], changedTouches: [touch(x)] }));
  send("touchstart", true, 160);
  send("touchend", false, 160 + by);
}"""


def test_full_screen_on_a_phone_is_turned_and_left_by_touch(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    place = create_briefing_path(site)
    chair = open_browser(site, lang, width=320, touch=True).use_session_of("chair")
    page = chair.page
    chair.open(f"{place}/present")
    header = page.locator(".standalone-header").bounding_box()
    assert header is not None
    assert header["height"] < 900 / 6
    page.get_by_role("button", name=chair.translate("Full screen"), exact=True).tap()
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.get_by_role("button", name=chair.translate("Next"), exact=True).tap()
    expect_slide(page, 2)
    stage = page.locator("[data-player]")
    for by, number in ((-90, 3), (90, 2), (-4, 2)):
        stage.evaluate(SWIPE, by)
        expect_slide(page, number)
    beside_text = stage.evaluate("stage => stage.getBoundingClientRect().top + 8")
    for x, number in ((300, 3), (160, 3), (20, 2)):
        page.touchscreen.tap(x, beside_text)
        expect_slide(page, number)
    page.get_by_role("button", name=chair.translate("Exit full screen"), exact=True).tap()
    page.wait_for_function("() => document.fullscreenElement === null")
    expect(page.get_by_role("link", name=chair.translate("Exit"))).to_be_visible()


@pytest.mark.parametrize(("width", "shows"), [(360, True), (1280, False)])
def test_summary_without_table_heads_has_a_legend_and_a_heading(
    read_only_site: Site, open_browser: OpenBrowser, width: int, shows: bool
) -> None:
    chair = open_browser(read_only_site, "fr", width=width).use_session_of("chair")
    chair.open(read_only_site.path("briefings/{briefing}/present#slide-summary"))
    summary = chair.page.locator("#slide-summary")
    expect(summary.get_by_text("Qui décide", exact=True)).to_have_count(1)
    expect(summary.get_by_role("heading", name="Décisions demandées")).to_be_visible(visible=shows)
    expect(summary.locator("p", has_text="Trait épais")).to_be_visible(visible=shows)
    segments = {text.strip() for text in summary.locator(".summary-segment").all_inner_texts()}
    assert {"2\xa0réalisées", "1\xa0réalisée", "1\xa0en retard", "1\xa0à échéance", "2\xa0à venir"} <= segments


def test_full_screen_shows_its_way_out_when_the_mouse_moves(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    place = create_briefing_path(site)
    chair = open_browser(site, lang).use_session_of("chair")
    page = chair.page
    chair.open(f"{place}/present")
    page.clock.install()
    page.get_by_role("button", name=chair.translate("Full screen"), exact=True).click()
    page.wait_for_function("() => document.fullscreenElement !== null")
    way_out = page.get_by_role("button", name=chair.translate("Exit full screen"), exact=True)
    page.mouse.move(500, 500)
    expect(way_out).to_be_in_viewport(ratio=1)
    page.clock.fast_forward(4000)
    expect(way_out).not_to_be_in_viewport(ratio=1)
    page.mouse.move(520, 520)
    way_out.click()
    page.wait_for_function("() => document.fullscreenElement === null")


def test_long_slide_on_a_phone_is_turned_from_its_end(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    place = create_briefing_path(site)
    chair = open_browser(site, lang, width=320).use_session_of("chair")
    page = chair.page
    chair.open(f"{place}#slide-glance")
    below = page.get_by_role("button", name=chair.translate("Next"), exact=True).last
    top, bottom = measure_boxes(*page.get_by_role("button", name=chair.translate("Next"), exact=True).all())
    assert bottom.top - top.top > 900
    below.click()
    expect(page.locator("[data-slide-position]")).to_be_in_viewport()


@pytest.mark.parametrize("lang", ["en"])
def test_presentation_without_scripts_shows_all_slides(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    place = create_briefing_path(site)
    chair = open_browser(site, lang, js=False).use_session_of("chair")
    page = chair.page
    for tail in ("present", "print"):
        chair.open(f"{place}/{tail}")
        slides = page.locator(".slide")
        expect(slides.nth(13)).to_be_attached()
        chair.wait_until_loaded()
        expect(page.locator(".slide-page:visible")).to_have_count(slides.count())
    expect(page.get_by_role("button", name=chair.translate("Print"), exact=True)).to_have_count(0)


def test_preview_link_shows_slides_until_revoked_or_frozen(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    place = create_briefing_path(site)
    chair = open_browser(site, lang).use_session_of("chair")
    chair.open(f"{place}/links")
    chair.page.get_by_role("button", name=chair.translate("Create a preview link")).click()
    shared = chair.page.locator(f"#link-{lang}")
    expect(shared).to_be_visible()
    assert axe.find_violations(chair.page) == []
    visitor = open_browser(site, lang).expect_statuses(404, 410)
    page = visitor.page
    preview_url = shared.input_value().removeprefix(site.address)
    visitor.open(preview_url)
    toc = page.get_by_role("navigation", name=visitor.translate("Slides in this deck"))
    toc.locator("a").nth(5).click()
    expect(page.locator(".slide-page").nth(5).get_by_role("heading").first).to_be_in_viewport()
    expect_slide(page, 6)
    expect(toc.locator("a").nth(5)).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowRight")
    expect_slide(page, 7)
    page.keyboard.press("End")
    expect_slide(page, page.locator(".slide-page").count())
    assert axe.find_violations(page) == []
    chair.page.get_by_role("button", name=chair.translate("Revoke")).click()
    expect(chair.page.get_by_role("button", name=chair.translate("Revoke"))).to_have_count(0)
    assert visitor.open(preview_url).status == 404
    chair.page.get_by_role("button", name=chair.translate("Create a preview link")).click()
    expect(shared).to_be_visible()
    preview_url = shared.input_value().removeprefix(site.address)
    assert visitor.open(preview_url).status == 200
    freeze_briefing(site, int(place.removeprefix("briefings/")))
    assert visitor.open(preview_url).status == 410
    expect(page.get_by_role("heading", level=1)).to_have_text(visitor.translate("This briefing is now finalized"))
    assert check_page(visitor, "a link that ended") == []


@pytest.mark.parametrize(("lang", "on"), [("en", date(2020, 2, 27)), ("fr", date(2020, 9, 24))], ids=str)
def test_printed_slide_takes_a_single_page(site: Site, open_browser: OpenBrowser, lang: str, on: date) -> None:
    """All slides except the data slide and the list of sources, which take as many pages as they need."""
    place = create_briefing_path(site, on, without=("data",))
    chair = open_browser(site, lang).use_session_of("chair")
    page = chair.page
    chair.open(f"{place}/print")
    slides = page.locator(".slide")
    expect(slides.nth(12)).to_be_attached()
    chair.wait_until_loaded()
    page.evaluate("() => document.querySelector('#slide-sources').parentElement.remove()")
    number = slides.count()
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == number
    assert set(re.findall(rb"/MediaBox\s*\[\s*0 0 (\d+) (\d+)", paper)) == {(b"792", b"612")}


def test_number_leads_to_its_source_and_back_without_an_account(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    place = create_briefing_path(site)
    chair, visitor = open_browser(site, lang).use_session_of("chair"), open_browser(site, lang)
    chair.open(f"{place}/links")
    chair.page.get_by_role("button", name=chair.translate("Create a preview link")).click()
    visitor.open(chair.page.locator(f"#link-{lang}").input_value().removeprefix(site.address))
    visitor.wait_until_loaded()
    page = visitor.page
    page.locator(".slide-list a[href='#slide-glance']").click()
    status = page.locator("#slide-glance td .source-link").first
    target = status.get_attribute("href") or ""
    status.focus()
    page.keyboard.press("Enter")
    expect(page.locator(target)).to_be_in_viewport()
    expect(page.locator(".slide-page:visible section")).to_have_id("slide-sources")
    expect(page).to_have_url(re.compile(f"{target}$"))
    page.go_back()
    expect_glance_slide(page, lang)


@pytest.mark.parametrize(("lang", "width"), [("fr", 1280), ("en", 320)])
def test_slides_have_no_cut_off_text(site: Site, open_browser: OpenBrowser, lang: str, width: int) -> None:
    place = create_briefing_path(site)
    chair = open_browser(site, lang, width=width).use_session_of("chair")
    page = chair.page
    chair.open(f"{place}/print")
    assert page.evaluate("() => document.documentElement.scrollWidth") == width
    assert page.evaluate(FIND_OVERFLOWING) == []
    assert page.evaluate(FIND_SPLIT_WORDS) == []
    assert axe.find_violations(page) == []


def test_slide_comment_is_added_resolved_and_deleted(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    place = create_briefing_path(site)
    chair, secretariat = (open_browser(site, lang).use_session_of(name) for name in ("chair", "secretariat"))
    page = chair.page
    chair.open(f"{place}#slide-glance")
    chair_comments = page.locator("#talk-glance")
    chair_comments.locator("summary").click()
    chair_comments.locator("textarea").fill(COMMENT[lang])
    chair_comments.get_by_role("button", name=chair.translate("Add the comment"), exact=True).click()
    expect(chair_comments.locator(".user-text")).to_have_text(COMMENT[lang])
    expect(page.locator("#open-glance")).to_contain_text("1")
    expect_glance_slide(page, lang)
    expect(chair_comments.locator("summary")).to_be_focused()
    assert axe.find_violations(page) == []

    other = secretariat.page
    secretariat.open(f"{place}#talk-glance")
    secretariat_comments = other.locator("#talk-glance")
    expect(secretariat_comments.locator(".user-text")).to_be_in_viewport()
    expect(secretariat_comments.get_by_role("button", name=secretariat.translate("Delete"))).to_have_count(0)
    secretariat_comments.get_by_role("button", name=secretariat.translate("Resolve")).click()
    expect(secretariat_comments.locator(".is-settled")).to_have_count(1)
    expect(other.locator("#open-glance")).to_be_empty()

    page.reload()
    expect(chair_comments.locator(".is-settled")).to_have_count(1)
    chair_comments.get_by_role("button", name=chair.translate("Delete")).click()
    expect(chair_comments.locator(".user-text")).to_have_count(0)


def test_link_check_returns_to_its_result(
    site: Site, open_browser: OpenBrowser, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogwg.briefing.link_requests.check_links", lambda urls, **_: dict.fromkeys(urls, (True, "200")))
    place = create_briefing_path(site)
    chair = open_browser(site, lang).use_session_of("chair")
    chair.open(place)
    chair.page.get_by_role("button", name=chair.translate("Check the links now")).click()
    outcome = chair.page.locator("#check-links #outcome")
    expect(outcome).to_be_focused()
    expect(outcome).to_be_in_viewport()
