"""The history of an activity in one sequence: reports and their translations, returns, changes to the plan, and partners'
notes.

Entries are in the order of the audit log, not by time, because the server's clock may be set back. Submitted reports are read
from the submissions, which never change; everything else is read from the audit log. Drafts are not shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Select, cast, func, null, select, union_all
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.queries import jurisdiction_names, lead_jurisdictions
from cogwg.audit.models import AuditEvent
from cogwg.audit.queries import event_after_values
from cogwg.core.articles import with_article
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import join_list
from cogwg.core.status import Status
from cogwg.core.text_states import NO_STALE_TEXTS, StaleTexts
from cogwg.plan.queries import ActivityFacts
from cogwg.plan.rewordings import REWORDED, Rewording, combined, rewording_from_event
from cogwg.plan.rules import DueDate
from cogwg.reporting.models import Contribution, ReportSource, StatusReport, Submission
from cogwg.reporting.news.received import UNDONE
from cogwg.reporting.queries import NO_SUBMISSION, CurrentStatus, current_status_from_row, evidence_links
from cogwg.reporting.rules import LabelledLink, ReportDraft

ENTRY_KINDS = {
    "report.submitted": "submitted",
    "report.translated": "translated",
    "report.returned": "returned",
    "due.moved": "moved",
    "due.requested": "asked",
    "due.declined": "refused",
    "due.withdrawn": "withdrawn",
    "note.saved": "noted",
    "activity.added": "added",
    REWORDED: "reworded",
    "activity.retired": "retired",
    "activity.restored": "restored",
}
"""The audit actions that a history shows, each with the kind of its entry."""
_DUE_KINDS = ("moved", "accepted", "asked", "refused", "withdrawn")
_PLAN_KINDS = ("added", "reworded", "retired", "restored")


@dataclass(frozen=True, slots=True)
class SubmissionFacts:
    """The content of a submission; ``before`` is the status shown before it, ``after`` the status submitted.

    In a history, ``before`` is the status before the quarter, and ``amends`` is the status that the amendment replaces, if it
    is one.
    """

    before: Status | None
    after: Status
    nothing_to_report: bool
    late: bool
    sample: bool
    progress: Bilingual
    challenge: Bilingual
    evidence_note: Bilingual
    evidence: tuple[LabelledLink, ...]
    amends: Status | None = None
    next_step: Bilingual = EMPTY_TEXT
    source: ReportSource = ReportSource.PAGE
    stale: StaleTexts = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An entry of a history. ``kind`` is a value of ``ENTRY_KINDS``, "untranslated" if a translation was undone, or "accepted"
    if a due date was moved at a jurisdiction's request; the entry of the request has the reason.

    ``jurisdictions`` is the jurisdiction that ``person`` is a lead for, empty for a co-chair or the secretariat. For a request
    to move a due date, or its withdrawal, it is the jurisdiction that made the request. ``report`` is the content of the
    submission, and ``also_for`` names the other jurisdictions that it was submitted for. ``text`` is the note or the reason;
    ``previous_due`` and ``new_due`` are due dates. ``is_replacement`` is true if a note replaced an earlier one, and
    ``note_jurisdiction`` is the jurisdiction that wrote the note, or whose request was accepted. ``rewording`` is the change
    of wording that the entry is about or, for a submission, the change since the submission.
    """

    kind: str
    at: datetime
    person: str
    jurisdictions: Bilingual
    behalf_of: Bilingual
    report: SubmissionFacts | None = None
    text: Bilingual = EMPTY_TEXT
    previous_due: DueDate | None = None
    new_due: DueDate | None = None
    is_replacement: bool = False
    note_jurisdiction: Bilingual = EMPTY_TEXT
    also_for: Bilingual = EMPTY_TEXT
    rewording: Rewording | None = None


