"""After any history of the product's own commands, each past day reads as it was shown then; on each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.plan.history import history_gaps
from cogwg.plan.wording import CHANGE_SENTENCES
from tests.conftest import MakeEngine, MakeSession
from tests.random_histories import CHOICES, STEPS, differences, make_history

HISTORIES, STEPS_EACH = 50, 8
"""In the default run; the slow one has more histories, of at least ``LONG`` steps."""
MANY, SHARES, LONG = 300, 6, 200
SUBJECTS = ("plan", "priority", "activity", "assignment")
numbers = st.integers(0, len(STEPS) * CHOICES - 1)
on_one_session = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def record_engine(engine_name: str, make_engine: MakeEngine) -> Engine:
    """An engine on the plan without reports."""
    return make_engine(engine_name, "record")


@pytest.fixture
def record(make_session: MakeSession) -> Iterator[Session]:
    """A session on the plan without reports, on the day of its adoption."""
    with make_session("record", "record_engine") as session:
        yield session


def check_history(session: Session, history: list[int]) -> None:
    """Make a history, compare each of its days, and take it back."""
    try:
        views = make_history(session, history)
        assert list(differences(session, views)) == []
        assert history_gaps(session) == []
        events = session.scalars(select(AuditEvent.action).where(AuditEvent.subject_kind.in_(SUBJECTS)).distinct())
        assert set(events) <= set(CHANGE_SENTENCES), "the pages of changes say each of them in a sentence of its own"
    finally:
        session.rollback()


@settings(on_one_session, max_examples=HISTORIES)
@given(history=st.lists(numbers, min_size=STEPS_EACH, max_size=STEPS_EACH))
def test_each_past_day_reads_as_it_was_shown_then(record: Session, history: list[int]) -> None:
    check_history(record, history)


@pytest.mark.slow
@pytest.mark.parametrize("share", range(1, SHARES + 1))
@settings(on_one_session, max_examples=MANY // SHARES)
@given(history=st.lists(numbers, min_size=LONG, max_size=LONG + 40))
def test_each_day_of_a_long_history_reads_as_it_was_shown_then(record: Session, share: int, history: list[int]) -> None:
    """In shares, so that several processors can run it; it takes about 40 minutes of one for each engine."""
    check_history(record, history)


def test_change_whose_history_is_not_kept_is_found(record: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: a command that changes a row and does not keep it."""
    views = make_history(record, [0, 1])
    assert list(differences(record, views)) == []
    record.rollback()
    monkeypatch.setattr("cogwg.plan.services.keep_rows", lambda *_: None)
    forgotten = make_history(record, [0, 1])
    assert list(differences(record, forgotten)) == [f"step {n}, move_due: plan 2020 on {forgotten[n].day}" for n in range(2)]
    assert len(history_gaps(record)) == 2
