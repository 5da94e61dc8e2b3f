"""Search in the latest submitted report for each activity and quarter, and in news that is not withdrawn.

Drafts and reports on retired activities are never searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import table
from cogwg.core.search import Query, ResultRange, Results, matching
from cogwg.core.status import Status
from cogwg.plan.models import Activity, Priority, WorkPlan
from cogwg.reporting.models import Challenge, ChallengeState, Milestone, ReportingPeriod, Submission
from cogwg.reporting.rules import REPORT_TEXTS


@dataclass(frozen=True, slots=True)
class ReportMatch:
    """A submitted report that matches a search, with its activity and quarter."""

    year: int
    code: str
    title: Bilingual
    quarter: int
    quarter_year: int
    status: Status
    submitted_at: datetime
    texts: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class MilestoneMatch:
    """A milestone that matches a search, with the name of its jurisdiction."""

    id: int
    jurisdiction: Bilingual
    reported_on: date
    text: Bilingual


@dataclass(frozen=True, slots=True)
class ChallengeMatch:
    """A challenge that matches a search, without the jurisdictions that share it."""

    id: int
    theme: Bilingual
    state: ChallengeState
    reported_on: date
    text: Bilingual


_S, _Q, _A, _P, _W, _M, _C, _J = map(
    table, (Submission, ReportingPeriod, Activity, Priority, WorkPlan, Milestone, Challenge, Jurisdiction)
)
_REPORT_TEXTS = tuple(f"{name}_{lang}" for name in REPORT_TEXTS for lang in ("en", "fr"))
_REPORTS = (
    select(
        *(_W.c.year, _A.c.code, _A.c.title_en, _A.c.title_fr, _Q.c.quarter, _Q.c.year.label("quarter_year")),
        *(_S.c.status, _S.c.submitted_at),
        *(_S.c[name] for name in _REPORT_TEXTS),
    )
    .select_from(_S.join(_A, _A.c.id == _S.c.activity_id).join(_Q, _Q.c.id == _S.c.period_id).join(_P).join(_W))
    .where(_S.c.id.in_(select(func.max(_S.c.id)).group_by(_S.c.activity_id, _S.c.period_id)), _A.c.retired_on.is_(None))
)
_MILESTONES = (
    select(_M.c.id, _J.c.name_en, _J.c.name_fr, _M.c.reported_on, _M.c.text_en, _M.c.text_fr)
    .join_from(_M, _J, _J.c.id == _M.c.jurisdiction_id)
    .where(_M.c.withdrawn_at.is_(None))
)
_CHALLENGES = select(
    *(_C.c[name] for name in ("id", "theme_en", "theme_fr", "state", "reported_on", "text_en", "text_fr"))
).where(_C.c.withdrawn_at.is_(None))


def search_reports(session: Session, query: Query, part: ResultRange) -> Results[ReportMatch]:
    """Return one page of the reports whose text or activity matches the search, latest first, in one SQL statement."""
    texts = [_A.c.code, _A.c.title_en, _A.c.title_fr, *(_S.c[name] for name in _REPORT_TEXTS)]
    rows = session.execute(matching(_REPORTS, texts, query.words, part, order=[_S.c.id.desc()])).all()
    return Results.of(
        rows,
        lambda r: ReportMatch(
            r.year,
            r.code,
            Bilingual(r.title_en, r.title_fr),
            r.quarter,
            r.quarter_year,
            r.status,
            r.submitted_at,
            tuple(Bilingual(getattr(r, f"{name}_en"), getattr(r, f"{name}_fr")) for name in REPORT_TEXTS),
        ),
    )


def search_milestones(session: Session, query: Query, part: ResultRange) -> Results[MilestoneMatch]:
    """Return one page of the milestones that match the search, latest first, in one SQL statement."""
    texts, order = [_J.c.name_en, _J.c.name_fr, _M.c.text_en, _M.c.text_fr], [_M.c.reported_on.desc(), _M.c.id.desc()]
    rows = session.execute(matching(_MILESTONES, texts, query.words, part, order=order)).all()
    return Results.of(
        rows,
        lambda r: MilestoneMatch(r.id, Bilingual(r.name_en, r.name_fr), r.reported_on, Bilingual(r.text_en, r.text_fr)),
    )


def search_challenges(session: Session, query: Query, part: ResultRange) -> Results[ChallengeMatch]:
    """Return one page of the challenges that match the search, latest first, in one SQL statement."""
    texts, order = [_C.c.theme_en, _C.c.theme_fr, _C.c.text_en, _C.c.text_fr], [_C.c.reported_on.desc(), _C.c.id.desc()]
    rows = session.execute(matching(_CHALLENGES, texts, query.words, part, order=order)).all()
    return Results.of(
        rows,
        lambda r: ChallengeMatch(
            r.id, Bilingual(r.theme_en, r.theme_fr), r.state, r.reported_on, Bilingual(r.text_en, r.text_fr)
        ),
    )
