"""Somebody with full rights on the database changes the audit log: one later witness is enough to find it, on both engines."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.audit.chain import Witness
from cogwg.audit.queries import chain_head
from cogwg.audit.services import SYSTEM, Actor, record_event
from cogwg.audit.verdict import FaultKind, Verdict
from cogwg.audit.verification import verify_chain
from cogwg.core.db import WRITE_OPTIONS, write_transaction
from cogwg.core.errors import ConfigurationError
from tests.audit.attacks import ATTACKS, Attacker, seeds, take_over
from tests.databases import demo_calendar

AT = demo_calendar().now()
COUNTS = [4, pytest.param(100, marks=pytest.mark.slow)]


def write_history(engine: Engine, transactions: int, chance: random.Random) -> list[Witness]:
    """Record events of several kinds, and return the witness after each transaction."""
    witnesses = []
    for number in range(transactions):
        with Session(engine) as session, write_transaction(session):
            for n in range(chance.randint(1, 3)):
                record_event(
                    session,
                    chance.choice(["report.saved", "role.offered", "plan.created"]),
                    (chance.choice(["report", "plan"]), chance.randint(1, 5)),
                    by=chance.choice([SYSTEM, Actor("person", chance.randint(1, 9)), Actor("person", 3, behalf_of=5)]),
                    at=AT + timedelta(seconds=number, microseconds=n),
                    before=chance.choice([None, {"text": ["Avant.", ""], "version": number}]),
                    after=chance.choice([{"text": ["Après.", "x" * number]}, {"ids": [number, n], "same": None}]),
                )
        with Session(engine) as session:
            head = chain_head(session)
            assert head is not None
            witnesses.append(head.witness)
    return witnesses


@contextmanager
def undone(engine: Engine) -> Iterator[Connection]:
    """A transaction that is rolled back, so that one history serves many attacks."""
    with engine.connect().execution_options(**WRITE_OPTIONS) as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


def verdict_on(connection: Connection, witnesses: list[Witness]) -> Verdict:
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return verify_chain(session, witnesses)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("kind", ATTACKS)
def test_attack_is_found_with_any_one_later_witness(engine: Engine, kind: str, count: int) -> None:
    history = random.Random(kind)
    witnesses = write_history(engine, 12, history)
    for seed in seeds(count):
        chance = random.Random(seed)
        witness = chance.choice(witnesses)
        position = chance.randint(1, witness.position)
        with undone(engine) as connection:
            take_over(connection)
            assert verdict_on(connection, [witness]).fault is None
            ATTACKS[kind](Attacker(connection, chance, position))
            goes_on = chance.random() < 0.5 and write_after(connection)
            verdict = verdict_on(connection, [witness])
        assert verdict.fault is not None, f"seed {seed}, position {position}, witness {witness}, {goes_on=}"
        assert verdict.fault.words.en


def write_after(connection: Connection) -> bool:
    """Let the product record more after an attack; return whether it could."""
    try:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            for n in range(3):
                record_event(session, "later", ("plan", 1), by=SYSTEM, at=AT + timedelta(days=1 + n))
                session.commit()
    except (ConfigurationError, IntegrityError):  # the head is gone, or leads to a position that is taken
        return False
    return True


def test_attack_by_recomputing_all_is_not_found_without_a_witness(engine: Engine) -> None:
    """What the command says of a chain without a witness is true."""
    write_history(engine, 5, random.Random(1))
    with undone(engine) as connection:
        take_over(connection)
        ATTACKS["recompute all"](Attacker(connection, random.Random(1), 2))
        assert verdict_on(connection, []).fault is None


def test_change_after_the_newest_witness_is_beyond_its_proof(engine: Engine) -> None:
    witnesses = write_history(engine, 5, random.Random(2))
    with undone(engine) as connection:
        take_over(connection)
        attacker = Attacker(connection, random.Random(2), witnesses[2].position + 1)
        attacker.rewrite_event()
        attacker.recompute_from(attacker.position)
        verdict = verdict_on(connection, witnesses[:3])
    assert (verdict.fault, verdict.newest_witness) == (None, witnesses[2])


def test_head_with_another_time_is_found(engine: Engine) -> None:
    """Its time is part of the next witness; the next event would set it right."""
    write_history(engine, 2, random.Random(4))
    with undone(engine) as connection:
        connection.execute(text("UPDATE chain_head SET at = :at"), {"at": AT.replace(year=2001)})
        verdict = verdict_on(connection, [])
    assert verdict.fault is not None
    assert verdict.fault.kind is FaultKind.HEAD_CHANGED


def test_first_bad_position_of_a_rewritten_event_is_its_own(engine: Engine) -> None:
    witnesses = write_history(engine, 6, random.Random(3))
    for position in range(1, witnesses[-1].position + 1):
        with undone(engine) as connection:
            take_over(connection)
            Attacker(connection, random.Random(position), position).rewrite_event()
            verdict = verdict_on(connection, [])
        assert verdict.fault is not None
        assert (verdict.fault.kind.name, verdict.fault.position, verdict.faults) == ("CHANGED", position, 1)
