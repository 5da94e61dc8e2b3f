"""Queries of the outbox."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Language
from cogwg.core.db import table
from cogwg.core.errors import NotFound
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import CANCELLED_PREFIX, cancellation_code

_L = table(OutboxMessage)
OUTBOX_PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class OutboxMessageFacts:
    """An email with its state; ``made_at`` follows the product's calendar, the other times follow the system clock."""

    id: int
    key: str
    kind: str
    person_id: int | None
    address: str
    lang: Language
    subject: str
    text: str
    html: str
    made_at: datetime
    tries: int
    last_error: str
    next_try_at: datetime | None
    claimed_until: datetime | None
    sent_at: datetime | None
    made_by: int | None = None
    reply_to: str = ""
    choice_url: str = ""

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None

    @property
    def is_waiting(self) -> bool:
        return self.sent_at is None and self.next_try_at is not None

    @property
    def is_untried(self) -> bool:
        return self.is_waiting and not self.tries

    @property
    def is_cancelled(self) -> bool:
        return not self.is_sent and not self.is_waiting and bool(cancellation_code(self.last_error))

    @property
    def can_be_retried(self) -> bool:
        """Whether sending failed at least once, and the email is neither sent nor cancelled."""
        return not (self.is_sent or self.is_cancelled or self.is_untried)


@dataclass(frozen=True, slots=True)
class Outbox:
    """One page of each of the lists of waiting, failed, sent and cancelled emails; ``counts`` are their total numbers, in this
    order.
    """

    waiting: list[OutboxMessageFacts]
    given_up: list[OutboxMessageFacts]
    sent: list[OutboxMessageFacts]
    cancelled: list[OutboxMessageFacts]
    counts: tuple[int, int, int, int]


_WAITING = and_(_L.c.sent_at.is_(None), _L.c.next_try_at.is_not(None))
_ENDED = and_(_L.c.sent_at.is_(None), _L.c.next_try_at.is_(None))
_CANCELLED = and_(_ENDED, _L.c.last_error.startswith(CANCELLED_PREFIX))
IS_GIVEN_UP = and_(_ENDED, ~_L.c.last_error.startswith(CANCELLED_PREFIX))
_SENT = _L.c.sent_at.is_not(None)
_STATES = (_WAITING, IS_GIVEN_UP, _SENT, _CANCELLED)
_FACTS = select(*(_L.c[name] for name in OutboxMessageFacts.__dataclass_fields__))


def outbox(session: Session, start: Callable[[str, int], int] = lambda _name, _count: 0) -> Outbox:
    """Return a page of each list of the outbox, in five SQL statements.

    ``start`` returns the offset of the page to read, given a list's name and length.
    """
    counted = select(*(func.coalesce(func.sum(case((state, 1), else_=0)), 0) for state in _STATES))
    waiting, given_up, sent, cancelled = counts = tuple(session.execute(counted).one())

    def read(name: str, count: int, statement: Select[*tuple[Any, ...]]) -> list[OutboxMessageFacts]:
        return _facts(session, statement.offset(start(name, count)).limit(OUTBOX_PAGE_SIZE))

    return Outbox(
        waiting=read("waiting", waiting, _FACTS.where(_WAITING).order_by(_L.c.next_try_at, _L.c.id)),
        given_up=read("failed", given_up, _FACTS.where(IS_GIVEN_UP).order_by(_L.c.id.desc())),
        sent=read("sent", sent, _FACTS.where(_SENT).order_by(_L.c.sent_at.desc(), _L.c.id.desc())),
        cancelled=read("cancelled", cancelled, _FACTS.where(_CANCELLED).order_by(_L.c.id.desc())),
        counts=counts,
    )


def waiting_and_failed_counts(session: Session) -> tuple[int, int]:
    """Return how many emails are waiting and how many failed permanently, in one SQL statement."""
    row = session.execute(
        select(
            func.count(case((_WAITING, 1))).label("waiting"), func.count(case((IS_GIVEN_UP, 1))).label("failed")
        ).select_from(_L)
    ).one()
    return row.waiting, row.failed


