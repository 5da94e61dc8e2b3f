"""An activity on a past day: its text, due date, roles and report then, and nothing of today."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import SYSTEM, Actor, record_event
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.discussion.services import write_comment
from cogwg.plan.history import keep_plan, keep_rows
from cogwg.plan.models import Activity, Priority, WorkPlan
from cogwg.reporting.models import Contribution
from tests.web_client import App, text_of

PLACE = "/en/plans/2020/activities/3.2"
JUNE, ABOUT_JUNE = "as_of=2020-06-30", "about=2020-06-30"


def add_todays_data(app: App) -> None:
    """Retitle the activity, correct its June report, and add a comment and a partner's note, in September."""
    at = app.calendar.now()
    with Session(app.engine) as session, write_transaction(session):
        activity = session.scalars(select(Activity).where(Activity.code == "3.2")).one()
        activity.title_en = "Reworded title"
        session.flush()
        was, now = ({"title": [title, title], "text": ["", ""], "reason": ["", ""]} for title in ("Title", "Reworded title"))
        event = record_event(session, "activity.reworded", ("activity", activity.id), by=SYSTEM, at=at, before=was, after=now)
        keep_rows(session, event, [activity])
        by = Actor("person", app.person_id("ontario"))
        write_comment(session, activity.id, "A question.", lang=Language.EN, mentions=(), by=by, at=at)
        yukon = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "yt")).one()
        session.add(Contribution(activity_id=activity.id, period_id=2, jurisdiction_id=yukon, text_en="A note.", changed_at=at))
    form = app.client_as("ontario").report_form("3.2", query="?period=2020-06")
    sent = form.fill(status="SP", progress_en="Corrected in September.", challenge_en="Late.").submit()
    assert sent.status == 303, sent.text


def test_activity_of_a_past_day_shows_what_was_known_then_or_today(app: App) -> None:
    add_todays_data(app)
    for name in ("reader", "chair"):
        today, then, about = (app.client_as(name).get(f"{PLACE}{q}") for q in ("", f"?{JUNE}", f"?{ABOUT_JUNE}"))
        assert (then.h1, about.h1) == ("3.2 Research results compiled and published", "3.2 Reworded title")
        assert "All members have received the form." in then.main_text
        assert "Corrected in September." not in then.main_text
        assert "Corrected in September." in about.main_text
        for words in ("A question.", "A note.", "Who to contact"):
            assert words in today.main_text
            assert words not in then.main_text + about.main_text
        for page in (then, about):
            assert [form.get("method") for form in page.find("main").iter("form")] == ["get"]
            assert not page.find_all("a", class_="button")
            links = [a.get("href", "") for a in page.find("nav", class_="breadcrumbs").iter("a")]
            day = page.path.partition("?")[2]
            assert links == [f"/en/plans/2020?{day}", f"/en/plans/2020/priorities/3?{day}"]


@pytest.mark.parametrize(("query", "status"), [("as_of=2020-02-31", 400), ("about=2020-02-26", 404), ("as_of=2021-01-01", 404)])
def test_day_that_cannot_be_shown_is_answered_with_what_to_do(read_only_app: App, query: str, status: int) -> None:
    page = read_only_app.client_as("reader").get(f"{PLACE}?{query}")
    assert (page.status, page.h1) == (status, "The plan cannot be shown for this date")
    assert read_only_app.client_as("visitor").get(f"{PLACE}?{query}").status == 303


def test_activity_that_was_added_later_was_not_in_the_plan(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        priority = session.scalars(select(Priority).where(Priority.number == 3)).one()
        texts = {f"{name}_{lang}": "New" for name in ("title", "text") for lang in ("en", "fr")}
        added = Activity(priority_id=priority.id, position=9, code="3.9", due_year=2020, due_month=12, **texts)
        session.add(added)
        session.flush()
        at = app.calendar.now()
        keep_rows(session, record_event(session, "activity.added", ("activity", added.id), by=SYSTEM, at=at), [added])
    reader = app.client_as("reader")
    for query in (JUNE, ABOUT_JUNE):
        page = reader.get(f"/en/plans/2020/activities/3.9?{query}")
        assert page.status == 404
        assert "This was not in the plan on June\u00a030, 2020." in page.main_text
        assert reader.get(f"/en/plans/2020/activities/9.9?{query}").h1 == "Page not found"
    assert reader.get("/en/plans/2020/activities/3.9?as_of=2020-09-24").status == 200


def test_activity_links_to_those_of_other_plans_that_it_carries_on_or_that_carry_it_on(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        old = session.scalars(select(Activity).where(Activity.code == "3.2")).one()
        plan = WorkPlan(year=2021, title_en="Work plan 2021", title_fr="Plan de travail 2021", adopted_on=app.calendar.today())
        texts = {f"{name}_{lang}": "New" for name in ("title", "short", "issue", "outcome") for lang in ("en", "fr")}
        activity = {"title_en": "Results, again", "title_fr": "Résultats, encore", "text_en": "", "text_fr": ""}
        carried = Activity(position=1, code="1.1", due_year=2021, due_month=6, carried_from_id=old.id, **activity)
        plan.priorities = [Priority(number=1, consequences=[], results=[], activities=[carried], **texts)]
        session.add(plan)
        session.flush()
        keep_plan(session, record_event(session, "plan.adopted", ("plan", plan.id), by=SYSTEM, at=app.calendar.now()), plan)
    reader = app.client_as("reader")
    walk = reader.get(PLACE)
    assert "Carried over to Plan 2021: 1.1 Results, again" in " ".join(text_of(e) for e in walk.find("dl", class_="facts"))
    (link,) = [a.get("href", "") for a in walk.find("main").iter("a") if "/2021/" in a.get("href", "")]
    later = reader.get(link)
    (back,) = [a for a in later.find("dl", class_="facts").iter("a") if "/2020/" in a.get("href", "")]
    assert (back.get("href"), text_of(back)) == (PLACE, "Plan 2020: 3.2 Research results compiled and published")
    assert "Carried over" not in reader.get("/en/plans/2020/activities/3.3").main_text
