"""Adopting a draft and undoing it: what it makes, what it refuses, and that it makes all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.briefing.services import create_briefing
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import TORONTO
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.core.status import Status
from cogwg.discussion.services import write_comment
from cogwg.mail.models import OutboxMessage
from cogwg.notices.role_questions import ask_about_roles
from cogwg.plan.carry_over import carry_over, default_choice
from cogwg.plan.draft_storage import create_draft, delete_draft, draft_of_year
from cogwg.plan.drafts import DraftActivity, DraftAssignment, DraftPlan, DraftPriority
from cogwg.plan.due_requests import ask_to_move_due_date
from cogwg.plan.editing import add_priority
from cogwg.plan.editing_activities import add_activity
from cogwg.plan.editing_roles import add_role
from cogwg.plan.history import history_gaps
from cogwg.plan.models import Activity, Assignment, AssignmentRole, Confirmation, PlanDraft, PlanItem, Priority, WorkPlan
from cogwg.plan.past_plans import Moment, plan_known_at
from cogwg.plan.plan_texts import ActivityTexts, PriorityTexts
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.plan.role_requests import request_role
from cogwg.plan.rules import DueDate
from cogwg.plan.services import accept_role, decline_role, move_due_date
from cogwg.reporting.models import ReportingPeriod
from cogwg.reporting.partner_notes import save_note
from cogwg.reporting.periods import periods
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, save_draft
from cogwg.reporting.status_override import set_override
from cogwg.year_end.adoption import OBSTACLES, Adoption, adopt_draft, referring_tables, undo_adoption, undoable_adoption
from tests.year_end.test_closing import rows

DECEMBER = datetime.combine(date(2020, 12, 15), time(10), TORONTO)
JANUARY = datetime.combine(date(2021, 1, 20), time(10), TORONTO)
ADOPTED_ON = date(2020, 12, 10)
WORDS = Bilingual("Words.", "Mots.")
TITLE = Bilingual("Work plan 2021", "Plan de travail 2021")


def create(session: Session) -> DraftPlan:
    """Create the draft of 2021 that carries over the demo's plan."""
    plan = plan_facts(session, 2020)
    draft = carry_over(plan, {a.id: default_choice(a, is_complete=False) for a in plan.activities})
    create_draft(session, draft, carried_from_id=plan.id, by=SYSTEM, at=DECEMBER)
    return draft


def adopt(session: Session, at: datetime = DECEMBER, **values: Any) -> int:
    adoption = Adoption(draft_of_year(session, 2021).version, ADOPTED_ON)
    return adopt_draft(session, 2021, replace(adoption, **values), by=SYSTEM, at=at)


def undo(session: Session, at: datetime = DECEMBER) -> int:
    version = draft_of_year(session, 2021).version
    return undo_adoption(session, 2021, version=version, by=SYSTEM, at=at, now=at)


def adopted(session: Session) -> PlanFacts:
    create(session)
    adopt(session)
    return plan_facts(session, 2021)


def last_event(session: Session) -> AuditEvent:
    return session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


