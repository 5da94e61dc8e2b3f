"""The audit log's append-only table: triggers in the database refuse to change or delete a row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cogwg.core.db import Base


class AuditEvent(Base):
    """An audit event. Events are in the order of ``id``, not of ``at``: the product's calendar can be set back.

    The actor and the subject are ids with a kind, without foreign keys, so that events stay when what they refer to is deleted.
    ``behalf_of`` is the id of the jurisdiction that a co-chair or the secretariat acted for.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject_kind", "subject_id", "id"), Index("ix_event_at", "at", "id"))

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
