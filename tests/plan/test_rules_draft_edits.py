"""Edits of a draft plan, without a database: each returns a changed draft, and leaves the other items as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Invalid, NotFound
from cogwg.plan import draft_edits as edits
from cogwg.plan.draft_services import fingerprint
from cogwg.plan.drafts import DraftPlan
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.plan_texts import ActivityTexts, PriorityTexts
from cogwg.plan.rules import DueDate

TITLE = Bilingual("Work plan 2021", "Plan de travail 2021")
JUNE = DueDate(2021, 6)


def named(name: str) -> PriorityTexts:
    return PriorityTexts(Bilingual(name, name), Bilingual(name, ""))


def doing(name: str) -> ActivityTexts:
    return ActivityTexts(Bilingual(name, ""), Bilingual("", name), Bilingual("by fall", ""), ongoing=True)


def example() -> DraftPlan:
    """Two priorities, A with activities a, b and c and two roles, and B."""
    plan = DraftPlan(2021, TITLE)
    for name in "AB":
        plan = edits.add_priority(plan, named(name))
    for name in "abc":
        plan = edits.add_activity(plan, 1, doing(name), JUNE)
    plan = edits.add_role(plan, 1, AssignmentRole.LEAD, 7, Bilingual("TBS", "SCT"))
    return edits.add_role(plan, 1, AssignmentRole.PARTNER, None, EMPTY_TEXT)


def shape(plan: DraftPlan) -> list[tuple[str, str]]:
    return [(p.title.en, "".join(a.title.en for a in p.activities)) for p in plan.priorities]


def test_added_items_have_keys_of_their_own() -> None:
    plan = example()
    assert shape(plan) == [("A", "abc"), ("B", "")]
    first = plan.priorities[0]
    keys = [p.key for p in plan.priorities] + [i.key for i in first.activities] + [i.key for i in first.assignments]
    assert keys == [1, 2, 3, 4, 5, 6, 7]
    assert plan.last_key == 7
    lead, vacant = first.assignments
    assert (lead.role, lead.confirmation, lead.jurisdiction_id, lead.assignee.en) == (
        *(AssignmentRole.LEAD, Confirmation.TO_CONFIRM),
        *(7, "TBS"),
    )
    assert (vacant.confirmation, vacant.jurisdiction_id) == (Confirmation.VACANT, None)
    removed = edits.remove_activity(plan, 5)
    assert edits.find_activity(edits.add_activity(removed, 1, doing("d"), JUNE), 8).title.en == "d", "a key is not used again"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda p: edits.move_priority(p, 2, -1), [("B", ""), ("A", "abc")]),
        (lambda p: edits.move_priority(p, 1, 1), [("B", ""), ("A", "abc")]),
        (lambda p: edits.move_priority(p, 1, -1), [("A", "abc"), ("B", "")]),
        (lambda p: edits.remove_priority(p, 1), [("B", "")]),
        (lambda p: edits.reword_priority(p, 2, named("C")), [("A", "abc"), ("C", "")]),
        (lambda p: edits.move_activity(p, 4, -1), [("A", "bac"), ("B", "")]),
        (lambda p: edits.move_activity(p, 4, 1), [("A", "acb"), ("B", "")]),
        (lambda p: edits.move_activity(p, 5, 1), [("A", "abc"), ("B", "")]),
        (lambda p: edits.remove_activity(p, 3), [("A", "bc"), ("B", "")]),
        (lambda p: edits.change_activity(p, 3, doing("z"), JUNE), [("A", "zbc"), ("B", "")]),
    ],
)
def test_edit_changes_the_draft_and_nothing_else(
    edit: Callable[[DraftPlan], DraftPlan], expected: list[tuple[str, str]]
) -> None:
    plan = example()
    changed = edit(plan)
    assert shape(changed) == expected
    assert shape(plan) == [("A", "abc"), ("B", "")], "the draft itself is immutable"
    assert (changed.year, changed.title, changed.last_key) == (plan.year, plan.title, plan.last_key)


def test_changed_activity_keeps_what_it_was_carried_from() -> None:
    plan = example()
    (a, *others) = plan.priorities[0].activities
    carried = replace(plan, priorities=(replace(plan.priorities[0], activities=(replace(a, carried_from=9), *others)),))
    changed = edits.find_activity(edits.change_activity(carried, 3, doing("z"), DueDate(2021, 7, 15)), 3)
    assert (changed.due_year, changed.due_month, changed.due_day, changed.carried_from) == (2021, 7, 15, 9)
    assert edits.texts_of_activity(changed) == doing("z")


def test_roles_are_stated_and_removed() -> None:
    plan = edits.state_role(example(), 6, AssignmentRole.PARTNER)
    assert [role.role for role in plan.priorities[0].assignments] == [AssignmentRole.PARTNER] * 2
    assert edits.remove_role(plan, 6).priorities[0].assignments == plan.priorities[0].assignments[1:]


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda p: edits.add_priority(p, named("")), "title_en"),
        (lambda p: edits.add_priority(p, named("x" * 61)), "short_en"),
        (lambda p: edits.add_activity(p, 1, ActivityTexts(EMPTY_TEXT), JUNE), "title_en"),
        (lambda p: edits.add_activity(p, 1, doing("a"), DueDate(2021, 2, 29)), "day"),
        (lambda p: edits.change_activity(p, 3, doing("x" * 201), JUNE), "title_en"),
        (lambda p: edits.add_role(p, 1, AssignmentRole.LEAD, 7, EMPTY_TEXT), "jurisdiction"),
        (lambda p: edits.add_role(p, 1, None, None, EMPTY_TEXT), "role"),
        (lambda p: edits.state_role(p, 6, AssignmentRole.NOT_STATED), "role"),
        (lambda p: edits.retitle(p, EMPTY_TEXT, ""), "title_en"),
        (lambda p: edits.retitle(p, TITLE, "file"), "link"),
    ],
)
def test_text_or_date_that_can_not_be_stored_is_refused(edit: Callable[[DraftPlan], DraftPlan], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        edit(example())
    assert refused.value.problems[0][0] == field


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: edits.reword_priority(p, 3, named("C")),
        lambda p: edits.move_priority(p, 9, 1),
        lambda p: edits.remove_priority(p, 9),
        lambda p: edits.add_activity(p, 9, doing("a"), JUNE),
        lambda p: edits.change_activity(p, 1, doing("a"), JUNE),
        lambda p: edits.move_activity(p, 6, 1),
        lambda p: edits.remove_role(p, 3),
    ],
)
def test_item_that_another_person_removed_is_not_found(edit: Callable[[DraftPlan], DraftPlan]) -> None:
    with pytest.raises(NotFound):
        edit(example())


def test_fingerprint_differs_only_for_the_item_that_was_changed() -> None:
    plan = example()
    changed = edits.change_activity(plan, 3, doing("z"), JUNE)
    assert fingerprint(edits.find_activity(plan, 3)) != fingerprint(edits.find_activity(changed, 3))
    assert fingerprint(edits.find_activity(plan, 4)) == fingerprint(edits.find_activity(changed, 4))
    assert fingerprint(edits.texts_of_priority(plan.priorities[0])) == fingerprint(
        edits.texts_of_priority(changed.priorities[0])
    )
