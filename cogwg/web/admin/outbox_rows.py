"""An email as lists show it: its state and, if it was not sent, the reason."""

from __future__ import annotations

from dataclasses import dataclass

from cogwg.core.bilingual import Bilingual
from cogwg.mail.queries import OutboxMessageFacts
from cogwg.mail.rules import FailureKind, cancellation_code, parse_failure
from cogwg.notices.rules import CancellationReason


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An email in a list; if it was not sent, ``reason`` says why in plain words, and ``detail`` in the mail server's words."""

    message: OutboxMessageFacts
    reason: Bilingual | None
    detail: str


def outbox_row(message: OutboxMessageFacts) -> OutboxRow:
    if message.is_sent:
        return OutboxRow(message, None, "")
    if message.is_cancelled:
        return OutboxRow(message, CancellationReason(cancellation_code(message.last_error)).label, "")
    failure, detail = parse_failure(message.last_error)
    if failure is FailureKind.INTERNAL:
        return OutboxRow(message, failure.label, "")  # its detail is for the technical team; the command line prints it
    return OutboxRow(message, failure.label if failure is not None else None, detail)
