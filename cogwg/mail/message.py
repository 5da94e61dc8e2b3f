"""A letter as an e-mail: plain text and HTML, headers that nobody can write into."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from cogwg.mail.queries import LetterFacts
from cogwg.mail.rules import Trouble, Undelivered, one_line


def built(letter: LetterFacts, sender: str, *, at: datetime) -> EmailMessage:
    """The e-mail of a letter, dated at a real instant. Raises ``Undelivered`` for an address that cannot be one."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = _mailbox(sender)
        message["To"] = Address(addr_spec=letter.address)
    except (ValueError, IndexError, MessageError):
        raise Undelivered(Trouble.ADDRESS, letter.address) from None
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(letter, sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = letter.lang.value  # before there are parts, it would go into the first of them
    return message


def message_id(letter: LetterFacts, sender: str) -> str:
    """The same for the same letter whenever it is sent, so that a mail program can tell a second copy."""
    digest = hashlib.sha256(letter.key.encode()).hexdigest()[:24]
    return f"<letter.{letter.id}.{digest}@{address_of(sender).rpartition('@')[2]}>"


def address_of(sender: str) -> str:
    """The bare address of a sender, who may have a name in front of it."""
    return parseaddr(sender)[1]


def _mailbox(sender: str) -> Address:
    name, address = parseaddr(sender)
    return Address(display_name=name, addr_spec=address)
