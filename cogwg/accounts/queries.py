"""Queries of people and jurisdictions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, bindparam, exists, func, or_, select, true
from sqlalchemy.orm import Session

from cogwg.accounts.models import (
    JURISDICTION_ROLES,
    AccessLink,
    EarlierName,
    Jurisdiction,
    Membership,
    OpenIDLink,
    Person,
    Role,
    SecondFactor,
    SecurityKey,
    SignIn,
    UnsavedText,
)
from cogwg.accounts.rules import Preferences, SessionEnd, session_end
from cogwg.accounts.tokens import hash_token
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, clean_text, sort_key
from cogwg.core.db import execute_core
from cogwg.core.errors import NotFound
from cogwg.site_settings.queries import SETTINGS_COLUMNS, SETTINGS_TABLE
from cogwg.site_settings.rules import given_values


@dataclass(frozen=True, slots=True)
class NamedJurisdiction:
    """A jurisdiction's id, code and name, for pages. ``short`` is its short name, or empty if the query does not read it."""

    id: int
    code: str
    name: Bilingual
    short: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """One role of a person. If it is not for a jurisdiction, ``jurisdiction_id`` is None, and ``code`` and the names are
    empty.
    """

    role: Role
    jurisdiction_id: int | None
    code: str
    name: Bilingual
    short: Bilingual


@dataclass(frozen=True, slots=True)
class ActingPerson:
    """A person who does something, with the roles that permit it."""

    person_id: int
    name: str
    lang: Language
    time_zone: str
    memberships: tuple[MembershipFacts, ...]

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(m.role for m in self.memberships)

    @property
    def lead_memberships(self) -> tuple[MembershipFacts, ...]:
        """Return the memberships under which this person reports for a jurisdiction, as a lead or a deputy."""
        return tuple(m for m in self.memberships if m.role in JURISDICTION_ROLES)

    @property
    def lead_jurisdiction_ids(self) -> frozenset[int]:
        return frozenset(m.jurisdiction_id for m in self.lead_memberships if m.jurisdiction_id is not None)


@dataclass(frozen=True, slots=True)
class SignedInPerson(ActingPerson):
    """The signed-in person who sent a request, with their roles and the times of their session.

    If ``has_unsaved_text`` is false, pages with a form need not query unsaved text. ``is_strong`` is whether the session began
    at a provider that requires two steps. ``stored_settings`` are the settings that the secretariat set in the site. The same
    statement reads them, because each page needs them.
    """

    sign_in_id: int
    started_at: datetime
    seen_at: datetime
    has_unsaved_text: bool = False
    has_second_factor: bool = False
    is_strong: bool = False
    stored_settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def session_end(self) -> SessionEnd:
        return session_end(self.started_at, self.seen_at, self.roles)


_S, _P, _M, _J, _U = (model.__table__ for model in (SignIn, Person, Membership, Jurisdiction, UnsavedText))
_F, _K = SecondFactor.__table__, SecurityKey.__table__
_SIGNED_IN_PERSON = (
    select(
        *(_S.c[name] for name in ("id", "started_at", "seen_at", "is_strong")),
        _P.c.id.label("person_id"),
        *(_P.c[name] for name in ("name", "lang", "time_zone")),
        *(_M.c[name] for name in ("role", "jurisdiction_id")),
        *(_J.c[name] for name in ("code", "name_en", "name_fr", "short_en", "short_fr")),
        exists().where(_U.c.person_id == _P.c.id).correlate(_P).label("has_unsaved_text"),
        or_(
            exists().where(_F.c.person_id == _P.c.id, _F.c.confirmed_at.is_not(None)).correlate(_P),
            exists().where(_K.c.person_id == _P.c.id).correlate(_P),
        ).label("has_second_factor"),
        *SETTINGS_COLUMNS,
    )
    .select_from(
        _S.join(_P, _P.c.id == _S.c.person_id)
        .join(SETTINGS_TABLE, true())
        .outerjoin(_M, _M.c.person_id == _P.c.id)
        .outerjoin(_J, _J.c.id == _M.c.jurisdiction_id)
    )
    .where(_S.c.token_hash == bindparam("token"), _P.c.retired_at.is_(None))
    .order_by(_M.c.id)
)
"""The statement of ``signed_in_person``. It is built once, because every request of a signed-in person executes it."""


