"""The people to contact with questions: the co-chairs, and the leads of jurisdictions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, false, or_, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import JURISDICTION_ROLES, EarlierName, Jurisdiction, Membership, Person, Role
from cogwg.core.bilingual import Bilingual, sort_key
from cogwg.core.db import execute_core, table
from cogwg.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class PersonToAsk:
    """A contact with an email address; ``is_reader`` is whether this is the person reading the page."""

    name: str
    email: str
    is_reader: bool = False


@dataclass(frozen=True, slots=True)
class PeopleToAsk:
    """The contacts on a page, sorted by name: the leads of each jurisdiction, and the co-chairs other than the reader."""

    leads: tuple[tuple[Bilingual, tuple[PersonToAsk, ...]], ...]
    co_chairs: tuple[PersonToAsk, ...]


_P, _M = map(table, (Person, Membership))
_PEOPLE = (
    select(_P.c.id, _P.c.name, _P.c.email, _M.c.role, _M.c.jurisdiction_id)
    .select_from(_M.join(_P, _P.c.id == _M.c.person_id))
    .where(
        _P.c.retired_at.is_(None),
        or_(
            _M.c.role == Role.CO_CHAIR,
            and_(_M.c.role.in_(JURISDICTION_ROLES), _M.c.jurisdiction_id.in_(bindparam("jurisdictions", expanding=True))),
        ),
    )
    .order_by(_P.c.name, _P.c.id, _M.c.id)
)


def people_to_ask(session: Session, jurisdictions: Mapping[int, Bilingual], *, reader_id: int, with_leads: bool) -> PeopleToAsk:
    """Return the contacts to show a signed-in person, in one SQL statement.

    These are the active co-chairs other than the reader and, if ``with_leads``, the active leads of ``jurisdictions`` (a
    mapping of ids to names). ``with_leads`` is whether the reader has ``Permission.SEE_CONTACTS``; without it, leads are not
    read from the database.
    """
    shown = jurisdictions if with_leads else {}
    rows = execute_core(session, _PEOPLE, {"jurisdictions": list(shown)}).all()
    return _people(rows, shown, reader_id)


def jurisdiction_and_people(
    session: Session, code: str, *, reader_id: int, with_leads: bool
) -> tuple[Jurisdiction, list[EarlierName], PeopleToAsk]:
    """Return the jurisdiction with this code, its earlier names, newest first, and its contacts (see ``people_to_ask``).

    This runs one SQL statement. Raises ``NotFound`` if there is no such jurisdiction.
    """
    is_lead = (
        and_(Membership.role.in_(JURISDICTION_ROLES), Membership.jurisdiction_id == Jurisdiction.id) if with_leads else false()
    )
    rows = session.execute(
        select(Jurisdiction, EarlierName, Person.id, Person.name, Person.email, Membership.role, Membership.jurisdiction_id)
        .select_from(Jurisdiction)
        .outerjoin(Membership, or_(Membership.role == Role.CO_CHAIR, is_lead))
        .outerjoin(Person, and_(Person.id == Membership.person_id, Person.retired_at.is_(None)))
        .outerjoin(EarlierName, EarlierName.jurisdiction_id == Jurisdiction.id)
        .where(Jurisdiction.code == code.lower())
        .order_by(Person.name, Person.id, Membership.id, EarlierName.id.desc())
    ).all()
    if not rows:
        raise NotFound(f"jurisdiction {code}")
    named = rows[0].Jurisdiction
    earlier = {row.EarlierName.id: row.EarlierName for row in rows if row.EarlierName is not None}
    people = {(row.id, row.role, row.jurisdiction_id): row for row in rows if row.email is not None}.values()
    return named, list(earlier.values()), _people(people, {named.id: named.name} if with_leads else {}, reader_id)


def _people(rows: Iterable[Any], jurisdictions: Mapping[int, Bilingual], reader_id: int) -> PeopleToAsk:
    people = [(p, PersonToAsk(p.name, p.email, p.id == reader_id)) for p in sorted(rows, key=lambda row: sort_key(row.name))]
    return PeopleToAsk(
        leads=tuple(
            (name, tuple(to_ask for p, to_ask in people if p.role in JURISDICTION_ROLES and p.jurisdiction_id == id_))
            for id_, name in jurisdictions.items()
        ),
        co_chairs=tuple(to_ask for p, to_ask in people if p.role is Role.CO_CHAIR and not to_ask.is_reader),
    )
