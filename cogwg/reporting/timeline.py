"""The history of an activity as people read it: reports, returns, moved due dates and partners' notes, in one order.

The order is the trace's, as what the calendar said may go back. What was submitted is told by the submissions, which
are never changed; the rest by the trace itself. Drafts are in neither.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, cast, null, select, union_all
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.queries import lead_jurisdictions
from cogwg.audit.models import AuditEvent
from cogwg.audit.queries import event_after_values
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.scale import Status
from cogwg.plan.rules import DueDate
from cogwg.reporting.models import Contribution, StatusReport, Submission
from cogwg.reporting.queries import links
from cogwg.reporting.rules import Draft, Link

KINDS = {"report.submitted": "submitted", "report.returned": "returned", "due.moved": "moved", "note.saved": "noted"}
"""What of the trace is told, under the name that a page gives it."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a submission said, as it was; ``before`` is the status shown until then."""

    before: Status | None
    after: Status
    nothing_to_report: bool
    late: bool
    sample: bool
    progress: Bilingual
    challenge: Bilingual
    evidence_note: Bilingual
    evidence: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a history. ``kind`` is "submitted", "returned", "moved" or "noted".

    ``jurisdictions`` is the one its person leads for, empty for a co-chair or the secretariat. ``report`` is what was
    submitted; ``text`` the note or the reason; ``was`` and ``now`` are due dates; ``again`` says that a note replaced an
    earlier one, ``about`` whose note it is.
    """

    kind: str
    at: datetime
    person: str
    jurisdictions: Bilingual
    behalf_of: Bilingual
    report: Submitted | None = None
    text: Bilingual = EMPTY_TEXT
    was: DueDate | None = None
    now: DueDate | None = None
    again: bool = False
    about: Bilingual = EMPTY_TEXT


def timelines(session: Session, activity_ids: Collection[int], *, why_returned: bool = False) -> dict[int, list[TimelineEntry]]:
    """The histories of these activities, newest first, by activity id; two statements.

    The note of a returned report is between the co-chair and its leads: only with ``why_returned`` is it told.
    """
    ids = tuple(activity_ids)
    submissions: dict[int, list[Any]] = {id_: [] for id_ in ids}
    traces: dict[int, list[Any]] = {id_: [] for id_ in ids}
    for row in session.execute(_submissions(ids)):
        submissions[row.Submission.activity_id].append(row)
    for row in session.execute(_traces(ids)):
        traces[row.activity_id].append(row)
    return {id_: _merged(submissions[id_], traces[id_], why_returned) for id_ in ids}


def _merged(submissions: list[Any], trace: list[Any], why_returned: bool) -> list[TimelineEntry]:
    """Newest first. A submission stands where its own event does, one without an event beside the one before it."""
    places = {(row.period_id, (row.after or {}).get("version")): row.id for row in trace if KINDS[row.action] == "submitted"}
    lines: list[tuple[tuple[int, int], TimelineEntry]] = []
    place = 0
    for row in submissions:
        place = places.get((row.Submission.period_id, row.Submission.report_version), place)
        lines.append(((place, row.Submission.id), _sent(row)))
    lines += [((row.id, 0), _told(row)) for row in trace if KINDS[row.action] != "submitted"]
    entries = [entry for _place, entry in sorted(lines, key=lambda line: line[0], reverse=True)]
    return [e if why_returned or e.kind != "returned" else replace(e, text=EMPTY_TEXT) for e in entries]


def submitted(s: Submission) -> Submitted:
    """What a submission said."""
    return Submitted(
        before=s.previous_status,
        after=s.status,
        nothing_to_report=s.nothing_to_report,
        late=s.late,
        sample=s.sample,
        progress=s.progress,
        challenge=s.challenge,
        evidence_note=s.evidence_note,
        evidence=links(s.evidence),
    )


def _sent(row: Any) -> TimelineEntry:
    s: Submission = row.Submission
    report = submitted(s)
    return TimelineEntry("submitted", s.submitted_at, row.person or "", _both(row, "own"), _both(row, "behalf"), report)


def _told(row: Any) -> TimelineEntry:
    before: dict[str, Any] = row.before or {}
    after: dict[str, Any] = row.after or {}
    kind = KINDS[row.action]
    moved = kind == "moved"
    return TimelineEntry(
        kind=kind,
        at=row.at,
        person=row.person or "",
        jurisdictions=_both(row, "own"),
        behalf_of=_both(row, "behalf"),
        text=_words(kind, after),
        was=DueDate.from_key(before["due"]) if moved else None,
        now=DueDate.from_key(after["due"]) if moved else None,
        again=kind == "noted" and bool(before),
        about=_both(row, "about"),
    )


def _words(kind: str, after: dict[str, Any]) -> Bilingual:
    """The words of an event: a pair, or for a returned report one text in whatever language it was written."""
    if kind == "returned":
        note = str(after.get("note", ""))
        return Bilingual(note, note)
    return Bilingual(*after["reason" if kind == "moved" else "text"])


def _both(row: Any, name: str) -> Bilingual:
    return Bilingual(getattr(row, f"{name}_en") or "", getattr(row, f"{name}_fr") or "")


def _submissions(ids: tuple[int, ...]) -> Select[*tuple[Any, ...]]:
    """What was submitted, the oldest first, with who did it and for whom."""
    behalf, own, led = aliased(Jurisdiction), aliased(Jurisdiction), lead_jurisdictions()
    return (
        select(Submission, Person.name.label("person"), *_names(own, "own"), *_names(behalf, "behalf"))
        .outerjoin(Person, Person.id == Submission.submitted_by)
        .outerjoin(behalf, behalf.id == Submission.behalf_of)
        .outerjoin(led, led.c.person_id == Submission.submitted_by)
        .outerjoin(own, own.id == led.c.jurisdiction_id)
        .where(Submission.activity_id.in_(ids))
        .order_by(Submission.id)
    )


def _traces(ids: tuple[int, ...]) -> Select[*tuple[Any, ...]]:
    """The events of these activities, of their reports and of their notes, that a history tells."""
    behalf, own, about, led = aliased(Jurisdiction), aliased(Jurisdiction), aliased(Jurisdiction), lead_jurisdictions()
    event = (
        AuditEvent.id,
        AuditEvent.at,
        AuditEvent.action,
        AuditEvent.actor_id,
        AuditEvent.behalf_of,
        AuditEvent.before,
        AuditEvent.after,
    )
    none = cast(null(), Integer)
    of_reports = (
        select(*event, StatusReport.activity_id, StatusReport.period_id, none.label("about_id"))
        .join(StatusReport, StatusReport.id == AuditEvent.subject_id)
        .where(AuditEvent.subject_kind == "report", StatusReport.activity_id.in_(ids))
    )
    of_notes = (
        select(*event, Contribution.activity_id, Contribution.period_id, Contribution.jurisdiction_id)
        .join(Contribution, Contribution.id == AuditEvent.subject_id)
        .where(AuditEvent.subject_kind == "contribution", Contribution.activity_id.in_(ids))
    )
    of_plan = select(*event, AuditEvent.subject_id, none, none).where(
        AuditEvent.subject_kind == "activity", AuditEvent.subject_id.in_(ids)
    )
    told = union_all(*(part.where(AuditEvent.action.in_(tuple(KINDS))) for part in (of_reports, of_notes, of_plan))).subquery()
    return (
        select(told, Person.name.label("person"), *_names(own, "own"), *_names(behalf, "behalf"), *_names(about, "about"))
        .select_from(told)
        .outerjoin(Person, Person.id == told.c.actor_id)
        .outerjoin(behalf, behalf.id == told.c.behalf_of)
        .outerjoin(led, led.c.person_id == told.c.actor_id)
        .outerjoin(own, own.id == led.c.jurisdiction_id)
        .outerjoin(about, about.id == told.c.about_id)
        .order_by(told.c.id)
    )


def _names(of: type[Jurisdiction], label: str) -> tuple[Any, Any]:
    return of.name_en.label(f"{label}_en"), of.name_fr.label(f"{label}_fr")


_WORDED = ("report.saved", "report.submitted")


def draft_at(session: Session, report_id: int, version: int) -> Draft | None:
    """The words of a report at this version, which are those last saved up to it; None where the trace has none."""
    for told in event_after_values(session, ("report", report_id), _WORDED):
        if told["version"] <= version:
            return _read(told)
    return None


def _read(told: dict[str, Any]) -> Draft:
    """From what the services left in the trace."""
    return Draft(
        status=Status(told["status"]) if told["status"] is not None else None,
        progress=Bilingual(*told["progress"]),
        challenge=Bilingual(*told["challenge"]),
        evidence_note=Bilingual(*told["evidence_note"]),
        evidence=tuple(Link(one["url"], Bilingual(one["label_en"], one["label_fr"])) for one in told["evidence"]),
        nothing_to_report=told["nothing_to_report"],
    )
