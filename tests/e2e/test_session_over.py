"""A session that expired while somebody was typing loses nothing: after signing in again the text is there."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from sqlalchemy import delete

from cogwg.accounts.models import SignIn
from cogwg.core.scale import Status
from cogwg.reporting.models import StatusReport, Submission
from tests.databases import PASSWORD
from tests.e2e import axe
from tests.e2e.conftest import Arrive
from tests.e2e.site import Site
from tests.e2e.test_report import choose
from tests.e2e.visitor import Visitor
from tests.pages import email

WORDS = {"en": "Typed while the session ran out.", "fr": "Écrit pendant que la session expirait."}


def sign_in_here(visitor: Visitor, page: Page) -> None:
    page.fill("#email", email("ontario"))
    page.fill("#password", PASSWORD)
    page.get_by_role("main").get_by_role("button", name=visitor.says("Sign in"), exact=True).click()
    expect(page.get_by_role("button", name=visitor.says("Sign out"))).to_be_visible()


def written(site: Site, lang: str) -> tuple[int, int]:
    """How many drafts and submissions hold the words."""
    return tuple(  # type: ignore[return-value]
        len(site.house.rows(kind, getattr(kind, f"progress_{lang}") == WORDS[lang])) for kind in (StatusReport, Submission)
    )


def test_what_was_typed_is_there_after_signing_in_again(site: Site, arrive: Arrive, lang: str, js: bool) -> None:
    lead = arrive(site, lang, js=js).enter("ontario").expecting(401)
    page = lead.page
    lead.go("my-updates")
    row = lead.row("4.3")
    text = row.locator(f'textarea[name$="-progress_{lang}"]')
    choose(lead, row, Status.SUBSTANTIAL)
    text.fill(WORDS[lang])
    site.house.change(delete(SignIn))
    save = row.get_by_role("button", name=lead.says("Save and submit"))
    save.click()
    if js:
        expect(page.get_by_role("alert")).to_contain_text(lead.says("Your session has ended"))
        expect(text).to_have_value(WORDS[lang])
        assert axe.faults(page) == []
        with lead.context.expect_page() as opened:
            page.get_by_role("alert").get_by_role("link").click()
        sign_in_here(lead, opened.value)
        opened.value.close()
        assert written(site, lang) == (0, 0), "nothing is written before the person sends it"
        save.click()
    else:
        expect(page.locator("#password")).to_be_visible()
        sign_in_here(lead, page)
        expect(page.get_by_role("heading", level=1)).to_have_text(lead.says("Your text is still here"))
        expect(page.locator("main")).to_contain_text(WORDS[lang])
        assert written(site, lang) == (0, 0), "nothing is written before the person sends it"
        page.get_by_role("button", name=lead.says("Send what I typed")).click()
    expect(lead.row("4.3").locator(".saved")).to_contain_text(WORDS[lang])
    assert written(site, lang) == (1, 1)
