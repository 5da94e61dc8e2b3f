"""The last evening of a quarter: a lead with six activities, twenty interactions and a receipt."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Locator, expect

from cogwg.core.scale import Status
from cogwg.reporting.models import Submission
from tests.databases import PASSWORD
from tests.journeys.axe import faults
from tests.journeys.conftest import Arrive, MakeSite
from tests.journeys.site import Site
from tests.journeys.visitor import Visitor

MOST = 20
NAMED = 3
WORDS = {"en": "The second round was held in September.", "fr": "La deuxième ronde a eu lieu en septembre."}


@pytest.fixture
def evening(make_site: MakeSite) -> Site:
    """The last day of the third quarter, of which nobody has reported yet."""
    return make_site("summer", date(2020, 9, 30))


class Hands:
    """What a person does, counted: a press of the mouse, a text, a press of keys."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.count = 0

    def click(self, what: Locator) -> None:
        self.count += 1
        what.click()

    def write(self, where: Locator, text: str) -> None:
        self.count += 1
        where.fill(text)

    def keys(self, keys: str) -> None:
        self.count += 1
        self.visitor.page.keyboard.press(keys)


def test_six_activities_take_twenty_interactions(evening: Site, arrive: Arrive, lang: str) -> None:
    lead = arrive(evening, lang)
    page = lead.page
    lead.go("my-updates?period=2020-09")
    lead.at("sign-in", more=True)
    page.fill("#email", "tbs@demo.cogwg.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name=lead.says("Sign in"), exact=True).click()
    expect(page.locator("h1")).to_have_text(lead.says("My updates"))
    lead.at("my-updates?period=2020-09")
    rows = page.locator("article[data-stage]")
    expect(rows).to_have_count(6)
    hands = Hands(lead)
    for number in range(6):
        row = rows.nth(number)
        silent = row.get_by_role("button", name=lead.says("Nothing to report"))
        text = row.locator(f'textarea[name$="-progress_{lang}"]')
        if not text.is_visible() and silent.last.is_visible():
            hands.click(silent.last)
        elif not text.is_visible():
            hands.click(row.locator("summary").first)
            hands.click(row.get_by_text(Status.NOT_STARTED.words.text(lang), exact=True).first)
            hands.click(silent.first)
        else:
            due = row.locator(".timely.due, .timely.overdue").count()
            if due and not row.get_by_label(Status.SUBSTANTIAL.words.text(lang), exact=True).is_checked():
                hands.click(row.get_by_text(Status.SUBSTANTIAL.words.text(lang), exact=True).first)
            hands.write(text, WORDS[lang])
            hands.keys("Control+Enter")
        expect(rows.nth(number)).to_have_attribute("data-stage", "ready")
        lead.loaded()
        lead.has_focus("main *")
    expect(page.locator('#submit-bar [data-count="ready"]')).to_have_text("6")
    hands.click(page.get_by_role("link", name=lead.says("Submit all")))
    expect(page.locator("h1")).to_have_text(lead.says("Submit all"))
    assert faults(page) == []
    hands.click(page.get_by_role("button", name=lead.says("Submit"), exact=True))
    expect(page.locator("h1")).to_have_text(lead.says("Receipt"))
    expect(page.locator("main")).to_contain_text(WORDS[lang])
    assert faults(page) == []
    print(f"six activities, {lang}: {hands.count} interactions of at most {MOST}")
    assert hands.count <= MOST
    assert len(evening.house.rows(Submission, Submission.period_id == 3)) == 6


def test_what_is_missing_is_named_and_can_be_sent_as_nothing_to_report(evening: Site, arrive: Arrive, lang: str) -> None:
    lead = arrive(evening, lang).enter("ontario")
    page = lead.page
    lead.go("my-updates")
    page.get_by_role("link", name=lead.says("Submit all")).click()
    boxes = lead.all(page.get_by_role("checkbox"), NAMED)
    for box in boxes:
        box.check()
    page.get_by_role("button", name=lead.says("Submit"), exact=True).click()
    expect(page.locator("h1")).to_have_text(lead.says("Receipt"))
    expect(page.locator("main > ul.rows > li")).to_have_count(NAMED)
    behind = page.locator("main section").filter(has_text=lead.says("Nothing was begun")).locator("li a")
    expect(behind).not_to_have_count(0)
    lead.go("my-updates")
    expect(page.locator('article[data-stage="in"]')).to_have_count(NAMED)


def test_a_co_chair_returns_a_report_and_the_lead_sends_it_again(evening: Site, arrive: Arrive, lang: str) -> None:
    lead, chair = arrive(evening, lang).enter("ontario"), arrive(evening, lang).enter("chair")
    lead.go("my-updates")
    row = lead.row("4.3")
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(WORDS[lang])
    row.get_by_role("button", name=lead.says("Save and submit")).click()
    expect(lead.row("4.3").locator(".saved")).to_be_visible()
    chair.go("plans/2020/activities/4.3/return?period=2020-09")
    assert faults(chair.page) == []
    chair.page.get_by_role("textbox").fill("Say how many took part.")
    chair.page.get_by_role("button", name=chair.says("Return it")).click()
    expect(chair.page.get_by_role("status").first).to_be_attached()
    lead.go("my-updates")
    expect(lead.row("4.3")).to_contain_text("Say how many took part.")
    row = lead.row("4.3")
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(f"{WORDS[lang]} (21)")
    row.get_by_role("button", name=lead.says("Save and submit")).click()
    expect(lead.row("4.3").locator(".saved")).to_contain_text("(21)")
    expect(lead.row("4.3")).not_to_contain_text("Say how many took part.")
