"""Create the rows of a plan when its draft is adopted, and delete them when the adoption is undone.

The commands are in ``cogwg.year_end.adoption``: they also make the plan's quarters, and record the event and the history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import N_, Message
from cogwg.core.tables import IN_LANGUAGE
from cogwg.plan.drafts import DraftActivity, DraftPlan, DraftPriority, has_lead, needs_lead
from cogwg.plan.history import PlanRow, unused_ids
from cogwg.plan.models import (
    Activity,
    Assignment,
    Priority,
    RoleRequest,
    WorkPlan,
)

PlanIds = dict[type[PlanRow], Iterator[int | None]]
"""Unused ids for the new rows of each table; None if the database chooses the id."""


@dataclass(frozen=True, slots=True)
class _TitleSentences:
    """The sentences about a title that is missing, in one language only, or longer than ``limit`` characters."""

    limit: int
    missing: str
    one_language: str
    too_long: str


_PLAN_TITLE = _TitleSentences(
    200,
    N_("The plan has no title. Enter one in at least one language."),
    N_("The title of the plan is missing %(in_language)s."),
    N_("The title of the plan is longer than %(limit)s characters. Shorten it."),
)
_PRIORITY_TITLE = _TitleSentences(
    300,
    N_("Priority %(number)s has no title. Enter one in at least one language."),
    N_("The title of Priority %(number)s is missing %(in_language)s."),
    N_("The title of Priority %(number)s is longer than %(limit)s characters. Shorten it."),
)
_ACTIVITY_TITLE = _TitleSentences(
    200,
    N_("Activity %(code)s has no title. Enter one in at least one language."),
    N_("The title of activity %(code)s is missing %(in_language)s."),
    N_("The title of activity %(code)s is longer than %(limit)s characters. Shorten it."),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something missing or unusual in a draft. If it ``blocks``, the draft cannot be adopted yet.

    ``priority`` is the number of the priority that it is about, 0 for the plan itself.
    """

    message: Message
    blocks: bool = False
    priority: int = 0


def adoption_findings(draft: DraftPlan) -> list[Finding]:
    """Return what is missing or unusual in a draft, in the order of the plan."""
    findings = list(_title_findings(draft.title, _PLAN_TITLE, {}))
    if not draft.priorities:
        findings.append(Finding(Message(N_("The plan has no priority yet. Add one.")), blocks=True))
    for number, priority in enumerate(draft.priorities, 1):
        findings += _priority_findings(draft.year, number, priority)
    return findings


def add_plan(session: Session, draft: DraftPlan, adopted_on: date) -> WorkPlan:
    """Add the rows of a draft as an adopted plan, and flush.

    Numbers and codes follow from each item's position in the draft. The new ids were never used before, not even by rows that
    have since been deleted.
    """
    ids: PlanIds = {model: unused_ids(session, model) for model in (WorkPlan, Priority, Activity, Assignment)}
    plan = WorkPlan(
        id=next(ids[WorkPlan]), year=draft.year, title=draft.title, link=draft.link, adopted_on=adopted_on, sample=False
    )
    plan.priorities = [_priority(number, priority, adopted_on, ids) for number, priority in enumerate(draft.priorities, 1)]
    session.add(plan)
    session.flush()
    return plan


def delete_plan_rows(session: Session, plan: WorkPlan) -> None:
    """Delete a plan with its priorities, activities and roles, and the requests for its roles. Its quarters must already have
    been deleted.
    """
    priorities = [priority.id for priority in plan.priorities]
    roles = select(Assignment.id).where(Assignment.priority_id.in_(priorities))
    session.execute(delete(RoleRequest).where(RoleRequest.assignment_id.in_(roles)))
    for model in (Assignment, Activity):
        session.execute(delete(model).where(model.priority_id.in_(priorities)))
    session.execute(delete(Priority).where(Priority.plan_id == plan.id))
    session.execute(delete(WorkPlan).where(WorkPlan.id == plan.id))
    session.expire_all()


