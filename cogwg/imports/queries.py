"""Queries on uploads. A person sees their own uploads only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from cogwg.core.errors import Message, NotFound
from cogwg.imports.models import Upload
from cogwg.imports.previews import Preview
from cogwg.imports.rules import UploadKind, UploadVerdict
from cogwg.imports.stored_previews import message_from, preview_from


@dataclass(frozen=True, slots=True)
class UploadHead:
    """An upload without its file and preview. ``expires_at`` follows the system clock."""

    id: int
    person_id: int
    behalf_of: int | None
    kind: UploadKind
    scope: str
    file_name: str
    sha256: str
    size: int
    uploaded_at: datetime
    verdict: UploadVerdict
    revision: int
    changes: int
    problems: int
    questions: int
    conflicts: int
    unchanged: int
    reason: Message | None
    failure_id: str | None
    expires_at: datetime
    applied_at: datetime | None
    outcome: Mapping[str, Any] | None
    undone_at: datetime | None
    undone: Mapping[str, Any] | None

    def is_open(self, now: datetime) -> bool:
        """Return whether the upload was read and can still be applied."""
        return self.verdict is UploadVerdict.READ and self.applied_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class StoredPreview:
    """The stored preview of an upload, with what applying it would save (``payload``).

    ``head`` was read together with the preview: if the preview is replaced in the meantime, the stored revision is higher.
    """

    head: UploadHead
    preview: Preview
    payload: Mapping[str, Any]


def uploads_of(session: Session, person_id: int, kinds: Collection[UploadKind], *, limit: int = 50) -> list[UploadHead]:
    """Return a person's uploads of these kinds, newest first."""
    own = select(Upload).where(Upload.person_id == person_id, Upload.kind.in_(kinds))
    rows = session.scalars(own.order_by(Upload.id.desc()).limit(limit))
    return [_head(row) for row in rows]


def saved_versions(session: Session, person_id: int, scope: str) -> dict[tuple[str, int], int]:
    """Map each version of a report that a person's uploads saved (the activity's code and the version) to the version that it
    replaced.
    """
    saved = select(Upload.outcome).where(
        Upload.person_id == person_id, Upload.kind == UploadKind.REPORTS, Upload.scope == scope, Upload.applied_at.is_not(None)
    )
    lines = [line for outcome in session.scalars(saved) for line in (outcome or {}).get("rows", ())]
    return {(line["code"], line["version"]): line["before_version"] for line in lines}


def upload_head(session: Session, id_: int, person_id: int) -> UploadHead:
    """Return a person's upload. Raises ``NotFound`` if there is none with this id, or if it is another person's."""
    return _head(_own_upload(session, id_, person_id))


def stored_preview(session: Session, id_: int, person_id: int, now: datetime) -> StoredPreview:
    """Return the preview of a person's upload. Raises ``NotFound`` as ``upload_head`` does, and if the preview was deleted or
    has expired.
    """
    row = _own_upload(session, id_, person_id, undefer(Upload.preview), undefer(Upload.payload))
    if row.preview is None or row.expires_at <= now:
        raise NotFound(f"preview of upload {id_}")
    return StoredPreview(_head(row), preview_from(row.preview), row.payload or {})


def upload_content(session: Session, id_: int, person_id: int, now: datetime) -> bytes:
    """Return the file of a person's upload. Raises ``NotFound`` as ``stored_preview`` does."""
    row = _own_upload(session, id_, person_id, undefer(Upload.content))
    if row.content is None or row.expires_at <= now:
        raise NotFound(f"file of upload {id_}")
    return row.content


def _own_upload(session: Session, id_: int, person_id: int, *options: Any) -> Upload:
    own = select(Upload).where(Upload.id == id_, Upload.person_id == person_id).options(*options)
    row = session.scalars(own.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound(f"upload {id_}")
    return row


def _head(row: Upload) -> UploadHead:
    return UploadHead(
        id=row.id,
        person_id=row.person_id,
        behalf_of=row.behalf_of,
        kind=row.kind,
        scope=row.scope,
        file_name=row.file_name,
        sha256=row.sha256,
        size=row.size,
        uploaded_at=row.uploaded_at,
        verdict=row.verdict,
        revision=row.revision,
        changes=row.changes,
        problems=row.problems,
        questions=row.questions,
        conflicts=row.conflicts,
        unchanged=row.unchanged,
        reason=message_from(row.reason) if row.reason is not None else None,
        failure_id=row.failure_id,
        expires_at=row.expires_at,
        applied_at=row.applied_at,
        outcome=row.outcome,
        undone_at=row.undone_at,
        undone=row.undone,
    )
