"""Reads of briefings, with the words that stand from one meeting to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from cogwg.briefing.models import Briefing, StandingSlide
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import NotFound
from cogwg.plan.models import WorkPlan

StandingWords = dict[str, dict[str, Any]]
"""What the standing slides say, by their keys."""


@dataclass(frozen=True, slots=True)
class BriefingFacts:
    """A stored briefing: the plan's year, the meeting and who it is for."""

    id: int
    year: int
    meeting_on: date
    audience: Bilingual
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OpenBriefing(BriefingFacts):
    """A briefing opened to compose its deck."""

    standing: StandingWords


def briefings(session: Session) -> list[BriefingFacts]:
    """All briefings, the latest meeting first."""
    return [BriefingFacts(*_facts(row)) for row in session.execute(_stored().order_by(Briefing.meeting_on.desc()))]


def briefing(session: Session, id: int) -> OpenBriefing:
    """One briefing with the standing slides; one statement. Raises ``NotFound``."""
    with_slides = _stored().add_columns(StandingSlide.key, StandingSlide.content).outerjoin(StandingSlide, true())
    rows = session.execute(with_slides.where(Briefing.id == id)).all()
    if not rows:
        raise NotFound(f"briefing {id}")
    return OpenBriefing(*_facts(rows[0]), {row.key: row.content for row in rows if row.key is not None})


def briefing_for(session: Session, meeting_on: date, year: int | None = None) -> BriefingFacts | None:
    """The briefing stored for this meeting; with ``year`` only if it is on the plan of that year."""
    wanted = _stored().where(Briefing.meeting_on == meeting_on)
    row = session.execute(wanted if year is None else wanted.where(WorkPlan.year == year)).one_or_none()
    return None if row is None else BriefingFacts(*_facts(row))


def standing_words(session: Session) -> StandingWords:
    """What the standing slides say, for a deck that has no stored briefing."""
    return {slide.key: slide.content for slide in session.scalars(select(StandingSlide))}


def _stored() -> Select[*tuple[Any, ...]]:
    return select(
        Briefing.id, WorkPlan.year, Briefing.meeting_on, Briefing.audience_en, Briefing.audience_fr, Briefing.created_at
    ).join(WorkPlan, WorkPlan.id == Briefing.plan_id)


def _facts(row: Any) -> tuple[int, int, date, Bilingual, datetime]:
    return row.id, row.year, row.meeting_on, Bilingual(row.audience_en, row.audience_fr), row.created_at
