"""An email as lists show it: its state and, if it was not sent, the reason; and what an outcome says of its delivery."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _

from cogwg.core.bilingual import Bilingual
from cogwg.core.settings import MailSettings, Settings
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


def with_delivery(outcome: str) -> str:
    """Return an outcome that ends with an email, followed by when that email is sent."""
    soon = _("The email will be sent within a few minutes.")
    later = _("The email waits in the outbox, because no email server is configured.")
    return f"{outcome} {soon if mail_settings().method else later}"


def mail_settings() -> MailSettings:
    """Return how email is sent; without a method, emails wait."""
    settings: Settings = current_app.extensions["cogwg.settings"]
    return settings.mail
