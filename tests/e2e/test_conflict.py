"""Two people write one report: the second sees both texts, keeps both, and nothing is lost."""

from __future__ import annotations

from playwright.sync_api import expect

from cogwg.core.scale import Status
from tests.e2e.conftest import Arrive
from tests.e2e.site import Site
from tests.e2e.test_every_page import look
from tests.e2e.test_report import choose, submit
from tests.e2e.visitor import Visitor

FIRST = {"en": "Ontario put twelve resources online.", "fr": "L’Ontario a mis douze ressources en ligne."}
SECOND = {"en": "British Columbia reviewed the module.", "fr": "La Colombie-Britannique a révisé le module."}
DIFFERENCES = 2
LINKS = ("https://data.ontario.ca/literacy", "https://data.gov.bc.ca/module")


def test_the_second_keeps_both(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    ontario = arrive(site, lang, js=js).enter("ontario")
    bc = arrive(site, lang, js=js).enter("bc").expecting(409)
    for lead, words, link in ((ontario, FIRST[lang], LINKS[0]), (bc, SECOND[lang], LINKS[1])):
        lead.go("my-updates")
        row = lead.row("4.3")
        choose(lead, row, Status.SUBSTANTIAL)
        row.locator(f'textarea[name$="-progress_{lang}"]').fill(words)
        lead.open_fold(row, "Add evidence")
        row.locator('input[name$="-evidence_url"]').fill(link)
    submit(ontario, ontario.row("4.3"))
    expect(ontario.row("4.3").locator(".saved")).to_contain_text(FIRST[lang])
    submit(bc, bc.row("4.3"))

    page = bc.page
    conflict = page.locator('article[id^="update-"]:has(.conflict)')
    expect(conflict).to_be_visible()
    expect(page.get_by_role("heading", name=bc.says("Two people changed this report"))).to_be_visible()
    expect(conflict).to_contain_text("N. Osei")
    expect(conflict.locator(".card.theirs").first).to_contain_text(FIRST[lang])
    expect(conflict.locator(".card.yours").first).to_contain_text(SECOND[lang])
    if js:
        bc.has_focus('article[id^="update-"]:has(.conflict)')
        bc.at("my-updates")
    text = conflict.locator(f'textarea[name$="both-progress_{lang}"]')
    expect(text).to_have_value(f"{FIRST[lang]} {SECOND[lang]}")
    for difference in bc.all(conflict.locator("fieldset.difference"), DIFFERENCES):
        difference.get_by_label(bc.says("Keep both")).check()
    conflict.get_by_role("button", name=bc.says("Save and submit this version")).click()

    saved = bc.row("4.3").locator(".saved")
    for words in (FIRST[lang], SECOND[lang]):
        expect(saved).to_contain_text(words)
    for link in LINKS:
        expect(saved.locator(f'a[href="{link}"]')).to_be_visible()
    bc.go("plans/2020/activities/4.3")
    rail = page.locator("ol.rail > li")
    expect(rail.nth(0)).to_contain_text("A. Sandhu")
    expect(rail.nth(0)).to_contain_text(SECOND[lang])
    expect(rail.nth(1)).to_contain_text("N. Osei")
    expect(rail.nth(1)).not_to_contain_text(SECOND[lang])


def test_theirs_may_stay_as_it_is(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    ontario = arrive(site, lang, js=js).enter("ontario")
    bc = arrive(site, lang, js=js).enter("bc").expecting(409)
    for lead, words in ((ontario, FIRST[lang]), (bc, SECOND[lang])):
        lead.go("my-updates")
        lead.row("4.3").locator(f'textarea[name$="-progress_{lang}"]').fill(words)
    submit(ontario, ontario.row("4.3"))
    expect(ontario.row("4.3").locator(".saved")).to_be_visible()
    submit(bc, bc.row("4.3"))
    bc.page.get_by_role("link", name=bc.says("Leave theirs as it is")).click()
    expect(bc.row("4.3").locator(".saved")).to_contain_text(FIRST[lang])
    expect(bc.page.get_by_role("main")).not_to_contain_text(SECOND[lang])


def keep(lead: Visitor, code: str, words: str, stage: str = "ready") -> None:
    """Write an update and keep it as a draft."""
    lead.go(f"plans/2020/activities/{code}/report")
    choose(lead, lead.row(code), Status.SUBSTANTIAL)
    lead.row(code).locator(f'textarea[name$="-progress_{lead.lang}"]').fill(words)
    lead.row(code).get_by_role("button", name=lead.says("Save and next")).click()
    expect(lead.row(code)).to_contain_text(words)
    expect(lead.row(code)).to_have_attribute("data-stage", stage)
    lead.loaded()


def test_a_draft_that_changed_is_not_sent_with_the_rest_unseen(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    ontario = arrive(site, lang, js=js).enter("ontario").expecting(409)
    bc = arrive(site, lang, js=js).enter("bc")
    page = ontario.page
    keep(ontario, "3.3", "Ready.")
    keep(ontario, "4.3", FIRST[lang])
    page.get_by_role("link", name=ontario.says("Submit all")).click()
    expect(page.locator("h1")).to_have_text(ontario.says("Submit all"))
    expect(page.locator("main")).to_contain_text(FIRST[lang])
    keep(bc, "4.3", SECOND[lang])
    page.get_by_role("button", name=ontario.says("Submit"), exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text(ontario.says("Nothing was sent"))
    expect(page.locator(".conflict")).to_contain_text("A. Sandhu")
    expect(page.locator(".card.theirs")).to_contain_text(SECOND[lang])
    expect(page.locator(".card.yours")).to_contain_text(FIRST[lang])
    if js:
        assert look(ontario, "conflict of submit all") == []
    page.get_by_role("button", name=ontario.says("Save and submit this version")).click()
    saved = ontario.row("4.3").locator(".saved")
    for words in (FIRST[lang], SECOND[lang]):
        expect(saved).to_contain_text(words)
    expect(ontario.row("4.3")).to_have_attribute("data-stage", "in")
    expect(ontario.row("3.3")).to_have_attribute("data-stage", "ready")


def test_a_co_chair_sees_what_changed_before_it_is_returned(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    ontario = arrive(site, lang, js=js).enter("ontario")
    chair = arrive(site, lang, js=js).enter("chair").expecting(409)
    page = chair.page
    for words in (FIRST[lang], SECOND[lang]):
        ontario.go("plans/2020/activities/4.3/report")
        choose(ontario, ontario.row("4.3"), Status.SUBSTANTIAL)
        ontario.row("4.3").locator(f'textarea[name$="-progress_{lang}"]').fill(words)
        submit(ontario, ontario.row("4.3"))
        expect(ontario.row("4.3").locator(".saved")).to_contain_text(words)
        if words == FIRST[lang]:
            chair.go("plans/2020/activities/4.3/return?period=2020-09")
            page.get_by_role("textbox").fill("Which twelve?")
    page.get_by_role("button", name=chair.says("Return it")).click()

    expect(page.get_by_role("heading", name=chair.says("What changed since you read it"))).to_be_visible()
    expect(page.locator(".card").nth(0)).to_contain_text(FIRST[lang])
    expect(page.locator(".card").nth(1)).to_contain_text(SECOND[lang])
    expect(page.get_by_role("textbox")).to_have_value("Which twelve?")
    if js:
        assert look(chair, "a return of what changed") == []
    page.get_by_role("button", name=chair.says("Return the newer version")).click()
    chair.at("plans/2020/activities/4.3")
    ontario.go("my-updates")
    expect(ontario.row("4.3")).to_contain_text("Which twelve?")
