"""Text typed when the session expires is still there after signing in again."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from sqlalchemy import delete

from cogwg.accounts.models import SignIn
from cogwg.core.status import Status
from cogwg.reporting.models import StatusReport, Submission
from tests.databases import PASSWORD
from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_report import choose_status
from tests.web_client import email

TYPED_TEXT = {"en": "Typed while the session ran out.", "fr": "Écrit pendant que la session expirait."}


def submit_sign_in_form(visitor: BrowserUser, page: Page) -> None:
    page.fill("#email", email("ontario"))
    page.fill("#password", PASSWORD)
    page.get_by_role("main").get_by_role("button", name=visitor.translate("Sign in"), exact=True).click()
    expect(page.get_by_role("button", name=visitor.translate("Sign out"))).to_be_visible()


def count_saved_texts(site: Site, lang: str) -> tuple[int, int]:
    """Return how many reports and how many submissions have the typed text."""
    return tuple(  # type: ignore[return-value]
        len(site.app.rows(kind, getattr(kind, f"progress_{lang}") == TYPED_TEXT[lang])) for kind in (StatusReport, Submission)
    )


def test_typed_text_survives_sign_in_after_session_expiry(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario").expect_statuses(401)
    page = lead.page
    lead.open("my-updates")
    row = lead.open_update("4.3")
    text = row.locator(f'textarea[name$="-progress_{lang}"]')
    choose_status(lead, row, Status.SUBSTANTIAL)
    text.fill(TYPED_TEXT[lang])
    site.app.execute(delete(SignIn))
    save = row.get_by_role("button", name=lead.translate("Save and submit"))
    save.click()
    expect(page.get_by_role("alert")).to_contain_text(lead.translate("Your session has ended"))
    expect(text).to_have_value(TYPED_TEXT[lang])
    assert axe.find_violations(page) == []
    with lead.context.expect_page() as opened:
        page.get_by_role("alert").get_by_role("link").click()
    submit_sign_in_form(lead, opened.value)
    opened.value.close()
    assert count_saved_texts(site, lang) == (0, 0), "nothing is written before the person sends it"
    save.click()
    expect(lead.update_row("4.3").locator(".update-saved")).to_contain_text(TYPED_TEXT[lang])
    assert count_saved_texts(site, lang) == (1, 1)
