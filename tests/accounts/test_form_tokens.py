"""A form makes its item once, on both engines: again, at the same time, after an error, and until its token is purged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cogwg.accounts.form_tokens import TOKEN_LIFETIME, made_by_form, make_once, purge_form_tokens
from cogwg.accounts.models import FormToken
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, record_event
from cogwg.core.db import write_transaction
from cogwg.core.errors import Invalid, Message
from tests.databases import REAL_NOW, demo_calendar

KEY = "k" * 64


def _send(engine: Engine, key: str = KEY) -> int:
    """Send the form with this key: it writes an event."""
    with Session(engine) as session, write_transaction(session):

        def make() -> int:
            return record_event(session, "form.sent", ("plan", 1), by=SYSTEM, at=demo_calendar().now())

        return make_once(session, key, "event", make, now=REAL_NOW)


def _event_ids(engine: Engine) -> list[int]:
    with Session(engine) as session:
        return list(session.scalars(select(AuditEvent.id).where(AuditEvent.action == "form.sent")))


def test_form_sent_again_returns_what_it_made_and_makes_nothing(engine: Engine) -> None:
    first = _send(engine)
    assert [_send(engine), _send(engine)] == [first, first]
    assert _send(engine, "other".ljust(64, "k")) != first
    assert len(_event_ids(engine)) == 2
    with Session(engine) as session:
        assert (made_by_form(session, KEY), made_by_form(session, "never")) == (first, None)


def test_form_sent_eight_times_at_once_makes_one_item(engine: Engine) -> None:
    start = Barrier(8)

    def send(_number: int) -> int:
        start.wait()
        return _send(engine)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert len(set(answers)) == 1
    assert _event_ids(engine) == answers[:1]


def test_refused_form_leaves_no_token_and_can_be_sent_again(engine: Engine) -> None:
    def refuse() -> int:
        raise Invalid(("text", Message("Enter your comment.")))

    with pytest.raises(Invalid), Session(engine) as session, write_transaction(session):
        make_once(session, KEY, "event", refuse, now=REAL_NOW)
    with Session(engine) as session:
        assert session.get(FormToken, KEY) is None
    assert _event_ids(engine) == []
    assert [_send(engine)] == _event_ids(engine)


def test_purge_deletes_tokens_older_than_their_lifetime_only(engine: Engine) -> None:
    _send(engine)
    for later, deleted in ((TOKEN_LIFETIME, 0), (TOKEN_LIFETIME + timedelta(seconds=1), 1), (timedelta(days=90), 0)):
        with Session(engine) as session, write_transaction(session):
            assert purge_form_tokens(session, now=REAL_NOW + later) == deleted
