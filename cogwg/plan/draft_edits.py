"""Edits of a draft plan: pure functions that return the changed draft. Numbers and codes follow from positions, so an edit can
change them.

Items are found by their ``key``. Each function raises ``NotFound`` if the draft has no item with that key, which happens when
another person removed it, and ``Invalid`` for texts or dates that cannot be stored.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.core.text_limits import bilingual_length_problems
from cogwg.core.web_addresses import address_problem
from cogwg.plan.drafts import (
    DraftActivity,
    DraftAssignment,
    DraftPlan,
    DraftPriority,
    with_stale_activity_texts,
    with_stale_texts,
)
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.plan_texts import ActivityTexts, PriorityTexts, check_activity_texts, check_priority_texts
from cogwg.plan.rules import DueDate, check_due, check_role_stated

PLAN_TITLE_LIMIT = 200


class Keyed(Protocol):
    """An item of a draft."""

    @property
    def key(self) -> int: ...


Item = TypeVar("Item", bound=Keyed)


def texts_of_priority(priority: DraftPriority) -> PriorityTexts:
    """Return the texts of a priority."""
    return PriorityTexts(
        priority.title, priority.short, priority.issue, priority.outcome, priority.consequences, priority.results
    )


def texts_of_activity(activity: DraftActivity) -> ActivityTexts:
    """Return the texts of an activity, and whether it is ongoing."""
    return ActivityTexts(activity.title, activity.text, activity.due_words, activity.ongoing)


def find_priority(plan: DraftPlan, key: int) -> DraftPriority:
    """Return the priority with this key."""
    return _find(plan.priorities, key)


def priority_of(plan: DraftPlan, key: int) -> DraftPriority:
    """Return the priority that has the activity or role with this key."""
    for priority in plan.priorities:
        if any(a.key == key for a in priority.activities) or any(a.key == key for a in priority.assignments):
            return priority
    raise NotFound(f"item {key} of the draft plan")


def find_activity(plan: DraftPlan, key: int) -> DraftActivity:
    """Return the activity with this key."""
    return _find(priority_of(plan, key).activities, key)


def find_assignment(plan: DraftPlan, key: int) -> DraftAssignment:
    """Return the role with this key."""
    return _find(priority_of(plan, key).assignments, key)


def retitle(plan: DraftPlan, title: Bilingual, link: str) -> DraftPlan:
    """Change the title of the plan and the link to its document."""
    problems = list(bilingual_length_problems("title", title, PLAN_TITLE_LIMIT))
    if not title:
        problems.append(("title_en", Message(N_("Enter this text in English or French."))))
    if link and (problem := address_problem(link)):
        problems.append(("link", problem))
    if problems:
        raise Invalid(*problems)
    return replace(plan, title=title, link=link)


def add_priority(plan: DraftPlan, texts: PriorityTexts) -> DraftPlan:
    """Add a priority at the end."""
    check_priority_texts(texts, is_draft=True)
    key = plan.last_key + 1
    return replace(plan, priorities=(*plan.priorities, _with_texts(DraftPriority(key, *_EMPTY), texts)), last_key=key)


def reword_priority(plan: DraftPlan, key: int, texts: PriorityTexts, still_right: Collection[str] = ()) -> DraftPlan:
    """Change the texts of a priority. ``still_right`` names the stale texts and lists whose translations are confirmed."""
    check_priority_texts(texts, is_draft=True)
    return _with_priority(plan, key, lambda own: with_stale_texts(own, _with_texts(own, texts), still_right))


def move_priority(plan: DraftPlan, key: int, step: int) -> DraftPlan:
    """Move a priority up (``step`` -1) or down (1); the first cannot move up, nor the last down."""
    return replace(plan, priorities=_moved(plan.priorities, key, step))


def remove_priority(plan: DraftPlan, key: int) -> DraftPlan:
    """Remove a priority with its activities and roles."""
    return replace(plan, priorities=_without(plan.priorities, key))


def add_activity(plan: DraftPlan, priority_key: int, texts: ActivityTexts, due: DueDate) -> DraftPlan:
    """Add an activity at the end of a priority."""
    key = plan.last_key + 1
    new = _checked_activity(DraftActivity(key, *_EMPTY, due.year, due.month), texts, due)
    added = _with_priority(plan, priority_key, lambda priority: replace(priority, activities=(*priority.activities, new)))
    return replace(added, last_key=key)


def change_activity(
    plan: DraftPlan, key: int, texts: ActivityTexts, due: DueDate, still_right: Collection[str] = ()
) -> DraftPlan:
    """Change the texts and the due date of an activity.

    ``still_right`` names the stale texts whose translations are confirmed.
    """
    stored = find_activity(plan, key)
    changed = with_stale_activity_texts(stored, _checked_activity(stored, texts, due), still_right)
    return _with_activities(plan, key, lambda own: tuple(changed if activity.key == key else activity for activity in own))


def move_activity(plan: DraftPlan, key: int, step: int) -> DraftPlan:
    """Move an activity up (``step`` -1) or down (1) within its priority."""
    return _with_activities(plan, key, lambda own: _moved(own, key, step))


def remove_activity(plan: DraftPlan, key: int) -> DraftPlan:
    """Remove an activity."""
    return _with_activities(plan, key, lambda own: _without(own, key))


def add_role(
    plan: DraftPlan, priority_key: int, role: AssignmentRole | None, jurisdiction_id: int | None, assignee: Bilingual
) -> DraftPlan:
    """Add a lead or partner to a priority: a jurisdiction "to confirm", or a vacant role.

    Also raises ``Invalid`` if the jurisdiction already has a role in the priority.
    """
    check_role_stated(role)
    own = find_priority(plan, priority_key).assignments
    if jurisdiction_id is not None and any(each.jurisdiction_id == jurisdiction_id for each in own):
        sentence = N_("This jurisdiction already has a role in this priority. Choose another jurisdiction.")
        raise Invalid(("jurisdiction", Message(sentence)))
    key = plan.last_key + 1
    confirmation = Confirmation.VACANT if jurisdiction_id is None else Confirmation.TO_CONFIRM
    new = DraftAssignment(key, role or AssignmentRole.NOT_STATED, confirmation, jurisdiction_id, assignee)
    added = _with_priority(plan, priority_key, lambda priority: replace(priority, assignments=(*own, new)))
    return replace(added, last_key=key)


def state_role(plan: DraftPlan, key: int, role: AssignmentRole | None) -> DraftPlan:
    """Change a role to lead or partner. Raises ``Invalid`` if it is neither."""
    check_role_stated(role)
    changed = replace(find_assignment(plan, key), role=role or AssignmentRole.NOT_STATED)
    return _with_assignments(plan, key, lambda own: tuple(changed if each.key == key else each for each in own))


def remove_role(plan: DraftPlan, key: int) -> DraftPlan:
    """Remove a role, whether it is vacant or not."""
    return _with_assignments(plan, key, lambda own: _without(own, key))


_EMPTY = (EMPTY_TEXT, EMPTY_TEXT)
"""Values for the two texts of a new item that have no default, until they are set."""


def _with_texts(priority: DraftPriority, texts: PriorityTexts) -> DraftPriority:
    return replace(
        priority,
        title=texts.title,
        short=texts.short,
        issue=texts.issue,
        outcome=texts.outcome,
        consequences=texts.consequences,
        results=texts.results,
    )


def _checked_activity(activity: DraftActivity, texts: ActivityTexts, due: DueDate) -> DraftActivity:
    check_activity_texts(texts, is_draft=True)
    check_due(due)
    return replace(
        activity,
        title=texts.title,
        text=texts.text,
        due_words=texts.due_words,
        ongoing=texts.ongoing,
        due_year=due.year,
        due_month=due.month,
        due_day=due.day,
    )


def _find(items: Sequence[Item], key: int) -> Item:
    for item in items:
        if item.key == key:
            return item
    raise NotFound(f"item {key} of the draft plan")


def _without(items: tuple[Item, ...], key: int) -> tuple[Item, ...]:
    _find(items, key)
    return tuple(item for item in items if item.key != key)


def _moved(items: tuple[Item, ...], key: int, step: int) -> tuple[Item, ...]:
    place = items.index(_find(items, key))
    others = [item for item in items if item.key != key]
    others.insert(min(max(place + step, 0), len(others)), items[place])
    return tuple(others)


def _with_priority(plan: DraftPlan, key: int, change: Callable[[DraftPriority], DraftPriority]) -> DraftPlan:
    changed = change(_find(plan.priorities, key))
    return replace(plan, priorities=tuple(changed if priority.key == key else priority for priority in plan.priorities))


def _with_activities(
    plan: DraftPlan, key: int, change: Callable[[tuple[DraftActivity, ...]], tuple[DraftActivity, ...]]
) -> DraftPlan:
    own = priority_of(plan, key)
    return _with_priority(plan, own.key, lambda priority: replace(priority, activities=change(priority.activities)))


def _with_assignments(
    plan: DraftPlan, key: int, change: Callable[[tuple[DraftAssignment, ...]], tuple[DraftAssignment, ...]]
) -> DraftPlan:
    own = priority_of(plan, key)
    return _with_priority(plan, own.key, lambda priority: replace(priority, assignments=change(priority.assignments)))
