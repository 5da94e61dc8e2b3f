"""Each way to commit links the events of the transaction, and nothing is committed that cannot be linked; on both engines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from cogwg.audit import linking
from cogwg.audit.models import AuditEvent, AuditLink, ChainHead
from cogwg.audit.queries import chain_head
from cogwg.audit.services import SYSTEM, record_event
from cogwg.audit.verification import verify_chain
from cogwg.core.db import read_without_transactions, write_transaction
from cogwg.core.errors import ConfigurationError
from tests.databases import demo_calendar

AT = demo_calendar().now()
PLAN = ("plan", 1)


def record(session: Session, action: str = "tried", after: Any = None) -> int:
    return record_event(session, action, PLAN, by=SYSTEM, at=AT, after=after)


def linked_actions(engine: Engine) -> list[str]:
    """Return the actions in the order of the chain, after checking that it is whole."""
    with Session(engine) as session:
        verdict = verify_chain(session)
        assert verdict.fault is None, verdict.fault.words.en
        by_position = select(AuditEvent.action).join(AuditLink, AuditLink.event_id == AuditEvent.id).order_by(AuditLink.id)
        actions = list(session.scalars(by_position))
        assert verdict.count == len(actions) == session.query(AuditEvent).count()
        return actions


def by_write_transaction(engine: Engine) -> None:
    with Session(engine) as session, write_transaction(session):
        record(session)


def by_write_transaction_of_the_web(engine: Engine) -> None:
    with Session(read_without_transactions(engine)) as session, write_transaction(session):
        record(session)


def by_commit(engine: Engine) -> None:
    with Session(engine) as session:
        record(session)
        session.commit()


def by_begin(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        record(session)


def by_sessionmaker(engine: Engine) -> None:
    with sessionmaker(engine, class_=type("Other", (Session,), {})).begin() as session:
        record(session)


def by_connection(engine: Engine) -> None:
    with engine.begin() as connection, Session(connection) as session:
        record(session)
        session.commit()


def by_savepoint(engine: Engine) -> None:
    with Session(engine) as session, write_transaction(session), session.begin_nested():
        record(session)


@pytest.mark.parametrize(
    "commit",
    [
        by_write_transaction,
        by_write_transaction_of_the_web,
        by_commit,
        by_begin,
        by_sessionmaker,
        by_connection,
        by_savepoint,
    ],
    ids=lambda commit: commit.__name__,
)
def test_each_way_to_commit_links_the_event(engine: Engine, commit: Callable[[Engine], None]) -> None:
    commit(engine)
    commit(engine)
    assert linked_actions(engine) == ["tried", "tried"]


def test_events_of_a_transaction_are_linked_in_their_order(engine: Engine) -> None:
    for actions in (("a", "b", "c"), ("d",), ("e", "f")):
        with Session(engine) as session, write_transaction(session):
            for action in actions:
                record(session, action)
    assert linked_actions(engine) == ["a", "b", "c", "d", "e", "f"]
    with Session(engine) as session:
        head = chain_head(session)
    assert head is not None
    assert (head.position, head.at) == (6, AT)


def test_many_events_of_one_transaction_are_linked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "BATCH", 4)
    with Session(engine) as session, write_transaction(session):
        for n in range(10):
            record(session, f"a{n}")
    assert linked_actions(engine) == [f"a{n}" for n in range(10)]


def test_rolled_back_events_are_not_linked(engine: Engine) -> None:
    with Session(engine) as session:
        for _ in range(2):
            record(session, "undone")
        session.rollback()
        record(session, "kept")
        session.commit()
        record(session, "closed")
    with Session(engine) as session, session.begin():
        with session.begin_nested() as savepoint:
            record(session, "undone in savepoint")
            savepoint.rollback()
        record(session, "after savepoint")
        with session.begin_nested() as savepoint:
            record(session, "last")
            savepoint.rollback()
    assert linked_actions(engine) == ["kept", "after savepoint"]


def test_session_without_events_does_not_lock_the_head(
    engine: Engine, statements: Callable[[Engine], AbstractContextManager[list[str]]]
) -> None:
    with statements(engine) as sent, Session(engine) as session:
        with write_transaction(session):
            session.execute(text("SELECT 1"))
        record(session)
        session.rollback()
        session.commit()
    assert not [each for each in sent if "chain_head" in each]


def test_linking_takes_three_statements_however_many_events(
    engine: Engine, statements: Callable[[Engine], AbstractContextManager[list[str]]]
) -> None:
    for count in (1, 20):
        with statements(engine) as sent, Session(engine) as session, write_transaction(session):
            for _ in range(count):
                record(session)
        assert len(sent) == count + 3
        assert "chain_head" in sent[count], "the head is locked after everything else"
        assert "chain_head" in sent[-1]


def test_pending_changes_are_written_before_the_head_is_locked(engine: Engine) -> None:
    """Else two transactions could wait for each other, one for the head and the other for a row."""
    order: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        order.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    with Session(engine) as session, session.begin():
        record(session)
        session.add(AuditEvent(at=AT, action="pending", actor_kind="system", subject_kind="plan", subject_id=1))
    event.remove(engine, "before_cursor_execute", note)
    pending = [n for n, statement in enumerate(order) if statement.startswith("INSERT INTO event")]
    assert max(pending) < next(n for n, statement in enumerate(order) if "chain_head" in statement)


def test_without_head_nothing_is_committed(engine: Engine) -> None:
    by_commit(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM chain_head"))
    for commit in (by_write_transaction, by_write_transaction_of_the_web, by_commit, by_begin, by_savepoint):
        with pytest.raises(ConfigurationError, match="no head"):
            commit(engine)
    with Session(engine) as session:
        assert (session.query(AuditEvent).count(), session.query(AuditLink).count()) == (1, 1)
        assert session.query(ChainHead).count() == 0


ODD_VALUES = [
    {"": "", "a/b": "~", "~1": ["\u0000", "\ud800", "x\udfff", "\U0001f600", "é", "e\u0301"]},
    {"n": [0, -0.0, 1.0, 1e21, 1e-7, 5e-324, 0.1, 1 / 3, 2**53, 2**53 - 1, -(2**63), 10**40]},
    {"nested": {"erased": "0" * 64, "text": {"text": "x"}}, "none": None, "true": True, "empty": [{}, []]},
    {"\ud800": "key", "z": 1, "\U0001f600": 2, "\uffff": 3},
]


@pytest.mark.parametrize(
    "at", [AT + timedelta(microseconds=1), datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_odd_values_are_read_back_as_they_were_hashed(engine: Engine, at: datetime) -> None:
    with Session(engine) as session, write_transaction(session):
        for value in ODD_VALUES:
            record_event(session, "odd", PLAN, by=SYSTEM, at=at, before=value, after=json.loads(json.dumps(value)))
    with engine.connect() as connection:
        assert connection.execute(select(AuditEvent.at)).scalars().all() == [at] * len(ODD_VALUES)
    assert linked_actions(engine) == ["odd"] * len(ODD_VALUES)


class _Undone(Exception):
    """Rolls back a transaction."""


def commit_events(engine: Engine, actions: list[str], *, undo: bool = False) -> None:
    """Record events in one transaction, as often as it takes: a loaded machine lets SQLite's writers wait too long."""
    while True:
        try:
            with Session(engine) as session, suppress(_Undone), write_transaction(session):
                for action in actions:
                    record(session, action)
                if undo:
                    raise _Undone
            return
        except OperationalError as error:
            if "locked" not in str(error):
                raise


