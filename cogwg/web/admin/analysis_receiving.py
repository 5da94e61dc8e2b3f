"""Read an uploaded file of comments, and keep it with the preview of what it would add."""

from __future__ import annotations

from dataclasses import replace

from cogwg.core.calendar import local_day
from cogwg.engagement.cycles import cycle_row
from cogwg.engagement.importing.services import CheckedComments, check_comments
from cogwg.imports.queries import UploadHead, upload_content
from cogwg.imports.services import UploadedFile
from cogwg.web.auth.access import current_user
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.uploads import CheckedFile, receive_upload


def receive(file: UploadedFile) -> int | None:
    """Read a file for the cycle in its scope; return the id of the upload.

    Return None while too many other files are being read.
    """
    return receive_upload(file, _check, person_id=current_user().person_id)


def check_again(head: UploadHead) -> CheckedComments:
    """Compare an upload's file with what is stored now. Raises ``NotFound`` if the file has expired."""
    data = upload_content(session(), head.id, head.person_id, clocks.real_now())
    return _checked(head.scope, data)


def _check(file: UploadedFile) -> CheckedFile:
    checked = _checked(file.scope, file.data)
    return CheckedFile(replace(file, scope=checked.scope), checked.preview, checked.payload)


def _checked(cycle: str, data: bytes) -> CheckedComments:
    return check_comments(session(), cycle_row(session(), cycle), data, today=local_day(clocks.now()))
