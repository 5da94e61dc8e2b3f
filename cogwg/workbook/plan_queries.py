"""Read a plan for its workbook: a draft as it is stored, or an adopted plan converted to a draft."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from cogwg.accounts.queries import jurisdictions
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import NotFound
from cogwg.plan.draft_storage import draft_of_year
from cogwg.plan.drafts import DraftActivity, DraftAssignment, DraftPlan, DraftPriority, stale_pairs
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.workbook.books import PlanBook


def plan_book(session: Session, year: int, lang: Language, written_at: datetime) -> PlanBook:
    """Return the workbook of the year's draft or, if it has no open draft, of its plan. Raises ``NotFound`` if
    there is neither.
    """
    return PlanBook(_draft(session, year) or draft_from_plan(plan_facts(session, year)), names(session), written_at, lang)


def names(session: Session) -> dict[int, tuple[str, Bilingual]]:
    """Return the code and name of each jurisdiction, by id."""
    return {each.id: (each.code, each.name) for each in jurisdictions(session, Language.EN)}


def draft_from_plan(plan: PlanFacts) -> DraftPlan:
    """Convert an adopted plan to a draft whose keys are in the order of the plan."""
    keys = count(1)
    priorities = tuple(
        DraftPriority(
            key=next(keys),
            title=priority.title,
            short=priority.short,
            issue=priority.issue,
            outcome=priority.outcome,
            consequences=priority.consequences,
            results=priority.results,
            activities=tuple(
                DraftActivity(
                    key=next(keys),
                    title=activity.title,
                    text=activity.text,
                    due_year=activity.due_year,
                    due_month=activity.due_month,
                    due_day=activity.due_day,
                    due_words=activity.due_words,
                    ongoing=activity.ongoing,
                    stale=stale_pairs(activity.stale),
                )
                for activity in priority.activities
            ),
            assignments=tuple(
                DraftAssignment(next(keys), role.role, role.confirmation, role.jurisdiction_id, role.name)
                for role in priority.assignments
            ),
            stale=stale_pairs(priority.stale),
        )
        for priority in plan.priorities
    )
    return DraftPlan(plan.year, plan.title, plan.link, priorities, next(keys) - 1)


def _draft(session: Session, year: int) -> DraftPlan | None:
    """Return the draft of a year, or None if there is none or it was adopted."""
    try:
        stored = draft_of_year(session, year)
    except NotFound:
        return None
    return stored.plan if stored.plan_id is None else None
