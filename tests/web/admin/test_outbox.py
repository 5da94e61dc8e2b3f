"""The outcome of reminders, and the emails of the outbox: their text, cancelling them and sending them now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from markupsafe import Markup
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import DeliveryError, FailureKind, OutgoingEmail
from cogwg.mail.services import cancel_unneeded, claim_due_messages, enqueue, mark_failed, mark_sent
from cogwg.notices.reminders import due_emails, write_reminders
from cogwg.notices.rules import CancellationReason
from cogwg.web.http.filters import breakable
from tests.mail.server import MailServer
from tests.mail.test_outbox import make_email
from tests.web.conftest import MakeApp
from tests.web_client import PUBLIC_URL, App, Page, email, text_of

LANGS = ("en", "fr")


def send_reminders(app: App) -> list[OutboxMessage]:
    assert app.client_as("chair").get("/en/readiness/remind").form().submit().status == 303
    return app.rows(OutboxMessage, OutboxMessage.kind == "chase")


def add_email(app: App, message: OutgoingEmail) -> OutboxMessage:
    with Session(app.engine) as session, write_transaction(session):
        enqueue(session, message, by=SYSTEM, at=app.calendar.now(), now=app.clock())
    return app.rows(OutboxMessage)[-1]


def press(page: Page, verb: str) -> Page:
    answer = page.form(f"/{verb}").submit()
    assert answer.status == 303
    return answer.follow()


def stored(app: App, message: OutboxMessage) -> OutboxMessage:
    (row,) = app.rows(OutboxMessage, OutboxMessage.id == message.id)
    return row


@pytest.mark.parametrize("lang", LANGS)
def test_chair_sees_what_became_of_each_reminder(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    sent, failed = send_reminders(app)
    quebec = app.person_id("quebec")
    cancelled = add_email(app, make_email(1, key=f"remind:3:{quebec}:before-14", person_id=quebec))
    with Session(app.engine) as session, write_transaction(session):
        facts = {message.id: message for message in claim_due_messages(session, now=app.clock())}
        mark_sent(session, facts[sent.id], now=app.clock())
        mark_failed(session, facts[failed.id], DeliveryError(FailureKind.ADDRESS, "550 unknown"), now=app.clock())
        cancel_unneeded(session, facts[cancelled.id], CancellationReason.NOTHING_MISSING)
    chair = app.client_as("chair")
    (link,) = [a for a in chair.get(f"/{lang}/readiness").find_all("a") if "/readiness/reminders" in a.get("href", "")]
    page = chair.get(link.get("href", ""))
    items = {text_of(li.findall(".//b")[0]): text_of(li) for li in page.find("main").iter("li")}
    names = {person.id: person.name for person in app.rows(Person)}
    words = {"en": ("Sent on", "Failed. Tried 1 time.", "Cancelled."), "fr": ("Envoyé", "Échec.", "Annulé.")}[lang]
    for message, word in zip((sent, failed, cancelled), words, strict=True):
        assert word in items[names[message.person_id]].replace("\u00a0", " ")
    assert "550 unknown" in items[names[failed.person_id]]
    assert len(items) == 4, "with the co-chair’s own copy"
    assert names[app.person_id("chair")] in page.main_text


def test_automatic_reminders_are_listed_with_those_of_co_chairs(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        written = write_reminders(session, at=app.calendar.now(), now=app.clock(), days=(14, -1), site=PUBLIC_URL)
    assert written
    page = app.client_as("chair").get("/en/readiness/reminders")
    assert page.main_text.count("Automatic reminder") == len(written)
    assert app.client_as("chair").get("/en/readiness/reminders?period=2020-06").main_text.count("Automatic reminder") == 0


@pytest.mark.parametrize("lang", LANGS)
def test_text_of_an_email_can_be_read_and_markup_in_it_is_text(app: App, lang: str) -> None:
    message = add_email(app, make_email(1, kind="mention", text="Bonjour <b>vous</b>.\nÀ bientôt."))
    page = app.client_as("secretariat").get(f"/{lang}/admin/outbox/{message.id}")
    assert page.status == 200
    (shown,) = page.find_all("div", class_="user-text")
    assert (shown.get("lang"), shown.text) == ("fr", "Bonjour <b>vous</b>.\nÀ bientôt.")
    (link,) = [a for a in app.client_as("secretariat").get(f"/{lang}/admin/outbox").find_all("a") if a.text == message.subject]
    assert link.get("href") == f"/{lang}/admin/outbox/{message.id}"


def test_co_chair_manages_reminders_and_no_other_email(app: App) -> None:
    reminder = send_reminders(app)[0]
    other = add_email(app, make_email(1, kind="mention"))
    chair, lead = app.client_as("chair"), app.client_as("ontario")
    assert chair.get(f"/en/admin/outbox/{reminder.id}").status == 200
    for verb in ("", "/cancel", "/send"):
        token = {"csrf_token": chair.csrf_token()}
        answer = chair.post(f"/en/admin/outbox/{other.id}{verb}", token) if verb else chair.get(f"/en/admin/outbox/{other.id}")
        assert answer.status == 404
        own = {"csrf_token": lead.csrf_token()}
        refused = (
            lead.post(f"/en/admin/outbox/{reminder.id}{verb}", own) if verb else lead.get(f"/en/admin/outbox/{reminder.id}")
        )
        assert refused.status == 403
    assert stored(app, other).next_try_at is not None


@pytest.mark.parametrize("lang", LANGS)
def test_cancelled_reminder_is_not_sent_and_not_written_again(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    at, now = app.calendar.now(), app.clock()
    with Session(app.engine) as session, write_transaction(session):
        write_reminders(session, at=at, now=now, days=(14, -1), site=PUBLIC_URL)
    message = app.rows(OutboxMessage)[0]
    chair = app.client_as("chair")
    open_page = chair.get(f"/{lang}/admin/outbox/{message.id}")
    page = press(open_page, "cancel")
    assert {"en": "is cancelled. It will not be sent.", "fr": "est annulé. Il ne sera pas envoyé."}[lang] in page.main_text
    assert not [form for form in page.forms if form.action.endswith(("/cancel", "/send"))]
    (event,) = app.rows(AuditEvent, AuditEvent.action == "letter.cancelled")
    assert (event.actor_id, event.subject_id) == (app.person_id("chair"), message.id)
    again = press(open_page, "cancel")
    assert {"en": "This email was cancelled.", "fr": "Ce courriel a été annulé."}[lang] in again.main_text
    assert len(app.rows(AuditEvent, AuditEvent.action == "letter.cancelled")) == 1
    with Session(app.engine) as session:
        assert message.key not in {due.key for due in due_emails(session, at=at, days=(14, -1), site=PUBLIC_URL)}
        assert message.id not in {claimed.id for claimed in claim_due_messages(session, now=now)}


@pytest.mark.parametrize("lang", LANGS)
def test_email_is_sent_now_with_one_audit_event(make_app: MakeApp, engine_name: str, lang: str) -> None:
    with MailServer() as server:
        app = make_app(engine_name, mail=server.settings)
        first, second, *_ = send_reminders(app)
        chair = app.client_as("chair")
        open_page = chair.get(f"/{lang}/admin/outbox/{first.id}")
        page = press(open_page, "send")
        assert {"en": "has been sent.", "fr": "a été envoyé."}[lang] in page.main_text
        assert server.recipients == [first.address]
        again = press(open_page, "send")
        assert {"en": "has already been sent", "fr": "a déjà été envoyé"}[lang] in again.main_text
        assert server.recipients == [first.address], "it is sent once"
    (event,) = app.rows(AuditEvent, AuditEvent.action == "letter.now")
    assert (event.actor_id, event.subject_id) == (app.person_id("chair"), first.id)
    page = press(chair.get(f"/{lang}/admin/outbox/{second.id}"), "send")
    assert {"en": "could not be sent", "fr": "n’a pas pu être envoyé"}[lang] in page.main_text
    assert stored(app, second).next_try_at is not None, "it is tried again later"


def test_email_that_a_delivery_holds_is_neither_sent_nor_cancelled(make_app: MakeApp) -> None:
    with MailServer() as server:
        app = make_app(mail=server.settings)
        message = send_reminders(app)[0]
        app.execute(
            update(OutboxMessage).where(OutboxMessage.id == message.id).values(claimed_until=app.clock() + timedelta(minutes=5))
        )
        page = app.client_as("chair").get(f"/en/admin/outbox/{message.id}")
        assert "is being sent now" in press(page, "cancel").main_text
        assert "is being sent now" in press(page, "send").main_text
        assert server.recipients == []


def test_email_that_is_no_longer_required_is_cancelled_instead_of_sent(make_app: MakeApp) -> None:
    with MailServer() as server:
        app = make_app(mail=server.settings)
        message = next(m for m in send_reminders(app) if m.address == email("ontario"))
        app.execute(update(Person).where(Person.email == email("ontario")).values(retired_at=app.calendar.now()))
        page = press(app.client_as("secretariat").get(f"/en/admin/outbox/{message.id}"), "send")
        assert "no longer required" in page.main_text
        assert "no longer has an account" in page.main_text
        assert server.recipients == []


def test_email_cannot_be_sent_without_a_mail_server(app: App) -> None:
    message = send_reminders(app)[0]
    chair = app.client_as("chair")
    assert not [form for form in chair.get(f"/en/admin/outbox/{message.id}").forms if form.action.endswith("/send")]
    answer = chair.post(f"/en/admin/outbox/{message.id}/send", {"csrf_token": chair.csrf_token()})
    assert "No email server is configured" in answer.follow().main_text
    assert app.rows(AuditEvent, AuditEvent.action == "letter.now") == []


def test_reminder_of_a_co_chair_is_answered_to_the_co_chair(app: App) -> None:
    for message in send_reminders(app):
        assert message.reply_to == email("chair")
        assert message.choice_url == f"{PUBLIC_URL}/{message.lang.value}/account#emails"
    page = app.client_as("chair").get(f"/en/admin/outbox/{message.id}")
    assert f"Replies go to {email('chair')}." in page.main_text


def test_reminder_has_the_due_time_in_the_recipients_time_zone(app: App) -> None:
    app.execute(update(Person).where(Person.email == email("ontario")).values(time_zone="America/Vancouver"))
    chased = {message.address: message.text.replace("\u00a0", " ") for message in send_reminders(app)}
    assert "Due: Wednesday, September 30 at 5 pm (Eastern time; 2 pm in your time zone)" in chased[email("ontario")]
    assert sum("in your time zone" in text or "votre fuseau horaire" in text for text in chased.values()) == len(
        [p for p in app.rows(Person, Person.email.in_(chased)) if p.time_zone not in ("America/Toronto",)]
    )
    app.execute(update(OutboxMessage).values(made_at=app.calendar.now() - timedelta(days=3)))
    with Session(app.engine) as session, write_transaction(session):
        write_reminders(session, at=app.calendar.now(), now=app.clock(), days=(14, -1), site=PUBLIC_URL)
    texts = {m.address: m.text for m in app.rows(OutboxMessage, OutboxMessage.kind == "reminder")}
    assert "5\u00a0pm (Eastern time; 2\u00a0pm in your time zone)" in texts[email("ontario")]


@pytest.mark.parametrize("lang", LANGS)
def test_copy_of_a_reminder_is_cancelled_once_all_its_reminders_are(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    first, second = send_reminders(app)
    (copy,) = app.rows(OutboxMessage, OutboxMessage.kind == "copy")
    chair = app.client_as("chair")
    press(chair.get(f"/{lang}/admin/outbox/{first.id}"), "cancel")
    assert stored(app, copy).next_try_at is not None, "one reminder is still to be sent"
    press(chair.get(f"/{lang}/admin/outbox/{second.id}"), "cancel")
    assert stored(app, copy).next_try_at is None
    page = chair.get(f"/{lang}/admin/outbox/{copy.id}")
    assert {"en": "copied in this email were cancelled", "fr": "une copie ont été annulés"}[lang] in page.main_text
    assert ("Your copy" if lang == "en" else "Votre copie") in chair.get(f"/{lang}/readiness/reminders").main_text
    again = [a.get("href") for a in chair.get(f"/{lang}/admin/outbox/{first.id}").find_all("a", class_="button")]
    assert again == [f"/{lang}/readiness/remind?period=2020-09"], "another reminder can be prepared"


def test_copy_of_a_reminder_is_managed_by_its_reader_alone(app: App) -> None:
    send_reminders(app)
    (copy,) = app.rows(OutboxMessage, OutboxMessage.kind == "copy")
    app.execute(update(OutboxMessage).where(OutboxMessage.id == copy.id).values(person_id=app.person_id("secretariat")))
    assert app.client_as("chair").get(f"/en/admin/outbox/{copy.id}").status == 404
    assert "Your copy" not in app.client_as("chair").get("/en/readiness/reminders").main_text
    app.execute(update(OutboxMessage).where(OutboxMessage.id == copy.id).values(person_id=app.person_id("chair")))
    press(app.client_as("chair").get(f"/en/admin/outbox/{copy.id}"), "cancel")
    assert app.client_as("ontario").get(f"/en/admin/outbox/{copy.id}").status == 403


@pytest.mark.parametrize("lang", LANGS)
def test_outbox_is_a_tab_of_the_administration_and_says_when_each_email_was_prepared(app: App, lang: str) -> None:
    reminder = send_reminders(app)[0]
    page = app.client_as("secretariat").get(f"/{lang}/admin/outbox")
    current = [a.get("href") for a in page.find_all("a", **{"aria-current": "page"})]
    assert current == [f"/{lang}/admin", f"/{lang}/admin/outbox"], "the administration in the menu, and its tab"
    assert ("Prepared on" if lang == "en" else "Préparé le") in page.main_text
    chair = app.client_as("chair").get(f"/{lang}/admin/outbox/{reminder.id}")
    assert [a.get("href") for a in chair.find_all("a", **{"aria-current": "page"})] == [f"/{lang}/readiness"]
    assert [a for a in chair.find_all("a") if a.get("href") == f"/{lang}/admin/outbox"] == []


@pytest.mark.parametrize("lang", LANGS)
def test_earlier_addresses_of_the_outbox_lead_to_the_new_ones_for_good(app: App, lang: str) -> None:
    reminder = send_reminders(app)[0]
    for place in ("outbox", f"outbox/{reminder.id}"):
        for browser in (app.client_as("secretariat"), app.anonymous_client()):
            answer = browser.get(f"/{lang}/{place}")
            assert (answer.status, answer.redirect_path) == (301, f"/{lang}/admin/{place}")
    assert app.client_as("chair").get(f"/{lang}/outbox/{reminder.id}").follow().status == 200
    assert app.client_as("ontario").get(f"/{lang}/outbox/{reminder.id}").follow().status == 403


def test_address_in_a_heading_breaks_between_its_words_only() -> None:
    assert breakable("a<b@demo.cogwg.example") == Markup("a&lt;b<wbr>@demo.<wbr>cogwg.<wbr>example")
