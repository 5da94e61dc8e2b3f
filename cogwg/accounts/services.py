"""Commands on accounts and sessions.

Sessions and access links follow the system clock (``now``), audit events the product's calendar (``at``).
"""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import AccessLink, AddressChange, Person, SignIn
from cogwg.accounts.queries import preferences_of, usable_link
from cogwg.accounts.rules import (
    SESSION_LIFETIME,
    Preferences,
    can_get_digest,
    can_get_lead_emails,
    check_time_zone,
)
from cogwg.accounts.tokens import hash_token, new_token
from cogwg.audit.services import Actor, record_event
from cogwg.core.errors import N_, Invalid, Message, NotFound

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def change_preferences(session: Session, person_id: int, preferences: Preferences, *, by: Actor, at: datetime) -> None:
    """Change a person's preferences, except those for emails that the person cannot get. Raises ``Invalid`` for a time zone
    that is not offered.
    """
    person = session.get_one(Person, person_id)
    before = preferences_of(person)
    check_time_zone(preferences.time_zone, before.time_zone)
    roles = {m.role for m in person.memberships}
    if not can_get_digest(roles):
        preferences = replace(preferences, digest=before.digest)
    if not can_get_lead_emails(roles):
        preferences = replace(
            preferences, reminders=before.reminders, mentions=before.mentions, answer_links=before.answer_links
        )
    if preferences == before:
        return
    person.lang, person.time_zone = preferences.lang, preferences.time_zone
    person.wants_reminders, person.wants_digest, person.wants_mentions = (
        preferences.reminders,
        preferences.digest,
        preferences.mentions,
    )
    person.wants_finalized, person.wants_answer_links = preferences.finalized, preferences.answer_links
    session.flush()
    record_event(
        session, "person.wishes", ("person", person_id), by=by, at=at, before=asdict(before), after=asdict(preferences)
    )


def make_feed_address(session: Session, person_id: int, *, by: Actor, at: datetime) -> str:
    """Create a calendar and feed URL and return its secret; the previous URL stops working.

    Only the SHA-256 of the secret is stored.
    """
    token = new_token()
    session.execute(update(Person).where(Person.id == person_id).values(feed_hash=hash_token(token)))
    record_event(session, "person.feed", ("person", person_id), by=by, at=at)
    return token


def revoke_feed_address(session: Session, person_id: int, *, by: Actor, at: datetime) -> None:
    """Revoke the calendar and feed URL: it stops working at once."""
    if session.scalar(select(Person.feed_hash).where(Person.id == person_id)) is None:
        return
    session.execute(update(Person).where(Person.id == person_id).values(feed_hash=None))
    record_event(session, "person.feed_revoked", ("person", person_id), by=by, at=at)


def create_access_link(
    session: Session, person: Person, *, lifetime: timedelta, is_shown: bool = False, by: Actor, at: datetime, now: datetime
) -> str:
    """Create a single-use access link for this person and return its token; earlier links stop working.

    ``is_shown`` is whether the link is shown to the person who created it, which the audit log records. Raises ``Invalid`` for
    a deactivated person.
    """
    if person.retired_at is not None:
        raise Invalid(("email", Message(N_("This account is deactivated."))))
    session.execute(delete(AccessLink).where(AccessLink.person_id == person.id))
    token = new_token()
    session.add(AccessLink(token_hash=hash_token(token), person_id=person.id, expires_at=now + lifetime))
    after = {"shown": True} if is_shown else None
    record_event(session, "person.link", ("person", person.id), by=by, at=at, after=after)
    return token


def set_password_by_link(session: Session, token: str, password_hash: str, *, at: datetime, now: datetime) -> int:
    """Set the password of the link's person, mark the link as used, end the person's sessions, and return the person's id.

    Raises ``NotFound`` if the link does not exist, was used or has expired.
    """
    link = usable_link(session, token, now)
    if link is None:
        raise NotFound("link")
    used = session.execute(update(AccessLink).where(AccessLink.id == link.id, AccessLink.used_at.is_(None)).values(used_at=now))
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound("link")
    session.execute(update(Person).where(Person.id == link.person_id).values(password_hash=password_hash))
    person_id = link.person_id
    end_sessions_and_links(session, person_id)
    record_event(session, "person.password", ("person", person_id), by=Actor("person", person_id), at=at)
    return person_id


