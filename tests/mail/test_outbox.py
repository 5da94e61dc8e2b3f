"""The outbox on both engines: a message is stored once, claimed by one delivery, and tried until it is sent."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.core.bilingual import Language
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.errors import Invalid, NotFound
from cogwg.core.settings import MailSettings
from cogwg.mail import delivery
from cogwg.mail.models import OutboxMessage
from cogwg.mail.queries import OutboxMessageFacts, outbox
from cogwg.mail.rules import LEASE, MAX_TRIES, DeliveryError, FailureKind, OutgoingEmail
from cogwg.mail.services import claim_due_messages, enqueue, mark_failed, mark_sent, retry_given_up, try_again
from cogwg.mail.transport import create_transport
from tests.conftest import MakeDatabase
from tests.databases import DECK_NOON, REAL_NOW
from tests.mail.server import MailServer
from tests.sessions import FURTHER

deliver_all = partial(delivery.deliver, find_cancelled=lambda _session, _letters: {})


def make_email(n: int | str, **changes: object) -> OutgoingEmail:
    fields = {
        "key": f"test:{n}",
        "kind": "reminder",
        "person_id": None,
        "address": f"reader{n}@cogwg.example",
        "lang": Language.FR,
        "subject": f"Rappel numéro {n}",
        "text": f"Bonjour {n}, l’été arrive.\n",
        "html": f"<!doctype html><html lang='fr'><title>{n}</title><p>Bonjour {n}, l’été arrive.</p></html>",
    }
    return OutgoingEmail(**{**fields, **changes})  # type: ignore[arg-type]


def enqueue_emails(engine: Engine, count: int) -> None:
    with Session(engine) as session, write_transaction(session):
        for n in range(count):
            assert enqueue(session, make_email(n), by=SYSTEM, at=DECK_NOON, now=REAL_NOW)


def stored_messages(engine: Engine) -> list[OutboxMessage]:
    with Session(engine) as session:
        messages = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
        session.expunge_all()
        return messages


def now_plus(**by: float) -> datetime:
    return REAL_NOW + timedelta(**by)


def test_second_email_with_the_same_key_is_not_added(engine: Engine) -> None:
    with Session(engine) as session, write_transaction(session):
        assert enqueue(session, make_email(1), by=SYSTEM, at=DECK_NOON, now=REAL_NOW) is True
        assert enqueue(session, make_email(1, subject="Autre"), by=SYSTEM, at=DECK_NOON, now=REAL_NOW) is False
        assert enqueue(session, make_email(2), by=SYSTEM, at=DECK_NOON, now=REAL_NOW) is True
    assert [message.subject for message in stored_messages(engine)] == ["Rappel numéro 1", "Rappel numéro 2"]


def test_email_of_a_failed_transaction_is_not_added(engine: Engine) -> None:
    def fails() -> None:
        with Session(engine) as session, write_transaction(session):
            enqueue(session, make_email(1), by=SYSTEM, at=DECK_NOON, now=REAL_NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert stored_messages(engine) == []


def test_claimed_messages_are_hidden_until_the_lease_ends(engine: Engine) -> None:
    enqueue_emails(engine, 3)
    with Session(engine) as first_session, Session(engine) as second_session:
        with write_transaction(first_session):
            first = claim_due_messages(first_session, now=REAL_NOW, limit=2)
        with write_transaction(second_session):
            second = claim_due_messages(second_session, now=REAL_NOW)
            assert claim_due_messages(second_session, now=REAL_NOW) == []
        assert [message.id for message in first + second] == [1, 2, 3]
        with write_transaction(first_session):
            mark_sent(first_session, first[0], now=REAL_NOW)
        with write_transaction(second_session):
            assert [message.id for message in claim_due_messages(second_session, now=REAL_NOW + LEASE)] == [2, 3]


def test_concurrent_claims_share_messages_without_waiting(postgresql: str, make_database: MakeDatabase) -> None:
    """PostgreSQL only: SQLite has one writer at a time, which the test above covers."""
    engine = build_engine(make_database(postgresql))
    enqueue_emails(engine, 4)
    with Session(engine) as first_session, Session(engine) as second_session:
        first = claim_due_messages(first_session, now=REAL_NOW, limit=2)
        second = claim_due_messages(second_session, now=REAL_NOW, limit=2)
        assert {message.id for message in first}.isdisjoint(message.id for message in second)
        assert len(second) == 2
    engine.dispose()


def test_concurrent_deliveries_send_each_message_once(engine: Engine) -> None:
    enqueue_emails(engine, 50)
    ready = threading.Barrier(2)
    sent: list[int] = []

    def work(server: MailServer) -> None:
        ready.wait()
        sent.append(deliver_all(engine, create_transport(server.settings, print), lambda: REAL_NOW).sent)

    with MailServer() as server:
        threads = [threading.Thread(target=work, args=(server,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(sent) == 50
        assert server.recipients == sorted(f"reader{n}@cogwg.example" for n in range(50))
    assert all(message.sent_at == REAL_NOW and message.next_try_at is None for message in stored_messages(engine))


def test_delivery_after_an_hour_of_server_downtime_loses_nothing(engine: Engine) -> None:
    enqueue_emails(engine, 45)
    server = MailServer()
    transport = create_transport(server.settings, print)
    for minutes in range(0, 60, 5):
        result = deliver_all(engine, transport, lambda minutes=minutes: now_plus(minutes=minutes))  # type: ignore[misc]
        assert result.sent == 0
    assert all(message.last_error.startswith("down: ") and message.next_try_at for message in stored_messages(engine))
    with server:
        for minutes in range(60, 150, 5):
            deliver_all(engine, transport, lambda minutes=minutes: now_plus(minutes=minutes))  # type: ignore[misc]
        assert server.recipients == sorted(f"reader{n}@cogwg.example" for n in range(45))
        assert len({str(m["Message-ID"]) for m in server.inbox}) == 45
    assert all(message.sent_at and not message.last_error for message in stored_messages(engine))


def test_delivery_interrupted_by_the_server_continues_later(engine: Engine) -> None:
    enqueue_emails(engine, 6)
    with MailServer() as server:
        transport = create_transport(server.settings, print)

        def going_down(address: str) -> str:
            return "421 4.3.2 going down" if len(server.inbox) == 3 else ""

        server.rejection_for = going_down
        first = deliver_all(engine, transport, lambda: REAL_NOW)
        assert (first.sent, first.waiting) == (3, 3)
        server.rejection_for = lambda _address: ""
        assert deliver_all(engine, transport, lambda: now_plus(minutes=5)).sent == 3
        assert len(set(server.recipients)) == len(server.recipients) == 6


@pytest.mark.parametrize("poison", [(1,), (0, 3)])
def test_message_that_makes_the_server_hang_up_fails_alone(engine: Engine, poison: tuple[int, ...]) -> None:
    enqueue_emails(engine, 6)
    with MailServer() as server:
        server.should_disconnect = lambda address: address in {f"reader{n}@cogwg.example" for n in poison}
        result = deliver_all(engine, create_transport(server.settings, print), lambda: REAL_NOW)
        assert (result.sent, result.waiting) == (6 - len(poison), len(poison))
    failures = {n: (message.tries, message.last_error.partition(":")[0]) for n, message in enumerate(stored_messages(engine))}
    assert failures == {n: (1, "dropped" if n in poison else "") for n in range(6)}


@FURTHER
def test_delivery_stops_when_the_server_hangs_up_repeatedly(engine: Engine) -> None:
    enqueue_emails(engine, 6)
    with MailServer() as server:
        server.should_disconnect = lambda address: address < "reader5"
        transport = create_transport(server.settings, print)
        result = deliver_all(engine, transport, lambda: REAL_NOW)
        assert (result.sent, result.waiting) == (0, 3)
        assert [message.tries for message in stored_messages(engine)] == [1, 1, 1, 0, 0, 0]
        assert deliver_all(engine, transport, lambda: now_plus(minutes=5)).sent == 1, "untried messages come first"
        assert server.recipients == ["reader5@cogwg.example"]


def test_refused_address_fails_at_once_and_stops_no_other_message(engine: Engine) -> None:
    enqueue_emails(engine, 3)
    with Session(engine) as session, write_transaction(session):
        for n, address in enumerate(("nobody", "a@b@c.example", "x@y.example\nBcc: all@cogwg.example", "a,b@c.example"), 10):
            enqueue(session, make_email(n, address=address), by=SYSTEM, at=DECK_NOON, now=REAL_NOW)
    with MailServer() as server:
        server.rejection_for = lambda address: "550 5.1.1 no such mailbox" if address.startswith("reader1@") else ""
        result = deliver_all(engine, create_transport(server.settings, print), lambda: REAL_NOW)
        assert (result.sent, result.given_up) == (2, 5)
        assert server.recipients == ["reader0@cogwg.example", "reader2@cogwg.example"]
    with Session(engine) as session:
        stored = outbox(session)
    assert stored.counts == (0, 5, 2, 0)
    assert {message.last_error.split(":")[0] for message in stored.given_up} == {"address"}
    assert any("no such mailbox" in message.last_error for message in stored.given_up)


def test_message_has_safe_headers_two_parts_and_a_stable_message_id(engine: Engine) -> None:
    hostile = make_email(1, subject="Été\r\nBcc: all@cogwg.example")
    with Session(engine) as session, write_transaction(session):
        enqueue(session, hostile, by=SYSTEM, at=DECK_NOON, now=REAL_NOW)
    with MailServer() as server:
        for minutes in (0, 60):
            deliver_all(engine, create_transport(server.settings, print), lambda minutes=minutes: now_plus(minutes=minutes))  # type: ignore[misc]
            with Session(engine) as session, write_transaction(session):
                session.execute(OutboxMessage.__table__.update().values(sent_at=None, next_try_at=REAL_NOW))  # type: ignore[attr-defined]
        first, second = server.inbox
    assert first["Message-ID"] == second["Message-ID"]
    assert (first["Subject"], first["Bcc"], first["Content-Language"]) == ("Été Bcc: all@cogwg.example", None, "fr")
    assert (str(first["To"]), str(first["From"])) == ("reader1@cogwg.example", "COGWG plan <plan@cogwg.example>")
    assert first["Date"].datetime == REAL_NOW
    assert [part.get_content_type() for part in first.iter_parts()] == ["text/plain", "text/html"]
    for part in first.iter_parts():
        assert "Bonjour 1, l’été arrive." in part.get_content()  # type: ignore[attr-defined]


def test_try_again_is_audited_and_refused_for_sent_messages(engine: Engine) -> None:
    enqueue_emails(engine, 2)
    chair = Actor("person", 7)
    with Session(engine) as session:
        with write_transaction(session):
            sent, failed = claim_due_messages(session, now=REAL_NOW)
            mark_sent(session, sent, now=REAL_NOW)
            assert mark_failed(session, failed, DeliveryError(FailureKind.ADDRESS, "550 unknown"), now=REAL_NOW) is True
        with write_transaction(session):
            assert claim_due_messages(session, now=now_plus(days=9)) == []
            assert try_again(session, failed.id, by=chair, at=DECK_NOON, now=REAL_NOW) == failed.address
        with write_transaction(session):
            assert [message.id for message in claim_due_messages(session, now=REAL_NOW)] == [failed.id]
        with pytest.raises(Invalid):
            try_again(session, sent.id, by=chair, at=DECK_NOON, now=REAL_NOW)
        with pytest.raises(NotFound):
            try_again(session, 4711, by=chair, at=DECK_NOON, now=REAL_NOW)
        session.rollback()
        (event,) = session.scalars(select(AuditEvent))
        assert (event.action, event.subject_id, event.actor_id) == ("letter.again", failed.id, 7)


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("MAIL", "553 5.1.8 sender domain not found"),
        pytest.param("MAIL", "451 4.1.8 sender domain not found", marks=FURTHER),
        ("RCPT", "550 5.1.8 <plan@cogwg.example>: Sender address rejected: Domain not found"),
        pytest.param("RCPT", "554 5.7.1 Relay access denied", marks=FURTHER),
        pytest.param("RCPT", "530 5.7.0 Authentication required", marks=FURTHER),
        ("DATA", "550 5.7.60 Client does not have permissions to send as this sender"),
        pytest.param("DATA", "550 5.7.23 SPF validation failed", marks=FURTHER),
    ],
)
def test_fault_of_the_sender_is_never_final(make_database: MakeDatabase, stage: str, reply: str) -> None:
    """On one engine: how a reply is understood does not depend on the database."""
    engine = build_engine(make_database("sqlite"))
    enqueue_emails(engine, 2)
    with MailServer() as server:
        transport = create_transport(server.settings, print)
        server.sender_rejection = reply if stage == "MAIL" else ""
        server.rejection_for = lambda _address: reply if stage == "RCPT" else ""
        server.content_rejection = reply if stage == "DATA" else ""
        for n in range(MAX_TRIES + 1):
            result = deliver_all(engine, transport, lambda n=n: now_plus(days=n))  # type: ignore[misc]
            assert (result.sent, result.waiting, result.given_up) == (0, 2, 0)
        assert {message.last_error.partition(":")[0] for message in stored_messages(engine)} <= {"settings", "not-allowed"}
        server.sender_rejection = server.content_rejection = ""
        server.rejection_for = lambda _address: ""
        assert deliver_all(engine, transport, lambda: now_plus(days=MAX_TRIES + 1)).sent == 2
    engine.dispose()


def test_oversize_email_fails_alone_when_the_server_refuses_it_with_the_sender(engine: Engine) -> None:
    enqueue_emails(engine, 2)
    with Session(engine) as session, write_transaction(session):
        enqueue(session, make_email("large", html="x" * 60_000), by=SYSTEM, at=DECK_NOON, now=now_plus(hours=-1))
    with MailServer(size_limit=50_000) as server:
        result = deliver_all(engine, create_transport(server.settings, print), lambda: REAL_NOW)
        assert (result.sent, result.given_up) == (2, 1)


def test_sender_that_mail_cannot_carry_is_not_blamed_on_the_recipient(engine: Engine) -> None:
    enqueue_emails(engine, 2)
    with MailServer() as server:
        broken = replace(server.settings, sender="plan@example..ca")
        result = deliver_all(engine, create_transport(broken, print), lambda: REAL_NOW)
        assert (result.sent, result.waiting, result.given_up) == (0, 2, 0)
        assert {message.last_error.partition(":")[0] for message in stored_messages(engine)} == {"settings"}


def test_email_that_cannot_be_built_fails_alone_and_waits(engine: Engine, tmp_path: Path) -> None:
    with Session(engine) as session, write_transaction(session):
        enqueue(session, make_email("accents", address="zoé@cogwg.example"), by=SYSTEM, at=DECK_NOON, now=REAL_NOW)
    enqueue_emails(engine, 2)
    transport = create_transport(MailSettings("file", tmp_path, sender="plan@cogwg.example"), print)
    transport_sends = transport.send

    def send(message: OutboxMessageFacts, *, at: datetime) -> None:
        if message.key == "test:accents":
            raise RuntimeError("a fault of the product")
        transport_sends(message, at=at)

    transport.send = send  # type: ignore[method-assign]
    for hours in range(0, 24 * 8, 4):
        result = deliver_all(engine, transport, lambda hours=hours: now_plus(hours=hours))  # type: ignore[misc]
        assert result.given_up == 0
    states = {message.key: (message.sent_at is not None, message.last_error) for message in stored_messages(engine)}
    assert states == {
        "test:accents": (False, "internal: RuntimeError: a fault of the product"),
        "test:0": (True, ""),
        "test:1": (True, ""),
    }


@FURTHER
def test_mail_server_down_for_a_week_gives_up_no_email(engine: Engine) -> None:
    enqueue_emails(engine, 2)
    server = MailServer()
    transport = create_transport(server.settings, print)
    for hours in range(0, 24 * 7, 4):
        assert deliver_all(engine, transport, lambda hours=hours: now_plus(hours=hours)).given_up == 0  # type: ignore[misc]
    with server:
        assert deliver_all(engine, transport, lambda: now_plus(days=7)).sent == 2


def test_given_up_emails_are_tried_again_together_with_one_audit_event(engine: Engine) -> None:
    enqueue_emails(engine, 4)
    with Session(engine) as session:
        with write_transaction(session):
            sent, first, second, waiting = claim_due_messages(session, now=REAL_NOW)
            mark_sent(session, sent, now=REAL_NOW)
            for message in (first, second):
                mark_failed(session, message, DeliveryError(FailureKind.ADDRESS, "550 unknown"), now=REAL_NOW)
            mark_failed(session, waiting, DeliveryError(FailureKind.LATER, "451 later"), now=REAL_NOW)
        with write_transaction(session):
            assert retry_given_up(session, by=Actor("person", 7), at=DECK_NOON, now=REAL_NOW) == 2
        with write_transaction(session):
            assert [message.id for message in claim_due_messages(session, now=REAL_NOW)] == [first.id, second.id]
            assert retry_given_up(session, by=Actor("person", 7), at=DECK_NOON, now=REAL_NOW) == 0, "none is left"
        (event,) = session.scalars(select(AuditEvent))
        assert (event.action, event.actor_id, event.after) == ("outbox.again", 7, {"letters": [first.id, second.id]})
