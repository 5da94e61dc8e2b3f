"""The draft of next year's plan, made from this year's plan and the choice for each of its activities. Pure functions.

A priority is carried over if at least one of its activities is. Its leads and partners are then "to confirm", and its vacant
roles stay vacant. The new items refer to the ones they carry on; nothing in the old plan refers to the new one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import last_of_month
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import TEXT_LIMIT, bilingual_length_problems
from cogwg.core.text_states import stale_after
from cogwg.plan.drafts import DraftActivity, DraftAssignment, DraftPlan, DraftPriority, needs_lead, stale_pairs
from cogwg.plan.models import Confirmation
from cogwg.plan.plan_texts import activity_texts
from cogwg.plan.queries import ActivityFacts, AssignmentFacts, PlanFacts, PriorityFacts

TITLE_LIMIT = 200
"""The maximum length of an activity's title, in characters."""


class CarryChoice(StrEnum):
    """The choice for an activity: carry it over to the new plan, mark it as done, or drop it with a reason."""

    CARRY = "carry"
    DONE = "done"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class ActivityChoice:
    """The choice for an activity. ``month`` (of the due date), ``title`` and ``text`` are those in the new plan if it is
    carried over.
    """

    choice: CarryChoice
    month: int
    title: Bilingual
    text: Bilingual
    reason: Bilingual = EMPTY_TEXT

    @property
    def is_carried(self) -> bool:
        return self.choice is CarryChoice.CARRY


@dataclass(frozen=True, slots=True)
class CarryOverCounts:
    """What the draft will contain, and what still has to be settled.

    ``complete`` activities and those marked ``done`` stay in the old plan only. ``vacant_priorities`` is the number of carried
    priorities that need a lead (``needs_lead``), and ``priorities_left_out`` the number of priorities without a carried
    activity.
    """

    priorities: int
    carried: int
    dropped: int
    complete: int
    done: int
    vacant_priorities: int
    roles_to_confirm: int
    priorities_left_out: int


def default_choice(activity: ActivityFacts, *, is_complete: bool) -> ActivityChoice:
    """Return the choice that is preselected: ongoing and unfinished activities are carried, due in the same month."""
    choice = CarryChoice.CARRY if activity.ongoing or not is_complete else CarryChoice.DONE
    return ActivityChoice(choice, activity.due_month, activity.title, activity.text)


def check_choices(plan: PlanFacts, choices: Mapping[int, ActivityChoice]) -> None:
    """Check the choice for each activity, and that at least one is carried over. Raises ``Invalid`` with all problems.

    The field of a problem is the activity's id and the name of the field, such as "12.reason".
    """
    problems = [
        (f"{activity.id}.{field}", message)
        for activity in plan.activities
        for field, message in _problems(choices[activity.id])
    ]
    if not any(choices[activity.id].is_carried for activity in plan.activities):
        problems.append(("", Message(N_("Carry over at least one activity, or create an empty plan instead."))))
    if problems:
        raise Invalid(*problems)


def _problems(chosen: ActivityChoice) -> Iterator[tuple[str, Message]]:
    if chosen.choice is CarryChoice.DROP:
        if not chosen.reason:
            yield "reason", Message(N_("Explain why you are dropping this activity."))
        yield from bilingual_length_problems("reason", chosen.reason)
    if chosen.is_carried:
        if not chosen.title:
            yield "title_en", Message(N_("Enter the title of the activity in at least one language."))
        yield from bilingual_length_problems("title", chosen.title, TITLE_LIMIT)
        yield from bilingual_length_problems("text", chosen.text, TEXT_LIMIT)


def carry_over(plan: PlanFacts, choices: Mapping[int, ActivityChoice]) -> DraftPlan:
    """Return the draft of the plan of the next year. Raises ``Invalid`` if a choice is not valid."""
    check_choices(plan, choices)
    keys = count(1)
    priorities = tuple(
        _carried_priority(priority, plan.year + 1, choices, keys) for priority in carried_priorities(plan, choices)
    )
    return DraftPlan(plan.year + 1, next_title(plan), priorities=priorities, last_key=next(keys) - 1)


