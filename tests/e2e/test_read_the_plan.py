"""A visitor who is not signed in reads the plan."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site

MONTHS = {
    "en": ["March", "June", "September", "October", "December"],
    "fr": ["Mars", "Juin", "Septembre", "Octobre", "Décembre"],
}


def test_root_redirects_to_the_browsers_language(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    visitor = open_browser(read_only_site, lang)
    visitor.open("/")
    visitor.expect_path("")
    expect(visitor.page.locator("html")).to_have_attribute("lang", lang)


def test_plan_pages_keep_their_path_when_the_language_changes(
    read_only_site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    visitor = open_browser(read_only_site, lang, js=js)
    page = visitor.page
    visitor.open("/")
    page.get_by_role("main").get_by_role("link", name=visitor.translate("Read the plan")).click()
    visitor.expect_path("plans/2020")

    table = page.get_by_role("table")
    months = re.compile(f"^\\s*({'|'.join(MONTHS[lang])})\\s*$")
    expect(table.get_by_role("columnheader").filter(has_text=months)).to_have_text(MONTHS[lang])
    expect(table.locator("tbody tr")).to_have_count(5)
    expect(table.locator("td a")).to_have_count(21)
    expect(table.locator(".chip", has_text=visitor.translate("TBD: vacant"))).to_have_count(3)
    for cell in visitor.expect_count(table.locator(".matrix-activity"), 21):
        expect(cell.locator(".mark.timeliness-mark")).to_have_text(re.compile(r"\w"))

    table.locator('a[href$="/plans/2020/priorities/5"]').first.click()
    visitor.expect_path("plans/2020/priorities/5")
    expect(page.get_by_role("heading", level=1)).to_contain_text("5.")
    for heading in ("Issue", "Expected outcome", "Activities"):
        expect(page.get_by_role("heading", name=visitor.translate(heading), exact=True)).to_be_visible()
    expect(page.locator("ul.activity-list > li")).to_have_count(5)
    expect(page.locator("aside")).to_contain_text({"en": "Northwest Territories", "fr": "Territoires du Nord-Ouest"}[lang])

    other = {"en": "fr", "fr": "en"}[lang]
    page.get_by_role("link", name={"en": "Français", "fr": "English"}[lang]).click()
    visitor.expect_path(f"/{other}/plans/2020/priorities/5")
    expect(page.locator("html")).to_have_attribute("lang", other)
    expect(page.locator("ul.activity-list > li")).to_have_count(5)


def test_query_is_kept_when_the_language_changes(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    visitor = open_browser(read_only_site, lang).use_session_of("chair")
    visitor.open("my-updates?for=on")
    visitor.page.get_by_role("link", name={"en": "Français", "fr": "English"}[lang]).click()
    visitor.expect_path(f"/{ {'en': 'fr', 'fr': 'en'}[lang] }/my-updates?for=on")
