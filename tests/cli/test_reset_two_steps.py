"""``cogwg person reset-two-steps`` on both engines: the way back when no member of the secretariat can sign in."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import SignIn
from cogwg.accounts.queries import person_by_email
from cogwg.accounts.second_factor import factor_state
from cogwg.accounts.services import start_session
from cogwg.audit.models import AuditEvent
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.mail.models import OutboxMessage
from tests.accounts.test_second_factor import on
from tests.cli.test_commands import RunCommand, check_refusal, run
from tests.conftest import MakeDatabase

__all__ = ["run"]
EMAIL = "secretariat@demo.cogwg.example"


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "seeded")


def test_reset_ends_the_session_and_queues_an_email(run: RunCommand, url: str) -> None:
    engine = build_engine(url)
    with Session(engine) as session, write_transaction(session):
        person_id, _codes = on(session, "secretariat")
        start_session(session, person_id, now=real_now())
    result = run("person", "reset-two-steps", EMAIL, "--reason", "The telephone is lost.", COGWG_DATABASE_URL=url)
    assert result.code == 0, result.err
    assert EMAIL in result.out
    with Session(engine) as session:
        person = person_by_email(session, EMAIL)
        assert person is not None
        assert not factor_state(session, person.id).is_on
        assert session.scalars(select(SignIn)).all() == []
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(2)).all()
        assert "person.second-factor-reset" in [e.action for e in event]
        message = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()
        assert (message.address, "The telephone is lost." in message.text) == (EMAIL, True)
    engine.dispose()


@pytest.mark.parametrize(("email", "reason"), [(EMAIL, "Lost."), (EMAIL, " "), ("nobody@example.ca", "Lost.")])
def test_reset_that_is_not_possible_is_refused(run: RunCommand, url: str, email: str, reason: str) -> None:
    check_refusal(run("person", "reset-two-steps", email, "--reason", reason, COGWG_DATABASE_URL=url), "")
