"""Text on a page that another person left open is neither saved nor stored under the name of the signed-in person."""

from __future__ import annotations

from playwright.sync_api import expect

from cogwg.accounts.models import UnsavedText
from cogwg.core.status import Status
from cogwg.reporting.models import StatusReport
from tests.databases import PASSWORD
from tests.e2e.axe import find_violations
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_report import choose_status
from tests.web_client import email

TYPED_TEXT = "Typed on the page that Ontario left open."
KEEPING = "**/account/unsaved-text"


def sign_in_in_another_tab(user: BrowserUser, name: str) -> None:
    """Sign out in another tab, and sign in there as this person."""
    tab = user.context.new_page()
    tab.goto(f"{user.site.address}/{user.lang}/accessibility")
    tab.get_by_role("button", name=user.translate("Sign out")).click()
    tab.goto(f"{user.site.address}/{user.lang}/sign-in")
    tab.fill("#email", email(name))
    tab.fill("#password", PASSWORD)
    tab.get_by_role("main").get_by_role("button", name=user.translate("Sign in"), exact=True).click()
    expect(tab.get_by_role("button", name=user.translate("Sign out"))).to_be_visible()
    tab.close()


def test_text_typed_on_the_page_of_another_person_stays_on_it_and_is_saved_as_its_author(
    site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    # 401: the page may send its text while the other tab is between signing out and signing in.
    lead = open_browser(site, lang).use_session_of("ontario").expect_statuses(401, 409)
    lead.open("my-updates")
    row = lead.open_update("4.3")
    field = row.locator(f'textarea[name$="-progress_{lang}"]')
    sign_in_in_another_tab(lead, "quebec")
    choose_status(lead, row, Status.SUBSTANTIAL)
    with lead.page.expect_response(KEEPING) as answered:
        field.fill(TYPED_TEXT)
    assert answered.value.status == 409
    sentence = "Your text was not saved because another person is now signed in on this browser. Copy it from this page."
    expect(row.locator(".autosave-line")).to_have_text(lead.translate(sentence))
    save = row.get_by_role("button", name=lead.translate("Save and submit"))
    save.click()
    expect(lead.page.get_by_role("alert").first).to_contain_text(lead.translate("Another person is signed in now"))
    expect(field).to_have_value(TYPED_TEXT)
    assert find_violations(lead.page) == []
    assert site.app.rows(UnsavedText) == []
    is_saved = getattr(StatusReport, f"progress_{lang}") == TYPED_TEXT
    assert site.app.rows(StatusReport, is_saved) == []
    sign_in_in_another_tab(lead, "ontario")
    save.click()
    expect(lead.update_row("4.3").locator(".update-saved")).to_contain_text(TYPED_TEXT)
    assert len(site.app.rows(StatusReport, is_saved)) == 1
