"""The list, timeline and downloads of the plan, the links of a calendar feed, and the navigation on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e import axe
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site

OVERDUE = {"en": "Overdue", "fr": "En retard"}


def test_plan_list_is_filtered_and_downloaded(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    reader = open_browser(read_only_site, lang).use_session_of("reader")
    page = reader.page
    reader.open("plans/2020")
    page.get_by_role("navigation", name=reader.translate("Views of the plan")).get_by_role(
        "link", name=reader.translate("List")
    ).click()
    reader.expect_path("plans/2020?view=list", allow_suffix=True)
    rows = page.locator("table.data-table tbody tr")
    expect(rows).to_have_count(21)

    page.get_by_label(reader.translate("Timeliness")).select_option("overdue")
    page.get_by_role("button", name=reader.translate("Filter"), exact=True).click()
    expect(page).to_have_url(re.compile("timeliness=overdue"))
    expect(page.locator("p.lede")).to_contain_text({"en": "2 of 21", "fr": "2 sur 21"}[lang])
    for row in reader.expect_count(rows, 2):
        expect(row).to_contain_text(OVERDUE[lang])

    for kind in ("Excel", "CSV"):
        with page.expect_download() as coming:
            page.get_by_role("link", name=kind, exact=True).click()
        assert coming.value.suggested_filename.endswith(f"-{lang}.{ {'Excel': 'xlsx', 'CSV': 'csv'}[kind] }")

    page.get_by_role("link", name=reader.translate("Timeline"), exact=True).click()
    expect(page).to_have_url(re.compile("timeliness=overdue"))
    expect(page.locator("svg.drawing-wide")).to_be_visible()
    expect(page.locator("svg.drawing-wide a")).to_have_count(2 + 2)
    page.locator(".filter-summary").get_by_role("link", name=reader.translate("Remove")).first.click()
    expect(page.locator("table.data-table tbody th[scope=row]")).to_have_count(21)
    page.locator("svg.drawing-wide a[href$='/activities/3.2']").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3.2")


def test_feed_links_are_created_and_revoked(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario").expect_statuses(404)
    page = lead.page
    lead.open("plans/2020")
    page.get_by_role("link", name="N. Osei").click()
    page.get_by_role("button", name=lead.translate("Create links")).click()
    made = page.get_by_label(lead.translate("Calendar of due dates (.ics)"))
    expect(made).to_have_value(re.compile(re.escape(site.address)))
    address = made.input_value()
    assert axe.find_violations(page) == []
    assert lead.context.request.get(address).text().startswith("BEGIN:VCALENDAR")
    page.get_by_role("button", name=lead.translate("Revoke the links")).click()
    expect(page.get_by_role("main")).to_contain_text(lead.translate("You have no links yet."))
    assert lead.context.request.get(address).status == 404


def test_folded_navigation_on_a_phone_works_by_keyboard(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    lead = open_browser(site, lang, js=js).use_session_of("ontario")
    lead.page.set_viewport_size({"width": 320, "height": 640})
    lead.open("my-updates")
    lead.tab_to(".site-menu summary")
    lead.page.keyboard.press("Enter")
    link = lead.page.get_by_role("link", name=lead.translate("Milestones"), exact=True)
    expect(link).to_be_in_viewport()
    if js:
        assert axe.find_violations(lead.page) == []
    lead.tab_to(f'a[href="/{lang}/milestones"]')
    lead.page.keyboard.press("Enter")
    expect(lead.page.locator("h1")).to_have_text(lead.translate("Milestones"))
    expect(lead.page.locator(".site-menu summary")).to_contain_text(lead.translate("Milestones"))
    assert lead.page.evaluate("() => document.documentElement.scrollWidth") <= 320
