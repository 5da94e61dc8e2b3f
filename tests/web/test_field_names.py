"""Fields that a page repeats are named with what they belong to, so that a person who hears only the name knows which it is."""

from __future__ import annotations

import pytest

from tests.sessions import FURTHER
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web_client import Page, text_of

BOXES = ("textarea", "select")


@pytest.fixture
def populated(make_app: MakeApp) -> PopulatedApp:
    return PopulatedApp(make_app())


def names_of_fields(page: Page) -> dict[str, str]:
    """Return the accessible name of each text field and list in the page's main part, by its HTML id."""
    labels = {label.get("for"): label for label in page.find("main").iter("label")}
    boxes = [e for e in page.find("main").iter(*BOXES) if e.get("id")]
    return {
        box.get("id"): " ".join(text_of(page.find_by_id(id_)) for id_ in box.get("aria-labelledby").split())
        if box.get("aria-labelledby")
        else text_of(labels[box.get("id")])
        for box in boxes
    }


def check_names(page: Page, subjects: dict[str, str]) -> None:
    """Check that names are unique, and that the name of each field whose id starts with a key contains its subject."""
    names = names_of_fields(page)
    assert len(set(names.values())) == len(names), sorted(names.values())
    for start, subject in subjects.items():
        of_subject = {id_: name for id_, name in names.items() if id_.startswith(start)}
        assert of_subject
        assert all(subject in name for name in of_subject.values()), of_subject


@pytest.mark.parametrize("lang", ["en", "fr"])
@FURTHER
def test_fields_of_a_briefing_are_named_with_their_subject(populated: PopulatedApp, lang: str) -> None:
    chair = populated.app.client_as("chair")
    place = f"/{lang}/briefings/{populated.briefing_id}"
    page = chair.get(f"{place}/priorities")
    titles = {section.get("id"): text_of(section.find("h3")) for section in page.find_all("section") if section.get("id")}
    numbers = [id_.removeprefix("priority-") for id_ in titles if id_.startswith("priority-")]
    assert len(numbers) == 5
    check_names(page, {f"{kind}-{n}-": titles[f"priority-{n}"] for n in numbers for kind in ("highlight", "ask")})
    slide = {"en": "Work plan at a glance", "fr": "Aperçu du plan de travail"}[lang]
    check_names(chair.get(f"{place}/slides/glance"), dict.fromkeys(("title-", "message-"), slide))
    new = {"en": "new slide", "fr": "nouvelle diapositive"}[lang]
    check_names(chair.get(f"{place}/slides"), dict.fromkeys(("title-", "message-", "lines-"), new))
    check_names(chair.get(f"{place}/next-steps"), {})
    preview = chair.get(place)
    heading = text_of(preview.find_by_id("slide-glance-title"))
    assert heading
    check_names(preview, {"say-glance-": heading})


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_text_of_a_milestone_for_the_deck_is_named_with_the_milestone(populated: PopulatedApp, lang: str) -> None:
    """The label of the milestone has its whole text and marks; the names of the fields have its beginning."""
    chair = populated.app.client_as("chair")
    page = chair.get(f"/{lang}/briefings/{populated.briefing_id}/news")
    headings = {
        label.get("for").removeprefix("tick-") + "-": text_of(label)[:20].rstrip(".")
        for label in page.find_all("label")
        if label.get("for").startswith("tick-")
    }
    assert headings
    check_names(page, headings)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_fields_of_a_jurisdiction_are_named_with_it(populated: PopulatedApp, lang: str) -> None:
    chair = populated.app.client_as("chair")
    notes = chair.get(f"/{lang}/plans/2020/activities/5.4")
    nwt = {"en": "Northwest Territories", "fr": "Territoires du Nord-Ouest"}[lang]
    check_names(notes, {f"n{populated.ids['nt']}-": nwt})
    challenge = chair.get(f"/{lang}/challenges/{populated.news_ids['challenge']}/standing")
    legends = [text_of(legend) for legend in challenge.find_all("legend")]
    assert len(set(legends)) == len(legends) > 1
    assert any("Ontario" in legend for legend in legends)
