"""The home page when signed out: the published plan, what was published last, when reports are due, and who to contact."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.plan.models import WorkPlan
from cogwg.reporting.models import ReportingPeriod
from cogwg.tracker.models import Publication, PublicationKind
from tests.web.conftest import MakeApp
from tests.web.test_contacts import mail_links
from tests.web_client import App, Page, text_of

SENTENCES = {
    "en": "6 of 21 activities were complete and 4 were overdue when Quarter 2 was published on July 31, 2020.",
    "fr": "6 activités sur 21 étaient réalisées et 4 étaient en retard lors de la publication du trimestre 2, "
    "le 31 juillet 2020.",
}


@pytest.fixture
def home_app(make_app: MakeApp) -> App:
    """The demo data with two published quarters."""
    return make_app(template="published")


def beads(page: Page) -> list[list[str]]:
    """Return the words of each cell of the picture, by row."""
    rows = list(page.find("table", class_="beads").iter("tr"))[1:]
    return [[" ".join(text_of(cell).split()) for cell in row if cell.tag in ("th", "td")] for row in rows]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_home_says_how_the_published_plan_stood_in_a_sentence_and_in_words_per_activity(home_app: App, lang: str) -> None:
    page = home_app.anonymous_client().get(f"/{lang}/")
    assert SENTENCES[lang] in page.main_text.replace("\u00a0", " ")
    rows = beads(page)
    assert [len(row) for row in rows] == [7] * 5, "priority, five due months, words"
    if lang == "en":
        assert rows[1][1:] == [
            "Mar 2.1: Complete",
            "Jun 2.2: Limited progress Overdue",
            "Sep 2.3: not yet due",
            "Oct no activity",
            "Dec 2.4: not yet due",
            "1 of 4 complete; 1 overdue",
        ]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_home_plan_and_tracker_agree(home_app: App, lang: str) -> None:
    browser = home_app.anonymous_client()
    pages = [browser.get(f"/{lang}/{path}") for path in ("", "plans/2020", "tracker")]
    assert [SENTENCES[lang] in page.main_text.replace("\u00a0", " ") for page in pages] == [True] * 3
    links = [a.get("href") for a in pages[0].find("main").iter("a")]
    assert {f"/{lang}/data", f"/{lang}/tracker", f"/{lang}/tracker/priorities/3"} <= set(links)


def test_home_lists_what_was_published_last(home_app: App) -> None:
    page = home_app.anonymous_client().get("/en/")
    listed = [text_of(e).replace("\u00a0", " ") for e in page.find("ul", class_="dated-list").iter("li")]
    assert listed == [
        "July 31, 2020 Reports for Quarter 2, April to June 2020 · 11 reports",
        "April 30, 2020 Reports for Quarter 1, January to March 2020 · 6 reports",
    ]


@pytest.mark.parametrize(
    ("kind", "key", "titles"),
    [
        (PublicationKind.QUARTER, "2020-06", ("Withdrawn: Quarter 2 of 2020", "Retiré : trimestre 2 de 2020")),
        (PublicationKind.BRIEFING, "2020-02-27", ("Withdrawn: briefing of February 27, 2020", "27 février 2020")),
        (PublicationKind.COMMITMENT, "CA0064", ("Withdrawn: commitment CA0064", "CA0064")),
        (PublicationKind.CYCLE, "fourth-plan", ("Withdrawn: engagement cycle “fourth-plan”", "« fourth-plan »")),
        (PublicationKind.HEARD, "fourth-plan", ("Withdrawn: What we heard for “fourth-plan”", "« fourth-plan »")),
    ],
)
def test_home_names_what_was_withdrawn_last(
    make_app: MakeApp, kind: PublicationKind, key: str, titles: tuple[str, str]
) -> None:
    app = make_app()
    at = datetime(2020, 9, 1, 16, tzinfo=UTC)
    # What identifies a publication is the digest of its content, also to what a process keeps of the home page.
    digest = sha256(f"{kind} {key}".encode()).hexdigest()
    public = {"edition": 1, "published_at": at, "visible_at": at, "content": "{}", "sha256": digest, "witness": ""}
    reasons = {"withdrawal_en": "By mistake.", "withdrawal_fr": "Par erreur."}
    with Session(app.engine) as session, write_transaction(session):
        session.add(Publication(kind=kind, year=2020, key=key, withdrawn_at=at + timedelta(days=1), **public, **reasons))
    for lang, title in zip(("en", "fr"), titles, strict=True):
        page = app.anonymous_client().get(f"/{lang}/")
        assert page.status == 200
        assert title in text_of(page.find("ul", class_="dated-list")).replace("\u00a0", " ")


def test_plan_and_home_show_visitors_no_status_that_is_not_published(read_only_app: App) -> None:
    """In this database, much is reported and nothing published."""
    browser = read_only_app.anonymous_client()
    for path in ("", "plans/2020", "plans/2020?view=list", "plans/2020?view=timeline", "plans/2020?view=progress"):
        page = browser.get(f"/en/{path}")
        assert "No reports on this plan have been published yet." in page.main_text, path
        marks = [e for e in page.find("main").iter("span") if re.search(r"\bstatus-(C|SP|LP|NS)\b", e.get("class", ""))]
        assert [e for e in marks if not in_legend(page, e)] == [], path
    assert "Complete" not in browser.get("/en/plans/2020/activities.csv").text


def in_legend(page: Page, mark: Element) -> bool:
    return any(mark in list(legend.iter()) for legend in page.find_all("ul", class_="legend"))


@pytest.mark.parametrize(
    ("query", "quarter", "overdue"),
    [("", 2, True), ("?as_of=2020-08-15", 2, True), ("?as_of=2020-07-30", 1, False), ("?about=2020-05-01", 1, False)],
)
def test_past_plan_shows_visitors_what_was_published_by_then(home_app: App, query: str, quarter: int, overdue: bool) -> None:
    browser = home_app.anonymous_client()
    for path in ("plans/2020", "plans/2020/priorities/2"):
        page = browser.get(f"/en/{path}{query}")
        assert f"Statuses as published for Quarter {quarter} on" in page.main_text
        assert ("Overdue by 31 days" in page.main_text) is overdue
    table = browser.get(f"/en/plans/2020/activities.csv{query}").text
    assert ("2.2" in table, "Overdue" in table) == (True, overdue)
    before = browser.get("/en/plans/2020?as_of=2020-04-01")
    assert "No reports on this plan have been published yet." in before.main_text


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


def test_home_shows_a_changed_plan_and_due_date_at_once(make_app: MakeApp) -> None:
    app = make_app()
    visitor = app.anonymous_client()
    before = visitor.get("/en/").main_text
    app.execute(update(WorkPlan).values(title_en="A plan with a new title"))
    assert ("A plan with a new title" in before, "A plan with a new title" in visitor.get("/en/").main_text) == (False, True)
    app.execute(update(ReportingPeriod).values(due_at=datetime(2020, 1, 31, 17, tzinfo=UTC)))
    assert ("No reports are due." in before, "No reports are due." in visitor.get("/en/").main_text) == (False, True)


def test_visitor_who_has_the_home_page_gets_it_once(home_app: App) -> None:
    visitor = home_app.anonymous_client()
    etag = visitor.get("/en/").headers["ETag"]
    again = visitor.get("/en/", If_None_Match=etag)
    assert (again.status, again.text) == (304, "")
    assert "Cookie" in again.headers["Vary"]
    assert home_app.client_as("ontario").get("/en/", If_None_Match=etag).status == 200
