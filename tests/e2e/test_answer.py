"""A lead answers a reminder from the email alone, on a phone, with and without scripts, in few interactions."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from cogwg.core.status import Status
from cogwg.mail.models import OutboxMessage
from cogwg.reporting.models import ReportSource, Submission
from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.interactions import InteractionCounter
from tests.e2e.site import Site
from tests.web.reporting.answer_links import add_reported_activities, make_link, remind

ACTIVITIES = 25
MAX_WITH_TWO_CHANGES, MAX_WITHOUT_CHANGE = 8, 5
TEXTS = {
    "en": ("Two more members answered.", "The form is with all of the members."),
    "fr": ("Deux autres membres ont répondu.", "Tous les membres ont reçu le formulaire."),
}


def emailed_path(site: Site) -> str:
    """Return the path of the private link in the reminder to Ontario's lead."""
    (message,) = site.app.rows(OutboxMessage, OutboxMessage.person_id == site.app.person_id("ontario"))
    (path,) = set(re.findall(r"/(?:en|fr)/answer/[\w-]+", message.text))
    return path


def open_email(site: Site, lead: BrowserUser) -> None:
    lead.open(re.sub("^/(en|fr)", f"/{lead.lang}", emailed_path(site)))
    expect(lead.page.locator("h1")).to_contain_text("Ontario")


def choose(counter: InteractionCounter, row: Locator, status: Status, lang: str) -> None:
    counter.click(row.get_by_text(status.label.text(lang), exact=True).first)


def sent_by_link(site: Site) -> list[Submission]:
    return site.app.rows(Submission, Submission.source == ReportSource.LINK)


@pytest.fixture
def site_of_many(site: Site) -> Site:
    add_reported_activities(site.app, ACTIVITIES)
    remind(site.app)
    return site


