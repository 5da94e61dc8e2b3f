"""A co-chair composes a deck from the reports of a quarter, within a limited number of interactions."""

from __future__ import annotations

import re
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Download, Locator, Page, expect
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.db import write_transaction
from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.interactions import InteractionCounter
from tests.e2e.site import Site
from tests.february_briefing import create_february_briefing
from tests.sessions import ESSENTIAL

MAX_INTERACTIONS = 30
MAX_INTERACTIONS_WITH_DEFAULTS = 11
DOWNLOAD_LABELS = {"en": "Download in English (%(format)s)", "fr": "Download in French (%(format)s)"}
DECK_TEXTS = {
    "en": ("Work plan", "Open Data User Stories", "Two user stories are on the open government portal.", "Name a lead"),
    "fr": ("Plan de travail", "Récits d’utilisation des données ouvertes", "Deux récits d’utilisation", "Nommez une personne"),
}
"""Texts in the deck of each language: its plan, a priority, and what the co-chair chose and wrote."""


def add_february_briefing(site: Site) -> None:
    with Session(site.app.engine) as session, write_transaction(session):
        create_february_briefing(session, Actor("person", site.app.person_id("secretariat")))


def find_button(visitor: BrowserUser, message: str, **values: int) -> Locator:
    return visitor.page.get_by_role("main").get_by_role("button", name=visitor.translate(message, **values), exact=True)


def expect_step(page: Page, step: str) -> None:
    expect(page).to_have_url(re.compile(rf"/briefings/\d+/{step}$"))
    expect(page.locator('.editor-steps [aria-current="step"]')).to_have_count(1)


def test_briefing_from_creation_to_frozen_version_and_both_downloads(
    site: Site, open_browser: OpenBrowser, lang: str, tmp_path: Path
) -> None:
    """From home, where a co-chair arrives after sign-in: something is chosen or written in every step."""
    add_february_briefing(site)
    chair = open_browser(site, lang).use_session_of("chair")
    page, counter, violations = chair.page, InteractionCounter(), []
    chair.open("")

    counter.click(page.get_by_role("navigation").get_by_role("link", name=chair.translate("Briefings")))
    counter.click(page.get_by_role("link", name=chair.translate("Create a briefing")))
    counter.fill(page.locator('[name="meeting_on"]'), "2020-10-08")
    for code in ("en", "fr"):
        counter.fill(page.locator(f'[name="place_{code}"]'), "Ottawa")
    counter.click(find_button(chair, "Create the briefing"))

    expect_step(page, "changes")
    expect(page.get_by_role("heading", level=2)).to_have_text(chair.translate("What changed"))
    counter.check(page.locator('[name="tick-forward:2020:1.1"]'), on=False)
    violations += axe.find_violations(page)
    counter.click(find_button(chair, "Save and continue"))

    expect_step(page, "news")
    expect(page.locator("main .notice")).to_contain_text("16")
    counter.click(page.locator("main details.spaced > summary"))
    counter.check(page.locator("main details.spaced").get_by_role("checkbox").first)
    counter.click(find_button(chair, "Save and continue"))

    expect_step(page, "priorities")
    counter.click(page.locator("#priority-1 details:not(.terms) > summary"))
    counter.click(page.locator("#priority-1").get_by_role("button", name=chair.translate("Use this sentence")).nth(1))
    expect(page.locator(f"#highlight-1-{lang}")).to_be_focused()
    expect(page.locator("#highlight-1-en")).to_have_value("Two user stories are on the open government portal.")
    counter.fill(page.locator("#ask-2-1-en"), "Name a lead for each forum.")
    counter.fill(page.locator("#ask-2-1-fr"), "Nommez une personne responsable de chaque forum.")
    counter.click(find_button(chair, "Save and continue"))

    expect_step(page, "next-steps")
    counter.check(page.locator("#state-1-done"))
    counter.fill(page.locator('[name="step-new-en"]'), "Count the data sets.")
    counter.fill(page.locator('[name="step-new-fr"]'), "Compter les jeux de données.")
    counter.click(find_button(chair, "Save and continue"))

    expect_step(page, "slides")
    counter.click(page.locator(".slide-order .menu summary").nth(4))
    counter.click(page.locator("#up-progress"))
    expect(page.locator("#down-progress")).to_be_focused()
    expect(page.locator(".slide-order > li").nth(3)).to_contain_text({"en": "Progress", "fr": "Avancement"}[lang])
    counter.click(find_button(chair, "Continue to the preview"))

    expect(page).to_have_url(re.compile(r"/briefings/\d+$"))
    expect(page.get_by_role("heading", level=2, name=chair.translate("Before you finalize"))).to_be_visible()
    counter.fill(page.locator("#freeze textarea"), "The reports that are missing are excused.")
    counter.click(find_button(chair, "Finalize version %(number)s", number=1))
    expect(page.get_by_role("heading", level=1)).to_have_text(chair.translate("Finalize version %(number)s?", number=1))
    violations += axe.find_violations(page)
    counter.click(find_button(chair, "Finalize version %(number)s", number=1))

    expect(page).to_have_url(re.compile(r"/briefings/\d+/versions/1$"))
    expect(page.locator("main .notice")).to_be_visible()
    violations += axe.find_violations(page)
    for code, label in DOWNLOAD_LABELS.items():
        with page.expect_download() as waiting:
            counter.click(page.get_by_role("link", name=chair.translate(label, format="Excel")))
        _check_downloaded_deck(waiting.value, code, tmp_path)
    print(f"{counter.count} interactions ({lang})")
    assert counter.count <= MAX_INTERACTIONS
    assert violations == []


