"""The export of the audit log, and the event that records it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.audit.verification import AUDIT_LOG
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import TORONTO, local_day
from cogwg.core.tables import Column, Table
from cogwg.inspection.events import SYSTEM_ACTOR, EventFilter, EventInWords, in_words, load_names, newest_events
from cogwg.inspection.values import ValueLine
from cogwg.inspection.wording import THE_SYSTEM

EXPORTED = "audit.exported"
EXPORT_LIMIT = 10_000
"""A file has at most this many events, the newest."""
_BATCH = 500
_COLUMNS = (
    Column(Bilingual("Number", "Numéro"), 10),
    Column(Bilingual("When (Eastern time)", "Quand (heure de l’Est)"), 24),
    Column(Bilingual("Who", "Qui"), 26),
    Column(Bilingual("On behalf of", "Au nom de"), 24),
    Column(Bilingual("What", "Quoi"), 32),
    Column(Bilingual("About", "Sujet"), 36),
    Column(Bilingual("Before", "Avant"), 60),
    Column(Bilingual("After", "Après"), 60),
)


def export_events(session: Session, shown: EventFilter, form: str, *, by: Actor, at: datetime) -> Table:
    """Return the events of a filter as a table, newest first, and record that they were exported as ``form``."""
    events, names = newest_events(session, shown, EXPORT_LIMIT), load_names(session)
    batches = (events[start : start + _BATCH] for start in range(0, len(events), _BATCH))
    rows = [_row(event) for batch in batches for event in in_words(session, batch, names)]
    after = {"form": form, "events": len(rows), "filters": _stored(shown)}
    record_event(session, EXPORTED, AUDIT_LOG, by=by, at=at, after=after)
    return Table(Bilingual("Audit log", "Journal d’audit"), _COLUMNS, tuple(rows), local_day(at))


def _stored(shown: EventFilter) -> dict[str, Any]:
    """Return the filters that were used as the audit log stores them: people by their ids, never by a name."""
    chosen: dict[str, Any] = {
        "person": "system" if shown.person_id == SYSTEM_ACTOR else shown.person_id,
        "jurisdiction": shown.jurisdiction_id,
        "subject": shown.kind,
        "from": shown.first_day and shown.first_day.isoformat(),
        "to": shown.last_day and shown.last_day.isoformat(),
        "reference": shown.reference,
    }
    if shown.affected is not None:
        people, jurisdictions = map(list, shown.affected)
        chosen |= {"people": people, "jurisdictions": jurisdictions or None}
    return {name: value for name, value in chosen.items() if value not in (None, "")}


def _row(event: EventInWords) -> tuple[Bilingual | int | datetime | str | None, ...]:
    person = event.person or THE_SYSTEM
    before, after = (_cell([(line, getattr(line, side)) for line in event.lines]) for side in ("before", "after"))
    return (
        event.id,
        event.at.astimezone(TORONTO),
        person,
        event.behalf_of or None,
        event.action,
        event.place.label,
        before,
        after,
    )


def _cell(values: list[tuple[ValueLine, Bilingual]]) -> Bilingual | None:
    """Return the values before, or those after, an event as one text: each on its own line, with its name."""
    filled = [(line.label, value) for line, value in values if value]
    if not filled:
        return None
    colon = {Language.EN: ": ", Language.FR: "\u00a0: "}
    return Bilingual(*("\n".join(f"{n.text(lang)}{colon[lang]}{v.text(lang)}" for n, v in filled) for lang in Language))
