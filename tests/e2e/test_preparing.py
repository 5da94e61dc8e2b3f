"""What takes longer than two seconds says so: a long deck on a page that loads it by itself, a form in words of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import find_violations
from tests.e2e.conftest import MakeSite, OpenBrowser
from tests.web.conftest import files_at_first_download

__all__ = ["files_at_first_download"]

PAUSE = 1.5
"""Seconds that the deck takes."""


@pytest.mark.usefixtures("files_at_first_download")
def test_long_deck_is_prepared_on_a_page_that_loads_it(make_site: MakeSite, open_browser: OpenBrowser, js: bool) -> None:
    site = make_site().populate()
    chair = open_browser(site, js=js).use_session_of("chair")
    page = chair.page
    chair.open(site.path("/en/briefings/{briefing}"))
    chair.wait_until_loaded()
    with site.slow_at("deck.xlsx", PAUSE), page.expect_download() as download:
        page.get_by_role("link", name="Download in French (Excel)").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Preparing the file")
        expect(page.get_by_role("status").filter(has_text="The download starts automatically")).to_be_visible()
    assert download.value.suggested_filename.endswith("-fr.xlsx")
    expect(page.get_by_role("heading", level=1)).to_have_text("Preparing the file")
    assert not js or find_violations(page) == []
    page.get_by_role("link", name="Back", exact=True).click()
    chair.expect_path(site.path("/en/briefings/{briefing}"))


def test_form_says_what_takes_long(make_site: MakeSite, open_browser: OpenBrowser) -> None:
    site = make_site().populate()
    chair = open_browser(site).use_session_of("chair")
    chair.open(site.path("/en/briefings/{briefing}"))
    chair.wait_until_loaded()
    form = chair.page.locator("#check-links")
    form.dispatch_event("submit")  # Playwright looks at nothing while a page is on its way; this event sends nothing
    expect(form.get_by_role("status")).to_have_text("Checking the links. This can take up to 30 seconds.")
    expect(form).to_have_attribute("aria-busy", "true")