def count_carried(plan: PlanFacts, choices: Mapping[int, ActivityChoice], complete_ids: Collection[int]) -> CarryOverCounts:
    """Return what the draft will contain. ``complete_ids`` are the ids of the activities whose last status is "Complete"."""
    chosen = {activity.id: choices[activity.id].choice for activity in plan.activities}
    carried = carried_priorities(plan, choices)
    roles = [assignment for priority in carried for assignment in priority.assignments]
    return CarryOverCounts(
        priorities=len(carried),
        carried=sum(choice is CarryChoice.CARRY for choice in chosen.values()),
        dropped=sum(choice is CarryChoice.DROP for choice in chosen.values()),
        complete=sum(choice is CarryChoice.DONE and id_ in complete_ids for id_, choice in chosen.items()),
        done=sum(choice is CarryChoice.DONE and id_ not in complete_ids for id_, choice in chosen.items()),
        vacant_priorities=sum(needs_lead(priority.assignments) for priority in carried),
        roles_to_confirm=sum(not role.is_vacant for role in roles),
        priorities_left_out=len(plan.priorities) - len(carried),
    )


def dropped_with_reasons(choices: Mapping[int, ActivityChoice]) -> list[dict[str, object]]:
    """Return the id and the reason of each dropped activity, as the audit log stores them."""
    return [
        {"activity": id_, "reason": [chosen.reason.en, chosen.reason.fr]}
        for id_, chosen in choices.items()
        if chosen.choice is CarryChoice.DROP
    ]


def marked_done(choices: Mapping[int, ActivityChoice], complete_ids: Collection[int]) -> list[int]:
    """Return the ids of the activities that were marked done although no report says that they are complete."""
    return [id_ for id_, chosen in choices.items() if chosen.choice is CarryChoice.DONE and id_ not in complete_ids]


def carried_priorities(plan: PlanFacts, choices: Mapping[int, ActivityChoice]) -> list[PriorityFacts]:
    """Return the priorities that have at least one carried activity."""
    return [priority for priority in plan.priorities if any(choices[a.id].is_carried for a in priority.activities)]


def next_title(plan: PlanFacts) -> Bilingual:
    """Return the title of the next year's plan: this plan's title with the next year in place of its own."""
    year, following = str(plan.year), str(plan.year + 1)
    return Bilingual(plan.title.en.replace(year, following), plan.title.fr.replace(year, following))


def _carried_priority(
    priority: PriorityFacts, year: int, choices: Mapping[int, ActivityChoice], keys: Iterator[int]
) -> DraftPriority:
    return DraftPriority(
        key=next(keys),
        title=priority.title,
        short=priority.short,
        issue=priority.issue,
        outcome=priority.outcome,
        consequences=priority.consequences,
        results=priority.results,
        activities=tuple(
            _carried_activity(activity, year, choices[activity.id], next(keys))
            for activity in sorted(priority.activities, key=lambda a: choices[a.id].month)
            if choices[activity.id].is_carried
        ),
        assignments=tuple(_carried_role(assignment, next(keys)) for assignment in priority.assignments),
        carried_from=priority.id,
        stale=stale_pairs(priority.stale),
    )


def _carried_activity(activity: ActivityFacts, year: int, chosen: ActivityChoice, key: int) -> DraftActivity:
    """Return an activity as it will be in the new plan.

    The plan's wording of the due date is not carried if the due month changes, unless the activity is ongoing.
    """
    is_same_month = chosen.month == activity.due_month
    due_day = min(activity.due_day, last_of_month(year, chosen.month).day) if activity.due_day and is_same_month else None
    carried = DraftActivity(
        key=key,
        title=chosen.title,
        text=chosen.text,
        due_year=year,
        due_month=chosen.month,
        due_day=due_day,
        due_words=activity.due_words if activity.ongoing or is_same_month else EMPTY_TEXT,
        ongoing=activity.ongoing,
        carried_from=activity.id,
    )
    stale = stale_after(activity_texts(activity), activity_texts(carried), activity.stale)
    return replace(carried, stale=stale_pairs(stale))


def _carried_role(role: AssignmentFacts, key: int) -> DraftAssignment:
    if role.is_vacant:
        return DraftAssignment(key, role.role, Confirmation.VACANT)
    return DraftAssignment(key, role.role, Confirmation.TO_CONFIRM, role.jurisdiction_id, role.name)
