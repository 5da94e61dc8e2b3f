"""A reader looks for what is late: the list, the timeline, the files; then makes an address for their calendar."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys import axe
from tests.journeys.conftest import Arrive
from tests.journeys.site import Site

OVERDUE = {"en": "Overdue", "fr": "En retard"}


def test_a_reader_filters_the_list_and_takes_it_along(reading: Site, arrive: Arrive, lang: str) -> None:
    reader = arrive(reading, lang).enter("reader")
    page = reader.page
    reader.go("plans/2020")
    page.get_by_role("navigation", name=reader.says("Views of the plan")).get_by_role("link", name=reader.says("List")).click()
    reader.at("plans/2020?view=list", more=True)
    rows = page.locator("table.list tbody tr")
    expect(rows).to_have_count(21)

    page.get_by_label(reader.says("Timeliness")).select_option("overdue")
    page.get_by_role("button", name=reader.says("Filter"), exact=True).click()
    expect(page).to_have_url(re.compile("timeliness=overdue"))
    expect(page.locator("p.lede")).to_contain_text({"en": "2 of 21", "fr": "2 sur 21"}[lang])
    for row in reader.all(rows, 2):
        expect(row).to_contain_text(OVERDUE[lang])

    for kind in ("Excel", "CSV"):
        with page.expect_download() as coming:
            page.get_by_role("link", name=kind, exact=True).click()
        assert coming.value.suggested_filename.endswith(f"-{lang}.{ {'Excel': 'xlsx', 'CSV': 'csv'}[kind] }")

    page.get_by_role("link", name=reader.says("Timeline"), exact=True).click()
    expect(page).to_have_url(re.compile("timeliness=overdue"))
    expect(page.locator("svg.drawing.wide")).to_be_visible()
    expect(page.locator("svg.drawing.wide a")).to_have_count(2 + 2)
    page.locator(".filtered").get_by_role("link", name=reader.says("Remove")).first.click()
    expect(page.locator("table.list tbody th[scope=row]")).to_have_count(21)
    page.locator("svg.drawing.wide a[href$='/activities/3.2']").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3.2")


def test_a_person_makes_an_address_and_takes_it_back(site: Site, arrive: Arrive, lang: str) -> None:
    lead = arrive(site, lang).enter("ontario").expecting(404)
    page = lead.page
    lead.go("plans/2020")
    page.get_by_role("link", name="N. Osei").click()
    page.get_by_role("button", name=lead.says("Make an address")).click()
    made = page.get_by_label(lead.says("Calendar of due dates (.ics)"))
    expect(made).to_have_value(re.compile(re.escape(site.address)))
    address = made.input_value()
    assert axe.faults(page) == []
    assert lead.context.request.get(address).text().startswith("BEGIN:VCALENDAR")
    page.get_by_role("button", name=lead.says("Revoke the address")).click()
    expect(page.get_by_role("main")).to_contain_text(lead.says("You have no address yet."))
    assert lead.context.request.get(address).status == 404


def test_what_the_navigation_folds_is_reached_by_the_keyboard_on_a_telephone(
    site: Site, arrive: Arrive, lang: str, js: bool
) -> None:
    lead = arrive(site, lang, js=js).enter("ontario")
    lead.page.set_viewport_size({"width": 320, "height": 640})
    lead.go("my-updates")
    lead.tab_to("nav summary")
    lead.page.keyboard.press("Enter")
    link = lead.page.get_by_role("link", name=lead.says("Milestones"), exact=True)
    expect(link).to_be_in_viewport()
    if js:
        assert axe.faults(lead.page) == []
    lead.tab_to(f'a[href="/{lang}/milestones"]')
    lead.page.keyboard.press("Enter")
    expect(lead.page.locator("h1")).to_have_text(lead.says("Milestones"))
    expect(lead.page.locator("nav summary").first).to_contain_text(lead.says("Milestones"))
    assert lead.page.evaluate("() => document.documentElement.scrollWidth") <= 320
