"""The real data in the ``seed`` folder: jurisdictions, the 2020 plan, milestones, challenges and standing slides.

Existing rows are recognized by a code, a year or a ``key``. A plan is created as a whole, or left unchanged.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, OrderOfGovernment
from cogwg.audit.services import SYSTEM, record_event
from cogwg.briefing.models import StandingSlide
from cogwg.core.calendar import TORONTO, Quarter
from cogwg.core.paths import resource_folder
from cogwg.plan.history import keep_plan
from cogwg.plan.models import Activity, Assignment, AssignmentRole, Confirmation, Priority, WorkPlan
from cogwg.reporting.models import Challenge, Milestone, MilestoneLink
from cogwg.reporting.periods import reporting_period

TomlTable = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SeedResult:
    """The numbers of rows that seeding added; all are 0 if everything existed."""

    jurisdictions: int
    plans: int
    milestones: int
    challenges: int
    standing_slides: int


def seed(session: Session, *, at: datetime) -> SeedResult:
    """Add the rows of the seed files that the database does not have; existing rows do not change."""
    jurisdictions = _seed_jurisdictions(session, read_seed_file("jurisdictions.toml"))
    ids = {j.code: j.id for j in session.scalars(select(Jurisdiction))}
    record = read_seed_file("record-2020.toml")
    seeded = SeedResult(
        jurisdictions=jurisdictions,
        plans=_seed_plan(session, read_seed_file("plan-2020.toml"), ids, at),
        milestones=_seed_milestones(session, record, ids),
        challenges=_seed_challenges(session, record),
        standing_slides=_seed_standing_slides(session, read_seed_file("standing.toml")),
    )
    session.flush()
    return seeded


def adoption_noon() -> datetime:
    """Return noon of the day on which the plan was adopted, in UTC: the time of the demo's first stored data."""
    adopted_on: date = read_seed_file("plan-2020.toml")["adopted_on"]
    return datetime.combine(adopted_on, time(12), TORONTO).astimezone(UTC)


def read_seed_file(name: str) -> TomlTable:
    """Return the content of a TOML file in the ``seed`` folder, or an empty table if there is no such file."""
    path = resource_folder("seed") / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def language_columns(name: str, text: list[str] | None) -> dict[str, str]:
    """Return an ``[english, french]`` pair as values of the columns ``…_en`` and ``…_fr``; both are empty if ``text`` is
    None.
    """
    en, fr = text or ("", "")
    return {f"{name}_en": en, f"{name}_fr": fr}


def _seed_jurisdictions(session: Session, data: TomlTable) -> int:
    existing = set(session.scalars(select(Jurisdiction.code)))
    new = [
        Jurisdiction(
            code=j["code"],
            kind=OrderOfGovernment(j["kind"]),
            **language_columns("name", j["name"]),
            **language_columns("short", j["short"]),
        )
        for j in data["jurisdiction"]
        if j["code"] not in existing
    ]
    session.add_all(new)
    session.flush()
    return len(new)


def _seed_plan(session: Session, data: TomlTable, ids: dict[str, int], at: datetime) -> int:
    year: int = data["year"]
    if session.scalar(select(WorkPlan.id).where(WorkPlan.year == year)) is not None:
        return 0
    plan = WorkPlan(year=year, link=data["link"], adopted_on=data["adopted_on"], **language_columns("title", data["title"]))
    plan.priorities = [_priority(p, ids, plan.adopted_on) for p in data["priority"]]
    session.add(plan)
    session.flush()
    session.add_all(reporting_period(plan.id, Quarter(year, n)) for n in range(1, 5))
    after = {"year": year, "priorities": len(plan.priorities), "activities": sum(len(p.activities) for p in plan.priorities)}
    event_id = record_event(session, "plan.created", ("plan", plan.id), by=SYSTEM, at=at, after=after)
    keep_plan(session, event_id, plan)
    return 1


def _priority(data: TomlTable, ids: dict[str, int], since: date) -> Priority:
    return Priority(
        number=data["number"],
        **language_columns("title", data["title"]),
        **language_columns("short", data["short"]),
        **language_columns("issue", data["issue"]["text"]),
        **language_columns("outcome", data["outcome"]["text"]),
        consequences=data["issue"]["leads_to"],
        results=data["outcome"]["leads_to"],
        assignments=[_assignment(n, a, ids, since) for n, a in enumerate(data["assignment"], 1)],
        activities=[_activity(n, a) for n, a in enumerate(data["activity"], 1)],
    )


def _assignment(position: int, data: TomlTable, ids: dict[str, int], since: date) -> Assignment:
    code = data.get("jurisdiction")
    return Assignment(
        position=position,
        jurisdiction_id=ids[code] if code else None,
        role=AssignmentRole(data["role"]),
        confirmation=Confirmation(data["confirmation"]),
        since=since,
        **language_columns("assignee", data.get("assignee")),
    )


def _activity(position: int, data: TomlTable) -> Activity:
    year, month, *day = (int(part) for part in data["due"].split("-"))
    return Activity(
        position=position,
        code=data["code"],
        due_year=year,
        due_month=month,
        due_day=day[0] if day else None,
        ongoing=data.get("ongoing", False),
        **language_columns("title", data["title"]),
        **language_columns("text", data["text"]),
        **language_columns("due_words", data.get("due_words")),
    )


def _seed_milestones(session: Session, data: TomlTable, ids: dict[str, int]) -> int:
    existing = set(session.scalars(select(Milestone.key)))
    new = [
        Milestone(
            key=m["key"],
            jurisdiction_id=ids[m["jurisdiction"]],
            under_way=m.get("under_way", False),
            reported_on=data["reported_on"],
            links=[
                MilestoneLink(position=n, url=link["url"], **language_columns("label", link["label"]))
                for n, link in enumerate(m.get("links", ()), 1)
            ],
            **language_columns("text", m["text"]),
        )
        for m in data["milestone"]
        if m["key"] not in existing
    ]
    for milestone in new:
        session.add(milestone)
        session.flush()
    return len(new)


def _seed_challenges(session: Session, data: TomlTable) -> int:
    existing = set(session.scalars(select(Challenge.key)))
    new = [
        Challenge(
            key=c["key"],
            position=n,
            reported_on=data["reported_on"],
            **language_columns("theme", c["theme"]),
            **language_columns("text", c["text"]),
        )
        for n, c in enumerate(data["challenge"], 1)
        if c["key"] not in existing
    ]
    session.add_all(new)
    return len(new)


def _seed_standing_slides(session: Session, data: TomlTable) -> int:
    existing = set(session.scalars(select(StandingSlide.key)))
    new = [StandingSlide(key=key, content=content) for key, content in data.items() if key not in existing]
    session.add_all(new)
    return len(new)
