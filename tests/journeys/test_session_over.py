"""A session that expired while somebody was typing loses nothing: after signing in again the text is there."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from sqlalchemy import delete

from cogwg.accounts.models import SignIn
from cogwg.core.scale import Status
from cogwg.reporting.models import StatusReport, Submission
from tests.databases import PASSWORD
from tests.journeys import axe
from tests.journeys.conftest import Arrive
from tests.journeys.site import Site
from tests.journeys.test_report import choose
from tests.journeys.visitor import Visitor
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


def test_what_was_typed_is_there_after_signing_in_again(site: Site, arrive: Arrive, lang: str) -> None:
    lead = arrive(site, lang).enter("ontario").expecting(401)
    page = lead.page
    lead.go("my-updates")
    row = lead.row("4.3")
    text = row.locator(f'textarea[name$="-progress_{lang}"]')
    choose(lead, row, Status.SUBSTANTIAL)
    text.fill(WORDS[lang])
    site.house.change(delete(SignIn))
    save = row.get_by_role("button", name=lead.says("Save and submit"))
    save.click()
    expect(page.get_by_role("alert")).to_contain_text(lead.says("Your session has ended"))
    expect(text).to_have_value(WORDS[lang])
    assert axe.faults(page) == []
    with lead.context.expect_page() as opened:
        page.get_by_role("alert").get_by_role("link").click()
    sign_in_here(lead, opened.value)
    opened.value.close()
    assert written(site, lang) == (0, 0), "nothing is written before the person sends it"
    save.click()
    expect(lead.row("4.3").locator(".saved")).to_contain_text(WORDS[lang])
    assert written(site, lang) == (1, 1)