def timelines(
    session: Session, activity_ids: Collection[int], *, with_return_notes: bool = False
) -> dict[int, list[TimelineEntry]]:
    """Return the histories of these activities, newest entry first, by activity id, in two SQL statements.

    A third statement reads the names of the other jurisdictions that reports were submitted for, and a fourth the translations
    that were undone, if there are any.

    Notes on returned reports are only for the leads, the co-chairs and the secretariat, so they are left out unless
    ``with_return_notes`` is true.
    """
    return {id_: _merge_entries(rows, with_return_notes) for id_, rows in _history_rows(session, tuple(activity_ids)).items()}


def timeline_and_status(
    session: Session, activity: ActivityFacts, today: date, *, with_return_notes: bool = False
) -> tuple[list[TimelineEntry], CurrentStatus]:
    """Return an activity's history (see ``timelines``) and its current status with texts, from the same SQL statements."""
    rows = _history_rows(session, (activity.id,))[activity.id]
    latest = rows.submissions[-1].Submission if rows.submissions else NO_SUBMISSION
    entries = _merge_entries(rows, with_return_notes)
    return entries, current_status_from_row(activity, latest, today)


@dataclass(frozen=True, slots=True)
class _HistoryRows:
    """The submissions and events of an activity, oldest first, and what they refer to.

    ``names`` has the names of jurisdictions by id. When a translation is undone, a submission without it is added; ``undone``
    maps the id of that submission to the id of the event.
    """

    submissions: list[Any]
    events: list[Any]
    names: Mapping[int, Bilingual]
    undone: Mapping[int, int]


def _history_rows(session: Session, ids: tuple[int, ...]) -> dict[int, _HistoryRows]:
    """Return the rows of the histories of these activities, by activity id."""
    submissions: dict[int, list[Any]] = {id_: [] for id_ in ids}
    events: dict[int, list[Any]] = {id_: [] for id_ in ids}
    for row in session.execute(_submissions_statement(ids)):
        submissions[row.Submission.activity_id].append(row)
    for row in session.execute(_events_statement(ids)):
        events[row.activity_id].append(row)
    names = _names_also_for(session, [row for rows in events.values() for row in rows])
    undone = _undone_translations(session, submissions.values(), events.values())
    return {id_: _HistoryRows(submissions[id_], events[id_], names, undone) for id_ in ids}


def _names_also_for(session: Session, events: Collection[Any]) -> dict[int, Bilingual]:
    """Return the names, with articles, of the other jurisdictions that reports were submitted for, by id."""
    ids = {id_ for row in events for id_ in (row.after or {}).get("also_for", ())}
    return {id_: with_article(name) for id_, name in jurisdiction_names(session, ids).items()} if ids else {}


def _undone_translations(session: Session, submissions: Collection[list[Any]], events: Collection[list[Any]]) -> dict[int, int]:
    """Map the id of each submission that undid a translation to the id of its audit event."""
    translated = {row.Submission.id for rows in submissions for row in rows if row.Submission.translated_at is not None}
    if translated <= {(row.after or {}).get("submission") for rows in events for row in rows}:
        return {}
    undone = session.execute(select(AuditEvent.id, AuditEvent.after).where(AuditEvent.action == UNDONE))
    return {id_: row.id for row in undone for id_ in (row.after or {}).get("submissions", ()) if id_ in translated}


