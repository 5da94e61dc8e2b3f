"""Delivery of the outbox: claim some emails, send them with no transaction open, and record each result at once.

This module opens its own transactions, because sending must happen between two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.db import write_transaction
from cogwg.core.progress import note_progress
from cogwg.mail.queries import OutboxMessageFacts
from cogwg.mail.rules import LEASE, MAX_DROPPED_CONNECTIONS, MIN_LEASE_LEFT, DeliveryError, FailureKind
from cogwg.mail.services import cancel_unneeded, claim_due_messages, claim_now, mark_failed, mark_sent, release
from cogwg.mail.transport import Transport

FindCancelled = Callable[[Session, Sequence[OutboxMessageFacts]], Mapping[int, str]]
"""A function that maps the id of each email that no longer needs to be sent to a reason code. It changes nothing."""


@dataclass(slots=True)
class DeliveryResult:
    """The numbers of emails that were sent, will be tried again, failed permanently or were cancelled; and the last error, or
    None.
    """

    sent: int = 0
    waiting: int = 0
    given_up: int = 0
    cancelled: int = 0
    last_error: DeliveryError | None = None


def deliver(
    engine: Engine, transport: Transport, clock: Callable[[], datetime], *, find_cancelled: FindCancelled
) -> DeliveryResult:
    """Send every email that is due, each once. Stop early if the mail server cannot be used.

    Emails for which ``find_cancelled`` returns a reason are cancelled instead. Two deliveries at the same time share the work:
    neither sends an email that the other has claimed.
    """
    run = _DeliveryRun(engine, transport, clock)
    while True:
        now = clock()
        with Session(engine) as session, write_transaction(session):
            claimed = claim_due_messages(session, now=now)
            cancelled = find_cancelled(session, claimed) if claimed else {}
            for message in claimed:
                if message.id in cancelled:
                    cancel_unneeded(session, message, cancelled[message.id])
        run.result.cancelled += len(cancelled)
        remaining = [message for message in claimed if message.id not in cancelled]
        if not claimed or (remaining and not run.send(remaining, now + LEASE)):
            return run.result


def deliver_now(
    engine: Engine,
    transport: Transport,
    clock: Callable[[], datetime],
    message_id: int,
    *,
    by: Actor,
    at: datetime,
    find_cancelled: FindCancelled,
) -> DeliveryResult:
    """Send one email at once at a person's request. If ``find_cancelled`` returns a reason for it, cancel it instead.

    Raises the errors of ``claim_now``.
    """
    run, now = _DeliveryRun(engine, transport, clock), clock()
    with Session(engine) as session, write_transaction(session):
        message = claim_now(session, message_id, by=by, at=at, now=now)
        cancelled = find_cancelled(session, [message])
        if message.id in cancelled:
            cancel_unneeded(session, message, cancelled[message.id])
            run.result.cancelled += 1
    if not cancelled:
        run.send([message], now + LEASE)
    return run.result


@dataclass(slots=True)
class _DeliveryRun:
    """One delivery run of the outbox."""

    engine: Engine
    transport: Transport
    clock: Callable[[], datetime]
    result: DeliveryResult = field(default_factory=DeliveryResult)

    def send(self, pending: list[OutboxMessageFacts], lease_end: datetime) -> bool:
        """Send these emails, and release those for which no time is left before the lease ends; return False if the run must
        stop.

        If the server drops the connection during an email, only that email fails, and the others are sent over a new
        connection. After ``MAX_DROPPED_CONNECTIONS`` dropped connections in a row, the emails are probably not the cause. The
        others are then released, and are the first to be sent in the next run.
        """
        drops = 0
        try:
            while pending and drops < MAX_DROPPED_CONNECTIONS and self._has_time(lease_end):
                drops = self._send_over_one_connection(pending, lease_end, drops)
        except DeliveryError as error:
            self.result.last_error = error
            for message in pending:
                self._note_failure(message, error)
            return False
        if pending:
            with Session(self.engine) as session, write_transaction(session):
                for message in pending:
                    release(session, message)
        return drops < MAX_DROPPED_CONNECTIONS

    def _send_over_one_connection(self, pending: list[OutboxMessageFacts], lease_end: datetime, drops: int) -> int:
        """Send emails from the front of ``pending`` over one connection.

        Stop when no email is left, the lease has too little time left, or the server drops the connection. Each tried email is
        removed from ``pending``. Returns how many connections were dropped in a row; ``drops`` is this number before the call.
        Raises ``DeliveryError`` for a server-wide error; the first email of ``pending`` then has no recorded result.
        """
        with self.transport:
            while pending and self._has_time(lease_end):
                note_progress("Sending emails", self.result.sent, self.result.sent + len(pending))
                why = self._send_one(pending[0])
                pending.pop(0)
                if why is FailureKind.DROPPED:
                    return drops + 1
                drops = 0
        return drops

    def _has_time(self, lease_end: datetime) -> bool:
        return self.clock() < lease_end - MIN_LEASE_LEFT

    def _send_one(self, message: OutboxMessageFacts) -> FailureKind | None:
        """Send an email, record the result, and return the kind of failure, or None if it was sent.

        Raises ``DeliveryError`` for a server-wide error.
        """
        try:
            self._submit(message)
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

    def _submit(self, message: OutboxMessageFacts) -> None:
        """Send an email; an unexpected error counts as a failure of this email alone, so that the others are still sent."""
        try:
            self.transport.send(message, at=self.clock())
        except DeliveryError:
            raise
        except Exception as error:
            raise DeliveryError(FailureKind.INTERNAL, f"{type(error).__name__}: {error}") from error

    def _note_failure(self, message: OutboxMessageFacts, error: DeliveryError) -> None:
        with Session(self.engine) as session, write_transaction(session):
            given_up = mark_failed(session, message, error, now=self.clock())
        self.result.given_up += given_up
        self.result.waiting += not given_up
