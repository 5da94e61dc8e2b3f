"""The subjects of audit events: their labels, and what the URLs of their pages need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, literal, null, or_, select, union_all
from sqlalchemy import String as Text
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.names import name_by_language
from cogwg.audit.models import AuditEvent
from cogwg.briefing.models import Briefing
from cogwg.core import dates
from cogwg.core.bilingual import Bilingual
from cogwg.discussion.models import Comment
from cogwg.engagement.models import EngagementCycle, EngagementPhase, EngagementTheme, HeardVersion, PublicComment
from cogwg.inspection.values import Names
from cogwg.mail.models import OutboxMessage
from cogwg.ogp.models import Commitment
from cogwg.plan.models import Activity, Assignment, PlanDraft, Priority, WorkPlan
from cogwg.plan.rules import DueDate
from cogwg.privacy.wording import SUBJECT_LABELS
from cogwg.reporting.models import Challenge, Contribution, Milestone, ReportingPeriod, StatusReport

Subject = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """The subject of an event: its label, and the known parts of its page's URL.

    A part that is not known is 0 or "". ``exists`` is False if the subject was deleted.
    """

    kind: str
    id: int
    label: Bilingual
    year: int = 0
    number: int = 0
    code: str = ""
    exists: bool = True


SINGLE_KINDS = frozenset({"accounts", "settings", "outbox", "audit", "database"})
"""The kinds of subjects of which there is only one."""


def places(session: Session, subjects: Collection[Subject], names: Names) -> dict[Subject, Place]:
    """Map each of these subjects to its place, in at most one SQL statement."""
    ids: dict[str, set[int]] = {}
    for kind, id_ in subjects:
        ids.setdefault(kind, set()).add(id_)
    parts = [_STATEMENTS[kind].where(_id(kind).in_(own)) for kind, own in ids.items() if kind in _STATEMENTS]
    rows = session.execute(union_all(*parts)).all() if parts else []
    rows_by_subject = {(row.kind, row.id): row for row in rows}
    return {subject: _place(subject, rows_by_subject.get(subject), names) for subject in subjects}


def _id(kind: str) -> Any:
    labelled: Any = _STATEMENTS[kind].selected_columns["id"]
    return labelled.element


def about_reference(reference: str) -> ColumnElement[bool]:
    """Return an SQL condition that is true for events about the items with this reference: the code of an activity, the number
    of a priority, the year of a plan, or the code of a jurisdiction.
    """
    text = reference.casefold()
    criteria = [_is_about("jurisdiction", select(Jurisdiction.id).where(Jurisdiction.code == text))]
    activities = select(Activity.id).where(Activity.code == text)
    criteria += [
        _is_about("activity", activities),
        _is_about("report", select(StatusReport.id).where(StatusReport.activity_id.in_(activities))),
        _is_about("contribution", select(Contribution.id).where(Contribution.activity_id.in_(activities))),
        _is_about("comment", select(Comment.id).where(Comment.activity_id.in_(activities))),
    ]
    if text.isascii() and text.isdecimal() and len(text) <= _NUMBER_LENGTH:
        priority = select(Priority.id).where(Priority.number == int(text))
        plans = select(WorkPlan.id).where(WorkPlan.year == int(text))
        criteria += [
            _is_about("priority", priority),
            _is_about("assignment", select(Assignment.id).where(Assignment.priority_id.in_(priority))),
            _is_about("plan", plans),
            _is_about("period", select(ReportingPeriod.id).where(ReportingPeriod.plan_id.in_(plans))),
            _is_about("plan-draft", select(PlanDraft.id).where(PlanDraft.year == int(text))),
        ]
    return or_(*criteria)


def about_person(ids: Collection[int]) -> ColumnElement[bool]:
    """Return an SQL condition that is true for events about these people, and about emails to them."""
    letters = select(OutboxMessage.id).where(OutboxMessage.person_id.in_(ids))
    return or_((AuditEvent.subject_kind == "person") & AuditEvent.subject_id.in_(ids), _is_about("letter", letters))


def about_jurisdiction(ids: Collection[int]) -> ColumnElement[bool]:
    """Return an SQL condition that is true for events about these jurisdictions."""
    return (AuditEvent.subject_kind == "jurisdiction") & AuditEvent.subject_id.in_(ids)


def short_name(place: Place) -> Bilingual:
    """Return the name of an activity, a role or a quarter in a list of values: "3.2", "priority 3" or "December 2020"."""
    if place.kind == "activity":
        return Bilingual(place.code, place.code)
    if place.kind == "period":
        return _quarter(place.code)
    return Bilingual(f"priority {place.number}", f"priorité {place.number}")


REFERENCE_LIMIT = 80
_NUMBER_LENGTH = 4
"""The most digits of a priority's number or a year."""


def _is_about(kind: str, ids: Select[int]) -> ColumnElement[bool]:
    return (AuditEvent.subject_kind == kind) & AuditEvent.subject_id.in_(ids)


def _columns(kind: str, id_: Any, *, year: Any = None, number: Any = None, code: Any = None, text: Any = None) -> Select[Any]:
    def column(value: Any, as_text: bool, name: str) -> Any:
        empty = cast(null(), Text) if as_text else literal(0)
        return (empty if value is None else cast(value, Text) if as_text else value).label(name)

    return select(
        literal(kind).label("kind"),
        id_.label("id"),
        column(year, False, "year"),
        column(number, False, "number"),
        column(code, True, "code"),
        column(text, True, "text"),
    )


