"""Reminders carry a private link for each jurisdiction of their recipient, and quote the last report on each activity."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.accounts.tokens import hash_token
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.mail.queries import messages_by_id
from cogwg.mail.rules import without_secrets
from cogwg.mail.services import mark_sent
from cogwg.notices.reminders import due_emails, write_reminders
from cogwg.reporting.answer_links import answer_link
from cogwg.reporting.models import AnswerLink, StatusReport
from cogwg.seeding.demo import DEMO_DOMAIN
from tests.databases import REAL_NOW
from tests.notices.test_services import DAYS, SITE, instant_at, mark_all_sent, recipients, send_reminders, submit_all

LINK = re.compile(rf"{SITE}/(en|fr)/answer/([\w-]+)")


def email_to(session: Session, name: str) -> OutboxMessage:
    address = f"{name}@{DEMO_DOMAIN}"
    messages = session.scalars(select(OutboxMessage).where(OutboxMessage.address == address).order_by(OutboxMessage.id.desc()))
    message = messages.first()
    assert message is not None
    return message


def add_deputy(session: Session, code: str = "on") -> Person:
    with write_transaction(session):
        place = session.scalars(select(Jurisdiction).where(Jurisdiction.code == code)).one()
        deputy = Person(email=f"deputy@{DEMO_DOMAIN}", name="D. Roy", password_hash="set")
        deputy.memberships.append(Membership(role=Role.DEPUTY, jurisdiction=place))
        session.add(deputy)
    return deputy


def test_reminder_has_one_private_link_that_works_and_lists_the_last_reports(seeded: Session) -> None:
    send_reminders(seeded, "2020-09-16")
    message = email_to(seeded, "ontario")
    ((lang, token),) = set(LINK.findall(message.text))
    assert set(LINK.findall(message.html)) == {(lang, token)}
    link = answer_link(seeded, hash_token(token), is_on=True, at=instant_at("2020-09-16"), now=REAL_NOW)
    assert (link.end, link.person.person_id, link.jurisdiction_code, link.period.key) == (
        None,
        message.person_id,
        "on",
        "2020-09",
    )
    assert (
        "- 3.2 Research results compiled and published – last report, June\u00a028: Limited progress\n  > Three" in message.text
    )
    assert "last report, June\u00a028: Not started, nothing to report" in message.text
    assert "for all the reports at once. Before that, describe the challenge: 3.3.\n" in message.text
    assert "This private link is only for N. Osei" in message.text
    assert f"{SITE}/en/my-updates?period=2020-09" in message.text, "a way without the link"
    assert message.text.count("/my-updates") == 1, "one place to sign in"
    assert f"Manage your email preferences in your account: {SITE}/en/account#emails" in message.text
    assert f">{SITE}/en/my-updates?period=2020-09<" in message.html, "the address can be read on paper"


@pytest.mark.parametrize("has_accepted", [True, False])
def test_deputy_has_a_private_link_only_after_accepting_the_invitation(seeded: Session, has_accepted: bool) -> None:
    deputy = add_deputy(seeded)
    with write_transaction(seeded):
        seeded.execute(update(Person).where(Person.id == deputy.id).values(password_hash="set" if has_accepted else None))
        seeded.execute(update(Person).where(Person.email == f"ontario@{DEMO_DOMAIN}").values(wants_reminders=False))
    send_reminders(seeded, "2020-09-16")
    message = email_to(seeded, "deputy")
    assert bool(LINK.findall(message.text)) is has_accepted
    assert bool(seeded.scalars(select(AnswerLink).where(AnswerLink.person_id == deputy.id)).all()) is has_accepted
    assert "/my-updates" in message.text


def test_each_recipient_has_a_link_of_their_own_in_their_language(seeded: Session) -> None:
    with write_transaction(seeded):
        seeded.execute(update(Person).where(Person.email == f"bc@{DEMO_DOMAIN}").values(lang=Language.FR))
    written = [email for email in send_reminders(seeded, "2020-09-16") if email.kind == "reminder"]
    tokens = [token for message in seeded.scalars(select(OutboxMessage)) for token in set(LINK.findall(message.text))]
    assert len(tokens) == len(set(tokens)) == len(written) == len(seeded.scalars(select(AnswerLink)).all())
    french = email_to(seeded, "bc").text
    assert "Répondre maintenant\u00a0:" in french
    assert "/fr/answer/" in french
    assert "dernier rapport, 28\u00a0juin\u00a0:" in french
    assert "tous les rapports à la fois." in french
    events = seeded.scalars(select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(2)).all()
    assert sorted(events) == ["quarter.links-created", "quarter.reminded"]


def test_listing_due_emails_makes_no_link(seeded: Session) -> None:
    due = due_emails(seeded, at=instant_at("2020-09-16"), days=DAYS, site=SITE)
    assert due
    assert seeded.scalars(select(AnswerLink)).all() == []


def test_token_leaves_the_outbox_once_the_email_is_sent_and_is_never_in_the_log(seeded: Session) -> None:
    send_reminders(seeded, "2020-09-16")
    message = email_to(seeded, "ontario")
    (_lang, token), *_ = LINK.findall(message.text)
    assert token not in without_secrets(message.text)
    with write_transaction(seeded):
        mark_sent(seeded, messages_by_id(seeded, [message.id])[0], now=REAL_NOW)
    seeded.expire_all()
    assert token not in message.text + message.html
    assert token not in str([(e.before, e.after) for e in seeded.scalars(select(AuditEvent))])


@pytest.mark.parametrize("who", ["site", "person"])
def test_reminder_without_links_asks_to_sign_in(seeded: Session, who: str) -> None:
    with write_transaction(seeded):
        if who == "person":
            seeded.execute(update(Person).values(wants_answer_links=False))
        write_reminders(seeded, at=instant_at("2020-09-16"), now=REAL_NOW, days=DAYS, site=SITE, has_links=who == "person")
    text = email_to(seeded, "ontario").text
    assert "/answer/" not in text
    assert "/en/my-updates" in text
    assert seeded.scalars(select(AnswerLink)).all() == []


def test_deputy_is_asked_when_the_lead_is_silent_after_the_first_reminder(seeded: Session) -> None:
    deputy = add_deputy(seeded)
    assert "deputy" not in recipients(send_reminders(seeded, "2020-09-16"))
    mark_all_sent(seeded)
    assert send_reminders(seeded, "2020-09-17") == [], "the same stage asks nobody else"
    assert {"ontario", "deputy"} <= set(recipients(send_reminders(seeded, "2020-09-28")))
    text = email_to(seeded, "deputy").text
    assert "You are receiving this email as the deputy" in text
    assert LINK.search(text)
    assert deputy.id in {link.person_id for link in seeded.scalars(select(AnswerLink))}


@pytest.mark.parametrize("sign", ["saved", "submitted"])
def test_deputy_is_not_asked_once_the_lead_has_begun(seeded: Session, sign: str) -> None:
    add_deputy(seeded)
    send_reminders(seeded, "2020-09-16")
    mark_all_sent(seeded)
    ontario = seeded.scalars(select(Person).where(Person.email == f"ontario@{DEMO_DOMAIN}")).one()
    if sign == "submitted":
        submit_all(seeded, "ontario", "2020-09-17")
    else:
        with write_transaction(seeded):
            period_id = seeded.scalars(select(AnswerLink.period_id)).first()
            seeded.execute(
                update(StatusReport)
                .where(StatusReport.id == select(StatusReport.id).limit(1).scalar_subquery())
                .values(period_id=period_id, changed_by=ontario.id)
            )
    assert "deputy" not in recipients(send_reminders(seeded, "2020-09-28"))


def test_deputy_is_asked_at_once_where_no_lead_gets_reminders(seeded: Session) -> None:
    add_deputy(seeded)
    with write_transaction(seeded):
        seeded.execute(update(Person).where(Person.email == f"ontario@{DEMO_DOMAIN}").values(wants_reminders=False))
    assert "deputy" in recipients(send_reminders(seeded, "2020-09-16"))
