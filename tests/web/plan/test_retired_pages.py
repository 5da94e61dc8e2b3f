"""The page of a retired priority or activity says when and why it was retired, and offers nothing; decks show it as removed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.briefing.deck import ChangeKind
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.notices.cancellation import cancelled_messages
from cogwg.plan.editing import retire_priority
from cogwg.plan.editing_activities import retire_activity
from cogwg.plan.models import Activity, Assignment, Confirmation, Priority
from cogwg.reporting.models import ReportState, StatusReport
from tests.sessions import FURTHER
from tests.web.conftest import PopulatedApp
from tests.web.reporting.test_updates import without_no_break_spaces
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Page

REASON = Bilingual("It was done elsewhere.", "C’est fait ailleurs.")
LANGS = pytest.mark.parametrize("lang", ["en", pytest.param("fr", marks=FURTHER)])
DAY = {"en": "September 24, 2020", "fr": "24 septembre 2020"}


def retire(app: App, *, code: str = "", number: int = 0) -> None:
    """Retire an activity, or a priority, as the secretariat."""
    by = Actor("person", app.person_id("secretariat"))
    given: dict[str, Any] = {"reason": REASON, "by": by, "at": app.calendar.now()}
    with Session(app.engine) as session, write_transaction(session):
        if code:
            row = session.scalars(select(Activity).where(Activity.code == code)).one()
            retire_activity(session, row.id, version=row.version, **given)
        else:
            priority = session.scalars(select(Priority).where(Priority.number == number)).one()
            retire_priority(session, priority.id, version=priority.version, **given)


def forms_of(page: Page) -> list[str]:
    return [form.get("action", "") for form in page.find("main").iter("form")]


@LANGS
def test_page_of_a_retired_activity_says_when_and_why_and_has_no_form(app: App, lang: str) -> None:
    before = ScriptlessUser(app, "ontario", lang).open("plans/2020/activities/3.2").main_text
    retire(app, code="3.2")
    user = ScriptlessUser(app, "ontario", lang)
    page = user.open("plans/2020/activities/3.2")
    text = without_no_break_spaces(page.main_text)
    sentence = user.translate("This activity was retired on %(day)s. It is no longer part of the plan.", day=DAY[lang])
    assert sentence in text
    assert REASON.text(lang) in text
    assert "L. Moreau" in text
    assert forms_of(page) == []
    assert user.translate("retired the activity") in text
    report = user.translate("History")
    assert before.split(report)[-1][:80] in text or len(text) > 400, "its reports stay"
    assert "3.2" not in [e.get("id", "") for e in user.open("my-updates").find_all("article")]
    assert app.client_as("visitor").get(f"/{lang}/plans/2020/activities/3.2").status in (303, 401)


@LANGS
def test_page_of_a_retired_priority_is_public_and_says_when_and_why(app: App, lang: str) -> None:
    retire(app, number=3)
    visitor = ScriptlessUser(app, "visitor", lang)
    page = visitor.open("plans/2020/priorities/3")
    text = without_no_break_spaces(page.main_text)
    sentence = "This priority was retired on %(day)s. It is no longer part of the plan."
    assert visitor.translate(sentence, day=DAY[lang]) in text
    assert REASON.text(lang) in text
    assert "L. Moreau" not in text, "names of people are for members"
    assert forms_of(page) == []
    activity = ScriptlessUser(app, "ontario", lang)
    together = "This activity was retired with its priority on %(day)s. It is no longer part of the plan."
    text = without_no_break_spaces(activity.open("plans/2020/activities/3.3").main_text)
    assert activity.translate(together, day=DAY[lang]) in text
    for place in ("plans/2020", "plans/2020?view=list", "plans/2020/priorities/2"):
        assert "/priorities/3" not in visitor.open(place).text, place
    assert visitor.open("plans/2020/priorities/9").status == 404


@LANGS
def test_draft_of_a_report_on_a_retired_activity_is_kept_and_can_not_be_submitted(app: App, lang: str) -> None:
    ontario = app.client_as("ontario")
    form = ontario.report_form("3.3", lang).fill(status="SP", progress_en="Half of the sets are out.")
    assert form.submit(button_value="save").status == 303
    again = ontario.report_form("3.3", lang).fill(progress_en="Two thirds of the sets are out.")
    retire(app, code="3.3")
    before = app.fingerprint()
    page = again.submit(button_value="submit")
    assert page.status == 404
    sentence = "Cette activité a été retirée le" if lang == "fr" else "This activity was retired on"
    assert sentence in without_no_break_spaces(page.text)
    assert "Two thirds of the sets are out." in page.text, "what was typed can be copied"
    assert app.fingerprint() == before
    (report,) = app.rows(StatusReport, StatusReport.progress_en == "Half of the sets are out.")
    assert report.state is ReportState.DRAFT
    opened = ontario.get(f"/{lang}/plans/2020/activities/3.3/report")
    assert opened.redirect_path == f"/{lang}/plans/2020/activities/3.3"
    assert "Half of the sets are out." in opened.follow().main_text
    for other in ("saskatchewan", "quebec", "reader", "chair"):
        assert "Half of the sets" not in app.client_as(other).get(f"/{lang}/plans/2020/activities/3.3").text, other
    assert "3.3" not in ontario.get(f"/{lang}/").main_text
    assert ontario.get(f"/{lang}/plans/2020/activities/9.9/report").status == 404


def test_report_form_for_htmx_says_that_the_activity_was_retired(app: App) -> None:
    ontario = app.client_as("ontario")
    form = ontario.report_form("3.3").fill(status="SP", progress_en="Half of the sets are out.")
    retire(app, code="3.3")
    answer = form.submit(button_value="submit", htmx=True)
    assert (answer.status, answer.headers["HX-Retarget"]) == (404, "#alerts")
    assert "This activity was retired on" in answer.text


def test_offer_of_a_role_in_a_retired_priority_is_withdrawn_with_it(app: App) -> None:
    (vacant,) = (
        a
        for a in app.rows(Assignment, Assignment.confirmation == Confirmation.VACANT)
        if a.priority_id == app.rows(Priority, Priority.number == 3)[0].id
    )
    role = app.client_as("chair").get(f"/en/plans/2020/roles/{vacant.id}").form("/offer")
    quebec = next(c.get("value") for c in role.element.iter("option") if "".join(c.itertext()) == "Quebec")
    assert role.fill(jurisdiction=quebec).submit().status == 303
    page = app.client_as("quebec").get(f"/en/plans/2020/roles/{vacant.id}")
    retire(app, number=3)
    assert page.form("/accept").submit().status == 404
    assert app.client_as("quebec").get(f"/en/plans/2020/roles/{vacant.id}").redirect_path == "/en/plans/2020/priorities/3"
    assert "Accept or decline a role" not in app.client_as("quebec").get("/en/").main_text
    with Session(app.engine) as session:
        emails = session.scalars(select(OutboxMessage)).all()
        assert [m.id for m in emails] == list(cancelled_messages(session, emails, at=app.calendar.now()))


def test_deck_shows_what_was_retired_among_what_was_removed(app: App) -> None:
    populated = PopulatedApp(app)
    chair = app.client_as("chair")
    place = populated.path("/en/briefings/{briefing}/changes")
    assert "Removed" not in chair.get(place).main_text
    retire(app, code="3.2")
    text = chair.get(place).main_text
    assert "Removed" in text
    assert "3.2" in text
    preview = chair.get(populated.path("/en/briefings/{briefing}/present")).main_text
    assert ChangeKind.DROPPED.words.en in preview
