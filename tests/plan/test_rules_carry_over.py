"""What is preselected, counted and carried to the next year's plan, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Invalid
from cogwg.plan.carry_over import (
    ActivityChoice,
    CarryChoice,
    carry_over,
    count_carried,
    default_choice,
    dropped_with_reasons,
    next_title,
)
from cogwg.plan.drafts import DraftActivity, DraftAssignment, DraftPlan
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.queries import ActivityFacts, AssignmentFacts, PlanFacts, PriorityFacts

WHY = Bilingual("Merged into 1.2.", "")


def words(text: str) -> Bilingual:
    return Bilingual(text, f"{text} (fr)")


def activity(id_: int, month: int, day: int | None = None, due_words: str = "", *, ongoing: bool = False) -> ActivityFacts:
    priority = id_ // 10
    return ActivityFacts(
        id=id_,
        priority_id=priority,
        code=f"{priority}.{id_ % 10}",
        title=words(f"Activity {id_}"),
        text=words(f"Do {id_}"),
        due_year=2020,
        due_month=month,
        due_day=day,
        due_words=words(due_words) if due_words else EMPTY_TEXT,
        ongoing=ongoing,
    )


def role(id_: int, state: Confirmation, kind: AssignmentRole = AssignmentRole.NOT_STATED) -> AssignmentFacts:
    holder = None if state is Confirmation.VACANT else id_
    name = EMPTY_TEXT if holder is None else words(f"J{id_}")
    return AssignmentFacts(id_, 1, holder, f"j{id_}", name, name, name, kind, state, date(2020, 2, 27))


def priority(id_: int, activities: tuple[ActivityFacts, ...], roles: tuple[AssignmentFacts, ...]) -> PriorityFacts:
    return PriorityFacts(
        id_, id_, words(f"P{id_}"), words(f"P{id_}"), words("Issue"), words("Outcome"), (words("So"),), (), roles, activities
    )


LEAD, PARTNER = AssignmentRole.LEAD, AssignmentRole.PARTNER
ONGOING = activity(13, 12, due_words="ongoing", ongoing=True)
PLAN = PlanFacts(
    id=1,
    year=2020,
    title=Bilingual("Work plan 2020", "Plan de travail 2020"),
    link="https://example.ca/2020",
    adopted_on=date(2020, 2, 27),
    sample=False,
    priorities=(
        priority(
            1,
            (activity(11, 3), activity(12, 6, 15, "June 15"), ONGOING),
            (role(1, Confirmation.CONFIRMED, LEAD), role(2, Confirmation.VACANT)),
        ),
        priority(2, (activity(21, 9),), (role(3, Confirmation.TO_CONFIRM), role(4, Confirmation.VACANT, PARTNER))),
        priority(3, (activity(31, 3),), (role(5, Confirmation.CONFIRMED),)),
    ),
)
COMPLETE = {11, 31}


def defaults() -> dict[int, ActivityChoice]:
    return {a.id: default_choice(a, is_complete=a.id in COMPLETE) for a in PLAN.activities}


def chosen(id_: int, **values: object) -> dict[int, ActivityChoice]:
    choices = defaults()
    return {**choices, id_: replace(choices[id_], **values)}  # type: ignore[arg-type]


def carried(draft: DraftPlan, id_: int) -> DraftActivity:
    return next(a for p in draft.priorities for a in p.activities if a.carried_from == id_)


def test_unfinished_and_ongoing_activities_are_preselected_in_the_same_month() -> None:
    choices = defaults()
    assert {id_: choice.choice.value for id_, choice in choices.items()} == {
        11: "done",
        12: "carry",
        13: "carry",
        21: "carry",
        31: "done",
    }
    assert default_choice(ONGOING, is_complete=True).is_carried
    assert choices[12].month == 6


def test_dry_run_counts_what_the_draft_holds() -> None:
    choices = {**chosen(21, choice=CarryChoice.DROP, reason=WHY)}
    counts = count_carried(PLAN, choices, COMPLETE)
    assert (counts.priorities, counts.carried, counts.dropped, counts.complete, counts.done) == (1, 2, 1, 2, 0)
    assert (counts.vacant_priorities, counts.roles_to_confirm, counts.priorities_left_out) == (1, 1, 2)
    draft = carry_over(PLAN, choices)
    assert len(draft.priorities) == counts.priorities
    assert sum(len(p.activities) for p in draft.priorities) == counts.carried
    states = [a.confirmation for p in draft.priorities for a in p.assignments]
    assert states.count(Confirmation.TO_CONFIRM) == counts.roles_to_confirm


def test_unfinished_activity_marked_done_is_counted_apart() -> None:
    counts = count_carried(PLAN, chosen(12, choice=CarryChoice.DONE), COMPLETE)
    assert (counts.complete, counts.done) == (2, 1)


def test_vacant_partner_needs_no_lead() -> None:
    assert count_carried(PLAN, defaults(), COMPLETE).vacant_priorities == 1


def test_carried_items_say_where_they_come_from_and_texts_are_copied() -> None:
    draft = carry_over(PLAN, defaults())
    first, second = draft.priorities
    assert (draft.year, draft.title) == (2021, Bilingual("Work plan 2021", "Plan de travail 2021"))
    assert draft.link == "", "the link is that of the old plan"
    assert [p.carried_from for p in draft.priorities] == [1, 2]
    assert (first.title, first.issue, first.consequences) == (words("P1"), words("Issue"), (words("So"),))
    assert [a.carried_from for a in first.activities] == [12, 13]
    assert first.assignments == (
        DraftAssignment(first.assignments[0].key, LEAD, Confirmation.TO_CONFIRM, 1, words("J1")),
        DraftAssignment(first.assignments[1].key, AssignmentRole.NOT_STATED, Confirmation.VACANT),
    )
    assert [a.confirmation for a in second.assignments] == [Confirmation.TO_CONFIRM, Confirmation.VACANT]
    keys = [item.key for p in draft.priorities for item in (p, *p.activities, *p.assignments)]
    assert len(set(keys)) == len(keys)
    assert max(keys) == draft.last_key


def test_same_month_keeps_the_day_and_the_wording_and_another_month_does_not() -> None:
    same = carried(carry_over(PLAN, defaults()), 12)
    assert (same.due_year, same.due_month, same.due_day, same.due_words) == (2021, 6, 15, words("June 15"))
    moved = carried(carry_over(PLAN, chosen(12, month=3)), 12)
    assert (moved.due_year, moved.due_month, moved.due_day, moved.due_words) == (2021, 3, None, EMPTY_TEXT)
    ongoing = carried(carry_over(PLAN, chosen(13, month=9)), 13)
    assert (ongoing.due_words, ongoing.ongoing) == (words("ongoing"), True)


def test_leap_day_becomes_the_last_day_of_february() -> None:
    leap = replace(PLAN, priorities=(priority(1, (activity(11, 2, 29),), ()),))
    draft = carry_over(leap, {11: default_choice(leap.priorities[0].activities[0], is_complete=False)})
    assert carried(draft, 11).due_day == 28


def test_activities_are_numbered_in_the_order_of_their_new_months() -> None:
    draft = carry_over(PLAN, chosen(13, month=1))
    assert [a.carried_from for a in draft.priorities[0].activities] == [13, 12]


def test_new_wording_replaces_the_old_in_both_languages() -> None:
    draft = carry_over(PLAN, chosen(12, title=words("Renamed"), text=words("Redone")))
    assert (carried(draft, 12).title, carried(draft, 12).text) == (words("Renamed"), words("Redone"))


def test_title_without_its_year_is_carried_as_it_is() -> None:
    assert next_title(replace(PLAN, title=words("Our plan"))) == words("Our plan")


@pytest.mark.parametrize(
    ("id_", "values", "field"),
    [
        (12, {"choice": CarryChoice.DROP}, "12.reason"),
        (12, {"choice": CarryChoice.DROP, "reason": Bilingual("x" * 4001, "")}, "12.reason_en"),
        (12, {"title": EMPTY_TEXT}, "12.title_en"),
        (12, {"title": Bilingual("x" * 201, "y")}, "12.title_en"),
        (12, {"text": Bilingual("x", "y" * 4001)}, "12.text_fr"),
    ],
)
def test_choice_that_is_not_valid_is_refused_in_its_field(id_: int, values: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        carry_over(PLAN, chosen(id_, **values))
    assert [name for name, _ in refused.value.problems] == [field]


def test_wording_of_an_activity_that_is_not_carried_is_not_checked() -> None:
    carry_over(PLAN, chosen(12, choice=CarryChoice.DROP, reason=WHY, title=EMPTY_TEXT))


def test_at_least_one_activity_is_carried() -> None:
    none = {id_: replace(choice, choice=CarryChoice.DONE) for id_, choice in defaults().items()}
    with pytest.raises(Invalid, match="empty plan instead"):
        carry_over(PLAN, none)


def test_dropped_activities_are_recorded_with_their_reasons() -> None:
    choices = chosen(12, choice=CarryChoice.DROP, reason=WHY)
    assert dropped_with_reasons(choices) == [{"activity": 12, "reason": [WHY.en, WHY.fr]}]
