"""Queries about backups."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.backup.services import BACKED_UP


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The last backup in the audit log: when it was written, by the product's calendar, and the path of its file, or ""."""

    at: datetime
    file: str

    @property
    def is_gone(self) -> bool:
        """Whether its file no longer exists. A file that this user may not see counts as existing."""
        if not self.file:
            return False
        try:
            os.stat(self.file)
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            pass
        return False


def last_backup(session: Session) -> LastBackup | None:
    """Return the last backup in the audit log, or None if there is none."""
    row = session.execute(
        select(AuditEvent.at, AuditEvent.after).where(AuditEvent.action == BACKED_UP).order_by(AuditEvent.id.desc()).limit(1)
    ).first()
    return LastBackup(row.at, (row.after or {}).get("file", "")) if row is not None else None
