"""On a page with several forms, the button of one does not lose what was typed in another."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import find_violations
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_unsaved_text import leave

TYPED = "Digital Service"


def answer_questions(page: Page) -> list[str]:
    """Leave the page each time the browser asks, and collect the questions."""
    asked: list[str] = []

    def accept(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    return asked


@pytest.mark.parametrize(
    ("path", "name", "typed_in", "field", "pressed"),
    [
        ("admin/settings", "secretariat", "#host", "hosted_by_en", "#reminders button.button"),
        ("admin/people/{person}", "secretariat", "#account", "name", "#sign-in form[action$='/link'] button"),
        ("admin/jurisdictions/mb", "secretariat", "#names", "name_en", "#contact button.button"),
        ("admin/people", "secretariat", "#invite", "name", "form.filter-bar button"),
        ("account", "ontario", "#identity", "name", "form[data-choices] button"),
    ],
)
def test_text_in_one_form_outlives_the_button_of_another(
    site: Site, open_browser: OpenBrowser, path: str, name: str, typed_in: str, field: str, pressed: str
) -> None:
    user = open_browser(site).use_session_of(name)
    asked = answer_questions(user.page)
    user.open(path.format(person=site.app.person_id("quebec")))
    user.page.locator(f'{typed_in} [name="{field}"]').fill(TYPED)
    user.page.locator(pressed).first.click()
    user.wait_until_loaded()
    assert asked == ["beforeunload"]
    offer = user.page.locator(f"{typed_in} .unsaved-offer")
    expect(offer).to_be_visible()
    assert find_violations(user.page) == []
    offer.get_by_role("button", name="Restore my text").click()
    expect(user.page.locator(f'{typed_in} [name="{field}"]')).to_have_value(TYPED)


def test_leaving_with_unsaved_choices_asks_first(site: Site, open_browser: OpenBrowser) -> None:
    lead: BrowserUser = open_browser(site).use_session_of("ontario")
    lead.open("account")
    lead.page.locator('form[data-choices] input[type="checkbox"]').first.click()
    assert leave(lead) == ["beforeunload"]
