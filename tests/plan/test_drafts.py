"""Drafts of plans: stored and read again, replaced with the version that was shown, and refused where a plan exists."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.plan.draft_edits import change_activity, find_activity, retitle
from cogwg.plan.draft_services import edit_draft, fingerprint
from cogwg.plan.draft_storage import change_draft, create_draft, draft_of_year
from cogwg.plan.drafts import DraftActivity, DraftAssignment, DraftPlan, DraftPriority
from cogwg.plan.models import AssignmentRole, Confirmation, PlanDraft
from cogwg.plan.plan_texts import ActivityTexts
from cogwg.plan.rules import DueDate
from tests.databases import demo_calendar

AT = demo_calendar().now()
TITLE = Bilingual("Work plan 2021", "Plan de travail 2021")
ACTIVITY = DraftActivity(2, Bilingual("Publish", "Publier"), Bilingual("Publish it.", "Le publier."), 2021, 6, carried_from=3)
ROLE = DraftAssignment(3, AssignmentRole.LEAD, Confirmation.TO_CONFIRM, 1, Bilingual("TBS", "SCT"))
PRIORITY = DraftPriority(
    1, Bilingual("Open", "Ouvert"), Bilingual("Open", "Ouvert"), results=(TITLE,), activities=(ACTIVITY,), assignments=(ROLE,)
)
PLAN = DraftPlan(2021, TITLE, priorities=(PRIORITY,), last_key=3)


def test_draft_is_read_as_it_was_stored_and_replaced(seeded: Session) -> None:
    create_draft(seeded, PLAN, carried_from_id=1, by=SYSTEM, at=AT)
    stored = draft_of_year(seeded, 2021)
    assert (stored.plan, stored.version, stored.carried_from_id, stored.plan_id) == (PLAN, 1, 1, None)
    changed = replace(PLAN, link="https://example.ca")
    assert change_draft(seeded, changed, version=1, change={"link": changed.link}, by=SYSTEM, at=AT) == 2
    assert draft_of_year(seeded, 2021).plan == changed
    events = seeded.scalars(select(AuditEvent.action).where(AuditEvent.subject_kind == "plan-draft").order_by(AuditEvent.id))
    assert list(events) == ["plan-draft.created", "plan-draft.changed"]


def test_outdated_version_of_a_draft_is_a_conflict_with_the_stored_draft(seeded: Session) -> None:
    create_draft(seeded, PLAN, carried_from_id=None, by=SYSTEM, at=AT)
    other = replace(PLAN, link="https://example.ca")
    change_draft(seeded, other, version=1, change={}, by=SYSTEM, at=AT)
    with pytest.raises(Conflict) as conflict:
        change_draft(seeded, PLAN, version=1, change={}, by=SYSTEM, at=AT)
    assert conflict.value.subject.plan == other
    assert draft_of_year(seeded, 2021).plan == other


def test_draft_of_a_year_with_a_plan_or_a_draft_is_refused(seeded: Session) -> None:
    create_draft(seeded, PLAN, carried_from_id=None, by=SYSTEM, at=AT)
    for year in (2020, 2021):
        with pytest.raises(Invalid) as refused:
            create_draft(seeded, replace(PLAN, year=year), carried_from_id=None, by=SYSTEM, at=AT)
        assert [(field, message.values) for field, message in refused.value.problems] == [("year", {"year": year})]


def test_draft_of_an_adopted_plan_can_not_be_changed(seeded: Session) -> None:
    create_draft(seeded, PLAN, carried_from_id=None, by=SYSTEM, at=AT)
    seeded.scalars(select(PlanDraft)).one().plan_id = 1
    seeded.flush()
    with pytest.raises(Invalid, match="has been adopted"):
        change_draft(seeded, PLAN, version=1, change={}, by=SYSTEM, at=AT)


def test_year_without_a_draft_has_none(seeded: Session) -> None:
    with pytest.raises(NotFound):
        draft_of_year(seeded, 2021)
    with pytest.raises(NotFound):
        change_draft(seeded, PLAN, version=1, change={}, by=SYSTEM, at=AT)


def test_two_people_edit_different_items_of_a_draft_and_only_one_the_same(seeded: Session) -> None:
    create_draft(seeded, PLAN, carried_from_id=1, by=SYSTEM, at=AT)
    shown = fingerprint(find_activity(PLAN, 2))
    june = DueDate(2021, 6)

    def save(title: str) -> None:
        edit_draft(
            seeded,
            2021,
            lambda plan: change_activity(plan, 2, ActivityTexts(Bilingual(title, title)), june),
            find=lambda plan: find_activity(plan, 2),
            shown=shown,
            change={"activity": 2},
            by=SYSTEM,
            at=AT,
        )

    edit_draft(seeded, 2021, lambda plan: retitle(plan, TITLE, "https://example.ca"), change={"title": 1}, by=SYSTEM, at=AT)
    save("First")
    with pytest.raises(Conflict) as conflict:
        save("Second")
    assert find_activity(conflict.value.subject.plan, 2).title.en == "First"
    stored = draft_of_year(seeded, 2021)
    assert (stored.version, stored.plan.link, find_activity(stored.plan, 2).title.en) == (3, "https://example.ca", "First")
