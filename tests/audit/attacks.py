"""Changes of the audit log by somebody with full rights on the database: seven kinds, each with its variants.

Each attack changes what was recorded at ``position`` or before it. It runs on a connection whose transaction the test rolls
back, after the triggers that refuse changes were removed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update

from cogwg.audit.chain import GENESIS, SALTED, ChainedEvent, link_hash, new_salts
from cogwg.audit.linking import EVENT_COLUMNS
from cogwg.audit.models import AuditEvent, AuditLink, ChainHead
from cogwg.core.db import table

EVENT, LINK, HEAD = table(AuditEvent), table(AuditLink), table(ChainHead)
FAR = 1_000_000


def take_over(connection: Connection) -> None:
    """Remove what stops somebody without full rights: triggers and unique keys."""
    if connection.dialect.name == "postgresql":
        for name in ("event", "audit_link"):
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER ALL"))
        for column in ("previous", "event_id"):
            connection.execute(text(f"ALTER TABLE audit_link DROP CONSTRAINT uq_audit_link_{column}"))
        return
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('event', 'audit_link')"
    for name in connection.execute(text(triggers)).scalars().all():
        connection.execute(text(f"DROP TRIGGER {name}"))
    connection.execute(text("CREATE TABLE copied AS SELECT * FROM audit_link"))
    connection.execute(text("DROP TABLE audit_link"))
    connection.execute(text("ALTER TABLE copied RENAME TO audit_link"))


@dataclass
class Attacker:
    """Somebody with full rights, who changes what is at ``position``."""

    connection: Connection
    random: random.Random
    position: int

    def links(self) -> list[Any]:
        return list(self.connection.execute(select(LINK).order_by(LINK.c.id)).all())

    def event(self, position: int) -> ChainedEvent:
        of_link = select(LINK.c.event_id).where(LINK.c.id == position).scalar_subquery()
        return ChainedEvent(*self.connection.execute(select(*EVENT_COLUMNS).where(EVENT.c.id == of_link)).one())

    def set_event(self, id_: int, **values: Any) -> None:
        self.connection.execute(update(EVENT).where(EVENT.c.id == id_).values(**values))

    def set_link(self, position: int, **values: Any) -> None:
        self.connection.execute(update(LINK).where(LINK.c.id == position).values(**values))

    def set_head(self, position: int, hash_: str, at: Any) -> None:
        self.connection.execute(update(HEAD).values(position=position, hash=hash_, at=at))

    def delete_from(self, position: int, *, with_events: bool = True) -> None:
        if with_events:
            of_links = select(LINK.c.event_id).where(LINK.c.id >= position)
            self.connection.execute(delete(EVENT).where(EVENT.c.id.in_(of_links)))
        self.connection.execute(delete(LINK).where(LINK.c.id >= position))

    def end_at(self, position: int) -> None:
        """Move the head to this position, as if it were the last."""
        if not position:
            self.set_head(0, GENESIS, self.event(1).at if self.links() else self.connection.execute(select(HEAD.c.at)).scalar())
            return
        link = self.connection.execute(select(LINK).where(LINK.c.id == position)).one()
        self.set_head(position, link.hash, self.event(position).at)

    def recompute_from(self, position: int) -> None:
        """Renumber the links from a position on, and compute each hash anew, with new salts; then move the head."""
        links = self.links()
        before = [link for link in links if link.id < position]
        previous, number = (before[-1].hash, before[-1].id) if before else (GENESIS, 0)
        rows = []
        for link in links:
            if link.id < position:
                continue
            event = self.event(link.id)
            number += 1
            salts = new_salts(event)
            hash_ = link_hash(number, previous, SALTED, event, salts)
            rows.append(
                {"id": number, "event_id": event.id, "previous": previous, "hash": hash_, "algorithm": SALTED, "salts": salts}
            )
            previous = hash_
        self.connection.execute(delete(LINK).where(LINK.c.id >= position))
        if rows:
            self.connection.execute(insert(LINK), rows)
        self.end_at(number)

    def rewrite_event(self) -> None:
        event = self.event(self.position)
        changes: list[dict[str, Any]] = [
            {"action": "tried.otherwise"},
            {"actor_id": (event.actor_id or 0) + 1},
            {"actor_kind": "robot"},
            {"behalf_of": (event.behalf_of or 0) + 1},
            {"subject_id": event.subject_id + 1},
            {"subject_kind": "another"},
            {"at": event.at.replace(microsecond=(event.at.microsecond + 1) % 1_000_000)},
            {"after": {**(event.after or {}), "text": "Rewritten."}},
            {"before": {"made": "up"}},
        ]
        self.set_event(event.id, **self.random.choice(changes))


def rewrite(attacker: Attacker) -> None:
    """Rewrite one value of an event, or of its link."""
    link = next(each for each in attacker.links() if each.id == attacker.position)
    changes: list[Callable[[], None]] = [attacker.rewrite_event] * 5
    changes += [
        lambda: attacker.set_link(link.id, hash=link.hash[::-1]),
        lambda: attacker.set_link(link.id, salts=dict.fromkeys(link.salts or {"": ""}, "00" * 16)),
        lambda: attacker.set_link(link.id, algorithm=1),
        lambda: attacker.set_link(link.id, previous="f" * 64),
    ]
    if attacker.connection.dialect.name == "sqlite":  # PostgreSQL refuses what is neither JSON nor a time
        for column in ("before", "at"):
            wrong = text(f'UPDATE event SET "{column}" = :wrong WHERE id = :id')
            values = {"wrong": "neither", "id": link.event_id}
            changes.append(lambda wrong=wrong, values=values: attacker.connection.execute(wrong, values))  # type: ignore[misc]
    attacker.random.choice(changes)()


def delete_one(attacker: Attacker) -> None:
    """Delete an event, its link or both; perhaps close the gap."""
    event_id = attacker.event(attacker.position).id
    what = attacker.random.choice(["event", "link", "both", "both and close the gap", "both and recompute"])
    if what != "link":
        attacker.connection.execute(delete(EVENT).where(EVENT.c.id == event_id))
    if what != "event":
        attacker.connection.execute(delete(LINK).where(LINK.c.id == attacker.position))
    if what == "both and close the gap":
        for link in attacker.links():
            if link.id > attacker.position:
                attacker.set_link(link.id, id=link.id - 1)
    if what == "both and recompute":
        attacker.recompute_from(attacker.position + 1)


def swap(attacker: Attacker) -> None:
    """Exchange the places or the contents of two events."""
    others = [link.id for link in attacker.links() if link.id < attacker.position] or [attacker.position + 1]
    position, other = attacker.position, attacker.random.choice(others)
    first, second = attacker.event(position), attacker.event(other)
    what = attacker.random.choice(["contents", "events", "positions", "events and recompute"])
    if what == "contents":
        columns = [name for name in ChainedEvent.__slots__ if name != "id"]
        for target, source in ((first, second), (second, first)):
            attacker.set_event(target.id, **{name: getattr(source, name) for name in columns})
        if all(getattr(first, name) == getattr(second, name) for name in columns):
            attacker.set_event(first.id, action="swapped")
    elif what == "positions":
        for before, after in ((position, FAR), (other, position), (FAR, other)):
            attacker.set_link(before, id=after)
    else:
        attacker.set_link(position, event_id=second.id)
        attacker.set_link(other, event_id=first.id)
        if "recompute" in what:
            attacker.recompute_from(min(position, other))


def cut_tail(attacker: Attacker) -> None:
    """Remove the last events; perhaps make the head fit."""
    attacker.delete_from(attacker.position, with_events=attacker.random.random() < 0.8)
    if attacker.random.random() < 0.8:
        attacker.end_at(attacker.position - 1)


def recompute_all(attacker: Attacker) -> None:
    """Rewrite an event, and compute all that follows, so that the chain agrees with itself."""
    attacker.rewrite_event()
    attacker.recompute_from(attacker.random.choice([1, attacker.position]))


def fork(attacker: Attacker) -> None:
    """Continue an earlier position in another way, in place of what followed it, beside it, or before it."""
    at = attacker.event(attacker.position)
    made = replace(at, id=FAR, action="forked")
    values = {name: getattr(made, name) for name in ChainedEvent.__slots__}
    attacker.connection.execute(insert(EVENT), [values])
    link = next(each for each in attacker.links() if each.id == attacker.position)
    salts = new_salts(made)
    branch = {
        "event_id": FAR,
        "previous": link.previous,
        "hash": link_hash(attacker.position, link.previous, SALTED, made, salts),
        "algorithm": SALTED,
        "salts": salts,
    }
    what = attacker.random.choice(["in place", "in place and recompute", "beside", "before"])
    if what.startswith("in place"):
        attacker.connection.execute(delete(EVENT).where(EVENT.c.id == at.id))
        attacker.set_link(attacker.position, **branch)
        if "recompute" in what:
            attacker.recompute_from(attacker.position)
        return
    place = attacker.links()[-1].id + 1 if what == "beside" else attacker.random.choice([0, -7])
    attacker.connection.execute(insert(LINK), [{**branch, "id": place}])


def reset_head(attacker: Attacker) -> None:
    """Set the head back, or remove it; with or without what it was the head of."""
    what = attacker.random.choice(["empty", "earlier", "gone", "hash", "empty log", "no links"])
    if what == "empty":
        attacker.end_at(0)
    elif what == "earlier":
        attacker.end_at(attacker.position - 1)
    elif what == "gone":
        attacker.connection.execute(delete(HEAD))
    elif what == "hash":
        attacker.connection.execute(update(HEAD).values(hash="f" * 64))
    else:
        attacker.delete_from(1, with_events=what == "empty log")
        attacker.end_at(0)


ATTACKS: dict[str, Callable[[Attacker], None]] = {
    "rewrite": rewrite,
    "delete": delete_one,
    "swap": swap,
    "cut the tail": cut_tail,
    "recompute all": recompute_all,
    "fork": fork,
    "reset the head": reset_head,
}


def seeds(count: int) -> Iterator[int]:
    """Return seeds that differ from run to run, unless ``random`` was seeded."""
    return (random.randrange(2**32) for _ in range(count))
