"""A small plan as values, for tests without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.status import Status, Timeliness, timeliness
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.queries import ActivityFacts, AssignmentFacts, PlanFacts, PriorityFacts
from cogwg.reporting.queries import CurrentStatus

TODAY = date(2020, 9, 24)


def activity(id_: int, code: str, en: str, fr: str, month: int, *, ongoing: bool = False) -> ActivityFacts:
    return ActivityFacts(id_, int(code[0]), code, Bilingual(en, fr), EMPTY_TEXT, 2020, month, None, EMPTY_TEXT, ongoing)


def assignment(priority: int, code: str, name: str) -> AssignmentFacts:
    held = Bilingual(name, name)
    return AssignmentFacts(
        id=priority,
        priority_id=priority,
        jurisdiction_id=1,
        jurisdiction_code=code,
        name=EMPTY_TEXT,
        full_name=held,
        short=held,
        role=AssignmentRole.LEAD,
        confirmation=Confirmation.CONFIRMED,
        since=date(2020, 1, 1),
    )


def priority(number: int, carrier_: AssignmentFacts, *activities: ActivityFacts) -> PriorityFacts:
    title = Bilingual(f"Priority {number}", f"Priorité {number}")
    return PriorityFacts(number, number, title, title, EMPTY_TEXT, EMPTY_TEXT, (), (), (carrier_,), activities)


PLAN = PlanFacts(
    1,
    2020,
    Bilingual("Work plan 2020", "Plan de travail 2020"),
    "",
    date(2020, 2, 27),
    False,
    (
        priority(
            1,
            assignment(1, "on", "Ontario"),
            activity(1, "1.1", "Inventory of stories", "Répertoire d’œuvres", 3),
            activity(2, "1.2", "Forums", "Échanges", 6),
            activity(3, "1.3", "Second round", "Deuxième série", 9),
        ),
        priority(
            2,
            assignment(2, "qc", "Québec"),
            activity(4, "2.1", "Method to engage", "Méthode de mobilisation", 10),
            activity(5, "2.2", "Ongoing release", "Publication continue", 12, ongoing=True),
            activity(6, "2.3", "Élan", "Élan", 6),
        ),
    ),
)


def activity_status(facts: ActivityFacts, status: Status | None, completed: date | None = None) -> CurrentStatus:
    when = timeliness(facts.due_from, facts.due_on, TODAY, completed)
    days = {
        Timeliness.DUE: (facts.due_on - TODAY).days,
        Timeliness.OVERDUE: (TODAY - facts.due_on).days,
        Timeliness.DONE_LATE: ((completed or TODAY) - facts.due_on).days,
    }.get(when, 0)
    at = datetime(completed.year, completed.month, completed.day, 18, tzinfo=UTC) if completed else None
    return CurrentStatus(facts, None, status, None, when, days, at, False, False, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT, ())


_ACTIVITIES_BY_ID = {a.id: a for a in PLAN.activities}
STATUS_BY_ACTIVITY = {
    1: activity_status(_ACTIVITIES_BY_ID[1], Status.COMPLETE, date(2020, 3, 20)),
    2: activity_status(_ACTIVITIES_BY_ID[2], Status.LIMITED),
    3: activity_status(_ACTIVITIES_BY_ID[3], None),
    4: activity_status(_ACTIVITIES_BY_ID[4], Status.NOT_STARTED),
    5: activity_status(_ACTIVITIES_BY_ID[5], None),
    6: activity_status(_ACTIVITIES_BY_ID[6], Status.COMPLETE, date(2020, 7, 14)),
}
"""Done on time, overdue, due without a report, not yet due, not yet due without a report and ongoing, done late."""
