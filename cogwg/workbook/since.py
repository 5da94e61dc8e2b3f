"""The reports of an upload as they are now: which can be undone, and which have been submitted since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cogwg.core.errors import Invalid
from cogwg.imports.queries import UploadHead
from cogwg.reporting.models import ReportState
from cogwg.workbook.previewing import load_stored
from cogwg.workbook.queries import StoredReports, StoredRow
from cogwg.workbook.uploader import Uploader


@dataclass(frozen=True, slots=True)
class ReportsSince:
    """The reports of an upload as they are now, by the codes of their activities.

    ``unchanged`` are as the upload saved them, ``drafts`` are not submitted, and ``submitted`` were drafts and have been
    submitted since. ``is_closed`` is whether the quarter no longer accepts any of them.
    """

    unchanged: frozenset[str]
    drafts: frozenset[str]
    submitted: frozenset[str]
    is_closed: bool = False


def reports_since(session: Session, upload: UploadHead, uploader: Uploader, *, now: datetime) -> ReportsSince:
    """Return the reports that an upload saved, as they are now. Those that the person may no longer write are in no set."""
    outcome = upload.outcome or {}
    nothing: frozenset[str] = frozenset()
    try:
        stored = load_stored(session, outcome["year"], upload.scope, uploader_of(upload, uploader), now)
    except Invalid:
        return ReportsSince(nothing, nothing, nothing)
    rows = [(line, stored.rows[line["code"]]) for line in outcome["rows"] if line["code"] in stored.rows]
    submitted = {line["code"] for line, row in rows if row.report is not None and row.report.is_submitted}
    return ReportsSince(
        unchanged=frozenset(line["code"] for line, row in rows if is_as_saved(line, row)),
        drafts=frozenset(line["code"] for line, _row in rows if line["code"] not in submitted),
        submitted=frozenset(
            line["code"] for line, _row in rows if line["code"] in submitted and line["state"] != ReportState.SUBMITTED.value
        ),
        is_closed=bool(rows) and not any(accepts(stored, row) for _line, row in rows),
    )


def uploader_of(upload: UploadHead, uploader: Uploader) -> Uploader:
    """Return the person as they reported when they saved the upload."""
    return replace(uploader, preferred_ids=tuple((upload.outcome or {})["preferred"]))


def is_as_saved(line: Mapping[str, Any], row: StoredRow | None) -> bool:
    """Whether a report is as the upload saved it, by its line of the outcome."""
    report = row.report if row is not None else None
    return report is not None and (report.version, report.state.value) == (line["version"], line["state"])


def accepts(stored: StoredReports, row: StoredRow) -> bool:
    """Whether the quarter accepts this report now."""
    return not stored.plan.is_closed and stored.period.takes_reports_from(row.target.jurisdiction_ids)