def _merge_entries(rows: _HistoryRows, with_return_notes: bool) -> list[TimelineEntry]:
    """Merge submissions and events, newest first.

    A submission is placed where its event is; a submission without an event comes right after the previous submission.
    """
    own_events: dict[Any, Any] = {}
    reworded = {row.id: _rewording(row) for row in rows.events if row.action == REWORDED}
    for event in rows.events:
        after = event.after or {}
        if ENTRY_KINDS[event.action] == "submitted":
            own_events[event.period_id, after.get("version")] = event
        elif ENTRY_KINDS[event.action] == "translated":
            own_events[after.get("submission")] = event
    lines: list[tuple[tuple[int, int], TimelineEntry]] = []
    place = 0
    of_period: dict[int, SubmissionFacts] = {}
    for row in rows.submissions:
        s: Submission = row.Submission
        is_translation = s.translated_at is not None
        event = own_events.get(s.id if is_translation else (s.period_id, s.report_version))
        place = event.id if event is not None else rows.undone.get(s.id, place)
        report, earlier = submission_facts(s), of_period.get(s.period_id)
        if earlier is not None:
            report = replace(report, before=earlier.before, amends=earlier.amends if is_translation else earlier.after)
        of_period[s.period_id] = report
        also_for = (
            join_list([rows.names[id_] for id_ in (event.after or {}).get("also_for", ())]) if event is not None else EMPTY_TEXT
        )
        entry = _submission_entry(row, report, also_for, is_revert=s.id in rows.undone)
        since = [r for id_, r in reworded.items() if (id_ > place if place else r.at > s.submitted_at)]
        lines.append(((place, s.id), entry if is_translation else replace(entry, rewording=combined(since))))
    lines += [
        ((row.id, 0), _event_entry(row)) for row in rows.events if ENTRY_KINDS[row.action] not in ("submitted", "translated")
    ]
    entries = [entry for _place, entry in sorted(lines, key=lambda line: line[0], reverse=True)]
    return [e if with_return_notes or e.kind != "returned" else replace(e, text=EMPTY_TEXT) for e in entries]


def submission_facts(submission: Submission) -> SubmissionFacts:
    """Return the content of a submission."""
    return SubmissionFacts(
        before=submission.previous_status,
        after=submission.status,
        nothing_to_report=submission.nothing_to_report,
        late=submission.late,
        sample=submission.sample,
        progress=submission.progress,
        challenge=submission.challenge,
        evidence_note=submission.evidence_note,
        evidence=evidence_links(submission.evidence),
        next_step=submission.next_step,
        source=submission.source,
        stale=submission.stale or NO_STALE_TEXTS,
    )


def _submission_entry(row: Any, report: SubmissionFacts, also_for: Bilingual, *, is_revert: bool) -> TimelineEntry:
    s: Submission = row.Submission
    kind, at, behalf = "submitted", s.submitted_at, _bilingual_column(row, "behalf")
    if s.translated_at is not None:
        kind, at, behalf = "untranslated" if is_revert else "translated", s.translated_at, EMPTY_TEXT
    return TimelineEntry(
        kind=kind,
        at=at,
        person=row.person or "",
        jurisdictions=_bilingual_column(row, "own"),
        behalf_of=behalf,
        report=report,
        also_for=also_for,
    )


def _event_entry(row: Any) -> TimelineEntry:
    before: dict[str, Any] = row.before or {}
    after: dict[str, Any] = row.after or {}
    kind = ENTRY_KINDS[row.action]
    if kind == "moved" and row.about_en:
        kind = "accepted"
    moved = kind in _DUE_KINDS
    return TimelineEntry(
        kind=kind,
        at=row.at,
        person=row.person or "",
        jurisdictions=_bilingual_column(row, "about" if kind in ("asked", "withdrawn") else "own"),
        behalf_of=_bilingual_column(row, "behalf"),
        text=_event_text(kind, after),
        previous_due=DueDate.from_key(before["due"]) if moved else None,
        new_due=DueDate.from_key(after["due"]) if moved else None,
        is_replacement=kind == "noted" and bool(before),
        note_jurisdiction=_bilingual_column(row, "about"),
        rewording=_rewording(row) if kind == "reworded" else None,
    )


def _rewording(row: Any) -> Rewording:
    return rewording_from_event(row.at, row.before, row.after)


