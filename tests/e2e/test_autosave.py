"""Unsaved text is stored, the page says so, and its author can restore it when the form is opened again."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect
from sqlalchemy import delete

from cogwg.accounts.models import SignIn, UnsavedText
from cogwg.core.status import Status
from tests.e2e.axe import find_violations
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_report import choose_status
from tests.e2e.test_unsaved_text import held_answers, leave, wait_for_request
from tests.web.scriptless_user import translate

WORDS = "Thirteen resources are online\nand « two » are in <review>."
KEEPING = "**/account/unsaved-text"


def progress_of(place: Any, lang: str) -> Locator:
    field: Locator = place.locator(f'textarea[name$="-progress_{lang}"]')
    return field


def write_update(lead: BrowserUser, words: str = WORDS, code: str = "4.3") -> Locator:
    """Write an update without saving it, and wait until its text is stored; return its row."""
    lead.open("my-updates")
    row = lead.open_update(code)
    choose_status(lead, row, Status.SUBSTANTIAL)
    with lead.page.expect_response(KEEPING) as stored:
        progress_of(row, lead.lang).fill(words)
    assert stored.value.ok
    expect(row.locator(".autosave-line")).to_have_text(stored.value.json()["kept"])
    return row


def close(lead: BrowserUser) -> None:
    """Leave the page without saving, as when a browser ends."""
    lead.page.close(run_before_unload=False)
    lead.page = lead.context.new_page()


def offer_of(place: Any) -> Locator:
    offer: Locator = place.locator(".unsaved-offer")
    return offer


def press(lead: BrowserUser, place: Any, words: str) -> None:
    place.get_by_role("button", name=lead.translate(words), exact=True).click()


@pytest.mark.parametrize("change", ["remove()", "after(f.cloneNode())"], ids=["none", "two"])
def test_text_is_stored_if_a_form_identifies_its_person_never_or_twice(
    site: Site, open_browser: OpenBrowser, change: str
) -> None:
    """Never in a page of a release before the field, and twice in a form that an error page gave back."""
    lead = open_browser(site, "en").use_session_of("ontario")
    lead.open("my-updates")
    row = lead.open_update("4.3")
    row.locator('[name="opened_by"]').evaluate(f"f => f.{change}")
    with lead.page.expect_response(KEEPING) as stored:
        progress_of(row, "en").press_sequentially("Some words.")
    assert stored.value.ok
    expect(row.locator(".autosave-line")).to_have_text(stored.value.json()["kept"])


def test_kept_text_is_offered_after_the_browser_closed_and_restored_with_its_choices(
    site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    row = write_update(lead)
    line = lead.visible_text(row.locator(".autosave-line"))
    assert line.startswith(lead.translate("Text kept at %(time)s. Only you can see it.", time="#").partition("#")[0])
    expect(lead.page.locator("#status")).to_have_text(line)
    close(lead)
    lead.open("my-updates")
    row = lead.open_update("4.3")
    expect(offer_of(row)).to_be_visible()
    expect(progress_of(row, lang)).to_have_value("")
    offer_of(row).locator("summary").click()
    assert find_violations(lead.page) == []
    press(lead, row, "Restore my text")
    expect(progress_of(row, lang)).to_have_value(WORDS)
    expect(progress_of(row, lang)).to_be_focused()
    expect(row.locator(f'input[value="{Status.SUBSTANTIAL.value}"]')).to_be_checked()
    expect(offer_of(row)).to_have_count(0)
    row.get_by_role("button", name=lead.translate("Save draft and continue")).click()
    expect(row.locator(".update-saved")).to_contain_text("Thirteen resources")
    assert site.app.rows(UnsavedText) == []


def test_discarded_text_is_not_offered_again(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    write_update(lead)
    close(lead)
    lead.open("my-updates")
    row = lead.open_update("4.3")
    with lead.page.expect_response("**/account/unsaved-text/discard"):
        press(lead, row, "Discard my text")
    expect(offer_of(row)).to_have_count(0)
    lead.expect_focus("textarea")
    assert site.app.rows(UnsavedText) == []


def test_text_typed_beside_an_open_offer_does_not_replace_the_offered_text(site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(site).use_session_of("ontario")
    write_update(lead)
    close(lead)
    lead.open("my-updates")
    row = lead.open_update("4.3")
    expect(offer_of(row)).to_be_visible()
    progress_of(row, "en").fill("Other words")
    expect(row.locator(".autosave-line")).to_have_text(
        "Your new text was not kept. Restore or discard your earlier text first."
    )
    row.get_by_role("button", name="Save draft and continue").click()
    expect(row.locator(".update-saved")).to_contain_text("Other words")
    (stored,) = site.app.rows(UnsavedText)
    assert "Thirteen" in stored.controls
    row.get_by_role("link", name="Edit").click()
    expect(offer_of(row)).to_contain_text("You started this text before anything was saved. Version 1 has been saved since.")
    press(lead, row, "Restore my text")
    lead.expect_statuses(409)
    row.get_by_role("button", name="Save draft and continue").click()
    expect(row.locator(".conflict")).to_contain_text("Thirteen resources")
    expect(row.locator(".conflict")).to_contain_text("Other words")


def test_offer_of_text_that_is_saved_ends_and_what_is_typed_next_is_kept(site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(site).use_session_of("ontario")
    write_update(lead)
    close(lead)
    lead.open("my-updates")
    row = lead.open_update("4.3")
    expect(offer_of(row)).to_be_visible()
    choose_status(lead, row, Status.SUBSTANTIAL)
    progress_of(row, "en").fill(WORDS)
    with held_answers(lead.page, "**/4.3/report*") as held:
        row.get_by_role("button", name="Save draft and continue").click()
        wait_for_request(lead.page, held)
        progress_of(row, "en").press("End")
        progress_of(row, "en").press_sequentially(" And the rest.")
    with lead.page.expect_response(KEEPING):
        expect(row).to_have_attribute("data-stage", "ready")
    expect(offer_of(row)).to_have_count(0)
    close(lead)
    lead.open("my-updates")
    lead.open_update("4.3")
    expect(offer_of(lead.page)).to_contain_text("And the rest.")


@pytest.mark.parametrize("is_stored", [False, True])
def test_text_of_a_cancelled_row_is_not_offered_again(
    site: Site, open_browser: OpenBrowser, lang: str, is_stored: bool
) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    if is_stored:
        row = write_update(lead)
    else:
        lead.open("my-updates")
        row = lead.open_update("4.3")
        progress_of(row, lang).fill(WORDS)
    row.get_by_role("link", name=lead.translate("Cancel")).click()
    expect(row.locator("textarea")).to_have_count(0)
    lead.open_update("4.3")
    expect(progress_of(row, lang)).to_have_value("")
    expect(offer_of(row)).to_have_count(0)
    assert site.app.rows(UnsavedText) == []


def test_earlier_text_that_is_offered_stays_when_the_row_is_cancelled(site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(site).use_session_of("ontario")
    write_update(lead)
    close(lead)
    lead.open("my-updates")
    row = lead.open_update("4.3")
    expect(offer_of(row)).to_be_visible()
    row.get_by_role("link", name="Cancel").click()
    expect(row.locator("textarea")).to_have_count(0)
    lead.open_update("4.3")
    expect(offer_of(row)).to_be_visible()


def test_offered_text_that_is_typed_and_sent_at_once_is_no_longer_kept(site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(site).use_session_of("ontario")
    write_update(lead)
    close(lead)
    lead.open("my-updates")
    row = lead.open_update("4.3")
    choose_status(lead, row, Status.LIMITED)
    progress_of(row, "en").fill(WORDS)
    row.get_by_role("button", name="Save draft and continue").click()
    expect(row).to_have_attribute("data-stage", "to-correct")
    assert site.app.rows(UnsavedText) == []


def test_text_that_is_typed_back_to_what_is_saved_is_no_longer_kept(site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(site).use_session_of("ontario")
    row = write_update(lead)
    with lead.page.expect_response("**/account/unsaved-text/discard"):
        progress_of(row, "en").fill("")
    expect(row.locator(".autosave-line")).to_have_count(0)
    assert site.app.rows(UnsavedText) == []


def test_text_is_kept_when_the_page_is_left_before_the_pause(site: Site, open_browser: OpenBrowser) -> None:
    quebec = open_browser(site).use_session_of("quebec")
    quebec.open("plans/2020/activities/5.4")
    quebec.page.locator("#discussion").get_by_role("textbox").fill(WORDS)
    quebec.page.on("dialog", lambda dialog: dialog.accept())
    quebec.open("plans/2020")
    quebec.open("plans/2020/activities/5.4")
    expect(offer_of(quebec.page)).to_contain_text("You have unsaved text from")
    press(quebec, quebec.page, "Restore my text")
    quebec.page.get_by_role("button", name="Add the comment").click()
    expect(quebec.page.locator("#comment-1")).to_contain_text("Thirteen resources are online")
    expect(offer_of(quebec.page)).to_have_count(0)
    assert site.app.rows(UnsavedText) == []


def test_save_waits_for_text_on_its_way_so_that_it_does_not_come_back(site: Site, open_browser: OpenBrowser) -> None:
    quebec = open_browser(site).use_session_of("quebec")
    quebec.open("plans/2020/activities/5.4")
    thread = quebec.page.locator("#discussion")
    held: list[Route] = []
    quebec.page.route(KEEPING, lambda route: held.append(route))
    thread.get_by_role("textbox").fill(WORDS)
    while not held:
        quebec.page.wait_for_timeout(50)
    thread.get_by_role("button", name="Add the comment").click()
    quebec.page.wait_for_timeout(300)
    expect(quebec.page.locator("#comment-1")).to_have_count(0)
    held[0].continue_()
    expect(quebec.page.locator("#comment-1")).to_contain_text("Thirteen resources are online")
    quebec.page.wait_for_timeout(300)
    assert site.app.rows(UnsavedText) == []


def test_text_of_a_refused_save_is_kept(site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(site).use_session_of("ontario").expect_statuses(422)
    lead.open("my-updates")
    row = lead.open_update("4.3")
    choose_status(lead, row, Status.COMPLETE)
    progress_of(row, "en").fill(WORDS)
    with lead.page.expect_response(KEEPING):
        row.get_by_role("button", name="Save and submit").click()
    expect(lead.page.get_by_role("alert")).to_be_visible()
    close(lead)
    lead.open("my-updates")
    row = lead.open_update("4.3")
    press(lead, row, "Restore my text")
    expect(progress_of(row, "en")).to_have_value(WORDS)
    expect(row.locator(f'input[value="{Status.COMPLETE.value}"]')).to_be_checked()


@pytest.mark.parametrize("fault", ["offline", "proxy", "server", "session"])
def test_line_says_that_text_is_not_kept_whatever_answers(site: Site, open_browser: OpenBrowser, lang: str, fault: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario").expect_statuses(401, 502)
    row = write_update(lead)

    def answer(route: Route) -> None:
        if fault == "offline":
            route.abort()
        elif fault == "proxy":
            route.fulfill(status=200, content_type="text/html", body="<h1>Sign in to the network</h1>")
        else:
            route.fulfill(status=502, body="<h1>502 Bad Gateway</h1>")

    if fault == "session":
        site.app.execute(delete(SignIn))
    else:
        lead.page.route(KEEPING, answer)
    progress_of(row, lang).press_sequentially(" More.")
    sentence = "Your unsaved text was not kept on the server, but it is still on this page. Save it."
    if fault == "session":
        sentence = "Your text was not saved because your session has ended. It is still on this page. Sign in from another tab."
    expect(row.locator(".autosave-line")).to_have_text(lead.translate(sentence))
    expect(lead.page.locator("#status")).to_have_text(lead.visible_text(row.locator(".autosave-line")))
    expect(progress_of(row, lang)).to_have_value(WORDS + " More.")
    lead.log.page_errors = [error for error in lead.log.page_errors if "ERR_FAILED" not in error]


def test_text_is_kept_while_its_author_types_without_a_pause(site: Site, open_browser: OpenBrowser) -> None:
    quebec = open_browser(site).use_session_of("quebec")
    quebec.open("plans/2020/activities/5.4")
    with quebec.page.expect_response(KEEPING, timeout=20_000):
        quebec.page.locator("#discussion").get_by_role("textbox").press_sequentially("typed " * 6, delay=450)


def test_restored_slide_text_is_saved_with_the_slide(site: Site, open_browser: OpenBrowser) -> None:
    chair = open_browser(site.populate(), "en").use_session_of("chair")
    path = site.path("/en/briefings/{briefing}/slides/cover")
    chair.open(path)
    field = chair.page.locator('textarea[name="title-en"]')
    with chair.page.expect_response(KEEPING):
        field.fill("A title of my own")
    close(chair)
    chair.open(path)
    press(chair, chair.page, "Restore my text")
    press(chair, chair.page, "Save slide text")
    expect(chair.page.locator("#outcome")).to_be_visible()
    assert site.app.rows(UnsavedText) == []


def test_without_scripts_nothing_is_kept_and_nothing_is_said(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    with_scripts = open_browser(site, lang).use_session_of("ontario")
    write_update(with_scripts)
    lead = open_browser(site, lang, js=False).use_session_of("ontario")
    for path in ("my-updates", "plans/2020/activities/4.3/report"):
        lead.open(path)
        text = lead.page.locator("main").inner_text()
        assert "Thirteen resources" not in text
        assert lead.translate("You have unsaved text from %(when)s.", when="#").partition("#")[0] not in text
    progress_of(lead.page, lang).fill("Without scripts")
    lead.page.wait_for_timeout(4_000)
    assert not [row for row in site.app.rows(UnsavedText) if "Without scripts" in row.controls]


@pytest.mark.parametrize("path", ["my-updates", "plans/2020/activities/4.3/report", "milestones"])
def test_without_scripts_nothing_that_needs_them_is_shown(site: Site, open_browser: OpenBrowser, path: str) -> None:
    lead = open_browser(site, js=False).use_session_of("ontario")
    lead.open(path)
    expect(lead.page.locator(".needs-js").first).to_be_attached()
    expect(lead.page.locator(".needs-js:visible, main [hidden]:visible")).to_have_count(0)


def test_offer_leaves_the_focus_and_is_read_out(site: Site, open_browser: OpenBrowser) -> None:
    quebec = open_browser(site).use_session_of("quebec")
    quebec.open("plans/2020/activities/5.4")
    with quebec.page.expect_response(KEEPING):
        quebec.page.locator("#discussion").get_by_role("textbox").fill(WORDS)
    close(quebec)
    quebec.open("plans/2020/activities/5.4")
    expect(offer_of(quebec.page)).to_be_visible()
    assert quebec.page.evaluate("document.activeElement === document.body")
    expect(quebec.page.locator("#status")).to_contain_text("You have unsaved text from")


STEPS = "/en/briefings/{briefing}/next-steps"


def step_fields(place: Any, lang: str = "en") -> Locator:
    fields: Locator = place.locator(f'textarea[name^="step-"][name$="-{lang}"]')
    return fields


def reword_last_sub_step(chair: BrowserUser, path: str) -> tuple[str, str]:
    """Reword a sub-step of the first step without saving it; return its name and what it contained."""
    chair.open(path)
    field = chair.page.locator('textarea[name^="step-0."][name$="-en"]').last
    name, before = field.get_attribute("name") or "", field.input_value()
    with chair.page.expect_response(KEEPING):
        field.fill(WORDS)
    close(chair)
    return name, before


def rewrite_steps(site: Site, person: str, change: dict[str, str], button: str = "save") -> None:
    """Save the next steps as another user, with these fields changed."""
    page = site.app.client_as(person).get(site.path(STEPS))
    form = next(form for form in page.forms if any(name.startswith("step-") for name in form.values))
    form.values.update(change)
    assert form.submit(extra={"do": button}).status == 303


def test_text_whose_field_is_gone_stays_to_be_copied_until_it_is_discarded(site: Site, open_browser: OpenBrowser) -> None:
    path = site.populate().path(STEPS)
    chair = open_browser(site).use_session_of("chair")
    name, _before = reword_last_sub_step(chair, path)
    rewrite_steps(site, "secretariat", {name: "", name.replace("-en", "-fr"): ""})
    chair.open(path)
    offer = offer_of(chair.page)
    expect(offer).to_contain_text("no longer has a field for this text")
    expect(offer.get_by_text("Thirteen resources are online")).to_be_visible()
    expect(offer.get_by_role("button", name="Restore my text")).to_have_count(0)
    chair.page.get_by_role("button", name="Save", exact=True).first.click()
    expect(chair.page.locator("#outcome")).to_be_visible()
    expect(offer_of(chair.page).get_by_text("Thirteen resources are online")).to_be_visible()
    with chair.page.expect_response("**/account/unsaved-text/discard"):
        press(chair, offer_of(chair.page), "Discard my text")
    assert site.app.rows(UnsavedText) == []


def test_text_of_a_step_is_restored_to_the_step_it_was_typed_in(site: Site, open_browser: OpenBrowser) -> None:
    path = site.populate().path(STEPS)
    chair = open_browser(site).use_session_of("chair")
    name, before = reword_last_sub_step(chair, path)
    rewrite_steps(site, "secretariat", {}, f"up {name.removeprefix('step-').removesuffix('-en')}")
    chair.open(path)
    moved = [field for field in step_fields(chair.page).all() if field.input_value() == before]
    assert len(moved) == 1
    assert moved[0].get_attribute("name") != name
    press(chair, chair.page, "Restore my text")
    expect(moved[0]).to_have_value(WORDS)
    expect(chair.page.locator(f'textarea[name="{name}"]')).not_to_have_value(WORDS)


def test_text_without_a_field_stays_when_the_rest_is_restored_and_saved(site: Site, open_browser: OpenBrowser) -> None:
    path = site.populate().path(STEPS)
    chair = open_browser(site).use_session_of("chair").expect_statuses(409)
    chair.open(path)
    chair.page.locator('textarea[name="step-0-en"]').fill("Reworded step")
    gone = chair.page.locator('textarea[name^="step-0."][name$="-en"]').last
    name = gone.get_attribute("name") or ""
    with chair.page.expect_response(KEEPING):
        gone.fill(WORDS)
    close(chair)
    rewrite_steps(site, "secretariat", {name: "", name.replace("-en", "-fr"): ""})
    chair.open(path)
    press(chair, chair.page, "Restore my text")
    expect(chair.page.locator('textarea[name="step-0-en"]')).to_have_value("Reworded step")
    expect(offer_of(chair.page)).to_contain_text("no longer has a field for this text")
    expect(offer_of(chair.page)).not_to_contain_text("Reworded step")
    for _ in range(2):
        chair.page.get_by_role("button", name="Save", exact=True).first.click()
    expect(chair.page.locator("#outcome")).to_be_visible()
    expect(offer_of(chair.page).get_by_text("Thirteen resources are online")).to_be_visible()
    (stored,) = site.app.rows(UnsavedText)
    assert "Thirteen resources" in stored.controls


def test_list_of_unsaved_text_is_accessible_and_discards(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    quebec = open_browser(site, lang).use_session_of("quebec")
    quebec.open("plans/2020/activities/5.4")
    with quebec.page.expect_response(KEEPING):
        quebec.page.locator("#discussion").get_by_role("textbox").fill(WORDS)
    close(quebec)
    quebec.open("account/unsaved-text")
    expect(quebec.page.get_by_role("textbox", name=quebec.translate("Your text"))).to_have_value(WORDS)
    assert find_violations(quebec.page) == []
    quebec.page.locator("main").get_by_role("button", name=quebec.translate("Discard my text")).click()
    expect(quebec.page.get_by_text(quebec.translate("Text discarded."))).to_be_visible()
    assert site.app.rows(UnsavedText) == []


@pytest.mark.parametrize("pause", [0.0, 1.5])
@pytest.mark.parametrize("place", ["my-updates", "plans/2020/activities/5.4"])
def test_text_left_by_changing_the_language_at_once_is_offered_on_the_next_page(
    site: Site, open_browser: OpenBrowser, place: str, pause: float
) -> None:
    lead = open_browser(site).use_session_of("ontario")
    lead.page.on("dialog", lambda dialog: dialog.accept())
    with site.slow_at("/account/unsaved-text", pause):
        lead.open(place)
        lead.page.locator("main textarea:visible").first.fill(WORDS)
        lead.page.wait_for_timeout(300)
        lead.page.get_by_role("link", name="Français").click()
        expect(offer_of(lead.page).first).to_be_visible(timeout=8_000)
        lead.page.get_by_role("button", name=translate("fr", "Restore my text")).click()
    expect(lead.page.locator("textarea:focus")).to_have_value(WORDS)


def test_text_on_its_way_when_the_page_is_left_is_kept(site: Site, open_browser: OpenBrowser) -> None:
    quebec = open_browser(site).use_session_of("quebec")
    quebec.page.on("dialog", lambda dialog: dialog.accept())
    with site.slow_at("/account/unsaved-text", 1.5):
        quebec.open("plans/2020/activities/5.4")
        with quebec.page.expect_request(KEEPING):
            quebec.page.locator("#discussion").get_by_role("textbox").fill(WORDS)
        quebec.page.get_by_role("link", name="Français").click()
        expect(offer_of(quebec.page)).to_be_visible(timeout=8_000)


def test_leaving_with_text_that_is_kept_asks_nothing(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    write_update(lead)
    assert leave(lead) == []
    lead.open("my-updates")
    expect(offer_of(lead.open_update("4.3"))).to_be_visible()


def test_leaving_with_text_typed_after_it_was_kept_asks(site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(site).use_session_of("ontario")
    row = write_update(lead)
    progress_of(row, "en").press_sequentially(" More.")
    assert leave(lead) == ["beforeunload"]


@pytest.mark.parametrize("refused", [False, True])
def test_kept_text_that_the_form_contains_after_back_is_not_offered(
    site: Site, open_browser: OpenBrowser, refused: bool
) -> None:
    lead = open_browser(site).use_session_of("ontario").expect_statuses(422)
    lead.open("plans/2020/activities/4.3/report")
    if refused:
        choose_status(lead, lead.page, Status.COMPLETE)
    with lead.page.expect_response(KEEPING):
        progress_of(lead.page, "en").fill(WORDS)
    if refused:
        with lead.page.expect_response(KEEPING):
            lead.page.get_by_role("button", name="Save and submit").click()
        expect(lead.page.get_by_role("alert")).to_be_visible()
    lead.open("plans/2020")
    lead.page.go_back()
    expect(progress_of(lead.page, "en")).to_have_value(WORDS)
    lead.page.wait_for_timeout(500)
    expect(offer_of(lead.page)).not_to_be_visible(timeout=2_000)


BUTTON_PLACES = """form => [...form.querySelectorAll("button, a.button")].filter((button) => button.checkVisibility())
  .map((button) => Math.round(button.getBoundingClientRect().top + scrollY))"""


@pytest.mark.parametrize(
    ("name", "path", "form", "width"),
    [
        ("ontario", "my-updates", "", 1280),
        ("ontario", "my-updates", "", 320),
        ("ontario", "milestones", "form.news-form", 320),
        ("chair", "briefings/{briefing}/next-steps", 'main form:has([data-autosave*="steps"])', 1280),
        ("chair", "plans/2020/quarters/2020-09", 'form:has([data-autosave^="extension"])', 320),
    ],
    ids=["report", "report on a phone", "milestone", "next steps", "extension"],
)
def test_sentence_about_kept_text_moves_no_button(
    site: Site, open_browser: OpenBrowser, lang: str, name: str, path: str, form: str, width: int
) -> None:
    user = open_browser(site, lang, width=width).use_session_of(name)
    user.open(site.populate().path(path))
    place = user.page.locator(form).first if form else user.open_update("4.3").locator("form")
    place.evaluate("form => { for (let fold = form; fold; fold = fold.parentElement.closest('details')) fold.open = true; }")
    typed = place.locator("textarea, input[type=text]").filter(visible=True).first
    typed.focus()
    before = place.evaluate(BUTTON_PLACES)
    assert before
    with user.page.expect_response(KEEPING) as stored:
        typed.press_sequentially("A few words.")
    assert stored.value.ok
    expect(place.locator(".autosave-line")).to_have_text(stored.value.json()["kept"])
    assert place.evaluate(BUTTON_PLACES) == before
