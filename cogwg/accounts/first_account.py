"""The first account of a new database, which a member of the secretariat creates with a single-use link.

The link works only as long as there is no account. Its times follow the system clock (``now``).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person, Role, SetupLink
from cogwg.accounts.people import add_person
from cogwg.accounts.rules import PRINTED_LIFETIME
from cogwg.accounts.tokens import hash_token, new_token
from cogwg.audit.services import SYSTEM, record_event
from cogwg.core.bilingual import Language
from cogwg.core.errors import NotFound


def create_setup_link(session: Session, *, at: datetime, now: datetime) -> str:
    """Create the link for the first account and return its token, or "" if there already is an account. Earlier links stop
    working.
    """
    session.execute(delete(SetupLink))
    if has_accounts(session):
        return ""
    token = new_token()
    session.add(SetupLink(token_hash=hash_token(token), expires_at=now + PRINTED_LIFETIME))
    session.flush()
    record_event(session, "setup.link", ("accounts", 0), by=SYSTEM, at=at)
    return token


def is_setup_link(session: Session, token: str, *, now: datetime) -> bool:
    """Return whether this link can create the first account now."""
    usable = select(SetupLink.id).where(SetupLink.token_hash == hash_token(token), SetupLink.expires_at > now)
    return session.scalar(usable) is not None and not has_accounts(session)


def create_first_account(
    session: Session,
    token: str,
    *,
    email: str,
    name: str,
    lang: Language,
    time_zone: str,
    password_hash: str,
    at: datetime,
    now: datetime,
) -> Person:
    """Create the first account, for the secretariat, with its password, and mark the link as used.

    Raises ``NotFound`` if the link does not work, and ``Invalid`` for a name or email address that cannot be used.
    """
    if not is_setup_link(session, token, now=now):
        raise NotFound("link")
    used = delete(SetupLink).where(SetupLink.token_hash == hash_token(token)).returning(SetupLink.id)
    if session.scalar(used) is None:
        raise NotFound("link")
    person = add_person(
        session,
        email=email,
        name=name,
        role=Role.SECRETARIAT,
        jurisdiction=None,
        lang=lang,
        time_zone=time_zone,
        by=SYSTEM,
        at=at,
    )
    person.password_hash = password_hash
    session.flush()
    return person


def has_accounts(session: Session) -> bool:
    """Return whether there are any accounts, including deactivated ones."""
    return session.scalar(select(Person.id).limit(1)) is not None
