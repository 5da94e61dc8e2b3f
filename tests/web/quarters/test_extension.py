"""Before the due day, a co-chair gives everyone another week, or opens the next quarter early."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Language
from cogwg.mail.models import OutboxMessage
from cogwg.reporting.models import ReportingPeriod
from tests.web_client import App, email, text_of

QUARTER = "/{lang}/plans/2020/quarters/2020-09"


def period(app: App, key: str = "2020-09") -> ReportingPeriod:
    (stored,) = app.rows(ReportingPeriod, ReportingPeriod.key == key)
    return stored  # type: ignore[no-any-return]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_quarter_is_extended_by_a_week_and_its_leads_receive_the_reason(app_per_engine: App, lang: str) -> None:
    chair = app_per_engine.client_as("chair")
    assert chair.get(f"/{lang}/readiness/remind").form("remind").submit().status == 303
    waiting = app_per_engine.rows(OutboxMessage, OutboxMessage.kind == "chase")
    assert waiting, "a reminder that states the earlier date waits"
    form = chair.get(QUARTER.format(lang=lang)).form("/extend")
    refused = form.submit()
    assert refused.status == 422
    assert "Explain why" in refused.alert_text or "Expliquez pourquoi" in refused.alert_text
    done = form.fill(**{f"reason_{lang}": "The server was down."}).submit()
    assert done.status == 303
    page = done.follow().main_text
    assert "October" in page or "octobre" in page
    stored = period(app_per_engine)
    assert stored.due_at == datetime(2020, 10, 7, 21, tzinfo=UTC)
    assert stored.original_due_at == datetime(2020, 9, 30, 21, tzinfo=UTC)
    (event,) = app_per_engine.rows(AuditEvent, AuditEvent.action == "period.extended")
    assert "The server was down." in event.after["reason"]
    messages = app_per_engine.rows(OutboxMessage, OutboxMessage.kind == "extended")
    addresses = {message.address for message in messages}
    assert email("ontario") in addresses
    assert email("quebec") not in addresses, "a jurisdiction that does not report gets no email"
    assert all("The server was down." in message.text for message in messages)
    assert all(m.next_try_at is None for m in app_per_engine.rows(OutboxMessage, OutboxMessage.kind == "chase"))
    updates = app_per_engine.client_as("ontario").get(f"/{lang}/my-updates").main_text
    assert "The server was down." in updates


def test_extension_of_another_co_chair_is_not_repeated_unread(app: App) -> None:
    first, second = (app.client_as(name).get(QUARTER.format(lang="en")).form("/extend") for name in ("chair", "secretariat"))
    assert first.fill(reason_en="The server was down.").submit().status == 303
    answer = second.fill(reason_en="Strike.").submit()
    assert (answer.status, "changed the due date" in answer.alert_text) == (409, True)
    assert len(app.rows(AuditEvent, AuditEvent.action == "period.extended")) == 1
    assert answer.form("/extend").value("reason_en") == "Strike."
    assert answer.form("/extend").submit().status == 303, "the second is deliberate"
    assert period(app).original_due_at == datetime(2020, 9, 30, 21, tzinfo=UTC)


def send_all(app: App) -> None:
    app.execute(update(OutboxMessage).values(sent_at=datetime(2020, 9, 1, tzinfo=UTC), next_try_at=None))


def extend(app: App, reason: str) -> None:
    form = app.client_as("chair").get(QUARTER.format(lang="en")).form("/extend")
    assert form.fill(reason_en=reason).submit().status == 303


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_extra_week_is_taken_back_and_leads_who_knew_of_it_receive_the_reason(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    extend(app, "The server was down.")
    send_all(app)
    form = app.client_as("chair").get(QUARTER.format(lang=lang)).form("/set-back")
    refused = form.submit()
    assert (refused.status, "Explain why" in refused.alert_text or "Expliquez" in refused.alert_text) == (422, True)
    done = form.fill(**{f"reason_{lang}": "It was the wrong quarter."}).submit()
    assert done.status == 303
    page = done.follow()
    read = page.main_text.replace("\u00a0", " ")
    assert "September 30" in read or "30 septembre" in read
    assert [f for f in page.forms if f.action.endswith("/set-back")] == [], "there is nothing left to take back"
    stored = period(app)
    assert (stored.due_at, stored.original_due_at) == (datetime(2020, 9, 30, 21, tzinfo=UTC), None)
    assert (stored.extension_reason_en, stored.extension_reason_fr) == ("", "")
    (event,) = app.rows(AuditEvent, AuditEvent.action == "period.set-back")
    assert (event.before["due_at"][:10], event.after["due_at"][:10]) == ("2020-10-07", "2020-09-30")
    assert "It was the wrong quarter." in event.after["reason"]
    messages = app.rows(OutboxMessage, OutboxMessage.kind == "set-back")
    extended = app.rows(OutboxMessage, OutboxMessage.kind == "extended")
    assert {m.address for m in messages} == {m.address for m in extended} != set()
    assert all("It was the wrong quarter." in message.text for message in messages)


def test_lead_whose_email_about_the_extra_week_still_waits_receives_neither(app: App) -> None:
    extend(app, "The server was down.")
    form = app.client_as("chair").get(QUARTER.format(lang="en")).form("/set-back")
    assert form.fill(reason_en="Wrong quarter.").submit().status == 303
    assert app.rows(OutboxMessage, OutboxMessage.kind == "set-back") == []
    assert all(m.next_try_at is None for m in app.rows(OutboxMessage, OutboxMessage.kind == "extended"))


def test_second_extra_week_taken_back_leaves_the_first_with_its_reason(app: App) -> None:
    extend(app, "The server was down.")
    extend(app, "It snowed.")
    form = app.client_as("chair").get(QUARTER.format(lang="en")).form("/set-back").fill(reason_en="The snow has melted.")
    assert form.submit().status == 303
    stored = period(app)
    assert stored.due_at == datetime(2020, 10, 7, 21, tzinfo=UTC)
    assert stored.original_due_at == datetime(2020, 9, 30, 21, tzinfo=UTC)
    assert stored.extension_reason_en == "The server was down."
    stale = form.submit()
    assert stale.status in (303, 409), "the same form sent again takes nothing more back"
    assert period(app).due_at == datetime(2020, 10, 7, 21, tzinfo=UTC)


def test_extra_week_is_not_taken_back_by_a_lead_without_extension_or_once_the_earlier_due_time_has_passed(app: App) -> None:
    chair, ontario = app.client_as("chair"), app.client_as("ontario")
    address = "/en/plans/2020/quarters/2020-09/set-back"
    fields = {"set_back-was": "2020-09-30T21:00:00+00:00", "set_back-reason_en": "No."}
    assert chair.post(address, {**fields, "csrf_token": chair.csrf_token()}).status == 422
    extend(app, "The server was down.")
    fields["set_back-was"] = "2020-10-07T21:00:00+00:00"
    assert ontario.post(address, {**fields, "csrf_token": ontario.csrf_token()}).status == 403
    late = datetime(2020, 9, 5, 21, tzinfo=UTC)
    app.execute(update(ReportingPeriod).where(ReportingPeriod.key == "2020-09").values(due_at=late, original_due_at=late))
    fields["set_back-was"] = late.isoformat()
    before = app.fingerprint()
    assert chair.post(address, {**fields, "csrf_token": chair.csrf_token()}).status in (422, 409)
    assert app.fingerprint() == before


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_next_quarter_is_opened_from_the_page_of_the_open_one(app: App, lang: str) -> None:
    page = app.client_as("chair").get(QUARTER.format(lang=lang))
    answer = page.form("2020-12/open").submit()
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/plans/2020/quarters/2020-12")
    assert period(app, "2020-12").opened_at is not None
    again = app.client_as("chair").get(QUARTER.format(lang=lang))
    assert [form for form in again.forms if form.action.endswith("/open")] == []


def test_quarter_that_is_not_open_cannot_be_extended(app: App) -> None:
    chair, ontario = app.client_as("chair"), app.client_as("ontario")
    before = app.fingerprint()
    for key in ("2020-06", "2020-12"):
        sent = {"csrf_token": chair.csrf_token(), "extend-was": period(app, key).due_at.isoformat(), "extend-reason_en": "No."}
        assert chair.post(f"/en/plans/2020/quarters/{key}/extend", sent).status == 422
    sent = {"csrf_token": ontario.csrf_token(), "extend-was": "2020-09-30T21:00:00+00:00", "extend-reason_en": "No."}
    assert ontario.post("/en/plans/2020/quarters/2020-09/extend", sent).status == 403
    assert app.fingerprint() == before


@pytest.mark.parametrize(("lang", "day"), [("en", "October 7, 2020"), ("fr", "7 octobre 2020")])
def test_form_for_another_week_says_when_reports_will_be_due(read_only_app: App, lang: str, day: str) -> None:
    assert day in read_only_app.client_as("chair").get(QUARTER.format(lang=lang)).main_text.replace("\u00a0", " ")


def test_reason_in_one_language_is_marked_in_emails_of_the_other_and_the_form_says_who_reads_it(app: App) -> None:
    app.execute(update(Person).where(Person.email == email("ontario")).values(lang=Language.FR))
    page = app.client_as("chair").get(QUARTER.format(lang="en"))
    assert "Without a French version, they will receive your English text." in page.main_text
    (folded,) = [d for d in page.find_all("details") if "Add French" in text_of(d)]
    assert folded.get("open") is not None, "the field of the other language is open"
    assert page.form("/extend").fill(reason_en="The server was down.").submit().status == 303
    messages = {m.address: m for m in app.rows(OutboxMessage, OutboxMessage.kind == "extended")}
    french = messages.pop(email("ontario"))
    assert "Raison (en anglais)\u00a0:\n\n> The server was down." in french.text
    assert '<blockquote lang="en">' in french.html
    english = [m for m in messages.values() if m.lang is Language.EN]
    assert english
    assert all("Reason: The server was down." in m.text for m in english)


def test_note_on_a_returned_report_is_marked_for_leads_who_read_the_other_language(app: App) -> None:
    app.execute(update(Person).where(Person.email == email("ontario")).values(lang=Language.FR))
    report = app.client_as("ontario").report_form("3.3")
    assert report.fill(status="SP", progress_en="Five measures.").submit().status == 303
    page = app.client_as("chair").get("/en/plans/2020/activities/3.3/return?period=2020-09")
    assert "reads emails in French" in page.main_text or "read emails in French" in page.main_text
    assert page.form("/return").fill(note="Which survey?").submit().status == 303
    (message,) = app.rows(OutboxMessage, OutboxMessage.kind == "returned", OutboxMessage.address == email("ontario"))
    assert "Note (en anglais)\u00a0:\n\n> Which survey?" in message.text
