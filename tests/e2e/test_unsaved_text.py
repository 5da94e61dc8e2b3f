"""Typed text outlives slow answers, and leaving the page with unsaved text asks first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from cogwg.core.status import Status
from tests.e2e.browser_user import TIMEOUT_MS, BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_report import choose_status

FIRST, REST = "Thirteen resources are online", " and two are in review."


@contextmanager
def held_answers(page: Page, pattern: str) -> Any:
    """Hold the answers to posts at these addresses until the block ends."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route(pattern, hold)
    yield held
    for route in held:
        route.continue_()
    page.unroute(pattern)


def wait_for_request(page: Page, held: list[Route]) -> None:
    while not held:
        page.wait_for_timeout(20)


def type_and_save(lead: BrowserUser, code: str) -> tuple[Locator, Locator]:
    """Write an update, and return its row and its text field."""
    row = lead.open_update(code)
    choose_status(lead, row, Status.SUBSTANTIAL)
    field = row.locator(f'textarea[name$="-progress_{lead.lang}"]')
    field.fill(FIRST)
    return row, field


def test_text_typed_while_a_draft_is_saved_stays_and_can_be_saved(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("my-updates")
    row, field = type_and_save(lead, "4.3")
    save = row.get_by_role("button", name=lead.translate("Save draft and continue"))
    with held_answers(lead.page, "**/4.3/report*") as held:
        save.click()
        wait_for_request(lead.page, held)
        field.press("End")
        field.press_sequentially(REST)
    expect(row).to_have_attribute("data-stage", "ready")
    expect(field).to_have_value(FIRST + REST)
    expect(field).to_be_focused()
    note = lead.translate("Saved. You kept typing, so save again to keep the rest.")
    expect(row.get_by_text(note)).to_be_visible()
    save.click()
    expect(row.locator(".update-saved")).to_contain_text(FIRST + REST)


def covered(page: Page, place: Locator) -> bool:
    """Return whether the element is out of the screen, or something such as the sticky bar lies over it."""
    box = place.bounding_box()
    assert box is not None
    points = [(box["x"] + 8, box["y"] + 2), (box["x"] + 8, box["y"] + box["height"] - 3)]
    script = "([element, points]) => points.every(([x, y]) => element.contains(document.elementFromPoint(x, y)))"
    return not page.evaluate(script, [place.element_handle(), points])


def scroll_to_foot(page: Page, place: Locator) -> None:
    """Scroll until the element ends above the sticky bar, or near the foot of a narrow screen."""
    page.evaluate("(e) => scrollBy(0, e.getBoundingClientRect().bottom - innerHeight + 80)", place.element_handle())


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (320, 640)])
def test_word_about_a_save_is_in_view_beside_what_is_typed(
    site: Site, open_browser: OpenBrowser, width: int, height: int
) -> None:
    lead = open_browser(site).use_session_of("ontario")
    lead.page.set_viewport_size({"width": width, "height": height})
    lead.open("my-updates")
    row, field = type_and_save(lead, "4.3")
    with held_answers(lead.page, "**/4.3/report*") as held:
        scroll_to_foot(lead.page, row.locator(".actions").last if width > 1000 else field)
        field.press("Control+Enter")
        wait_for_request(lead.page, held)
        field.press("End")
        field.press_sequentially(REST)
    note = row.get_by_text("Saved. You kept typing, so save again to keep the rest.")
    expect(note).to_be_visible()
    assert not covered(lead.page, note)
    assert not covered(lead.page, field)
    line = row.locator(".autosave-line")
    expect(line).to_be_visible()
    assert not covered(lead.page, line)


def test_next_row_opens_in_view_after_a_save_by_keyboard(site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(site).use_session_of("ontario")
    lead.page.set_viewport_size({"width": 1280, "height": 900})
    lead.open("my-updates")
    row, field = type_and_save(lead, "4.3")
    upcoming = lead.page.locator("article[data-stage=to-do]").nth(1)
    with held_answers(lead.page, "**/4.3/report*") as held:
        field.press("Control+Enter")
        wait_for_request(lead.page, held)
        scroll_to_foot(lead.page, upcoming.locator("[data-focus]"))
    expect(row.locator(".update-saved")).to_be_visible()
    following = lead.page.locator("article.is-open")
    box = following.locator("form textarea").first
    expect(box).to_be_visible()
    expect(following.locator("[data-focus]")).to_be_focused()
    lead.page.wait_for_timeout(300)
    assert not covered(lead.page, box)


def test_comment_typed_while_another_is_added_stays(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    quebec = open_browser(site, lang).use_session_of("quebec")
    quebec.open("plans/2020/activities/5.4")
    thread = quebec.page.locator("#discussion")
    box = thread.get_by_role("textbox")
    box.fill(FIRST)
    with held_answers(quebec.page, "**/comments*") as held:
        thread.get_by_role("button", name=quebec.translate("Add the comment")).click()
        wait_for_request(quebec.page, held)
        box.press("End")
        box.press_sequentially(REST)
    expect(quebec.page.locator("#comment-1")).to_contain_text(FIRST)
    expect(box).to_have_value(REST.strip())
    expect(box).to_be_focused()
    box.press_sequentially(" End.")
    thread.get_by_role("button", name=quebec.translate("Add the comment")).click()
    expect(quebec.page.locator("#comment-2 .user-text")).to_have_text(REST.strip() + " End.")


def leave(lead: BrowserUser) -> list[str]:
    """Click the plan's link, stay if asked, and return the questions."""
    dialogs: list[str] = []

    def stay(dialog: Any) -> None:
        dialogs.append(dialog.type)
        dialog.dismiss()

    lead.page.on("dialog", stay)
    before = lead.page.url
    lead.page.get_by_role("navigation").get_by_role("link", name=lead.translate("Plan"), exact=True).click(no_wait_after=True)
    for _ in range(TIMEOUT_MS // 20):
        if dialogs or lead.page.url != before:
            break
        lead.page.wait_for_timeout(20)
    return dialogs


def refuse_in_place(lead: BrowserUser) -> None:
    lead.open("my-updates")
    row, _field = type_and_save(lead, "4.3")
    choose_status(lead, row, Status.COMPLETE)
    row.get_by_role("button", name=lead.translate("Save and submit")).click()
    expect(lead.page.get_by_role("alert")).to_be_visible()


def refuse_on_a_page(lead: BrowserUser) -> None:
    lead.open("milestones")
    lead.page.locator(f'textarea[name="new-text_{lead.lang}"]').fill("x" * 5000)
    lead.page.get_by_role("button", name=lead.translate("Add the milestone")).click()
    expect(lead.page.get_by_role("alert")).to_be_visible()
    lead.wait_until_loaded()


def type_in_one_line(lead: BrowserUser) -> None:
    lead.open("my-updates")
    row = lead.open_update("4.3")
    lead.open_details(row, "Add evidence")
    row.locator('input[name$="-evidence_url"]').fill("https://data.ontario.ca/")


@pytest.mark.parametrize("prepare", [refuse_in_place, refuse_on_a_page, type_in_one_line])
def test_leaving_asks_for_text_that_is_not_saved(
    site: Site, open_browser: OpenBrowser, lang: str, prepare: Callable[[BrowserUser], None]
) -> None:
    lead = open_browser(site, lang).use_session_of("ontario").expect_statuses(422)
    prepare(lead)
    assert leave(lead) == ["beforeunload"]
