"""The home page when signed out: how the plan stands, when reports are due, and who to contact."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from cogwg.reporting.models import ReportingPeriod
from tests.databases import DECK_DAY
from tests.web.conftest import MakeApp
from tests.web.test_contacts import mail_links
from tests.web_client import App, Page, text_of

SENTENCES = {
    "en": "8 of 21 activities are complete, 2 are overdue, 5 are due in 6 days and 6 are not yet due.",
    "fr": "8 activités sur 21 sont réalisées, 2 sont en retard, 5 arrivent à échéance dans 6 jours "
    "et 6 ne sont pas encore échues.",
}


def beads(page: Page) -> list[list[str]]:
    """Return the words of each cell of the picture, by row."""
    rows = list(page.find("table", class_="beads").iter("tr"))[1:]
    return [[" ".join(text_of(cell).split()) for cell in row if cell.tag in ("th", "td")] for row in rows]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_home_says_how_the_plan_stands_in_a_sentence_and_in_words_per_activity(read_only_app: App, lang: str) -> None:
    page = read_only_app.anonymous_client().get(f"/{lang}/")
    assert SENTENCES[lang] in page.main_text.replace("\u00a0", " ")
    rows = beads(page)
    assert [len(row) for row in rows] == [7] * 5, "priority, five due months, words"
    if lang == "en":
        assert rows[1][1:] == [
            "Mar 2.1: Complete",
            "Jun 2.2: Substantial progress Overdue",
            "Sep 2.3: Limited progress",
            "Oct no activity",
            "Dec 2.4: Not started",
            "1 of 4 complete; 1 overdue; 1 due; 1 not yet due",
        ]


def test_home_and_plan_page_agree(read_only_app: App) -> None:
    browser = read_only_app.anonymous_client()
    home, plan = browser.get("/en/"), browser.get("/en/plans/2020")
    assert SENTENCES["en"] in plan.main_text
    assert "/en/plans/2020" in [a.get("href") for a in home.find("main").iter("a")]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Quarter 3September 30, 2020 at 5 pm (Eastern time)Quarter 4December 31, 2020 at 5 pm (Eastern time)"),
        ("fr", "Trimestre 330 septembre 2020 à 17 h (heure de l’Est)Trimestre 431 décembre 2020 à 17 h (heure de l’Est)"),
    ],
)
def test_home_says_when_reports_are_due(read_only_app: App, lang: str, words: str) -> None:
    page = read_only_app.anonymous_client().get(f"/{lang}/")
    shown = text_of(page.find("dl", class_="due-dates")).replace("\u00a0", " ")
    assert "".join(shown.split()) == "".join(words.split())


def test_home_before_anything_is_due_says_so(make_app: MakeApp) -> None:
    page = make_app(template="record", day=DECK_DAY).anonymous_client().get("/en/")
    assert "21 activities are not yet due." in page.main_text
    assert beads(page)[0][1:] == [
        "Mar 1.1: not yet due",
        "Jun 1.2: not yet due",
        "Sep 1.3: not yet due",
        "Oct no activity",
        "Dec 1.4: not yet due",
        "Nothing is due yet",
    ]


def test_home_without_due_reports_contact_or_plan_says_so(make_app: MakeApp) -> None:
    app = make_app(contact="")
    browser = app.anonymous_client()
    app.execute(update(ReportingPeriod).values(closed_at=app.calendar.now()))
    page = browser.get("/en/")
    assert "No reports are due." in page.main_text
    assert "No contact information has been published yet." in page.main_text
    assert mail_links(page) == {}
    empty = make_app(template="bare").anonymous_client().get("/en/")
    assert (empty.status, "No plan has been adopted yet." in empty.main_text) == (200, True)


def test_plan_that_was_adopted_before_its_year_is_shown(make_app: MakeApp) -> None:
    browser = make_app(template="record", day=date(2019, 12, 2)).anonymous_client()
    assert "No plan has been adopted yet." not in browser.get("/en/").main_text
    assert browser.get("/en/plans").redirect_path == "/en/plans/2020"


def test_contact_that_is_not_an_address_is_shown_as_text(make_app: MakeApp) -> None:
    page = make_app(contact="the secretariat, 5th floor").anonymous_client().get("/en/")
    assert "the secretariat, 5th floor" in page.main_text
    assert mail_links(page) == {}


def test_signed_in_people_are_not_shown_the_public_home(read_only_app: App) -> None:
    for name in ("ontario", "chair", "reader"):
        page = read_only_app.client_as(name).get("/en/")
        assert "When reports are due" not in page.text, name