def change_password(session: Session, person_id: int, password_hash: str, *, sign_in_id: int, by: Actor, at: datetime) -> None:
    """Change a person's password. The session ``sign_in_id`` continues; the others end, and unused access links are revoked."""
    session.execute(update(Person).where(Person.id == person_id).values(password_hash=password_hash))
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != sign_in_id))
    revoke_unused_links(session, person_id)
    record_event(session, "person.password", ("person", person_id), by=by, at=at)


def sign_out_everywhere(session: Session, person_id: int, *, by: Actor, at: datetime) -> int:
    """End all sessions of a person; return how many there were."""
    ended = len(session.scalars(delete(SignIn).where(SignIn.person_id == person_id).returning(SignIn.id)).all())
    record_event(session, "person.signed-out", ("person", person_id), by=by, at=at, after={"sessions": ended})
    return ended


def start_session(session: Session, person_id: int, *, now: datetime, browser: str = "", is_strong: bool = False) -> str:
    """Start a session in this browser and return the token for the cookie; also delete the expired sessions of all people.

    ``is_strong`` is whether the person signed in at a provider that requires two steps.
    """
    session.execute(delete(SignIn).where(SignIn.started_at < now - SESSION_LIFETIME))
    token = new_token()
    row = SignIn(token_hash=hash_token(token), person_id=person_id, started_at=now, seen_at=now, browser=browser)
    row.is_strong = is_strong
    session.add(row)
    session.execute(update(Person).where(Person.id == person_id).values(signed_in_at=now))
    session.flush()
    return token


def touch_session(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """Record that the session was used just now."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def end_session(session: Session, token: str) -> None:
    """Sign out: the token stops working on the server, even in a copy of the cookie."""
    session.execute(delete(SignIn).where(SignIn.token_hash == hash_token(token)))


def end_all_sessions(session: Session, *, by: Actor, at: datetime) -> int:
    """End everyone's sessions; return how many there were."""
    ended = len(session.scalars(delete(SignIn).returning(SignIn.id)).all())
    if ended:
        record_event(session, "sessions.ended", ("accounts", 0), by=by, at=at, after={"sessions": ended})
    return ended


def revoke_all_links(session: Session, *, by: Actor, at: datetime) -> int:
    """Revoke everyone's unused access links; return how many there were."""
    revoked = len(session.scalars(delete(AccessLink).where(AccessLink.used_at.is_(None)).returning(AccessLink.id)).all())
    if revoked:
        record_event(session, "links.revoked", ("accounts", 0), by=by, at=at, after={"links": revoked})
    return revoked


def revoke_links(session: Session, person_id: int, *, by: Actor, at: datetime) -> bool:
    """Revoke a person's unused access links, such as an invitation; return whether there were any."""
    unused = delete(AccessLink).where(AccessLink.person_id == person_id, AccessLink.used_at.is_(None))
    is_any = bool(session.scalars(unused.returning(AccessLink.id)).all())
    if is_any:
        record_event(session, "person.link-revoked", ("person", person_id), by=by, at=at)
    return is_any


def end_sessions_and_links(session: Session, person_id: int, *, keep_links: bool = False) -> None:
    """End all of a person's sessions and, unless ``keep_links``, revoke their unused links."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id))
    if not keep_links:
        revoke_unused_links(session, person_id)


def revoke_unused_links(session: Session, person_id: int) -> None:
    """Revoke a person's unused access links, and the link that confirms a new email address."""
    session.execute(delete(AccessLink).where(AccessLink.person_id == person_id, AccessLink.used_at.is_(None)))
    session.execute(delete(AddressChange).where(AddressChange.person_id == person_id))
