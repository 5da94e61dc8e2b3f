"""A report as it was just saved, so that the page that shows it does not have to read it from the database again.

It equals what the queries would return after the commit, except that the names of its authors and their jurisdiction are
empty, because only their ids are known when it is saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cogwg.audit.services import Actor
from cogwg.core.bilingual import EMPTY_TEXT
from cogwg.reporting.models import ReportState
from cogwg.reporting.queries import CurrentStatus, ReportFacts
from cogwg.reporting.rules import ReportDraft


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A report after a save, and the status of its activity."""

    report: ReportFacts
    current_status: CurrentStatus


def written_report(
    report_id: int,
    activity_id: int,
    state: ReportState,
    version: int,
    draft: ReportDraft,
    marks: Mapping[str, Any],
    before: ReportFacts | None,
    *,
    by: Actor,
    at: datetime,
) -> ReportFacts:
    """Return what ``reports_in_period`` would return for a draft that replaced the report ``before`` (None if there was none).

    ``marks`` are the columns that mark the draft's stale texts, and the texts that a translator wrote.
    """
    return ReportFacts(
        id=report_id,
        activity_id=activity_id,
        state=state,
        version=version,
        status=draft.status,
        nothing_to_report=draft.nothing_to_report,
        progress=draft.progress,
        challenge=draft.challenge,
        evidence_note=draft.evidence_note,
        evidence=draft.evidence,
        returned_note=before.returned_note if before is not None else "",
        changed_at=at,
        changed_by="",
        changed_by_id=by.id,
        behalf_of=EMPTY_TEXT,
        stale=marks["stale"] or {},
        translated=marks["translated"] or {},
        status_before=before.status_before if before is not None else None,
        next_step=draft.next_step,
    )
