"""The upload of a workbook: read it, and keep it with the preview of what it would change."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from typing import Any

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from cogwg.audit.services import Actor
from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.core.settings import Settings, data_folder
from cogwg.imports.failed_files import failed_files_folder, keep_failed_file
from cogwg.imports.queries import StoredPreview, UploadHead, stored_preview, upload_content, upload_head
from cogwg.imports.rules import UploadKind
from cogwg.imports.services import (
    UploadedFile,
    begin_reading,
    end_reading,
    keep_failure,
    keep_preview,
    keep_refusal,
    replace_preview,
)
from cogwg.policy import Permission, has_permission
from cogwg.web.auth.access import current_user
from cogwg.web.http import clocks, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.slots import released_slot
from cogwg.web.workbook.uploader import current_uploader
from cogwg.workbook.plan_reader import ReadPlan
from cogwg.workbook.plan_services import CheckedPlan, check_plan
from cogwg.workbook.previewing import CheckedReports, check_reports, read_file

PLANS_BY_SECRETARIAT = Message(N_("This is the workbook of a plan. Only the secretariat can upload it."))
log = logging.getLogger("cogwg.web")


def receive(file: UploadedFile) -> int | None:
    """Read the file, and store the result; return the id of the upload. Return None while too many files are read."""
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


def check_again(file: UploadedFile) -> CheckedReports | CheckedPlan:
    """Compare a file that was read before with what is stored now. Raises ``Invalid``."""
    return _check(file)[1]


def compare_again(head: UploadHead) -> StoredPreview | None:
    """Compare an upload's file with what is stored now, and keep the new preview; return it, or None if it was saved meanwhile.

    Raises ``NotFound`` if the file has expired, or the person may no longer see its reports.
    """
    now = clocks.real_now()
    content = upload_content(session(), head.id, head.person_id, now)
    try:
        checked = check_again(UploadedFile(head.kind, head.file_name, content))
    except Invalid:
        raise NotFound(f"reports of upload {head.id}") from None
    with write() as open_session:
        replace_preview(open_session, head.id, checked.preview, checked.payload)
    head = upload_head(session(), head.id, head.person_id)
    return stored_preview(session(), head.id, head.person_id, now) if head.applied_at is None else None


def _read_and_keep(file: UploadedFile) -> int:
    by, given = Actor("person", current_user().person_id), _times()
    try:
        file, checked = _check(file)
    except Invalid as refusal:
        security_log.log_event("upload.refused")
        with write() as open_session:
            return keep_refusal(open_session, file, refusal.problems[0][1], by=by, **given)
    except SQLAlchemyError:
        raise
    except Exception as error:  # whatever is in the file, the person learns under which id it is kept
        security_log.log_event("upload.failed")
        failure_id = _keep_failed(file.data)
        log.error("upload %s failed, request %s", failure_id, security_log.request_id(), exc_info=error)
        with write() as open_session:
            return keep_failure(open_session, file, failure_id, by=by, **given)
    with write() as open_session:
        actor = replace(by, behalf_of=checked.behalf_of) if isinstance(checked, CheckedReports) else by
        return keep_preview(open_session, file, checked.preview, checked.payload, by=actor, **given)


def _check(file: UploadedFile) -> tuple[UploadedFile, CheckedReports | CheckedPlan]:
    session().rollback()
    with released_slot():
        read = read_file(file.data, file.name)
    if isinstance(read, ReadPlan):
        if not has_permission(current_user().roles, Permission.EDIT_PLAN):
            raise Invalid(("", PLANS_BY_SECRETARIAT))
        plan = check_plan(session(), read)
        return replace(file, kind=UploadKind.PLAN, scope=plan.scope), plan
    uploader = current_uploader(read.jurisdictions)
    checked = check_reports(session(), read, uploader, now=clocks.now())
    return replace(file, scope=checked.scope), checked


def _keep_failed(data: bytes) -> str:
    settings: Settings = current_app.extensions["cogwg.settings"]
    try:
        return keep_failed_file(failed_files_folder(settings.database_url, data_folder(os.environ)), data)
    except OSError as error:
        log.error("a file that could not be read was not kept: %s", error.strerror)
        return security_log.request_id()


def _times() -> dict[str, Any]:
    return {"at": clocks.now(), "now": clocks.real_now()}
