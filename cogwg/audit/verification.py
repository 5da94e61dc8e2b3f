"""The check of the whole chain in the database, and the audit event that records its result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from cogwg.audit.chain import ChainedEvent, Head, Link, Witness
from cogwg.audit.linking import EVENT_COLUMNS
from cogwg.audit.models import AuditEvent, AuditLink, ChainHead
from cogwg.audit.services import Actor, record_event
from cogwg.audit.verdict import ChainCheck, Fault, FaultKind, Verdict
from cogwg.core.db import table
from cogwg.core.progress import note_progress

VERIFIED = "audit.verified"
AUDIT_LOG = ("audit", 0)
"""The subject of events about the audit log itself."""
_BATCH = 1000
_EVENT, _LINK, _HEAD = table(AuditEvent), table(AuditLink), table(ChainHead)


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """The result of an earlier check, as it was recorded. ``head`` is the head as the text of a witness, or "" if it was
    missing.
    """

    at: datetime
    count: int
    head: str
    witnesses: int
    explained: int
    fault: Fault | None
    faults: int


def verify_chain(session: Session, witnesses: Iterable[Witness] = ()) -> Verdict:
    """Check every position of the chain, the head, and the witnesses. Other transactions may write in the meantime.

    Events that are committed after the check began are not checked. The memory that a check takes does not grow with the
    number of events.
    """
    check = ChainCheck(witnesses)
    stored = session.execute(_ENDS).one()
    head = None if stored.hash is None else Head(stored.position, stored.hash, stored.at)
    position: int | None = None
    while stored.last is not None and (position is None or position < stored.last):
        note_progress("Checking the audit log", position or 0, stored.last)
        position = _check_batch(session, check, position, stored.last)
    return check.finish(head, _unlinked(session))


def _check_batch(session: Session, check: ChainCheck, after: int | None, last: int) -> int:
    """Check the next positions and return the last of them."""
    within = _LINK.c.id <= last if after is None else _LINK.c.id.between(after + 1, last)
    try:
        rows = [(_link(row), _event(row)) for row in session.execute(_linked(within))]
    except (ValueError, TypeError):  # SQLite also stores values that are neither JSON nor a time
        return _check_one_by_one(session, check, within)
    for link, event in rows:
        check.add(link, event)
    return rows[-1][0].position


def _check_one_by_one(session: Session, check: ChainCheck, within: ColumnElement[bool]) -> int:
    position = 0
    for row in session.execute(_PLACES.where(within)).all():
        position = row.id
        try:
            linked = session.execute(_linked(_LINK.c.id == position)).one()
            check.add(_link(linked), _event(linked))
        except (ValueError, TypeError):
            check.add_unreadable(position, row.previous, row.hash)
    return position


def _linked(criterion: ColumnElement[bool]) -> Any:
    return _LINKED.where(criterion)


def _link(row: Any) -> Link:
    return Link(row.position, row.event_id, row.previous, row.hash, row.algorithm, row.salts or {})


def _event(row: Any) -> ChainedEvent | None:
    return None if row.id is None else ChainedEvent(*row[-len(EVENT_COLUMNS) :])


def _unlinked(session: Session) -> Iterator[int]:
    """Yield the ids of events without a link. An event and its link are committed together, so one statement sees both or
    neither.
    """
    with session.execute(_UNLINKED).yield_per(_BATCH) as rows:
        yield from rows.scalars()


def record_verdict(session: Session, verdict: Verdict, *, by: Actor, at: datetime) -> int:
    """Record the result of a check, for the audit page and ``cogwg doctor``; return the event's id."""
    fault = verdict.fault
    after = {
        "positions": verdict.count,
        "head": str(verdict.head.witness) if verdict.head else "",
        "witnesses": len(verdict.matching),
        "explained": len(verdict.explained),
        "faults": verdict.faults,
        "fault": fault and {"kind": fault.kind.name, "position": fault.position, "values": dict(fault.values)},
    }
    return record_event(session, VERIFIED, AUDIT_LOG, by=by, at=at, after=after)


def last_verdict(session: Session) -> StoredVerdict | None:
    """Return the result of the last check that was recorded, or None if there is none."""
    kind, id_ = AUDIT_LOG
    row = session.execute(
        select(AuditEvent.at, AuditEvent.after)
        .where(AuditEvent.subject_kind == kind, AuditEvent.subject_id == id_, AuditEvent.action == VERIFIED)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    after: dict[str, Any] = row.after
    stored = after["fault"]
    fault = stored and Fault(FaultKind[stored["kind"]], stored["position"], stored["values"])
    return StoredVerdict(
        row.at, after["positions"], after["head"], after["witnesses"], after["explained"], fault, after["faults"]
    )


_LAST = select(func.max(_LINK.c.id).label("last")).subquery()
_ENDS = select(_LAST.c.last, _HEAD.c.position, _HEAD.c.hash, _HEAD.c.at).select_from(_LAST).outerjoin(_HEAD, _HEAD.c.id == 1)
_PLACES = select(_LINK.c.id, _LINK.c.previous, _LINK.c.hash).order_by(_LINK.c.id).limit(_BATCH)
_LINKED = (
    select(
        _LINK.c.id.label("position"),
        _LINK.c.event_id,
        _LINK.c.previous,
        _LINK.c.hash,
        _LINK.c.algorithm,
        _LINK.c.salts,
        *EVENT_COLUMNS,
    )
    .outerjoin_from(_LINK, _EVENT, _EVENT.c.id == _LINK.c.event_id)
    .order_by(_LINK.c.id)
    .limit(_BATCH)
)
_UNLINKED = (
    select(_EVENT.c.id).outerjoin(_LINK, _LINK.c.event_id == _EVENT.c.id).where(_LINK.c.id.is_(None)).order_by(_EVENT.c.id)
)
