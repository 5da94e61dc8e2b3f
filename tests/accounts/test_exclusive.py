"""Actions that a person does one at a time, across processes, on both engines."""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.accounts.exclusive import begin_exclusive, end_exclusive
from cogwg.core.db import write_transaction
from tests.databases import REAL_NOW


def begin(engine: Engine, person_id: int, *, seconds: int = 0) -> bool:
    with Session(engine) as session, write_transaction(session):
        now = REAL_NOW + timedelta(seconds=seconds)
        return begin_exclusive(session, "check-links", person_id, now=now, at_most=timedelta(seconds=15))


def test_action_runs_once_a_person_until_it_ends_or_its_time_is_up(engine: Engine) -> None:
    assert begin(engine, 1)
    assert not begin(engine, 1, seconds=14)
    assert begin(engine, 2), "another person is not held up"
    assert begin(engine, 1, seconds=15), "after a crash"
    with Session(engine) as session, write_transaction(session):
        end_exclusive(session, "check-links", 1)
    assert begin(engine, 1, seconds=16)


def test_action_begun_by_several_workers_at_once_begins_once(engine: Engine) -> None:
    ready, began = threading.Barrier(6), []

    def work() -> None:
        ready.wait()
        began.append(begin(engine, 1))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(began) == [False] * 5 + [True]
