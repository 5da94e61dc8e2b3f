"""Which letters of the outbox need not be sent any more, looked at just before they would leave; nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Membership, Person, Role
from cogwg.core.calendar import local_day
from cogwg.core.db import table
from cogwg.discussion.models import Comment
from cogwg.mail.queries import LetterFacts
from cogwg.notices.queries import leads
from cogwg.notices.rules import REMINDING, Kind, Moot
from cogwg.plan.models import Assignment, Confirmation, WorkPlan
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import ReportingPeriod
from cogwg.reporting.periods import periods
from cogwg.reporting.readiness import readiness

_P, _M, _C, _W, _R, _A = map(table, (Person, Membership, Comment, WorkPlan, ReportingPeriod, Assignment))


def moot(session: Session, letters: Sequence[LetterFacts], *, at: datetime) -> dict[int, Moot]:
    """These letters' ids, of those that became moot, with the reason; ``at`` is the calendar's instant.

    A reminder says that reports are missing, so it goes only to who can still send one; nobody who has left gets a
    letter, a comment that was deleted is told to nobody, and a role that was answered is no question any more.
    """
    void: dict[int, Moot] = {}
    void |= _reminders([one for one in letters if one.kind in REMINDING], session, at)
    void |= _mentions([one for one in letters if one.kind == Kind.MENTION], session)
    void |= _offers([one for one in letters if one.kind == Kind.ROLE], session)
    left = set(session.scalars(select(_P.c.id).where(_P.c.id.in_(_people(letters)), _P.c.retired_at.is_not(None))))
    return void | {one.id: Moot.LEFT for one in letters if one.person_id in left}


def _people(letters: Sequence[LetterFacts]) -> list[int]:
    return [one.person_id for one in letters if one.person_id is not None]


def _reminders(letters: Sequence[LetterFacts], session: Session, at: datetime) -> dict[int, Moot]:
    """Those to people who have nothing to send, or whose quarter takes nothing from them any more."""
    about = {one.id: number for one in letters if (number := _about(one)) is not None}
    if not about:
        return {}
    led: dict[int, set[int]] = {}
    for contact in leads(session):
        if contact.jurisdiction_id is not None:
            led.setdefault(contact.person_id, set()).add(contact.jurisdiction_id)
    void: dict[int, Moot] = {}
    for period_id in set(about.values()):
        own = [one for one in letters if about.get(one.id) == period_id]
        void |= _of_period(own, period_id, led, session, at)
    return void


def _of_period(
    letters: Sequence[LetterFacts], period_id: int, led: Mapping[int, Collection[int]], session: Session, at: datetime
) -> dict[int, Moot]:
    year = session.scalar(select(_W.c.year).join(_R, _R.c.plan_id == _W.c.id).where(_R.c.id == period_id))
    if year is None:
        return {}
    plan = plan_facts(session, year)
    (period,) = (one for one in periods(session, plan.id, at, local_day(at)) if one.id == period_id)
    ready = readiness(session, plan, period)
    void: dict[int, Moot] = {}
    for letter in letters:
        own = led.get(letter.person_id or 0, ())
        if not ready.missing_of(own):
            void[letter.id] = Moot.NOTHING_MISSING
        elif period.closed_at is not None and not period.takes_from(own):
            void[letter.id] = Moot.CLOSED
    return void


def _mentions(letters: Sequence[LetterFacts], session: Session) -> dict[int, Moot]:
    about = {one.id: number for one in letters if (number := _about(one)) is not None}
    if not about:
        return {}
    gone = set(session.scalars(select(_C.c.id).where(_C.c.id.in_(set(about.values())), _C.c.deleted_at.is_not(None))))
    return {id_: Moot.DELETED for id_, number in about.items() if number in gone}


def _offers(letters: Sequence[LetterFacts], session: Session) -> dict[int, Moot]:
    """Those about a role that no longer waits for an answer of who is written to."""
    about = {one.id: (one.person_id, number) for one in letters if (number := _about(one)) is not None}
    if not about:
        return {}
    waiting = select(_A.c.id, _M.c.person_id).join(_M, _M.c.jurisdiction_id == _A.c.jurisdiction_id)
    asked = waiting.where(_A.c.id.in_({number for _, number in about.values()}), _A.c.confirmation == Confirmation.TO_CONFIRM)
    still = {(row.person_id, row.id) for row in session.execute(asked.where(_M.c.role == Role.LEAD))}
    return {id_: Moot.ANSWERED for id_, pair in about.items() if pair not in still}


def _about(letter: LetterFacts) -> int | None:
    """The id in the key after its kind: of the period, the comment or the role. None for a key that says none."""
    number = letter.key.split(":")[1:2]
    return int(number[0]) if number and number[0].isdecimal() else None
