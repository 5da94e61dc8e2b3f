"""News of a lead: added in one language, shared without naming jurisdictions, and translated row by row."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page

MILESTONE_TEXT = {"en": "Two portals share one sign-in.", "fr": "Deux portails partagent une seule ouverture de session."}
CHALLENGE_TEXT = {"en": "Nobody owns the catalogue.", "fr": "Personne n’est responsable du catalogue."}
THEME = {"en": "Ownership", "fr": "Responsabilité"}
LINK = "https://data.ontario.ca/sign-in"
OTHER_LANGUAGE = {"en": "fr", "fr": "en"}


def fill_news_form(lead: BrowserUser, place: str, sentence: str) -> Locator:
    """Open a list, type a text into the form for a new entry, and return the form."""
    lead.open(place)
    form = lead.page.locator("form.news-form").first
    form.locator(f'textarea[name="new-text_{lead.lang}"]').fill(sentence)
    return form


def news_item(visitor: BrowserUser, words: str) -> Locator:
    return visitor.page.locator("li.news", has_text=words)


def test_milestone_and_challenge_are_added_shared_and_translated(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    other = OTHER_LANGUAGE[lang]
    lead = open_browser(site, lang).use_session_of("ontario")
    form = fill_news_form(lead, "milestones", MILESTONE_TEXT[lang])
    lead.open_details(form, "Add a link, date or status")
    form.locator('input[name="new-link1_url"]').fill(LINK)
    form.get_by_role("button", name=lead.translate("Add the milestone")).click()
    row = news_item(lead, MILESTONE_TEXT[lang])
    expect(row.locator(f'a[href="{LINK}"]')).to_be_visible()
    expect(row).to_contain_text(lead.translate("French missing" if other == "fr" else "English missing"))

    form = fill_news_form(lead, "challenges", CHALLENGE_TEXT[lang])
    expect(form.get_by_label(lead.translate("Do not name the jurisdiction"), exact=True)).to_be_checked()
    form.locator('input[name="new-new_theme"]').fill(THEME[lang])
    form.get_by_role("button", name=lead.translate("Add the challenge")).click()
    unnamed = lead.translate("not named in briefings")
    expect(news_item(lead, CHALLENGE_TEXT[lang])).to_contain_text(f"Ontario ({unnamed})")

    neighbour = open_browser(site, lang).use_session_of("quebec")
    neighbour.open("challenges")
    news_item(neighbour, CHALLENGE_TEXT[lang]).get_by_role("button", name=lead.translate("We face this too")).click()
    expect(news_item(neighbour, CHALLENGE_TEXT[lang])).to_contain_text(f"Ontario ({unnamed})")
    expect(news_item(neighbour, CHALLENGE_TEXT[lang])).to_contain_text("Québec" if lang == "fr" else "Quebec")

    lead.open("translations")
    boxes = lead.page.locator('section[aria-labelledby="news"] textarea')
    expect(boxes).to_have_count(3)
    boxes.first.focus()
    for left, words in ((2, MILESTONE_TEXT[other]), (1, CHALLENGE_TEXT[other]), (0, THEME[other])):
        expect(lead.page.locator("textarea:focus")).to_have_attribute("lang", other)
        box = lead.page.locator("textarea:focus")
        box.fill(words)
        lead.page.locator("form", has=box).get_by_role("button").click()
        expect(boxes).to_have_count(left)
        lead.wait_until_loaded()
    lead.open(f"/{other}/challenges")
    expect(lead.page.get_by_role("heading", name=THEME[other])).to_be_visible()
    expect(news_item(lead, CHALLENGE_TEXT[other])).to_be_visible()


def test_withdrawn_milestone_is_restored(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang).use_session_of("ontario")
    lead.open("milestones")
    row = lead.page.locator("li.news", has=lead.page.get_by_role("button", name=lead.translate("Withdraw")))
    words = lead.visible_text(row.locator(".user-text"))
    row.get_by_role("button", name=lead.translate("Withdraw")).click()
    row = news_item(lead, words)
    expect(row).to_have_class("news is-withdrawn")
    row.get_by_role("button", name=lead.translate("Restore")).click()
    expect(news_item(lead, words)).to_have_class("news")
    lead.expect_path("milestones", allow_suffix=True)


def test_news_pages_pass_checks(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    """Lists, open forms, an error and a finished row."""
    lead = open_browser(site, lang).use_session_of("ontario").expect_statuses(422)
    form = fill_news_form(lead, "challenges", f"{CHALLENGE_TEXT[lang]} https://www.example.org/{'long-' * 20}")
    form.locator('input[name="new-new_theme"]').fill(THEME[lang])
    form.locator("button").click()
    expect(news_item(lead, CHALLENGE_TEXT[lang])).to_be_visible()
    problems = check_page(lead, "challenges")
    for place in ("milestones", "milestones?jurisdiction=nu", "milestones/3/edit", "challenges/5/edit", "translations"):
        lead.open(place)
        problems += check_page(lead, place)
    row = lead.page.locator("ul[data-worklist] > li").first
    row.get_by_role("button").click()
    expect(lead.page.get_by_role("alert")).to_be_focused()
    problems += check_page(lead, "translations, wrong")
    row.locator("textarea").fill("Voilà.")
    row.get_by_role("button").click()
    expect(lead.page.locator("[data-row-done]")).to_be_visible()
    problems += check_page(lead, "translations, done")
    chair = open_browser(site, lang).use_session_of("chair")
    chair.open("challenges/5/standing")
    assert problems + check_page(chair, "challenges/5/standing") == []
