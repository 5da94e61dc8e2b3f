"""The upload of a workbook: read it, and store it with the preview of what it would change."""

from __future__ import annotations

from dataclasses import replace

from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.imports.queries import StoredPreview, UploadHead, stored_preview, upload_content, upload_head
from cogwg.imports.rules import UploadKind
from cogwg.imports.services import UploadedFile, replace_preview
from cogwg.policy import Permission, has_permission
from cogwg.web.auth.access import current_user
from cogwg.web.http import clocks
from cogwg.web.http.database import session, write
from cogwg.web.http.slots import released_slot
from cogwg.web.http.uploads import CheckedFile, receive_upload
from cogwg.web.workbook.uploader import current_uploader
from cogwg.workbook.plan_reader import ReadPlan
from cogwg.workbook.plan_services import check_plan
from cogwg.workbook.previewing import check_reports, read_file

PLANS_BY_SECRETARIAT = Message(N_("This is the workbook of a plan. Only the secretariat can upload it."))


def receive(file: UploadedFile) -> int | None:
    """Read the file, and store the result; return the id of the upload.

    Return None while too many other files are being read.
    """
    return receive_upload(file, check_workbook, person_id=current_user().person_id)


def check_workbook(file: UploadedFile) -> CheckedFile:
    """Compare a workbook of reports or of a plan with what is stored now.

    Raises ``Invalid`` if it cannot be read, or if the person may not upload it.
    """
    session().rollback()
    with released_slot():
        read = read_file(file.data, file.name)
    if isinstance(read, ReadPlan):
        if not has_permission(current_user().roles, Permission.EDIT_PLAN):
            raise Invalid(("", PLANS_BY_SECRETARIAT))
        plan = check_plan(session(), read)
        return CheckedFile(replace(file, kind=UploadKind.PLAN, scope=plan.scope), plan.preview, plan.payload)
    reports = check_reports(session(), read, current_uploader(read.jurisdictions), now=clocks.now())
    return CheckedFile(replace(file, scope=reports.scope), reports.preview, reports.payload, reports.behalf_of)


def compare_again(head: UploadHead) -> StoredPreview | None:
    """Compare an upload's file with what is stored now, and keep and return the new preview.

    Return None if the file was saved in the meantime. Raises ``NotFound`` if the file has expired, or the person may no longer
    see its reports.
    """
    now = clocks.real_now()
    content = upload_content(session(), head.id, head.person_id, now)
    try:
        checked = check_workbook(UploadedFile(head.kind, head.file_name, content))
    except Invalid:
        raise NotFound(f"reports of upload {head.id}") from None
    with write() as open_session:
        replace_preview(open_session, head.id, checked.preview, checked.payload)
    head = upload_head(session(), head.id, head.person_id)
    return stored_preview(session(), head.id, head.person_id, now) if head.applied_at is None else None
