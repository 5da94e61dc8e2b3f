"""Commands that add, use and remove security keys. Each key is a second step of a person's sign-in.

``key_ceremonies`` checks the responses of keys. Times of a key follow the system clock (``now``), audit events the product's
calendar (``at``). The events hold the id of a key, not its name, because nothing can be deleted from the audit log.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.accounts.key_ceremonies import CHALLENGE_LIFETIME, KeyUse, NewKey
from cogwg.accounts.models import SecurityKey, SpentChallenge
from cogwg.accounts.second_factor import delete_codes_after_last_step, end_sessions, store_first_codes
from cogwg.accounts.tokens import hash_token
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import clean_line
from cogwg.core.errors import N_, Invalid, Message, NotFound

NAME_LIMIT = 60
SPENT_RETENTION = CHALLENGE_LIFETIME + timedelta(days=1)
"""How long an answered challenge is stored: longer than it could be accepted, even if the clock is set back by hours."""


def checked_key_name(name: str) -> str:
    """Return the name of a key on one line. Raises ``Invalid`` if it is empty or too long."""
    name = clean_line(name)
    if not name or len(name) > NAME_LIMIT:
        raise Invalid(("name", Message(N_("Enter a name for the key, in %(most)s characters or fewer."), {"most": NAME_LIMIT})))
    return name


def add_key(
    session: Session,
    person_id: int,
    key: NewKey,
    name: str,
    recovery_codes: Iterable[str],
    *,
    by: Actor,
    at: datetime,
    now: datetime,
) -> bool:
    """Add a security key that the person can use to sign in. All of their sessions end.

    Returns True if two-step sign-in was off; the recovery codes are stored only in that case. Raises ``Invalid`` for a name
    that cannot be used, and for a key that is already in use.
    """
    name = checked_key_name(name)
    is_first = store_first_codes(session, person_id, recovery_codes)
    if session.scalar(select(SecurityKey.id).where(SecurityKey.credential_id == key.credential_id)) is not None:
        raise Invalid(("", Message(N_("This security key is already in use. Use another one."))))
    added = SecurityKey(
        person_id=person_id,
        name=name,
        credential_id=key.credential_id,
        public_key=key.public_key,
        transports=key.transports,
        sign_count=key.sign_count,
        added_at=now,
    )
    session.add(added)
    session.flush()
    end_sessions(session, person_id)
    record_event(session, "person.security-key-added", ("person", person_id), by=by, at=at, after={"key": added.id})
    return is_first


def use_key(session: Session, use: KeyUse, *, now: datetime) -> bool:
    """Record that a key was used; return False if its counter did not go up, which means that the key may have been copied.

    A key without a counter always reports 0.
    """
    went_up = or_(SecurityKey.sign_count < use.sign_count, (SecurityKey.sign_count == 0) & (use.sign_count == 0))
    used = update(SecurityKey).where(SecurityKey.id == use.key_id, went_up).values(sign_count=use.sign_count, used_at=now)
    return session.scalar(used.returning(SecurityKey.id)) is not None


def remove_key(session: Session, person_id: int, key_id: int, *, sign_in_id: int, by: Actor, at: datetime) -> tuple[str, bool]:
    """Remove a person's own key; return its name, and whether two-step sign-in is still on.

    The session ``sign_in_id`` continues; the others end. Raises ``NotFound`` if the person has no such key.
    """
    own = delete(SecurityKey).where(SecurityKey.id == key_id, SecurityKey.person_id == person_id)
    name = session.scalar(own.returning(SecurityKey.name))
    if name is None:
        raise NotFound("security key")
    is_on = delete_codes_after_last_step(session, person_id)
    end_sessions(session, person_id, other_than=sign_in_id)
    after = {"key": key_id, "on": is_on}
    record_event(session, "person.security-key-removed", ("person", person_id), by=by, at=at, after=after)
    return name, is_on


def spend_challenge(session: Session, challenge: str, *, now: datetime) -> bool:
    """Mark a challenge as answered; return False if it already was, even by a request at the same time.

    This also deletes challenges that were answered more than ``SPENT_RETENTION`` ago.
    """
    session.execute(delete(SpentChallenge).where(SpentChallenge.spent_at < now - SPENT_RETENTION))
    try:
        with session.begin_nested():
            session.execute(insert(SpentChallenge).values(challenge_hash=hash_token(challenge), spent_at=now))
    except IntegrityError:
        return False
    return True