def _event_text(kind: str, after: dict[str, Any]) -> Bilingual:
    """Return an event's text. The note on a returned report is a single text, which is used for both languages."""
    if kind == "accepted":
        return EMPTY_TEXT
    if kind == "returned":
        note = str(after.get("note", ""))
        return Bilingual(note, note)
    return Bilingual(*after["reason" if kind in (*_DUE_KINDS, *_PLAN_KINDS) else "text"])


def _bilingual_column(row: Any, name: str) -> Bilingual:
    return Bilingual(getattr(row, f"{name}_en") or "", getattr(row, f"{name}_fr") or "")


def _submissions_statement(ids: tuple[int, ...]) -> Select[*tuple[Any, ...]]:
    """Select submissions, oldest first, with the person who submitted or translated each, the jurisdiction that they did it
    for, and their own.
    """
    behalf, own, led = aliased(Jurisdiction), aliased(Jurisdiction), lead_jurisdictions()
    person_id = func.coalesce(Submission.translated_by, Submission.submitted_by)
    return (
        select(Submission, Person.name.label("person"), *_name_columns(own, "own"), *_name_columns(behalf, "behalf"))
        .outerjoin(Person, Person.id == person_id)
        .outerjoin(behalf, behalf.id == Submission.behalf_of)
        .outerjoin(led, led.c.person_id == person_id)
        .outerjoin(own, own.id == led.c.jurisdiction_id)
        .where(Submission.activity_id.in_(ids))
        .order_by(Submission.id)
    )


def _events_statement(ids: tuple[int, ...]) -> Select[*tuple[Any, ...]]:
    """Select the audit events that a history shows: those about these activities, their reports and their notes."""
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
    asking_id = AuditEvent.after["jurisdiction"].as_integer()
    of_plan = select(*event, AuditEvent.subject_id, none, asking_id).where(
        AuditEvent.subject_kind == "activity", AuditEvent.subject_id.in_(ids)
    )
    events = union_all(
        *(part.where(AuditEvent.action.in_(tuple(ENTRY_KINDS))) for part in (of_reports, of_notes, of_plan))
    ).subquery()
    return (
        select(
            events,
            Person.name.label("person"),
            *_name_columns(own, "own"),
            *_name_columns(behalf, "behalf"),
            *_name_columns(about, "about"),
        )
        .select_from(events)
        .outerjoin(Person, Person.id == events.c.actor_id)
        .outerjoin(behalf, behalf.id == events.c.behalf_of)
        .outerjoin(led, led.c.person_id == events.c.actor_id)
        .outerjoin(own, own.id == led.c.jurisdiction_id)
        .outerjoin(about, about.id == events.c.about_id)
        .order_by(events.c.id)
    )


def _name_columns(jurisdiction: type[Jurisdiction], label: str) -> tuple[Any, Any]:
    return jurisdiction.name_en.label(f"{label}_en"), jurisdiction.name_fr.label(f"{label}_fr")


_DRAFT_ACTIONS = ("report.saved", "report.submitted", "report.translated")


def draft_at_version(session: Session, report_id: int, version: int) -> ReportDraft | None:
    """Return a report's content at this version, from the last save at or before it; None if the audit log has no such save."""
    for data in event_after_values(session, ("report", report_id), _DRAFT_ACTIONS):
        if data["version"] <= version:
            return _draft_from_audit(data)
    return None


def _draft_from_audit(data: dict[str, Any]) -> ReportDraft:
    """Return the draft from the data of an audit event; events of earlier releases have no next step."""
    return ReportDraft(
        status=Status(data["status"]) if data["status"] is not None else None,
        progress=Bilingual(*data["progress"]),
        challenge=Bilingual(*data["challenge"]),
        evidence_note=Bilingual(*data["evidence_note"]),
        evidence=tuple(LabelledLink(link["url"], Bilingual(link["label_en"], link["label_fr"])) for link in data["evidence"]),
        nothing_to_report=data["nothing_to_report"],
        next_step=Bilingual(*data.get("next_step", ("", ""))),
    )