def _priority(number: int, draft: DraftPriority, adopted_on: date, ids: PlanIds) -> Priority:
    return Priority(
        id=next(ids[Priority]),
        number=number,
        title=draft.title,
        short=draft.short,
        issue=draft.issue,
        outcome=draft.outcome,
        consequences=[[text.en, text.fr] for text in draft.consequences],
        results=[[text.en, text.fr] for text in draft.results],
        carried_from_id=draft.carried_from,
        stale=dict(draft.stale) or None,
        activities=[
            _activity(number, position, activity, next(ids[Activity])) for position, activity in enumerate(draft.activities, 1)
        ],
        assignments=[
            Assignment(
                id=next(ids[Assignment]),
                position=position,
                jurisdiction_id=role.jurisdiction_id,
                role=role.role,
                confirmation=role.confirmation,
                assignee=role.assignee,
                since=adopted_on,
            )
            for position, role in enumerate(draft.assignments, 1)
        ],
    )


def _activity(number: int, position: int, draft: DraftActivity, id_: int | None) -> Activity:
    return Activity(
        id=id_,
        position=position,
        code=f"{number}.{position}",
        title=draft.title,
        text=draft.text,
        due_year=draft.due_year,
        due_month=draft.due_month,
        due_day=draft.due_day,
        due_words=draft.due_words,
        ongoing=draft.ongoing,
        carried_from_id=draft.carried_from,
        stale=dict(draft.stale) or None,
    )


def _priority_findings(year: int, number: int, priority: DraftPriority) -> Iterator[Finding]:
    about = {"number": number}
    yield from _title_findings(priority.title, _PRIORITY_TITLE, about, number)
    if not priority.activities:
        yield Finding(Message(N_("Priority %(number)s has no activity. Add one, or remove the priority."), about), True, number)
    for text in (priority.issue, priority.outcome, *priority.consequences, *priority.results):
        if text.missing_languages:
            yield _missing_language(text, N_("A text of Priority %(number)s is missing %(in_language)s."), about, number)
    for position, activity in enumerate(priority.activities, 1):
        yield from _activity_findings(year, number, f"{number}.{position}", activity)
    held = Counter(role.jurisdiction_id for role in priority.assignments if role.jurisdiction_id is not None)
    if any(roles > 1 for roles in held.values()):
        sentence = N_(
            "Priority %(number)s lists the same jurisdiction twice among its leads and partners. Remove one of the two roles."
        )
        yield Finding(Message(sentence, about), True, number)
    if not has_lead(priority.assignments):
        sentence = N_(
            "Priority %(number)s has no lead yet. No one can report on its activities until a jurisdiction accepts the role."
        )
        yield Finding(Message(sentence, about), priority=number)
    elif needs_lead(priority.assignments):
        sentence = N_("Priority %(number)s has a vacant role, so it needs another lead. You can offer the role after adoption.")
        yield Finding(Message(sentence, about), priority=number)


def _activity_findings(year: int, number: int, code: str, activity: DraftActivity) -> Iterator[Finding]:
    yield from _title_findings(activity.title, _ACTIVITY_TITLE, {"code": code}, number)
    if activity.text.missing_languages:
        sentence = N_("The description of activity %(code)s is missing %(in_language)s.")
        yield _missing_language(activity.text, sentence, {"code": code}, number)
    if activity.due_year != year:
        values = {"code": code, "due": activity.due_year, "year": year}
        yield Finding(Message(N_("Activity %(code)s is due in %(due)s, not in %(year)s."), values), priority=number)


def _title_findings(title: Bilingual, sentences: _TitleSentences, values: dict[str, Any], number: int = 0) -> Iterator[Finding]:
    """Yield a finding if a title is missing in one or both languages, and one if it is too long."""
    if not title:
        yield Finding(Message(sentences.missing, values), True, number)
    elif title.missing_languages:
        yield _missing_language(title, sentences.one_language, values, number)
    if max(len(title.en), len(title.fr)) > sentences.limit:
        yield Finding(Message(sentences.too_long, {**values, "limit": sentences.limit}), True, number)


def _missing_language(text: Bilingual, sentence: str, values: dict[str, Any], number: int) -> Finding:
    missing: Language = text.missing_languages[0]
    return Finding(Message(sentence, {**values, "in_language": IN_LANGUAGE[missing]}), priority=number)
