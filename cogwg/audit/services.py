"""The function that writes to the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cogwg.audit.linking import note_event
from cogwg.audit.models import AuditEvent
from cogwg.core.db import execute_core, table


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change: a person (``kind`` "person") or the product itself ("system").

    ``behalf_of`` is the id of the jurisdiction that the person acts on behalf of, or None.
    """

    kind: str
    id: int | None = None
    behalf_of: int | None = None


SYSTEM = Actor("system")


def record_event(
    session: Session,
    action: str,
    subject: tuple[str, int],
    *,
    by: Actor,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> int:
    """Append one event to the audit log and return its id.

    ``subject`` is the kind and id of what was changed. The event is inserted at once, in the transaction of the change, so the
    change fails if the event cannot be written. It is linked to the hash chain when the transaction commits.
    """
    kind, id_ = subject
    event_id: int = execute_core(
        session,
        _INSERT_EVENT,
        {
            "at": at,
            "action": action,
            "actor_kind": by.kind,
            "actor_id": by.id,
            "behalf_of": by.behalf_of,
            "subject_kind": kind,
            "subject_id": id_,
            "before": before,
            "after": after,
        },
    ).scalar_one()
    note_event(session, event_id)
    return event_id


_INSERT_EVENT = insert(table(AuditEvent)).returning(table(AuditEvent).c.id)
