"""Commands with which the secretariat manages people's accounts and roles.

``version`` is the version of the account that the page showed, or None for the command line, which shows none. A command that
is given an outdated version raises ``Conflict`` with the person. A change of roles or email address ends the person's
sessions.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import JURISDICTION_ROLES, Jurisdiction, Membership, Person, Role
from cogwg.accounts.openid_links import delete_link
from cogwg.accounts.queries import can_sign_in
from cogwg.accounts.retention import RETIRED_DOMAIN
from cogwg.accounts.second_factor import delete_factor
from cogwg.accounts.services import end_sessions_and_links
from cogwg.audit.services import Actor, record_event
from cogwg.core.addresses import is_reachable_address
from cogwg.core.bilingual import Language, clean_line
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
REASON_LIMIT = 200
_LAST_SECRETARIAT = Message(
    N_("At least one other person in the secretariat must be able to sign in. Give another person this role first.")
)


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    role: Role,
    jurisdiction: Jurisdiction | None,
    lang: Language,
    time_zone: str,
    by: Actor,
    at: datetime,
) -> Person:
    """Create an account with a role; the person sets their own password from a link. Raises ``Invalid`` for a name, email
    address or role that cannot be used.
    """
    problems = person_problems(session, email=email, name=name)
    try:
        _check_role(session, role, jurisdiction)
    except Invalid as refusal:
        problems += refusal.problems
    if problems:
        raise Invalid(*problems)
    email, name = checked_email(session, email), _checked_name(name)
    person = Person(email=email, name=name, lang=lang, time_zone=time_zone)
    person.memberships.append(Membership(role=role, jurisdiction=jurisdiction))
    session.add(person)
    session.flush()
    record_event(session, "person.added", ("person", person.id), by=by, at=at, after=_role_facts(role, jurisdiction))
    return person


def change_person(
    session: Session, person: Person, *, email: str, name: str, lang: Language, version: int | None, by: Actor, at: datetime
) -> bool:
    """Correct a person's name, email address and language; return whether the address changed.

    A new address ends the person's sessions and revokes their links. The audit log gets the names of the changed fields, not
    their values, because nothing can be deleted from it. Raises ``Conflict``, and ``Invalid`` for a name or address that
    cannot be used.
    """
    _check_version(person, version)
    if problems := person_problems(session, email=email, name=name, person=person):
        raise Invalid(*problems)
    email, name = checked_email(session, email, person), _checked_name(name)
    before = {"name": person.name, "email": person.email, "lang": person.lang.value}
    after = {"name": name, "email": email, "lang": lang.value}
    if after == before:
        return False
    person.name, person.email, person.lang = name, email, lang
    is_moved = email != before["email"]
    if is_moved:
        end_sessions_and_links(session, person.id)
    changed = [field for field, value in after.items() if value != before[field]]
    _record_change(session, person, "person.changed", by=by, at=at, after={"fields": changed})
    return is_moved


def add_role(
    session: Session,
    person: Person,
    role: Role,
    jurisdiction: Jurisdiction | None,
    *,
    version: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Give a person another role. Raises ``Conflict``, and ``Invalid`` if they already have it, already report for the
    jurisdiction, or the role does not fit the jurisdiction.
    """
    _check_version(person, version)
    _check_role(session, role, jurisdiction)
    _check_is_new(person, role, jurisdiction)
    person.memberships.append(Membership(role=role, jurisdiction=jurisdiction))
    end_sessions_and_links(session, person.id, keep_links=True)
    _record_change(session, person, "person.role-added", by=by, at=at, after=_role_facts(role, jurisdiction))