def test_adopted_plan_has_the_rows_quarters_and_history_of_its_draft(seeded: Session) -> None:
    draft = create(seeded)
    plan_id = adopt(seeded)
    plan = plan_facts(seeded, 2021)
    assert (plan.id, plan.title, plan.adopted_on, plan.sample, plan.closed_on) == (plan_id, TITLE, ADOPTED_ON, False, None)
    assert [p.number for p in plan.priorities] == [1, 2, 3, 4, 5]
    assert [p.title for p in plan.priorities] == [p.title for p in draft.priorities]
    assert [a.code for a in plan.priorities[0].activities] == ["1.1", "1.2", "1.3", "1.4"]
    assert [(a.title, a.due) for a in plan.activities] == [
        (a.title, DueDate(a.due_year, a.due_month, a.due_day)) for p in draft.priorities for a in p.activities
    ]
    states = [(a.confirmation, a.since) for p in plan.priorities for a in p.assignments]
    assert {since for _, since in states} == {ADOPTED_ON}
    assert Confirmation.CONFIRMED not in {state for state, _ in states}
    quarters = periods(seeded, plan.id, DECEMBER, DECEMBER.date())
    assert [(q.key, q.is_planned) for q in quarters] == [(f"2021-{m:02}", True) for m in (3, 6, 9, 12)]
    made = last_event(seeded)
    assert (made.action, made.subject_id) == ("plan.adopted", plan_id)
    assert made.after["quarters"] == [q.id for q in quarters]
    assert history_gaps(seeded) == []
    assert plan_known_at(seeded, 2021, Moment(made.id, DECEMBER.date())) == plan
    with pytest.raises(NotFound):
        plan_known_at(seeded, 2021, Moment(made.id - 1, DECEMBER.date()))
    stored = draft_of_year(seeded, 2021)
    assert (stored.plan, stored.plan_id) == (draft, plan_id)


def test_lineage_stands_on_the_new_items_only_and_the_old_plan_stays_as_it_was(seeded: Session) -> None:
    tables = ("work_plan", "priority", "activity", "assignment", "reporting_period", "plan_item", "plan_item_version")
    before = rows(seeded, *tables)
    facts = plan_facts(seeded, 2020)
    adopted(seeded)
    after = rows(seeded, *tables)
    assert all(after[name][: len(before[name])] == before[name] for name in tables), "no row of 2020 changed"
    assert plan_facts(seeded, 2020) == facts
    of_old = {p.id for p in facts.priorities}, {a.id for a in facts.activities}
    new = seeded.scalars(select(Priority).join(WorkPlan).where(WorkPlan.year == 2021)).all()
    assert {p.carried_from_id for p in new} == of_old[0]
    assert {a.carried_from_id for p in new for a in p.activities} == of_old[1]


def test_plan_from_nothing_is_adopted_where_there_is_no_plan(session: Session) -> None:
    activity = DraftActivity(2, TITLE, WORDS, 2021, 6)
    priority = DraftPriority(1, TITLE, TITLE, activities=(activity,))
    draft = DraftPlan(2021, TITLE, priorities=(priority,), last_key=2)
    create_draft(session, draft, carried_from_id=None, by=SYSTEM, at=DECEMBER)
    adopt(session)
    plan = plan_facts(session, 2021)
    assert [a.code for a in plan.activities] == ["1.1"]
    assert session.scalars(select(Activity.carried_from_id)).all() == [None]


def test_quarter_can_be_left_out(seeded: Session) -> None:
    create(seeded)
    plan_id = adopt(seeded, quarters={2, 4})
    assert [q.key for q in periods(seeded, plan_id, JANUARY, JANUARY.date())] == ["2021-06", "2021-12"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"adopted_on": None}, "adopted_on"),
        ({"adopted_on": DECEMBER.date() + timedelta(days=1)}, "adopted_on"),
        ({"adopted_on": date(2019, 12, 31)}, "adopted_on"),
        ({"quarters": ()}, "quarters"),
        ({"quarters": {5}}, "quarters"),
    ],
)
def test_adoption_without_a_sensible_day_or_quarter_is_refused(seeded: Session, values: dict[str, Any], field: str) -> None:
    create(seeded)
    before = rows(seeded)
    with pytest.raises(Invalid) as refused:
        adopt(seeded, **values)
    assert [name for name, _ in refused.value.problems] == [field]
    assert rows(seeded) == before


def change(session: Session, plan: DraftPlan) -> None:
    """Replace the content of the draft, as its editor does."""
    delete_draft(session, 2021, version=draft_of_year(session, 2021).version, by=SYSTEM, at=DECEMBER)
    create_draft(session, plan, carried_from_id=None, by=SYSTEM, at=DECEMBER)


