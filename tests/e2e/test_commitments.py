"""A steward adds a commitment, follows the next step each time, and sees a colleague's change beside their own."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page
from tests.ogp.assessors import add_people


def test_commitment_is_recorded_step_by_step(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    with Session(site.app.engine) as session, write_transaction(session):
        add_people(session)
    steward = open_browser(site, lang, js=js).use_session_of("steward").expect_statuses(422, 409)
    page, main = steward.page, steward.page.get_by_role("main")

    def press(words: str) -> None:
        main.get_by_role("button", name=steward.translate(words), exact=True).click()

    steward.open("")
    page.locator(".site-nav").get_by_role("link", name=steward.translate("Commitments"), exact=True).click()
    steward.expect_path("admin/commitments")
    main.get_by_role("link", name=steward.translate("Add a commitment"), exact=True).click()
    page.fill("#identifier", "CA 99")
    press("Add the commitment")
    expect(main.get_by_role("alert")).to_be_focused()
    problems = check_page(steward, "new commitment, incomplete") if js else []
    page.fill("#identifier", "CA0099")
    page.fill("#title_en", "Open science")
    press("Add the commitment")
    steward.expect_path("admin/commitments/CA0099", allow_suffix=True)
    expect(page.locator("#next").get_by_role("status")).to_be_focused()
    main.get_by_role("link", name=steward.translate("Enter the text of the commitment.")).click()
    colleague = open_browser(site, lang, js=js).use_session_of("secretariat")
    colleague.open("admin/commitments/CA0099/facts")
    colleague.page.fill("#lead_en", "Library and Archives Canada")
    colleague.page.get_by_role("button", name=colleague.translate("Save the details")).click()
    page.fill("#text_en", "Publish research data.")
    press("Save the details")
    expect(main.get_by_role("alert")).to_be_focused()
    expect(main).to_contain_text("Library and Archives Canada")
    problems += check_page(steward, "conflict") if js else []
    expect(page.locator("#text_en")).to_have_value("Publish research data.")
    press("Save the details")
    expect(page.locator("#facts")).to_contain_text("Publish research data.")
    problems += check_page(steward, "commitment") if js else []
    assert problems == []