def _of_activity(kind: str, model: Any, text: Any = None) -> Select[Any]:
    chosen = _columns(kind, model.id, year=WorkPlan.year, number=Priority.number, code=Activity.code, text=text)
    joined = chosen.select_from(model)
    if model is not Activity:
        joined = joined.join(Activity, Activity.id == model.activity_id)
    return joined.join(Priority, Priority.id == Activity.priority_id).join(WorkPlan, WorkPlan.id == Priority.plan_id)


def _of_priority(kind: str, model: Any) -> Select[Any]:
    joined = _columns(kind, model.id, year=WorkPlan.year, number=Priority.number).select_from(model)
    if model is not Priority:
        joined = joined.join(Priority, Priority.id == model.priority_id)
    return joined.join(WorkPlan, WorkPlan.id == Priority.plan_id)


def _of_quarter(kind: str, model: Any) -> Select[Any]:
    return _of_activity(kind, model, ReportingPeriod.key).join(ReportingPeriod, ReportingPeriod.id == model.period_id)


_STATEMENTS: Mapping[str, Select[Any]] = {
    "person": _columns("person", Person.id, text=Person.name),
    "jurisdiction": _columns("jurisdiction", Jurisdiction.id, code=Jurisdiction.code),
    "plan": _columns("plan", WorkPlan.id, year=WorkPlan.year),
    "plan-draft": _columns("plan-draft", PlanDraft.id, year=PlanDraft.year),
    "priority": _of_priority("priority", Priority),
    "assignment": _of_priority("assignment", Assignment),
    "activity": _of_activity("activity", Activity),
    "report": _of_quarter("report", StatusReport),
    "contribution": _of_quarter("contribution", Contribution),
    "comment": _of_activity("comment", Comment),
    "period": _columns("period", ReportingPeriod.id, year=WorkPlan.year, text=ReportingPeriod.key).join(
        WorkPlan, WorkPlan.id == ReportingPeriod.plan_id
    ),
    "briefing": _columns("briefing", Briefing.id, text=Briefing.meeting_on),
    "commitment": _columns("commitment", Commitment.id, text=Commitment.identifier),
    "engagement-cycle": _columns("engagement-cycle", EngagementCycle.id, text=EngagementCycle.key),
    "engagement-phase": _columns("engagement-phase", EngagementPhase.id, text=EngagementPhase.key),
    "engagement-theme": _columns("engagement-theme", EngagementTheme.id),
    "heard-version": _columns("heard-version", HeardVersion.id),
    "public-comment": _columns("public-comment", PublicComment.id),
    "letter": _columns("letter", OutboxMessage.id),
    "milestone": _columns("milestone", Milestone.id),
    "challenge": _columns("challenge", Challenge.id),
}
"""The statement that reads each kind of subject with a table. Of the other kinds, such as the settings, there is only one
subject."""


def _place(subject: Subject, row: Any, names: Names) -> Place:
    kind, id_ = subject
    label = SUBJECT_LABELS.get(kind, Bilingual(kind, kind))
    if kind in SINGLE_KINDS:
        return Place(kind, id_, label)
    if row is None:
        return Place(kind, id_, _numbered(label, str(id_)), exists=kind not in _STATEMENTS)
    words = _words(row, label, names)
    return Place(kind, id_, words, row.year or 0, row.number or 0, row.code or (row.text if kind == "period" else "") or "")


def _words(row: Any, label: Bilingual, names: Names) -> Bilingual:
    kind = row.kind
    if kind == "person":
        return name_by_language(row.text)
    if kind == "jurisdiction":
        return names.jurisdictions[row.code]
    if kind in ("report", "contribution", "comment"):
        activity = Bilingual(f"{label.en} on activity {row.code}", f"{label.fr} sur l’activité {row.code}")
        return _with_note(activity, _quarter(row.text) if row.text else Bilingual(str(row.year), str(row.year)))
    if kind == "period":
        return _with_note(label, _quarter(row.text))
    if kind == "briefing":
        on = dates.day(date.fromisoformat(row.text))
        return Bilingual(f"{label.en} of {on.en}", f"{label.fr} du {on.fr}")
    if kind in ("plan", "plan-draft"):
        return _numbered(label, str(row.year))
    if kind in ("commitment", "engagement-cycle", "engagement-phase"):
        return _numbered(label, row.text)
    if kind in ("letter", "milestone", "challenge", "engagement-theme", "heard-version", "public-comment"):
        return _numbered(label, str(row.id))
    return _with_note(_numbered(label, row.code or str(row.number)), Bilingual(str(row.year), str(row.year)))


def _quarter(key: str) -> Bilingual:
    """Return the last month of a quarter in words."""
    return DueDate.from_key(key).text


def _numbered(label: Bilingual, number: str) -> Bilingual:
    return Bilingual(f"{label.en} {number}", f"{label.fr} {number}")


def _with_note(words: Bilingual, note: Bilingual) -> Bilingual:
    return Bilingual(f"{words.en} ({note.en})", f"{words.fr} ({note.fr})")
