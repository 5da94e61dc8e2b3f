"""An email of the outbox as a MIME message, with plain text, HTML, and headers that are safe from injection."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime

from cogwg.core.addresses import parse_sender
from cogwg.mail.queries import OutboxMessageFacts
from cogwg.mail.rules import DeliveryError, FailureKind, one_line


class UnfoldedHeader(UnstructuredHeader, BaseHeader):
    """A header that is never folded. The standard library would encode a long URL in it, which mail programs do not decode."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", UnfoldedHeader)
_POLICY = SMTP.clone(header_factory=_HEADERS)


def build_email(message: OutboxMessageFacts, sender: str, *, at: datetime, reply_to: str = "") -> EmailMessage:
    """Return the MIME message, dated ``at``, which must be the real time. Raises ``DeliveryError`` for an invalid address.

    ``reply_to`` is the site's reply address; an email's own reply address takes precedence.

    ``List-Unsubscribe`` leads to the page where recipients choose their emails. There is no ``List-Unsubscribe-Post`` (RFC
    8058), which would let a request change the choice without signing in: each email would contain a secret that also works
    for anyone to whom the email is forwarded. Mail services require this header only of sites that send thousands of
    emails a day.
    """
    email = EmailMessage(policy=_POLICY)
    email["From"] = mailbox(sender)
    try:
        email["To"] = Address(addr_spec=message.address)
    except (ValueError, IndexError, MessageError):
        raise DeliveryError(FailureKind.ADDRESS, message.address) from None
    if (answers := parse_sender(message.reply_to or reply_to)) is not None:
        email["Reply-To"] = answers
    if message.choice_url:
        email["List-Unsubscribe"] = f"<{message.choice_url}>"
    email["Subject"] = one_line(message.subject)
    email["Date"] = format_datetime(at)
    email["Message-ID"] = message_id(message, sender)
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(message.text)
    email.add_alternative(message.html, subtype="html")
    email["Content-Language"] = message.lang.value  # set last, or it would move into the first part
    return email


def message_id(message: OutboxMessageFacts, sender: str) -> str:
    """Return the Message-ID of an email, the same on every try, so that a mail program can recognize a duplicate."""
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:24]
    return f"<letter.{message.id}.{digest}@{mailbox(sender).domain}>"


def mailbox(sender: str) -> Address:
    """Return the sender's name and address. Raises ``DeliveryError`` if ``sender`` is not exactly one usable address."""
    address = parse_sender(sender)
    if address is None:
        raise DeliveryError(FailureKind.SETTINGS, sender)
    return address
