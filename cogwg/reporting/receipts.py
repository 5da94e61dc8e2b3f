"""Receipts of submissions, read from the audit log. A receipt is for one report, or for several that a person submitted
together.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.audit.queries import audit_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import Quarter
from cogwg.core.errors import NotFound
from cogwg.reporting.models import ReportingPeriod, ReportSource, StatusReport

_TOGETHER, _ALONE = "quarter.submitted", "report.submitted"


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A receipt as it is stored, with ids instead of names.

    ``submitted`` and ``not_submitted`` are the entries in the audit event. ``not_submitted`` is None if the receipt is for a
    single report, or if an earlier release that did not store these entries wrote it.
    """

    number: int
    at: datetime
    person_id: int | None
    behalf_of: int | None
    period_id: int
    submitted: tuple[dict[str, Any], ...]
    not_submitted: tuple[dict[str, Any], ...] | None


@dataclass(frozen=True, slots=True)
class ReceiptHead:
    """A receipt in the list of a person's receipts; ``is_amendment`` is True if it is for the amendment of a single report."""

    number: int
    at: datetime
    quarter: Quarter
    behalf_of: Bilingual
    activity_ids: tuple[int, ...]
    is_amendment: bool


def stored_receipt(session: Session, number: int) -> StoredReceipt:
    """Return the receipt with this number (the id of its audit event). Raises ``NotFound`` if there is none."""
    event = audit_event(session, number, (_TOGETHER, _ALONE))
    if event.action == _TOGETHER:
        left = event.after.get("left")
        period_id, entries = event.subject_id, tuple(event.after["sent"])
        not_submitted = tuple(left) if left is not None else None
    else:
        report = session.get(StatusReport, event.subject_id)
        if report is None:
            raise NotFound(f"report {event.subject_id}")
        period_id, entries, not_submitted = report.period_id, ({**event.after, "activity": report.activity_id},), None
    return StoredReceipt(number, event.at, event.actor_id, event.behalf_of, period_id, entries, not_submitted)


def receipts_by_link(session: Session, person_id: int, period_id: int) -> list[tuple[int, datetime]]:
    """Return the number and time of each of a person's receipts for reports on a quarter submitted with private links, newest
    first.
    """
    event = select(AuditEvent).where(
        AuditEvent.action == _TOGETHER,
        AuditEvent.subject_kind == "period",
        AuditEvent.subject_id == period_id,
        AuditEvent.actor_kind == "person",
        AuditEvent.actor_id == person_id,
    )
    events = session.scalars(event.order_by(AuditEvent.id.desc()))
    return [(e.id, e.at) for e in events if is_by_link((e.after or {}).get("sent", ()))]


def is_by_link(entries: Collection[dict[str, Any]]) -> bool:
    """Return whether all these entries of a receipt were submitted with a private link; False if there are none."""
    return bool(entries) and all(entry.get("source") == ReportSource.LINK.value for entry in entries)


def receipts_of(session: Session, person_id: int) -> list[ReceiptHead]:
    """Return a person's receipts, newest first, in one SQL statement.

    Reports that were submitted together share one receipt: the event of the joint submission, which follows the events of the
    reports and has the same time and person.
    """
    event, together = aliased(AuditEvent), aliased(AuditEvent)
    in_submission = select(together.id).where(
        together.action == _TOGETHER,
        together.actor_id == event.actor_id,
        together.at == event.at,
        together.id > event.id,
    )
    rows = session.execute(
        select(
            event.id,
            event.at,
            event.after,
            StatusReport.activity_id,
            ReportingPeriod.year,
            ReportingPeriod.quarter,
            Jurisdiction.name_en,
            Jurisdiction.name_fr,
        )
        .outerjoin(StatusReport, and_(event.subject_kind == "report", StatusReport.id == event.subject_id))
        .join(
            ReportingPeriod,
            or_(
                ReportingPeriod.id == StatusReport.period_id,
                and_(event.subject_kind == "period", ReportingPeriod.id == event.subject_id),
            ),
        )
        .outerjoin(Jurisdiction, Jurisdiction.id == event.behalf_of)
        .where(
            event.actor_kind == "person",
            event.actor_id == person_id,
            or_(event.action == _TOGETHER, and_(event.action == _ALONE, ~in_submission.exists())),
        )
        .order_by(event.id.desc())
    )
    return [_receipt_head(row) for row in rows]


def _receipt_head(row: Any) -> ReceiptHead:
    after: dict[str, Any] = row.after or {}
    alone = row.activity_id is not None
    return ReceiptHead(
        number=row.id,
        at=row.at,
        quarter=Quarter(row.year, row.quarter),
        behalf_of=Bilingual(row.name_en or "", row.name_fr or ""),
        activity_ids=(row.activity_id,) if alone else tuple(entry["activity"] for entry in after.get("sent", ())),
        is_amendment=alone and bool(after.get("amends")),
    )
