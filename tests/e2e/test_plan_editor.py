"""The secretariat edits the plan in a browser, with and without scripts: by keyboard, with kept text, on a phone too."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from cogwg.audit.models import AuditEvent
from cogwg.plan.models import Activity
from tests.e2e import axe
from tests.e2e.boxes import measure_boxes
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site

THIRD = "admin/plans/2020/priorities/3"


def open_editor(site: Site, open_browser: OpenBrowser, lang: str, *, js: bool = True, width: int = 1280) -> BrowserUser:
    user = open_browser(site, lang, js=js, width=width).use_session_of("secretariat")
    user.open(THIRD)
    return user


def button(user: BrowserUser, words: str, **values: object) -> Locator:
    return user.page.locator("main").get_by_role("button", name=user.translate(words, **values), exact=True)


def give_reason(user: BrowserUser, form: str) -> None:
    user.page.locator(f'[name="{form}-reason_{user.lang}"]').fill("Two members asked.")


def open_menu(user: BrowserUser, code: str) -> Locator:
    """Open the menu of an activity by keyboard."""
    return user.open_menu(user.page.locator(f"#activity-{code.replace('.', '-')} details.menu"))


def test_secretariat_rewords_moves_retires_and_brings_back(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    user = open_editor(site, open_browser, lang, js=js)
    user.page.locator('[name="priority-title_fr"]').fill("Publier avec un but")
    give_reason(user, "priority")
    button(user, "Save the wording").click()
    expect(user.page.locator("#outcome")).to_contain_text(user.translate("The wording was saved."))
    expect(user.page.locator("#outcome")).to_be_focused()
    user.page.locator("#outcome a").click()
    (event,) = site.app.rows(AuditEvent, AuditEvent.action == "priority.reworded")
    user.expect_path(f"{THIRD}#change-{event.id}")
    expect(user.page.locator(f"#change-{event.id}")).to_contain_text("Two members asked.")

    open_menu(user, "3.3").get_by_role("link").first.click()
    user.expect_path(f"{THIRD}?open=change&of=3.3#opened")
    user.page.locator('[name="activity-month"]').select_option("2020-10")
    give_reason(user, "activity")
    button(user, "Save activity %(code)s", code="3.3").click()
    expect(user.page.locator("#outcome")).to_contain_text(user.translate("Activity %(code)s was saved.", code="3.3"))

    open_menu(user, "3.1").get_by_role("link").last.click()
    user.expect_path(f"{THIRD}?open=retire&of=3.1#opened")
    give_reason(user, "item")
    button(user, "Retire activity %(code)s", code="3.1").click()
    expect(user.page.locator("main")).to_contain_text(user.translate("Activity %(code)s was retired.", code="3.1"))
    button(user, "Restore").click()
    expect(user.page.locator("#outcome")).to_contain_text(user.translate("Activity %(code)s is back in the plan.", code="3.1"))
    moved, back = (site.app.rows(Activity, Activity.code == code)[0] for code in ("3.3", "3.1"))
    assert (moved.due_month, back.retired_on) == (10, None)


def test_refused_form_has_the_focus_on_what_is_missing(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    user = open_editor(site, open_browser, lang).expect_statuses(422)
    user.page.locator('[name="priority-title_en"]').fill("Publish well")
    button(user, "Save the wording").click()
    summary = user.page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(user.page.locator(f'[name="priority-reason_{lang}"]')).to_be_focused()
    assert axe.find_violations(user.page) == []


def test_menu_closes_with_escape_and_keeps_the_focus(site: Site, open_browser: OpenBrowser) -> None:
    user = open_editor(site, open_browser, "en")
    menu = open_menu(user, "3.2")
    user.page.keyboard.press("Tab")
    user.page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_unsaved_wording_is_offered_when_the_page_is_opened_again(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    user = open_editor(site, open_browser, lang)
    with user.page.expect_response("**/account/unsaved-text"):
        user.page.locator('[name="priority-title_en"]').fill("Publish on purpose")
    user.open("account/unsaved-text")
    expect(user.page.locator("main")).to_contain_text(user.translate("Wording of a priority"))
    user.open(THIRD)
    user.page.locator("[data-restore-text]").click()
    expect(user.page.locator('[name="priority-title_en"]')).to_have_value("Publish on purpose")
    give_reason(user, "priority")
    button(user, "Save the wording").click()
    expect(user.page.locator("#outcome")).to_contain_text(user.translate("The wording was saved."))
    user.open("account/unsaved-text")
    expect(user.page.locator("main")).not_to_contain_text("Publish on purpose")


def test_both_texts_are_shown_when_two_people_reword_one_title(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    first, second = (open_editor(site, open_browser, lang) for _ in range(2))
    second.expect_statuses(409)
    for user, title in ((first, "Publish with purpose"), (second, "Publish on purpose")):
        user.page.locator('[name="priority-title_en"]').fill(title)
        give_reason(user, "priority")
        button(user, "Save the wording").click()
    expect(second.page.locator(".error-summary")).to_be_focused()
    expect(second.page.locator(".card.theirs")).to_contain_text("Publish with purpose")
    expect(second.page.locator(".card.yours")).to_contain_text("Publish on purpose")
    expect(second.page.locator('[name="priority-title_en"]')).to_have_value("Publish on purpose")
    assert axe.find_violations(second.page) == []


def test_languages_are_beside_each_other_and_on_a_phone_below_the_pages_own(
    site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    other = "fr" if lang == "en" else "en"
    for width, is_beside in ((1280, True), (320, False)):
        user = open_editor(site, open_browser, lang, width=width)
        own, translated = measure_boxes(*(user.page.locator(f'[name="priority-title_{each}"]') for each in (lang, other)))
        assert (round(own.top, 1) == round(translated.top, 1)) is is_beside
        assert is_beside or own.top < translated.top
        assert user.page.evaluate("() => document.documentElement.scrollWidth") <= width
