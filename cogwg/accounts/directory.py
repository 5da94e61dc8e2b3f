"""The secretariat's lists of people, with whether each can sign in, and of jurisdictions, with their leads and deputies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from cogwg.accounts.models import (
    JURISDICTION_ROLES,
    AccessLink,
    Jurisdiction,
    Membership,
    OpenIDLink,
    OrderOfGovernment,
    Person,
    Role,
    SecondFactor,
    SecurityKey,
)
from cogwg.accounts.names import former_name
from cogwg.accounts.queries import MembershipFacts, can_sign_in
from cogwg.accounts.retention import RETIRED_DOMAIN
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, fold_text, sort_key


class AccountState(StrEnum):
    """Whether a person can sign in. A person is "invited" until they set a password or sign in with a provider; if their link
    expires before that, they are "expired".
    """

    ACTIVE = "active"
    INVITED = "invited"
    EXPIRED = "expired"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class ListedRole:
    """A role of a person in the list, with the id of its row."""

    id: int
    held: MembershipFacts


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person as the list shows them. ``link_expires_at`` is when their unused link expires; None if they have none."""

    id: int
    name: str
    email: str
    lang: Language
    version: int
    state: AccountState
    signed_in_at: datetime | None
    retired_at: datetime | None
    link_expires_at: datetime | None
    roles: tuple[ListedRole, ...]
    has_second_factor: bool = False
    has_openid_link: bool = False

    @property
    def is_deactivated(self) -> bool:
        return self.state is AccountState.DEACTIVATED

    @property
    def has_address(self) -> bool:
        """Whether the email address is still stored; without it, the account cannot be reactivated."""
        return not self.email.endswith(RETIRED_DOMAIN)

    @property
    def has_identifiers(self) -> bool:
        """Whether the name is still stored."""
        return self.name != former_name(self.id)

    @property
    def has_accepted(self) -> bool:
        """Whether the person accepted the invitation; if so, a new link resets a forgotten password."""
        return self.state is AccountState.ACTIVE


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """The filters of the list. ``words`` are searched for in names, email addresses and jurisdictions.

    ``state`` is "active" for all accounts that are not deactivated, "invited" for those who have not accepted, "deactivated",
    or empty for all.
    """

    words: str = ""
    role: str = ""
    state: str = "active"

    def matches(self, person: ListedPerson) -> bool:
        if self.role and all(role.held.role.value != self.role for role in person.roles):
            return False
        if self.state == "active" and person.is_deactivated:
            return False
        if self.state == "invited" and (person.is_deactivated or person.has_accepted):
            return False
        if self.state == "deactivated" and not person.is_deactivated:
            return False
        held = [role.held for role in person.roles]
        places = [text for m in held for text in (m.code, m.name.en, m.name.fr, m.short.en, m.short.fr)]
        searched = fold_text(" ".join((person.name, person.email, *places)))
        return all(word in searched for word in fold_text(self.words).split())


def list_people(session: Session, *, now: datetime) -> list[ListedPerson]:
    """Return all people, sorted by name as a dictionary would sort them, in five SQL statements."""
    return sorted(_read_people(session, now), key=lambda person: sort_key(person.name))


def listed_person(session: Session, person_id: int, *, now: datetime) -> ListedPerson | None:
    """Return one person as the list shows them; None if there is none."""
    return next(iter(_read_people(session, now, person_id)), None)


def active_people(session: Session, *, except_id: int) -> list[tuple[int, str, str]]:
    """Return the id, name and email address of each person who can sign in, except one, sorted by name."""
    rows = session.execute(select(Person.id, Person.name, Person.email).where(can_sign_in(), Person.id != except_id))
    return sorted(((row.id, row.name, row.email) for row in rows), key=lambda row: sort_key(row[1]))


def jurisdictions_without_lead(jurisdictions: Iterable[Jurisdiction], people: Iterable[ListedPerson]) -> list[Jurisdiction]:
    """Return the jurisdictions without a lead or deputy who can sign in."""
    led = {role.held.jurisdiction_id for person in people if person.has_accepted for role in person.roles}
    return [jurisdiction for jurisdiction in jurisdictions if jurisdiction.id not in led]


def invited_leads(people: Iterable[ListedPerson]) -> dict[int | None, int]:
    """Map each jurisdiction with a lead or deputy who has not accepted the invitation to the id of such a person.

    The people invited to a role for the whole group are under None.
    """
    waiting = [person for person in people if not person.has_accepted and not person.is_deactivated]
    return {role.held.jurisdiction_id: person.id for person in waiting for role in person.roles}


@dataclass(frozen=True, slots=True)
class ListedJurisdiction:
    """A jurisdiction as the list shows it. ``leads`` and ``deputies`` are the ids and names of people with active accounts."""

    id: int
    code: str
    kind: OrderOfGovernment
    name: Bilingual
    short: Bilingual
    contact_name: str
    contact_email: str
    version: int
    leads: tuple[tuple[int, str], ...]
    deputies: tuple[tuple[int, str], ...]


