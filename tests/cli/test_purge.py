"""``cogwg purge`` on both engines: data past its retention period is deleted, and everything else stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.form_tokens import TOKEN_LIFETIME, make_once
from cogwg.accounts.models import AccessLink, AddressChange, FormToken, Person, SetupLink, SignIn, Throttle, UnsavedText
from cogwg.accounts.people import add_person, deactivate_person
from cogwg.accounts.retention import RETIRED_RETENTION, THROTTLE_RETENTION
from cogwg.accounts.rules import PRINTED_LIFETIME, SESSION_LIFETIME
from cogwg.accounts.sign_in_limits import SignInAttempt, account_hash, reserve_attempt
from cogwg.accounts.unsaved_text import RETENTION, ControlKind, ControlState, keep_unsaved_text
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.calendar import real_now
from cogwg.core.comment_retention import INFORMATION_BANK, MONTHS_KEPT
from cogwg.core.db import build_engine, write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import MESSAGE_RETENTION, DeliveryError, FailureKind
from cogwg.mail.services import claim_due_messages, enqueue, mark_failed, mark_sent
from cogwg.seeding.demo import DEMO_DOMAIN
from tests.cli.test_commands import RunCommand, count_rows, run
from tests.conftest import MakeDatabase
from tests.mail.test_outbox import make_email

__all__ = ["run"]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "seeded")


def stored_text(engine: Engine) -> str:
    """Return all text of the tables that hold data of people, to check what was deleted."""
    with Session(engine) as session:
        tables = (OutboxMessage, Person, Throttle, AuditEvent)
        rows = [session.execute(select(table.__table__)).all() for table in tables]
    return str(rows)


def write_messages(engine: Engine, age: timedelta) -> None:
    """Write an email in each state, of this age."""
    then = real_now() - age
    with Session(engine) as session, write_transaction(session):
        for state in ("sent", "given-up", "waiting"):
            email = make_email(f"{state}-{age.days}", address=f"{state}-{age.days}@canary.example")
            enqueue(session, email, by=SYSTEM, at=then, now=then)
        messages = {message.address.partition("-")[0]: message for message in claim_due_messages(session, now=real_now())}
        mark_sent(session, messages["sent"], now=then)
        mark_failed(session, messages["given"], DeliveryError(FailureKind.ADDRESS, "550 unknown"), now=then)
        session.execute(update(OutboxMessage).values(claimed_until=None))


def test_emails_are_deleted_after_their_time_whatever_became_of_them(run: RunCommand, url: str) -> None:
    engine = build_engine(url)
    write_messages(engine, MESSAGE_RETENTION + MINUTE)
    write_messages(engine, MESSAGE_RETENTION - timedelta(days=1))
    result = run("purge", COGWG_DATABASE_URL=url)
    assert (result.code, result.out.partition(".")[0]) == (0, "Deleted emails: 3")
    with Session(engine) as session:
        assert len(session.scalars(select(OutboxMessage.id)).all()) == 3
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "outbox.purged"))
        assert (event.actor_kind, event.after) == ("system", {"letters": 3})
    assert f"-{(MESSAGE_RETENTION + MINUTE).days}@canary.example" not in stored_text(engine)
    engine.dispose()


def test_email_that_is_being_sent_is_kept_for_now(run: RunCommand, url: str) -> None:
    engine, then = build_engine(url), real_now() - MESSAGE_RETENTION - MINUTE
    with Session(engine) as session, write_transaction(session):
        enqueue(session, make_email(1), by=SYSTEM, at=then, now=then)
        claim_due_messages(session, now=real_now())
    assert run("purge", COGWG_DATABASE_URL=url).out == ""
    engine.dispose()


def test_throttle_counters_expired_sessions_and_links_are_deleted(run: RunCommand, url: str) -> None:
    engine, now = build_engine(url), real_now()
    with Session(engine) as session, write_transaction(session):
        for name, address, age in (("old", "192.0.2.1", THROTTLE_RETENTION + MINUTE), ("new", "192.0.2.2", MINUTE)):
            reserve_attempt(session, SignInAttempt(account_hash(f"{name}@canary.example"), address), now=now - age)
        person_id = session.scalars(select(Person.id)).first()
        assert person_id is not None
        for number, age in enumerate((SESSION_LIFETIME + MINUTE, SESSION_LIFETIME - MINUTE)):
            session.add(SignIn(token_hash=f"s{number}", person_id=person_id, started_at=now - age, seen_at=now - age))
        for number, age in enumerate((PRINTED_LIFETIME + MINUTE, PRINTED_LIFETIME - MINUTE)):
            session.add(AccessLink(token_hash=f"l{number}", person_id=person_id, expires_at=now - age + PRINTED_LIFETIME))
            session.add(SetupLink(token_hash=f"l{number}", expires_at=now - age + PRINTED_LIFETIME))
        canary = {"email": "new-address@canary.example", "token_hash": "l0"}
        session.add(AddressChange(person_id=person_id, **canary, expires_at=now - MINUTE))
    assert run("purge", COGWG_DATABASE_URL=url).code == 0
    with Session(engine) as session:
        assert "192.0.2.1" not in stored_text(engine)
        assert "192.0.2.2" in stored_text(engine)
        assert len(session.scalars(select(Throttle.key)).all()) == 4
        assert session.scalars(select(SignIn.token_hash)).all() == ["s1"]
        assert session.scalars(select(AccessLink.token_hash)).all() == ["l1"]
        assert session.scalars(select(SetupLink.token_hash)).all() == ["l1"]
        assert session.scalars(select(AddressChange.email)).all() == []
    engine.dispose()


@pytest.mark.parametrize("is_past", [False, True])
def test_address_of_a_retired_person_goes_after_its_time_and_the_name_stays(run: RunCommand, url: str, is_past: bool) -> None:
    engine, now = build_engine(url), real_now()
    with Session(engine) as session:
        person = session.scalars(select(Person).where(Person.email == f"ontario@{DEMO_DOMAIN}")).one()
        person_id, name = person.id, person.name
        session.rollback()
        with write_transaction(session):
            retired = session.get_one(Person, person_id)
            retired.feed_hash = "f" * 64
            deactivate_person(session, retired, by=SYSTEM, at=now - RETIRED_RETENTION + (-MINUTE if is_past else MINUTE * 60))
        assert run("purge", COGWG_DATABASE_URL=url).code == 0
        session.expire_all()
        stored = session.get_one(Person, person_id)
        assert (stored.password_hash, stored.feed_hash, stored.name) == (None, None, name), "credentials go at once"
        assert (stored.email == f"ontario@{DEMO_DOMAIN}") is not is_past
        assert session.scalar(select(func.count()).where(Person.password_hash.is_not(None))), "the others still sign in"
        session.rollback()
        if is_past:
            assert f"ontario@{DEMO_DOMAIN}" not in stored_text(engine)
            jurisdiction = session.get_one(Person, person_id).memberships[0].jurisdiction
            fields = {"name": name, "jurisdiction": jurisdiction, "role": stored.memberships[0].role, "lang": stored.lang}
            session.rollback()
            with write_transaction(session):
                again = add_person(
                    session,
                    email=f"ontario@{DEMO_DOMAIN}",
                    time_zone="America/Toronto",
                    by=SYSTEM,
                    at=now,
                    **fields,  # type: ignore[arg-type]
                )
                assert again.id != person_id, "the address can have an account again"
    engine.dispose()


def test_submitted_forms_are_forgotten_after_their_time(run: RunCommand, url: str) -> None:
    engine, now = build_engine(url), real_now()
    ages = {"old": TOKEN_LIFETIME + MINUTE, "new": TOKEN_LIFETIME - MINUTE}
    with Session(engine) as session, write_transaction(session):
        for key, age in ages.items():
            make_once(session, key, "comment", lambda: 1, now=now - age)
    assert "Tokens of submitted forms deleted: 1." in run("purge", COGWG_DATABASE_URL=url).out
    with Session(engine) as session:
        assert session.scalars(select(FormToken.key)).all() == ["new"]
    engine.dispose()


def test_unsaved_text_is_deleted_after_its_time(run: RunCommand, url: str) -> None:
    engine, now = build_engine(url), real_now()
    ages = {"comment:1": RETENTION + MINUTE, "comment:2": RETENTION - MINUTE}
    with Session(engine) as session, write_transaction(session):
        person_id = session.scalars(select(Person.id)).first()
        assert person_id is not None
        for form, age in ages.items():
            control = ControlState(ControlKind.TEXT, "text", "canary")
            keep_unsaved_text(session, person_id, form, "", [control], now=now - age)
    assert "Unsaved texts deleted: 1." in run("purge", COGWG_DATABASE_URL=url).out
    with Session(engine) as session:
        assert session.scalars(select(UnsavedText.form)).all() == ["comment:2"]
    engine.dispose()


def test_retention_document_states_the_times_of_the_code() -> None:
    text = (Path(__file__).parents[2] / "docs" / "reference" / "retention.md").read_text(encoding="utf-8")
    for time in (
        f"| {MESSAGE_RETENTION.days} days after they were written |",
        f"| {THROTTLE_RETENTION.days} day after they were counted |",
        f"| after {SESSION_LIFETIME // timedelta(hours=1)} hours |",
        f"| after {PRINTED_LIFETIME // timedelta(hours=1)} hours |",
        f"| {RETIRED_RETENTION.days // 365} years after",
        f"| {TOKEN_LIFETIME.days} days after it was sent |",
        f"| {RETENTION.days} days after it was kept,",
        f"| {MONTHS_KEPT} months after the cycle of engagement was completed, unless a legal hold keeps it |",
        f"bank {INFORMATION_BANK.en} |",
    ):
        assert time in text, time


def test_second_purge_changes_nothing_and_records_nothing(run: RunCommand, url: str) -> None:
    engine = build_engine(url)
    write_messages(engine, MESSAGE_RETENTION + MINUTE)
    run("purge", COGWG_DATABASE_URL=url)
    before = count_rows(url)
    assert run("purge", COGWG_DATABASE_URL=url).out == ""
    assert count_rows(url) == before
    engine.dispose()
