"""Search in the plans of all years: priorities and activities, the latest year first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import table
from cogwg.core.search import Query, ResultRange, Results, matching
from cogwg.plan.models import Activity, Priority, WorkPlan
from cogwg.plan.queries import PRIORITY_ORDER


@dataclass(frozen=True, slots=True)
class PriorityMatch:
    """A priority that matches a search."""

    year: int
    number: int
    title: Bilingual
    issue: Bilingual
    outcome: Bilingual


@dataclass(frozen=True, slots=True)
class ActivityMatch:
    """An activity that matches a search."""

    year: int
    code: str
    title: Bilingual
    text: Bilingual


_W, _P, _A = map(table, (WorkPlan, Priority, Activity))
_PRIORITY_TEXTS = ("title_en", "title_fr", "issue_en", "issue_fr", "outcome_en", "outcome_fr")
_ACTIVITY_TEXTS = ("title_en", "title_fr", "text_en", "text_fr")
_PRIORITIES = (
    select(_W.c.year, _P.c.number, *(_P.c[name] for name in _PRIORITY_TEXTS)).join_from(_P, _W).where(_P.c.retired_on.is_(None))
)
_ACTIVITIES = (
    select(_W.c.year, _A.c.code, *(_A.c[name] for name in _ACTIVITY_TEXTS))
    .join_from(_A, _P)
    .join(_W)
    .where(_A.c.retired_on.is_(None))
)


def search_priorities(session: Session, query: Query, part: ResultRange) -> Results[PriorityMatch]:
    """Return one page of the priorities that match the search, in one SQL statement."""
    texts = [_P.c.number, _W.c.year, *(_P.c[name] for name in (*_PRIORITY_TEXTS, "short_en", "short_fr"))]
    order = [_W.c.year.desc(), *PRIORITY_ORDER]
    rows = session.execute(matching(_PRIORITIES, texts, query.words, part, order=order)).all()
    return Results.of(
        rows,
        lambda r: PriorityMatch(
            r.year,
            r.number,
            Bilingual(r.title_en, r.title_fr),
            Bilingual(r.issue_en, r.issue_fr),
            Bilingual(r.outcome_en, r.outcome_fr),
        ),
    )


def search_activities(session: Session, query: Query, part: ResultRange) -> Results[ActivityMatch]:
    """Return one page of the activities that match the search, in one SQL statement.

    If the search text is the number of an activity, activities with that number come first.
    """
    texts = [_A.c.code, _W.c.year, *(_A.c[name] for name in (*_ACTIVITY_TEXTS, "due_words_en", "due_words_fr"))]
    order = [_W.c.year.desc(), *PRIORITY_ORDER, _A.c.position]
    statement = matching(_ACTIVITIES, texts, query.words, part, order=order, first=_A.c.code == query.text)
    return Results.of(
        session.execute(statement).all(),
        lambda r: ActivityMatch(r.year, r.code, Bilingual(r.title_en, r.title_fr), Bilingual(r.text_en, r.text_fr)),
    )
