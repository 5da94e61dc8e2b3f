"""The current state of the reports of an upload: which can be undone, and which have been submitted since."""

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
    """The current state of the reports of an upload, as codes of their activities.

    ``unchanged`` reports are as the upload saved them, ``drafts`` are not submitted, and ``submitted`` ones were drafts and
    have been submitted since. ``is_closed`` is True if the quarter no longer accepts any of them.
    """

    unchanged: frozenset[str]
    drafts: frozenset[str]
    submitted: frozenset[str]
    is_closed: bool = False


def reports_since(session: Session, upload: UploadHead, uploader: Uploader, *, now: datetime) -> ReportsSince:
    """Return the current state of the reports that an upload saved. Reports that the person may no longer write are in none of
    the sets.
    """
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
    """Return the person with the jurisdictions that they reported for when they saved the upload."""
    return replace(uploader, preferred_ids=tuple((upload.outcome or {})["preferred"]))


def is_as_saved(line: Mapping[str, Any], row: StoredRow | None) -> bool:
    """Return whether a report is still as the upload saved it, according to its line of the outcome."""
    report = row.report if row is not None else None
    return report is not None and (report.version, report.state.value) == (line["version"], line["state"])


def accepts(stored: StoredReports, row: StoredRow) -> bool:
    """Return whether the quarter currently accepts this report."""
    return not stored.plan.is_closed and stored.period.takes_reports_from(row.target.jurisdiction_ids)
