"""A co-chair prepares a meeting: a briefing is created, and its deck is taken along in both languages."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from cogwg.briefing.models import Briefing
from tests.databases import PASSWORD
from tests.journeys import axe
from tests.journeys.conftest import Arrive
from tests.journeys.site import Site
from tests.journeys.test_every_page import look
from tests.journeys.visitor import said

WORDS = {
    "en": ("Download the deck in English (Excel)", "Work plan", "Open Data User Stories"),
    "fr": ("Download the deck in French (Excel)", "Plan de travail", "Récits d’utilisation des données ouvertes"),
}


def test_a_co_chair_creates_a_briefing_and_takes_both_decks(
    site: Site, arrive: Arrive, lang: str, js: bool, tmp_path: Path
) -> None:
    chair = arrive(site, lang, js=js)
    page = chair.page
    chair.sign_in("chair", PASSWORD)
    page.get_by_role("navigation").get_by_role("link", name=chair.says("Briefings")).click()
    page.get_by_role("link", name=chair.says("Create a briefing")).click()
    page.fill('[name="meeting_on"]', "2020-10-08")
    page.get_by_role("button", name=chair.says("Create the briefing")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text({"en": "October", "fr": "octobre"}[lang])

    for code, (label, plan, story) in WORDS.items():
        with page.expect_download() as waiting:
            page.get_by_role("link", name=chair.says(label)).click()
        taken = waiting.value
        assert taken.suggested_filename.endswith(f"2020-10-08-{code}.xlsx")
        taken.save_as(tmp_path / f"{code}.xlsx")
        book = load_workbook(tmp_path / f"{code}.xlsx")
        assert len(book.sheetnames) >= 14
        cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
        assert any(plan in text for text in cells)
        assert any(story in text for text in cells)
        assert sum(len(sheet._charts) for sheet in book) >= 1

    chair.go("briefings")
    expect(page.locator("table.list tbody tr")).to_have_count(1)


def test_a_day_that_has_a_briefing_is_refused_with_the_words_kept(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    chair = arrive(site, lang, js=js).enter("chair").expecting(422)
    page = chair.page
    for audience, answer in (("First audience", page.locator(".downloads")), ("Second audience", page.get_by_role("alert"))):
        chair.go("briefings/new")
        page.fill('[name="meeting_on"]', "2020-10-08")
        page.fill(f'[name="audience_{lang}"]', audience)
        page.get_by_role("button", name=chair.says("Create the briefing")).click()
        expect(answer).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator(f'[name="audience_{lang}"]')).to_have_value("Second audience")
    if js:
        assert axe.faults(page) == []


def test_a_reader_arrives_at_the_latest_briefing(site: Site, arrive: Arrive, lang: str) -> None:
    chair = arrive(site, lang).enter("chair")
    chair.go("briefings/new")
    chair.page.fill('[name="meeting_on"]', "2020-10-08")
    chair.page.get_by_role("button", name=chair.says("Create the briefing")).click()
    expect(chair.page.locator(".downloads")).to_be_visible()
    (briefing,) = site.house.rows(Briefing)

    reader = arrive(site, lang)
    reader.sign_in("reader", PASSWORD)
    reader.at(f"briefings/{briefing.id}")
    expect(reader.page.get_by_role("link", name=said(lang, "Create a briefing"))).to_have_count(0)
    found = look(chair, "briefing") + look(reader, "briefing of a reader")
    reader.go("briefings")
    found += look(reader, "briefings of a reader")
    assert found == []
