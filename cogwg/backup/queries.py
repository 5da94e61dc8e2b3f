"""Queries about backups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.backup.services import BACKED_UP


def last_backup_at(session: Session) -> datetime | None:
    """Return when the last backup was written, by the product's calendar, or None if the audit log mentions none."""
    return session.scalar(select(AuditEvent.at).where(AuditEvent.action == BACKED_UP).order_by(AuditEvent.id.desc()).limit(1))