def test_twenty_five_activities_with_two_changes_take_at_most_eight_interactions(
    site_of_many: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    lead = open_browser(site_of_many, lang, js=js, width=360, touch=True)
    open_email(site_of_many, lead)
    counter = InteractionCounter()
    rows = lead.page.locator("article")
    expect(rows).to_have_count(ACTIVITIES)
    for number, text in enumerate(TEXTS[lang]):
        row = rows.nth(5 + number)
        choose(counter, row, Status.SUBSTANTIAL, lang)
        counter.fill(row.locator("textarea").first, text)
    counter.click(lead.page.get_by_role("button", name=lead.translate("Review and submit")))
    expect(lead.page.locator("h1")).to_have_text(lead.translate("Review and submit"))
    counter.click(lead.page.locator('label[for="choice-all"]'))
    counter.click(lead.page.get_by_role("button", name=lead.translate("Submit"), exact=True))
    expect(lead.page.locator("h1")).to_contain_text(str(ACTIVITIES))
    for text in TEXTS[lang]:
        expect(lead.page.locator("main")).to_contain_text(text)
    print(f"two of {ACTIVITIES} changed, {lang}: {counter.count} interactions of at most {MAX_WITH_TWO_CHANGES}")
    assert counter.count <= MAX_WITH_TWO_CHANGES
    assert len(sent_by_link(site_of_many)) == ACTIVITIES


def test_twenty_five_activities_without_change_take_at_most_five_interactions(
    site_of_many: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    lead = open_browser(site_of_many, lang, js=js, width=360, touch=True)
    open_email(site_of_many, lead)
    counter = InteractionCounter()
    counter.click(lead.page.get_by_role("button", name=lead.translate("Nothing has changed"), exact=True))
    expect(lead.page.locator("h1")).to_have_text(lead.translate("Review and submit"))
    counter.click(lead.page.locator('label[for="choice-all"]'))
    counter.click(lead.page.get_by_role("button", name=lead.translate("Submit"), exact=True))
    expect(lead.page.locator("h1")).to_contain_text(str(ACTIVITIES))
    print(f"none of {ACTIVITIES} changed, {lang}: {counter.count} interactions of at most {MAX_WITHOUT_CHANGE}")
    assert counter.count <= MAX_WITHOUT_CHANGE
    assert all(sent.nothing_to_report for sent in sent_by_link(site_of_many))


def test_five_activities_are_answered_on_a_phone_from_the_email_alone(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    remind(site.app)
    lead = open_browser(site, lang, js=js, width=320, touch=True).expect_statuses(422)
    open_email(site, lead)
    page = lead.page
    page.get_by_role("button", name=lead.translate("Nothing has changed"), exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("3.3")
    page.get_by_role("alert").get_by_role("link").first.click()
    page.locator("article").nth(1).locator("textarea").nth(1).fill(TEXTS[lang][1])
    page.get_by_role("button", name=lead.translate("Review and submit")).click()
    expect(page.locator("main")).to_contain_text(TEXTS[lang][1])
    page.locator('label[for="choice-all"]').click()
    page.get_by_role("button", name=lead.translate("Submit"), exact=True).click()
    expect(page.locator("h1")).to_contain_text("5")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert len(sent_by_link(site)) == 5


def test_answer_pages_pass_axe_after_each_step(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).expect_statuses(409, 422, 410)
    page, token = lead.page, make_link(site.app)
    faults = []

    def check(step: str) -> None:
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            faults.extend(f"{step}, {width}: {fault}" for fault in axe.find_violations(page))
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{step} is wider than {width}")

    def press(label: str) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name=lead.translate(label), exact=True).click()

    lead.open(f"answer/{token}")
    check("form")
    press("Nothing has changed")
    check("refused")
    shared = page.locator("article").nth(3)
    shared.get_by_text(Status.SUBSTANTIAL.label.text(lang), exact=True).first.click()
    shared.locator("textarea").first.fill(TEXTS[lang][0])
    theirs = site.app.client_as("bc").report_form("4.3").fill(status="SP", progress_en="The module is ready.")
    assert theirs.submit().status == 303
    press("Review and submit")
    expect(page.locator(".answer-conflict")).to_be_visible()
    check("conflict")
    page.locator(".answer-conflict").get_by_text(lead.translate("Keep mine"), exact=True).click()
    press("Review and submit")
    check("review")
    page.locator('label[for="choice-changed"]').click()
    press("Submit")
    check("receipt")
    site.app.clock.advance(days=31)
    lead.open(f"answer/{token}")
    check("ended")
    assert faults == []


def test_headless_scanner_of_the_page_changes_nothing(site: Site, open_browser: OpenBrowser) -> None:
    """Every button is pressed and every form is sent by a script, as far as a scanner without choices gets."""
    scanner = open_browser(site).expect_statuses(400, 422)
    token = make_link(site.app)
    before = site.app.fingerprint()
    for place in (f"answer/{token}", f"answer/{token}/stop"):
        scanner.open(place)
        count = scanner.page.locator("main button:visible").count()
        for number in range(count):
            scanner.open(place)
            scanner.page.locator("main button:visible").nth(number).click()
            scanner.wait_until_loaded()
            for form in range(scanner.page.locator("main form").count()):
                with scanner.page.expect_navigation():
                    scanner.page.evaluate("n => document.querySelectorAll('main form')[n].submit()", form)
    assert site.app.fingerprint() == before
    scanner.open(f"answer/{token}")
    expect(scanner.page.locator("article")).to_have_count(5)


def test_typed_text_is_kept_and_offered_when_the_link_is_opened_again(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    token = make_link(site.app)
    lead = open_browser(site, lang)
    lead.open(f"answer/{token}")
    with lead.page.expect_response(lambda response: response.url.endswith("/text")):
        lead.page.locator("article").nth(1).locator("textarea").first.fill(TEXTS[lang][0])
    again = open_browser(site, lang)
    again.open(f"answer/{token}")
    again.page.get_by_role("button", name=again.translate("Restore my text")).click()
    expect(again.page.locator("article").nth(1).locator("textarea").first).to_have_value(TEXTS[lang][0])


def test_back_from_the_review_shows_what_was_sent_to_it(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang)
    lead.open(f"answer/{make_link(site.app)}")
    row = lead.page.locator("article").nth(1)
    choose(InteractionCounter(), row, Status.SUBSTANTIAL, lang)
    row.locator("textarea").first.fill(TEXTS[lang][0])
    lead.page.get_by_role("button", name=lead.translate("Review and submit")).click()
    expect(lead.page.locator("h1")).to_have_text(lead.translate("Review and submit"))
    lead.page.go_back()
    expect(row.locator("textarea").first).to_have_value(TEXTS[lang][0])
    expect(row.locator(f'[value="{Status.SUBSTANTIAL}"]')).to_be_checked()
    expect(lead.page.locator(".unsaved-offer")).to_have_count(0)


def test_language_button_takes_what_was_typed_along(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    lead = open_browser(site, lang, js=js)
    lead.open(f"answer/{make_link(site.app)}")
    row = lead.page.locator("article").nth(1)
    row.locator("textarea").first.fill(TEXTS[lang][0])
    lead.page.get_by_role("button", name="Français" if lang == "en" else "English").click()
    expect(lead.page.locator("html")).to_have_attribute("lang", "fr" if lang == "en" else "en")
    expect(row.locator("textarea").first).to_have_value(TEXTS[lang][0])


def test_complete_opens_the_evidence_of_its_row_only(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang)
    lead.open(f"answer/{make_link(site.app)}")
    rows = lead.page.locator("article")
    choose(InteractionCounter(), rows.nth(3), Status.COMPLETE, lang)
    expect(rows.nth(3).locator("details[open]")).to_have_count(1)
    expect(rows.locator("details[open]")).to_have_count(1)


def test_back_after_submitting_opens_all_done(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang)
    lead.open(f"answer/{make_link(site.app)}")
    page = lead.page
    page.locator("article").nth(1).locator("textarea").nth(1).fill(TEXTS[lang][1])
    page.get_by_role("button", name=lead.translate("Nothing has changed"), exact=True).click()
    page.locator('label[for="choice-all"]').click()
    page.get_by_role("button", name=lead.translate("Submit"), exact=True).click()
    expect(page.locator("h1")).to_contain_text("5")
    page.go_back()
    expect(page.locator("h1")).to_have_text(lead.translate("All done"))
