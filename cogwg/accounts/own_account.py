"""Commands that a person uses on their own account: name, email address and sessions.

A new email address takes effect once the person, signed in, confirms it with its link. Sessions and links follow the system
clock (``now``), audit events the product's calendar (``at``). The events hold no names and addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import AddressChange, Membership, Person, SignIn
from cogwg.accounts.people import checked_email
from cogwg.accounts.rules import RESET_LIFETIME, is_session_alive
from cogwg.accounts.services import revoke_unused_links
from cogwg.accounts.sign_in_limits import count_link_email
from cogwg.accounts.tokens import hash_token, new_token
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import clean_line
from cogwg.core.errors import N_, Invalid, Message, NotFound

ADDRESS_LINK_LIFETIME = RESET_LIFETIME


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session of a person, for their account page. ``browser`` is "" if it is unknown."""

    id: int
    started_at: datetime
    seen_at: datetime
    browser: str


def list_sessions(session: Session, person_id: int, *, now: datetime) -> list[OwnSession]:
    """Return a person's sessions that have not ended, the most recently used one first."""
    rows = session.execute(
        select(SignIn.id, SignIn.started_at, SignIn.seen_at, SignIn.browser)
        .where(SignIn.person_id == person_id)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    ).all()
    roles = frozenset(session.scalars(select(Membership.role).where(Membership.person_id == person_id)))
    return [OwnSession(*row) for row in rows if is_session_alive(row.started_at, row.seen_at, roles, now)]


def end_own_session(session: Session, person_id: int, sign_in_id: int, *, by: Actor, at: datetime) -> bool:
    """End one session of a person; return False if it has ended already, or is not theirs."""
    own = delete(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person_id)
    if session.scalar(own.returning(SignIn.id)) is None:
        return False
    record_event(session, "person.signed-out", ("person", person_id), by=by, at=at, after={"sessions": 1})
    return True


def change_own_name(session: Session, person_id: int, name: str, *, by: Actor, at: datetime) -> None:
    """Change a person's own name. Raises ``Invalid`` if it is empty or too long."""
    name = clean_line(name)
    if not name or len(name) > 120:
        raise Invalid(("name", Message(N_("Enter your name, in 120 characters or fewer."))))
    person = session.get_one(Person, person_id)
    if person.name == name:
        return
    person.name = name
    _record_change(session, person, "person.renamed", by=by, at=at)


def pending_address(session: Session, person_id: int, *, now: datetime) -> str:
    """Return the new email address that a person has not confirmed yet, or ""."""
    waiting = select(AddressChange.email).where(AddressChange.person_id == person_id, AddressChange.expires_at > now)
    return session.scalar(waiting) or ""


def request_address_change(session: Session, person_id: int, address: str, *, by: Actor, at: datetime, now: datetime) -> str:
    """Store a new email address until it is confirmed, and return the token of its link; an earlier link stops working.

    Raises ``Invalid`` if the address is not valid, already belongs to an account, or was sent too many emails.
    """
    person = session.get_one(Person, person_id)
    email = checked_email(session, address, person)
    if email == person.email:
        raise Invalid(("email", Message(N_("This is already your email address."))))
    if not count_link_email(session, email, now=now):
        raise Invalid(("email", Message(N_("Too many emails were sent to this address. Try again in an hour."))))
    session.execute(delete(AddressChange).where(AddressChange.person_id == person_id))
    token = new_token()
    expires_at = now + ADDRESS_LINK_LIFETIME
    session.add(AddressChange(person_id=person_id, email=email, token_hash=hash_token(token), expires_at=expires_at))
    session.flush()
    record_event(session, "person.address-asked", ("person", person_id), by=by, at=at)
    return token


def address_of_link(session: Session, person_id: int, token: str, *, now: datetime) -> str:
    """Return the new address that this link of the person confirms. Raises ``NotFound`` if the link does not work."""
    waiting = select(AddressChange.email).where(
        AddressChange.person_id == person_id, AddressChange.token_hash == hash_token(token), AddressChange.expires_at > now
    )
    email = session.scalar(waiting)
    if email is None:
        raise NotFound("link")
    return email


def confirm_address_change(
    session: Session, person_id: int, token: str, *, sign_in_id: int, by: Actor, at: datetime, now: datetime
) -> str:
    """Make the address of this link the person's email address, and return the earlier one.

    The session ``sign_in_id`` continues; the others end, and unused links are revoked. Raises ``NotFound`` if the link does not
    work, and ``Invalid`` if another account now has the address.
    """
    person = session.get_one(Person, person_id)
    email = checked_email(session, address_of_link(session, person_id, token, now=now), person)
    _end_address_change(session, person_id)
    earlier, person.email = person.email, email
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != sign_in_id))
    revoke_unused_links(session, person_id)
    _record_change(session, person, "person.address", by=by, at=at)
    return earlier


def cancel_address_change(session: Session, person_id: int, *, by: Actor, at: datetime) -> None:
    """Cancel the change of email address, if there is one: the link sent to the new address stops working."""
    if _end_address_change(session, person_id):
        record_event(session, "person.address-kept", ("person", person_id), by=by, at=at)


def _end_address_change(session: Session, person_id: int) -> bool:
    waiting = delete(AddressChange).where(AddressChange.person_id == person_id)
    return session.scalar(waiting.returning(AddressChange.person_id)) is not None


def _record_change(session: Session, person: Person, action: str, *, by: Actor, at: datetime) -> None:
    person.version += 1
    session.flush()
    record_event(session, action, ("person", person.id), by=by, at=at)
