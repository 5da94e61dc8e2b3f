"""Jurisdictions as they were named on a past day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import EarlierName, Jurisdiction, OrderOfGovernment
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual, Language, sort_key
from cogwg.core.calendar import end_of_day, local_day
from cogwg.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class NamedThen:
    """A jurisdiction with the name that it had on a day."""

    id: int
    code: str
    kind: OrderOfGovernment
    name: Bilingual


@dataclass(frozen=True, slots=True)
class JurisdictionOnDay:
    """A jurisdiction with the name that it had on a day, and the names before that, newest first, each with its last day.

    ``added_on`` is the day on which it was added to the site; None if it was there from the start.
    """

    id: int
    code: str
    name: Bilingual
    earlier_names: tuple[tuple[Bilingual, date], ...]
    added_on: date | None


_IS_ADDITION = and_(
    AuditEvent.subject_kind == "jurisdiction",
    AuditEvent.subject_id == Jurisdiction.id,
    AuditEvent.action == "jurisdiction.added",
)


def jurisdiction_on_day(session: Session, code: str, day: date) -> JurisdictionOnDay:
    """Return the jurisdiction with this code as it was named on a day, in one SQL statement. Raises ``NotFound`` if there is
    none.
    """
    rows = session.execute(
        select(Jurisdiction, EarlierName, AuditEvent.at)
        .outerjoin(EarlierName, EarlierName.jurisdiction_id == Jurisdiction.id)
        .outerjoin(AuditEvent, _IS_ADDITION)
        .where(Jurisdiction.code == code.lower())
        .order_by(EarlierName.id)
    ).all()
    if not rows:
        raise NotFound(f"jurisdiction {code}")
    current, added_at = rows[0].Jurisdiction, rows[0].at
    names = [row.EarlierName for row in rows if row.EarlierName is not None]
    held = next((earlier for earlier in names if earlier.held_until > day), None)
    before = [(earlier.name, earlier.held_until) for earlier in names if earlier.held_until <= day]
    return JurisdictionOnDay(
        id=current.id,
        code=current.code,
        name=held.name if held is not None else current.name,
        earlier_names=tuple(reversed(before)),
        added_on=local_day(added_at) if added_at is not None else None,
    )


def jurisdictions_on_day(session: Session, day: date, lang: Language | str) -> list[NamedThen]:
    """Return the jurisdictions that the site had on a day, with their names on that day, sorted by name, in one SQL
    statement.
    """
    then, later = aliased(EarlierName), aliased(EarlierName)
    held = (
        select(func.min(later.id))
        .where(later.jurisdiction_id == Jurisdiction.id, later.held_until > day)
        .correlate(Jurisdiction)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Jurisdiction, then)
        .outerjoin(then, then.id == held)
        .outerjoin(AuditEvent, and_(_IS_ADDITION, AuditEvent.at >= end_of_day(day)))
        .where(AuditEvent.id.is_(None))
    )
    named = [NamedThen(j.id, j.code, j.kind, earlier.name if earlier is not None else j.name) for j, earlier in rows]
    return sorted(named, key=lambda j: sort_key(j.name.text(lang)))
