"""Steps of random histories: the editor of an adopted plan, and the turn of the year with its drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.plan import draft_edits
from cogwg.plan.carry_over import ActivityChoice, CarryChoice, carry_over, default_choice
from cogwg.plan.draft_services import edit_draft
from cogwg.plan.draft_storage import StoredDraft, all_drafts, create_draft, delete_draft
from cogwg.plan.drafts import DraftPlan
from cogwg.plan.editing import (
    add_priority,
    move_priority,
    restore_priority,
    retire_priority,
    reword_priority,
)
from cogwg.plan.editing import texts_of as texts_of_priority
from cogwg.plan.editing_activities import add_activity, move_activity, restore_activity, retire_activity, reword_activity
from cogwg.plan.editing_activities import texts_of as texts_of_activity
from cogwg.plan.editing_roles import add_role, remove_role, state_role
from cogwg.plan.lookups import plan_years
from cogwg.plan.models import Activity, Assignment, AssignmentRole, Confirmation, Priority, WorkPlan
from cogwg.plan.plan_texts import ActivityTexts, PriorityTexts
from cogwg.plan.queries import ActivityFacts, plan_facts
from cogwg.plan.rules import DueDate
from cogwg.year_end.adoption import Adoption, adopt_draft, undo_adoption, undoable_adoption
from cogwg.year_end.closing import close_year, reopen_year
from tests.random_steps import REASON, Impossible, World, due, is_open

STATED = (AssignmentRole.LEAD, AssignmentRole.PARTNER)


def new_title(world: World) -> Bilingual:
    return Bilingual(f"Title {world.choice % 7}", f"Titre {world.choice % 7}")


def add_a_priority(world: World) -> None:
    texts = PriorityTexts(new_title(world), new_title(world), issue=REASON, results=(REASON,))
    add_priority(world.session, world.pick(world.open_years), texts, reason=REASON, **world.common)


def reword_a_priority(world: World) -> None:
    row = world.priority()
    texts = replace(texts_of_priority(row), **{("title", "issue")[world.choice % 2]: new_title(world)})
    if texts == texts_of_priority(row):
        raise Impossible
    reword_priority(world.session, row.id, texts, version=row.version, reason=REASON, **world.common)


def move_a_priority(world: World) -> None:
    row = world.priority()
    own = Priority.plan_id == row.plan_id, Priority.retired_on.is_(None)
    listed = world.session.scalars(select(Priority).where(*own).order_by(Priority.position, Priority.number)).all()
    place = world.pick([place for place, other in enumerate(listed, 1) if other is not row])
    move_priority(world.session, row.id, place, version=row.version, reason=REASON, **world.common)


def retire_a_priority(world: World) -> None:
    """Retire a priority of a plan that has three others or more, so that there is always something to report on."""
    row = world.priority()
    own = select(Priority.id).where(Priority.plan_id == row.plan_id, Priority.retired_on.is_(None))
    if len(world.session.scalars(own).all()) < 4:
        raise Impossible
    retire_priority(world.session, row.id, version=row.version, reason=REASON, **world.common)


def restore_a_priority(world: World) -> None:
    retired = select(Priority).where(Priority.retired_on.is_not(None), is_open(Priority.id)).order_by(Priority.id)
    row = world.pick(world.session.scalars(retired).all())
    restore_priority(world.session, row.id, version=row.version, reason=REASON, **world.common)


def add_an_activity(world: World) -> None:
    to = DueDate(world.day.year, world.choice % 12 + 1, None)
    texts = ActivityTexts(new_title(world), REASON, ongoing=world.choice % 5 == 0)
    add_activity(world.session, world.priority().id, texts, to, reason=REASON, **world.common)


def reword_an_activity(world: World) -> None:
    row = world.activity()
    texts = replace(texts_of_activity(row), **{("title", "text", "due_words")[world.choice % 3]: new_title(world)})
    if texts == texts_of_activity(row):
        raise Impossible
    reword_activity(world.session, row.id, texts, version=row.version, reason=REASON, **world.common)


def move_an_activity(world: World) -> None:
    """Move an activity among those that are due on the same day."""
    row = world.activity()
    own = Activity.priority_id == row.priority_id, Activity.retired_on.is_(None)
    listed = world.session.scalars(select(Activity).where(*own).order_by(Activity.position)).all()
    same_day = [other for other in listed if due(other) == due(row)]
    place = world.pick([place for place, other in enumerate(same_day, 1) if other is not row])
    move_activity(world.session, row.id, place, version=row.version, reason=REASON, **world.common)


def retire_an_activity(world: World) -> None:
    row = world.activity()
    retire_activity(world.session, row.id, version=row.version, reason=REASON, **world.common)


def restore_an_activity(world: World) -> None:
    of_plan = Priority.retired_on.is_(None), is_open(Priority.id)
    retired = select(Activity).join(Priority).where(Activity.retired_on.is_not(None), *of_plan).order_by(Activity.id)
    row = world.pick(world.session.scalars(retired).all())
    restore_activity(world.session, row.id, version=row.version, reason=REASON, **world.common)


def add_a_role(world: World) -> None:
    id_ = world.priority().id
    jurisdiction_id = world.newcomer(id_) if world.choice % 3 else None
    add_role(world.session, id_, STATED[world.choice % 2], jurisdiction_id, reason=REASON, **world.common)


def state_a_role(world: World) -> None:
    unstated = Assignment.role == AssignmentRole.NOT_STATED, Assignment.retired_on.is_(None)
    statement = select(Assignment).where(*unstated, is_open(Assignment.priority_id)).order_by(Assignment.id)
    row = world.pick(world.session.scalars(statement).all())
    state_role(world.session, row.id, STATED[world.choice % 2], version=row.version, reason=REASON, **world.common)


def remove_a_role(world: World) -> None:
    row = world.role_with(Confirmation.VACANT)
    remove_role(world.session, row.id, version=row.version, reason=REASON, **world.common)


def carry_a_plan_over(world: World) -> None:
    """Make the draft of the year after the latest plan; some of its activities are dropped, done or reworded."""
    if _drafts(world):
        raise Impossible
    plan = plan_facts(world.session, max(plan_years(world.session)))
    first, *others = plan.activities
    choices = {a.id: _choice(world, a) for a in others} | {first.id: default_choice(first, is_complete=False)}
    create_draft(world.session, carry_over(plan, choices), carried_from_id=plan.id, **world.common)


def _choice(world: World, activity: ActivityFacts) -> ActivityChoice:
    number = (world.choice + activity.id) % 6
    preselected = default_choice(activity, is_complete=number == 0)
    if number == 1:
        return replace(preselected, choice=CarryChoice.DROP, reason=REASON)
    return replace(preselected, title=new_title(world), month=world.choice % 12 + 1) if number == 2 else preselected


def edit_a_draft(world: World) -> None:
    draft = world.pick(_drafts(world))
    edited = _edited(world, draft.plan)
    edit_draft(world.session, draft.plan.year, lambda _: edited, change={"edited": True}, **world.common)


def _edited(world: World, plan: DraftPlan) -> DraftPlan:
    priority = world.pick(plan.priorities)
    activity = world.pick(priority.activities)
    match world.choice % 5:
        case 0:
            return draft_edits.move_priority(plan, priority.key, world.choice % 2 * 2 - 1)
        case 1:
            texts = replace(draft_edits.texts_of_priority(priority), title=new_title(world))
            return draft_edits.reword_priority(plan, priority.key, texts)
        case 2:
            return draft_edits.add_activity(plan, priority.key, ActivityTexts(new_title(world)), DueDate(plan.year, 6))
        case 3:
            return draft_edits.add_role(plan, priority.key, STATED[world.choice % 2], None, EMPTY_TEXT)
        case _:
            return draft_edits.move_activity(plan, activity.key, world.choice % 2 * 2 - 1)


def delete_a_draft(world: World) -> None:
    draft = world.pick(_drafts(world))
    delete_draft(world.session, draft.plan.year, version=draft.version, **world.common)


def adopt_a_draft(world: World) -> None:
    """Adopt a draft, at most a year before its own."""
    draft = world.pick([draft for draft in _drafts(world) if draft.plan.year <= world.day.year + 1])
    on = max(world.day - timedelta(days=world.choice % 20), world.day.replace(month=1, day=1))
    adopt_draft(world.session, draft.plan.year, Adoption(draft.version, on), **world.common)


def undo_an_adoption(world: World) -> None:
    """Undo the adoption of the latest plan, if nothing refers to it yet."""
    draft = world.pick([draft for draft in all_drafts(world.session) if draft.plan_id is not None][-1:])
    if undoable_adoption(world.session, draft.plan.year).obstacles:
        raise Impossible
    undo_adoption(world.session, draft.plan.year, version=draft.version, now=world.at, **world.common)


def close_a_year(world: World) -> None:
    """Close the oldest open plan, if there is another one to go on with."""
    if len(world.open_years) < 2:
        raise Impossible
    close_year(world.session, world.open_years[0], reason=REASON, **world.common)


def reopen_a_year(world: World) -> None:
    closed = select(WorkPlan.year).where(WorkPlan.closed_on.is_not(None)).order_by(WorkPlan.year)
    reopen_year(world.session, world.pick(world.session.scalars(closed).all()), reason=REASON, **world.common)


def _drafts(world: World) -> list[StoredDraft]:
    return [draft for draft in all_drafts(world.session) if draft.plan_id is None]