def signed_in_person(session: Session, token: str) -> SignedInPerson | None:
    """Return the person with this session token, in one SQL statement; None if there is no such session or active account.

    The caller checks whether the session has ended (``is_session_alive``).
    """
    rows = execute_core(session, _SIGNED_IN_PERSON, {"token": hash_token(token)}).all()
    if not rows:
        return None
    first = rows[0]
    return SignedInPerson(
        sign_in_id=first.id,
        person_id=first.person_id,
        name=first.name,
        lang=first.lang,
        time_zone=first.time_zone,
        started_at=first.started_at,
        seen_at=first.seen_at,
        memberships=tuple(
            MembershipFacts(
                r.role,
                r.jurisdiction_id,
                r.code or "",
                Bilingual(r.name_en or "", r.name_fr or ""),
                Bilingual(r.short_en or "", r.short_fr or ""),
            )
            for r in rows
            if r.role is not None
        ),
        has_unsaved_text=bool(first.has_unsaved_text),
        has_second_factor=bool(first.has_second_factor),
        is_strong=bool(first.is_strong),
        stored_settings=given_values(first),
    )


def session_states(session: Session) -> list[tuple[str, str]]:
    """Return the hash of each session's token with the session's last use, in the same order on both database engines."""
    rows = session.execute(select(SignIn.token_hash, SignIn.seen_at)).all()
    return sorted((row.token_hash, row.seen_at.isoformat()) for row in rows)


def person_by_email(session: Session, email: str) -> Person | None:
    """Return the person with this email address, deactivated or not; the case of the address is ignored."""
    return session.scalar(select(Person).where(Person.email == clean_text(email).lower()))


def can_sign_in() -> ColumnElement[bool]:
    """Return an SQL condition that is true if a person's account is active and its invitation was accepted."""
    is_linked = exists().where(OpenIDLink.person_id == Person.id)
    return and_(Person.retired_at.is_(None), or_(Person.password_hash.is_not(None), is_linked))


def name_and_jurisdiction(session: Session, person_id: int) -> tuple[str, Bilingual]:
    """Return a person's name and the name of the first jurisdiction they are a lead for, or an empty name if there is none."""
    row = session.execute(
        select(Person.name, Jurisdiction.name_en, Jurisdiction.name_fr)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.role.in_(JURISDICTION_ROLES)))
        .outerjoin(Jurisdiction, Jurisdiction.id == Membership.jurisdiction_id)
        .where(Person.id == person_id)
        .order_by(Membership.id)
        .limit(1)
    ).one()
    return row.name, Bilingual(row.name_en or "", row.name_fr or "")


def person_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Map the ids of these people to their names, in one SQL statement, or in none if there are no ids."""
    if not ids:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(tuple(ids))))
    return {row.id: row.name for row in rows}


def lead_jurisdictions() -> Subquery:
    """Return a subquery with a jurisdiction (``jurisdiction_id``) for each lead (``person_id``): the one with the lowest
    id.
    """
    return (
        select(Membership.person_id, func.min(Membership.jurisdiction_id).label("jurisdiction_id"))
        .where(Membership.role.in_(JURISDICTION_ROLES))
        .group_by(Membership.person_id)
        .subquery()
    )


def jurisdiction(session: Session, code: str) -> Jurisdiction:
    """Return the jurisdiction with this code. Raises ``NotFound`` if there is none."""
    row = session.scalar(select(Jurisdiction).where(Jurisdiction.code == code.lower()))
    if row is None:
        raise NotFound(f"jurisdiction {code}")
    return row


def jurisdiction_with_id(session: Session, id_: int | None) -> Jurisdiction | None:
    """Return the jurisdiction with this id; None if there is none, or if the id is None."""
    return session.get(Jurisdiction, id_) if id_ is not None else None


def jurisdiction_names(session: Session, ids: Collection[int]) -> dict[int, Bilingual]:
    """Map the ids of these jurisdictions to their names, in one SQL statement."""
    columns = select(Jurisdiction.id, Jurisdiction.name).where(Jurisdiction.id.in_(tuple(ids)))
    return {row.id: row.name for row in session.execute(columns)}


def jurisdictions(session: Session, lang: Language | str) -> list[Jurisdiction]:
    """Return all jurisdictions, sorted by their names in this language as a dictionary would sort them."""
    return sorted(session.scalars(select(Jurisdiction)), key=lambda j: sort_key(j.name.text(lang)))


def earlier_names(session: Session, jurisdiction_id: int) -> list[EarlierName]:
    """Return the earlier names of a jurisdiction, newest first."""
    rows = select(EarlierName).where(EarlierName.jurisdiction_id == jurisdiction_id).order_by(EarlierName.id.desc())
    return list(session.scalars(rows))


def names_since_rename(session: Session) -> tuple[tuple[Bilingual, Bilingual], ...]:
    """Return the result of ``names_by_rename`` for all earlier names, in one SQL statement."""
    joined = select(EarlierName, Jurisdiction).join(Jurisdiction, Jurisdiction.id == EarlierName.jurisdiction_id)
    return names_by_rename((earlier, current) for earlier, current in session.execute(joined))


def names_by_rename(renamed: Iterable[tuple[EarlierName, Jurisdiction]]) -> tuple[tuple[Bilingual, Bilingual], ...]:
    """Return pairs of a name and the jurisdiction's name today: one for each name and short name that these jurisdictions have
    or had.
    """
    return tuple(
        (name, current.name)
        for earlier, current in renamed
        for name in (earlier.name, earlier.short, current.name, current.short)
    )


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to email because of a role, with the kinds of email they want and, for a lead or deputy, the jurisdiction.

    ``can_sign_in`` is whether they accepted the invitation to their account.
    """

    person_id: int
    name: str
    email: str
    lang: Language
    jurisdiction_id: int | None
    jurisdiction: Bilingual
    wants_reminders: bool
    wants_digest: bool
    wants_mentions: bool
    wants_finalized: bool
    wants_answer_links: bool
    time_zone: str
    role: Role
    can_sign_in: bool


