"""A letter as an e-mail: plain text and HTML, headers that nobody can write into."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from cogwg.mail.queries import OutboxMessageFacts
from cogwg.mail.rules import DeliveryError, FailureKind, one_line


def build_email(message: OutboxMessageFacts, sender: str, *, at: datetime) -> EmailMessage:
    """The e-mail of a letter, dated at a real instant. Raises ``Undelivered`` for an address that cannot be one."""
    email = EmailMessage(policy=SMTP)
    try:
        email["From"] = _mailbox(sender)
        email["To"] = Address(addr_spec=message.address)
    except (ValueError, IndexError, MessageError):
        raise DeliveryError(FailureKind.ADDRESS, message.address) from None
    email["Subject"] = one_line(message.subject)
    email["Date"] = format_datetime(at)
    email["Message-ID"] = message_id(message, sender)
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(message.text)
    email.add_alternative(message.html, subtype="html")
    email["Content-Language"] = message.lang.value  # before there are parts, it would go into the first of them
    return email


def message_id(message: OutboxMessageFacts, sender: str) -> str:
    """The same for the same letter whenever it is sent, so that a mail program can tell a second copy."""
    digest = hashlib.sha256(message.key.encode()).hexdigest()[:24]
    return f"<letter.{message.id}.{digest}@{bare_address(sender).rpartition('@')[2]}>"


def bare_address(sender: str) -> str:
    """The bare address of a sender, who may have a name in front of it."""
    return parseaddr(sender)[1]


def _mailbox(sender: str) -> Address:
    name, address = parseaddr(sender)
    return Address(display_name=name, addr_spec=address)
