"""Emptying the outbox: take some letters, send them with no transaction open, note each as soon as it has gone.

It opens transactions of its own, because sending must stand between two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.mail.queries import OutboxMessageFacts
from cogwg.mail.rules import LEASE, MAX_DROPPED_CONNECTIONS, MIN_LEASE_LEFT, DeliveryError, FailureKind
from cogwg.mail.services import claim_due_messages, mark_failed, mark_sent, release, withdraw
from cogwg.mail.transport import Transport

FindCancelled = Callable[[Session, Sequence[OutboxMessageFacts]], Mapping[int, str]]
"""Which of these letters need not be sent any more: their ids, each with the code of the reason. It only reads."""


@dataclass(slots=True)
class DeliveryResult:
    """What came of it: how many letters went, wait for another try, were given up, and were withdrawn as moot; and the
    last trouble."""

    sent: int = 0
    waiting: int = 0
    given_up: int = 0
    withdrawn: int = 0
    last_error: DeliveryError | None = None


def deliver(
    engine: Engine, transport: Transport, clock: Callable[[], datetime], *, find_cancelled: FindCancelled
) -> DeliveryResult:
    """Send every letter whose time has come, each once; it ends early when the server is in trouble.

    A letter that became ``moot`` while it waited is withdrawn instead. Two of these at once share the work: a letter
    that one has taken is not seen by the other.
    """
    run = _DeliveryRun(engine, transport, clock)
    while True:
        now = clock()
        with Session(engine) as session, write_transaction(session):
            taken = claim_due_messages(session, now=now)
            void = find_cancelled(session, taken) if taken else {}
            for letter in taken:
                if letter.id in void:
                    withdraw(session, letter, void[letter.id])
        run.result.withdrawn += len(void)
        left = [letter for letter in taken if letter.id not in void]
        if not taken or (left and not run.send(left, now + LEASE)):
            return run.result


@dataclass(slots=True)
class _DeliveryRun:
    """One emptying of the outbox."""

    engine: Engine
    transport: Transport
    clock: Callable[[], datetime]
    result: DeliveryResult = field(default_factory=DeliveryResult)

    def send(self, pending: list[OutboxMessageFacts], lease_end: datetime) -> bool:
        """Send these, and give back what is not tried by the end of the lease; False when the server is in trouble.

        A letter on which the server breaks off fails alone: the rest go over a new connection, unless that happens so
        often in a row that it is not the letters' fault. Then they are given back too, and come first in the next run.
        """
        drops = 0
        try:
            while pending and drops < MAX_DROPPED_CONNECTIONS and self._has_time(lease_end):
                drops = self._send_over_one_connection(pending, lease_end, drops)
        except DeliveryError as down:
            self.result.last_error = down
            for letter in pending:
                self._note_failure(letter, down)
            return False
        if pending:
            with Session(self.engine) as session, write_transaction(session):
                for letter in pending:
                    release(session, letter)
        return drops < MAX_DROPPED_CONNECTIONS

    def _send_over_one_connection(self, pending: list[OutboxMessageFacts], lease_end: datetime, drops: int) -> int:
        """Take letters from ``left`` until the server breaks off; how often it has now done so in a row.

        Raises ``Undelivered`` when the trouble is everybody's: then the first of ``left`` was not noted either.
        """
        with self.transport:
            while pending and self._has_time(lease_end):
                why = self._send_one(pending[0])
                pending.pop(0)
                if why is FailureKind.DROPPED:
                    return drops + 1
                drops = 0
        return drops

    def _has_time(self, lease_end: datetime) -> bool:
        return self.clock() < lease_end - MIN_LEASE_LEFT

    def _send_one(self, message: OutboxMessageFacts) -> FailureKind | None:
        """Send a letter and note it; its own trouble, if any. Raises ``Undelivered`` when that is everybody's."""
        try:
            self.transport.send(message, at=self.clock())
        except DeliveryError as why:
            if why.kind.is_server_wide:
                raise
            self.result.last_error = why
            self._note_failure(message, why)
            return why.kind
        with Session(self.engine) as session, write_transaction(session):
            mark_sent(session, message, now=self.clock())
        self.result.sent += 1
        return None

    def _note_failure(self, message: OutboxMessageFacts, error: DeliveryError) -> None:
        with Session(self.engine) as session, write_transaction(session):
            given_up = mark_failed(session, message, error, now=self.clock())
        self.result.given_up += given_up
        self.result.waiting += not given_up