def move_role(
    session: Session,
    person: Person,
    membership_id: int,
    jurisdiction: Jurisdiction,
    *,
    version: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Move a lead's or deputy's role to another jurisdiction.

    Raises ``Conflict``, ``NotFound`` if the person has no such role for a jurisdiction, and ``Invalid`` if they already report
    for the other jurisdiction.
    """
    _check_version(person, version)
    membership = _membership(person, membership_id)
    if membership.role not in JURISDICTION_ROLES:
        raise NotFound("role for a jurisdiction")
    _check_is_new(person, membership.role, jurisdiction)
    before = _role_facts(membership.role, membership.jurisdiction)
    membership.jurisdiction = jurisdiction
    end_sessions_and_links(session, person.id, keep_links=True)
    after = _role_facts(membership.role, jurisdiction)
    _record_change(session, person, "person.role-moved", by=by, at=at, before=before, after=after)


def end_role(session: Session, person: Person, membership_id: int, *, version: int | None, by: Actor, at: datetime) -> None:
    """Take a role from a person, but not their last one: in that case, deactivate the account instead.

    Raises ``Conflict``, ``NotFound`` if the person has no such role, and ``Invalid`` for the person's last role, or for the
    secretariat role of its last member.
    """
    _check_version(person, version)
    membership = _membership(person, membership_id)
    if len(person.memberships) == 1:
        raise Invalid(
            ("role", Message(N_("This is the person’s only role. Give them another role first, or deactivate the account.")))
        )
    if membership.role is Role.SECRETARIAT:
        _check_other_secretariat(session, person)
    before = _role_facts(membership.role, membership.jurisdiction)
    session.delete(membership)
    session.flush()
    session.expire(person, ["memberships"])
    end_sessions_and_links(session, person.id, keep_links=True)
    _record_change(session, person, "person.role-ended", by=by, at=at, before=before)


def deactivate_person(session: Session, person: Person, *, version: int | None = None, by: Actor, at: datetime) -> None:
    """Deactivate an account: its sessions end, its unused links are revoked, and the person's work and roles are kept.

    Raises ``Conflict``, and ``Invalid`` if the account is already deactivated or is the last one of the secretariat.
    """
    _check_version(person, version)
    if person.retired_at is not None:
        raise Invalid(("email", Message(N_("This account is deactivated."))))
    if any(m.role is Role.SECRETARIAT for m in person.memberships):
        _check_other_secretariat(session, person)
    person.retired_at = at
    end_sessions_and_links(session, person.id)
    _record_change(session, person, "person.retired", by=by, at=at)


def reactivate_person(session: Session, person: Person, *, version: int | None = None, by: Actor, at: datetime) -> None:
    """Reactivate an account, with its roles. Sessions stay ended, and the person sets a new password from a link.

    The password, two-step sign-in, the link to a provider and the feed URL are deleted, unless ``purge_accounts`` has done
    so already. Raises ``Conflict``; and ``Invalid`` if the account is active, or if its email address was deleted after
    ``RETIRED_RETENTION``.
    """
    _check_version(person, version)
    if person.retired_at is None:
        raise Invalid(("email", Message(N_("This account is active."))))
    if person.email.endswith(RETIRED_DOMAIN):
        raise Invalid(("email", Message(N_("The email address of this account was deleted. Add a new account."))))
    person.retired_at = person.password_hash = person.feed_hash = None
    delete_factor(session, person.id)
    delete_link(session, person.id)
    end_sessions_and_links(session, person.id)
    _record_change(session, person, "person.restored", by=by, at=at)


def reset_second_factor(
    session: Session, person: Person, reason: str, *, version: int | None = None, by: Actor, at: datetime
) -> str:
    """Turn off the two-step sign-in of a person who lost their device and recovery codes; return the reason as it is stored.

    Their sessions end. The audit log records the reason. Raises ``Conflict``, and ``Invalid`` for one's own account, without a
    reason, or if two-step sign-in is off.
    """
    _check_version(person, version)
    if by == Actor("person", person.id):
        raise Invalid(("reason", Message(N_("Turn off your own two-step sign-in on your account page."))))
    reason = clean_line(reason)
    if not reason or len(reason) > REASON_LIMIT:
        raise Invalid(("reason", Message(N_("Enter a reason, in %(most)s characters or fewer."), {"most": REASON_LIMIT})))
    if not delete_factor(session, person.id):
        raise Invalid(("reason", Message(N_("Two-step sign-in is off."))))
    end_sessions_and_links(session, person.id, keep_links=True)
    _record_change(session, person, "person.second-factor-reset", by=by, at=at, after={"reason": reason})
    return reason


def remove_openid_link(session: Session, person: Person, *, version: int | None = None, by: Actor, at: datetime) -> None:
    """Remove the link of a person whose account at the OpenID Connect provider was lost or replaced; their sessions end.

    Raises ``Conflict``, and ``Invalid`` for one's own account or without a link.
    """
    _check_version(person, version)
    if by == Actor("person", person.id):
        raise Invalid(("", Message(N_("Remove your own link on your account page."))))
    if not delete_link(session, person.id):
        raise Invalid(("", Message(N_("This account is not linked."))))
    end_sessions_and_links(session, person.id, keep_links=True)
    _record_change(session, person, "person.openid-unlinked", by=by, at=at)


def jurisdictions_left(session: Session, person: Person) -> list[Jurisdiction]:
    """Return the jurisdictions for which no lead or deputy other than this person can sign in."""
    own = {m.jurisdiction_id: m.jurisdiction for m in person.memberships if m.role in JURISDICTION_ROLES}
    others = (
        select(Membership.jurisdiction_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.role.in_(JURISDICTION_ROLES),
            Membership.jurisdiction_id.in_(own),
            Membership.person_id != person.id,
            can_sign_in(),
        )
    )
    led = set(session.scalars(others))
    return [jurisdiction for id_, jurisdiction in own.items() if id_ not in led and jurisdiction is not None]


def _record_change(session: Session, person: Person, action: str, *, by: Actor, at: datetime, **values: Any) -> None:
    person.version += 1
    session.flush()
    record_event(session, action, ("person", person.id), by=by, at=at, **values)


def _check_version(person: Person, version: int | None) -> None:
    if version is not None and version != person.version:
        raise Conflict(person)


def person_problems(session: Session, *, email: str, name: str, person: Person | None = None) -> list[tuple[str, Message]]:
    """Return the problems of the name and the email address of a new account or, if given, of ``person``."""
    problems: list[tuple[str, Message]] = []
    try:
        _checked_name(name)
    except Invalid as refusal:
        problems += refusal.problems
    try:
        checked_email(session, email, person)
    except Invalid as refusal:
        problems += refusal.problems
    return problems


def checked_email(session: Session, email: str, person: Person | None = None) -> str:
    """Return the email address in lower case. Raises ``Invalid`` if no email can be sent to it, or another account has it."""
    email = clean_line(email).lower()
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise Invalid(("email", Message(N_("Enter an email address, such as name@example.ca."))))
    if not is_reachable_address(email):
        raise Invalid(
            ("email", Message(N_("Email cannot be sent to this address. Check the spelling, and remove any accents.")))
        )
    owner = session.scalar(select(Person.id).where(Person.email == email))
    if owner is not None and (person is None or owner != person.id):
        raise Invalid(("email", Message(N_("An account already exists for this email address."))))
    return email


def _checked_name(name: str) -> str:
    name = clean_line(name)
    if not name or len(name) > 120:
        raise Invalid(("name", Message(N_("Enter the person’s name, in 120 characters or fewer."))))
    return name


def _check_role(session: Session, role: Role, jurisdiction: Jurisdiction | None) -> None:
    if role in JURISDICTION_ROLES and jurisdiction is None:
        if session.scalar(select(Jurisdiction.id).limit(1)) is None:
            raise Invalid(("jurisdiction", Message(N_("There are no jurisdictions yet. Add one first, then its lead."))))
        raise Invalid(("jurisdiction", Message(N_("Select the jurisdiction that this person reports for."))))
    if role not in JURISDICTION_ROLES and jurisdiction is not None:
        raise Invalid(("jurisdiction", Message(N_("This role is for the whole group. Leave the jurisdiction empty."))))


def _check_is_new(person: Person, role: Role, jurisdiction: Jurisdiction | None) -> None:
    """Raise ``Invalid`` if the person has the role, or reports for the jurisdiction in another role."""
    jurisdiction_id = jurisdiction.id if jurisdiction is not None else None
    for membership in person.memberships:
        if membership.jurisdiction_id != jurisdiction_id:
            continue
        if membership.role is role or (jurisdiction_id is not None and role in JURISDICTION_ROLES):
            raise Invalid(("role", Message(N_("This person already has this role, or already reports for this jurisdiction."))))


def _check_other_secretariat(session: Session, person: Person) -> None:
    others = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.role == Role.SECRETARIAT, Person.id != person.id, can_sign_in())
    )
    if session.scalar(others.limit(1)) is None:
        raise Invalid(("role", _LAST_SECRETARIAT))


def _membership(person: Person, membership_id: int) -> Membership:
    membership = next((m for m in person.memberships if m.id == membership_id), None)
    if membership is None:
        raise NotFound("role")
    return membership


def _role_facts(role: Role, jurisdiction: Jurisdiction | None) -> dict[str, Any]:
    return {"role": role.value, "jurisdiction": jurisdiction.code if jurisdiction is not None else None}
