"""The table of uploads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cogwg.core.db import Base, enum_column
from cogwg.imports.rules import UploadKind, UploadVerdict

_DATA = JSON(none_as_null=True)


class Upload(Base):
    """A file that a person uploaded.

    ``scope`` is what the file is for, such as the quarter "2020-09", a year or the key of an engagement cycle, or "" if it
    could not be read. ``revision`` increases each time the preview is computed. ``content``, ``preview`` and ``payload`` (what
    applying it would save) are deleted at ``expires_at``, which follows the system clock. ``reason`` is the message of a
    refusal. ``failure_id`` is the id of the kept file if reading it failed. ``outcome`` is what applying the upload saved, and
    ``undone`` what undoing it reversed.
    """

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    behalf_of: Mapped[int | None] = mapped_column(ForeignKey("jurisdiction.id"))
    kind: Mapped[UploadKind] = mapped_column(enum_column(UploadKind, "kind"))
    scope: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    uploaded_at: Mapped[datetime]
    verdict: Mapped[UploadVerdict] = mapped_column(enum_column(UploadVerdict, "verdict"))
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    changes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    problems: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    questions: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    conflicts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    reason: Mapped[dict[str, Any] | None] = mapped_column(_DATA)
    failure_id: Mapped[str | None] = mapped_column(String(32))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    preview: Mapped[dict[str, Any] | None] = mapped_column(_DATA, deferred=True)
    payload: Mapped[dict[str, Any] | None] = mapped_column(_DATA, deferred=True)
    applied_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None] = mapped_column(_DATA)
    undone_at: Mapped[datetime | None]
    undone: Mapped[dict[str, Any] | None] = mapped_column(_DATA)

    __table_args__ = (
        Index("ix_upload_of_person", "person_id", "id"),
        CheckConstraint("undone_at IS NULL OR applied_at IS NOT NULL", name="undone_after_applied"),
    )
