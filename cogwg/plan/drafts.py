"""A plan that is being prepared, as an immutable value: editing it means replacing it. Pure functions, without a database.

A draft is stored as data (``PlanDraft``), separately from the plans that everyone can read, so no page can show it by mistake.
Adopting it creates the rows of a plan (``cogwg.plan.adoption``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.text_states import StalePairs, StaleTexts, stale_after, stale_texts_of, with_confirmed
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.plan_texts import activity_texts, priority_texts


@dataclass(frozen=True, slots=True)
class DraftAssignment:
    """A lead or partner of a priority in a draft; without a jurisdiction, the role is vacant.

    ``assignee`` is the name that the plan uses. ``key`` identifies the role within its draft.
    """

    key: int
    role: AssignmentRole
    confirmation: Confirmation
    jurisdiction_id: int | None = None
    assignee: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class DraftActivity:
    """An activity in a draft. Its code follows from its position: the second activity of priority 3 is 3.2.

    ``carried_from`` is the id of the activity of an earlier plan that it carries on, if any. ``key`` identifies it within its
    draft, even after it is moved.
    """

    key: int
    title: Bilingual
    text: Bilingual
    due_year: int
    due_month: int
    due_day: int | None = None
    due_words: Bilingual = EMPTY_TEXT
    ongoing: bool = False
    carried_from: int | None = None
    stale: StalePairs = ()


@dataclass(frozen=True, slots=True)
class DraftPriority:
    """A priority in a draft; its number follows from its position. ``carried_from`` is the id of the earlier priority that it
    carries on, if any.
    """

    key: int
    title: Bilingual
    short: Bilingual
    issue: Bilingual = EMPTY_TEXT
    outcome: Bilingual = EMPTY_TEXT
    consequences: tuple[Bilingual, ...] = ()
    results: tuple[Bilingual, ...] = ()
    activities: tuple[DraftActivity, ...] = ()
    assignments: tuple[DraftAssignment, ...] = ()
    carried_from: int | None = None
    stale: StalePairs = ()


Marked = TypeVar("Marked", DraftPriority, DraftActivity)


def with_stale_texts(before: DraftPriority, after: DraftPriority, still_right: Collection[str] = ()) -> DraftPriority:
    """Return the changed priority, marked with the texts that are stale after the change.

    ``still_right`` names the stale texts, and the lists with stale lines, whose translations are confirmed. Confirming a list
    confirms each of its lines that is stale after the change, as in ``confirm_texts``.
    """
    stale = stale_after(priority_texts(before), priority_texts(after), dict(before.stale))
    return replace(after, stale=stale_pairs(with_confirmed(stale, stale_texts_of(still_right, stale))))


def with_stale_activity_texts(before: DraftActivity, after: DraftActivity, still_right: Collection[str] = ()) -> DraftActivity:
    """Return the changed activity, marked with the texts that are stale after the change (see ``with_stale_texts``)."""
    stale = stale_after(activity_texts(before), activity_texts(after), dict(before.stale))
    return replace(after, stale=stale_pairs(with_confirmed(stale, stale_texts_of(still_right, stale))))


def without_marks(item: Marked) -> Marked:
    """Return a priority or an activity without the marks of its stale texts, to compare two people's edits.

    Confirming a translation changes only the marks, so it does not conflict with an edit.
    """
    if isinstance(item, DraftPriority):
        item = replace(item, activities=tuple(without_marks(activity) for activity in item.activities))
    return replace(item, stale=())


def stale_pairs(stale: StaleTexts | None) -> StalePairs:
    """Return stale texts as a draft stores them, without confirmed ones."""
    return tuple(sorted((name, lang) for name, lang in (stale or {}).items() if lang))


class PlannedRole(Protocol):
    """A role of a priority, in a draft or an adopted plan."""

    @property
    def role(self) -> AssignmentRole: ...

    @property
    def confirmation(self) -> Confirmation: ...


def has_lead(roles: Iterable[PlannedRole]) -> bool:
    """Return whether a jurisdiction leads the priority with these roles. A jurisdiction whose role is not stated counts as a
    lead.
    """
    return any(role.role is not AssignmentRole.PARTNER and role.confirmation is not Confirmation.VACANT for role in roles)


def needs_lead(roles: Collection[PlannedRole]) -> bool:
    """Return whether the priority with these roles has no lead, or also has a vacant lead role."""
    leads = [role for role in roles if role.role is not AssignmentRole.PARTNER]
    return not has_lead(leads) or any(role.confirmation is Confirmation.VACANT for role in leads)


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """The draft of a year's plan, with its priorities in order. ``last_key`` is the highest key assigned so far."""

    year: int
    title: Bilingual
    link: str = ""
    priorities: tuple[DraftPriority, ...] = ()
    last_key: int = 0
