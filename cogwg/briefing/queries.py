"""Reads of briefings, and what stands around the plan in a deck, in one statement."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Select, String, Text, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.briefing.deck import MilestoneRow, Pair, Reference
from cogwg.briefing.models import Briefing, StandingSlide
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import NotFound
from cogwg.plan.models import WorkPlan
from cogwg.reporting.models import Challenge, ChallengeState, Milestone, MilestoneLink


@dataclass(frozen=True, slots=True)
class BriefingFacts:
    """A stored briefing: the plan's year, the meeting and who it is for."""

    id: int
    year: int
    meeting_on: date
    audience: Bilingual
    created_at: datetime


def briefings(session: Session) -> list[BriefingFacts]:
    """All briefings, the latest meeting first."""
    return [_facts(row) for row in session.execute(_stored().order_by(Briefing.meeting_on.desc()))]


def briefing(session: Session, id: int) -> BriefingFacts:
    """One briefing. Raises ``NotFound``."""
    row = session.execute(_stored().where(Briefing.id == id)).one_or_none()
    if row is None:
        raise NotFound(f"briefing {id}")
    return _facts(row)


def briefing_for(session: Session, meeting_on: date, year: int | None = None) -> BriefingFacts | None:
    """The briefing stored for this meeting; with ``year`` only if it is on the plan of that year."""
    wanted = _stored().where(Briefing.meeting_on == meeting_on)
    row = session.execute(wanted if year is None else wanted.where(WorkPlan.year == year)).one_or_none()
    return None if row is None else _facts(row)


def standing(session: Session) -> dict[str, Any]:
    """The content of every standing slide, by key."""
    return {slide.key: slide.content for slide in session.scalars(select(StandingSlide))}


def _stored() -> Select[*tuple[Any, ...]]:
    return select(
        Briefing.id, WorkPlan.year, Briefing.meeting_on, Briefing.audience_en, Briefing.audience_fr, Briefing.created_at
    ).join(WorkPlan, WorkPlan.id == Briefing.plan_id)


def _facts(row: Any) -> BriefingFacts:
    return BriefingFacts(row.id, row.year, row.meeting_on, Bilingual(row.audience_en, row.audience_fr), row.created_at)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a deck shows besides the plan: news, challenges without names, standing words, members by kind."""

    milestones: tuple[MilestoneRow, ...]
    challenges: tuple[Pair, ...]
    standing: dict[str, Any]
    members: dict[str, int]


def surroundings(session: Session, *, by: date) -> Surroundings:
    """What was told by a day, with the standing words and the members; one statement.

    The page that sends a deck may cost eight statements, the sign-in and the briefing's own among them; five reads of
    a few rows each would not fit, so they travel as one union of texts.
    """
    rows: dict[str, list[Any]] = {"milestone": [], "challenge": [], "standing": [], "members": []}
    parts = union_all(_milestones(by), _challenges(by), _standing(), _members()).subquery()
    for row in session.execute(select(parts).order_by(parts.c.part, parts.c.first, parts.c.second)):
        rows[row.part].append(row)
    return Surroundings(
        milestones=_with_links(rows["milestone"]),
        challenges=tuple(Pair(Bilingual(r.a, r.b), Bilingual(r.c, r.d)) for r in rows["challenge"]),
        standing={r.a: json.loads(r.c) for r in rows["standing"]},
        members={r.a: r.first for r in rows["members"]},
    )


def _part(name: str, first: Any, second: Any, *texts: Any) -> Select[*tuple[Any, ...]]:
    """One arm of the union: a name, two numbers to order by, and up to seven texts called a to g."""
    wide = [*texts, *[null()] * (7 - len(texts))]
    columns = [cast(text, Text).label(letter) for letter, text in zip("abcdefg", wide, strict=True)]
    return select(
        literal(name, String).label("part"),
        cast(first, Integer).label("first"),
        cast(second, Integer).label("second"),
        *columns,
    )


def _milestones(by: date) -> Select[*tuple[Any, ...]]:
    link = MilestoneLink
    names = (Jurisdiction.name_en, Jurisdiction.name_fr, Milestone.text_en, Milestone.text_fr)
    return (
        _part("milestone", Milestone.id, link.position, *names, link.url, link.label_en, link.label_fr)
        .select_from(Milestone)
        .join(Jurisdiction, Jurisdiction.id == Milestone.jurisdiction_id)
        .outerjoin(link, link.milestone_id == Milestone.id)
        .where(Milestone.reported_on <= by)
    )


def _challenges(by: date) -> Select[*tuple[Any, ...]]:
    texts = (Challenge.theme_en, Challenge.theme_fr, Challenge.text_en, Challenge.text_fr)
    return _part("challenge", Challenge.position, Challenge.id, *texts).where(
        Challenge.reported_on <= by, Challenge.state != ChallengeState.RESOLVED
    )


def _standing() -> Select[*tuple[Any, ...]]:
    return _part("standing", 0, 0, StandingSlide.key, null(), StandingSlide.content)


def _members() -> Select[*tuple[Any, ...]]:
    return _part("members", func.count(), 0, Jurisdiction.kind).group_by(Jurisdiction.kind)


def _with_links(rows: list[Any]) -> tuple[MilestoneRow, ...]:
    found: dict[int, MilestoneRow] = {}
    for r in rows:
        link = (Reference(r.e, Bilingual(r.f, r.g)),) if r.e else ()
        before = found[r.first].links if r.first in found else ()
        found[r.first] = MilestoneRow(Bilingual(r.a, r.b), Bilingual(r.c, r.d), before + link)
    return tuple(found.values())
