"""Two people edit one report: the second sees both texts and can keep both."""

from __future__ import annotations

from playwright.sync_api import expect

from cogwg.core.status import Status
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page
from tests.e2e.test_report import choose_status, submit_update

FIRST_TEXT = {"en": "Ontario put twelve resources online.", "fr": "L’Ontario a mis douze ressources en ligne."}
SECOND_TEXT = {"en": "British Columbia reviewed the module.", "fr": "La Colombie-Britannique a révisé le module."}
DIFFERENCE_COUNT = 2
LINKS = ("https://data.ontario.ca/literacy", "https://data.gov.bc.ca/module")


def test_conflict_keep_both_submits_both_texts(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    ontario = open_browser(site, lang, js=js).use_session_of("ontario")
    bc = open_browser(site, lang, js=js).use_session_of("bc").expect_statuses(409)
    for lead, words, link in ((ontario, FIRST_TEXT[lang], LINKS[0]), (bc, SECOND_TEXT[lang], LINKS[1])):
        lead.open("my-updates")
        row = lead.open_update("4.3")
        choose_status(lead, row, Status.SUBSTANTIAL)
        row.locator(f'textarea[name$="-progress_{lang}"]').fill(words)
        lead.open_details(row, "Add evidence")
        row.locator('input[name$="-evidence_url"]').fill(link)
    submit_update(ontario, ontario.update_row("4.3"))
    expect(ontario.update_row("4.3").locator(".update-saved")).to_contain_text(FIRST_TEXT[lang])
    submit_update(bc, bc.update_row("4.3"))

    page = bc.page
    conflict = page.locator('article[id^="update-"]:has(.conflict)')
    expect(conflict).to_be_visible()
    expect(page.get_by_role("heading", name=bc.translate("Two people edited this report"))).to_be_visible()
    expect(conflict).to_contain_text("N. Osei")
    expect(conflict.locator(".card.theirs").first).to_contain_text(FIRST_TEXT[lang])
    expect(conflict.locator(".card.yours").first).to_contain_text(SECOND_TEXT[lang])
    if js:
        bc.expect_focus('article[id^="update-"]:has(.conflict)')
        bc.expect_path("my-updates")
    text = conflict.locator(f'textarea[name$="both-progress_{lang}"]')
    expect(text).to_have_value(f"{FIRST_TEXT[lang]} {SECOND_TEXT[lang]}")
    for difference in bc.expect_count(conflict.locator("fieldset.difference"), DIFFERENCE_COUNT):
        difference.get_by_label(bc.translate("Keep both")).check()
    conflict.get_by_role("button", name=bc.translate("Save and submit this version")).click()

    saved = bc.update_row("4.3").locator(".update-saved")
    for words in (FIRST_TEXT[lang], SECOND_TEXT[lang]):
        expect(saved).to_contain_text(words)
    for link in LINKS:
        expect(saved.locator(f'a[href="{link}"]')).to_be_visible()
    bc.open("plans/2020/activities/4.3")
    rail = page.locator("ol.history-list > li")
    expect(rail.nth(0)).to_contain_text("A. Sandhu")
    expect(rail.nth(0)).to_contain_text(SECOND_TEXT[lang])
    expect(rail.nth(1)).to_contain_text("N. Osei")
    expect(rail.nth(1)).not_to_contain_text(SECOND_TEXT[lang])


def test_conflict_keep_theirs_drops_the_second_text(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    ontario = open_browser(site, lang, js=js).use_session_of("ontario")
    bc = open_browser(site, lang, js=js).use_session_of("bc").expect_statuses(409)
    for lead, words in ((ontario, FIRST_TEXT[lang]), (bc, SECOND_TEXT[lang])):
        lead.open("my-updates")
        lead.open_update("4.3").locator(f'textarea[name$="-progress_{lang}"]').fill(words)
    submit_update(ontario, ontario.update_row("4.3"))
    expect(ontario.update_row("4.3").locator(".update-saved")).to_be_visible()
    submit_update(bc, bc.update_row("4.3"))
    bc.page.get_by_role("link", name=bc.translate("Keep their version")).click()
    expect(bc.update_row("4.3").locator(".update-saved")).to_contain_text(FIRST_TEXT[lang])
    expect(bc.page.get_by_role("main")).not_to_contain_text(SECOND_TEXT[lang])


def save_draft(lead: BrowserUser, code: str, text: str, stage: str = "ready") -> None:
    """Write an update and save it as a draft."""
    lead.open(f"plans/2020/activities/{code}/report")
    choose_status(lead, lead.update_row(code), Status.SUBSTANTIAL)
    lead.update_row(code).locator(f'textarea[name$="-progress_{lead.lang}"]').fill(text)
    lead.update_row(code).get_by_role("button", name=lead.translate("Save draft")).click()
    expect(lead.update_row(code)).to_contain_text(text)
    expect(lead.update_row(code)).to_have_attribute("data-stage", stage)
    lead.wait_until_loaded()


def test_submit_all_conflict_sends_nothing(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    ontario = open_browser(site, lang, js=js).use_session_of("ontario").expect_statuses(409)
    bc = open_browser(site, lang, js=js).use_session_of("bc")
    page = ontario.page
    save_draft(ontario, "3.3", "Ready.")
    save_draft(ontario, "4.3", FIRST_TEXT[lang])
    ontario.open("my-updates")
    page.get_by_role("link", name=ontario.translate("Submit all")).click()
    expect(page.locator("h1")).to_have_text(ontario.translate("Submit all"))
    expect(page.locator("main")).to_contain_text(FIRST_TEXT[lang])
    save_draft(bc, "4.3", SECOND_TEXT[lang])
    page.get_by_role("button", name=ontario.translate("Submit reports"), exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text(ontario.translate("Nothing was submitted"))
    expect(page.locator(".conflict")).to_contain_text("A. Sandhu")
    expect(page.locator(".card.theirs")).to_contain_text(SECOND_TEXT[lang])
    expect(page.locator(".card.yours")).to_contain_text(FIRST_TEXT[lang])
    if js:
        assert check_page(ontario, "conflict of submit all") == []
    page.get_by_role("button", name=ontario.translate("Save and submit this version")).click()
    saved = ontario.update_row("4.3").locator(".update-saved")
    for words in (FIRST_TEXT[lang], SECOND_TEXT[lang]):
        expect(saved).to_contain_text(words)
    expect(ontario.update_row("4.3")).to_have_attribute("data-stage", "in")
    expect(ontario.update_row("3.3")).to_have_attribute("data-stage", "ready")


def test_return_of_a_changed_report_shows_what_changed_first(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    ontario = open_browser(site, lang, js=js).use_session_of("ontario")
    chair = open_browser(site, lang, js=js).use_session_of("chair").expect_statuses(409)
    page = chair.page
    for words in (FIRST_TEXT[lang], SECOND_TEXT[lang]):
        ontario.open("plans/2020/activities/4.3/report")
        choose_status(ontario, ontario.update_row("4.3"), Status.SUBSTANTIAL)
        ontario.update_row("4.3").locator(f'textarea[name$="-progress_{lang}"]').fill(words)
        submit_update(ontario, ontario.update_row("4.3"))
        expect(ontario.update_row("4.3").locator(".update-saved")).to_contain_text(words)
        if words == FIRST_TEXT[lang]:
            chair.open("plans/2020/activities/4.3/return?period=2020-09")
            page.get_by_role("textbox").fill("Which twelve?")
    page.get_by_role("button", name=chair.translate("Return the report for changes")).click()

    expect(page.get_by_role("heading", name=chair.translate("What changed since you opened the report"))).to_be_visible()
    expect(page.locator(".card").nth(0)).to_contain_text(FIRST_TEXT[lang])
    expect(page.locator(".card").nth(1)).to_contain_text(SECOND_TEXT[lang])
    expect(page.get_by_role("textbox")).to_have_value("Which twelve?")
    if js:
        assert check_page(chair, "a return of what changed") == []
    page.get_by_role("button", name=chair.translate("Return the updated report for changes")).click()
    chair.expect_path("plans/2020/activities/4.3")
    ontario.open("my-updates")
    expect(ontario.update_row("4.3")).to_contain_text("Which twelve?")
