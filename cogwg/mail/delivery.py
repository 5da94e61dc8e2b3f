"""Emptying the outbox: take some letters, send them with no transaction open, note each as soon as it has gone.

The one place of the record that opens transactions of its own, because sending must stand between two of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.core.db import write
from cogwg.mail.queries import LetterFacts
from cogwg.mail.rules import ENOUGH, LEASE, Undelivered
from cogwg.mail.services import claim, mark_failed, mark_sent, release
from cogwg.mail.transport import Transport


@dataclass(slots=True)
class Delivered:
    """What came of it: how many letters went, wait for another try, and were given up; and the last trouble."""

    sent: int = 0
    waiting: int = 0
    given_up: int = 0
    trouble: Undelivered | None = None


def deliver(engine: Engine, way: Transport, real: Callable[[], datetime]) -> Delivered:
    """Send every letter whose time has come, each once; it ends early when the server is in trouble.

    Two of these at once share the work: a letter that one has taken is not seen by the other.
    """
    done = Delivered()
    while True:
        now = real()
        with Session(engine) as session, write(session):
            taken = claim(session, now=now)
        if not taken:
            return done
        _send(engine, way, taken, now + LEASE, real, done)
        if done.trouble is not None and done.trouble.trouble.of_the_server:
            return done


def _send(
    engine: Engine, way: Transport, taken: list[LetterFacts], until: datetime, real: Callable[[], datetime], done: Delivered
) -> None:
    """Send these over one connection. What the server's trouble or the end of the lease leaves over is given back."""
    left = list(taken)
    try:
        with way:
            while left and real() < until - ENOUGH:
                _send_one(engine, way, left[0], real, done)
                left.pop(0)
    except Undelivered as down:
        done.trouble = down
        for letter in left:
            _failed(engine, letter, down, real(), done)
        return
    if left:
        with Session(engine) as session, write(session):
            for letter in left:
                release(session, letter)


def _send_one(engine: Engine, way: Transport, letter: LetterFacts, real: Callable[[], datetime], done: Delivered) -> None:
    """Send a letter and note it. Raises ``Undelivered`` when the trouble is the server's, and so everybody's."""
    try:
        way.send(letter, at=real())
    except Undelivered as why:
        if why.trouble.of_the_server:
            raise
        done.trouble = why
        _failed(engine, letter, why, real(), done)
        return
    with Session(engine) as session, write(session):
        mark_sent(session, letter, now=real())
    done.sent += 1


def _failed(engine: Engine, letter: LetterFacts, why: Undelivered, now: datetime, done: Delivered) -> None:
    with Session(engine) as session, write(session):
        given_up = mark_failed(session, letter, why, now=now)
    done.given_up += given_up
    done.waiting += not given_up