def test_incomplete_draft_is_refused_with_all_that_is_missing(seeded: Session) -> None:
    draft = create(seeded)
    first, second, *others = draft.priorities
    twice = replace(second.assignments[0], key=99)
    incomplete = (
        replace(first, activities=()),
        replace(second, title=EMPTY_TEXT, assignments=(*second.assignments, twice)),
        *others,
    )
    change(seeded, replace(draft, priorities=incomplete))
    with pytest.raises(Invalid) as refused:
        adopt(seeded)
    assert [message.in_english for _, message in refused.value.problems] == [
        "Priority 1 has no activity. Add one, or remove the priority.",
        "Priority 2 has no title. Enter one in at least one language.",
        "Priority 2 lists the same jurisdiction twice among its leads and partners. Remove one of the two roles.",
    ]
    change(seeded, replace(draft, priorities=()))
    with pytest.raises(Invalid, match="no priority yet"):
        adopt(seeded)


def test_adoption_of_an_outdated_draft_is_a_conflict(seeded: Session) -> None:
    draft = create(seeded)
    with pytest.raises(Conflict) as conflict:
        adopt(seeded, version=draft_of_year(seeded, 2021).version + 1)
    assert conflict.value.subject.plan == draft
    adopt(seeded)
    with pytest.raises(Conflict) as again:
        adopt(seeded)
    assert again.value.subject.plan_id is not None


def test_undone_adoption_makes_the_draft_a_draft_again(seeded: Session) -> None:
    draft = create(seeded)
    tables = ("work_plan", "priority", "activity", "assignment", "reporting_period", "role_request")
    before, start = rows(seeded, *tables), last_event(seeded).id
    plan_id = adopt(seeded)
    plan = plan_facts(seeded, 2021)
    roles = [role for p in plan.priorities for role in p.assignments]
    answers: dict[str, Any] = {"by": SYSTEM, "at": DECEMBER, "is_allowed": lambda _: True}
    first, second = [role for role in roles if role.is_to_confirm][:2]
    accept_role(seeded, first.id, expected_jurisdiction_id=first.jurisdiction_id, **answers)
    decline_role(seeded, second.id, expected_jurisdiction_id=second.jurisdiction_id, **answers)
    vacant = next(role for role in roles if role.is_vacant)
    yukon = seeded.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "yt")).one()
    request_role(seeded, vacant.id, yukon, **answers)
    known = plan_facts(seeded, 2021)
    answered = last_event(seeded).id
    event_id = undo(seeded)
    assert rows(seeded, *tables) == before
    stored = draft_of_year(seeded, 2021)
    assert (stored.plan, stored.plan_id) == (draft, None)
    with pytest.raises(NotFound):
        plan_facts(seeded, 2021)
    undone = seeded.get_one(AuditEvent, event_id)
    assert (undone.action, undone.subject_id) == ("plan.adoption-undone", plan_id)
    assert [first.id, "confirmed", first.jurisdiction_id] in undone.before["roles"]
    actions = seeded.scalars(select(AuditEvent.action).where(AuditEvent.id > start).order_by(AuditEvent.id)).all()
    assert actions == ["plan.adopted", "role.accepted", "role.declined", "role.requested", "plan.adoption-undone"]
    assert history_gaps(seeded) == []
    assert plan_known_at(seeded, 2021, Moment(answered, DECEMBER.date())) == known
    with pytest.raises(NotFound):
        plan_known_at(seeded, 2021, Moment(event_id, DECEMBER.date()))