def oldest_waiting_at(session: Session) -> datetime | None:
    """Return when the oldest waiting email was created, by the product's calendar, or None if none is waiting."""
    oldest: datetime | None = session.scalar(select(func.min(_L.c.made_at)).where(_WAITING))
    return oldest


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many emails are waiting although they were due before a given time, how many are still waiting after several tries,
    and how many failed permanently.
    """

    overdue: int
    retried: int
    failed: int


def backlog(session: Session, *, due_before: datetime, tries: int) -> Backlog:
    """Return how many emails have waited in the outbox longer than they should, or failed, in one SQL statement."""
    states = (
        and_(_WAITING, _L.c.next_try_at < due_before),
        and_(_WAITING, _L.c.tries >= tries),
        IS_GIVEN_UP,
    )
    counted = tuple(session.execute(select(*(func.count(case((state, 1))) for state in states))).one())
    return Backlog(*counted)


def is_due(now: datetime) -> ColumnElement[bool]:
    """Return an SQL condition that is true for emails that may be claimed now: waiting, due, and not claimed by another
    delivery.
    """
    return and_(_WAITING, _L.c.next_try_at <= now, or_(_L.c.claimed_until.is_(None), _L.c.claimed_until <= now))


def due_messages(session: Session, now: datetime) -> list[OutboxMessageFacts]:
    """Return every email that would be tried now, in the order of sending."""
    return _facts(session, _FACTS.where(is_due(now)).order_by(_L.c.next_try_at, _L.c.id))


def messages_by_id(session: Session, ids: Collection[int]) -> list[OutboxMessageFacts]:
    """Return the emails with these ids, in the order of sending."""
    return _facts(session, _FACTS.where(_L.c.id.in_(tuple(ids))).order_by(_L.c.next_try_at, _L.c.id))


def message_with_id(session: Session, message_id: int) -> OutboxMessageFacts:
    """Return the email with this id. Raises ``NotFound`` if there is none."""
    for message in messages_by_id(session, [message_id]):
        return message
    raise NotFound(f"email {message_id}")


def messages_with_prefixes(session: Session, prefixes: Collection[str]) -> list[OutboxMessageFacts]:
    """Return the emails whose key has one of these prefixes, the latest first."""
    matching = or_(*(_L.c.key.startswith(prefix, autoescape=True) for prefix in prefixes))
    return _facts(session, _FACTS.where(matching).order_by(_L.c.made_at.desc(), _L.c.id.desc()))


def last_message_times(session: Session, prefixes: Collection[str]) -> dict[int, datetime]:
    """Map the id of each person to the time when the latest sent email to them, with a key that has one of these prefixes, was
    created.
    """
    matching = or_(*(_L.c.key.startswith(prefix, autoescape=True) for prefix in prefixes))
    times = select(_L.c.person_id, func.max(_L.c.made_at).label("made_at")).where(matching, _SENT).group_by(_L.c.person_id)
    return {row.person_id: row.made_at for row in session.execute(times) if row.person_id is not None}


def existing_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Return those of these keys that are already in the outbox."""
    return set(session.scalars(select(_L.c.key).where(_L.c.key.in_(tuple(keys))))) if keys else set()


def given_up_count(session: Session, since: datetime) -> int:
    """Return how many of the emails created since this time failed permanently, in one SQL statement."""
    return session.scalars(select(func.count()).select_from(_L).where(IS_GIVEN_UP, _L.c.made_at >= since)).one()


def given_up_keys(session: Session, kinds: Collection[str], since: datetime) -> list[str]:
    """Return the keys of the emails of these kinds that were created since this time and failed permanently, in one SQL
    statement.
    """
    made = IS_GIVEN_UP, _L.c.kind.in_(tuple(kinds)), _L.c.made_at >= since
    return list(session.scalars(select(_L.c.key).where(*made).order_by(_L.c.id)))


@dataclass(frozen=True, slots=True)
class LatestMessage:
    """The id of a person's latest email, which may be cancelled.

    ``made_at`` and ``is_sent`` are about the latest email that was not cancelled; ``made_at`` is None if there is none.
    """

    id: int = 0
    made_at: datetime | None = None
    is_sent: bool = False


def latest_messages(session: Session, kinds: Collection[str]) -> dict[int, LatestMessage]:
    """Map the id of each person who has an email of these kinds to their latest one, in one SQL statement."""
    made_at, sent_made_at = (func.max(case((state, _L.c.made_at))) for state in (~_CANCELLED, _SENT))
    columns = (_L.c.person_id, func.max(_L.c.id), made_at, func.coalesce(sent_made_at == made_at, false()))
    latest = select(*columns).where(_L.c.kind.in_(tuple(kinds)), _L.c.person_id.is_not(None)).group_by(_L.c.person_id)
    return {person_id: LatestMessage(*facts) for person_id, *facts in session.execute(latest)}


def waiting_messages(session: Session, kinds: Collection[str]) -> list[OutboxMessageFacts]:
    """Return the waiting emails of these kinds."""
    return _facts(session, _FACTS.where(_WAITING, _L.c.kind.in_(tuple(kinds))).order_by(_L.c.id))


@dataclass(frozen=True, slots=True)
class MessageHead:
    """A waiting or sent email, without its text."""

    id: int
    key: str
    kind: str
    person_id: int
    made_at: datetime
    is_sent: bool


def waiting_or_sent(session: Session, kinds: Collection[str], person_ids: Collection[int]) -> list[MessageHead]:
    """Return the waiting and sent emails of these kinds to these people, in one SQL statement."""
    columns = (*(_L.c[name] for name in ("id", "key", "kind", "person_id", "made_at")), _SENT.label("is_sent"))
    live = select(*columns).where(or_(_WAITING, _SENT), _L.c.kind.in_(tuple(kinds)), _L.c.person_id.in_(tuple(person_ids)))
    return [MessageHead(**row) for row in session.execute(live).mappings()]


def _facts(session: Session, rows: Select[*tuple[Any, ...]]) -> list[OutboxMessageFacts]:
    return [OutboxMessageFacts(**row) for row in session.execute(rows).mappings()]
