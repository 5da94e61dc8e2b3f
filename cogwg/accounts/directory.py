"""The list of people for the secretariat: who can sign in, who was invited, and who is deactivated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import JURISDICTION_ROLES, AccessLink, Jurisdiction, Membership, Person
from cogwg.accounts.queries import MembershipFacts
from cogwg.accounts.retention import RETIRED_DOMAIN, former_name
from cogwg.core.bilingual import EMPTY_TEXT, Language, fold_text, sort_key


class AccountState(StrEnum):
    """Whether a person can sign in. Until an invited person sets a password, they are invited, or their invitation expired."""

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
    """A person as the list shows them. ``link_expires_at`` is when their unused link ends, if they have one."""

    id: int
    name: str
    email: str
    lang: Language
    version: int
    state: AccountState
    seen_at: datetime | None
    retired_at: datetime | None
    link_expires_at: datetime | None
    roles: tuple[ListedRole, ...]

    @property
    def is_deactivated(self) -> bool:
        return self.state is AccountState.DEACTIVATED

    @property
    def has_address(self) -> bool:
        """Whether the email address was not deleted yet; without it, the account cannot be reactivated."""
        return not self.email.endswith(RETIRED_DOMAIN)

    @property
    def has_identifiers(self) -> bool:
        """Whether the name was not removed yet."""
        return self.name != former_name(self.id)

    @property
    def has_password(self) -> bool:
        """Whether the person accepted the invitation, so that a new link is for a forgotten password."""
        return self.state is AccountState.ACTIVE


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the list is reduced to. ``words`` are looked for in names, addresses and jurisdictions.

    ``state`` is "active" for all accounts that are not deactivated, "invited" for those without a password, "deactivated", or
    empty for all.
    """

    words: str = ""
    role: str = ""
    state: str = "active"

    def matches(self, person: ListedPerson) -> bool:
        if self.role and all(role.held.role.value != self.role for role in person.roles):
            return False
        if self.state == "active" and person.is_deactivated:
            return False
        if self.state == "invited" and (person.is_deactivated or person.has_password):
            return False
        if self.state == "deactivated" and not person.is_deactivated:
            return False
        held = [role.held for role in person.roles]
        places = [text for m in held for text in (m.code, m.name.en, m.name.fr, m.short.en, m.short.fr)]
        searched = fold_text(" ".join((person.name, person.email, *places)))
        return all(word in searched for word in fold_text(self.words).split())


def list_people(session: Session, *, now: datetime) -> list[ListedPerson]:
    """Return all people, sorted by name as a dictionary would sort them, in three SQL statements."""
    return sorted(_read_people(session, now), key=lambda person: sort_key(person.name))


def listed_person(session: Session, person_id: int, *, now: datetime) -> ListedPerson | None:
    """Return one person as the list shows them; None if there is none."""
    return next(iter(_read_people(session, now, person_id)), None)


def jurisdictions_without_lead(session: Session) -> list[Jurisdiction]:
    """Return the jurisdictions without a lead or deputy who can sign in or was invited."""
    led = (
        select(Membership.jurisdiction_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role.in_(JURISDICTION_ROLES), Person.retired_at.is_(None), Membership.jurisdiction_id.is_not(None))
    )
    return list(session.scalars(select(Jurisdiction).where(Jurisdiction.id.not_in(led)).order_by(Jurisdiction.name_en)))


def _read_people(session: Session, now: datetime, person_id: int | None = None) -> list[ListedPerson]:
    people, links = select(Person), select(AccessLink.person_id, AccessLink.expires_at).where(AccessLink.used_at.is_(None))
    roles = (
        select(Membership, Jurisdiction)
        .outerjoin(Jurisdiction, Jurisdiction.id == Membership.jurisdiction_id)
        .order_by(Membership.id)
    )
    if person_id is not None:
        people = people.where(Person.id == person_id)
        links = links.where(AccessLink.person_id == person_id)
        roles = roles.where(Membership.person_id == person_id)
    ends = {row.person_id: row.expires_at for row in session.execute(links)}
    held: dict[int, list[ListedRole]] = {}
    for membership, jurisdiction in session.execute(roles):
        held.setdefault(membership.person_id, []).append(_listed_role(membership, jurisdiction))
    return [_listed(person, held.get(person.id, ()), ends.get(person.id), now) for person in session.scalars(people)]


def _listed_role(membership: Membership, jurisdiction: Jurisdiction | None) -> ListedRole:
    if jurisdiction is None:
        return ListedRole(membership.id, MembershipFacts(membership.role, None, "", EMPTY_TEXT, EMPTY_TEXT))
    facts = MembershipFacts(membership.role, jurisdiction.id, jurisdiction.code, jurisdiction.name, jurisdiction.short)
    return ListedRole(membership.id, facts)


def _listed(person: Person, roles: Sequence[ListedRole], link_end: datetime | None, now: datetime) -> ListedPerson:
    if person.retired_at is not None:
        state = AccountState.DEACTIVATED
    elif person.password_hash is not None:
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
        seen_at=person.seen_at,
        retired_at=person.retired_at,
        link_expires_at=link_end,
        roles=tuple(roles),
    )