def test_plan_adopted_again_uses_no_id_of_the_undone_one(seeded: Session) -> None:
    create(seeded)

    def ids() -> dict[str, set[int]]:
        plan = plan_facts(seeded, 2021)
        return {
            "plan": {plan.id},
            "priority": {p.id for p in plan.priorities},
            "activity": {a.id for a in plan.activities},
            "assignment": {a.id for p in plan.priorities for a in p.assignments},
            "period": {q.id for q in periods(seeded, plan.id, DECEMBER, DECEMBER.date())},
        }

    adopt(seeded)
    first = ids()
    undo(seeded)
    adopt(seeded)
    second = ids()
    assert not any(first[kind] & second[kind] for kind in first)
    assert history_gaps(seeded) == []
    assert seeded.scalar(select(func.count()).select_from(PlanItem).where(PlanItem.year == 2021)) == 2 * sum(
        len(first[kind]) for kind in ("plan", "priority", "activity", "assignment")
    )
    undo(seeded)
    delete_draft(seeded, 2021, version=draft_of_year(seeded, 2021).version, by=SYSTEM, at=DECEMBER)
    old = seeded.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == "plan-draft.deleted")).one()
    create(seeded)
    assert seeded.scalars(select(PlanDraft.id)).one() > old


def test_row_added_after_an_undone_adoption_uses_no_id_of_it(seeded: Session) -> None:
    """The history and the audit log know a row by its id: a row of 2020 must not take up the history of one of 2021."""
    adopted(seeded)
    undo(seeded)
    first = plan_facts(seeded, 2020).priorities[0]
    given: dict[str, Any] = {"reason": WORDS, "by": SYSTEM, "at": DECEMBER}
    yukon = seeded.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "yt")).one()
    add_priority(seeded, 2020, PriorityTexts(TITLE, TITLE), **given)
    add_activity(seeded, first.id, ActivityTexts(TITLE), DueDate(2020, 12), **given)
    add_role(seeded, first.id, AssignmentRole.LEAD, yukon, **given)
    now = Moment(last_event(seeded).id, DECEMBER.date())
    assert plan_known_at(seeded, 2020, now) == plan_facts(seeded, 2020)
    with pytest.raises(NotFound):
        plan_known_at(seeded, 2021, now)


def test_emails_about_an_undone_plan_are_cancelled(seeded: Session) -> None:
    plan = adopted(seeded)
    chair = seeded.scalars(select(Person.id).where(Person.email.like("chair@%"))).one()
    ask_about_roles(seeded, plan, by=Actor("person", chair), at=DECEMBER, now=DECEMBER, site="https://plan.example.ca")
    waiting = OutboxMessage.kind == "roles-asked", OutboxMessage.next_try_at.is_not(None)
    assert seeded.scalar(select(func.count()).select_from(OutboxMessage).where(*waiting))
    undo(seeded)
    seeded.expire_all()
    assert seeded.scalar(select(func.count()).select_from(OutboxMessage).where(*waiting)) == 0
    reasons = set(seeded.scalars(select(OutboxMessage.last_error).where(OutboxMessage.kind == "roles-asked")))
    assert reasons == {"withdrawn: adoption-undone"}


def use_plan(session: Session, plan: PlanFacts, use: str) -> None:
    """Make something that refers to the plan, in January."""
    everyone: dict[str, Any] = {"by": SYSTEM, "at": JANUARY, "is_allowed": lambda *_: True}
    by: dict[str, Any] = {"by": SYSTEM, "at": JANUARY}
    priority = plan.priorities[0]
    activity = priority.activities[0]
    yukon = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "yt")).one()
    quarter = periods(session, plan.id, JANUARY, JANUARY.date())[0]
    due: dict[str, Any] = {"reason": WORDS, "expected_due": activity.due}
    if use == "status_report":
        save_draft(
            session, ReportTarget(priority, activity, quarter.id), ReportDraft(Status.LIMITED), expected_version=0, **everyone
        )
    elif use == "comment":
        person = Actor("person", session.scalars(select(Person.id)).first())
        write_comment(session, activity.id, "A word.", lang=Language.EN, mentions=(), by=person, at=JANUARY)
    elif use == "contribution":
        save_note(
            session, plan, activity, period_key=quarter.key, jurisdiction_id=yukon, text=WORDS, expected_version=0, **everyone
        )
    elif use == "due_request":
        ask_to_move_due_date(session, activity.id, yukon, DueDate(2021, 11), **due, **everyone)
    elif use == "due_change":
        move_due_date(session, activity.id, DueDate(2021, 11), words=EMPTY_TEXT, **due, **by)
    elif use == "overall_status":
        set_override(session, priority.id, Status.LIMITED, WORDS, expected_id=0, **by)
    elif use == "briefing":
        create_briefing(session, year=2020, next_year=2021, meeting_on=JANUARY.date(), audience=WORDS, **by)
    elif use == "plan_draft":
        following = replace(draft_of_year(session, 2021).plan, year=2022)
        create_draft(session, following, carried_from_id=plan.id, **by)


