"""Queries of the audit log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.chain import Head
from cogwg.audit.models import AuditEvent, ChainHead
from cogwg.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class AuditEventFacts:
    """An audit event as it is stored, with ids instead of names."""

    id: int
    at: datetime
    action: str
    actor_id: int | None
    behalf_of: int | None
    subject_id: int
    after: dict[str, Any]


def audit_event(session: Session, id_: int, actions: Collection[str]) -> AuditEventFacts:
    """Return the event with this id. Raises ``NotFound`` if there is none, or if its action is not one of these."""
    event = session.scalar(select(AuditEvent).where(AuditEvent.id == id_, AuditEvent.action.in_(actions)))
    if event is None:
        raise NotFound(f"event {id_}")
    return AuditEventFacts(
        event.id, event.at, event.action, event.actor_id, event.behalf_of, event.subject_id, event.after or {}
    )


def chain_head(session: Session) -> Head | None:
    """Return the head of the hash chain, or None if it was deleted."""
    row = session.execute(select(ChainHead.position, ChainHead.hash, ChainHead.at)).one_or_none()
    return None if row is None else Head(*row)


def newest_witness(session: Session) -> str:
    """Return the head of the hash chain as emails and decks show it, or "" if there is none or nothing was recorded yet."""
    head = chain_head(session)
    return str(head.witness) if head is not None and head.position else ""


def latest_event(session: Session, subject: tuple[str, int], actions: Collection[str]) -> tuple[str, dict[str, Any]]:
    """Return the latest of these actions on a subject, with the subject's values before it. Raises ``NotFound`` if there is
    none.
    """
    kind, id_ = subject
    criteria = (AuditEvent.subject_kind == kind, AuditEvent.subject_id == id_, AuditEvent.action.in_(actions))
    row = session.execute(
        select(AuditEvent.action, AuditEvent.before).where(*criteria).order_by(AuditEvent.id.desc()).limit(1)
    ).first()
    if row is None:
        raise NotFound(f"event of {kind} {id_}")
    return row[0], row[1] or {}


def latest_events(
    session: Session, subject: tuple[str, int], actions: Collection[str], count: int
) -> list[tuple[str, dict[str, Any]]]:
    """Return the latest ``count`` of these actions on a subject, latest first, each with the subject's values before it."""
    kind, id_ = subject
    criteria = (AuditEvent.subject_kind == kind, AuditEvent.subject_id == id_, AuditEvent.action.in_(actions))
    rows = session.execute(
        select(AuditEvent.action, AuditEvent.before).where(*criteria).order_by(AuditEvent.id.desc()).limit(count)
    )
    return [(action, before or {}) for action, before in rows]


def event_after_values(session: Session, subject: tuple[str, int], actions: Collection[str]) -> list[dict[str, Any]]:
    """Return the subject's values after each of these actions on it, latest first."""
    kind, id_ = subject
    criteria = (AuditEvent.subject_kind == kind, AuditEvent.subject_id == id_, AuditEvent.action.in_(actions))
    return [after or {} for after in session.scalars(select(AuditEvent.after).where(*criteria).order_by(AuditEvent.id.desc()))]


def first_event_at(session: Session, subject: tuple[str, int], action: str) -> datetime | None:
    """Return the time of the subject's first event with this action, or None if there is none."""
    kind, id_ = subject
    criteria = (AuditEvent.subject_kind == kind, AuditEvent.subject_id == id_, AuditEvent.action == action)
    return session.scalar(select(AuditEvent.at).where(*criteria).order_by(AuditEvent.id).limit(1))
