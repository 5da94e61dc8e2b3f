"""An adopted plan or a draft as the plan editor shows it: the same classes for both, so that they share their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from cogwg.accounts.queries import jurisdiction_names
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import NotFound
from cogwg.core.text_states import StaleTexts
from cogwg.plan.draft_edits import texts_of_activity, texts_of_priority
from cogwg.plan.draft_services import fingerprint
from cogwg.plan.draft_storage import StoredDraft, draft_of_year
from cogwg.plan.drafts import DraftActivity, DraftPriority, without_marks
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.plan_texts import ActivityTexts, PriorityTexts
from cogwg.plan.queries import ActivityFacts, PlanFacts, PriorityFacts, plan_facts
from cogwg.plan.rules import DueDate


@dataclass(frozen=True, slots=True)
class ActivityItem:
    """An activity. ``key`` is its id or, in a draft, its key. ``shown`` identifies the state that the page showed.

    ``stale`` are the texts that are stale in a language.
    """

    key: int
    code: str
    texts: ActivityTexts
    due: DueDate
    shown: str
    original_due: DueDate | None = None
    retired_on: date | None = None
    stale: StaleTexts = field(default_factory=dict, hash=False)

    @property
    def element_id(self) -> str:
        return f"activity-{self.code}".replace(".", "-")


@dataclass(frozen=True, slots=True)
class RoleItem:
    """A lead or partner. ``name`` is empty if the role is vacant; ``since`` is None in a draft."""

    key: int
    role: AssignmentRole
    confirmation: Confirmation
    name: Bilingual
    shown: str
    since: date | None = None

    @property
    def is_vacant(self) -> bool:
        return self.confirmation is Confirmation.VACANT

    @property
    def is_to_confirm(self) -> bool:
        return self.confirmation is Confirmation.TO_CONFIRM

    @property
    def is_lead(self) -> bool:
        return self.role is AssignmentRole.LEAD

    @property
    def is_partner(self) -> bool:
        return self.role is AssignmentRole.PARTNER


@dataclass(frozen=True, slots=True)
class PriorityItem:
    """A priority with its activities and roles.

    ``shown`` identifies the state of its texts that the page showed, and ``shown_whole`` the state of everything in it.
    ``facts`` is the priority as it was read from an adopted plan, or None in a draft. ``stale`` are the texts that are stale
    in a language.
    """

    key: int
    number: int
    texts: PriorityTexts
    shown: str
    shown_whole: str
    activities: tuple[ActivityItem, ...]
    roles: tuple[RoleItem, ...]
    holder_ids: frozenset[int]
    retired_activities: tuple[ActivityItem, ...] = ()
    retired_on: date | None = None
    facts: PriorityFacts | None = None
    stale: StaleTexts = field(default_factory=dict, hash=False)

    def with_due_date_of(self, activity: ActivityItem) -> list[ActivityItem]:
        """Return the activities with the same due date, in order.

        In an adopted plan, an activity can be moved only among these.
        """
        return [other for other in self.activities if other.due == activity.due]


@dataclass(frozen=True, slots=True)
class EditedPlan:
    """A plan as its editor shows it. ``adopted_on`` is None for a draft. A plan that is closed can no longer be changed."""

    year: int
    title: Bilingual
    link: str
    shown: str
    priorities: tuple[PriorityItem, ...]
    retired: tuple[PriorityItem, ...] = ()
    adopted_on: date | None = None
    closed_on: date | None = None

    @property
    def is_draft(self) -> bool:
        return self.adopted_on is None

    def priority(self, number: int) -> PriorityItem:
        """Return the priority with this number, retired or not. Raises ``NotFound`` if there is none."""
        for priority in (*self.priorities, *self.retired):
            if priority.number == number:
                return priority
        raise NotFound(f"priority {number}")

    def activity(self, code: str) -> tuple[PriorityItem, ActivityItem]:
        """Return the activity with this code, retired or not, and its priority. Raises ``NotFound`` if there is none."""
        for priority in (*self.priorities, *self.retired):
            for activity in (*priority.activities, *priority.retired_activities):
                if activity.code == code:
                    return priority, activity
        raise NotFound(f"activity {code}")

    def role(self, key: int) -> tuple[PriorityItem, RoleItem]:
        """Return the role with this key, and its priority. Raises ``NotFound`` if there is none."""
        for priority in self.priorities:
            for role in priority.roles:
                if role.key == key:
                    return priority, role
        raise NotFound(f"role {key}")

    def neighbours(self, priority: PriorityItem) -> tuple[int | None, int | None]:
        """Return the numbers of the priorities before and after this one; None where there is none."""
        if priority not in self.priorities:
            return None, None
        numbers = [None, *(p.number for p in self.priorities), None]
        place = self.priorities.index(priority) + 1
        return numbers[place - 1], numbers[place + 1]


def load_plan(session: Session, year: int) -> EditedPlan:
    """Return the adopted plan of a year or, without one, its draft. Raises ``NotFound`` if there is neither."""
    try:
        return _adopted(plan_facts(session, year, with_retired=True))
    except NotFound:
        stored = draft_of_year(session, year)
        if stored.plan_id is not None:
            raise
        return _draft(session, stored)


def _adopted(plan: PlanFacts) -> EditedPlan:
    items = [_adopted_priority(priority) for priority in plan.priorities]
    return EditedPlan(
        plan.year,
        plan.title,
        plan.link,
        "",
        tuple(item for item in items if item.retired_on is None),
        tuple(item for item in items if item.retired_on is not None),
        plan.adopted_on,
        plan.closed_on,
    )


def _adopted_priority(priority: PriorityFacts) -> PriorityItem:
    activities = [_adopted_activity(activity) for activity in priority.activities]
    roles = tuple(
        RoleItem(a.id, a.role, a.confirmation, a.full_name or a.name, str(a.version), a.since)
        for a in priority.assignments
        if a.retired_on is None or priority.retired_on is not None
    )
    texts = PriorityTexts(
        priority.title, priority.short, priority.issue, priority.outcome, priority.consequences, priority.results
    )
    return PriorityItem(
        priority.id,
        priority.number,
        texts,
        str(priority.version),
        str(priority.version),
        tuple(item for item in activities if item.retired_on is None),
        roles,
        frozenset(a.jurisdiction_id for a in priority.assignments if a.jurisdiction_id is not None),
        tuple(item for item in activities if item.retired_on is not None),
        priority.retired_on,
        priority,
        priority.stale,
    )


def _adopted_activity(activity: ActivityFacts) -> ActivityItem:
    texts = ActivityTexts(activity.title, activity.text, activity.due_words, activity.ongoing)
    return ActivityItem(
        activity.id,
        activity.code,
        texts,
        activity.due,
        str(activity.version),
        activity.original_due,
        activity.retired_on,
        activity.stale,
    )


def _draft(session: Session, stored: StoredDraft) -> EditedPlan:
    plan = stored.plan
    ids = {role.jurisdiction_id for priority in plan.priorities for role in priority.assignments}
    names = jurisdiction_names(session, {id_ for id_ in ids if id_ is not None})
    priorities = tuple(_draft_priority(number, priority, names) for number, priority in enumerate(plan.priorities, 1))
    return EditedPlan(plan.year, plan.title, plan.link, fingerprint((plan.title, plan.link)), priorities)


def _draft_priority(number: int, priority: DraftPriority, names: Mapping[int, Bilingual]) -> PriorityItem:
    texts = texts_of_priority(priority)
    activities = tuple(_draft_activity(f"{number}.{n}", activity) for n, activity in enumerate(priority.activities, 1))
    roles = tuple(
        RoleItem(
            role.key,
            role.role,
            role.confirmation,
            names.get(role.jurisdiction_id or 0, EMPTY_TEXT),
            fingerprint(role),
        )
        for role in priority.assignments
    )
    holders = frozenset(role.jurisdiction_id for role in priority.assignments if role.jurisdiction_id is not None)
    return PriorityItem(
        priority.key,
        number,
        texts,
        fingerprint(texts),
        fingerprint(without_marks(priority)),
        activities,
        roles,
        holders,
        stale=dict(priority.stale),
    )


def _draft_activity(code: str, activity: DraftActivity) -> ActivityItem:
    due = DueDate(activity.due_year, activity.due_month, activity.due_day)
    texts = texts_of_activity(activity)
    return ActivityItem(activity.key, code, texts, due, fingerprint(without_marks(activity)), stale=dict(activity.stale))