@pytest.mark.parametrize(
    "use",
    ["status_report", "comment", "contribution", "due_request", "due_change", "overall_status", "briefing", "plan_draft"],
)
def test_adoption_can_not_be_undone_once_something_refers_to_the_plan(seeded: Session, use: str) -> None:
    plan = adopted(seeded)
    assert undoable_adoption(seeded, 2021).obstacles == ()
    use_plan(seeded, plan, use)
    before = rows(seeded)
    with pytest.raises(Invalid) as refused:
        undo(seeded, JANUARY)
    assert OBSTACLES[use] in [message.id for _, message in refused.value.problems]
    assert rows(seeded) == before


def test_edited_plan_can_not_be_undone(seeded: Session) -> None:
    plan = adopted(seeded)
    move_due_date(
        seeded,
        plan.priorities[0].activities[0].id,
        DueDate(2021, 11),
        reason=WORDS,
        words=EMPTY_TEXT,
        expected_due=plan.priorities[0].activities[0].due,
        by=SYSTEM,
        at=JANUARY,
    )
    obstacles = [message.id for message in undoable_adoption(seeded, 2021).obstacles]
    assert "The plan was edited after it was adopted." in obstacles


def test_every_table_that_can_refer_to_a_plan_has_its_sentence() -> None:
    targets = ("work_plan", "priority", "activity", "assignment", "reporting_period")
    assert {table.name for table in referring_tables(targets)} == OBSTACLES.keys()


def test_plan_that_was_not_adopted_from_a_draft_can_not_be_undone(seeded: Session) -> None:
    with pytest.raises(NotFound):
        undoable_adoption(seeded, 2020)
    with pytest.raises(NotFound):
        undo_adoption(seeded, 2020, version=1, by=SYSTEM, at=DECEMBER, now=DECEMBER)


def test_second_of_two_people_who_create_a_draft_is_told(seeded: Session) -> None:
    create(seeded)
    with pytest.raises(Invalid, match="already a draft plan"):
        create(seeded)


def test_draft_changed_by_another_person_is_not_deleted(seeded: Session) -> None:
    create(seeded)
    with pytest.raises(Conflict):
        delete_draft(seeded, 2021, version=7, by=SYSTEM, at=DECEMBER)
    adopt(seeded)
    with pytest.raises(Conflict):
        delete_draft(seeded, 2021, version=draft_of_year(seeded, 2021).version, by=SYSTEM, at=DECEMBER)


def test_role_of_a_draft_is_kept_as_it_is(seeded: Session) -> None:
    draft = create(seeded)
    confirmed = DraftAssignment(500, AssignmentRole.LEAD, Confirmation.CONFIRMED, 1, WORDS)
    change(seeded, replace(draft, priorities=(replace(draft.priorities[0], assignments=(confirmed,)),)))
    adopt(seeded)
    plan_roles = seeded.scalars(
        select(Assignment).join(Priority, Priority.id == Assignment.priority_id).join(WorkPlan).where(WorkPlan.year == 2021)
    ).all()
    assert [(role.confirmation, role.role, role.assignee) for role in plan_roles] == [
        (Confirmation.CONFIRMED, AssignmentRole.LEAD, WORDS)
    ]
    assert seeded.scalar(select(func.count()).select_from(ReportingPeriod)) == 8
