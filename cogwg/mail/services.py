"""What is done with letters. The outbox is its own trace: only what a person does to it is told to the audit.

``at`` is the calendar's instant, ``now`` the real one. Nothing here commits, and nothing here talks to a mail server.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record
from cogwg.core.db import table
from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.mail.models import Letter
from cogwg.mail.queries import LetterFacts, due, letters
from cogwg.mail.rules import LEASE, SUBJECT_LIMIT, WITHDRAWN, Post, Undelivered, next_try, one_line, withdrawn_for

_L = table(Letter)
BATCH = 20


def enqueue(session: Session, post: Post, *, by: Actor, at: datetime, now: datetime) -> bool:
    """Put a letter into the outbox, in the transaction of the deed that causes it; False if its key is there already."""
    told = {
        "key": post.key,
        "kind": post.kind,
        "person_id": post.person_id,
        "address": one_line(post.address),
        "lang": post.lang,
        "subject": one_line(post.subject)[:SUBJECT_LIMIT],
        "text": post.text,
        "html": post.html,
        "made_at": at,
        "made_by": by.id,
        "tries": 0,
        "last_error": "",
        "next_try_at": now,
    }
    # A key that is there is found by the constraint; the savepoint keeps the transaction usable on PostgreSQL.
    try:
        with session.begin_nested():
            session.execute(_WRITE, told)
    except IntegrityError:
        return False
    return True


def claim(session: Session, *, now: datetime, most: int = BATCH) -> list[LetterFacts]:
    """Take some letters whose time has come, for ``LEASE``: until then no other deliverer gets them."""
    rows = select(_L.c.id).where(due(now)).order_by(_L.c.next_try_at, _L.c.id).limit(most).with_for_update(skip_locked=True)
    ids = list(session.scalars(rows))
    if not ids:
        return []
    session.execute(update(_L).where(_L.c.id.in_(ids)).values(claimed_until=now + LEASE))
    return letters(session, ids)


def mark_sent(session: Session, letter: LetterFacts, *, now: datetime) -> None:
    """The server has taken the letter over."""
    session.execute(_SENT, {"letter": letter.id, "sent_at": now, "tries": letter.tries + 1, "last_error": ""})


def mark_failed(session: Session, letter: LetterFacts, why: Undelivered, *, now: datetime) -> bool:
    """The letter did not go: when it is tried again, unless that cannot help; True if it is given up."""
    tries = letter.tries + 1
    again = None if why.trouble.final else next_try(tries, now)
    session.execute(_FAILED, {"letter": letter.id, "tries": tries, "last_error": why.reason, "next_try_at": again})
    return again is None


def withdraw(session: Session, letter: LetterFacts, why: str) -> None:
    """The letter became moot while it waited: it is not sent, nor tried again. ``why`` is a code its writer knows."""
    session.execute(_WITHDRAWN, {"letter": letter.id, "last_error": f"{WITHDRAWN}{why}"})


def forget(session: Session, beginning: str, why: str) -> None:
    """Empty every letter whose key begins so, and withdraw those that were not sent; ``why`` is a code its writer knows."""
    own = update(_L).where(_L.c.key.startswith(beginning, autoescape=True))
    session.execute(own.values(text="", html=""))
    gone = {"next_try_at": None, "claimed_until": None, "last_error": f"{WITHDRAWN}{why}"}
    session.execute(own.where(_L.c.sent_at.is_(None)).values(**gone))


def release(session: Session, letter: LetterFacts) -> None:
    """Give back a letter that was taken and not tried."""
    session.execute(_RELEASED, {"letter": letter.id})


def try_again(session: Session, letter_id: int, *, by: Actor, at: datetime, now: datetime) -> str:
    """Let a letter that waits or was given up be tried at once, with all its tries before it; its address.

    Raises ``NotFound``, and ``Invalid`` for one that was sent or withdrawn.
    """
    found = session.execute(select(_L.c.address, _L.c.last_error, _L.c.tries).where(_L.c.id == letter_id)).one_or_none()
    if found is None:
        raise NotFound(f"letter {letter_id}")
    if withdrawn_for(found.last_error):
        raise Invalid(("", Message(N_("This letter was withdrawn and is not sent any more."))))
    again = update(_L).where(_L.c.id == letter_id, _L.c.sent_at.is_(None)).values(next_try_at=now, tries=0)
    if session.execute(again.returning(_L.c.id)).one_or_none() is None:
        raise Invalid(("", Message(N_("This letter was sent already."))))
    record(session, "letter.again", ("letter", letter_id), by=by, at=at, before={"tries": found.tries})
    return str(found.address)


_WRITE = insert(_L)
_OWN = (_L.c.id == bindparam("letter"), _L.c.sent_at.is_(None))
_SENT = update(_L).where(*_OWN).values(next_try_at=None, claimed_until=None)
_FAILED = update(_L).where(*_OWN).values(claimed_until=None)
_WITHDRAWN = update(_L).where(*_OWN).values(next_try_at=None, claimed_until=None)
_RELEASED = update(_L).where(*_OWN).values(claimed_until=None)
