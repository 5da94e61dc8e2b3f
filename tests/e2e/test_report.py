"""A jurisdiction's lead reports for the quarter, in a minute and without losing a word."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from cogwg.core.scale import Status
from tests.databases import PASSWORD
from tests.e2e.conftest import Arrive
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

WORDS = {
    "en": "Five measures were tried with two catalogues.",
    "fr": "Cinq mesures ont été mises à l’essai dans deux catalogues : c’est fait.",
}
LINK = "https://data.ontario.ca/measures?a=1&b=2"


def choose(visitor: Visitor, row: Locator, status: Status) -> None:
    row.get_by_label(status.label.text(visitor.lang), exact=True).check()


def submit(visitor: Visitor, row: Locator) -> None:
    row.get_by_role("button", name=visitor.says("Save and submit")).click()


def stays(visitor: Visitor) -> Any:
    """Mark the page; what is swapped in place leaves the mark where it is."""
    visitor.loaded()
    if visitor.js:
        visitor.page.evaluate("() => { window.stayed = true }")

    def check() -> None:
        if visitor.js:
            assert visitor.page.evaluate("() => window.stayed") is True

    return check


def test_a_lead_signs_in_reports_and_finds_it_in_the_history(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    lead = arrive(site, lang, js=js)
    page = lead.page
    lead.sign_in("ontario", PASSWORD)
    lead.at("my-updates")
    expect(page.locator("article.update")).to_have_count(5)
    expect(page.locator('article a[href*="/activities/5."]')).to_have_count(0)

    in_place = stays(lead)
    row = lead.row("3.3")
    choose(lead, row, Status.SUBSTANTIAL)
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(WORDS[lang])
    lead.open_fold(row, "Add evidence")
    row.locator('input[name$="-evidence_url"]').fill(LINK)
    row.locator(f'input[name$="-evidence_label_{lang}"]').fill("Notes")
    submit(lead, row)

    saved = lead.row("3.3")
    expect(saved.locator(".saved")).to_be_visible()
    expect(saved).to_contain_text(WORDS[lang])
    expect(saved).to_contain_text(Status.SUBSTANTIAL.label.text(lang))
    expect(saved.locator(f'a[href="{LINK}"]')).to_have_text("Notes")
    expect(page.get_by_role("status").filter(has_text=lead.says("Submitted: %(title)s.", title="")[:6]).first).to_be_attached()
    in_place()
    if js:
        lead.at("my-updates")
        lead.has_focus("article:has(.saved):has(a[href$='/activities/3.3'])")
    else:
        expect(page).to_have_url(re.compile(f"#{saved.get_attribute('id')}$"))

    lead.go("plans/2020/activities/3.3")
    newest = page.locator("ol.rail > li").first
    expect(newest).to_contain_text("N. Osei")
    expect(newest).to_contain_text(WORDS[lang])
    lead.go("plans/2020/priorities/3")
    expect(page.locator("#activity-3-3")).to_contain_text(Status.SUBSTANTIAL.label.text(lang))


def test_what_is_missing_is_said_and_nothing_typed_is_lost(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    lead = arrive(site, lang, js=js).enter("ontario").expecting(422)
    page = lead.page
    lead.go("my-updates")
    row = lead.row("4.3")
    choose(lead, row, Status.COMPLETE)
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(WORDS[lang])
    submit(lead, row)

    summary = page.locator('[role="alert"]')
    expect(summary).to_be_visible()
    expect(summary).to_be_focused()
    row = lead.row("4.3")
    expect(row.locator(f'textarea[name$="-progress_{lang}"]')).to_have_value(WORDS[lang])
    expect(row.get_by_label(Status.COMPLETE.label.text(lang), exact=True)).to_be_checked()
    problem = row.locator('input[name$="-evidence_url"]')
    expect(problem).to_have_attribute("aria-invalid", "true")
    expect(problem).to_be_visible()

    summary.get_by_role("link").first.click()
    if js:
        expect(problem).to_be_focused()
    problem.fill(LINK)
    submit(lead, row)
    expect(lead.row("4.3").locator(".saved")).to_contain_text(WORDS[lang])


def test_a_report_can_be_changed_after_it_was_submitted(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    lead = arrive(site, lang, js=js).enter("ontario")
    lead.go("my-updates")
    for words in (WORDS[lang], WORDS[lang] + " !"):
        row = lead.row("3.3")
        if words != WORDS[lang]:
            row.get_by_role("link", name=lead.says("Change it")).click()
            expect(row.locator("form")).to_be_visible()
            lead.loaded()
            if js:
                lead.has_focus("main *")
        choose(lead, row, Status.SUBSTANTIAL)
        row.locator(f'textarea[name$="-progress_{lang}"]').fill(words)
        submit(lead, row)
        expect(lead.row("3.3").locator(".saved")).to_contain_text(words)
    lead.go("plans/2020/activities/3.3")
    expect(lead.page.locator("ol.rail > li", has_text=WORDS[lang])).to_have_count(2)


def test_last_words_are_taken_as_a_draft_in_one_click(site: Site, arrive: Arrive, lang: str) -> None:
    lead = arrive(site, lang).enter("ontario")
    lead.go("my-updates")
    row = lead.row("4.3")
    last = row.locator(".quote span")
    before, written = lead.read(last), last.get_attribute("lang")
    assert written == "en", "it has no French yet"
    expect(row.locator(".quote")).to_contain_text("Last report:" if lang == "en" else "Dernier rapport, en anglais")
    row.get_by_role("button", name=lead.says("Use as draft")).click()
    field = row.locator(f'textarea[name$="-progress_{written}"]')
    expect(field).to_have_value(before)
    expect(field).to_be_focused()


def test_whoever_leaves_words_that_are_not_saved_is_asked_first(site: Site, arrive: Arrive, lang: str) -> None:
    lead = arrive(site, lang).enter("ontario")
    lead.go("my-updates")
    asked: list[str] = []
    lead.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    field = lead.row("3.3").locator(f'textarea[name$="-progress_{lang}"]')
    plan = lead.page.get_by_role("navigation").get_by_role("link", name=lead.says("Plan"), exact=True)
    field.fill(WORDS[lang])
    plan.click(no_wait_after=True)
    expect(field).to_have_value(WORDS[lang])
    assert asked == ["beforeunload"]
    choose(lead, lead.row("3.3"), Status.SUBSTANTIAL)
    submit(lead, lead.row("3.3"))
    expect(lead.row("3.3").locator(".saved")).to_contain_text(WORDS[lang])
    plan.click()
    lead.at("plans/2020")
    assert asked == ["beforeunload"], "what was saved is not asked about"


def test_a_co_chair_reports_on_behalf_of_a_jurisdiction(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    chair = arrive(site, lang, js=js).enter("chair")
    page = chair.page
    chair.go("my-updates")
    page.get_by_role("main").get_by_role("link", name="Ontario").click()
    chair.at("my-updates?for=on")
    expect(page.locator(".notice", has_text="Ontario").first).to_be_visible()
    row = chair.row("3.3")
    choose(chair, row, Status.SUBSTANTIAL)
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(WORDS[lang])
    submit(chair, row)
    expect(chair.row("3.3").locator(".saved")).to_contain_text("R. Campbell")
    chair.at("my-updates?for=on", more=True)

    chair.go("plans/2020/activities/3.3")
    newest = page.locator("ol.rail > li").first
    expect(newest).to_contain_text("R. Campbell")
    expect(newest).to_contain_text({"en": "on behalf of Ontario", "fr": "au nom de l’Ontario"}[lang])


def test_a_lead_without_a_role_reads_why_and_what_they_can_do(reading: Site, arrive: Arrive, lang: str, js: bool) -> None:
    lead = arrive(reading, lang, js=js).enter("quebec")
    lead.go("my-updates")
    main = lead.page.get_by_role("main")
    expect(main).to_contain_text({"en": "Quebec holds no role", "fr": "Québec"}[lang])
    expect(main.locator("form")).to_have_count(0)
    main.get_by_role("link", name=lead.says("Read the plan")).click()
    lead.at("plans/2020")


def test_a_lead_reports_by_keyboard_alone(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    lead = arrive(site, lang, js=js)
    keyboard = lead.page.keyboard
    lead.go("sign-in")
    keyboard.press("Tab")
    expect(lead.page.locator("a.skip")).to_be_focused()
    keyboard.press("Enter")
    lead.tab_to("#email")
    keyboard.type("ontario@demo.cogwg.example")
    lead.tab_to("#password")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    lead.at("my-updates")

    number = (lead.row("4.3").get_attribute("id") or "").removeprefix("update-")
    lead.tab_to(f'input[name="r{number}-status"]')
    keyboard.press("ArrowLeft")
    keyboard.press("ArrowRight")
    lead.tab_to(f'textarea[name="r{number}-progress_{lang}"]')
    keyboard.type("By keyboard alone.")
    lead.tab_to(f"#update-{number} summary")
    keyboard.press("Tab" if lead.page.locator(f"#update-{number} details").first.get_attribute("open") else "Enter")
    lead.tab_to(f"#update-{number} form button.strong")
    keyboard.press("Space")
    expect(lead.row("4.3").locator(".saved")).to_contain_text("By keyboard alone.")
    expect(lead.row("4.3").locator(".saved")).to_contain_text(Status.SUBSTANTIAL.label.text(lang))
    if js:
        lead.has_focus("main *")
