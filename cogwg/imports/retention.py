"""The deletion of uploads at the end of their retention period, and of uploaded data about people whose names are removed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from cogwg.imports.models import Upload
from cogwg.imports.rules import UPLOAD_RETENTION

_WITHOUT_FILE: dict[str, Any] = {"content": None, "preview": None, "payload": None}


def is_expired_file(now: datetime) -> Any:
    """Return an SQL condition that is true for uploads whose file and preview have expired and are not deleted yet."""
    return (Upload.expires_at <= now) & or_(Upload.content.is_not(None), Upload.preview.is_not(None))


def is_expired_upload(at: datetime) -> Any:
    """Return an SQL condition that is true for uploads whose retention period is over."""
    return Upload.uploaded_at < at - UPLOAD_RETENTION


def purge_uploads(session: Session, *, at: datetime, now: datetime) -> tuple[int, int]:
    """Delete expired files with their previews, and uploads whose retention period is over; return how many of each."""
    files = update(Upload).where(is_expired_file(now)).values(**_WITHOUT_FILE).returning(Upload.id)
    pages = delete(Upload).where(is_expired_upload(at)).returning(Upload.id)
    return _count(session, files), _count(session, pages)


def clear_file_names(session: Session, person_id: int) -> None:
    """Delete the files that a person uploaded, and the names of these files, because both can contain the person's name."""
    values = {**_WITHOUT_FILE, "file_name": ""}
    _count(session, update(Upload).where(Upload.person_id == person_id).values(**values).returning(Upload.id))


def clear_files(session: Session, upload_ids: Collection[int]) -> int:
    """Delete the files of these uploads, their previews and their file names, which can contain people's names; return how
    many uploads had any of these.
    """
    has_any = or_(Upload.content.is_not(None), Upload.preview.is_not(None), Upload.payload.is_not(None), Upload.file_name != "")
    values = {**_WITHOUT_FILE, "file_name": ""}
    return _count(session, update(Upload).where(Upload.id.in_(upload_ids), has_any).values(**values).returning(Upload.id))


def _count(session: Session, statement: Any) -> int:
    return len(session.execute(statement, execution_options={"synchronize_session": False}).all())
