"""A lead asks to move a due date; a co-chair answers in one step, and both see the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.plan.models import Activity, DueAnswer, DueChange, DueRequest
from tests.web_client import App, Page, email, text_of

PLACE = "/{lang}/plans/2020/activities/3.3"
REASON = "The survey comes first."


def request_december(app: App, lang: str = "en") -> Page:
    form = app.client_as("ontario").get(PLACE.format(lang=lang)).form("/due/requests")
    answer = form.fill(month="2020-12", **{f"reason_{lang}": REASON}).submit()
    assert answer.status == 303
    return answer.follow()


def actions(app: App) -> list[str]:
    return [event.action for event in app.rows(AuditEvent, AuditEvent.action.startswith("due."))]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_lead_asks_to_move_a_due_date_and_a_co_chair_accepts_in_one_step(app_per_engine: App, lang: str) -> None:
    page = request_december(app_per_engine, lang)
    assert REASON in page.main_text
    (request,) = app_per_engine.rows(DueRequest)
    assert (request.from_month, request.to_month, request.answer) == (9, 12, None)
    (message,) = app_per_engine.rows(OutboxMessage)
    assert (message.kind, message.address) == ("due-request", email("chair"))
    assert REASON in message.text
    for name in ("ontario", "reader", "quebec"):
        other = app_per_engine.client_as(name).get(PLACE.format(lang=lang))
        assert REASON in other.main_text
        actions_offered = [form.action.rpartition("/")[2] for form in other.forms if "/due" in form.action]
        assert actions_offered == (["withdraw"] if name == "ontario" else []), name
    chair = app_per_engine.client_as("chair").get(PLACE.format(lang=lang))
    accept = chair.form("/accept")
    assert accept.submit().status == 303
    assert accept.submit().status == 303, "a second press changes nothing"
    assert actions(app_per_engine) == ["due.requested", "due.moved"]
    (move,) = app_per_engine.rows(DueChange)
    assert (move.to_month, REASON in (move.reason_en, move.reason_fr)) == (12, True)
    (activity,) = app_per_engine.rows(Activity, Activity.code == "3.3")
    assert activity.due_month == 12
    assert app_per_engine.rows(DueRequest)[0].answer is DueAnswer.ACCEPTED
    answer = app_per_engine.rows(OutboxMessage)[-1]
    assert (answer.kind, answer.address) == ("due-answer", email("ontario"))
    history = app_per_engine.client_as("ontario").get(PLACE.format(lang=lang)).main_text
    assert ("asked to move the due date" if lang == "en" else "a demandé de déplacer l’échéance") in history
    assert ("accepted the request from Ontario" if lang == "en" else "a accepté la demande de l’Ontario") in history
    assert history.count(REASON) == 1, "the reason is Ontario's, so the co-chair's entry does not repeat it"


def test_move_without_a_request_is_the_co_chairs_own(app: App) -> None:
    chair = app.client_as("chair")
    form = chair.get(PLACE.format(lang="en")).form("/due").fill(month="2020-12", reason_en="The council moved.")
    page = form.submit().follow()
    assert "moved the due date" in page.main_text
    assert "accepted the request" not in page.main_text
    assert "The council moved." in page.main_text


@pytest.mark.parametrize(("lang", "summary"), [("en", "Choose another date"), ("fr", "Choisir une autre date")])
def test_form_to_move_the_due_date_beside_a_request_is_for_another_date(app: App, lang: str, summary: str) -> None:
    chair = app.client_as("chair")
    assert summary not in [text_of(e) for e in chair.get(PLACE.format(lang=lang)).find_all("summary")]
    request_december(app, lang)
    assert summary in [text_of(e) for e in chair.get(PLACE.format(lang=lang)).find_all("summary")]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_co_chair_declines_a_request_with_a_reason_and_the_lead_can_ask_again(app: App, lang: str) -> None:
    request_december(app, lang)
    form = app.client_as("chair").get(PLACE.format(lang=lang)).form("/decline")
    refused = form.submit()
    assert refused.status == 422
    assert "Explain why" in refused.alert_text or "Expliquez pourquoi" in refused.alert_text
    assert form.fill(**{f"reason_{lang}": "The meeting is in October."}).submit().status == 303
    assert actions(app) == ["due.requested", "due.declined"]
    assert app.rows(DueChange) == []
    answer = app.rows(OutboxMessage)[-1]
    assert (answer.kind, answer.address) == ("due-answer", email("ontario"))
    assert "The meeting is in October." in answer.text
    page = app.client_as("ontario").get(PLACE.format(lang=lang))
    assert "The meeting is in October." in page.main_text, "the history has the reason"
    assert page.form("/due/requests").fill(month="2020-11", **{f"reason_{lang}": "Please."}).submit().status == 303


def test_invalid_due_request_is_refused_and_changes_nothing(app: App) -> None:
    form = app.client_as("ontario").get(PLACE.format(lang="en")).form("/due/requests")
    before = app.fingerprint()
    assert "Explain why you are asking to move" in form.fill(month="2020-12").submit().alert_text
    assert "This is already the due date" in form.fill(month="2020-09", reason_en=REASON).submit().alert_text
    stale = {form.full_name("was"): "2020-08"}
    assert form.fill(month="2020-12", reason_en=REASON).submit(extra=stale).status == 409
    for name in ("quebec", "saskatchewan", "chair", "reader"):
        person = app.client_as(name)
        sent = {"csrf_token": person.csrf_token(), "ask-month": "2020-12", "ask-was": "2020-09", "ask-reason_en": REASON}
        assert person.post(PLACE.format(lang="en") + "/due/requests", sent).status == 403, name
    assert app.fingerprint() == before


def test_second_request_while_one_waits_is_refused(app: App) -> None:
    form = app.client_as("ontario").get(PLACE.format(lang="en")).form("/due/requests")
    request_december(app)
    again = form.fill(month="2020-11", reason_en="Another reason.").submit()
    assert (again.status, "already waiting" in again.alert_text) == (422, True)
    assert len(app.rows(DueRequest)) == 1


def test_request_cannot_be_accepted_after_the_due_date_moved(app: App) -> None:
    request_december(app)
    chair = app.client_as("chair")
    page = chair.get(PLACE.format(lang="en"))
    assert page.form("/due").fill(month="2020-11", reason_en="The council moved.").submit().status == 303
    answer = page.form("/accept").submit()
    assert (answer.status, "has been moved since" in answer.alert_text) == (409, True)
    assert app.rows(DueRequest)[0].answer is None
    assert answer.form("/decline").fill(reason_en="Moved already.").submit().status == 303


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_request_withdrawn_by_its_jurisdiction_ends_with_its_email_and_can_be_sent_anew(app_per_engine: App, lang: str) -> None:
    app, path = app_per_engine, PLACE.format(lang=lang)
    request_december(app, lang)
    (request,) = app.rows(DueRequest)
    address = f"{path}/due/requests/{request.id}/withdraw"
    before = app.fingerprint()
    for name in ("quebec", "saskatchewan", "chair", "reader"):
        person = app.client_as(name)
        assert [form for form in person.get(path).forms if form.action.endswith("/withdraw")] == [], name
        assert person.post(address, {"csrf_token": person.csrf_token()}).status == 403, name
    assert app.fingerprint() == before
    form = app.client_as("ontario").get(path).form("/withdraw")
    done, gone = (
        ("Request withdrawn.", "This request no longer exists.")
        if lang == "en"
        else ("Demande retirée.", "Cette demande n’existe plus.")
    )
    assert done in form.submit().follow().main_text
    again = form.submit().follow().main_text
    assert (gone in again, done in again) == (True, False), "a second press changes nothing and says so"
    assert actions(app) == ["due.requested", "due.withdrawn"]
    assert app.rows(DueRequest) == []
    (message,) = app.rows(OutboxMessage)
    assert message.last_error.endswith("request-withdrawn")
    assert [form for form in app.client_as("chair").get(path).forms if form.action.endswith("/accept")] == []
    page = request_december(app, lang)
    assert ("withdrew the request" if lang == "en" else "a retiré la demande") in page.main_text
    assert len([m for m in app.rows(OutboxMessage) if not m.last_error]) == 1, "the new request is emailed"


def test_request_of_a_co_lead_cannot_be_withdrawn(app: App) -> None:
    """Ontario and British Columbia lead this activity; each may withdraw only its own request."""
    path = PLACE.format(lang="en").replace("3.3", "4.3")
    form = app.client_as("ontario").get(path).form("/due/requests")
    assert form.fill(month="2020-12", reason_en=REASON).submit().status == 303
    (request,) = app.rows(DueRequest)
    before, bc = app.fingerprint(), app.client_as("bc")
    assert [form for form in bc.get(path).forms if form.action.endswith("/withdraw")] == []
    assert bc.post(f"{path}/due/requests/{request.id}/withdraw", {"csrf_token": bc.csrf_token()}).status == 403
    assert app.fingerprint() == before


def test_history_of_a_withdrawn_request_names_the_jurisdiction_that_asked(app_per_engine: App) -> None:
    """Ontario asks; the person who withdraws the request leads for British Columbia first, and for Ontario too."""
    app, path = app_per_engine, PLACE.format(lang="en").replace("3.3", "4.3")
    with Session(app.engine) as session, write_transaction(session):
        ontario = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one()
        session.add(Membership(person_id=app.person_id("bc"), role=Role.LEAD, jurisdiction_id=ontario))
    form = app.client_as("ontario").get(path).form("/due/requests")
    assert form.fill(month="2020-12", reason_en=REASON).submit().status == 303
    page = app.client_as("bc").get(path).form("/withdraw").submit().follow()
    entries = [entry for entry in history_entries(page) if "due date" in entry]
    assert [("Ontario" in entry, "British Columbia" in entry) for entry in entries] == [(True, False), (True, False)]


def history_entries(page: Page) -> list[str]:
    """Return the text of each entry of the history."""
    (history,) = page.find_all("ol", class_="history-list")
    return [text_of(item) for item in history.iter() if item.tag.endswith("li")]


def test_request_that_was_answered_cannot_be_withdrawn(app: App) -> None:
    request_december(app)
    form = app.client_as("ontario").get(PLACE.format(lang="en")).form("/withdraw")
    assert app.client_as("chair").get(PLACE.format(lang="en")).form("/accept").submit().status == 303
    assert "already been answered" in form.submit().follow().main_text
    assert actions(app) == ["due.requested", "due.moved"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_request_for_a_date_that_has_passed_is_refused_and_an_earlier_future_one_is_sent(app: App, lang: str) -> None:
    path = PLACE.format(lang=lang).replace("3.3", "3.4")  # due in December
    form = app.client_as("ontario").get(path).form("/due/requests")
    select = form.page.find("select", name=form.full_name("month"))
    months = [option.get("value") for option in select.iter() if option.tag.endswith("option")]
    today = app.calendar.today()
    assert (months[0], "2021-12" in months) == (f"{today:%Y-%m}", True), "no month that has passed is offered"
    before = app.fingerprint()
    yesterday = today - timedelta(days=1)
    sent = {"month": f"{yesterday:%Y-%m}", "day": str(yesterday.day), f"reason_{lang}": REASON}
    refused = form.fill(**sent).submit()
    assert (refused.status, ("has passed" if lang == "en" else "est passée") in refused.alert_text) == (422, True)
    assert app.fingerprint() == before
    assert form.fill(month="2020-11", day="", **{f"reason_{lang}": REASON}).submit().status == 303


def test_request_whose_date_has_passed_since_cannot_be_accepted(app: App) -> None:
    request_december(app)
    app.execute(update(DueRequest).values(to_year=2020, to_month=8))
    answer = app.client_as("chair").get(PLACE.format(lang="en")).form("/accept").submit()
    assert (answer.status, "has passed" in answer.alert_text) == (422, True)
    assert app.rows(DueChange) == []


def test_reason_of_a_request_and_of_declining_it_is_marked_for_readers_of_the_other_language(app: App) -> None:
    app.execute(update(Person).where(Person.email == email("chair")).values(lang=Language.FR))
    form = app.client_as("ontario").get(PLACE.format(lang="en"))
    (folded,) = [d for d in form.find_all("details") if "Add French" in text_of(d) and "Ask to move" not in text_of(d)]
    assert folded.get("open") is not None
    request_december(app)
    (message,) = app.rows(OutboxMessage)
    assert f"Raison (en anglais)\u00a0:\n\n> {REASON}" in message.text
    decline = app.client_as("chair").get(PLACE.format(lang="fr")).form("/decline")
    assert decline.fill(reason_fr="Le conseil se réunit en octobre.").submit().status == 303
    answer = app.rows(OutboxMessage)[-1]
    assert "Reason (in French):\n\n> Le conseil se réunit en octobre." in answer.text
