"""Somebody who is not signed in reads the plan."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.journeys.site import Site

MONTHS = {
    "en": ["March", "June", "September", "October", "December"],
    "fr": ["Mars", "Juin", "Septembre", "Octobre", "Décembre"],
}


def test_a_browser_lands_in_the_language_it_prefers(reading: Site, arrive: Arrive, lang: str) -> None:
    visitor = arrive(reading, lang)
    visitor.go("/")
    assert visitor.place == f"/{lang}/"
    expect(visitor.page.locator("html")).to_have_attribute("lang", lang)


def test_a_visitor_reads_the_plan_and_keeps_their_place_in_the_other_language(
    reading: Site, arrive: Arrive, lang: str, js: bool
) -> None:
    visitor = arrive(reading, lang, js=js)
    page = visitor.page
    visitor.go("/")
    page.get_by_role("main").get_by_role("link", name=visitor.says("Read the plan")).click()
    assert visitor.place == f"/{lang}/plans/2020"

    table = page.get_by_role("table")
    headings = [text.strip() for text in table.get_by_role("columnheader").all_inner_texts()]
    assert [text for text in headings if text in MONTHS[lang]] == MONTHS[lang]
    assert table.locator("tbody tr").count() == 5
    assert table.locator("td a").count() == 21
    vacant = table.locator(".chip", has_text=visitor.says("TBD: vacant"))
    assert vacant.count() == 3
    for cell in table.locator(".act").all():
        assert cell.locator(".mark.timely").inner_text().strip()

    table.locator('a[href$="/plans/2020/priorities/5"]').first.click()
    assert visitor.place == f"/{lang}/plans/2020/priorities/5"
    expect(page.get_by_role("heading", level=1)).to_contain_text("5.")
    for heading in ("Issue", "Expected outcome", "Activities"):
        expect(page.get_by_role("heading", name=visitor.says(heading), exact=True)).to_be_visible()
    assert page.locator("ul.acts > li").count() == 5
    expect(page.locator("aside")).to_contain_text({"en": "Northwest Territories", "fr": "Territoires du Nord-Ouest"}[lang])

    other = {"en": "fr", "fr": "en"}[lang]
    page.get_by_role("link", name={"en": "Français", "fr": "English"}[lang]).click()
    assert visitor.place == f"/{other}/plans/2020/priorities/5"
    expect(page.locator("html")).to_have_attribute("lang", other)
    assert page.locator("ul.acts > li").count() == 5


def test_a_query_stays_when_the_language_changes(reading: Site, arrive: Arrive, lang: str) -> None:
    visitor = arrive(reading, lang).enter("chair")
    visitor.go("my-updates?for=on")
    visitor.page.get_by_role("link", name={"en": "Français", "fr": "English"}[lang]).click()
    assert visitor.place == f"/{ {'en': 'fr', 'fr': 'en'}[lang] }/my-updates?for=on"
