"""A co-chair goes from "the quarter is in" to the deck, in few interactions, which are counted."""

from __future__ import annotations

import re
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Download, Locator, Page, expect
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.db import write
from tests.february import freeze_february
from tests.journeys import axe
from tests.journeys.conftest import Arrive
from tests.journeys.site import Site
from tests.journeys.visitor import Visitor

MOST = 25
DOWNLOADS = {"en": "Download in English (%(format)s)", "fr": "Download in French (%(format)s)"}
WORDS = {
    "en": ("Work plan", "Open Data User Stories", "Two user stories are on the open government portal.", "Name a lead"),
    "fr": ("Plan de travail", "Récits d’utilisation des données ouvertes", "Deux récits d’utilisation", "Nommez une personne"),
}
"""What a deck says in each language: its plan, a priority, and what the co-chair chose and wrote."""


class Hands:
    """What a person does on a page, each click, tick and typed text counted."""

    def __init__(self) -> None:
        self.count = 0

    def click(self, there: Locator) -> None:
        self.count += 1
        there.click()

    def check(self, there: Locator, *, on: bool = True) -> None:
        self.count += 1
        there.set_checked(on)

    def fill(self, there: Locator, text: str) -> None:
        self.count += 1
        there.fill(text)


def seeded(site: Site) -> None:
    with Session(site.house.engine) as session, write(session):
        freeze_february(session, Actor("person", site.house.person_id("secretariat")))


def button(visitor: Visitor, words: str, **told: int) -> Locator:
    return visitor.page.get_by_role("main").get_by_role("button", name=visitor.says(words, **told), exact=True)


def on_step(page: Page, step: str) -> None:
    expect(page).to_have_url(re.compile(rf"/briefings/\d+/{step}$"))
    expect(page.locator('.steps [aria-current="step"]')).to_have_count(1)


def test_a_co_chair_goes_from_a_seeded_quarter_to_a_frozen_deck_and_both_downloads(
    site: Site, arrive: Arrive, lang: str, tmp_path: Path
) -> None:
    seeded(site)
    chair = arrive(site, lang).enter("chair")
    page, hands, found = chair.page, Hands(), []
    chair.go("readiness")

    hands.click(page.get_by_role("navigation").get_by_role("link", name=chair.says("Briefings")))
    hands.click(page.get_by_role("link", name=chair.says("Create a briefing")))
    hands.fill(page.locator('[name="meeting_on"]'), "2020-10-08")
    hands.click(button(chair, "Create the briefing"))

    on_step(page, "changes")
    expect(page.get_by_role("heading", level=2)).to_have_text(chair.says("What changed"))
    hands.check(page.locator('[name="tick-forward:2020:1.1"]'), on=False)
    found += axe.faults(page)
    hands.click(button(chair, "Save and go on"))

    on_step(page, "news")
    expect(page.locator("main .notice")).to_contain_text("16")
    hands.click(page.locator("main details.after > summary"))
    hands.check(page.locator("main details.after").get_by_role("checkbox").first)
    hands.click(button(chair, "Save and go on"))

    on_step(page, "priorities")
    hands.click(page.locator("#priority-1 details > summary"))
    hands.click(page.locator("#priority-1").get_by_role("button", name=chair.says("Use this line")).nth(1))
    expect(page.locator(f"#highlight-1-{lang}")).to_be_focused()
    expect(page.locator("#highlight-1-en")).to_have_value("Two user stories are on the open government portal.")
    hands.fill(page.locator("#ask-2-1-en"), "Name a lead for each forum.")
    hands.fill(page.locator("#ask-2-1-fr"), "Nommez une personne responsable de chaque forum.")
    hands.click(button(chair, "Save and go on"))

    on_step(page, "next-steps")
    hands.check(page.locator("#state-1-done"))
    hands.click(button(chair, "Save and go on"))

    on_step(page, "slides")
    hands.click(page.locator("#up-why"))
    expect(page.locator("#down-why")).to_be_focused()
    expect(page.locator(".arranged > li").nth(2)).to_contain_text({"en": "matters", "fr": "importance"}[lang])
    hands.click(page.get_by_role("link", name=chair.says("Go on to the preview")))

    expect(page).to_have_url(re.compile(r"/briefings/\d+$"))
    expect(page.get_by_role("heading", level=2, name=chair.says("Before you freeze"))).to_be_visible()
    hands.fill(page.locator("#freeze textarea"), "The reports that are missing are excused.")
    hands.click(button(chair, "Freeze version %(number)s", number=1))

    expect(page).to_have_url(re.compile(r"/briefings/\d+/versions/1$"))
    expect(page.locator("main .notice")).to_be_visible()
    found += axe.faults(page)
    for code, label in DOWNLOADS.items():
        with page.expect_download() as waiting:
            hands.click(page.get_by_role("link", name=chair.says(label, format="Excel")))
        _is_the_deck(waiting.value, code, tmp_path)
    print(f"{hands.count} interactions ({lang})")
    assert hands.count <= MOST
    assert found == []


def test_a_row_is_moved_by_the_keyboard_alone(site: Site, arrive: Arrive, lang: str) -> None:
    """The focus stays on the row, so that pressing again moves it on."""
    seeded(site)
    chair = arrive(site, lang).enter("chair")
    page = chair.page
    chair.go("briefings/new")
    page.fill('[name="meeting_on"]', "2020-10-08")
    button(chair, "Create the briefing").click()
    on_step(page, "changes")
    page.locator('[id="up-forward-2020-2-1"]').focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("at=up"))
    expect(page.locator('[id="up-forward-2020-2-1"]')).to_be_focused()
    page.keyboard.press("Enter")
    boxes = page.locator('[name^="tick-forward"]')
    expect(boxes.nth(2)).to_have_attribute("name", "tick-forward:2020:2.1")


def _is_the_deck(taken: Download, code: str, folder: Path) -> None:
    assert taken.suggested_filename.endswith(f"2020-10-08-{code}.xlsx"), taken.suggested_filename
    taken.save_as(folder / f"{code}.xlsx")
    book = load_workbook(folder / f"{code}.xlsx")
    assert len(book.sheetnames) >= 14
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    for words in WORDS[code]:
        assert any(words in text for text in cells), words
    assert sum(len(sheet._charts) for sheet in book) >= 1
