"""The record as its sources give it: jurisdictions, the 2020 plan, milestones and challenges, standing slides.

A row is known by its natural key (a code, a year, a key of its own); a plan is created whole or left alone.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Kind
from cogwg.audit.services import SYSTEM, record
from cogwg.briefing.models import StandingSlide
from cogwg.core.calendar import Quarter
from cogwg.core.paths import place
from cogwg.plan.models import Activity, Assignment, Confirmation, Holds, Priority, WorkPlan
from cogwg.reporting.models import Challenge, Milestone, MilestoneLink, ReportingPeriod

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many rows seeding added; all zero when everything was there."""

    jurisdictions: int
    plans: int
    milestones: int
    challenges: int
    standing_slides: int


def seed(session: Session, *, at: datetime) -> Seeded:
    """Add to the record what the seed files hold and it does not; nothing that is there changes."""
    jurisdictions = _jurisdictions(session, read("jurisdictions.toml"))
    ids = {j.code: j.id for j in session.scalars(select(Jurisdiction))}
    told = read("record-2020.toml")
    seeded = Seeded(
        jurisdictions=jurisdictions,
        plans=_plan(session, read("plan-2020.toml"), ids, at),
        milestones=_milestones(session, told, ids),
        challenges=_challenges(session, told),
        standing_slides=_standing(session, read("standing.toml")),
    )
    session.flush()
    return seeded


def read(name: str) -> Table:
    """A file of the ``seed`` folder; empty when there is no such file."""
    path = place("seed") / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def pair(name: str, text: list[str] | None) -> dict[str, str]:
    """An ``[english, french]`` pair as the two columns of this name; no pair is empty text."""
    en, fr = text or ("", "")
    return {f"{name}_en": en, f"{name}_fr": fr}


def _jurisdictions(session: Session, told: Table) -> int:
    there = set(session.scalars(select(Jurisdiction.code)))
    new = [
        Jurisdiction(code=j["code"], kind=Kind(j["kind"]), **pair("name", j["name"]), **pair("short", j["short"]))
        for j in told["jurisdiction"]
        if j["code"] not in there
    ]
    session.add_all(new)
    session.flush()
    return len(new)


def _plan(session: Session, told: Table, ids: dict[str, int], at: datetime) -> int:
    year: int = told["year"]
    if session.scalar(select(WorkPlan.id).where(WorkPlan.year == year)) is not None:
        return 0
    plan = WorkPlan(year=year, link=told["link"], adopted_on=told["adopted_on"], **pair("title", told["title"]))
    plan.priorities = [_priority(p, ids, plan.adopted_on) for p in told["priority"]]
    session.add(plan)
    session.flush()
    session.add_all(period(plan.id, Quarter(year, n)) for n in range(1, 5))
    after = {"year": year, "priorities": len(plan.priorities), "activities": sum(len(p.activities) for p in plan.priorities)}
    record(session, "plan.created", ("plan", plan.id), by=SYSTEM, at=at, after=after)
    return 1


def period(plan_id: int, quarter: Quarter) -> ReportingPeriod:
    """The reporting period of a plan in this quarter."""
    return ReportingPeriod(
        plan_id=plan_id,
        key=quarter.key,
        year=quarter.year,
        quarter=quarter.number,
        opens_on=quarter.opens_on,
        due_at=quarter.due_at,
    )


def _priority(told: Table, ids: dict[str, int], since: date) -> Priority:
    return Priority(
        number=told["number"],
        **pair("title", told["title"]),
        **pair("short", told["short"]),
        **pair("issue", told["issue"]["text"]),
        **pair("outcome", told["outcome"]["text"]),
        consequences=told["issue"]["leads_to"],
        results=told["outcome"]["leads_to"],
        assignments=[_assignment(n, a, ids, since) for n, a in enumerate(told["assignment"], 1)],
        activities=[_activity(n, a) for n, a in enumerate(told["activity"], 1)],
    )


def _assignment(position: int, told: Table, ids: dict[str, int], since: date) -> Assignment:
    code = told.get("jurisdiction")
    return Assignment(
        position=position,
        jurisdiction_id=ids[code] if code else None,
        role=Holds(told["role"]),
        confirmation=Confirmation(told["confirmation"]),
        since=since,
        **pair("assignee", told.get("assignee")),
    )


def _activity(position: int, told: Table) -> Activity:
    year, month, *day = (int(part) for part in told["due"].split("-"))
    return Activity(
        position=position,
        code=told["code"],
        due_year=year,
        due_month=month,
        due_day=day[0] if day else None,
        ongoing=told.get("ongoing", False),
        **pair("title", told["title"]),
        **pair("text", told["text"]),
        **pair("due_words", told.get("due_words")),
    )


def _milestones(session: Session, told: Table, ids: dict[str, int]) -> int:
    there = set(session.scalars(select(Milestone.key)))
    new = [
        Milestone(
            key=m["key"],
            jurisdiction_id=ids[m["jurisdiction"]],
            under_way=m.get("under_way", False),
            reported_on=told["reported_on"],
            links=[
                MilestoneLink(position=n, url=link["url"], **pair("label", link["label"]))
                for n, link in enumerate(m.get("links", ()), 1)
            ],
            **pair("text", m["text"]),
        )
        for m in told["milestone"]
        if m["key"] not in there
    ]
    for milestone in new:
        session.add(milestone)
        session.flush()
    return len(new)


def _challenges(session: Session, told: Table) -> int:
    there = set(session.scalars(select(Challenge.key)))
    new = [
        Challenge(
            key=c["key"], position=n, reported_on=told["reported_on"], **pair("theme", c["theme"]), **pair("text", c["text"])
        )
        for n, c in enumerate(told["challenge"], 1)
        if c["key"] not in there
    ]
    session.add_all(new)
    return len(new)


def _standing(session: Session, told: Table) -> int:
    there = set(session.scalars(select(StandingSlide.key)))
    new = [StandingSlide(key=key, content=content) for key, content in told.items() if key not in there]
    session.add_all(new)
    return len(new)