def write_concurrently(engine: Engine, threads: int, events: int) -> None:
    """Commit this many events from each thread, some of them two at a time and some after a rollback."""
    start, failures = Barrier(threads), list[Exception]()

    def write(number: int) -> None:
        start.wait()
        try:
            written = 0
            while written < events:
                count = min(1 + written % 2, events - written)
                actions = [f"{number}.{written + n}" for n in range(count)]
                if written % 5 == 4:
                    commit_events(engine, actions, undo=True)
                commit_events(engine, actions)
                written += count
        except Exception as error:
            failures.append(error)

    running = [Thread(target=write, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if failures:
        raise failures[0]


def check_while(engine: Engine, write: Callable[[], None]) -> Iterator[None]:
    """Verify the chain again and again while others write."""
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        while not writing.done():
            with Session(engine) as session:
                verdict = verify_chain(session)
            assert verdict.fault is None, verdict.fault.words.en
            yield
        writing.result()


@pytest.mark.parametrize(("threads", "events"), [(5, 100), pytest.param(8, 1250, marks=pytest.mark.slow)])
def test_concurrent_events_neither_fork_the_chain_nor_raise_a_false_alarm(engine: Engine, threads: int, events: int) -> None:
    checks = sum(1 for _ in check_while(engine, lambda: write_concurrently(engine, threads, events)))
    actions = linked_actions(engine)
    assert checks > 0
    assert sorted(actions) == sorted(f"{n}.{e}" for n in range(threads) for e in range(events))
    for number in range(threads):
        own = [action for action in actions if action.startswith(f"{number}.")]
        assert own == [f"{number}.{n}" for n in range(events)], "each writer's events are in the order of its commits"
