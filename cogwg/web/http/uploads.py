"""Receiving an uploaded file: read it, and store it with the preview of what it would change, or with what went wrong."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from cogwg.audit.services import Actor
from cogwg.core.errors import Invalid
from cogwg.core.settings import Settings, data_folder
from cogwg.imports.failed_files import failed_files_folder, keep_failed_file
from cogwg.imports.previews import Preview, Problem
from cogwg.imports.queries import StoredPreview, UploadHead, stored_preview
from cogwg.imports.services import (
    UploadedFile,
    begin_reading,
    end_reading,
    keep_failure,
    keep_preview,
    keep_refusal,
    replace_preview,
)
from cogwg.web.http import clocks, i18n, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.i18n import gettext as _

RETRY_SECONDS = 10
"""After how many seconds to try again with a file that was not read because others were being read."""
log = logging.getLogger("cogwg.web")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What a file would change. ``file`` has the kind and scope that were found in it.

    ``payload`` is stored with the preview, to save the changes and to find out whether the preview is outdated. ``behalf_of``
    is the id of the jurisdiction on whose behalf the whole file is reported, or None.
    """

    file: UploadedFile
    preview: Preview
    payload: Mapping[str, Any]
    behalf_of: int | None = None


@dataclass(frozen=True, slots=True)
class RowProblemView:
    """A problem in a row of a file; ``place`` names the row and column."""

    place: str
    sentence: str
    content: str


def receive_upload(file: UploadedFile, check: Callable[[UploadedFile], CheckedFile], *, person_id: int) -> int | None:
    """Read a person's file with ``check``, and store the result; return the id of the upload.

    Return None while too many other files are being read. ``check`` raises ``Invalid`` for a file that cannot be read at all.
    """
    with write() as open_session:
        slot = begin_reading(open_session, person_id, now=clocks.real_now())
    if slot is None:
        return None
    try:
        return _read_and_keep(file, check, person_id)
    finally:
        with write() as open_session:
            end_reading(open_session, person_id, slot)


def keep_again(head: UploadHead, preview: Preview, payload: Mapping[str, Any]) -> StoredPreview:
    """Replace the preview of an upload, because the record has changed since, and return the new one.

    Raises ``NotFound`` if the preview has expired.
    """
    with write() as open_session:
        replace_preview(open_session, head.id, preview, payload)
    return stored_preview(session(), head.id, head.person_id, clocks.real_now())


def row_problem(problem: Problem) -> RowProblemView:
    """Return a problem in a file of rows, with its row and column."""
    cell = problem.cells[0] if problem.cells else None
    place = ""
    if cell is not None and cell.sheet:
        place = _("Row %(row)s, column %(column)s", row=cell.address, column=cell.sheet)
    elif cell is not None:
        place = _("Row %(row)s", row=cell.address)
    return RowProblemView(place, i18n.translate_message(problem.message), problem.content)


def _read_and_keep(file: UploadedFile, check: Callable[[UploadedFile], CheckedFile], person_id: int) -> int:
    by = Actor("person", person_id)
    times = {"at": clocks.now(), "now": clocks.real_now()}
    try:
        checked = check(file)
    except Invalid as refusal:
        security_log.log_event("upload.refused")
        with write() as open_session:
            return keep_refusal(open_session, file, refusal.problems[0][1], by=by, **times)
    except SQLAlchemyError:
        raise
    except Exception as error:  # whatever the file contains, the person learns the id under which it is kept
        security_log.log_event("upload.failed")
        failure_id = _keep_failed(file.data)
        log.error("upload %s failed, request %s", failure_id, security_log.request_id(), exc_info=error)
        with write() as open_session:
            return keep_failure(open_session, file, failure_id, by=by, **times)
    with write() as open_session:
        actor = replace(by, behalf_of=checked.behalf_of)
        return keep_preview(open_session, checked.file, checked.preview, checked.payload, by=actor, **times)


def _keep_failed(data: bytes) -> str:
    settings: Settings = current_app.extensions["cogwg.settings"]
    try:
        return keep_failed_file(failed_files_folder(settings.database_url, data_folder(os.environ)), data)
    except OSError as error:
        log.error("a file that could not be read was not kept: %s", error.strerror)
        return security_log.request_id()
