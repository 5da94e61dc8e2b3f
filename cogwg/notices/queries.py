"""Who is told what: the people behind a quarter's missing reports, and whom word of a deed goes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Membership, Person, Role
from cogwg.accounts.queries import Contact, contacts
from cogwg.core.bilingual import Bilingual
from cogwg.mail.queries import latest
from cogwg.notices.body import Addressee
from cogwg.notices.reminder_messages import Missing
from cogwg.notices.rules import REMINDING, too_soon
from cogwg.reporting.readiness import Readiness


@dataclass(frozen=True, slots=True)
class Reached:
    """The people behind the missing reports of a quarter: who can be reminded now, and who not, with the reason.

    ``alone`` names the jurisdictions that nobody reports for. ``last`` is when each person was last reminded.
    """

    ready: tuple[Missing, ...]
    too_soon: tuple[Missing, ...]
    unwilling: tuple[Missing, ...]
    alone: tuple[Bilingual, ...]
    last: dict[int, tuple[int, datetime]]

    def last_id(self, person_id: int) -> int:
        """The id of their last reminder, 0 for none."""
        return self.last.get(person_id, (0, None))[0]


def in_turn(session: Session) -> None:
    """Let reminders be written by one writer at a time: who comes second waits here, and then sees the letters of the first.

    Whoever might be reminded is held until the transaction ends. On SQLite writers come one by one anyway.
    """
    people = select(Membership.person_id).where(Membership.role == Role.LEAD)
    held = select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
    session.execute(held.with_for_update(key_share=True)).all()


def leads(session: Session) -> list[Contact]:
    """Everybody who reports for a jurisdiction; one statement."""
    return contacts(session, Role.LEAD)


def missing_people(found: Iterable[Contact], ready: Readiness) -> list[tuple[Missing, bool]]:
    """Each lead who can still send a report, once, with what it is and whether they want reminders."""
    own: dict[int, list[Contact]] = {}
    for contact in found:
        if contact.jurisdiction_id is not None and ready.missing_of([contact.jurisdiction_id]):
            own.setdefault(contact.person_id, []).append(contact)
    return [(_missing(roles, ready), roles[0].wants_reminders) for roles in own.values()]


def _missing(roles: list[Contact], ready: Readiness) -> Missing:
    ids = [c.jurisdiction_id for c in roles if c.jurisdiction_id is not None]
    return Missing(addressee(roles), tuple(ready.missing_of(ids)))


def reached(session: Session, found: Collection[Contact], ready: Readiness, now: datetime) -> Reached:
    """Whom a co-chair's reminder would reach at this instant of the calendar; one statement."""
    last = latest(session, REMINDING)
    able: list[Missing] = []
    soon: list[Missing] = []
    unwilling: list[Missing] = []
    for missing, wants in missing_people(found, ready):
        _, when = last.get(missing.to.person_id, (0, None))
        (unwilling if not wants else soon if too_soon(when, now) else able).append(missing)
    return Reached(tuple(able), tuple(soon), tuple(unwilling), alone(found, ready), last)


def alone(found: Iterable[Contact], ready: Readiness) -> tuple[Bilingual, ...]:
    """The jurisdictions with missing reports for which nobody has an account, in the order of the plan."""
    known = {c.jurisdiction_id for c in found}
    names = {a.jurisdiction_id: a.full for p in ready.plan.priorities for a in p.assignments if a.may_report}
    return tuple(name for id_, name in names.items() if id_ is not None and id_ not in known and ready.missing_of([id_]))


def addressee(roles: list[Contact]) -> Addressee:
    """A person as a letter's addressee, for every jurisdiction of these roles of theirs."""
    first = roles[0]
    return Addressee(
        first.person_id, first.name, first.email, first.lang, tuple(c.jurisdiction for c in roles if c.jurisdiction)
    )


def leads_of(session: Session, jurisdiction_ids: Collection[int]) -> list[tuple[Addressee, Contact]]:
    """The leads of these jurisdictions, each once, with one of their roles; one statement."""
    own: dict[int, list[Contact]] = {}
    for contact in leads(session):
        if contact.jurisdiction_id in jurisdiction_ids:
            own.setdefault(contact.person_id, []).append(contact)
    return [(addressee(roles), roles[0]) for roles in own.values()]
