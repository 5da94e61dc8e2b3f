"""Commands on uploads: store a file with its preview, claim it so that it is applied only once, and record the result.

None of them commits. ``at`` is the time on the product's calendar, ``now`` the time on the system clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.exclusive import begin_exclusive, end_exclusive
from cogwg.audit.services import Actor, record_event
from cogwg.core.errors import Message
from cogwg.imports.models import Upload
from cogwg.imports.previews import Preview
from cogwg.imports.rules import (
    PREVIEW_LIFETIME,
    READING_TIME,
    UPLOADS_AT_ONCE,
    Claim,
    UploadKind,
    UploadVerdict,
    clean_file_name,
)
from cogwg.imports.stored_previews import message_data, preview_data

CHECKED, APPLIED, UNDONE = "upload.checked", "upload.applied", "upload.undone"
_READING, _SLOT = "upload", "upload-slot"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that a person sent. ``scope`` is what it is for, such as a quarter or a year, or ""."""

    kind: UploadKind
    name: str
    data: bytes
    scope: str = ""


def begin_reading(session: Session, person_id: int, *, now: datetime) -> int | None:
    """Reserve a slot to read a person's file, and return its number, which the caller passes to ``end_reading``.

    Returns None if another file of this person is being read, or if ``UPLOADS_AT_ONCE`` files are being read in total.
    """
    if not begin_exclusive(session, _READING, person_id, now=now, at_most=READING_TIME):
        return None
    for slot in range(UPLOADS_AT_ONCE):
        if begin_exclusive(session, _SLOT, slot, now=now, at_most=READING_TIME):
            return slot
    end_exclusive(session, _READING, person_id)
    return None


def end_reading(session: Session, person_id: int, slot: int) -> None:
    """Release the slot after a person's file was read."""
    end_exclusive(session, _READING, person_id)
    end_exclusive(session, _SLOT, slot)


def keep_preview(
    session: Session,
    file: UploadedFile,
    preview: Preview,
    payload: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    now: datetime,
) -> int:
    """Store a file with its preview and with what applying it would save (``payload``); return the id of the upload."""
    upload = _new_upload(file, UploadVerdict.READ, by=by, at=at, now=now)
    upload.content = file.data
    _set_preview(upload, preview, payload)
    return _add(session, upload, by=by, at=at)


def keep_refusal(session: Session, file: UploadedFile, reason: Message, *, by: Actor, at: datetime, now: datetime) -> int:
    """Record that a file was refused before it was read; return the id of the upload. The file itself is not kept."""
    upload = _new_upload(file, UploadVerdict.REFUSED, by=by, at=at, now=now)
    upload.reason = message_data(reason)
    return _add(session, upload, by=by, at=at)


def keep_failure(session: Session, file: UploadedFile, failure_id: str, *, by: Actor, at: datetime, now: datetime) -> int:
    """Record that the product failed to read a file, which is kept under this id; return the id of the upload."""
    upload = _new_upload(file, UploadVerdict.FAILED, by=by, at=at, now=now)
    upload.failure_id = failure_id
    return _add(session, upload, by=by, at=at)


def replace_preview(session: Session, id_: int, preview: Preview, payload: Mapping[str, Any]) -> None:
    """Replace the preview of an upload because stored data has changed since it was computed. An applied upload is not
    changed.
    """
    upload = session.scalars(
        select(Upload).where(Upload.id == id_, Upload.applied_at.is_(None)).with_for_update()
    ).one_or_none()
    if upload is not None:
        _set_preview(upload, preview, payload)
        upload.revision += 1
        session.flush()


def claim(session: Session, id_: int, person_id: int, revision: int, *, at: datetime, now: datetime) -> Claim:
    """Claim an upload, so that it is applied only once. If the transaction is rolled back, it can be claimed again.

    On PostgreSQL, this waits for another transaction that claims the same upload.
    """
    own = Upload.id == id_, Upload.person_id == person_id, Upload.verdict == UploadVerdict.READ
    free = Upload.applied_at.is_(None), Upload.revision == revision, Upload.expires_at > now
    claimed = update(Upload).where(*own, *free).values(applied_at=at).returning(Upload.id)
    if session.scalar(claimed, execution_options={"synchronize_session": False}) is not None:
        return Claim.CLAIMED
    stored = session.execute(select(Upload.applied_at, Upload.expires_at).where(*own)).one_or_none()
    if stored is None:
        return Claim.EXPIRED
    if stored.applied_at is not None:
        return Claim.APPLIED
    return Claim.EXPIRED if stored.expires_at <= now else Claim.OUTDATED


def record_applied(
    session: Session, id_: int, outcome: Mapping[str, Any], recorded: Mapping[str, Any], *, by: Actor, at: datetime
) -> int:
    """Store what a claimed upload saved, delete its file, and record the event with ``recorded``; return the event's id."""
    values = {"outcome": dict(outcome), "content": None, "preview": None, "payload": None}
    _set(session, id_, values)
    return record_event(session, APPLIED, ("upload", id_), by=by, at=at, after=dict(recorded))


def claim_undo(session: Session, id_: int, person_id: int, *, at: datetime) -> bool:
    """Claim an applied upload, so that it is undone only once; return False if it was already undone, or never applied."""
    ready = Upload.id == id_, Upload.person_id == person_id, Upload.applied_at.is_not(None), Upload.undone_at.is_(None)
    claimed = update(Upload).where(*ready).values(undone_at=at).returning(Upload.id)
    return session.scalar(claimed, execution_options={"synchronize_session": False}) is not None


def record_undone(
    session: Session, id_: int, undone: Mapping[str, Any], recorded: Mapping[str, Any], *, by: Actor, at: datetime
) -> int:
    """Store what a claimed undo reversed, and record the event with ``recorded``; return the event's id."""
    _set(session, id_, {"undone": dict(undone)})
    return record_event(session, UNDONE, ("upload", id_), by=by, at=at, after=dict(recorded))


def _new_upload(file: UploadedFile, verdict: UploadVerdict, *, by: Actor, at: datetime, now: datetime) -> Upload:
    return Upload(
        person_id=by.id,
        behalf_of=by.behalf_of,
        kind=file.kind,
        scope=file.scope,
        file_name=clean_file_name(file.name),
        sha256=hashlib.sha256(file.data).hexdigest(),
        size=len(file.data),
        uploaded_at=at,
        verdict=verdict,
        revision=1,
        changes=0,
        problems=0,
        questions=0,
        conflicts=0,
        unchanged=0,
        expires_at=now + PREVIEW_LIFETIME,
    )


def _set_preview(upload: Upload, preview: Preview, payload: Mapping[str, Any]) -> None:
    upload.preview, upload.payload = preview_data(preview), dict(payload)
    upload.changes, upload.conflicts, upload.unchanged = len(preview.changes), len(preview.conflicts), preview.unchanged
    upload.problems, upload.questions = len(preview.errors), len(preview.questions)


def _add(session: Session, upload: Upload, *, by: Actor, at: datetime) -> int:
    session.add(upload)
    session.flush()
    counts = {name: getattr(upload, name) for name in ("changes", "problems", "questions", "conflicts", "unchanged", "size")}
    after = {"kind": upload.kind.value, "scope": upload.scope, "verdict": upload.verdict.value, "sha256": upload.sha256}
    record_event(session, CHECKED, ("upload", upload.id), by=by, at=at, after=after | counts)
    return upload.id


def _set(session: Session, id_: int, values: Mapping[str, Any]) -> None:
    session.execute(update(Upload).where(Upload.id == id_).values(**values), execution_options={"synchronize_session": False})
