"""A lead with news: told in one language, shared by a neighbour without naming anybody, and translated row by row."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Arrive
from tests.journeys.site import Site
from tests.journeys.test_every_page import look
from tests.journeys.visitor import Visitor

NEWS = {"en": "Two portals share one sign-in.", "fr": "Deux portails partagent une seule ouverture de session."}
HELD = {"en": "Nobody owns the catalogue.", "fr": "Personne n’est responsable du catalogue."}
THEME = {"en": "Ownership", "fr": "Responsabilité"}
LINK = "https://data.ontario.ca/sign-in"
UNSIGNED = {"en": "fr", "fr": "en"}


def tell(lead: Visitor, place: str, sentence: str) -> Locator:
    """Open a list and type the sentence of something new; the form it is typed into."""
    lead.go(place)
    form = lead.page.locator("form.tell").first
    form.locator(f'textarea[name="new-text_{lead.lang}"]').fill(sentence)
    return form


def item(visitor: Visitor, words: str) -> Locator:
    return visitor.page.locator("li.news", has_text=words)


def test_a_lead_with_news(site: Site, arrive: Arrive, lang: str) -> None:
    other = UNSIGNED[lang]
    lead = arrive(site, lang).enter("ontario")
    form = tell(lead, "milestones", NEWS[lang])
    lead.open_fold(form, "Add a link, a date or how far it is")
    form.locator('input[name="new-link1_url"]').fill(LINK)
    form.get_by_role("button", name=lead.says("Add the milestone")).click()
    row = item(lead, NEWS[lang])
    expect(row.locator(f'a[href="{LINK}"]')).to_be_visible()
    expect(row).to_contain_text(lead.says("French missing" if other == "fr" else "English missing"))

    form = tell(lead, "challenges", HELD[lang])
    expect(form.get_by_label(lead.says("Do not name us"), exact=True)).to_be_checked()
    form.locator('input[name="new-new_theme"]').fill(THEME[lang])
    form.get_by_role("button", name=lead.says("Add the challenge")).click()
    unnamed = lead.says("not named in the deck")
    expect(item(lead, HELD[lang])).to_contain_text(f"Ontario ({unnamed})")

    neighbour = arrive(site, lang).enter("quebec")
    neighbour.go("challenges")
    item(neighbour, HELD[lang]).get_by_role("button", name=lead.says("Us too")).click()
    expect(item(neighbour, HELD[lang])).to_contain_text(f"Ontario ({unnamed})")
    expect(item(neighbour, HELD[lang])).to_contain_text("Québec" if lang == "fr" else "Quebec")

    lead.go("translations")
    boxes = lead.page.locator("ul[data-worklist] textarea")
    expect(boxes).to_have_count(3)
    boxes.first.focus()
    for left, words in ((2, NEWS[other]), (1, HELD[other]), (0, THEME[other])):
        expect(lead.page.locator("textarea:focus")).to_have_attribute("lang", other)
        box = lead.page.locator("textarea:focus")
        box.fill(words)
        lead.page.locator("form", has=box).get_by_role("button").click()
        expect(boxes).to_have_count(left)
        lead.loaded()
    lead.go(f"/{other}/challenges")
    expect(lead.page.get_by_role("heading", name=THEME[other])).to_be_visible()
    expect(item(lead, HELD[other])).to_be_visible()


def test_what_was_withdrawn_by_mistake_comes_back(site: Site, arrive: Arrive, lang: str) -> None:
    lead = arrive(site, lang).enter("ontario")
    lead.go("milestones")
    row = lead.page.locator("li.news", has=lead.page.get_by_role("button", name=lead.says("Withdraw")))
    words = lead.read(row.locator(".said"))
    row.get_by_role("button", name=lead.says("Withdraw")).click()
    row = item(lead, words)
    expect(row).to_have_class("news gone")
    row.get_by_role("button", name=lead.says("Undo: bring it back")).click()
    expect(item(lead, words)).to_have_class("news")
    lead.at("milestones", more=True)


def test_axe_finds_nothing_on_the_pages_of_news(site: Site, arrive: Arrive, lang: str) -> None:
    """Lists, forms that are open, a refusal, a row that is done; and nothing is wider than a telephone."""
    lead = arrive(site, lang).enter("ontario").expecting(422)
    form = tell(lead, "challenges", f"{HELD[lang]} https://www.example.org/{'long-' * 20}")
    form.locator('input[name="new-new_theme"]').fill(THEME[lang])
    form.locator("button").click()
    expect(item(lead, HELD[lang])).to_be_visible()
    found = look(lead, "challenges")
    for place in ("milestones", "milestones?jurisdiction=nu", "milestones/3/edit", "challenges/5/edit", "translations"):
        lead.go(place)
        found += look(lead, place)
    row = lead.page.locator("ul[data-worklist] > li").first
    row.get_by_role("button").click()
    expect(lead.page.get_by_role("alert")).to_be_focused()
    found += look(lead, "translations, wrong")
    row.locator("textarea").fill("Voilà.")
    row.get_by_role("button").click()
    expect(lead.page.locator("[data-done]")).to_be_visible()
    found += look(lead, "translations, done")
    chair = arrive(site, lang).enter("chair")
    chair.go("challenges/5/standing")
    assert found + look(chair, "challenges/5/standing") == []
