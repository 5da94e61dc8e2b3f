"""Writing the trace: the one verb of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cogwg.audit.models import Event


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, or the product itself (``kind`` "person" or "system"), perhaps for a jurisdiction."""

    kind: str
    id: int | None = None
    behalf_of: int | None = None


SYSTEM = Actor("system")


def record(
    session: Session,
    action: str,
    subject: tuple[str, int],
    *,
    by: Actor,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Event:
    """Append one event to the trace and flush it, so that a failing trace fails the deed."""
    kind, id_ = subject
    event = Event(
        at=at,
        action=action,
        actor_kind=by.kind,
        actor_id=by.id,
        behalf_of=by.behalf_of,
        subject_kind=kind,
        subject_id=id_,
        before=before,
        after=after,
    )
    session.add(event)
    session.flush()
    return event
