"""The days around the turn of the year: which plan each page shows, and which quarter takes reports."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import Actor
from cogwg.core.calendar import TORONTO
from cogwg.core.db import write_transaction
from cogwg.notices.reminders import due_emails
from cogwg.plan.carry_over import carry_over, default_choice
from cogwg.plan.draft_storage import create_draft
from cogwg.plan.models import Assignment, Confirmation
from cogwg.plan.queries import plan_facts
from cogwg.plan.services import accept_role
from cogwg.reporting.models import ReportingPeriod, Submission
from cogwg.year_end.adoption import Adoption, adopt_draft
from cogwg.year_end.closing import close_year
from tests.sessions import FURTHER
from tests.web.conftest import MakeApp
from tests.web_client import App, text_of
from tests.year_end.test_closing import REASON

DECEMBER = datetime.combine(date(2020, 12, 15), time(10), TORONTO)
NEW_YEARS_EVE, NEW_YEARS_DAY = date(2020, 12, 31), date(2021, 1, 1)
LANGS = pytest.mark.parametrize("lang", ["en", "fr"])


@pytest.fixture
def turned(make_app: MakeApp) -> Any:
    """``turned(day)``: an app on this day, with the plan of 2021 adopted on December 15 and all its roles accepted."""

    def make(day: date, *, closes: bool = False) -> App:
        app = make_app(day=day)
        with Session(app.engine) as session, write_transaction(session):
            by = _secretariat(session)
            plan = plan_facts(session, 2020)
            draft = carry_over(plan, {a.id: default_choice(a, is_complete=False) for a in plan.activities})
            create_draft(session, draft, carried_from_id=plan.id, by=by, at=DECEMBER)
            adopt_draft(session, 2021, Adoption(1, DECEMBER.date()), by=by, at=DECEMBER)
            answers: dict[str, Any] = {"by": by, "at": DECEMBER, "is_allowed": lambda _: True}
            waiting = select(Assignment).where(Assignment.confirmation == Confirmation.TO_CONFIRM).order_by(Assignment.id)
            for role in session.scalars(waiting).all():
                accept_role(session, role.id, expected_jurisdiction_id=role.jurisdiction_id, **answers)
            earlier = ReportingPeriod.key.in_(["2020-03", "2020-06", "2020-09"])
            session.execute(update(ReportingPeriod).where(earlier).values(closed_at=DECEMBER))
            if closes:
                close_year(session, 2020, reason=REASON, by=by, at=datetime.combine(day, time(9), TORONTO))
        return app

    return make


def _secretariat(session: Session) -> Actor:
    return Actor("person", session.scalars(select(Person.id).where(Person.email.like("secretariat@%"))).one())


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@LANGS
def test_current_plan_changes_at_midnight(turned: Any, lang: str) -> None:
    for day, year in ((NEW_YEARS_EVE, 2020), (NEW_YEARS_DAY, 2021)):
        app = turned(day)
        visitor = app.client_as("visitor")
        assert visitor.get(f"/{lang}/plans").redirect_path == f"/{lang}/plans/{year}"
        assert f"/{lang}/plans/{year}" in visitor.get(f"/{lang}/").text
        for name, place in (("reader", "vacancies"), ("reader", "jurisdictions/on"), ("chair", "jurisdictions")):
            page = app.client_as(name).get(f"/{lang}/{place}")
            links = {a.get("href", "") for a in page.find("main").iter("a") if "/plans/20" in a.get("href", "")}
            assert all(f"/plans/{year}" in link for link in links), (day, place)


@LANGS
def test_pages_show_the_next_plan_as_soon_as_the_year_is_closed(turned: Any, lang: str) -> None:
    app = turned(NEW_YEARS_EVE, closes=True)
    visitor = app.client_as("visitor")
    assert visitor.get(f"/{lang}/plans").redirect_path == f"/{lang}/plans/2021"
    assert f"/{lang}/plans/2021" in visitor.get(f"/{lang}/").text
    for name, place in (("reader", "vacancies"), ("reader", "jurisdictions/on"), ("chair", "jurisdictions")):
        page = app.client_as(name).get(f"/{lang}/{place}")
        links = {a.get("href", "") for a in page.find("main").iter("a") if "/plans/20" in a.get("href", "")}
        assert links, place
        assert all("/plans/2021" in link for link in links), (place, links)
    role = next(
        a for a in app.client_as("quebec").get(f"/{lang}/vacancies").find("main").iter("a") if "/roles/" in a.get("href", "")
    )
    assert app.client_as("quebec").get(role.get("href", "")).form("/request").submit().status == 303


@LANGS
def test_first_quarter_opens_on_the_first_day_and_the_last_one_takes_late_reports(turned: Any, lang: str) -> None:
    eve, day = turned(NEW_YEARS_EVE), turned(NEW_YEARS_DAY)
    page = eve.client_as("ontario").get(f"/{lang}/my-updates")
    assert "2020" in page.main_text
    assert not [a for a in page.find_all("a") if (a.get("href") or "").endswith("period=2021-03")]
    ontario = day.client_as("ontario")
    page = ontario.get(f"/{lang}/my-updates")
    answer = page.report_form("3.3").fill(status="SP", **{f"progress_{lang}": "A day late."}).submit()
    assert answer.status == 303
    assert "2021" in ontario.get(f"/{lang}/my-updates?period=2021-03").main_text
    form = ontario.report_form("3.1", lang, "?period=2021-03", year=2021)
    assert form.fill(status="SP", **{f"progress_{lang}": "A good start."}).submit().status == 303
    sent = {s.progress_en or s.progress_fr: s for s in day.rows(Submission)}
    assert (sent["A day late."].period_id, sent["A day late."].late) == (4, True)
    (first,) = day.rows(ReportingPeriod, ReportingPeriod.key == "2021-03")
    assert (sent["A good start."].period_id, sent["A good start."].late) == (first.id, False)
    assert "A good start." in ontario.get(f"/{lang}/plans/2021/activities/3.1").main_text
    assert "A good start." not in ontario.get(f"/{lang}/plans/2020/activities/3.1").main_text


def test_late_reports_arrive_until_the_year_is_closed_and_are_refused_afterwards(turned: Any) -> None:
    app = turned(date(2021, 1, 20), closes=True)
    ontario = app.client_as("ontario")
    page = ontario.get("/en/my-updates")
    assert "Quarter 1 of 2021" in plain(page.main_text)
    before = app.fingerprint()
    answer = ontario.get("/en/plans/2020/activities/3.3/report?period=2020-12")
    assert not answer.find_all("textarea")
    activity = {"r11-status": "SP", "r11-progress_en": "Too late.", "r11-version": "0", "csrf_token": ontario.csrf_token()}
    refused = ontario.post("/en/plans/2020/activities/3.3/report?period=2020-12", activity)
    assert refused.status in (403, 422)
    assert app.fingerprint() == before


@LANGS
def test_home_and_reporting_status_show_both_years_until_the_old_one_is_closed(turned: Any, lang: str) -> None:
    app = turned(date(2021, 1, 5))
    home = app.client_as("chair").get(f"/{lang}/")
    links = [a.get("href", "") for a in home.find("main").iter("a")]
    assert any("period=2020-12" in link for link in links), "missing reports of the last quarter"
    closed = turned(date(2021, 1, 5), closes=True)
    home = closed.client_as("chair").get(f"/{lang}/")
    assert "2020-12" not in home.text
    page = closed.client_as("chair").get(f"/{lang}/readiness")
    assert "2021" in page.h1
    search = closed.client_as("reader").get(f"/{lang}/search?q=CKAN")
    years = {link.split("/plans/")[1][:4] for a in search.find("main").iter("a") if "/plans/" in (link := a.get("href", ""))}
    assert years == {"2020", "2021"}, "both plans are found"


@pytest.mark.parametrize("closes", [False, True])
def test_reminders_and_digests_of_the_old_year_end_when_it_is_closed(turned: Any, closes: bool) -> None:
    app = turned(date(2021, 1, 8), closes=closes)
    at = datetime.combine(date(2021, 1, 8), time(10), TORONTO)
    with Session(app.engine) as session:
        emails = due_emails(session, at=at, days=(14, 3, -1, -8), site="https://plan.example.ca")
        (last,) = session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == "2020-12")).all()
    of_last = [email for email in emails if email.key.split(":")[1] == str(last)]
    assert bool(of_last) is not closes
    assert not [email for email in emails if email not in of_last], "nothing of 2021 is due yet"


@LANGS
def test_progress_of_each_plan_counts_its_own_year(turned: Any, lang: str) -> None:
    app = turned(date(2021, 1, 5))
    reader = app.client_as("reader")
    old, new = (plain(reader.get(f"/{lang}/plans/{year}?view=progress").main_text) for year in (2020, 2021))
    assert old != new
    assert "4" in old


@LANGS
def test_briefing_looks_back_at_the_old_plan_and_ahead_to_the_new(turned: Any, lang: str) -> None:
    app = turned(date(2021, 1, 12), closes=True)
    chair = app.client_as("chair")
    form = chair.get(f"/{lang}/briefings/new").form()
    page = form.fill(meeting_on="2021-01-15", scope="2020+2021").submit().follow()
    assert page.status == 200
    briefing = page.path.partition("#")[0].split("/")[3]
    preview = chair.get(f"/{lang}/briefings/{briefing}")
    assert preview.status == 200
    text = plain(preview.main_text)
    assert "2020" in text
    assert "2021" in text
    slides = chair.get(f"/{lang}/briefings/{briefing}/present")
    titles = [text_of(h) for h in slides.find_all("h2")]
    assert any("2021" in title for title in titles), titles
    assert chair.get(f"/{lang}/briefings/{briefing}/deck.xlsx").status == 200


@FURTHER
def test_day_of_the_calendar_offset_decides(turned: Any) -> None:
    """Late on December 31 in Toronto, it is January 1 in UTC: the old plan is still the current one."""
    app = turned(NEW_YEARS_EVE)
    app.clock.now = app.clock.now.replace(hour=23)
    assert app.calendar.today() == NEW_YEARS_EVE
    assert app.client_as("visitor").get("/en/plans").redirect_path == "/en/plans/2020"
