"""The secretariat's overview: how many people and jurisdictions there are, and who is signed in now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, delete, exists, func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import JURISDICTION_ROLES, Jurisdiction, Membership, Person, Role, SignIn
from cogwg.accounts.queries import NamedJurisdiction, can_sign_in
from cogwg.accounts.rules import is_session_alive
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """The numbers of people who can sign in or are invited, of jurisdictions, and of jurisdictions without a lead or deputy
    who can sign in.
    """

    active: int
    invited: int
    jurisdictions: int
    without_lead: int


def account_counts(session: Session) -> AccountCounts:
    """Count accounts and jurisdictions, in one SQL statement."""
    is_open, is_active = Person.retired_at.is_(None), can_sign_in()
    is_led = exists().where(
        Membership.jurisdiction_id == Jurisdiction.id,
        Membership.role.in_(JURISDICTION_ROLES),
        Membership.person_id == Person.id,
        is_active,
    )
    counted = (
        select(func.count(case((is_active, 1)))).select_from(Person),
        select(func.count(case((and_(is_open, ~is_active), 1)))).select_from(Person),
        select(func.count()).select_from(Jurisdiction),
        select(func.count()).select_from(Jurisdiction).where(~is_led),
    )
    return AccountCounts(*session.execute(select(*(each.scalar_subquery() for each in counted))).one())


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session that has not ended. ``browser`` is "" if it is unknown."""

    id: int
    started_at: datetime
    seen_at: datetime
    browser: str


@dataclass(frozen=True, slots=True)
class PersonSignedIn:
    """A person with their sessions, the most recently used one first, and their roles with the name of the jurisdiction."""

    id: int
    name: str
    roles: tuple[tuple[Role, NamedJurisdiction | None], ...]
    sessions: tuple[ListedSession, ...]


def people_signed_in(session: Session, *, now: datetime) -> list[PersonSignedIn]:
    """Return who is signed in, the person seen last first, in two SQL statements."""
    names: dict[int, str] = {}
    started: dict[int, list[ListedSession]] = {}
    rows = select(SignIn.id, SignIn.started_at, SignIn.seen_at, SignIn.browser, Person.id.label("person_id"), Person.name)
    joined = rows.join(Person, Person.id == SignIn.person_id).where(Person.retired_at.is_(None))
    for row in session.execute(joined.order_by(SignIn.seen_at.desc(), SignIn.id.desc())):
        names[row.person_id] = row.name
        started.setdefault(row.person_id, []).append(ListedSession(row.id, row.started_at, row.seen_at, row.browser))
    held = _roles(session)
    people = []
    for person_id, name in names.items():
        roles = held.get(person_id, ())
        kinds = frozenset(role for role, _place in roles)
        alive = tuple(s for s in started[person_id] if is_session_alive(s.started_at, s.seen_at, kinds, now))
        if alive:
            people.append(PersonSignedIn(person_id, name, tuple(roles), alive))
    return people


def end_session_of_person(session: Session, sign_in_id: int, *, by: Actor, at: datetime) -> int | None:
    """End one session of any person, and return the person's id; None if it has ended already."""
    person_id = session.scalar(delete(SignIn).where(SignIn.id == sign_in_id).returning(SignIn.person_id))
    if person_id is not None:
        record_event(session, "person.signed-out", ("person", person_id), by=by, at=at, after={"sessions": 1})
    return person_id


def _roles(session: Session) -> dict[int, list[tuple[Role, NamedJurisdiction | None]]]:
    """Map the id of each person who has a session row to their roles."""
    rows = session.execute(
        select(
            Membership.person_id,
            Membership.role,
            Jurisdiction.id,
            Jurisdiction.code,
            Jurisdiction.name_en,
            Jurisdiction.name_fr,
        )
        .outerjoin(Jurisdiction, Jurisdiction.id == Membership.jurisdiction_id)
        .where(exists().where(SignIn.person_id == Membership.person_id))
        .order_by(Membership.id)
    )
    held: dict[int, list[tuple[Role, NamedJurisdiction | None]]] = {}
    for row in rows:
        place = NamedJurisdiction(row.id, row.code, Bilingual(row.name_en, row.name_fr)) if row.id is not None else None
        held.setdefault(row.person_id, []).append((row.role, place))
    return held
