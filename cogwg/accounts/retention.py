"""How long account data is stored, and the command that deletes older data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, and_, cast, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import (
    AccessLink,
    AddressChange,
    OpenIDLink,
    Person,
    RecoveryCode,
    SecondFactor,
    SecurityKey,
    SetupLink,
    SignIn,
    Throttle,
    UnsavedText,
)
from cogwg.accounts.names import former_name
from cogwg.accounts.rules import SESSION_LIFETIME
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Language

THROTTLE_RETENTION = timedelta(days=1)
"""How long a counter of the sign-in limits is stored: longer than any of their windows or waits. The security log has the
history."""
SET_UP_RETENTION = timedelta(days=1)
"""How long a two-step sign-in that was not confirmed can be finished."""
RETIRED_RETENTION = timedelta(days=2 * 365)
"""How long the email address of a deactivated account is stored: at least two years after its last use, so that people can ask
for their data (Privacy Regulations, SOR/83-508, 4(1)(a))."""
RETIRED_DOMAIN = "@retired.invalid"
"""The end of the address that replaces a deleted one: a domain that mail can never reach (RFC 6761, 6.4)."""
_DELETED_CHOICES: dict[str, Any] = {
    "time_zone": "America/Toronto",
    "wants_reminders": False,
    "wants_digest": False,
    "wants_mentions": False,
    "wants_finalized": False,
    "wants_answer_links": False,
}


@dataclass(frozen=True, slots=True)
class AccountsPurge:
    """How many rows ``purge_accounts`` deleted or cleared.

    ``counters``, ``sessions``, ``links``, ``second_factors`` (apps and security keys) and ``openid_links`` count deleted rows.
    ``credentials`` and ``addresses`` count the deactivated accounts whose credentials or email address were deleted.
    """

    counters: int
    sessions: int
    links: int
    credentials: int
    addresses: int
    second_factors: int
    openid_links: int


def purge_accounts(session: Session, *, by: Actor, at: datetime, now: datetime) -> AccountsPurge:
    """Delete old sign-in counters, expired sessions and links, and data that deactivated accounts no longer need.

    A deactivated account loses its password, two-step sign-in, link to a provider and feed URL at the first purge. Its email
    address, time zone and email preferences are deleted ``RETIRED_RETENTION`` after it was deactivated. The person's name stays
    with what they wrote and submitted: the Privacy Act does not limit the use and disclosure of a federal employee's name on a
    document of their work (subparagraph 3(j)(iv)).
    """
    is_old = Throttle.since < now - THROTTLE_RETENTION, or_(Throttle.until.is_(None), Throttle.until < now)
    has_credentials = or_(Person.password_hash.is_not(None), Person.feed_hash.is_not(None))
    has_address = Person.retired_at < at - RETIRED_RETENTION, ~Person.email.endswith(RETIRED_DOMAIN, autoescape=True)
    cleared_email = literal("person-") + cast(Person.id, String) + literal(RETIRED_DOMAIN)
    deactivated = select(Person.id).where(Person.retired_at.is_not(None))
    is_unfinished = and_(SecondFactor.confirmed_at.is_(None), SecondFactor.begun_at < now - SET_UP_RETENTION)
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id.in_(deactivated)))
    purged = AccountsPurge(
        counters=_count(session, delete(Throttle).where(*is_old).returning(Throttle.key)),
        sessions=_count(session, delete(SignIn).where(SignIn.started_at <= now - SESSION_LIFETIME).returning(SignIn.id)),
        links=sum(
            _count(session, delete(link).where(link.expires_at <= now).returning(link.token_hash))
            for link in (AccessLink, AddressChange, SetupLink)
        ),
        credentials=_count(
            session,
            update(Person)
            .where(Person.retired_at.is_not(None), has_credentials)
            .values(password_hash=None, feed_hash=None)
            .returning(Person.id),
        ),
        addresses=_count(
            session,
            update(Person).where(*has_address).values(email=cleared_email, **_DELETED_CHOICES).returning(Person.id),
        ),
        second_factors=sum(
            _count(session, delete(step).where(condition).returning(step.person_id))
            for step, condition in (
                (SecondFactor, or_(SecondFactor.person_id.in_(deactivated), is_unfinished)),
                (SecurityKey, SecurityKey.person_id.in_(deactivated)),
            )
        ),
        openid_links=_count(
            session, delete(OpenIDLink).where(OpenIDLink.person_id.in_(deactivated)).returning(OpenIDLink.person_id)
        ),
    )
    if any(asdict(purged).values()):
        record_event(session, "accounts.purged", ("accounts", 0), by=by, at=at, after=asdict(purged))
    return purged


def has_identifiers(person: Person) -> bool:
    """Return whether the person's name is still stored. ``purge_accounts`` may already have deleted their address."""
    return person.name != former_name(person.id)


def clear_identifiers(session: Session, person: Person) -> int:
    """Replace a person's name and email address, and delete their choices, credentials, sessions, links and unsaved text.

    Their roles stay. Returns the number of forms whose unsaved text was deleted.
    """
    person.name, person.email = former_name(person.id), f"person-{person.id}{RETIRED_DOMAIN}"
    person.lang, person.password_hash, person.feed_hash, person.signed_in_at = Language.EN, None, None, None
    for column, value in _DELETED_CHOICES.items():
        setattr(person, column, value)
    for table in (SignIn, AccessLink, AddressChange, RecoveryCode, SecondFactor, SecurityKey, OpenIDLink):
        session.execute(delete(table).where(table.person_id == person.id))
    return _count(session, delete(UnsavedText).where(UnsavedText.person_id == person.id).returning(UnsavedText.form))


def _count(session: Session, statement: Any) -> int:
    """Execute a statement that has a RETURNING clause; return the number of rows it changed."""
    return len(session.execute(statement, execution_options={"synchronize_session": False}).all())
