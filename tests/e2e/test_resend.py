"""What was typed stays on the page and can be sent again, whatever kept it from being saved."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_unsaved_text import FIRST, type_and_save


def test_form_older_than_the_secret_key_is_saved_when_sent_again(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario").expect_statuses(400)
    lead.open("my-updates")
    row, field = type_and_save(lead, "4.3")
    site.app.flask.config.update(SECRET_KEY="n" * 40, SECRET_KEY_FALLBACKS=[site.app.flask.config["SECRET_KEY"]])
    try:
        save = row.get_by_role("button", name=lead.translate("Save and submit"))
        save.click()
        expect(lead.page.get_by_role("alert")).to_contain_text(lead.translate("Your text is still on this page."))
        expect(field).to_have_value(FIRST)
        save.click()
        expect(row.locator(".update-saved")).to_contain_text(FIRST)
        expect(lead.page.get_by_role("alert")).to_have_count(0)
    finally:
        site.app.flask.config.update(SECRET_KEY=site.app.flask.config["SECRET_KEY_FALLBACKS"][0], SECRET_KEY_FALLBACKS=[])
