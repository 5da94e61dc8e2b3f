"""Reads of the trace."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import Event
from cogwg.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One thing that was done, as the trace keeps it: ids, no names."""

    id: int
    at: datetime
    action: str
    actor_id: int | None
    behalf_of: int | None
    subject_id: int
    after: dict[str, Any]


def event(session: Session, id_: int, action: str) -> EventFacts:
    """The event of this id, if it is this action. Raises ``NotFound``."""
    found = session.scalar(select(Event).where(Event.id == id_, Event.action == action))
    if found is None:
        raise NotFound(f"event {id_}")
    return EventFacts(found.id, found.at, found.action, found.actor_id, found.behalf_of, found.subject_id, found.after or {})


def last_of(session: Session, subject: tuple[str, int], actions: Collection[str]) -> tuple[str, dict[str, Any]]:
    """The latest of these actions on something, and what the trace keeps of how it was before. Raises ``NotFound``."""
    kind, id_ = subject
    wanted = (Event.subject_kind == kind, Event.subject_id == id_, Event.action.in_(actions))
    found = session.execute(select(Event.action, Event.before).where(*wanted).order_by(Event.id.desc()).limit(1)).first()
    if found is None:
        raise NotFound(f"event of {kind} {id_}")
    return found[0], found[1] or {}


def told_of(session: Session, subject: tuple[str, int], actions: Collection[str]) -> list[dict[str, Any]]:
    """What the trace keeps of these actions on something, the latest first."""
    kind, id_ = subject
    wanted = (Event.subject_kind == kind, Event.subject_id == id_, Event.action.in_(actions))
    return [after or {} for after in session.scalars(select(Event.after).where(*wanted).order_by(Event.id.desc()))]
