"""A citizen reads whether the plan is on track, what Saskatchewan did, what is late and why, and takes the data."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.databases import Databases
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import SERVED, Site
from tests.e2e.test_every_page import check_page
from tests.sessions import ESSENTIAL
from tests.web.public.addresses import MISSING_PAGES, PAGES
from tests.web.public.publishing import correct_milestone, publish_deck
from tests.web_client import App

SENTENCES = {
    "en": "6 of 21 activities were complete and 4 were overdue when Quarter 2 was published on July 31, 2020.",
    "fr": "6 activités sur 21 étaient réalisées et 4 étaient en retard lors de la publication du trimestre 2, "
    "le 31 juillet 2020.",
}
WHY_LATE = {"en": "The forums have had no moderator since April.", "fr": "Les forums sont sans animation depuis avril."}
OFFICE = {"en": "Public engagement office being created", "fr": "Bureau de mobilisation du public en voie de création"}


@pytest.fixture(scope="module")
def public_site(databases: Databases) -> Iterator[Site]:
    """The demo data with two published quarters, a correction and a briefing."""
    app = App(databases.create("sqlite", "published"), extra_settings=dict(SERVED))
    correct_milestone(app)
    publish_deck(app)
    with Site(app) as opened:
        yield opened


def plain(sentence: str) -> re.Pattern[str]:
    """Return a pattern of a sentence, in which a space may be a no-break space."""
    return re.compile(re.escape(sentence).replace(r"\ ", r"[\s\u00a0]+"))


def test_citizen_finds_what_is_on_track_late_and_published(
    public_site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    citizen = open_browser(public_site, lang, js=js)
    page, main = citizen.page, citizen.page.get_by_role("main")
    citizen.open("/")
    expect(main).to_contain_text(plain(SENTENCES[lang]))
    main.get_by_role("link", name=citizen.translate("See the tracker")).click()
    citizen.expect_path("tracker")
    expect(main).to_contain_text(plain(SENTENCES[lang]))

    main.get_by_role("link", name=citizen.translate("See what is overdue and why")).click()
    expect(page.locator(".activity-number")).to_have_text(["1.2", "2.2", "3.2", "5.2"])
    expect(main).to_contain_text(WHY_LATE[lang])
    main.get_by_role("link", name=re.compile(f"^{citizen.translate('Remove')}")).click()
    expect(page.locator(".activity-number")).to_have_count(21)

    page.get_by_label(citizen.translate("Jurisdiction"), exact=True).select_option("sk")
    page.get_by_label(citizen.translate("Words in what is published")).fill("francaise" if lang == "fr" else "french VERSION")
    page.get_by_role("button", name=citizen.translate("Filter")).click()
    expect(page.locator(".activity-number")).to_have_text(["5.2"])
    expect(page).to_have_url(re.compile("jurisdiction=sk"))

    page.get_by_role("link", name=citizen.translate("Jurisdictions"), exact=True).click()
    main.get_by_role("link", name="Saskatchewan").click()
    citizen.expect_path("tracker/jurisdictions/sk")
    expect(page.locator(".activity-number")).to_have_count(5)
    expect(main).to_contain_text(OFFICE[lang])
    page.locator(".activity-list a", has_text={"en": "Principles released", "fr": "Principes"}[lang]).first.click()
    expect(page.get_by_role("heading", name=citizen.translate("Published reports"))).to_be_visible()

    page.get_by_role("link", name={"en": "Français", "fr": "English"}[lang]).click()
    expect(page.locator("html")).to_have_attribute("lang", {"en": "fr", "fr": "en"}[lang])
    page.get_by_role("navigation").get_by_role("link", name={"en": "Données", "fr": "Data"}[lang], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text({"en": "Données", "fr": "Data"}[lang])
    with page.expect_download() as download:
        page.locator('a[href$="activities.csv"]').first.click()
    assert download.value.suggested_filename.endswith(".csv")


@ESSENTIAL
def test_public_pages_pass_axe_and_fit_a_phone(public_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    visitor = open_browser(public_site, lang).expect_statuses(404)
    problems = []
    places = {**dict.fromkeys((*PAGES, "", "about", "privacy", "contact", "tracker/briefings/2020-02-27", "plans/2020"), 200)}
    for n, (place, status) in enumerate({**places, **dict.fromkeys(MISSING_PAGES, 404)}.items()):
        assert visitor.open(place).status == status, place
        problems += check_page(visitor, place, (("light", "dark")[(n + (lang == "fr")) % 2],))
    assert problems == []


def test_citation_is_copied_by_its_button(public_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    citizen = open_browser(public_site, lang)
    citizen.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for path in ("tracker/activities/5.4", "data"):
        citizen.open(path)
        citizen.page.get_by_role("button", name=citizen.translate("Copy the citation")).click()
        expect(citizen.page.locator("#status")).to_have_text(citizen.translate("Citation copied"))
        copied = citizen.page.evaluate("navigator.clipboard.readText()")
        expect(citizen.page.locator("#citation")).to_have_text(copied, use_inner_text=True)


def test_paper_has_the_tracker_without_what_only_screens_need(public_site: Site, open_browser: OpenBrowser) -> None:
    visitor = open_browser(public_site)
    visitor.open("tracker")
    visitor.page.emulate_media(media="print")
    for hidden in (".filter-bar", ".subnav", ".quarter-nav", ".site-nav"):
        expect(visitor.page.locator(hidden).first).to_be_hidden()
    for shown in (".sample-banner", ".citation", ".activity-list"):
        expect(visitor.page.locator(shown).first).to_be_visible()
