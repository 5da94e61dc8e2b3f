"""The plan and its priorities on a past day: what the bar says, what is left out, links that keep the day, and refused days."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.db import write_transaction
from cogwg.plan.models import Activity, PlanHistoryStart
from cogwg.plan.rules import DueDate
from cogwg.plan.services import move_due_date
from cogwg.reporting.models import OverallStatus
from cogwg.seeding import seed
from cogwg.web.plan.drawn_matrices import DrawnMatrices
from tests.sessions import first_of
from tests.web.conftest import MakeApp
from tests.web_client import App, Page, text_of

PLAN = "/en/plans/2020"
JUNE, ABOUT_JUNE = "as_of=2020-06-30", "about=2020-06-30"
PAST_PAGES = [
    f"{PLAN}?{JUNE}",
    f"{PLAN}?view=list&{JUNE}",
    f"{PLAN}?view=timeline&{JUNE}",
    f"{PLAN}?view=progress&{JUNE}",
    f"{PLAN}/priorities/3?{JUNE}",
    f"{PLAN}?{ABOUT_JUNE}",
    f"{PLAN}/priorities/3?{ABOUT_JUNE}",
]
WALKABLE = re.compile(r"/(en|fr)/(plans/2020(\?view=\w+.*|/priorities/\d+|/activities/[\d.]+)?|jurisdictions(/\w+)?)([?#].*)?$")


def move(app: App, code: str = "3.2") -> None:
    """Move a due date to October, in September."""
    with Session(app.engine) as session, write_transaction(session):
        activity = session.scalars(select(Activity).where(Activity.code == code)).one()
        due = DueDate(activity.due_year, activity.due_month, activity.due_day)
        values = {"reason": Bilingual("Later.", "Plus tard."), "words": EMPTY_TEXT, "expected_due": due, "by": SYSTEM}
        move_due_date(session, activity.id, DueDate(2020, 10), at=app.calendar.now(), **values)


def cell_of(page: Page, code: str) -> str:
    (cell,) = [e for e in page.find_all("td") if f"{code} " in text_of(e)]
    return text_of(cell)


def test_plan_of_a_past_day_shows_what_was_known_then_or_today(app: App) -> None:
    move(app)
    today, then, about = (app.client_as("reader").get(f"{PLAN}{query}") for query in ("", f"?{JUNE}", f"?{ABOUT_JUNE}"))
    assert (then.status, about.status) == (200, 200)
    assert "6 of 21 activities are complete, 4 are due today" in then.main_text
    assert "originally" not in cell_of(then, "3.2")
    assert "Due today" in cell_of(then, "3.2")
    assert "originally June 2020" in cell_of(about, "3.2")
    assert "Not yet due" in cell_of(about, "3.2")
    assert "Quarter 3, open" in today.main_text
    assert "open" not in text_of(then.find("thead")), "a quarter is open today"
    assert "as of June\u00a030, 2020" in then.main_text


@pytest.mark.parametrize(
    ("query", "heading", "link"),
    [
        (f"en?{JUNE}", "June\u00a030, 2020, as known that day: read only", "View June\u00a030, 2020 with today’s information"),
        (
            f"en?{ABOUT_JUNE}",
            "June\u00a030, 2020, as known today: read only",
            "View June\u00a030, 2020 as recorded at the time",
        ),
        (f"fr?{JUNE}", "Le 30\u00a0juin 2020, selon ce qu’on savait ce jour-là\u00a0: lecture seule", "aujourd’hui"),
        (
            f"fr?{ABOUT_JUNE}",
            "Le 30\u00a0juin 2020, selon ce qu’on sait aujourd’hui\u00a0: lecture seule",
            "selon les données de l’époque",
        ),
    ],
)
def test_bar_says_which_day_it_is_and_leads_to_the_other_and_to_today(
    read_only_app: App, query: str, heading: str, link: str
) -> None:
    lang, _, day = query.partition("?")
    page = read_only_app.client_as("visitor").get(f"/{lang}/plans/2020?view=list&status=C&{day}")
    bar = page.find("section", class_="asof")
    assert text_of(page.find_by_id("asof")) == heading
    other, today = list(bar.iter("a"))
    assert link in text_of(other)
    name = "as_of" if day.startswith("about") else "about"
    assert other.get("href") == f"/{lang}/plans/2020?view=list&status=C&{name}=2020-06-30"
    assert today.get("href") == f"/{lang}/plans/2020?view=list&status=C"
    (form,) = [form for form in page.forms if "day-form" in form.element.get("class", "")]
    assert form.values == {"view": "list", "status": "C", day.partition("=")[0]: "2020-06-30"}
    assert next(e for e in form.controls if e.get("type") == "date").get("max") == "2020-09-24"


@pytest.mark.parametrize("name", ["visitor", "chair"])
@pytest.mark.parametrize("path", first_of(4, PAST_PAGES))
def test_past_page_changes_nothing_and_its_links_keep_the_day(read_only_app: App, path: str, name: str) -> None:
    page = read_only_app.client_as(name).get(path)
    assert page.status == 200
    main = page.find("main")
    assert not [form for form in main.iter("form") if form.get("method", "get") != "get"]
    links = [a.get("href", "") for a in main.iter("a") if a.get("href", "").startswith("/")]
    bar = {a.get("href", "") for a in page.find("section", class_="asof").iter("a")}
    query = path.rpartition("?")[2].rpartition("&")[2]
    assert len(links) > len(bar) or "progress" in path
    for link in links:
        if link not in bar and "activities." not in link:
            assert WALKABLE.fullmatch(link), link
            assert query in link.partition("#")[0], link


def test_day_is_kept_by_filters_sorting_pages_and_downloads(app: App) -> None:
    move(app)
    visitor = app.client_as("visitor")
    page = visitor.get(f"{PLAN}?view=list&due=2020-06&{JUNE}")
    (form,) = [form for form in page.forms if form.element.get("role") == "search"]
    assert form.values["as_of"] == "2020-06-30"
    headings = [a.get("href", "") for th in page.find_all("th") for a in th.iter("a") if "sort=" in a.get("href", "")]
    assert headings
    assert all(JUNE in url for url in headings)
    (download,) = [a.get("href", "") for a in page.find_all("a") if text_of(a) == "CSV"]
    rows = list(csv.DictReader(StringIO(visitor.get(download).text.lstrip("\ufeff"))))
    assert {row["Activity"].lstrip("'"): row["Due date"] for row in rows}["3.2"] == "2020-06-30"
    assert "3.2" not in visitor.get("/en/plans/2020/activities.csv?due=2020-06").text


def test_visitor_reads_no_report_text_of_a_past_day(read_only_app: App) -> None:
    """Those who are signed in read the report of that day."""
    for query in (JUNE, ABOUT_JUNE):
        pages = {n: read_only_app.client_as(n).get(f"{PLAN}/priorities/3?{query}").main_text for n in ("visitor", "reader")}
        words = "All members have received the form."
        assert words in pages["reader"]
        assert words not in pages["visitor"]
        assert "Vacant since" in pages["visitor"]
        search = f"{PLAN}?view=list&q=received+the+form&{query}"
        assert "1 of 21" in read_only_app.client_as("reader").get(search).main_text
        assert "0 of 21" in read_only_app.client_as("visitor").get(search).main_text


def test_priority_of_a_past_day_leaves_out_what_is_of_today(app: App) -> None:
    app.execute(
        OverallStatus.__table__.insert().values(
            priority_id=3, status="C", note_en="We know better.", note_fr="", set_at=app.calendar.now()
        )
    )
    chair = app.client_as("chair")
    today, then = chair.get(f"{PLAN}/priorities/3"), chair.get(f"{PLAN}/priorities/3?{JUNE}")
    for words in ("We know better.", "See the vacant role", "All vacant roles", "History of", "Set the status manually"):
        assert words.partition(" of")[0] in today.main_text
        assert words not in then.main_text
    assert "(124 days ago)" in then.main_text, "a role was vacant for so long that day"
    assert then.find("a", rel="next").get("href") == f"{PLAN}/priorities/4?{JUNE}"


def test_matrix_of_a_past_day_is_neither_kept_nor_taken_from_what_is_kept(app: App) -> None:
    client = app.client_as("visitor")
    cached = app.flask.extensions["cogwg.matrices"] = DrawnMatrices()
    then = client.get(f"{PLAN}?{JUNE}").text
    assert len(cached) == 0
    today = client.get(PLAN).text
    assert len(cached) == 1
    assert client.get(f"{PLAN}?{JUNE}").text == then != today
    move(app)
    assert client.get(f"{PLAN}?{JUNE}").text == then


DAY_PATHS = ["/plans/2020", "/plans/2020?view=list", "/plans/2020/priorities/3", "/plans/2020/activities.csv"]
BAD_DAYS = [
    ("as_of=2020-02-31", 400, "February 2020 has only 29 days.", "Il n’y a que 29\u00a0jours en février 2020."),
    ("about=2020-6-3", 400, "“2020-6-3” is not a valid date.", "2020-6-3"),
    ("as_of=30/06/2020", 400, "such as 2020-06-30", "par exemple 2020-06-30"),
    ("as_of=now", 400, "such as 2020-06-30", "par exemple 2020-06-30"),
    (f"as_of={'9' * 5000}", 400, "such as 2020-06-30", "par exemple 2020-06-30"),
    ("as_of=<b>", 400, "“<b>” is not a valid date", "<b>"),
    (f"{JUNE}&{ABOUT_JUNE}", 400, "This link has two dates.", "Ce lien contient deux dates."),
    ("as_of=2020-09-25", 404, "This date is in the future.", "Cette date est à venir."),
    ("about=9999-12-31", 404, "Choose today, September\u00a024, 2020", "le 24\u00a0septembre 2020"),
    ("as_of=2020-02-26", 404, "This plan was adopted on February\u00a027, 2020.", "adopté le 27\u00a0février 2020"),
    ("about=0001-01-01", 404, "Choose that date or a later one.", "Choisissez cette date ou une date ultérieure."),
]


@pytest.mark.parametrize("path", first_of(1, DAY_PATHS))
@pytest.mark.parametrize(("query", "status", "english", "french"), BAD_DAYS)
def test_day_that_cannot_be_shown_is_answered_with_what_to_do(
    read_only_app: App, path: str, query: str, status: int, english: str, french: str
) -> None:
    for lang, words in (("en", english), ("fr", french)):
        page = read_only_app.client_as("visitor").get(f"/{lang}{path}{'&' if '?' in path else '?'}{query}")
        assert page.status == status
        assert words in page.main_text
        assert page.find("main").findall(".//form")[-1].get("method") == "get"
        back = {"en": "Back to today", "fr": "Revenir à aujourd’hui"}[lang]
        assert [a.get("href") for a in page.find_all("a") if text_of(a) == back] == [f"/{lang}{path}"]


def test_empty_day_is_today(read_only_app: App) -> None:
    page = read_only_app.client_as("visitor").get(f"{PLAN}?as_of=")
    assert page.status == 200
    assert not page.find_all("section", class_="asof")


@pytest.mark.parametrize("path", ["/en/plans/2019", "/en/plans/2020/priorities/9"])
def test_page_that_never_was_is_not_found_on_any_day(read_only_app: App, path: str) -> None:
    for query in (JUNE, ABOUT_JUNE):
        page = read_only_app.client_as("reader").get(f"{path}?{query}")
        assert (page.status, page.h1) == (404, "Page not found")


def test_plan_recorded_after_the_day_offers_what_is_known_today(make_app: MakeApp) -> None:
    """As on a new installation, where the plan of 2020 is loaded later; here, events are set to the demo's day."""
    app = make_app(template="bare")
    with Session(app.engine) as session, write_transaction(session):
        seed(session, at=app.calendar.now())
    visitor = app.client_as("visitor")
    page = visitor.get(f"{PLAN}?{JUNE}")
    assert page.status == 404
    assert "This plan has been recorded here since September\u00a024, 2020." in page.main_text
    (link,) = [a.get("href", "") for a in page.find_all("a") if "with today’s information" in text_of(a)]
    assert link == f"{PLAN}?{ABOUT_JUNE}"
    assert visitor.get(link).status == 200


