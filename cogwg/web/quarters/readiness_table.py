"""A quarter's reporting status as a table for download, only for people who manage quarters.

It has a row for each report expected from each jurisdiction, for each role without expected reports, and for each vacant role.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.tables import YES, Cell, Column, Table
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import AssignmentFacts, PriorityFacts
from cogwg.plan.wording import ROLE_LABELS, TO_CONFIRM_LABEL, VACANT_LABEL
from cogwg.reporting.readiness import ExpectedReport, Readiness, ReadinessState
from cogwg.web.quarters.readiness_grid import ReadinessRow

REPORT_STATE_LABELS = {
    ReadinessState.SUBMITTED: Bilingual("Received", "Reçu"),
    ReadinessState.RETURNED: Bilingual("Returned with a note", "Renvoyé avec une note"),
    ReadinessState.DRAFT: Bilingual("Draft", "Ébauche"),
    ReadinessState.NOT_STARTED: Bilingual("No draft yet", "Aucune ébauche"),
}
WITHOUT_REPORT = Bilingual("No report", "Aucun rapport")
NOT_ASKED = Bilingual("No report required", "Aucun rapport requis")
NOTE_ADDED = Bilingual("Note added", "Note ajoutée")
_COLUMNS = (
    Column(Bilingual("Jurisdiction", "Administration"), 26),
    Column(Bilingual("Priority", "Priorité"), 9),
    Column(Bilingual("Priority title", "Titre de la priorité"), 40),
    Column(Bilingual("Role", "Rôle"), 14),
    Column(Bilingual("Activity", "Activité"), 9),
    Column(Bilingual("Title", "Titre"), 44),
    Column(Bilingual("Report", "Rapport"), 22),
    Column(Bilingual("Since", "Depuis"), 12),
    Column(Bilingual("Late", "Remis en retard"), 9),
    Column(Bilingual("Last report", "Dernier rapport"), 14),
    Column(Bilingual("Contact", "Personne-ressource"), 30),
)


def readiness_table(readiness: Readiness, rows: Iterable[ReadinessRow], filter_name: str, today: date) -> Table:
    """Return a table of these jurisdictions in this order, each with its roles in plan order, then the vacancies.

    A report that several jurisdictions share has a row for each of them. With ``filter_name``, the table has only what the
    filter includes: the reports in that state, or the jurisdictions to follow up with.
    """
    period = readiness.period
    lines = [
        line
        for row in rows
        if row.matches(filter_name)
        for p in readiness.plan.priorities
        for line in _report_lines(readiness, row, p, filter_name)
    ]
    if not filter_name:
        lines += [_vacancy_line(priority) for priority, _a in readiness.plan.assignments_with(Confirmation.VACANT)]
    return Table(
        name=Bilingual(
            f"Reporting status, Quarter {period.quarter} of {period.year}",
            f"Suivi des rapports, trimestre {period.quarter} de {period.year}",
        ),
        columns=_COLUMNS,
        rows=tuple(lines),
        as_of=today,
        sample=any(report.sample for report in readiness.all_reports),
    )


def _report_lines(
    readiness: Readiness, row: ReadinessRow, priority: PriorityFacts, filter_name: str
) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each report expected from a jurisdiction on a priority, or one row if none is expected for its role."""
    assignment = next((a for a in priority.assignments if a.jurisdiction_id == row.id), None)
    if assignment is None:
        return
    role = TO_CONFIRM_LABEL if assignment.confirmation is Confirmation.TO_CONFIRM else ROLE_LABELS.get(assignment.role)
    start = (row.name, priority.number, priority.title, role)
    reports = readiness.expected_reports[priority.id] if assignment.can_report else ()
    if filter_name in set(ReadinessState):
        reports = tuple(report for report in reports if report.state.value == filter_name)
    elif not reports:
        yield (*start, None, None, *_no_report_cells(readiness, priority, assignment), ", ".join(row.contacts))
    for report in reports:
        yield (*start, report.activity.code, report.activity.title, *_report_cells(report), ", ".join(row.contacts))


def _report_cells(report: ExpectedReport) -> Sequence[Cell]:
    word = (
        WITHOUT_REPORT
        if report.is_superseded and report.state is not ReadinessState.SUBMITTED
        else REPORT_STATE_LABELS[report.state]
    )
    return (word, _local_day(report.since), YES if report.late else None, _local_day(report.last_at))


def _no_report_cells(readiness: Readiness, priority: PriorityFacts, assignment: AssignmentFacts) -> Sequence[Cell]:
    note = (
        readiness.note_times.get((priority.id, assignment.jurisdiction_id)) if assignment.jurisdiction_id is not None else None
    )
    return (NOTE_ADDED if note is not None else NOT_ASKED, _local_day(note), None, None)


def _vacancy_line(priority: PriorityFacts) -> tuple[Cell, ...]:
    return (VACANT_LABEL, priority.number, priority.title, *(None,) * (len(_COLUMNS) - 3))


def _local_day(at: datetime | None) -> date | None:
    return local_day(at) if at is not None else None
