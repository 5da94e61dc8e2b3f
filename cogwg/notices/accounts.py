"""Commands that send emails about accounts, each in the transaction of the change that it is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.accounts.openid_links import is_linked_address, link_of
from cogwg.accounts.own_account import ADDRESS_LINK_LIFETIME
from cogwg.accounts.queries import person_by_email
from cogwg.accounts.rules import INVITATION_LIFETIME, PRINTED_LIFETIME, RESET_LIFETIME
from cogwg.accounts.services import create_access_link, revoke_links
from cogwg.accounts.sign_in_limits import count_link_email
from cogwg.accounts.tokens import new_token
from cogwg.accounts.wording import roles_phrase
from cogwg.audit.services import SYSTEM, Actor
from cogwg.core.errors import N_, Invalid, Message
from cogwg.mail.services import enqueue
from cogwg.notices.account_messages import (
    address_email,
    address_link_email,
    address_request_email,
    invitation_email,
    password_link_email,
    roles_email,
)
from cogwg.notices.body import Recipient
from cogwg.notices.rules import CancellationReason, NoticeKind
from cogwg.notices.services import cancel_waiting

_LINK_KINDS = (NoticeKind.INVITATION, NoticeKind.PASSWORD_LINK)


def send_invitation(
    session: Session, person: Person, by_name: str, *, by: Actor, at: datetime, now: datetime, site: str
) -> None:
    """Create a link and email it to a person who has no password yet; earlier links stop working.

    Raises ``Invalid`` for a deactivated person.
    """
    token = create_access_link(session, person, lifetime=INVITATION_LIFETIME, by=by, at=at, now=now)
    cancel_waiting(session, _LINK_KINDS, person.id, CancellationReason.SUPERSEDED, now=now)
    email = invitation_email(
        _recipient(person),
        token,
        role=roles_phrase(person.memberships),
        by=by_name,
        until=now + INVITATION_LIFETIME,
        key_token=now.isoformat(),
        site=site,
    )
    enqueue(session, email, by=by, at=at, now=now)


def create_invitation_to_pass_on(session: Session, person: Person, *, by: Actor, at: datetime, now: datetime) -> str:
    """Create a link for a person who has not accepted their invitation, for someone to pass on to them; return its token.

    Earlier links stop working. Raises ``Invalid`` for a deactivated person, and for a person who can sign in, because anyone
    who has the link could set their password.
    """
    if person.password_hash is not None or link_of(session, person.id) is not None:
        raise Invalid(("", Message(N_("This person has already accepted the invitation. Their links are only sent by email."))))
    cancel_waiting(session, _LINK_KINDS, person.id, CancellationReason.LINK_SHOWN, now=now)
    return create_access_link(session, person, lifetime=PRINTED_LIFETIME, is_shown=True, by=by, at=at, now=now)


def send_password_link(session: Session, person: Person, *, by: Actor, at: datetime, now: datetime, site: str) -> None:
    """Create a link to set a new password and email it to the person; earlier links stop working.

    Raises ``Invalid`` for a deactivated person.
    """
    token = create_access_link(session, person, lifetime=RESET_LIFETIME, by=by, at=at, now=now)
    cancel_waiting(session, _LINK_KINDS, person.id, CancellationReason.SUPERSEDED, now=now)
    until, key_token = now + RESET_LIFETIME, now.isoformat()
    email = password_link_email(_recipient(person), token, until=until, key_token=key_token, site=site)
    enqueue(session, email, by=by, at=at, now=now)


def send_forgotten_password_link(session: Session, address: str, *, at: datetime, now: datetime, site: str) -> None:
    """Email a link to set a new password to the person with this address, if their account is active.

    For any other address, the same statements run for a made-up person and are rolled back, so that the time that this takes
    does not reveal which addresses have an account. A person who has not accepted their invitation gets no link, because the
    secretariat may have revoked the invitation. The number of emails to one address is limited (``count_link_email``).
    """
    person = person_by_email(session, address)
    has_link = is_linked_address(session, address)
    is_active = person is not None and person.retired_at is None and (person.password_hash is not None or has_link)
    is_sent = count_link_email(session, address, now=now) and is_active
    with session.begin_nested() as savepoint:
        if person is None or not is_sent:
            person = Person(email=f"{new_token().lower()}@unknown.invalid", name="Unknown")
            session.add(person)
            session.flush()
        send_password_link(session, person, by=SYSTEM, at=at, now=now, site=site)
        if not is_sent:
            savepoint.rollback()


def revoke_link(session: Session, person: Person, *, by: Actor, at: datetime, now: datetime) -> bool:
    """Revoke a person's invitation or link for a new password, and cancel its email if it is not sent yet; return whether
    there was a link.
    """
    cancel_waiting(session, _LINK_KINDS, person.id, CancellationReason.BY_PERSON, now=now)
    return revoke_links(session, person.id, by=by, at=at)


def notify_address_changed(
    session: Session, person: Person, old_address: str, *, by: Actor, at: datetime, now: datetime, site: str
) -> None:
    """Notify a person that their email address was changed, at the old and the new address."""
    for place, address in (("old", old_address), ("new", person.email)):
        recipient = Recipient(person.id, person.name, address, person.lang, time_zone=person.time_zone)
        key_token = f"{place}:{now.isoformat()}"
        enqueue(session, address_email(recipient, person.email, at=at, key_token=key_token, site=site), by=by, at=at, now=now)


def send_address_link(
    session: Session, person: Person, new_address: str, token: str, *, by: Actor, at: datetime, now: datetime, site: str
) -> None:
    """Email the link that confirms a new address to this address, and notify the person at their current address."""
    cancel_waiting(session, (NoticeKind.ADDRESS_LINK,), person.id, CancellationReason.SUPERSEDED, now=now)
    until, key_token = now + ADDRESS_LINK_LIFETIME, now.isoformat()
    to_new = Recipient(person.id, person.name, new_address, person.lang, time_zone=person.time_zone)
    for email in (
        address_link_email(to_new, token, until=until, key_token=f"new:{key_token}", site=site),
        address_request_email(_recipient(person), new_address, at=at, key_token=f"asked:{key_token}", site=site),
    ):
        enqueue(session, email, by=by, at=at, now=now)


def notify_roles_changed(session: Session, person: Person, *, by: Actor, at: datetime, now: datetime, site: str) -> None:
    """Notify a person of the roles that they have now."""
    email = roles_email(_recipient(person), roles_phrase(person.memberships), key_token=now.isoformat(), site=site)
    enqueue(session, email, by=by, at=at, now=now)


def _recipient(person: Person) -> Recipient:
    return Recipient(person.id, person.name, person.email, person.lang, time_zone=person.time_zone)
