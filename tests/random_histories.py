"""Random histories of the record, made of the product's own commands: the view after each step, to compare with past days.

A step is one of ``STEPS``, chosen by a number; the same number chooses what it is about. A new command that changes a plan, a
role, a name or a report gets a step here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.jurisdictions import JurisdictionDraft, jurisdiction_to_change, rename_jurisdiction
from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import NotFound
from cogwg.core.status import Status
from cogwg.plan.due_requests import accept_due_request, ask_to_move_due_date, decline_due_request, withdraw_due_request
from cogwg.plan.lookups import plan_years
from cogwg.plan.models import Activity, Assignment, Confirmation, DueRequest, Priority
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.plan.role_requests import request_role
from cogwg.plan.rules import DueDate
from cogwg.plan.services import (
    accept_role,
    decline_role,
    end_role,
    hand_over_role,
    holds_role,
    move_due_date,
    offer_role,
    withdraw_offer,
)
from cogwg.reporting.past_days import PastDay, override_of_day, plan_of_day, record_of_day, statuses_of_day
from cogwg.reporting.periods import current_period, periods
from cogwg.reporting.queries import CurrentStatus, current_statuses, reports_in_period
from cogwg.reporting.report_translation import translate_report
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, submit_report
from cogwg.reporting.status_override import clear_override, current_override, set_override
from tests.databases import DECK_NOON

REASON = Bilingual("Because.", "Parce que.")
CHOICES = 10_000
"""How many choices a step has; each number up to the square of it is a step with a choice."""
Item = TypeVar("Item")


@dataclass(frozen=True)
class PlanView:
    """What the pages of a plan show: the plan, the statuses with their texts, and the overall statuses set by hand."""

    plan: PlanFacts
    statuses: dict[int, CurrentStatus]
    overrides: dict[int, Status | None]


@dataclass(frozen=True)
class StoredView:
    """The views of all plans at the end of a day, by year, and what was done that day."""

    day: date
    step: str
    plans: dict[int, PlanView]


@dataclass
class World:
    """The record in which a step is made, with its time and the number that chooses what the step is about."""

    session: Session
    at: datetime = DECK_NOON
    choice: int = 0
    made: list[str] = field(default_factory=list)

    @property
    def day(self) -> date:
        return local_day(self.at)

    @property
    def common(self) -> dict[str, Any]:
        return {"by": SYSTEM, "at": self.at}

    def pick(self, items: Sequence[Item]) -> Item:
        """Return the item that the number chooses. Raises ``Impossible`` if there is none."""
        if not items:
            raise Impossible
        return items[self.choice % len(items)]

    def role_with(self, *states: Confirmation) -> Assignment:
        of_states = Assignment.confirmation.in_(states), Assignment.retired_on.is_(None)
        return self.pick(self.session.scalars(select(Assignment).where(*of_states).order_by(Assignment.id)).all())

    def activity(self) -> Activity:
        in_plan = Activity.retired_on.is_(None)
        return self.pick(self.session.scalars(select(Activity).where(in_plan).order_by(Activity.id)).all())

    def priority(self) -> Priority:
        in_plan = Priority.retired_on.is_(None)
        return self.pick(self.session.scalars(select(Priority).where(in_plan).order_by(Priority.id)).all())

    def newcomer(self, priority_id: int) -> int:
        """Return a jurisdiction without a role in a priority."""
        ids = self.session.scalars(select(Jurisdiction.id).order_by(Jurisdiction.id)).all()
        return self.pick([id_ for id_ in ids if not holds_role(self.session, priority_id, id_)])

    def other_due(self, activity: Activity) -> DueDate:
        """Return another due date, from this month on."""
        now = DueDate(activity.due_year, activity.due_month, activity.due_day)
        month = self.day.year * 12 + self.day.month - 1 + self.choice % 7
        day = self.choice % 28 + 1 if self.choice % 3 and self.choice % 7 else None
        to = DueDate(month // 12, month % 12 + 1, day)
        return to if to != now else DueDate(month // 12 + 1, month % 12 + 1)


class Impossible(Exception):
    """There is nothing that this step could be about."""


def due(activity: Activity) -> DueDate:
    return DueDate(activity.due_year, activity.due_month, activity.due_day)


def move_due(world: World) -> None:
    activity = world.activity()
    words = Bilingual("Later", "Plus tard") if world.choice % 2 else EMPTY_TEXT
    to, values = world.other_due(activity), {"reason": REASON, "words": words, "expected_due": due(activity)}
    move_due_date(world.session, activity.id, to, **values, **world.common)


def ask_for_due_date(world: World) -> None:
    activity = world.activity()
    waiting = select(DueRequest.id).where(DueRequest.activity_id == activity.id, DueRequest.answer.is_(None))
    if world.session.scalar(waiting) is not None:
        raise Impossible
    ask_to_move_due_date(
        world.session,
        activity.id,
        world.pick(world.session.scalars(select(Jurisdiction.id).order_by(Jurisdiction.id)).all()),
        world.other_due(activity),
        reason=REASON,
        expected_due=due(activity),
        is_allowed=lambda _: True,
        **world.common,
    )


def answer_due_request(world: World) -> None:
    requests = world.session.scalars(select(DueRequest).where(DueRequest.answer.is_(None)).order_by(DueRequest.id)).all()
    request = world.pick(requests)
    activity, ids = world.session.get_one(Activity, request.activity_id), (request.activity_id, request.id)
    asked, to = (DueDate(*(getattr(request, f"{end}_{part}") for part in ("year", "month", "day"))) for end in ("from", "to"))
    if world.choice % 3 == 0 and due(activity) == asked and not to.is_before(world.day):
        accept_due_request(world.session, *ids, **world.common)
    elif world.choice % 3 == 1:
        decline_due_request(world.session, *ids, reason=REASON, **world.common)
    else:
        withdraw_due_request(world.session, *ids, is_allowed=lambda _: True, **world.common)


def offer(world: World) -> None:
    role = world.role_with(Confirmation.VACANT)
    offer_role(world.session, role.id, world.newcomer(role.priority_id), **world.common)


def ask_for_role(world: World) -> None:
    role = world.role_with(Confirmation.VACANT)
    asking = world.newcomer(role.priority_id)
    request_role(world.session, role.id, asking, is_allowed=lambda _: True, **world.common)


def answer_offer(world: World) -> None:
    role = world.role_with(Confirmation.TO_CONFIRM)
    shown = {"expected_jurisdiction_id": role.jurisdiction_id, **world.common}
    if world.choice % 4 < 2:
        accept_role(world.session, role.id, is_allowed=lambda _: True, **shown)
    elif world.choice % 4 == 2:
        decline_role(world.session, role.id, is_allowed=lambda _: True, **shown)
    else:
        withdraw_offer(world.session, role.id, **shown)


def end_or_hand_over(world: World) -> None:
    role = world.role_with(Confirmation.CONFIRMED)
    shown = {"expected_jurisdiction_id": role.jurisdiction_id, "reason": REASON, **world.common}
    if world.choice % 2:
        end_role(world.session, role.id, **shown)
    else:
        hand_over_role(world.session, role.id, world.newcomer(role.priority_id), **shown)


def rename(world: World) -> None:
    code = world.pick(world.session.scalars(select(Jurisdiction.code).order_by(Jurisdiction.id)).all())
    renamed = jurisdiction_to_change(world.session, code)
    word = f"{code.upper()} {world.choice % 3}"
    draft = JurisdictionDraft(renamed.kind, Bilingual(f"The {word}", f"Le {word}"), Bilingual(word, word))
    if world.choice % 2:
        draft = JurisdictionDraft(renamed.kind, draft.name, renamed.short)
    rename_jurisdiction(world.session, renamed, draft, version=renamed.version, **world.common)


def report(world: World) -> None:
    activity = world.activity()
    plan = plan_facts(world.session, activity.priority.plan.year, code=activity.code)
    (priority,) = plan.priorities
    period = current_period(periods(world.session, plan.id, world.at, world.day))
    if period is None:
        raise Impossible
    facts = next(a for a in priority.activities if a.id == activity.id)
    stored = reports_in_period(world.session, period.id, [activity.id]).get(activity.id)
    words = Bilingual(f"Progress {world.choice % 7}", "")
    draft = ReportDraft(list(Status)[world.choice % 4], words, Bilingual("Time", "Temps"), Bilingual("None", "Aucun"))
    submit_report(
        world.session,
        ReportTarget(priority, facts, period.id),
        draft,
        expected_version=stored.version if stored is not None else 0,
        is_allowed=lambda _: True,
        **world.common,
    )


def translate(world: World) -> None:
    activity = world.activity()
    plan = plan_facts(world.session, activity.priority.plan.year, code=activity.code)
    (priority,) = plan.priorities
    status = current_statuses(world.session, plan, world.day, with_texts=True)[activity.id]
    if not status.progress.en or status.progress.fr:
        raise Impossible
    texts = {"text": f"Progrès {world.choice % 7}", "source_text": status.progress.en, "is_own": False}
    translate_report(world.session, priority, activity.id, "progress", **texts, is_allowed=lambda _: True, **world.common)


def override(world: World) -> None:
    priority = world.priority()
    last = current_override(world.session, priority.id)
    shown = {"expected_id": last.id if last is not None else 0, **world.common}
    if last is not None and last.status is not None and world.choice % 2:
        clear_override(world.session, priority.id, **shown)
    else:
        set_override(world.session, priority.id, list(Status)[world.choice % 4], REASON, **shown)


STEPS: list[Callable[[World], None]] = [
    move_due,
    report,
    offer,
    answer_offer,
    end_or_hand_over,
    rename,
    report,
    translate,
    override,
    ask_for_due_date,
    answer_due_request,
    ask_for_role,
]
"""The commands of a history; what happens more often is listed more often."""


def make_history(session: Session, numbers: Sequence[int]) -> list[StoredView]:
    """Make a step for each number, each on a later day, and return the view after each."""
    world, views = World(session), []
    for number in numbers:
        world.at += timedelta(days=1 + number % 2, minutes=number % 600)
        world.choice = number % CHOICES
        views.append(StoredView(world.day, _make_step(world, number // CHOICES), _views(world)))
    return views


def _make_step(world: World, number: int) -> str:
    """Make the step with this number or, if that is impossible now, the first one after it that is possible."""
    for place in range(len(STEPS)):
        step = STEPS[(number + place) % len(STEPS)]
        try:
            step(world)
        except Impossible:
            continue
        world.session.flush()
        return step.__name__
    raise AssertionError("no step is possible")


def _views(world: World) -> dict[int, PlanView]:
    session, views = world.session, {}
    for year in plan_years(session):
        plan = plan_facts(session, year)
        overrides = {p.id: current_override(session, p.id) for p in plan.priorities}
        views[year] = PlanView(
            plan,
            current_statuses(session, plan, world.day, with_texts=True),
            {id_: last.status if last is not None else None for id_, last in overrides.items()},
        )
    return views


def view_of_day(session: Session, day: date, year: int) -> PlanView | None:
    """Return the view of a plan as the record knew it on a day, None if it had no such plan."""
    record = record_of_day(session, PastDay(day))
    try:
        plan = plan_of_day(session, record, year)
    except NotFound:
        return None
    overrides = {p.id: override_of_day(session, record, p.id) for p in plan.priorities}
    return PlanView(
        plan,
        statuses_of_day(session, record, plan, with_texts=True),
        {id_: last.status if last is not None else None for id_, last in overrides.items()},
    )


def differences(session: Session, views: Sequence[StoredView]) -> Iterator[str]:
    """Yield each day on which what the record knew then is not the view that was stored then, with the step of that day."""
    years = sorted({year for view in views for year in view.plans})
    for number, view in enumerate(views):
        for year in years:
            if view_of_day(session, view.day, year) != view.plans.get(year):
                yield f"step {number}, {view.step}: plan {year} on {view.day}"