def test_day_before_the_upgrade_says_what_was_recorded(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        session.add(PlanHistoryStart(id=1, event_id=100_000, at=app.calendar.now() - timedelta(days=1)))
    sentence = "Before September\u00a023, 2020, only changes to roles and due dates were recorded."
    visitor = app.client_as("visitor")
    assert sentence in visitor.get(f"{PLAN}?{JUNE}").main_text
    assert sentence not in visitor.get(f"{PLAN}?{ABOUT_JUNE}").main_text


def test_pages_of_today_lead_to_a_past_day(read_only_app: App) -> None:
    for path in (PLAN, f"{PLAN}?view=list&status=C", f"{PLAN}?view=progress", f"{PLAN}/priorities/3"):
        page = read_only_app.client_as("visitor").get(path)
        (form,) = [form for form in page.forms if "day-form" in form.element.get("class", "")]
        assert form.action == path.partition("?")[0]
        assert "as_of" in form.values
        assert "/changes" not in page.text, "who changed what is for members"
        assert f"{path.partition('?')[0]}/changes" in read_only_app.client_as("reader").get(path).text


def test_refused_form_of_a_page_leads_to_a_past_day_of_that_page(app: App) -> None:
    """The address of a form has no page, and its fields are not those of the page."""
    form = app.client_as("chair").get(f"{PLAN}/priorities/3").form("/overall")
    page = form.submit()
    assert page.status == 422
    (days,) = [form for form in page.forms if "day-form" in form.element.get("class", "")]
    assert (days.action, set(days.values)) == (f"{PLAN}/priorities/3", {"as_of"})
