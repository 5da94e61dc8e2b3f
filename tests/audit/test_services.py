"""The audit log: who did what, with the values before and after; append-only, and without names."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor, record_event
from cogwg.core.db import write_transaction
from tests.databases import demo_calendar


def test_record_event_stores_actor_subject_before_and_after(session: Session) -> None:
    at = demo_calendar().now()
    with write_transaction(session):
        record_event(
            session, "report.submitted", ("report", 7), by=Actor("person", 3, behalf_of=5), at=at, before={"é": [1]}, after=None
        )
        record_event(session, "plan.created", ("plan", 1), by=SYSTEM, at=at)
    first, second = session.query(AuditEvent).order_by(AuditEvent.id)
    assert (first.actor_kind, first.actor_id, first.behalf_of, first.before, first.after) == ("person", 3, 5, {"é": [1]}, None)
    assert (second.actor_kind, second.actor_id, second.subject_kind, second.subject_id) == ("system", None, "plan", 1)
    assert first.at == at


@pytest.mark.parametrize("statement", ["UPDATE event SET action = 'x'", "DELETE FROM event"])
def test_audit_log_update_or_delete_is_refused_by_the_database(seeded: Session, statement: str) -> None:
    before = seeded.query(AuditEvent).count()
    with pytest.raises(DBAPIError):
        seeded.execute(text(statement))
    seeded.rollback()
    assert seeded.query(AuditEvent).count() == before > 0


def test_audit_log_contains_no_names_or_addresses(seeded: Session) -> None:
    """Actors and subjects are ids: a name or an address could not be deleted when a person asks for it."""
    for event in seeded.query(AuditEvent):
        values = repr((event.before, event.after))
        assert "@" not in values
        assert not any(name in values for name in ("Osei", "Campbell", "Haddad", "Gagnon", "Friesen"))