@ESSENTIAL
def test_briefing_with_defaults_is_finalized_and_downloaded_in_eleven_interactions(
    site: Site, open_browser: OpenBrowser, lang: str, tmp_path: Path
) -> None:
    """From home, where a co-chair arrives after sign-in: nothing is chosen; the last step says what is missing, and why."""
    add_february_briefing(site)
    chair = open_browser(site, lang).use_session_of("chair")
    page, counter = chair.page, InteractionCounter()
    chair.open("")
    counter.click(page.get_by_role("navigation").get_by_role("link", name=chair.translate("Briefings")))
    counter.click(page.get_by_role("link", name=chair.translate("Create a briefing")))
    counter.fill(page.locator('[name="meeting_on"]'), "2020-10-08")
    counter.click(find_button(chair, "Create the briefing"))
    expect_step(page, "changes")
    counter.click(page.locator(".editor-steps").get_by_role("link", name=chair.translate("Preview and finalize")))
    expect(page).to_have_url(re.compile(r"/briefings/\d+$"))
    counter.fill(page.locator("#freeze textarea"), "The reports that are missing are excused.")
    counter.click(find_button(chair, "Finalize version %(number)s", number=1))
    expect(page.get_by_role("heading", level=1)).to_have_text(chair.translate("Finalize version %(number)s?", number=1))
    counter.click(find_button(chair, "Finalize version %(number)s", number=1))
    expect(page).to_have_url(re.compile(r"/briefings/\d+/versions/1$"))
    for code, label in DOWNLOAD_LABELS.items():
        with page.expect_download() as waiting:
            counter.click(page.get_by_role("link", name=chair.translate(label, format="Excel")))
        assert waiting.value.suggested_filename.endswith(f"2020-10-08-v1-{code}.xlsx")
    print(f"defaults: {counter.count} interactions ({lang}) of at most {MAX_INTERACTIONS_WITH_DEFAULTS}")
    assert counter.count <= MAX_INTERACTIONS_WITH_DEFAULTS


def test_row_is_moved_by_keyboard(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    """The focus stays on the row, so that pressing again moves it further."""
    add_february_briefing(site)
    chair = open_browser(site, lang).use_session_of("chair")
    page = chair.page
    chair.open("briefings/new")
    page.fill('[name="meeting_on"]', "2020-10-08")
    find_button(chair, "Create the briefing").click()
    expect_step(page, "changes")
    chair.open_menu(page.locator("details.menu").filter(has=page.locator('[id="up-forward-2020-2-1"]')))
    chair.tab_to('[id="up-forward-2020-2-1"]')
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("at=up"))
    expect(page.locator('[id="up-forward-2020-2-1"]')).to_be_focused()
    page.keyboard.press("Enter")
    boxes = page.locator('[name^="tick-forward"]')
    expect(boxes.nth(2)).to_have_attribute("name", "tick-forward:2020:2.1")


def _check_downloaded_deck(download: Download, code: str, folder: Path) -> None:
    assert download.suggested_filename.endswith(f"2020-10-08-v1-{code}.xlsx"), download.suggested_filename
    download.save_as(folder / f"{code}.xlsx")
    book = load_workbook(folder / f"{code}.xlsx")
    assert len(book.sheetnames) >= 14
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    for words in DECK_TEXTS[code]:
        assert any(words in text for text in cells), words
    assert sum(len(sheet._charts) for sheet in book) >= 1
