"""Read an uploaded file of commitments, and keep it with the preview of what it would change."""

from __future__ import annotations

from dataclasses import replace

from cogwg.core.calendar import local_day
from cogwg.imports.queries import UploadHead, upload_content
from cogwg.imports.services import UploadedFile
from cogwg.ogp.importing.reading import read_commitments
from cogwg.ogp.importing.services import CheckedCommitments, check_file
from cogwg.web.auth.access import current_user
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.slots import released_slot
from cogwg.web.http.uploads import CheckedFile, receive_upload


def receive(file: UploadedFile) -> int | None:
    """Read the file, and store the result; return the id of the upload.

    Return None while too many other files are being read.
    """
    return receive_upload(file, _check, person_id=current_user().person_id)


def check_again(head: UploadHead) -> CheckedCommitments:
    """Compare an upload's file with what is stored now. Raises ``NotFound`` if the file has expired."""
    return _checked(upload_content(session(), head.id, head.person_id, clocks.real_now()))


def _check(file: UploadedFile) -> CheckedFile:
    checked = _checked(file.data)
    return CheckedFile(replace(file, scope=checked.scope), checked.preview, checked.payload)


def _checked(data: bytes) -> CheckedCommitments:
    session().rollback()
    with released_slot():
        read = read_commitments(data)
    return check_file(session(), read, today=local_day(clocks.now()))
