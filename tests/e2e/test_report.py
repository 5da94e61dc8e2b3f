"""A lead reports for the quarter; on behalf, by keyboard, and without losing typed text."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from cogwg.core.status import Status
from tests.databases import PASSWORD
from tests.e2e.boxes import measure_boxes
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site

PROGRESS_TEXT = {
    "en": "Five measures were tried with two catalogues.",
    "fr": "Cinq mesures ont été mises à l’essai dans deux catalogues : c’est fait.",
}
LINK = "https://data.ontario.ca/measures?a=1&b=2"


def choose_status(visitor: BrowserUser, row: Locator, status: Status) -> None:
    row.get_by_label(status.label.text(visitor.lang), exact=True).check()


def submit_update(visitor: BrowserUser, row: Locator) -> None:
    row.get_by_role("button", name=visitor.translate("Save and submit")).click()


def expect_no_reload(visitor: BrowserUser) -> Any:
    """Mark the page, and return a check that the mark is still there, which means that the page was not reloaded."""
    visitor.wait_until_loaded()
    if visitor.js:
        visitor.page.evaluate("() => { window.stayed = true }")

    def check() -> None:
        if visitor.js:
            assert visitor.page.evaluate("() => window.stayed") is True

    return check


def test_report_is_submitted_and_listed_in_the_history(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    lead = open_browser(site, lang, js=js)
    page = lead.page
    lead.sign_in("ontario", PASSWORD)
    lead.expect_path("my-updates")
    expect(page.locator("article.update")).to_have_count(5)
    expect(page.locator('article a[href*="/activities/5."]')).to_have_count(0)

    in_place = expect_no_reload(lead)
    row = lead.open_update("3.3")
    choose_status(lead, row, Status.SUBSTANTIAL)
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(PROGRESS_TEXT[lang])
    lead.open_details(row, "Add evidence")
    row.locator('input[name$="-evidence_url"]').fill(LINK)
    row.locator(f'input[name$="-evidence_label_{lang}"]').fill("Notes")
    submit_update(lead, row)

    saved = lead.update_row("3.3")
    expect(saved.locator(".update-saved")).to_be_visible()
    expect(saved).to_contain_text(PROGRESS_TEXT[lang])
    expect(saved).to_contain_text(Status.SUBSTANTIAL.label.text(lang))
    expect(saved.locator(f'a[href="{LINK}"]')).to_have_text("Notes")
    expect(
        page.get_by_role("status").filter(has_text=lead.translate("Submitted: %(title)s.", title="")[:6]).first
    ).to_be_attached()
    in_place()
    if js:
        lead.expect_path("my-updates")
        lead.expect_focus("article:has(.update-saved):has(a[href$='/activities/3.3'])")
    else:
        lead.expect_focus("#outcome")

    lead.open("plans/2020/activities/3.3")
    newest = page.locator("ol.history-list > li").first
    expect(newest).to_contain_text("N. Osei")
    expect(newest).to_contain_text(PROGRESS_TEXT[lang])
    lead.open("plans/2020/priorities/3")
    expect(page.locator("#activity-3-3")).to_contain_text(Status.SUBSTANTIAL.label.text(lang))


def test_one_untouched_row_is_open_at_a_time_and_typed_text_stays(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    page = lead.page
    lead.open("my-updates")
    opened = page.locator("article.is-open")
    expect(opened).to_have_count(1)
    expect(opened).to_have_id(lead.update_row("3.2").get_attribute("id") or "")
    field = lead.open_update("3.3").locator(f'textarea[name$="-progress_{lang}"]')
    expect(opened).to_have_count(1)
    lead.expect_focus("article.is-open form")
    field.fill(PROGRESS_TEXT[lang])
    lead.open_update("4.3")
    expect(opened).to_have_count(2)
    expect(field).to_have_value(PROGRESS_TEXT[lang])
    row = lead.update_row("4.3")
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(PROGRESS_TEXT[lang])
    row.get_by_role("button", name=lead.translate("Save draft and continue")).click()
    expect(row).to_have_attribute("data-stage", "ready")
    expect(lead.update_row("3.4").locator("form textarea").first).to_be_attached()
    lead.expect_focus(f"#{lead.update_row('3.4').get_attribute('id')} [data-focus]")
    expect(field).to_have_value(PROGRESS_TEXT[lang])


def test_invalid_report_keeps_what_was_typed_and_names_the_problem(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    lead = open_browser(site, lang, js=js).use_session_of("ontario").expect_statuses(422)
    page = lead.page
    lead.open("my-updates")
    row = lead.open_update("4.3")
    choose_status(lead, row, Status.COMPLETE)
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(PROGRESS_TEXT[lang])
    submit_update(lead, row)

    summary = page.locator('[role="alert"]')
    expect(summary).to_be_visible()
    expect(summary).to_be_focused()
    row = lead.update_row("4.3")
    expect(row.locator(f'textarea[name$="-progress_{lang}"]')).to_have_value(PROGRESS_TEXT[lang])
    expect(row.get_by_label(Status.COMPLETE.label.text(lang), exact=True)).to_be_checked()
    problem = row.locator('input[name$="-evidence_url"]')
    expect(problem).to_have_attribute("aria-invalid", "true")
    expect(problem).to_have_css("border-top-width", "2px")
    expect(problem).to_be_visible()

    summary.get_by_role("link").first.click()
    if js:
        expect(problem).to_be_focused()
    problem.fill(LINK)
    submit_update(lead, row)
    expect(lead.update_row("4.3").locator(".update-saved")).to_contain_text(PROGRESS_TEXT[lang])


def test_submitted_report_can_be_changed(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    lead = open_browser(site, lang, js=js).use_session_of("ontario")
    lead.open("my-updates")
    for words in (PROGRESS_TEXT[lang], PROGRESS_TEXT[lang] + " !"):
        row = lead.open_update("3.3")
        if words != PROGRESS_TEXT[lang] and js:
            lead.expect_focus("main *")
        choose_status(lead, row, Status.SUBSTANTIAL)
        row.locator(f'textarea[name$="-progress_{lang}"]').fill(words)
        submit_update(lead, row)
        expect(lead.update_row("3.3").locator(".update-saved")).to_contain_text(words)
    lead.open("plans/2020/activities/3.3")
    expect(lead.page.locator("ol.history-list > li", has_text=PROGRESS_TEXT[lang])).to_have_count(2)


def test_text_of_the_last_report_is_copied_into_the_form(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("my-updates")
    row = lead.open_update("4.3")
    last_report = row.locator(".quote span")
    before, written = lead.visible_text(last_report), last_report.get_attribute("lang")
    assert written == "en", "it has no French yet"
    expect(row.locator(".quote")).to_contain_text("Last report:" if lang == "en" else "Dernier rapport (anglais)")
    row.get_by_role("button", name=lead.translate("Copy text from last report")).click()
    field = row.locator(f'textarea[name$="-progress_{written}"]')
    expect(field).to_have_value(before)
    expect(field).to_be_focused()


def test_leaving_with_unsaved_text_asks_for_confirmation(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("my-updates")
    dialogs: list[str] = []
    lead.page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.dismiss()))
    field = lead.open_update("3.3").locator(f'textarea[name$="-progress_{lang}"]')
    plan = lead.page.get_by_role("navigation").get_by_role("link", name=lead.translate("Plan"), exact=True)
    field.fill(PROGRESS_TEXT[lang])
    plan.click(no_wait_after=True)
    expect(field).to_have_value(PROGRESS_TEXT[lang])
    assert dialogs == ["beforeunload"]
    choose_status(lead, lead.update_row("3.3"), Status.SUBSTANTIAL)
    submit_update(lead, lead.update_row("3.3"))
    expect(lead.update_row("3.3").locator(".update-saved")).to_contain_text(PROGRESS_TEXT[lang])
    plan.click()
    lead.expect_path("plans/2020")
    assert dialogs == ["beforeunload"], "no question after saving"


def test_report_on_behalf_names_co_chair_and_jurisdiction(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    chair = open_browser(site, lang, js=js).use_session_of("chair")
    page = chair.page
    chair.open("my-updates")
    page.get_by_role("main").get_by_role("link", name="Ontario").click()
    chair.expect_path("my-updates?for=on")
    expect(page.locator(".notice", has_text="Ontario").first).to_be_visible()
    row = chair.open_update("3.3")
    choose_status(chair, row, Status.SUBSTANTIAL)
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(PROGRESS_TEXT[lang])
    submit_update(chair, row)
    expect(chair.update_row("3.3").locator(".update-saved")).to_contain_text("R. Campbell")
    chair.expect_path("my-updates?for=on", allow_suffix=True)

    chair.open("plans/2020/activities/3.3")
    newest = page.locator("ol.history-list > li").first
    expect(newest).to_contain_text("R. Campbell")
    expect(newest).to_contain_text({"en": "on behalf of Ontario", "fr": "au nom de l’Ontario"}[lang])


def test_lead_without_a_role_gets_an_explanation(read_only_site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    lead = open_browser(read_only_site, lang, js=js).use_session_of("quebec")
    lead.open("my-updates")
    main = lead.page.get_by_role("main")
    expect(main).to_contain_text({"en": "Your jurisdiction has no role", "fr": "Votre administration n’a aucun rôle"}[lang])
    expect(main.locator("form")).to_have_count(0)
    main.get_by_role("link", name=lead.translate("Read the plan")).click()
    lead.expect_path("plans/2020")


def test_report_is_submitted_by_keyboard(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    lead = open_browser(site, lang, js=js)
    keyboard = lead.page.keyboard
    lead.open("sign-in")
    keyboard.press("Tab")
    expect(lead.page.locator("a.skip-link")).to_be_focused()
    keyboard.press("Enter")
    lead.tab_to("#email")
    keyboard.type("ontario@demo.cogwg.example")
    lead.tab_to("#password")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    lead.expect_path("my-updates")

    number = (lead.update_row("4.3").get_attribute("id") or "").removeprefix("update-")
    lead.tab_to(f"#update-{number} [data-open-row]")
    keyboard.press("Enter")
    expect(lead.update_row("4.3").locator("form textarea").first).to_be_visible()
    lead.wait_until_loaded()
    if js:
        expect(lead.page.locator(f'input[name="r{number}-status"]:checked')).to_be_focused()
    else:
        lead.tab_to(f'input[name="r{number}-status"]')
    keyboard.press("ArrowLeft")
    keyboard.press("ArrowRight")
    lead.tab_to(f'textarea[name="r{number}-progress_{lang}"]')
    keyboard.type("By keyboard alone.")
    lead.tab_to(f"#update-{number} .form-extras summary")
    keyboard.press(
        "Tab" if lead.page.locator(f"#update-{number} .form-extras details").first.get_attribute("open") else "Enter"
    )
    lead.tab_to(f"#update-{number} form button.strong")
    keyboard.press("Space")
    expect(lead.update_row("4.3").locator(".update-saved")).to_contain_text("By keyboard alone.")
    expect(lead.update_row("4.3").locator(".update-saved")).to_contain_text(Status.SUBSTANTIAL.label.text(lang))
    if js:
        lead.expect_focus("main *")


def test_progress_field_keeps_a_distance_from_the_status_buttons(
    read_only_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(read_only_site, lang).use_session_of("ontario")
    lead.open("my-updates")
    row = lead.open_update("4.3")
    places = ("fieldset", "form > .disclosure", "[data-mark-or-text]", f"label[for$='-progress_{lang}']")
    boxes = measure_boxes(*(row.locator(css).first for css in places))
    assert [round(below.top - above.bottom, 1) for above, below in pairwise(boxes)] == [8, 0, 12]


def test_buttons_of_a_report_stand_in_one_row(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(read_only_site, lang, width=1280).use_session_of("ontario")
    lead.open("my-updates")
    row = lead.open_update("3.3")
    buttons = row.locator(".actions .button")
    expect(buttons).to_have_count(3)
    tops = {round(box.top) for box in measure_boxes(*buttons.all())}
    assert len(tops) == 1, tops


def test_typing_clears_nothing_to_report_and_ticking_it_asks_what_to_keep(
    site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("my-updates")
    row = lead.open_update("4.3")
    choose_status(lead, row, Status.SUBSTANTIAL)
    row.get_by_label(lead.translate("Nothing to report this quarter")).check()
    row.get_by_role("button", name=lead.translate("Save draft and continue")).click()
    expect(row).to_have_attribute("data-stage", "ready")
    row = lead.open_update("4.3")
    mark = row.get_by_label(lead.translate("Nothing to report this quarter"))
    expect(mark).to_be_checked()
    row.locator(f'textarea[name$="-progress_{lang}"]').press_sequentially("Te")
    expect(mark).not_to_be_checked()
    cleared = lead.translate("“Nothing to report” is cleared because you are writing text.")
    expect(row.get_by_text(cleared)).to_be_visible()
    expect(lead.page.locator("#status")).to_have_text(cleared)
    question = row.get_by_role("group", name=lead.translate("Which one do you want to keep?"))
    expect(question).to_be_hidden()
    mark.press("Space")
    expect(question).to_be_visible()
    expect(lead.page.locator("#status")).to_contain_text(lead.translate("Which one do you want to keep?"))
    question.get_by_label(lead.translate("My text")).check()
    row.get_by_role("button", name=lead.translate("Save draft and continue")).click()
    expect(lead.update_row("4.3").locator(".update-saved")).to_contain_text("Te")
    expect(lead.update_row("4.3")).not_to_contain_text(lead.translate("nothing to report"))


def test_nothing_to_report_of_a_folded_row_is_saved_once_beside_text_typed_in_another(
    site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("my-updates")
    typed = lead.update_row("3.2").locator(f'textarea[name$="-progress_{lang}"]')
    typed.fill(PROGRESS_TEXT[lang])
    posted: list[str] = []
    lead.page.on("request", lambda request: posted.append(request.url) if "-do=nothing" in (request.post_data or "") else None)
    row = lead.update_row("4.3")
    row.get_by_role("button", name=lead.translate("Nothing to report")).dblclick()
    expect(row).to_have_attribute("data-stage", "ready")
    expect(row.locator(".update-saved")).to_contain_text(lead.translate("nothing to report"))
    assert len(posted) == 1, posted
    expect(typed).to_have_value(PROGRESS_TEXT[lang])
    assert lead.page.evaluate("document.activeElement !== document.body"), "the focus stays in the page"


def test_nothing_to_report_of_a_folded_row_can_be_sent_again_after_a_lost_connection(
    site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(site, lang).use_session_of("ontario").expect_failed_requests()
    lead.open("my-updates")
    row = lead.update_row("4.3")
    lead.page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    row.get_by_role("button", name=lead.translate("Nothing to report")).click()
    again = lead.page.get_by_role("button", name=lead.translate("Try again"))
    expect(again).to_be_visible()
    lead.page.unroute("**/*")
    again.click()
    expect(row).to_have_attribute("data-stage", "ready")


def test_status_that_needs_a_challenge_asks_for_it_at_once_and_after_the_save(
    site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("my-updates")
    row = lead.open_update("3.2")
    choose_status(lead, row, Status.SUBSTANTIAL)
    request = row.locator('p[data-asked-for="LP"]')
    expect(request).to_be_hidden()
    choose_status(lead, row, Status.LIMITED)
    expect(request).to_be_visible()
    expect(request).to_contain_text(Status.LIMITED.label.text(lang))
    expect(lead.page.locator("#status")).to_contain_text(Status.LIMITED.label.text(lang))
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(PROGRESS_TEXT[lang])
    row.get_by_role("button", name=lead.translate("Save draft and continue")).click()
    lead.expect_focus(f'[name$="-challenge_{lang}"]')
    expect(row.locator(f'textarea[name$="-progress_{lang}"]')).to_have_value(PROGRESS_TEXT[lang])
    expect(row.locator(".problem a")).to_be_visible()
    row.locator(f'[name$="-challenge_{lang}"]').fill(PROGRESS_TEXT[lang])
    row.get_by_role("button", name=lead.translate("Save draft and continue")).click()
    lead.expect_focus(f"#{lead.update_row('3.3').get_attribute('id')} [data-focus]")
    expect(row.locator("form textarea")).to_have_count(0)


def test_bar_says_all_done_after_the_last_report_is_submitted(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("my-updates")
    done = lead.page.get_by_text(lead.translate("All your reports are submitted."))
    for code in ("3.2", "3.3", "3.4", "4.3", "4.4"):
        expect(done).to_be_hidden()
        row = lead.open_update(code)
        choose_status(lead, row, Status.SUBSTANTIAL)
        row.locator(f'textarea[name$="-progress_{lang}"]').fill(PROGRESS_TEXT[lang])
        submit_update(lead, row)
        expect(lead.update_row(code)).to_have_attribute("data-stage", "in")
    expect(done).to_be_visible()
    expect(lead.page.locator("#submit-bar a")).to_be_hidden()
    lead.page.reload()
    expect(lead.page.get_by_role("heading", level=1)).to_have_text(lead.translate("All your reports are submitted"))


@pytest.mark.parametrize("by_keyboard", [False, True], ids=["mouse", "keyboard"])
@pytest.mark.parametrize("code", ["3.3", "4.3"])
def test_opened_form_has_its_title_and_status_on_screen_after_the_one_above_folds(
    read_only_site: Site, open_browser: OpenBrowser, lang: str, code: str, by_keyboard: bool
) -> None:
    lead = open_browser(read_only_site, lang).use_session_of("ontario")
    page = lead.page
    page.set_viewport_size({"width": 1280, "height": 800})
    lead.open("my-updates")
    lead.wait_until_loaded()
    expect(lead.update_row("3.2")).to_have_class(re.compile("is-open"))
    button = lead.update_row(code).locator("[data-open-row]")
    button.evaluate("link => link.scrollIntoView({ block: 'center' })")
    if by_keyboard:
        button.focus()
        page.keyboard.press("Enter")
    else:
        button.click()
    row = lead.update_row(code)
    expect(row.locator("form textarea").first).to_be_attached()
    expect(lead.update_row("3.2")).not_to_have_class(re.compile("is-open"))
    status = row.locator('[type="radio"]:checked')
    expect(status).to_be_focused()
    for part in (row.locator("h3"), status):
        box = settled_box(part)
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800


def test_saved_drafts_lead_to_every_unfinished_report_before_submitting(
    site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    page = lead.page
    lead.open("my-updates")
    lead.wait_until_loaded()
    to_do = page.locator('article[data-stage="to-do"]')
    last_id = to_do.last.get_attribute("id")
    page.locator(f"#{last_id} [data-open-row]").click()
    for left in range(to_do.count() - 1, -1, -1):
        row = page.locator(f"article#{last_id}.is-open")
        row.locator(f'textarea[name$="-progress_{lang}"]').fill(PROGRESS_TEXT[lang])
        row.get_by_label(Status.SUBSTANTIAL.label.text(lang), exact=True).check()
        row.get_by_role("button", name=lead.translate("Save draft and continue")).click()
        expect(to_do).to_have_count(left)
        lead.expect_focus("article[data-stage=to-do].is-open [data-focus]" if left else "#submit-bar a")
        last_id = page.evaluate("() => document.activeElement.closest('article')?.id")


def settled_box(place: Locator) -> Any:
    """Return the place of an element on the screen once it does not move any more."""
    before = None
    for _ in range(40):
        box = place.bounding_box()
        if box == before:
            break
        before = box
        place.page.wait_for_timeout(100)
    assert before is not None
    return before
