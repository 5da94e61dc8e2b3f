"""Commands on workbooks of plans: preview what a file would change in a draft, save it as one step, and undo that.

A file never changes an adopted plan. For a year that has neither a plan nor a draft, it becomes the draft. What others changed
since the download is kept, and so are texts whose cells were emptied. None of these commands commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.errors import Conflict, NotFound
from cogwg.core.serialization import Serializer
from cogwg.imports import services as uploads
from cogwg.imports.previews import Preview
from cogwg.imports.queries import StoredPreview, UploadHead
from cogwg.imports.rules import Claim
from cogwg.plan.draft_storage import StoredDraft, change_draft, create_draft, delete_draft, draft_of_year
from cogwg.plan.drafts import DraftPlan
from cogwg.workbook.plan_diff import diff_plan
from cogwg.workbook.plan_queries import names
from cogwg.workbook.plan_reader import ReadPlan
from cogwg.workbook.services import NotClaimed


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """What a file would change in the draft of a year.

    ``payload`` is the data needed to save it; if it contains no plan, nothing can be saved. ``scope`` is the year.
    """

    preview: Preview
    payload: dict[str, Any]
    scope: str


def check_plan(session: Session, read: ReadPlan) -> CheckedPlan:
    """Return what a file would change in the draft of its year; without a draft, the file would create one."""
    stored = _open_draft(session, read.plan_year)
    result = diff_plan(read, stored.plan if stored is not None else None, names(session))
    version = stored.version if stored is not None else 0
    payload: dict[str, Any] = {"version": version}
    if result.plan is not None and (result.preview.changes or version == 0):
        payload["plan"] = Serializer().dump(result.plan)
    return CheckedPlan(result.preview, payload, str(read.plan_year))


def can_be_saved(payload: Mapping[str, Any]) -> bool:
    """Return whether the preview of a plan can be saved: the file has no error and would change something."""
    return "plan" in payload


def apply_plan(
    session: Session, upload: UploadHead, stored: StoredPreview, *, revision: int, by: Actor, at: datetime, now: datetime
) -> None:
    """Save the plan of a file as the draft of its year, and keep what it replaced with the upload.

    Raises ``NotClaimed`` as ``apply_reports`` does or if nothing can be saved, ``Conflict`` if the draft was changed since the
    preview, and the errors of ``create_draft`` and ``change_draft``.
    """
    claimed = uploads.claim(session, upload.id, upload.person_id, revision, at=at, now=now)
    if claimed is not Claim.CLAIMED or not can_be_saved(stored.payload):
        raise NotClaimed(claimed if claimed is not Claim.CLAIMED else Claim.EXPIRED)
    plan, version = Serializer().load(DraftPlan, stored.payload["plan"]), int(stored.payload["version"])
    before = _open_draft(session, plan.year)
    if (before.version if before is not None else 0) != version:
        raise Conflict(before)
    source = {"upload": upload.id}
    if before is None:
        create_draft(session, plan, carried_from_id=None, details=source, by=by, at=at)
    else:
        change_draft(session, plan, version=version, change=source, by=by, at=at)
    outcome: dict[str, Any] = {
        "year": plan.year,
        "rows": [],
        "changes": len(stored.preview.changes),
        "version": version + 1,
        "before": Serializer().dump(before.plan) if before is not None else None,
    }
    recorded = {"scope": str(plan.year), "changes": len(stored.preview.changes)}
    uploads.record_applied(session, upload.id, outcome, recorded, by=by, at=at)


def undo_plan(session: Session, upload: UploadHead, *, by: Actor, at: datetime) -> bool:
    """Restore the draft as it was before a file was saved; return False if that was already undone.

    Raises ``Conflict`` if the draft was changed or adopted since, and ``NotFound`` if it was deleted.
    """
    if not uploads.claim_undo(session, upload.id, upload.person_id, at=at):
        return False
    outcome = upload.outcome or {}
    year, version = int(outcome["year"]), int(outcome["version"])
    if outcome["before"] is None:
        delete_draft(session, year, version=version, by=by, at=at)
    else:
        plan = Serializer().load(DraftPlan, outcome["before"])
        change_draft(session, plan, version=version, change={"upload": upload.id}, by=by, at=at)
    uploads.record_undone(session, upload.id, {"codes": []}, {"scope": str(year)}, by=by, at=at)
    return True


def _open_draft(session: Session, year: int) -> StoredDraft | None:
    """Return the draft of a year, or None if there is none or it was adopted."""
    try:
        stored = draft_of_year(session, year)
    except NotFound:
        return None
    return stored if stored.plan_id is None else None
