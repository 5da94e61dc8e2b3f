"""The links between accounts here and accounts at the organization's OpenID Connect provider: commands and queries.

A person without a link is found by an email address that the provider verified. After that, they are found only by the issuer
and subject, because an address can be given to someone else later. Links follow the system clock (``now``), audit events the
product's calendar (``at``). The events hold no subject, because nothing can be deleted from the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.form_tokens import make_once
from cogwg.accounts.models import AccessLink, OpenIDLink, Person, SignIn
from cogwg.accounts.openid import OpenIDIdentity
from cogwg.accounts.queries import person_by_email
from cogwg.accounts.tokens import hash_token
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import clean_text
from cogwg.core.errors import N_, DomainError, Invalid, Message


class OpenIDRefusal(StrEnum):
    """Why a person who signed in at the provider cannot sign in here."""

    NO_ACCOUNT = "no-account"
    NOT_VERIFIED = "not-verified"
    LINKED_TO_ANOTHER = "linked-to-another"
    USED = "used"


class OpenIDRefused(DomainError):
    """A person who signed in at the provider cannot sign in here. Nothing was saved."""

    def __init__(self, refusal: OpenIDRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """The link of a person: the provider's URL (``issuer``) and when it was made. Without a password (``has_password``), it
    cannot be removed.
    """

    issuer: str
    linked_at: datetime
    has_password: bool


def person_to_sign_in(session: Session, identity: OpenIDIdentity, *, now: datetime) -> Person:
    """Return the person who signs in with this identity: the one with this link or, if there is none, with this verified email
    address.

    A person who is not linked must be active or have an invitation that still works. Raises ``OpenIDRefused`` if there is no
    such person, the address is not verified, or the person is linked to another account at this provider.
    """
    linked = _linked_person(session, identity)
    if linked is not None:
        if linked.retired_at is not None:
            raise OpenIDRefused(OpenIDRefusal.NO_ACCOUNT)
        return linked
    if not identity.is_verified:
        raise OpenIDRefused(OpenIDRefusal.NOT_VERIFIED)
    person = person_by_email(session, identity.email)
    if person is None or person.retired_at is not None:
        raise OpenIDRefused(OpenIDRefusal.NO_ACCOUNT)
    link = session.get(OpenIDLink, person.id)
    if link is not None and link.issuer == identity.issuer:
        raise OpenIDRefused(OpenIDRefusal.LINKED_TO_ANOTHER)
    if person.password_hash is None and link is None and not _has_invitation(session, person.id, now):
        raise OpenIDRefused(OpenIDRefusal.NO_ACCOUNT)
    return person


def link_person(session: Session, person_id: int, identity: OpenIDIdentity, *, at: datetime, now: datetime) -> bool:
    """Link a person to this identity; return False if they were already linked to it.

    If the person was invited, this accepts the invitation, and its link stops working. A link to an earlier provider of this
    site is replaced. Raises ``OpenIDRefused`` as ``person_to_sign_in`` does, and if the identity now belongs to another
    person.
    """
    person = person_to_sign_in(session, identity, now=now)
    if person.id != person_id:
        raise OpenIDRefused(OpenIDRefusal.NO_ACCOUNT)
    if _linked_person(session, identity) is not None:
        return False
    # If two provider accounts with the same email address sign in for the first time at once, only one may be linked.
    session.get_one(Person, person.id, with_for_update=True, populate_existing=True)
    if person_to_sign_in(session, identity, now=now) is _linked_person(session, identity):
        return False
    is_invited = person.password_hash is None and session.get(OpenIDLink, person.id) is None
    session.execute(delete(OpenIDLink).where(OpenIDLink.person_id == person.id))
    session.add(OpenIDLink(person_id=person.id, issuer=identity.issuer, subject=identity.subject, linked_at=now))
    if is_invited:
        unused = AccessLink.person_id == person.id, AccessLink.used_at.is_(None)
        session.execute(update(AccessLink).where(*unused).values(used_at=now))
    session.flush()
    after = {"issuer": identity.issuer, "invitation": "accepted"} if is_invited else {"issuer": identity.issuer}
    by = Actor("person", person.id)
    record_event(session, "person.openid-linked", ("person", person.id), by=by, at=at, after=after)
    return True


def use_state(session: Session, state: str, *, now: datetime) -> None:
    """Mark the state of an answer as used, so that a copy of the browser's cookie does not make it work again.

    Raises ``OpenIDRefused`` if it was used.
    """
    first_uses: list[str] = []

    def note_use() -> int:
        first_uses.append(state)
        return 0

    make_once(session, hash_token(f"openid {state}"), "sign-in", note_use, now=now)
    if not first_uses:
        raise OpenIDRefused(OpenIDRefusal.USED)


def unlink(session: Session, person_id: int, *, sign_in_id: int, by: Actor, at: datetime) -> None:
    """Remove the link of a person. The session ``sign_in_id`` continues; the others end.

    Raises ``Invalid`` if there is no link, or if the person has no password and could then no longer sign in.
    """
    person = session.get_one(Person, person_id, with_for_update=True)
    if person.password_hash is None:
        raise Invalid(("", Message(N_("Set a password first. Otherwise, you could no longer sign in."))))
    if not delete_link(session, person_id):
        raise Invalid(("", Message(N_("Your account is not linked."))))
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != sign_in_id))
    record_event(session, "person.openid-unlinked", ("person", person_id), by=by, at=at)


def delete_link(session: Session, person_id: int) -> bool:
    """Delete the link of a person; return whether there was one."""
    deleted = delete(OpenIDLink).where(OpenIDLink.person_id == person_id).returning(OpenIDLink.person_id)
    return session.scalar(deleted) is not None


def link_of(session: Session, person_id: int) -> LinkFacts | None:
    """Return the link of a person, in one SQL statement; None if there is none."""
    row = session.execute(
        select(OpenIDLink.issuer, OpenIDLink.linked_at, Person.password_hash.is_not(None))
        .join(Person, Person.id == OpenIDLink.person_id)
        .where(OpenIDLink.person_id == person_id)
    ).one_or_none()
    return LinkFacts(*row) if row is not None else None


def is_linked_address(session: Session, email: str) -> bool:
    """Return whether the person with this email address has a link, in one SQL statement."""
    linked = select(OpenIDLink.person_id).join(Person, Person.id == OpenIDLink.person_id)
    return session.scalar(linked.where(Person.email == clean_text(email).lower())) is not None


def _linked_person(session: Session, identity: OpenIDIdentity) -> Person | None:
    return session.scalar(
        select(Person)
        .join(OpenIDLink, OpenIDLink.person_id == Person.id)
        .where(OpenIDLink.issuer == identity.issuer, OpenIDLink.subject == identity.subject)
    )


def _has_invitation(session: Session, person_id: int, now: datetime) -> bool:
    usable = AccessLink.person_id == person_id, AccessLink.used_at.is_(None), AccessLink.expires_at > now
    return bool(session.scalar(select(exists().where(*usable))))
