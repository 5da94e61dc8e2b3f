"""A plan much larger than any real one, for counting statements and for the bench."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, OrderOfGovernment
from cogwg.core.calendar import Quarter
from cogwg.core.status import Status
from cogwg.plan.models import Activity, Assignment, AssignmentRole, Confirmation, Priority, WorkPlan
from cogwg.reporting.models import (
    Challenge,
    ChallengeJurisdiction,
    Evidence,
    Milestone,
    MilestoneLink,
    ReportingPeriod,
    ReportState,
    StatusReport,
    Submission,
)
from cogwg.reporting.periods import reporting_period
from tests.databases import ENGINES

FEW = 3
PLAN_SIZES = [
    *((kind, 6) for kind in ENGINES),
    *(pytest.param(kind, 50, marks=pytest.mark.slow) for kind in ENGINES),
]
"""Engine and size n of the n × n plan whose statements are compared with those of a ``FEW`` × ``FEW`` plan.

An extra statement for each row, priority or jurisdiction shows at six as well as at fifty.
"""
STATUSES = tuple(Status)
LEADS_PER_PRIORITY = 3
TEXT_EN = "Members met and agreed on the next steps; the notes are shared with every jurisdiction."
TEXT_FR = "Les membres se sont réunis et ont convenu des prochaines étapes. Le compte rendu est transmis à tous."
EVIDENCE_URL = "https://sample.cogwg.example/evidence"


def add_large_plan(
    session: Session,
    *,
    year: int = 2021,
    priorities: int = 50,
    activities: int = 50,
    quarters: int = 4,
    jurisdictions: int = 30,
) -> int:
    """Add a plan with this many priorities, activities in each, and reported quarters, and return its id.

    Jurisdictions g01, g02 … are created where missing; each priority is led by three of them in turn. Every
    activity has a submitted report with one piece of evidence in each quarter. Flushes and does not commit.
    """
    carriers = _ensure_jurisdictions(session, jurisdictions)
    plan = WorkPlan(
        year=year, title_en=f"Work plan {year}", title_fr=f"Plan de travail {year}", adopted_on=date(year, 1, 15), sample=True
    )
    session.add(plan)
    session.flush()
    periods = [reporting_period(plan.id, Quarter(year, n)) for n in range(1, 5)]
    session.add_all(periods)
    session.flush()
    numbers = _add_priorities(session, plan.id, priorities)
    _add_assignments(session, numbers, carriers, plan.adopted_on)
    _add_activities(session, numbers, year, activities)
    _add_reports(session, list(numbers), periods[:quarters])
    return plan.id


def _ensure_jurisdictions(session: Session, count: int) -> list[int]:
    codes = [f"g{n:02}" for n in range(1, count + 1)]
    known_codes = set(session.scalars(select(Jurisdiction.code)))
    missing = [c for c in codes if c not in known_codes]
    if missing:
        session.execute(
            insert(Jurisdiction),
            [
                {
                    "code": code,
                    "kind": OrderOfGovernment.MUNICIPAL,
                    "name_en": f"Municipality {code}",
                    "name_fr": f"Municipalité {code}",
                    "short_en": code.upper(),
                    "short_fr": code.upper(),
                }
                for code in missing
            ],
        )
    rows = session.execute(select(Jurisdiction.code, Jurisdiction.id).where(Jurisdiction.code.in_(codes)))
    return [id_ for _, id_ in sorted((code, id_) for code, id_ in rows)]


def _add_priorities(session: Session, plan_id: int, count: int) -> dict[int, int]:
    """Add priorities, and return their numbers by id."""
    session.execute(
        insert(Priority),
        [
            {
                "plan_id": plan_id,
                "number": n,
                "title_en": f"Priority {n} of a large plan",
                "title_fr": f"Priorité {n} d’un grand plan",
                "short_en": f"Large priority {n}",
                "short_fr": f"Grande priorité {n}",
                "issue_en": TEXT_EN,
                "issue_fr": TEXT_FR,
                "outcome_en": TEXT_EN,
                "outcome_fr": TEXT_FR,
                "consequences": [[TEXT_EN, TEXT_FR]],
                "results": [[TEXT_EN, TEXT_FR], [TEXT_EN, TEXT_FR]],
            }
            for n in range(1, count + 1)
        ],
    )
    rows = session.execute(select(Priority.id, Priority.number).where(Priority.plan_id == plan_id).order_by(Priority.number))
    return {row.id: row.number for row in rows}


def _add_assignments(session: Session, numbers: dict[int, int], carriers: list[int], since: date) -> None:
    turns = min(LEADS_PER_PRIORITY, len(carriers))
    session.execute(
        insert(Assignment),
        [
            {
                "priority_id": id_,
                "position": turn + 1,
                "jurisdiction_id": carriers[(number * turns + turn) % len(carriers)],
                "role": AssignmentRole.LEAD,
                "confirmation": Confirmation.CONFIRMED,
                "assignee_en": f"Carrier {turn + 1}",
                "assignee_fr": f"Responsable {turn + 1}",
                "since": since,
            }
            for id_, number in numbers.items()
            for turn in range(turns)
        ],
    )


def _add_activities(session: Session, numbers: dict[int, int], year: int, count: int) -> None:
    session.execute(
        insert(Activity),
        [
            {
                "priority_id": id_,
                "position": n,
                "code": f"{number}.{n}",
                "title_en": f"Activity {number}.{n} of a large plan",
                "title_fr": f"Activité {number}.{n} d’un grand plan",
                "text_en": TEXT_EN,
                "text_fr": TEXT_FR,
                "due_year": year,
                "due_month": (3, 6, 9, 10, 12)[(n - 1) * 5 // count],
            }
            for id_, number in numbers.items()
            for n in range(1, count + 1)
        ],
    )


def _add_reports(session: Session, priority_ids: list[int], periods: list[ReportingPeriod]) -> None:
    ids = session.scalars(select(Activity.id).where(Activity.priority_id.in_(priority_ids)).order_by(Activity.id)).all()
    complete: dict[int, datetime] = {}
    for quarter, p in enumerate(periods):
        at = p.due_at.astimezone(UTC) - timedelta(days=6)
        reports, submissions = [], []
        for n, id_ in enumerate(ids):
            status = STATUSES[min(quarter + n % 3, 3)]
            values = {
                "activity_id": id_,
                "period_id": p.id,
                "status": status,
                "progress_en": TEXT_EN,
                "progress_fr": TEXT_FR,
                "challenge_en": TEXT_EN if status is Status.LIMITED else "",
                "challenge_fr": TEXT_FR if status is Status.LIMITED else "",
            }
            reports.append({**values, "state": ReportState.SUBMITTED, "changed_at": at})
            if status is Status.COMPLETE:
                complete.setdefault(id_, at)
            submissions.append(
                {
                    **values,
                    "report_version": 1,
                    "submitted_at": at,
                    "sample": True,
                    "previous_status": STATUSES[min(quarter - 1 + n % 3, 3)] if quarter else None,
                    "completed_at": complete.get(id_),
                    "evidence": [{"url": EVIDENCE_URL, "label_en": "Notes", "label_fr": "Compte rendu"}],
                }
            )
        if not reports:
            continue
        session.execute(insert(StatusReport), reports)
        session.execute(insert(Submission), submissions)
        report_ids = session.scalars(select(StatusReport.id).where(StatusReport.period_id == p.id)).all()
        session.execute(
            insert(Evidence),
            [
                {"report_id": r, "position": 1, "url": EVIDENCE_URL, "label_en": "Notes", "label_fr": "Compte rendu"}
                for r in report_ids
            ],
        )


def add_news(session: Session, count: int) -> None:
    """Add this many milestones with a link each, and as many challenges that three jurisdictions share; half untranslated."""
    ids = list(session.scalars(select(Jurisdiction.id).order_by(Jurisdiction.id)))
    for n in range(count):
        values = {"text_en": f"News {n}", "text_fr": f"Nouvelle {n}" if n % 2 else "", "reported_on": date(2021, 1, 15)}
        link = MilestoneLink(position=1, url=EVIDENCE_URL, label_en="Notes", label_fr="")
        session.add(Milestone(key=f"grown-{n}", jurisdiction_id=ids[n % len(ids)], links=[link], **values))
        raisers = [ChallengeJurisdiction(jurisdiction_id=ids[(n + k) % len(ids)]) for k in range(LEADS_PER_PRIORITY)]
        theme = {"theme_en": f"Theme {n % 7}", "theme_fr": ""}
        session.add(Challenge(key=f"grown-{n}", position=n + 5, raised_by=raisers, **theme, **values))
    session.flush()
