"""The table of a carry-over for download: each activity with its last status, and what is preselected for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cogwg.core import dates
from cogwg.core.bilingual import Bilingual
from cogwg.core.status import NO_REPORT, Status
from cogwg.core.tables import YES, Column, Table
from cogwg.plan.carry_over import default_choice
from cogwg.plan.queries import PlanFacts
from cogwg.plan.wording import CARRY_LABELS
from cogwg.reporting.queries import CurrentStatus


def carry_over_table(plan: PlanFacts, statuses: Mapping[int, CurrentStatus], today: date) -> Table:
    """Return a row for each activity of a plan, in the order of the plan."""
    year = plan.year + 1
    columns = (
        Column(Bilingual("Priority", "Priorité"), 40),
        Column(Bilingual("Number", "Numéro"), 8),
        Column(Bilingual("Activity", "Activité"), 48),
        Column(Bilingual("Ongoing", "En continu"), 10),
        Column(Bilingual("Last status", "Dernier état"), 22),
        Column(Bilingual(f"In {year} (preselected)", f"En {year} (présélection)"), 22),
        Column(Bilingual(f"Due in {year}", f"Échéance en {year}"), 18),
    )
    rows = []
    for priority in plan.priorities:
        for activity in priority.activities:
            status = statuses[activity.id].status
            chosen = default_choice(activity, is_complete=status is Status.COMPLETE)
            rows.append(
                (
                    Bilingual(f"{priority.number}. {priority.title.en}", f"{priority.number}. {priority.title.fr}"),
                    activity.code,
                    activity.title,
                    YES if activity.ongoing else None,
                    status.label if status is not None else NO_REPORT,
                    CARRY_LABELS[chosen.choice],
                    dates.month_of_year(year, chosen.month) if chosen.is_carried else None,
                )
            )
    return Table(
        name=Bilingual(f"Carry-over {plan.year} to {year}", f"Reprise {plan.year} vers {year}"),
        columns=columns,
        rows=tuple(rows),
        as_of=today,
        sample=plan.sample,
    )
