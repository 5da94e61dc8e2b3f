"""Edits of an adopted plan: what they change, keep and refuse; numbers and codes that never change or return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.plan.editing import add_priority, move_priority, restore_priority, retire_priority, reword_priority
from cogwg.plan.editing_activities import add_activity, move_activity, restore_activity, retire_activity, reword_activity
from cogwg.plan.editing_roles import add_role, remove_role, state_role
from cogwg.plan.history import content_at_version, history_gaps
from cogwg.plan.models import Activity, Assignment, AssignmentRole, Confirmation, Priority, RoleRequest, WorkPlan
from cogwg.plan.past_plans import last_moment_of, plan_known_at
from cogwg.plan.plan_texts import ActivityTexts, PriorityTexts
from cogwg.plan.queries import plan_facts
from cogwg.plan.role_history import role_changes, vacant_since
from cogwg.plan.rules import DueDate
from cogwg.plan.services import offer_role
from tests.databases import demo_calendar

AT = demo_calendar().now()
TODAY = date(2020, 9, 24)
REASON = Bilingual("Two members asked.", "")
GIVEN: dict[str, Any] = {"reason": REASON, "by": SYSTEM, "at": AT}
TEXTS = PriorityTexts(
    Bilingual("Open by default", "Ouvert par défaut"),
    Bilingual("Open by default", "Ouvert par défaut"),
    Bilingual("Data is closed", "Les données sont fermées"),
    consequences=(Bilingual("Nobody uses it", "Personne ne les utilise"),),
)
WORDING = ActivityTexts(Bilingual("Share the approach", "Présenter la façon de faire"), Bilingual("In full.", "En entier."))


def priority(session: Session, number: int) -> Priority:
    return session.scalars(select(Priority).where(Priority.number == number)).one()


def activity(session: Session, code: str) -> Activity:
    return session.scalars(select(Activity).where(Activity.code == code)).one()


def vacancy(session: Session, number: int) -> Assignment:
    of_priority = Assignment.priority_id == priority(session, number).id
    return session.scalars(select(Assignment).where(of_priority, Assignment.confirmation == Confirmation.VACANT)).one()


def jurisdiction_id(session: Session, code: str) -> int:
    return session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == code)).one()


def add(session: Session, number: int) -> int:
    due = DueDate(2020, 11)
    return add_activity(session, priority(session, number).id, WORDING, due, **GIVEN)


def codes(session: Session, number: int) -> list[str]:
    (shown,) = plan_facts(session, 2020, number=number).priorities
    return [a.code for a in shown.activities]


def numbers(session: Session) -> list[int]:
    return [p.number for p in plan_facts(session, 2020).priorities]


def event(session: Session, id_: int) -> AuditEvent:
    return session.get_one(AuditEvent, id_)


def fields(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [field for field, _ in refused.value.problems]


def test_reworded_priority_has_the_new_texts_and_one_event_with_both(seeded: Session) -> None:
    three = priority(seeded, 3)
    texts = replace(TEXTS, title=Bilingual(three.title_en, "Publier avec un but"))
    number = reword_priority(seeded, three.id, texts, version=1, **GIVEN)
    (shown,) = plan_facts(seeded, 2020, number=3).priorities
    assert (shown.title, shown.issue, shown.consequences) == (texts.title, texts.issue, texts.consequences)
    recorded = event(seeded, number)
    assert (recorded.action, recorded.subject_kind, recorded.subject_id) == ("priority.reworded", "priority", three.id)
    assert recorded.before is not None
    assert recorded.after is not None
    assert recorded.before["title"] == ["Publish with a purpose", "Publier dans un but précis"]
    assert recorded.after["title"] == ["Publish with a purpose", "Publier avec un but"]
    assert recorded.after["reason"] == ["Two members asked.", ""]
    assert three.version == 2
    assert history_gaps(seeded) == []


def test_event_of_rewording_has_only_the_texts_that_changed(seeded: Session) -> None:
    three = priority(seeded, 3)
    same = PriorityTexts(
        three.title,
        three.short,
        three.issue,
        three.outcome,
        *(tuple(Bilingual(*p) for p in x) for x in (three.consequences, three.results)),
    )
    number = reword_priority(seeded, three.id, replace(same, issue=TEXTS.issue), version=1, **GIVEN)
    assert set(event(seeded, number).before or ()) == {"issue"}
    with pytest.raises(Invalid, match="Nothing was changed"):
        reword_priority(seeded, three.id, replace(same, issue=TEXTS.issue), version=2, **GIVEN)


def test_reworded_activity_keeps_its_code_and_due_date(seeded: Session) -> None:
    was = activity(seeded, "3.3")
    title, due = was.title, (was.due_year, was.due_month)
    number = reword_activity(seeded, was.id, WORDING, version=1, **GIVEN)
    (shown,) = (a for a in plan_facts(seeded, 2020).activities if a.code == "3.3")
    assert (shown.title, shown.text, shown.month) == (WORDING.title, WORDING.text, due)
    assert (event(seeded, number).before or {})["title"] == [title.en, title.fr]
    assert content_at_version(seeded, was, 1) | {"title_en": 0} != content_at_version(seeded, was, 2) | {"title_en": 0}  # type: ignore[operator]
    assert content_at_version(seeded, was, 1)["title_en"] == title.en  # type: ignore[index]
    assert content_at_version(seeded, was, 3) is None


def test_added_activity_gets_the_next_code_also_after_one_that_was_retired(seeded: Session) -> None:
    assert (event(seeded, add(seeded, 3)).after or {})["code"] == "3.5"
    retire_activity(seeded, activity(seeded, "3.5").id, version=1, **GIVEN)
    assert (event(seeded, add(seeded, 3)).after or {})["code"] == "3.6"
    assert codes(seeded, 3) == ["3.1", "3.2", "3.3", "3.6", "3.4"], "in due order"


def test_added_priority_gets_the_next_number_also_after_one_that_was_retired(seeded: Session) -> None:
    assert (event(seeded, add_priority(seeded, 2020, TEXTS, **GIVEN)).after or {})["number"] == 6
    retire_priority(seeded, priority(seeded, 6).id, version=1, **GIVEN)
    add_priority(seeded, 2020, TEXTS, **GIVEN)
    assert numbers(seeded) == [1, 2, 3, 4, 5, 7]
    assert (event(seeded, add(seeded, 7)).after or {})["code"] == "7.1"
    assert history_gaps(seeded) == []


def test_moving_a_priority_changes_its_place_and_not_its_number(seeded: Session) -> None:
    before = {p.number: p.title for p in plan_facts(seeded, 2020).priorities}
    number = move_priority(seeded, priority(seeded, 4).id, 2, version=1, **GIVEN)
    assert numbers(seeded) == [1, 4, 2, 3, 5]
    assert {p.number: p.title for p in plan_facts(seeded, 2020).priorities} == before
    recorded = event(seeded, number)
    assert (recorded.action, recorded.before) == ("priority.moved", {"place": 4})
    assert plan_known_at(seeded, 2020, last_moment_of(seeded, TODAY)) == plan_facts(seeded, 2020)


def test_moving_an_activity_orders_those_due_on_the_same_day(seeded: Session) -> None:
    add(seeded, 3)
    add(seeded, 3)
    assert codes(seeded, 3) == ["3.1", "3.2", "3.3", "3.5", "3.6", "3.4"]
    move_activity(seeded, activity(seeded, "3.6").id, 1, version=1, **GIVEN)
    assert codes(seeded, 3) == ["3.1", "3.2", "3.3", "3.6", "3.5", "3.4"]
    with pytest.raises(Invalid, match="already in this position") as refused:
        move_activity(seeded, activity(seeded, "3.6").id, 1, version=2, **GIVEN)
    assert fields(refused) == ["place"]
    with pytest.raises(Invalid, match="Choose a position"):
        move_activity(seeded, activity(seeded, "3.6").id, 3, version=2, **GIVEN)


def test_retired_activity_leaves_the_plan_and_comes_back_where_it_was(seeded: Session) -> None:
    before = plan_facts(seeded, 2020)
    number = retire_activity(seeded, activity(seeded, "3.2").id, version=1, **GIVEN)
    assert codes(seeded, 3) == ["3.1", "3.3", "3.4"]
    assert (event(seeded, number).after or {})["retired_on"] == "2020-09-24"
    shown = plan_facts(seeded, 2020, code="3.2", with_retired=True)
    assert [a.code for a in shown.activities if a.retired_on == TODAY] == ["3.2"]
    with pytest.raises(NotFound):
        plan_facts(seeded, 2020, code="3.2")
    restore_activity(seeded, activity(seeded, "3.2").id, version=2, **GIVEN)
    assert plan_facts(seeded, 2020) == before
    assert history_gaps(seeded) == []


def test_retired_priority_takes_its_activities_and_roles_along_and_brings_them_back(seeded: Session) -> None:
    retire_activity(seeded, activity(seeded, "3.1").id, version=1, **GIVEN)
    before = plan_facts(seeded, 2020)
    retire_priority(seeded, priority(seeded, 3).id, version=1, **GIVEN)
    assert numbers(seeded) == [1, 2, 4, 5]
    assert not [a.code for a in plan_facts(seeded, 2020).activities if a.code.startswith("3.")]
    with pytest.raises(Invalid, match="Restore the priority first"):
        restore_activity(seeded, activity(seeded, "3.1").id, version=2, **GIVEN)
    restore_priority(seeded, priority(seeded, 3).id, version=2, **GIVEN)
    assert plan_facts(seeded, 2020) == before, "what was retired earlier stays retired"
    assert history_gaps(seeded) == []


def test_plan_known_on_an_earlier_day_has_what_was_retired_since(seeded: Session) -> None:
    before = plan_facts(seeded, 2020)
    retire_priority(seeded, priority(seeded, 3).id, version=1, reason=REASON, by=SYSTEM, at=AT + timedelta(days=1))
    assert plan_known_at(seeded, 2020, last_moment_of(seeded, TODAY)) == before
    assert plan_known_at(seeded, 2020, last_moment_of(seeded, TODAY + timedelta(days=1))) == plan_facts(seeded, 2020)


def test_added_role_is_vacant_or_waits_for_the_jurisdiction(seeded: Session) -> None:
    yukon, three = jurisdiction_id(seeded, "yt"), priority(seeded, 3)
    add_role(seeded, three.id, AssignmentRole.PARTNER, yukon, **GIVEN)
    add_role(seeded, three.id, AssignmentRole.LEAD, None, **GIVEN)
    (shown,) = plan_facts(seeded, 2020, number=3).priorities
    offered, vacant = shown.assignments[-2:]
    assert (offered.jurisdiction_id, offered.role, offered.confirmation, offered.name.en, offered.since) == (
        *(yukon, AssignmentRole.PARTNER, Confirmation.TO_CONFIRM),
        *("Yukon", TODAY),
    )
    assert (vacant.jurisdiction_id, vacant.role, vacant.confirmation) == (None, AssignmentRole.LEAD, Confirmation.VACANT)
    with pytest.raises(Invalid, match="already has a role") as refused:
        add_role(seeded, three.id, AssignmentRole.LEAD, yukon, **GIVEN)
    assert fields(refused) == ["jurisdiction"]
    with pytest.raises(Invalid, match="Choose “Lead” or “Partner”"):
        add_role(seeded, three.id, AssignmentRole.NOT_STATED, None, **GIVEN)
    added = seeded.get_one(Assignment, vacant.id)
    offer_role(seeded, added.id, jurisdiction_id(seeded, "pe"), by=SYSTEM, at=AT + timedelta(days=3))
    assert vacant_since(seeded, added) == TODAY, "it became vacant when it was added, not when the plan was adopted"


def test_stated_role_can_not_be_stated_again(seeded: Session) -> None:
    (shown,) = plan_facts(seeded, 2020, number=3).priorities
    role = next(a for a in shown.assignments if a.is_confirmed)
    number = state_role(seeded, role.id, AssignmentRole.LEAD, version=1, **GIVEN)
    (after,) = plan_facts(seeded, 2020, number=3).priorities
    (stated,) = (a for a in after.assignments if a.id == role.id)
    assert stated == replace(role, role=AssignmentRole.LEAD), "it is confirmed since the same day"
    recorded = event(seeded, number)
    assert (recorded.action, (recorded.before or {})["role"], (recorded.after or {})["role"]) == (
        "role.stated",
        "not-stated",
        "lead",
    )
    assert [change.event for change in role_changes(seeded, [role.id])[role.id]] == ["stated"]
    with pytest.raises(Invalid, match="already specifies"):
        state_role(seeded, role.id, AssignmentRole.PARTNER, version=2, **GIVEN)


def test_only_a_vacant_role_can_be_removed_with_the_requests_for_it(seeded: Session) -> None:
    role = vacancy(seeded, 3)
    seeded.add(RoleRequest(assignment_id=role.id, jurisdiction_id=jurisdiction_id(seeded, "yt"), asked_at=AT))
    seeded.flush()
    remove_role(seeded, role.id, version=1, **GIVEN)
    (shown,) = plan_facts(seeded, 2020, number=3).priorities
    assert [a.is_vacant for a in shown.assignments] == [False]
    assert seeded.scalars(select(RoleRequest)).all() == []
    with pytest.raises(NotFound):
        offer_role(seeded, role.id, jurisdiction_id(seeded, "yt"), by=SYSTEM, at=AT)
    with pytest.raises(Invalid, match="already been accepted"):
        remove_role(seeded, shown.assignments[0].id, version=1, **GIVEN)
    assert history_gaps(seeded) == []


EDITS: dict[str, Callable[[Session, dict[str, Any]], int]] = {
    "reword priority": lambda s, given: reword_priority(s, priority(s, 3).id, TEXTS, **given),
    "move priority": lambda s, given: move_priority(s, priority(s, 3).id, 1, **given),
    "retire priority": lambda s, given: retire_priority(s, priority(s, 3).id, **given),
    "reword activity": lambda s, given: reword_activity(s, activity(s, "3.3").id, WORDING, **given),
    "retire activity": lambda s, given: retire_activity(s, activity(s, "3.3").id, **given),
    "state role": lambda s, given: state_role(s, vacancy(s, 3).id, AssignmentRole.LEAD, **given),
    "remove role": lambda s, given: remove_role(s, vacancy(s, 3).id, **given),
}
ADDITIONS: dict[str, Callable[[Session, dict[str, Any]], int]] = {
    "add priority": lambda s, given: add_priority(s, 2020, TEXTS, **given),
    "add activity": lambda s, given: add_activity(s, priority(s, 3).id, WORDING, DueDate(2020, 11), **given),
    "add role": lambda s, given: add_role(s, priority(s, 3).id, AssignmentRole.LEAD, None, **given),
}
WITH_VERSION = {name: (lambda s, given, edit=edit: edit(s, {**given, "version": 1})) for name, edit in EDITS.items()}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_edit_of_another_version_is_a_conflict_that_changes_nothing(
    seeded: Session, edit: Callable[[Session, dict[str, Any]], int]
) -> None:
    before = plan_facts(seeded, 2020)
    with pytest.raises(Conflict) as conflict:
        edit(seeded, {**GIVEN, "version": 2})
    assert conflict.value.subject.version == 1
    assert plan_facts(seeded, 2020) == before


@pytest.mark.parametrize("edit", [*WITH_VERSION.values(), *ADDITIONS.values()], ids=[*WITH_VERSION, *ADDITIONS])
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_edit_needs_a_reason_of_a_sensible_length(seeded: Session, edit: Callable[..., int]) -> None:
    for reason, field in ((EMPTY_TEXT, "reason"), (Bilingual("x" * 4001, ""), "reason_en")):
        with pytest.raises(Invalid) as refused:
            edit(seeded, {**GIVEN, "reason": reason})
        assert fields(refused) == [field]


@pytest.mark.parametrize("edit", [*WITH_VERSION.values(), *ADDITIONS.values()], ids=[*WITH_VERSION, *ADDITIONS])
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_closed_plan_refuses_every_edit(seeded: Session, edit: Callable[..., int]) -> None:
    seeded.scalars(select(WorkPlan)).one().closed_on = date(2021, 1, 15)
    seeded.flush()
    with pytest.raises(Invalid, match="is closed and can no longer be changed"):
        edit(seeded, GIVEN)


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (replace(TEXTS, title=Bilingual("Open", "")), ["title_fr"]),
        (replace(TEXTS, short=Bilingual("", "x" * 61)), ["short_en", "short_fr"]),
        (replace(TEXTS, title=Bilingual("x" * 301, "Ouvert")), ["title_en"]),
        (replace(TEXTS, issue=Bilingual("x" * 4001, "")), ["issue_en"]),
        (replace(TEXTS, results=(Bilingual("One", ""),)), ["results_fr"]),
        (replace(TEXTS, results=(Bilingual("x" * 4000, "un"), Bilingual("y", "deux"))), ["results_en"]),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_texts_of_a_priority_are_in_both_languages_and_fit(seeded: Session, texts: PriorityTexts, named: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        reword_priority(seeded, priority(seeded, 3).id, texts, version=1, **{**GIVEN, "reason": EMPTY_TEXT})
    assert fields(refused) == [*named, "reason"], "all problems at once"


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_texts_and_due_date_of_a_new_activity_are_checked_together(seeded: Session) -> None:
    texts = ActivityTexts(Bilingual("x" * 201, ""), Bilingual("", "y" * 4001), Bilingual("z" * 61, ""))
    with pytest.raises(Invalid) as refused:
        add_activity(seeded, priority(seeded, 3).id, texts, DueDate(2020, 2, 30), **GIVEN)
    assert fields(refused) == ["title_fr", "title_en", "text_fr", "words_en", "day"]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_retired_rows_can_not_be_edited(seeded: Session) -> None:
    retire_priority(seeded, priority(seeded, 3).id, version=1, **GIVEN)
    for edit in (*EDITS.values(), *ADDITIONS.values()):
        if edit in (ADDITIONS["add priority"], EDITS["state role"], EDITS["remove role"]):
            continue
        with pytest.raises(NotFound):
            edit(seeded, GIVEN if edit in ADDITIONS.values() else {**GIVEN, "version": 2})
    with pytest.raises(NotFound):
        restore_priority(seeded, priority(seeded, 2).id, version=1, **GIVEN)
