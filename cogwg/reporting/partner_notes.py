"""Partners' notes on an activity in a quarter, beside the leads' report. Each jurisdiction can have one note."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.queries import NamedJurisdiction
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.core.text_limits import bilingual_length_problems
from cogwg.core.text_states import stale_after
from cogwg.plan.closing import check_plan_is_open
from cogwg.plan.queries import ActivityFacts, PlanFacts, PriorityFacts
from cogwg.reporting.models import Contribution
from cogwg.reporting.periods import periods
from cogwg.reporting.rules import check_takes_reports

ContributePermission = Callable[[PriorityFacts, int], bool]


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """A partner's current note, with the person who last changed it."""

    id: int
    activity_id: int
    period_id: int
    jurisdiction_id: int
    jurisdiction: Bilingual
    version: int
    text: Bilingual
    changed_at: datetime
    person: str
    person_id: int | None
    stale: str | None
    """The language in which the text is stale, if any."""


@dataclass(frozen=True, slots=True)
class ActivityNotes:
    """All jurisdictions of the group, and their notes on an activity; not every jurisdiction has one."""

    jurisdictions: tuple[NamedJurisdiction, ...]
    notes: tuple[NoteFacts, ...]

    def note(self, period_id: int, jurisdiction_id: int) -> NoteFacts | None:
        """Return this jurisdiction's note in this quarter, or None."""
        return next((n for n in self.notes if (n.period_id, n.jurisdiction_id) == (period_id, jurisdiction_id)), None)


def notes_on_activity(session: Session, activity_id: int) -> ActivityNotes:
    """Return the group's jurisdictions with their notes on an activity, the latest quarter first, in one SQL statement."""
    rows = session.execute(
        select(Jurisdiction, Contribution, Person.name)
        .outerjoin(Contribution, and_(Contribution.jurisdiction_id == Jurisdiction.id, Contribution.activity_id == activity_id))
        .outerjoin(Person, Person.id == Contribution.changed_by)
        .order_by(Contribution.period_id.desc(), Contribution.id)
    ).all()
    named = {j.id: NamedJurisdiction(j.id, j.code, j.name, j.short) for j, _note, _name in rows}
    notes = tuple(_note_facts(note, j.name, name) for j, note, name in rows if note is not None)
    return ActivityNotes(tuple(named.values()), notes)


def notes_in_period(session: Session, period_id: int, activity_ids: Collection[int]) -> dict[int, list[NoteFacts]]:
    """Return the partners' notes on these activities in a quarter, by activity id, in one SQL statement."""
    notes: dict[int, list[NoteFacts]] = {}
    of_quarter = _notes_statement().where(
        Contribution.period_id == period_id, Contribution.activity_id.in_(tuple(activity_ids))
    )
    for note, jurisdiction, person in session.execute(of_quarter.order_by(Contribution.id)):
        notes.setdefault(note.activity_id, []).append(_note_facts(note, jurisdiction.name, person))
    return notes


def save_note(
    session: Session,
    plan: PlanFacts,
    activity: ActivityFacts,
    *,
    period_key: str,
    jurisdiction_id: int,
    text: Bilingual,
    expected_version: int,
    by: Actor,
    at: datetime,
    is_allowed: ContributePermission,
) -> None:
    """Save a partner's note on an activity for a quarter.

    ``expected_version`` is the version that the form showed, 0 if there was no note yet. If the stored version differs, raises
    ``Conflict`` with the stored note, unless its text is the same. Raises ``Forbidden`` if the user may not add notes for the
    jurisdiction, ``NotFound`` if there is no such quarter, and ``Invalid`` if the plan is closed, the quarter does not accept
    reports, or the text is not valid.
    """
    priority = next(p for p in plan.priorities if p.id == activity.priority_id)
    if not is_allowed(priority, jurisdiction_id):
        raise Forbidden
    check_plan_is_open(session, plan_id=plan.id)
    period = next((p for p in periods(session, plan.id, at, local_day(at)) if p.key == period_key), None)
    if period is None:
        raise NotFound(f"period {period_key}")
    check_takes_reports(period.state, is_reopened=jurisdiction_id in period.reopenings)
    _check_text(text)
    key = {"activity_id": activity.id, "period_id": period.id, "jurisdiction_id": jurisdiction_id}
    note = session.scalar(select(Contribution).filter_by(**key).with_for_update().execution_options(populate_existing=True))
    if (note.version if note is not None else 0) != expected_version:
        if note is not None and note.text == text:
            return
        raise Conflict(_stored_note(session, key))
    before = {"version": note.version, "text": [note.text.en, note.text.fr]} if note is not None else None
    if note is None:
        note = Contribution(**key)
    if before is not None:
        note.stale = stale_after({"text": note.text}, {"text": text}, note.stale)
    note.text, note.changed_at, note.changed_by = text, at, by.id
    _write_note(session, note, key)
    after = {"version": note.version, "text": [text.en, text.fr], "period": period.key, "jurisdiction": jurisdiction_id}
    record_event(session, "note.saved", ("contribution", note.id), by=by, at=at, before=before, after=after)


def _write_note(session: Session, note: Contribution, key: dict[str, int]) -> None:
    """Insert or update the note. Raises ``Conflict`` if the jurisdiction's note was inserted in the meantime."""
    if note in session:
        session.flush()
        return
    # The unique key catches a concurrent insert; the savepoint keeps the transaction usable on PostgreSQL.
    try:
        with session.begin_nested():
            session.add(note)
    except IntegrityError:
        raise Conflict(_stored_note(session, key)) from None


def _check_text(text: Bilingual) -> None:
    problems = list(bilingual_length_problems("text", text))
    if not text:
        problems.append(("text", Message(N_("Enter the note, in English or French."))))
    if problems:
        raise Invalid(*problems)


def _notes_statement() -> Select[Contribution, Jurisdiction, str]:
    return (
        select(Contribution, Jurisdiction, Person.name)
        .join(Jurisdiction, Jurisdiction.id == Contribution.jurisdiction_id)
        .outerjoin(Person, Person.id == Contribution.changed_by)
        .execution_options(populate_existing=True)
    )


def _stored_note(session: Session, key: dict[str, int]) -> NoteFacts | None:
    notes = notes_in_period(session, key["period_id"], [key["activity_id"]]).get(key["activity_id"], [])
    return next((n for n in notes if n.jurisdiction_id == key["jurisdiction_id"]), None)


def _note_facts(note: Contribution, name: Bilingual, person: str | None) -> NoteFacts:
    return NoteFacts(
        id=note.id,
        activity_id=note.activity_id,
        period_id=note.period_id,
        jurisdiction_id=note.jurisdiction_id,
        jurisdiction=name,
        version=note.version,
        text=note.text,
        changed_at=note.changed_at,
        person=person or "",
        person_id=note.changed_by,
        stale=(note.stale or {}).get("text"),
    )
