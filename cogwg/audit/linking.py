"""Link new events to the hash chain at the end of their transaction, so that an event and its link are committed together.

The head is locked after everything else, and only for the last few statements before the commit. Therefore two transactions
cannot wait for each other, and the chain cannot fork. SQLite has only one writer at a time anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, event, insert, select, update
from sqlalchemy.orm import Session, SessionTransaction

from cogwg.audit.chain import SALTED, ChainedEvent, Head, link_hash, new_salts
from cogwg.audit.models import AuditEvent, AuditLink, ChainHead
from cogwg.core.db import table
from cogwg.core.errors import ConfigurationError

_NOTED = "audit_events"
BATCH = 500
"""How many events are read and linked by one statement."""
_EVENT, _LINK, _HEAD = table(AuditEvent), table(AuditLink), table(ChainHead)


def note_event(session: Session, event_id: int) -> None:
    """Remember an event that this transaction recorded; ``link_noted_events`` links it before the transaction commits."""
    session.info.setdefault(_NOTED, {})[event_id] = None


def has_noted_events(session: Session) -> bool:
    """Return whether this transaction recorded an event that is not committed yet."""
    return bool(session.info.get(_NOTED))


@event.listens_for(Session, "before_commit")
def link_noted_events(session: Session) -> None:
    """Link the events of the transaction that is about to commit, in the order of their ids. Raises as ``link_events`` does.

    This runs for every session of the process, so no way to commit bypasses it. An event whose savepoint was rolled back no
    longer exists, and SQLite may have given its id to a later one.
    """
    if session.in_nested_transaction() or not (noted := session.info.get(_NOTED)):
        return
    session.flush()  # pending writes must not wait for a lock while other transactions wait for the head
    ids = sorted(noted)
    noted.clear()
    link_events(session.connection(), ids)


@event.listens_for(Session, "after_transaction_end")
def _forget_events(session: Session, transaction: SessionTransaction) -> None:
    """Forget the events of a transaction that was rolled back."""
    if transaction.parent is None:
        session.info.pop(_NOTED, None)


def link_events(connection: Connection, ids: Sequence[int]) -> None:
    """Link these events after the head, in this order. Events that no longer exist are left out.

    A migration that inserts events must call this.

    Raises ``ConfigurationError`` if there is no head: a new chain would hide that the earlier one is missing.
    """
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        rows = connection.execute(_LOCK_HEAD, {"ids": list(some)}).all()
        if not rows:
            raise ConfigurationError("The audit log has no head, so nothing can be recorded. Run “cogwg audit verify”.")
        head = Head(*rows[0][:3])
        events_by_id = {each.id: each for row in rows if (each := ChainedEvent(*row[3:])).id is not None}
        links = list(_links(head, (events_by_id[id_] for id_ in some if id_ in events_by_id)))
        if links:
            connection.execute(_INSERT_LINK, links)
            last = links[-1]
            at = events_by_id[last["event_id"]].at
            connection.execute(_MOVE_HEAD, {"new_position": last["id"], "new_hash": last["hash"], "new_at": at})


def _links(head: Head, events: Iterable[ChainedEvent]) -> Iterator[dict[str, Any]]:
    """Yield a link for each of these events, as a row to insert. The first link follows the head."""
    position, previous = head.position, head.hash
    for each in events:
        position += 1
        salts = new_salts(each)
        hash_ = link_hash(position, previous, SALTED, each, salts)
        yield {
            "id": position,
            "event_id": each.id,
            "previous": previous,
            "hash": hash_,
            "algorithm": SALTED,
            "salts": salts or None,
        }
        previous = hash_


EVENT_COLUMNS = tuple(_EVENT.c[name] for name in ChainedEvent.__slots__)
_LOCK_HEAD = (
    select(_HEAD.c.position, _HEAD.c.hash, _HEAD.c.at.label("head_at"), *EVENT_COLUMNS)
    .outerjoin_from(_HEAD, _EVENT, _EVENT.c.id.in_(bindparam("ids", expanding=True)))
    .with_for_update(of=_HEAD)
)
"""Selects the head, locked, in one row with each of the events. PostgreSQL reads the head again after it has waited for the
lock."""
_INSERT_LINK = insert(_LINK)
_MOVE_HEAD = update(_HEAD).values(
    position=bindparam("new_position"), hash=bindparam("new_hash"), at=bindparam("new_at", type_=_HEAD.c.at.type)
)
