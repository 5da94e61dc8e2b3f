"""Slides in a browser: turned by keys and buttons, presented, printed, shared by a link, and read without scripts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.briefing.compose import draft_of, material_of
from cogwg.briefing.outline import Outline, switched
from cogwg.briefing.queries import briefing
from cogwg.briefing.services import Deed, create_briefing, freeze, revise
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write
from tests.journeys import axe
from tests.journeys.conftest import Arrive
from tests.journeys.site import Site
from tests.journeys.test_every_page import look

TOO_WIDE = """() => [...document.querySelectorAll('.slide *')]
    .filter(e => !e.closest('svg, .vh, thead') && getComputedStyle(e).display !== 'inline' && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 80))"""
SPLIT = """() => {
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT), found = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (text.parentElement.closest('svg, .vh, thead')) continue;
    for (const word of text.data.matchAll(/(?<!\\p{L})\\p{L}{2,13}(?!\\p{L})/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(line => Math.round(line.top))).size > 1) found.push(word[0]);
    }
  }
  return found;
}"""
"""Words that run over two lines although a line has room for them; longer ones are hyphenated where they must be."""
ASKED = {"en": "Who checked these numbers?", "fr": "Qui a vérifié ces chiffres ?"}
GLANCE = {"en": "Work plan at a glance", "fr": "Aperçu du plan de travail"}


def drafted(site: Site, on: date = date(2020, 9, 24), *, frozen: bool = False, without: tuple[str, ...] = ()) -> str:
    """The address of a briefing without its language; perhaps frozen as version 1, perhaps without some slides."""
    house = site.house
    by, at = Actor("person", house.person_id("chair")), house.calendar.now()
    with Session(house.engine) as session, write(session):
        audience = Bilingual("Joint Councils", "Conseils mixtes")
        made = create_briefing(session, year=2020, meeting_on=on, audience=audience, by=by, at=at)
        id = made.id
        opened = briefing(session, id)
        keys = [slide.key for slide in draft_of(opened, material_of(session, opened, at.date())).slides]

        def leave_out(outline: Outline) -> Outline:
            for key in without:
                outline = switched(outline, keys, key, shown=False)
            return outline

        revise(session, id, leave_out, Deed.ARRANGED, seen=opened.seen, by=by, at=at)
    if frozen:
        freeze_draft(site, id)
    return f"briefings/{id}"


def freeze_draft(site: Site, id: int) -> None:
    """The co-chair freezes it as it is."""
    house = site.house
    by, at = Actor("person", house.person_id("chair")), house.calendar.now()
    with Session(house.engine) as session, write(session):
        opened = briefing(session, id)
        deck = draft_of(opened, material_of(session, opened, at.date()))
        freeze(session, id, replace(deck, draft=False), (), note="", seen=opened.seen, by=by, at=at)


def at(page: Page, number: int) -> None:
    """One slide is shown, and it is this one of the deck."""
    expect(page.locator(".page:visible")).to_have_count(1)
    expect(page.locator(".page").nth(number - 1)).to_be_visible()
    expect(page.locator("[data-where]")).to_contain_text(str(number))


def test_a_co_chair_presents_by_keys(site: Site, arrive: Arrive, lang: str) -> None:
    place = drafted(site)
    chair = arrive(site, lang).enter("chair")
    page = chair.page
    chair.go(f"{place}/present")
    total = page.locator(".page").count()
    at(page, 1)
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
        at(page, number)
    expect(page.locator("[data-where]")).to_have_attribute("aria-live", "polite")
    page.get_by_role("button", name=chair.says("Next"), exact=True).click()
    at(page, 2)
    page.get_by_role("link", name=GLANCE[lang]).click()
    expect(page.get_by_role("heading", name=GLANCE[lang])).to_be_visible()
    expect(page).to_have_url(re.compile("#slide-glance$"))
    page.reload()
    expect(page.get_by_role("heading", name=GLANCE[lang])).to_be_visible()
    assert axe.faults(page) == []
    inside = page.evaluate("() => { const s = document.querySelector('[data-player]'); return s.scrollWidth <= s.clientWidth }")
    assert inside
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(f"/{lang}/{place}$"))


@pytest.mark.parametrize("lang", ["fr"])
def test_the_whole_screen_is_asked_for_and_left(site: Site, arrive: Arrive, lang: str) -> None:
    place = drafted(site, frozen=True)
    reader = arrive(site, lang).enter("reader")
    page = reader.page
    reader.go(f"{place}/versions/1/present")
    page.get_by_role("button", name=reader.says("Full screen")).click()
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".page").nth(1)).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(re.compile("DRAFT|ÉBAUCHE"))


@pytest.mark.parametrize("lang", ["en"])
def test_without_scripts_all_slides_stand_below_each_other(site: Site, arrive: Arrive, lang: str) -> None:
    place = drafted(site)
    chair = arrive(site, lang, js=False).enter("chair")
    page = chair.page
    for tail in ("present", "print"):
        chair.go(f"{place}/{tail}")
        slides = page.locator(".slide")
        expect(slides.nth(13)).to_be_attached()
        chair.loaded()
        expect(page.locator(".page:visible")).to_have_count(slides.count())
    expect(page.get_by_role("button", name=chair.says("Print"), exact=True)).to_have_count(0)


def test_somebody_with_the_link_reads_the_slides(site: Site, arrive: Arrive, lang: str) -> None:
    place = drafted(site)
    chair = arrive(site, lang).enter("chair")
    chair.go(f"{place}/links")
    chair.page.get_by_role("button", name=chair.says("Make a preview link")).click()
    shared = chair.page.locator(f"#link-{lang}")
    expect(shared).to_be_visible()
    assert axe.faults(chair.page) == []
    visitor = arrive(site, lang).expecting(404, 410)
    page = visitor.page
    there = shared.input_value().removeprefix(site.address)
    visitor.go(there)
    toc = page.get_by_role("navigation", name=visitor.says("Slides of this deck"))
    toc.locator("a").nth(5).click()
    expect(page.locator(".page").nth(5).get_by_role("heading").first).to_be_in_viewport()
    at(page, 6)
    expect(toc.locator("a").nth(5)).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowRight")
    at(page, 7)
    page.keyboard.press("End")
    at(page, page.locator(".page").count())
    assert axe.faults(page) == []
    chair.page.get_by_role("button", name=chair.says("Revoke")).click()
    expect(chair.page.get_by_role("button", name=chair.says("Revoke"))).to_have_count(0)
    assert visitor.go(there).status == 404
    chair.page.get_by_role("button", name=chair.says("Make a preview link")).click()
    expect(shared).to_be_visible()
    there = shared.input_value().removeprefix(site.address)
    assert visitor.go(there).status == 200
    freeze_draft(site, int(place.removeprefix("briefings/")))
    assert visitor.go(there).status == 410
    expect(page.get_by_role("heading", level=1)).to_have_text(visitor.says("This briefing is frozen now"))
    assert look(visitor, "a link that ended") == []


@pytest.mark.parametrize(("lang", "on"), [("en", date(2020, 2, 27)), ("fr", date(2020, 9, 24))], ids=str)
def test_a_slide_is_a_page_of_paper(site: Site, arrive: Arrive, lang: str, on: date) -> None:
    """All slides but the data, which runs on over as many pages as it needs."""
    place = drafted(site, on, without=("data",))
    chair = arrive(site, lang).enter("chair")
    page = chair.page
    chair.go(f"{place}/print")
    slides = page.locator(".slide")
    expect(slides.nth(12)).to_be_attached()
    chair.loaded()
    number = slides.count()
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == number
    assert set(re.findall(rb"/MediaBox\s*\[\s*0 0 (\d+) (\d+)", paper)) == {(b"792", b"612")}


@pytest.mark.parametrize(("lang", "width"), [("fr", 1280), ("en", 320)])
def test_nothing_of_a_slide_is_cut_off(site: Site, arrive: Arrive, lang: str, width: int) -> None:
    place = drafted(site)
    chair = arrive(site, lang, width=width).enter("chair")
    page = chair.page
    chair.go(f"{place}/print")
    assert page.evaluate("() => document.documentElement.scrollWidth") == width
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(SPLIT) == []
    assert axe.faults(page) == []


def test_two_who_prepare_it_talk_about_a_slide(site: Site, arrive: Arrive, lang: str) -> None:
    place = drafted(site)
    chair, secretariat = (arrive(site, lang).enter(name) for name in ("chair", "secretariat"))
    page = chair.page
    chair.go(f"{place}#slide-glance")
    talk = page.locator("#talk-glance")
    talk.locator("summary").click()
    talk.locator("textarea").fill(ASKED[lang])
    talk.get_by_role("button", name=chair.says("Comment"), exact=True).click()
    expect(talk.locator(".said")).to_have_text(ASKED[lang])
    expect(page.locator("#open-glance")).to_contain_text("1")
    expect(page.get_by_role("heading", name=GLANCE[lang])).to_be_visible()
    expect(talk.locator("summary")).to_be_focused()
    assert axe.faults(page) == []

    other = secretariat.page
    secretariat.go(f"{place}#talk-glance")
    told = other.locator("#talk-glance")
    expect(told.locator(".said")).to_be_in_viewport()
    expect(told.get_by_role("button", name=secretariat.says("Delete"))).to_have_count(0)
    told.get_by_role("button", name=secretariat.says("Settle")).click()
    expect(told.locator(".settled")).to_have_count(1)
    expect(other.locator("#open-glance")).to_be_empty()

    page.reload()
    expect(talk.locator(".settled")).to_have_count(1)
    talk.get_by_role("button", name=chair.says("Delete")).click()
    expect(talk.locator(".said")).to_have_count(0)


def test_who_checks_the_links_lands_at_what_was_found(
    site: Site, arrive: Arrive, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogwg.briefing.linkcheck.tried", lambda urls, **_: dict.fromkeys(urls, (True, "200")))
    place = drafted(site)
    chair = arrive(site, lang).enter("chair")
    chair.go(place)
    chair.page.get_by_role("button", name=chair.says("Check the links now")).click()
    expect(chair.page.locator("#checked")).to_be_focused()
    expect(chair.page.locator("#checked")).to_be_in_viewport()
    expect(chair.page).to_have_url(re.compile("#checked$"))
