"""Read an uploaded file of comments, and keep it with the preview of what it would add."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from typing import Any

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from cogwg.audit.services import Actor
from cogwg.core.calendar import local_day
from cogwg.core.errors import Invalid
from cogwg.core.settings import Settings, data_folder
from cogwg.engagement.cycles import cycle_row
from cogwg.engagement.importing.services import CheckedComments, check_comments
from cogwg.imports.failed_files import failed_files_folder, keep_failed_file
from cogwg.imports.queries import StoredPreview, UploadHead, stored_preview, upload_content
from cogwg.imports.services import (
    UploadedFile,
    begin_reading,
    end_reading,
    keep_failure,
    keep_preview,
    keep_refusal,
    replace_preview,
)
from cogwg.web.auth.access import current_user
from cogwg.web.http import clocks, security_log
from cogwg.web.http.database import session, write

log = logging.getLogger("cogwg.web")


def receive(file: UploadedFile) -> int | None:
    """Read a file for the cycle in its scope; return the id of the upload. Return None while too many files are read."""
    person_id = current_user().person_id
    with write() as open_session:
        slot = begin_reading(open_session, person_id, now=clocks.real_now())
    if slot is None:
        return None
    try:
        return _read_and_keep(file)
    finally:
        with write() as open_session:
            end_reading(open_session, person_id, slot)


def check_again(head: UploadHead) -> CheckedComments:
    """Compare an upload's file with what is stored now. Raises ``NotFound`` if the file has expired."""
    data = upload_content(session(), head.id, head.person_id, clocks.real_now())
    return _checked(head.scope, data)


def keep_again(head: UploadHead, checked: CheckedComments) -> StoredPreview:
    """Keep a new preview of an upload, and return it."""
    with write() as open_session:
        replace_preview(open_session, head.id, checked.preview, checked.payload)
    return stored_preview(session(), head.id, head.person_id, clocks.real_now())


def _checked(cycle: str, data: bytes) -> CheckedComments:
    return check_comments(session(), cycle_row(session(), cycle), data, today=local_day(clocks.now()))


def _read_and_keep(file: UploadedFile) -> int:
    by = Actor("person", current_user().person_id)
    given: dict[str, Any] = {"by": by, "at": clocks.now(), "now": clocks.real_now()}
    try:
        checked = _checked(file.scope, file.data)
    except Invalid as refusal:
        security_log.log_event("upload.refused")
        with write() as open_session:
            return keep_refusal(open_session, file, refusal.problems[0][1], **given)
    except SQLAlchemyError:
        raise
    except Exception as error:  # whatever is in the file, the person learns under which id it is kept
        security_log.log_event("upload.failed")
        failure_id = _keep_failed(file.data)
        log.error("upload %s failed, request %s", failure_id, security_log.request_id(), exc_info=error)
        with write() as open_session:
            return keep_failure(open_session, file, failure_id, **given)
    with write() as open_session:
        return keep_preview(open_session, replace(file, scope=checked.scope), checked.preview, checked.payload, **given)


def _keep_failed(data: bytes) -> str:
    settings: Settings = current_app.extensions["cogwg.settings"]
    try:
        return keep_failed_file(failed_files_folder(settings.database_url, data_folder(os.environ)), data)
    except OSError as error:
        log.error("a file that could not be read was not kept: %s", error.strerror)
        return security_log.request_id()
