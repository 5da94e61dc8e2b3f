"""Steps of random histories: commands on reports, roles, due dates, names and overall statuses. A number chooses on which.

``tests.random_histories`` makes histories of them. A command that changes what past days show gets a step here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cogwg.accounts.jurisdictions import JurisdictionDraft, jurisdiction_to_change, rename_jurisdiction
from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.status import Status
from cogwg.plan.due_requests import accept_due_request, ask_to_move_due_date, decline_due_request, withdraw_due_request
from cogwg.plan.models import Activity, Assignment, Confirmation, DueRequest, Priority, WorkPlan
from cogwg.plan.queries import plan_facts
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
from cogwg.reporting.periods import current_period, periods
from cogwg.reporting.queries import current_statuses, reports_in_period
from cogwg.reporting.report_translation import translate_report
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, submit_report
from cogwg.reporting.status_override import clear_override, current_override, set_override
from tests.databases import DECK_NOON

REASON = Bilingual("Because.", "Parce que.")
Item = TypeVar("Item")


@dataclass
class World:
    """The record in which a step is made, with its time and the number that chooses what the step is about."""

    session: Session
    at: datetime = DECK_NOON
    choice: int = 0

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
        of_states = Assignment.confirmation.in_(states), Assignment.retired_on.is_(None), is_open(Assignment.priority_id)
        return self.pick(self.session.scalars(select(Assignment).where(*of_states).order_by(Assignment.id)).all())

    def activity(self) -> Activity:
        in_plan = Activity.retired_on.is_(None), is_open(Activity.priority_id)
        return self.pick(self.session.scalars(select(Activity).where(*in_plan).order_by(Activity.id)).all())

    def priority(self) -> Priority:
        in_plan = Priority.retired_on.is_(None), is_open(Priority.id)
        return self.pick(self.session.scalars(select(Priority).where(*in_plan).order_by(Priority.id)).all())

    @property
    def open_years(self) -> Sequence[int]:
        """The years of the plans that are not closed."""
        return self.session.scalars(select(WorkPlan.year).where(WorkPlan.closed_on.is_(None)).order_by(WorkPlan.year)).all()

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


def is_open(priority_id: Any) -> ColumnElement[bool]:
    """Return the SQL condition that the plan of a priority is not closed, because a closed plan refuses every command."""
    condition: ColumnElement[bool] = priority_id.in_(
        select(Priority.id).join(WorkPlan, WorkPlan.id == Priority.plan_id).where(WorkPlan.closed_on.is_(None))
    )
    return condition


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
    in_plan = Activity.retired_on.is_(None), is_open(Activity.priority_id)
    waiting = (
        select(DueRequest).join(Activity, Activity.id == DueRequest.activity_id).where(DueRequest.answer.is_(None), *in_plan)
    )
    request = world.pick(world.session.scalars(waiting.order_by(DueRequest.id)).all())
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
    """Translate one of the progress texts that are in English only."""
    untranslated = [
        (priority, activity_id, status.progress.en)
        for plan in (plan_facts(world.session, year) for year in world.open_years)
        for priority, own in ((p, {a.id for a in p.activities}) for p in plan.priorities)
        for activity_id, status in current_statuses(world.session, plan, world.day, with_texts=True).items()
        if activity_id in own and status.progress.en and not status.progress.fr
    ]
    priority, activity_id, source = world.pick(untranslated)
    texts = {"text": f"Progrès {world.choice % 7}", "source_text": source, "is_own": False}
    translate_report(world.session, priority, activity_id, "progress", **texts, is_allowed=lambda _: True, **world.common)


def override(world: World) -> None:
    priority = world.priority()
    last = current_override(world.session, priority.id)
    shown = {"expected_id": last.id if last is not None else 0, **world.common}
    if last is not None and last.status is not None and world.choice % 2:
        clear_override(world.session, priority.id, **shown)
    else:
        set_override(world.session, priority.id, list(Status)[world.choice % 4], REASON, **shown)
