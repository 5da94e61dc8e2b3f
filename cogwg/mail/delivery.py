"""Emptying the outbox: take some letters, send them with no transaction open, note each as soon as it has gone.

It opens transactions of its own, because sending must stand between two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.core.db import write
from cogwg.mail.queries import LetterFacts
from cogwg.mail.rules import DROPS, ENOUGH, LEASE, Trouble, Undelivered
from cogwg.mail.services import claim, mark_failed, mark_sent, release, withdraw
from cogwg.mail.transport import Transport

Moot = Callable[[Session, Sequence[LetterFacts]], Mapping[int, str]]
"""Which of these letters need not be sent any more: their ids, each with the code of the reason. It only reads."""


@dataclass(slots=True)
class Delivered:
    """What came of it: how many letters went, wait for another try, were given up, and were withdrawn as moot; and the
    last trouble."""

    sent: int = 0
    waiting: int = 0
    given_up: int = 0
    withdrawn: int = 0
    trouble: Undelivered | None = None


def deliver(engine: Engine, way: Transport, real: Callable[[], datetime], *, moot: Moot) -> Delivered:
    """Send every letter whose time has come, each once; it ends early when the server is in trouble.

    A letter that became ``moot`` while it waited is withdrawn instead. Two of these at once share the work: a letter
    that one has taken is not seen by the other.
    """
    run = _Run(engine, way, real)
    while True:
        now = real()
        with Session(engine) as session, write(session):
            taken = claim(session, now=now)
            void = moot(session, taken) if taken else {}
            for letter in taken:
                if letter.id in void:
                    withdraw(session, letter, void[letter.id])
        run.done.withdrawn += len(void)
        left = [letter for letter in taken if letter.id not in void]
        if not taken or (left and not run.send(left, now + LEASE)):
            return run.done


@dataclass(slots=True)
class _Run:
    """One emptying of the outbox."""

    engine: Engine
    way: Transport
    real: Callable[[], datetime]
    done: Delivered = field(default_factory=Delivered)

    def send(self, left: list[LetterFacts], until: datetime) -> bool:
        """Send these, and give back what is not tried by the end of the lease; False when the server is in trouble.

        A letter on which the server breaks off fails alone: the rest go over a new connection, unless that happens so
        often in a row that it is not the letters' fault. Then they are given back too, and come first in the next run.
        """
        drops = 0
        try:
            while left and drops < DROPS and self._in_time(until):
                drops = self._over_one_connection(left, until, drops)
        except Undelivered as down:
            self.done.trouble = down
            for letter in left:
                self._failed(letter, down)
            return False
        if left:
            with Session(self.engine) as session, write(session):
                for letter in left:
                    release(session, letter)
        return drops < DROPS

    def _over_one_connection(self, left: list[LetterFacts], until: datetime, drops: int) -> int:
        """Take letters from ``left`` until the server breaks off; how often it has now done so in a row.

        Raises ``Undelivered`` when the trouble is everybody's: then the first of ``left`` was not noted either.
        """
        with self.way:
            while left and self._in_time(until):
                why = self._send_one(left[0])
                left.pop(0)
                if why is Trouble.DROPPED:
                    return drops + 1
                drops = 0
        return drops

    def _in_time(self, until: datetime) -> bool:
        return self.real() < until - ENOUGH

    def _send_one(self, letter: LetterFacts) -> Trouble | None:
        """Send a letter and note it; its own trouble, if any. Raises ``Undelivered`` when that is everybody's."""
        try:
            self.way.send(letter, at=self.real())
        except Undelivered as why:
            if why.trouble.of_the_server:
                raise
            self.done.trouble = why
            self._failed(letter, why)
            return why.trouble
        with Session(self.engine) as session, write(session):
            mark_sent(session, letter, now=self.real())
        self.done.sent += 1
        return None

    def _failed(self, letter: LetterFacts, why: Undelivered) -> None:
        with Session(self.engine) as session, write(session):
            given_up = mark_failed(session, letter, why, now=self.real())
        self.done.given_up += given_up
        self.done.waiting += not given_up
