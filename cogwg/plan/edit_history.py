"""The changes to a priority, its activities and its roles since the plan was adopted: who made each change, when and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.plan.queries import PriorityFacts
from cogwg.plan.rules import RoleEvent

_NOT_CHANGES = (RoleEvent.REQUEST, RoleEvent.WITHDRAW_REQUEST)
_VERBS = ("added", "reworded", "moved", "retired", "restored")
_CHANGES = (
    *(f"{kind}.{verb}" for kind in ("priority", "activity") for verb in _VERBS),
    "due.moved",
    *(f"role.{event.value}" for event in RoleEvent if event not in _NOT_CHANGES),
)
_CONFIRMATIONS = ("priority.confirmed", "activity.confirmed")


@dataclass(frozen=True, slots=True)
class PlanEdit:
    """A change to a priority, an activity or a role. ``id`` is the id of its audit event, ``row_id`` the id of the changed
    row.
    """

    id: int
    at: datetime
    action: str
    row_id: int
    person: str
    person_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def reason(self) -> Bilingual:
        """The reason, empty if none was given. A reason that was stored as a single text is used for both languages."""
        given = self.after.get("reason", "")
        return Bilingual(given, given) if isinstance(given, str) else Bilingual(*given) if given else EMPTY_TEXT


def edits_of_priority(session: Session, priority: PriorityFacts) -> list[PlanEdit]:
    """Return the changes to a priority, its activities and its roles, newest first, in one SQL statement.

    The confirmations of translations are included. The priority must have been read with its retired activities and roles.
    """
    return _edits(
        session,
        {
            "priority": [priority.id],
            "activity": [activity.id for activity in priority.activities],
            "assignment": [role.id for role in priority.assignments],
        },
        (*_CHANGES, *_CONFIRMATIONS),
    )


def latest_edit(session: Session, kind: str, row_id: int) -> PlanEdit | None:
    """Return the latest change to a priority, an activity or a role ("assignment"), or None if it was never changed.

    The confirmation of a translation is not a change: it does not conflict with what another person saves.
    """
    return next(iter(_edits(session, {kind: [row_id]}, _CHANGES)), None)


def _edits(session: Session, subjects: dict[str, Collection[int]], actions: Collection[str]) -> list[PlanEdit]:
    about = (
        and_(AuditEvent.subject_kind == kind, AuditEvent.subject_id.in_(tuple(ids))) for kind, ids in subjects.items() if ids
    )
    rows = session.execute(
        select(AuditEvent, Person.name)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(or_(*about), AuditEvent.action.in_(actions))
        .order_by(AuditEvent.id.desc())
    )
    return [
        PlanEdit(e.id, e.at, e.action, e.subject_id, name or "", e.actor_id, e.before or {}, e.after or {}) for e, name in rows
    ]
