"""Audit events in words, newest first, filtered and in pages. A page takes the same time however long the log is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.audit.models import AuditEvent
from cogwg.backup.services import BACKED_UP
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import end_of_day
from cogwg.engagement.models import EngagementPhase
from cogwg.inspection.draft_parts import parts_of_drafts
from cogwg.inspection.subjects import Place, Subject, about_jurisdiction, about_person, about_reference, places, short_name
from cogwg.inspection.values import ITEM_KINDS, PHASE_FIELDS, Names, ValueLine, named_items, value_lines
from cogwg.inspection.wording import ACTION_LABELS

PAGE_LENGTH = 50
DRAFT_CHANGED = "plan-draft.changed"
SYSTEM_ACTOR = 0
"""The id that stands for the product itself in a filter."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """A filter of audit events: only events that match all its fields are listed.

    A field that is None or "" does not filter. ``person_id`` is the person who acted, ``jurisdiction_id`` the jurisdiction on
    whose behalf they acted, and ``kind`` the kind of the event's subject. Both days are included. For ``reference``, see
    ``about_reference``. ``subject`` is the kind and id of one item. ``affected`` is ids of people and ids of jurisdictions:
    events about any of them, or about emails to these people, match.
    """

    person_id: int | None = None
    jurisdiction_id: int | None = None
    kind: str = ""
    first_day: date | None = None
    last_day: date | None = None
    reference: str = ""
    subject: Subject | None = None
    affected: tuple[tuple[int, ...], tuple[int, ...]] | None = None

    @property
    def criteria(self) -> list[ColumnElement[bool]]:
        chosen: list[ColumnElement[bool]] = []
        if self.person_id == SYSTEM_ACTOR:
            chosen.append(AuditEvent.actor_kind != "person")
        elif self.person_id is not None:
            chosen += [AuditEvent.actor_kind == "person", AuditEvent.actor_id == self.person_id]
        if self.jurisdiction_id is not None:
            chosen.append(AuditEvent.behalf_of == self.jurisdiction_id)
        if self.kind:
            chosen.append(AuditEvent.subject_kind == self.kind)
        if self.first_day is not None:
            chosen.append(AuditEvent.at >= end_of_day(self.first_day - timedelta(days=1)))
        if self.last_day is not None:
            chosen.append(AuditEvent.at < end_of_day(self.last_day))
        if self.reference:
            chosen.append(about_reference(self.reference))
        if self.affected is not None:
            people, jurisdictions = self.affected
            chosen.append(or_(about_person(people), about_jurisdiction(jurisdictions)))
        if self.subject is not None:
            chosen += [AuditEvent.subject_kind == self.subject[0], AuditEvent.subject_id == self.subject[1]]
        return chosen


@dataclass(frozen=True, slots=True)
class EventInWords:
    """An audit event in words. ``person`` is empty if the product itself acted, and ``behalf_of`` if the person acted for no
    jurisdiction.
    """

    id: int
    at: datetime
    action: Bilingual
    person: Bilingual
    behalf_of: Bilingual
    place: Place
    lines: tuple[ValueLine, ...]


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events. ``newer`` and ``older`` are whether there are newer and older events on other pages."""

    events: tuple[EventInWords, ...]
    newer: bool
    older: bool


def event_page(
    session: Session, shown: EventFilter, names: Names, *, before: int | None = None, after: int | None = None
) -> EventPage:
    """Return the page of the events just older than the id ``before``, or just newer than the id ``after``, or else of the
    newest events.

    This runs two SQL statements and reads ``PAGE_LENGTH`` + 1 events, however long the log is.
    """
    rows = _chosen(shown)
    if after is not None:
        read = session.scalars(rows.where(AuditEvent.id > after).order_by(AuditEvent.id).limit(PAGE_LENGTH + 1)).all()
        own = list(reversed(read[:PAGE_LENGTH]))
        return EventPage(in_words(session, own, names), newer=len(read) > PAGE_LENGTH, older=True)
    if before is not None:
        rows = rows.where(AuditEvent.id < before)
    read = session.scalars(rows.order_by(AuditEvent.id.desc()).limit(PAGE_LENGTH + 1)).all()
    return EventPage(in_words(session, read[:PAGE_LENGTH], names), newer=before is not None, older=len(read) > PAGE_LENGTH)


