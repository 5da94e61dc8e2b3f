"""The tables of the audit log. Triggers in the database refuse to change or delete an event or its link."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cogwg.core.db import Base


class AuditEvent(Base):
    """An audit event. Events are ordered by ``id``, not by ``at``, because the product's calendar can be set back.

    The actor and the subject are ids with a kind, without foreign keys, so that an event stays when the item or person that it
    refers to is deleted. ``behalf_of`` is the id of the jurisdiction that a co-chair or the secretariat acted for.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subject", "subject_kind", "subject_id", "id"),
        Index("ix_event_at", "at", "id"),
        Index("ix_event_actor", "actor_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(40))
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None]
    behalf_of: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class AuditLink(Base):
    """The link of an event to the one before it. ``id`` is its position, from 1 without gaps, in the order of the commits.

    ``previous`` and ``hash`` are hexadecimal SHA-256 digests. ``salts`` maps the JSON pointer of each text of the event to its
    salt; see ``cogwg.audit.chain``.
    """

    __tablename__ = "audit_link"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(unique=True)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))
    algorithm: Mapped[int]
    salts: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))


class ChainHead(Base):
    """The position and hash of the last link, and the time of its event, in a single row. Without this row, no event can be
    recorded.
    """

    __tablename__ = "chain_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
