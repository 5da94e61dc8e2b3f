"""The plan's list as a table for download: facts, status and timeliness, without any report text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import join_list, month_of_year
from cogwg.core.status import NO_REPORT, Timeliness
from cogwg.core.tables import Cell, Column, Table
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import AssignmentFacts, PlanFacts
from cogwg.plan.wording import ROLE_LABELS, TO_CONFIRM_LABEL, VACANT_LABEL
from cogwg.web.plan.list_filters import ActivityLine

_COLUMNS = (
    Column(Bilingual("Activity", "Activité"), 9),
    Column(Bilingual("Title", "Titre"), 44),
    Column(Bilingual("Priority", "Priorité"), 9),
    Column(Bilingual("Priority title", "Titre de la priorité"), 40),
    Column(Bilingual("Leads and partners", "Responsables et partenaires"), 34),
    Column(Bilingual("Due month", "Mois d’échéance"), 16),
    Column(Bilingual("Due date", "Date d’échéance"), 12),
    Column(Bilingual("Status", "État"), 22),
    Column(Bilingual("Timeliness", "Respect du délai"), 20),
    Column(Bilingual("Days before or after due date", "Jours avant ou après l’échéance"), 16),
)


def activities_table(plan: PlanFacts, lines: Sequence[ActivityLine], today: date) -> Table:
    """Return these activities as a table, in this order.

    The last column counts the days until the due date, or the days overdue or late, depending on the timeliness.
    """
    return Table(
        name=Bilingual(f"{plan.title.en} activities", f"Activités, {plan.title.fr}"),
        columns=_COLUMNS,
        rows=tuple(_row(line) for line in lines),
        as_of=today,
        sample=any(line.current_status.sample for line in lines),
    )


def _row(line: ActivityLine) -> tuple[Cell, ...]:
    current, activity = line.current_status, line.current_status.activity
    silent = EMPTY_TEXT if current.timeliness is Timeliness.NOT_YET_DUE else NO_REPORT
    return (
        activity.code,
        activity.title,
        line.priority.number,
        line.priority.title,
        join_list([carrier_name(a) for a in line.priority.assignments]),
        month_of_year(activity.due_year, activity.due_month),
        activity.due_on,
        current.status.label if current.status is not None else silent,
        current.timeliness.label,
        current.days or None,
    )


def carrier_name(assignment: AssignmentFacts) -> Bilingual:
    """Return the name of a lead or partner with "to confirm", or else with the role if it is specified.

    For a vacant role, return "vacant".
    """
    if assignment.confirmation is Confirmation.VACANT:
        return VACANT_LABEL
    role = TO_CONFIRM_LABEL if assignment.confirmation is Confirmation.TO_CONFIRM else ROLE_LABELS.get(assignment.role)
    name = assignment.name or assignment.full_name
    return Bilingual(f"{name.en} ({role.en})", f"{name.fr} ({role.fr})") if role is not None else name
