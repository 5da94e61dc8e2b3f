"""Commands on the outbox. The outbox has its own history, so the audit log does not record each delivery.

``at`` is the time on the product's calendar, ``now`` the real time. None of the commands commits or contacts a mail server.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from cogwg.audit.queries import newest_witness
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import insert_if_new, table
from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.mail.models import OutboxMessage
from cogwg.mail.queries import IS_GIVEN_UP, OutboxMessageFacts, is_due, messages_by_id
from cogwg.mail.rules import (
    CANCELLED_PREFIX,
    LEASE,
    MESSAGE_RETENTION,
    SUBJECT_LIMIT,
    WITNESS_PLACE,
    DeliveryError,
    OutgoingEmail,
    cancellation_code,
    next_try,
    one_line,
    without_secrets,
)

_L = table(OutboxMessage)
BATCH = 20


def enqueue(session: Session, email: OutgoingEmail, *, by: Actor, at: datetime, now: datetime) -> bool:
    """Add an email to the outbox, in the transaction of the change that causes it; return False if its key already exists."""
    values = {
        "key": email.key,
        "kind": email.kind,
        "person_id": email.person_id,
        "address": one_line(email.address),
        "lang": email.lang,
        "subject": one_line(email.subject)[:SUBJECT_LIMIT],
        "text": email.text,
        "html": email.html,
        "reply_to": one_line(email.reply_to),
        "choice_url": email.choice_url,
        "made_at": at,
        "made_by": by.id,
        "tries": 0,
        "last_error": "",
        "next_try_at": now,
    }
    return insert_if_new(session, _L, values) is not None


def claim_due_messages(session: Session, *, now: datetime, limit: int = BATCH) -> list[OutboxMessageFacts]:
    """Claim up to ``limit`` emails that are due. For the duration of ``LEASE``, no other delivery gets them."""
    rows = select(_L.c.id).where(is_due(now)).order_by(_L.c.next_try_at, _L.c.id).limit(limit).with_for_update(skip_locked=True)
    ids = list(session.scalars(rows))
    if not ids:
        return []
    session.execute(update(_L).where(_L.c.id.in_(ids)).values(claimed_until=now + LEASE))
    return _with_witness(session, messages_by_id(session, ids))


def _with_witness(session: Session, messages: list[OutboxMessageFacts]) -> list[OutboxMessageFacts]:
    """Replace ``WITNESS_PLACE`` in the emails' texts with the head of the audit log, and store the texts, so that a retry sends
    the same text.
    """
    if not any(WITNESS_PLACE in message.text for message in messages):
        return messages
    witness = newest_witness(session) or "–"
    completed = []
    for message in messages:
        if WITNESS_PLACE in message.text:
            texts = {name: getattr(message, name).replace(WITNESS_PLACE, witness) for name in ("text", "html")}
            session.execute(update(_L).where(_L.c.id == message.id).values(**texts))
            message = replace(message, **texts)
        completed.append(message)
    return completed


def mark_sent(session: Session, message: OutboxMessageFacts, *, now: datetime) -> None:
    """Mark an email as accepted by the mail server, and delete the tokens of its links from the outbox."""
    session.execute(_SENT, {"message_id": message.id, "sent_at": now, "tries": message.tries + 1, "last_error": ""})
    _delete_secrets(session, message)


def mark_failed(session: Session, message: OutboxMessageFacts, error: DeliveryError, *, now: datetime) -> bool:
    """Record a failed try and the time of the next try, if any; return whether the email has failed permanently."""
    tries = message.tries + 1
    retry_at = next_try(tries, now, error.kind)
    session.execute(_FAILED, {"message_id": message.id, "tries": tries, "last_error": error.reason, "next_try_at": retry_at})
    return retry_at is None


def cancel_unneeded(session: Session, message: OutboxMessageFacts, reason_code: str) -> None:
    """Cancel an email that is no longer needed: it is not sent, a new email may use its key, and the tokens of its links are
    deleted.

    ``reason_code`` is defined by the package that created the email.
    """
    values = {"key": f"{message.key}:withdrawn:{message.id}", "last_error": f"{CANCELLED_PREFIX}{reason_code}"}
    session.execute(_CANCELLED, {"message_id": message.id, **values})
    _delete_secrets(session, message)


def erase_messages(session: Session, key_prefix: str, reason_code: str) -> None:
    """Erase the text of every email whose key has this prefix, and cancel those not sent yet.

    ``reason_code`` is defined by the package that created the emails.
    """
    matching = update(_L).where(_L.c.key.startswith(key_prefix, autoescape=True))
    session.execute(matching.values(text="", html=""))
    cancelled = {"next_try_at": None, "claimed_until": None, "last_error": f"{CANCELLED_PREFIX}{reason_code}"}
    session.execute(matching.where(_L.c.sent_at.is_(None)).values(**cancelled))


def erase_recipient_of(session: Session, key_prefix: str, reason_code: str) -> int:
    """Delete the address and the text of every email whose key has this prefix, and cancel those not sent yet; return how many
    emails were changed.

    ``reason_code`` is defined by the package that created the emails.
    """
    matching = update(_L).where(_L.c.key.startswith(key_prefix, autoescape=True))
    cancelled = {"next_try_at": None, "claimed_until": None, "last_error": f"{CANCELLED_PREFIX}{reason_code}"}
    waiting = _L.c.sent_at.is_(None), ~_L.c.last_error.startswith(CANCELLED_PREFIX, autoescape=True)
    session.execute(matching.where(*waiting).values(**cancelled))
    empty = dict.fromkeys(("address", "subject", "text", "html", "reply_to", "choice_url"), "")
    return len(session.scalars(matching.values(**empty).returning(_L.c.id)).all())


def erase_recipient(session: Session, person_id: int, address: str, text: Bilingual, reason_code: str) -> int:
    """Replace the address, subject and text of every email to a person, and cancel those not sent yet; return how many emails
    were changed.

    ``reason_code`` is defined by the package that created the email.
    """
    return _erase(session, _L.c.person_id == person_id, address, text, reason_code)


def erase_addresses(
    session: Session, old: Collection[str], keys: Collection[str], address: str, text: Bilingual, reason_code: str
) -> int:
    """Do the same as ``erase_recipient`` for every email to one of the addresses ``old`` that is not to an account, and for
    every email whose key has one of the prefixes ``keys``.

    The addresses are in lower case. The prefixes all have the same number of colons, and end with one.
    """
    keyed: list[int] = []
    if keys:
        wanted, parts = set(keys), next(iter(keys)).count(":")
        common = next(iter(keys)).partition(":")[0]
        rows = session.execute(select(_L.c.id, _L.c.key).where(_L.c.key.startswith(f"{common}:", autoescape=True)))
        keyed = [row.id for row in rows if "".join(f"{part}:" for part in row.key.split(":")[:parts]) in wanted]
    to_them = _L.c.person_id.is_(None) & func.lower(_L.c.address).in_(old)
    return _erase(session, or_(to_them, _L.c.id.in_(keyed)), address, text, reason_code)


def _erase(session: Session, which: ColumnElement[bool], address: str, text: Bilingual, reason_code: str) -> int:
    received = update(_L).where(which)
    cancelled = {"next_try_at": None, "claimed_until": None, "last_error": f"{CANCELLED_PREFIX}{reason_code}"}
    waiting = _L.c.sent_at.is_(None), ~_L.c.last_error.startswith(CANCELLED_PREFIX, autoescape=True)
    session.execute(received.where(*waiting).values(**cancelled))
    ids = {lang: list(session.scalars(select(_L.c.id).where(which, _L.c.lang == lang))) for lang in Language}
    for lang, erased in ids.items():
        words = dict.fromkeys(("subject", "text"), text.text(lang))
        values = {"address": address, "html": "", "reply_to": "", "choice_url": "", **words}
        session.execute(update(_L).where(_L.c.id.in_(erased)).values(**values))
    return sum(map(len, ids.values()))


def replace_in_messages(session: Session, pattern: re.Pattern[str], replacement: Bilingual) -> int:
    """Replace the matches of a pattern in the text, subject and error of all emails; return how many emails were changed.

    The replacement is in the language of each email. A reply address that matches is deleted, because replies to it would be
    lost.
    """
    columns = ("subject", "text", "html", "last_error")
    count = 0
    for row in session.execute(select(_L.c.id, _L.c.lang, _L.c.reply_to, *(_L.c[name] for name in columns))).all():
        values = {name: pattern.sub(replacement.text(row.lang), getattr(row, name)) for name in columns}
        values["subject"] = values["subject"][:SUBJECT_LIMIT]
        values["last_error"] = values["last_error"][:300]
        values["reply_to"] = "" if pattern.search(row.reply_to) else row.reply_to
        if any(value != getattr(row, name) for name, value in values.items()):
            session.execute(update(_L).where(_L.c.id == row.id).values(**values))
            count += 1
    return count


def release(session: Session, message: OutboxMessageFacts) -> None:
    """Release an email that was claimed but not tried."""
    session.execute(_RELEASED, {"message_id": message.id})


def try_again(session: Session, message_id: int, *, by: Actor, at: datetime, now: datetime) -> str:
    """Reset an email that is waiting or failed permanently, so that the next delivery tries it; return its address.

    The tries are then counted from 0. Raises ``NotFound`` if there is no such email, and ``Invalid`` if it was sent or
    cancelled.
    """
    row = session.execute(select(_L.c.address, _L.c.last_error, _L.c.tries).where(_L.c.id == message_id)).one_or_none()
    if row is None:
        raise NotFound(f"email {message_id}")
    if cancellation_code(row.last_error):
        raise Invalid(("", Message(N_("This email was cancelled. It will not be sent."))))
    retry = update(_L).where(_L.c.id == message_id, _L.c.sent_at.is_(None)).values(next_try_at=now, tries=0)
    if session.execute(retry.returning(_L.c.id)).one_or_none() is None:
        raise Invalid(("", Message(N_("This email has already been sent."))))
    record_event(session, "letter.again", ("letter", message_id), by=by, at=at, before={"tries": row.tries})
    return str(row.address)


def claim_now(session: Session, message_id: int, *, by: Actor, at: datetime, now: datetime) -> OutboxMessageFacts:
    """Claim an email that is waiting or failed permanently, to send it at a person's request. Its tries are counted from 0.

    Raises ``NotFound`` if there is no such email, and ``Invalid`` if it was sent or cancelled, or is being sent.
    """
    message = _unsent_message(session, message_id, now)
    values = {"claimed_until": now + LEASE, "next_try_at": now, "tries": 0}
    session.execute(update(_L).where(_L.c.id == message_id).values(**values))
    record_event(session, "letter.now", ("letter", message_id), by=by, at=at, before={"tries": message.tries})
    (claimed,) = _with_witness(session, messages_by_id(session, [message_id]))
    return claimed


def cancel(session: Session, message_id: int, reason_code: str, *, by: Actor, at: datetime, now: datetime) -> str:
    """Cancel an email that a person no longer wants to be sent; return its address.

    The email keeps its key (unlike with ``cancel_unneeded``), so that the same email is not added again. ``reason_code`` is
    defined by the package that created the email. Raises the same errors as ``claim_now``.
    """
    message = _unsent_message(session, message_id, now)
    ended = {"next_try_at": None, "claimed_until": None, "last_error": f"{CANCELLED_PREFIX}{reason_code}"}
    session.execute(update(_L).where(_L.c.id == message_id).values(**ended))
    record_event(session, "letter.cancelled", ("letter", message_id), by=by, at=at)
    return message.address


def _unsent_message(session: Session, message_id: int, now: datetime) -> OutboxMessageFacts:
    """Return an email that can still be sent or cancelled, locked until the transaction ends.

    Raises ``NotFound`` if there is no such email, and ``Invalid`` if it was sent or cancelled, or is being sent.
    """
    session.execute(select(_L.c.id).where(_L.c.id == message_id).with_for_update())
    for message in messages_by_id(session, [message_id]):
        if message.is_sent:
            raise Invalid(("", Message(N_("This email has already been sent."))))
        if message.is_cancelled:
            raise Invalid(("", Message(N_("This email was cancelled. It will not be sent."))))
        if message.claimed_until is not None and message.claimed_until > now:
            raise Invalid(("", Message(N_("This email is being sent now. Check again in a few minutes."))))
        return message
    raise NotFound(f"email {message_id}")


def retry_given_up(session: Session, *, by: Actor, at: datetime, now: datetime) -> int:
    """Reset every email that failed permanently, so that the next delivery tries it; return how many there are.

    The tries are then counted from 0.
    """
    ids = sorted(session.scalars(update(_L).where(IS_GIVEN_UP).values(next_try_at=now, tries=0).returning(_L.c.id)))
    if ids:
        record_event(session, "outbox.again", ("outbox", 0), by=by, at=at, after={"letters": ids})
    return len(ids)


def purge_messages(session: Session, *, by: Actor, at: datetime, now: datetime) -> int:
    """Delete every email created more than ``MESSAGE_RETENTION`` ago, sent or not; return how many were deleted.

    An email that is being sent is left for the next purge.
    """
    is_old = _L.c.made_at < at - MESSAGE_RETENTION, or_(_L.c.claimed_until.is_(None), _L.c.claimed_until <= now)
    count = len(session.scalars(delete(_L).where(*is_old).returning(_L.c.id)).all())
    if count:
        record_event(session, "outbox.purged", ("outbox", 0), by=by, at=at, after={"letters": count})
    return count


def _delete_secrets(session: Session, message: OutboxMessageFacts) -> None:
    text, html = without_secrets(message.text), without_secrets(message.html)
    if (text, html) != (message.text, message.html):
        session.execute(update(_L).where(_L.c.id == message.id).values(text=text, html=html))


_UNSENT = (_L.c.id == bindparam("message_id"), _L.c.sent_at.is_(None))
_SENT = update(_L).where(*_UNSENT).values(next_try_at=None, claimed_until=None)
_FAILED = update(_L).where(*_UNSENT).values(claimed_until=None)
_CANCELLED = update(_L).where(*_UNSENT).values(next_try_at=None, claimed_until=None)
_RELEASED = update(_L).where(*_UNSENT).values(claimed_until=None)