_CONTACTS = (
    select(
        _P.c.id,
        *(
            _P.c[name]
            for name in (
                "name",
                "email",
                "lang",
                "wants_reminders",
                "wants_digest",
                "wants_mentions",
                "wants_finalized",
                "wants_answer_links",
                "time_zone",
            )
        ),
        _M.c.jurisdiction_id,
        _M.c.role,
        _J.c.name_en,
        _J.c.name_fr,
        can_sign_in().label("can_sign_in"),
    )
    .select_from(_M.join(_P, _P.c.id == _M.c.person_id).outerjoin(_J, _J.c.id == _M.c.jurisdiction_id))
    .where(_M.c.role.in_(bindparam("roles", expanding=True, type_=_M.c.role.type)), _P.c.retired_at.is_(None))
    .order_by(_P.c.name, _P.c.id, _M.c.id)
)


def contacts(session: Session, *roles: Role) -> list[Contact]:
    """Return the active people with one of these roles, in one SQL statement: one entry for each role of a person, sorted by
    name.
    """
    people = [
        Contact(
            person_id=c.id,
            name=c.name,
            email=c.email,
            lang=c.lang,
            jurisdiction_id=c.jurisdiction_id,
            jurisdiction=Bilingual(c.name_en or "", c.name_fr or ""),
            wants_reminders=c.wants_reminders,
            wants_digest=c.wants_digest,
            wants_mentions=c.wants_mentions,
            wants_finalized=c.wants_finalized,
            wants_answer_links=c.wants_answer_links,
            time_zone=c.time_zone,
            role=c.role,
            can_sign_in=c.can_sign_in,
        )
        for c in session.execute(_CONTACTS, {"roles": list(roles)})
    ]
    return sorted(people, key=lambda person: sort_key(person.name))


def usable_link(session: Session, token: str, now: datetime) -> AccessLink | None:
    """Return the access link with this token; None if it does not exist, was used or has expired."""
    return session.scalar(
        select(AccessLink).where(
            AccessLink.token_hash == hash_token(token), AccessLink.used_at.is_(None), AccessLink.expires_at > now
        )
    )


@dataclass(frozen=True, slots=True)
class Account:
    """The settings on a person's account page; ``has_feed`` is whether they have a working feed URL."""

    email: str
    preferences: Preferences
    has_feed: bool


def account(session: Session, person_id: int) -> Account:
    """Return a person's own account, in one SQL statement."""
    row = session.execute(select(Person).where(Person.id == person_id)).scalar_one()
    return Account(row.email, preferences_of(row), row.feed_hash is not None)


def preferences_of(person: Person) -> Preferences:
    return Preferences(
        person.lang,
        person.time_zone,
        person.wants_reminders,
        person.wants_digest,
        person.wants_mentions,
        person.wants_finalized,
        person.wants_answer_links,
    )


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The owner of a calendar and feed URL: their language, the roles they have now, and the jurisdictions they report for."""

    person_id: int
    lang: Language
    roles: frozenset[Role]
    lead_jurisdiction_ids: tuple[int, ...]


def subscriber(session: Session, token: str) -> Subscriber:
    """Return the owner of the calendar and feed URL with this secret, in one SQL statement.

    Raises ``NotFound`` if there is no such URL, if it was revoked, or if its owner is deactivated.
    """
    rows = session.execute(
        select(Person.id, Person.lang, Membership.role, Membership.jurisdiction_id)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .where(Person.feed_hash == hash_token(token), Person.retired_at.is_(None))
        .order_by(Membership.id)
    ).all()
    if not rows:
        raise NotFound("feed")
    jurisdiction_ids = tuple(r.jurisdiction_id for r in rows if r.role in JURISDICTION_ROLES and r.jurisdiction_id is not None)
    return Subscriber(rows[0].id, rows[0].lang, frozenset(r.role for r in rows if r.role is not None), jurisdiction_ids)
