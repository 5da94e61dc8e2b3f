"""``cogwg person restore`` on both engines: the account and its roles come back; sessions and secrets do not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person, SignIn
from cogwg.accounts.queries import contacts, signed_in_person, usable_link
from cogwg.accounts.retention import RETIRED_RETENTION
from cogwg.accounts.services import make_feed_address, start_session
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, write_transaction
from tests.cli.test_commands import RunCommand, check_refusal, run
from tests.conftest import MakeDatabase

__all__ = ["run"]
EMAIL = "ontario@demo.cogwg.example"


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "seeded")


@pytest.mark.parametrize("is_purged", [False, True])
def test_restored_person_keeps_roles_and_gets_a_new_password_link(run: RunCommand, url: str, is_purged: bool) -> None:
    engine = build_engine(url)
    with Session(engine) as session, write_transaction(session):
        person = session.scalars(select(Person).where(Person.email == EMAIL)).one()
        token = start_session(session, person.id, now=real_now())
        make_feed_address(session, person.id, by=SYSTEM, at=real_now())
        role = person.memberships[0].role
    run("person", "retire", EMAIL, COGWG_DATABASE_URL=url)
    if is_purged:
        run("purge", COGWG_DATABASE_URL=url)
    result = run("person", "restore", EMAIL, "--address", "https://plan.example.ca", COGWG_DATABASE_URL=url)
    assert result.code == 0, result.err
    (link,) = re.findall(r"^https://plan\.example\.ca/en/password/([\w-]{43})$", result.out, re.MULTILINE)
    with Session(engine) as session:
        person = session.scalars(select(Person).where(Person.email == EMAIL)).one()
        assert (person.retired_at, person.password_hash, person.feed_hash) == (None, None, None)
        assert [m.role for m in person.memberships] == [role]
        assert EMAIL in [contact.email for contact in contacts(session, role)]
        assert usable_link(session, link, real_now()) is not None
        assert signed_in_person(session, token) is None
        assert session.scalars(select(SignIn)).all() == []
        events = select(AuditEvent.action).where(AuditEvent.subject_kind == "person", AuditEvent.subject_id == person.id)
        assert session.scalars(events.order_by(AuditEvent.id)).all()[-3:] == [
            "person.retired",
            "person.restored",
            "person.link",
        ]
    engine.dispose()


def test_active_person_and_cleared_account_are_refused(run: RunCommand, url: str) -> None:
    check_refusal(run("person", "restore", EMAIL, COGWG_DATABASE_URL=url), "is active")
    check_refusal(run("person", "restore", "someone@example.ca", COGWG_DATABASE_URL=url), "someone@example.ca")
    run("person", "retire", EMAIL, COGWG_DATABASE_URL=url)
    later = (real_now() + RETIRED_RETENTION + timedelta(days=2)).date().isoformat()
    run("purge", "--today", later, COGWG_DATABASE_URL=url)
    engine = build_engine(url)
    with Session(engine) as session:
        (cleared,) = session.scalars(select(Person.email).where(Person.retired_at.is_not(None)))
    engine.dispose()
    check_refusal(run("person", "restore", EMAIL, COGWG_DATABASE_URL=url), EMAIL)
    check_refusal(run("person", "restore", cleared, COGWG_DATABASE_URL=url), "was deleted")
