"""Readiness as a table to take along: a line for each jurisdiction and report that is asked of it. For the steering only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.tables import YES, Cell, Column, Table
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import AssignmentFacts, PriorityFacts
from cogwg.plan.wording import ROLE_LABELS, TO_CONFIRM_LABEL, VACANT_LABEL
from cogwg.reporting.readiness import Asked, Readiness, Stand
from cogwg.web.quarters.readiness_grid import Row

STANDS = {
    Stand.IN: Bilingual("In", "Reçu"),
    Stand.RETURNED: Bilingual("Returned with a note", "Renvoyé avec une note"),
    Stand.DRAFT: Bilingual("Draft", "Ébauche"),
    Stand.NOTHING: Bilingual("Not begun", "Non entamé"),
}
OVER = Bilingual("Without a report", "Sans rapport")
NOT_ASKED = Bilingual("No report asked", "Aucun rapport demandé")
NOTE_ADDED = Bilingual("Note added", "Note ajoutée")
_COLUMNS = (
    Column(Bilingual("Jurisdiction", "Administration"), 26),
    Column(Bilingual("Priority", "Priorité"), 9),
    Column(Bilingual("Title of the priority", "Titre de la priorité"), 40),
    Column(Bilingual("Role", "Rôle"), 14),
    Column(Bilingual("Activity", "Activité"), 9),
    Column(Bilingual("Title", "Titre"), 44),
    Column(Bilingual("Report", "Rapport"), 22),
    Column(Bilingual("Since", "Depuis"), 12),
    Column(Bilingual("Late", "En retard"), 9),
    Column(Bilingual("Last report", "Dernier rapport"), 14),
    Column(Bilingual("Contact", "Personne-ressource"), 30),
)


def readiness_table(ready: Readiness, rows: Iterable[Row], show: str, today: date) -> Table:
    """These jurisdictions in this order, each with its roles in the order of the plan, then the vacancies.

    A report that several jurisdictions share has a line with each of them. With ``show`` only what that count counts is
    there: the reports that stand so, or the jurisdictions to chase.
    """
    period = ready.period
    lines = [line for row in rows if row.shown(show) for p in ready.plan.priorities for line in _lines(ready, row, p, show)]
    if not show:
        lines += [_vacancy(priority) for priority, _a in ready.plan.assignments_with(Confirmation.VACANT)]
    return Table(
        name=Bilingual(
            f"Readiness, quarter {period.quarter} of {period.year}",
            f"Suivi des rapports, trimestre {period.quarter} de {period.year}",
        ),
        columns=_COLUMNS,
        rows=tuple(lines),
        as_of=today,
        sample=any(one.sample for one in ready.all),
    )


def _lines(ready: Readiness, row: Row, priority: PriorityFacts, show: str) -> Iterator[tuple[Cell, ...]]:
    """A line for each report that a jurisdiction is asked for, or one that says why its role asks for none."""
    held = next((a for a in priority.assignments if a.jurisdiction_id == row.id), None)
    if held is None:
        return
    role = TO_CONFIRM_LABEL if held.confirmation is Confirmation.TO_CONFIRM else ROLE_LABELS.get(held.role)
    start = (row.name, priority.number, priority.title, role)
    asked = ready.asked[priority.id] if held.can_report else ()
    if show in set(Stand):
        asked = tuple(one for one in asked if one.stand.value == show)
    elif not asked:
        yield (*start, None, None, *_silent(ready, priority, held), ", ".join(row.contacts))
    for one in asked:
        yield (*start, one.activity.code, one.activity.title, *_report(one), ", ".join(row.contacts))


def _report(one: Asked) -> Sequence[Cell]:
    word = OVER if one.over and one.stand is not Stand.IN else STANDS[one.stand]
    return (word, _day(one.since), YES if one.late else None, _day(one.last_at))


def _silent(ready: Readiness, priority: PriorityFacts, held: AssignmentFacts) -> Sequence[Cell]:
    note = ready.notes.get((priority.id, held.jurisdiction_id)) if held.jurisdiction_id is not None else None
    return (NOTE_ADDED if note is not None else NOT_ASKED, _day(note), None, None)


def _vacancy(priority: PriorityFacts) -> tuple[Cell, ...]:
    return (VACANT_LABEL, priority.number, priority.title, *(None,) * (len(_COLUMNS) - 3))


def _day(at: datetime | None) -> date | None:
    return local_day(at) if at is not None else None