def latest_events(session: Session, subject: Subject, limit: int) -> tuple[EventInWords, ...]:
    """Return the latest events about an item, newest first, in four SQL statements. They do not name the item, because the
    page does.
    """
    rows = _chosen(EventFilter(subject=subject)).order_by(AuditEvent.id.desc()).limit(limit)
    names, place = load_names(session), Place(*subject, EMPTY_TEXT)
    return tuple(_event_in_words(event, names, place) for event in session.scalars(rows))


def newest_events(session: Session, shown: EventFilter, limit: int) -> Sequence[AuditEvent]:
    """Return the newest events that match a filter, as they are stored."""
    return session.scalars(_chosen(shown).order_by(AuditEvent.id.desc()).limit(limit)).all()


def last_backup(session: Session) -> datetime | None:
    """Return when the last backup in the audit log was made, or None if there is none."""
    rows = _chosen(EventFilter(kind="database")).where(AuditEvent.action == BACKED_UP)
    return session.scalar(rows.with_only_columns(AuditEvent.at).order_by(AuditEvent.id.desc()).limit(1))


def load_names(session: Session) -> Names:
    """Return the names of all people and jurisdictions, in two SQL statements."""
    people = {row.id: row.name for row in session.execute(select(Person.id, Person.name).order_by(Person.name, Person.id))}
    jurisdictions: dict[int | str, Bilingual] = {}
    for row in session.execute(select(Jurisdiction.id, Jurisdiction.code, Jurisdiction.name_en, Jurisdiction.name_fr)):
        jurisdictions[row.id] = jurisdictions[row.code] = Bilingual(row.name_en, row.name_fr)
    return Names(people, jurisdictions)


def _phase_titles(session: Session) -> dict[str, Bilingual]:
    """Map the key of each engagement phase to its title. A key that has different titles in several cycles is left out."""
    titles: dict[str, set[Bilingual]] = {}
    for phase in session.execute(select(EngagementPhase.key, EngagementPhase.title_en, EngagementPhase.title_fr)):
        titles.setdefault(phase.key, set()).add(Bilingual(phase.title_en, phase.title_fr))
    return {key: own.pop() for key, own in titles.items() if len(own) == 1}


def _names_phase(event: AuditEvent) -> bool:
    return any(not PHASE_FIELDS.isdisjoint(values) for values in (event.before, event.after) if values)


def in_words(session: Session, events: Sequence[AuditEvent], names: Names) -> tuple[EventInWords, ...]:
    """Return these events in words, in at most three SQL statements: one for their items, one for drafts, and one for
    phases.
    """
    subjects = {(event.subject_kind, event.subject_id) for event in events}
    items = {event.id: _items(event) for event in events}
    found_places = places(session, subjects.union(*items.values()), names)
    parts = parts_of_drafts(session) if any(event.action == DRAFT_CHANGED for event in events) else {}
    if any(map(_names_phase, events)):
        names = replace(names, phases=_phase_titles(session))
    words = {subject: short_name(place) for subject, place in found_places.items() if place.exists and place.kind in ITEM_KINDS}
    return tuple(
        _event_in_words(
            event,
            replace(
                names,
                items={item: words[item] for item in items[event.id] if item in words},
                parts=parts.get(event.subject_id, {}) if event.action == DRAFT_CHANGED else None,
            ),
            found_places[event.subject_kind, event.subject_id],
        )
        for event in events
    )


def _items(event: AuditEvent) -> set[Subject]:
    """Return the items that an event refers to by id. A change to a draft has none: it refers to parts of the draft by their
    keys.
    """
    return set() if event.action == DRAFT_CHANGED else named_items(event.before) | named_items(event.after)


def _event_in_words(event: AuditEvent, names: Names, place: Place) -> EventInWords:
    is_person = event.actor_kind == "person" and event.actor_id is not None
    behalf_of = names.jurisdictions.get(event.behalf_of) if event.behalf_of is not None else None
    return EventInWords(
        id=event.id,
        at=event.at,
        action=ACTION_LABELS.get(event.action, Bilingual(event.action, event.action)),
        person=names.person(event.actor_id) if is_person and event.actor_id is not None else EMPTY_TEXT,
        behalf_of=behalf_of or EMPTY_TEXT,
        place=place,
        lines=value_lines(event.before, event.after, names),
    )


def _chosen(shown: EventFilter) -> Select[Any]:
    return select(AuditEvent).where(*shown.criteria)