def list_jurisdictions(session: Session, lang: Language | str) -> list[ListedJurisdiction]:
    """Return all jurisdictions, sorted by their names in this language, in two SQL statements."""
    return sorted(_read_jurisdictions(session), key=lambda listed: sort_key(listed.name.text(lang)))


def listed_jurisdiction(session: Session, code: str) -> ListedJurisdiction | None:
    """Return one jurisdiction as the list shows it; None if there is none."""
    return next(iter(_read_jurisdictions(session, code)), None)


def _read_jurisdictions(session: Session, code: str | None = None) -> list[ListedJurisdiction]:
    rows = select(Jurisdiction)
    holders = (
        select(Membership.jurisdiction_id, Membership.role, Person.id, Person.name)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role.in_(JURISDICTION_ROLES), Person.retired_at.is_(None))
        .order_by(Membership.id)
    )
    if code is not None:
        rows = rows.where(Jurisdiction.code == code)
        holders = holders.join(Jurisdiction, Jurisdiction.id == Membership.jurisdiction_id).where(Jurisdiction.code == code)
    held: dict[tuple[int | None, Role], list[tuple[int, str]]] = {}
    for row in session.execute(holders):
        held.setdefault((row.jurisdiction_id, row.role), []).append((row.id, row.name))
    return [
        ListedJurisdiction(
            id=j.id,
            code=j.code,
            kind=j.kind,
            name=j.name,
            short=j.short,
            contact_name=j.contact_name,
            contact_email=j.contact_email,
            version=j.version,
            leads=tuple(held.get((j.id, Role.LEAD), ())),
            deputies=tuple(held.get((j.id, Role.DEPUTY), ())),
        )
        for j in session.scalars(rows)
    ]


def _read_people(session: Session, now: datetime, person_id: int | None = None) -> list[ListedPerson]:
    people, links = select(Person), select(AccessLink.person_id, AccessLink.expires_at).where(AccessLink.used_at.is_(None))
    roles = (
        select(Membership, Jurisdiction)
        .outerjoin(Jurisdiction, Jurisdiction.id == Membership.jurisdiction_id)
        .order_by(Membership.id)
    )
    apps, keys = select(SecondFactor.person_id).where(SecondFactor.confirmed_at.is_not(None)), select(SecurityKey.person_id)
    openid_links = select(OpenIDLink.person_id)
    if person_id is not None:
        apps, keys = apps.where(SecondFactor.person_id == person_id), keys.where(SecurityKey.person_id == person_id)
        openid_links = openid_links.where(OpenIDLink.person_id == person_id)
        people = people.where(Person.id == person_id)
        links = links.where(AccessLink.person_id == person_id)
        roles = roles.where(Membership.person_id == person_id)
    ends = {row.person_id: row.expires_at for row in session.execute(links)}
    protected, linked = set(session.scalars(union(apps, keys))), set(session.scalars(openid_links))
    held: dict[int, list[ListedRole]] = {}
    for membership, jurisdiction in session.execute(roles):
        held.setdefault(membership.person_id, []).append(_listed_role(membership, jurisdiction))
    return [
        _listed(
            person,
            held.get(person.id, ()),
            ends.get(person.id),
            now,
            has_second_factor=person.id in protected,
            has_openid_link=person.id in linked,
        )
        for person in session.scalars(people)
    ]


def _listed_role(membership: Membership, jurisdiction: Jurisdiction | None) -> ListedRole:
    if jurisdiction is None:
        return ListedRole(membership.id, MembershipFacts(membership.role, None, "", EMPTY_TEXT, EMPTY_TEXT))
    facts = MembershipFacts(membership.role, jurisdiction.id, jurisdiction.code, jurisdiction.name, jurisdiction.short)
    return ListedRole(membership.id, facts)


def _listed(
    person: Person,
    roles: Sequence[ListedRole],
    link_end: datetime | None,
    now: datetime,
    *,
    has_second_factor: bool,
    has_openid_link: bool,
) -> ListedPerson:
    if person.retired_at is not None:
        state = AccountState.DEACTIVATED
    elif person.password_hash is not None or has_openid_link:
        state = AccountState.ACTIVE
    else:
        state = AccountState.INVITED if link_end is not None and link_end > now else AccountState.EXPIRED
    return ListedPerson(
        id=person.id,
        name=person.name,
        email=person.email,
        lang=person.lang,
        version=person.version,
        state=state,
        signed_in_at=person.signed_in_at,
        retired_at=person.retired_at,
        link_expires_at=link_end,
        roles=tuple(roles),
        has_second_factor=has_second_factor,
        has_openid_link=has_openid_link,
    )
