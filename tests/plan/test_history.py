"""The history of the plan: what the record said after each event and on each day, and what an upgrade rebuilds of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.accounts.jurisdictions import JurisdictionDraft, jurisdiction_to_change, rename_jurisdiction
from cogwg.accounts.models import Jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import end_of_day
from cogwg.core.db import write_transaction
from cogwg.core.errors import NotFound
from cogwg.core.migration import downgrade, upgrade
from cogwg.plan.history import history_gaps
from cogwg.plan.models import Activity, Assignment, Confirmation, PlanItemVersion
from cogwg.plan.past_plans import Moment, last_moment_of, plan_known_at
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.plan.rules import DueDate
from cogwg.plan.services import accept_role, decline_role, move_due_date, offer_role
from tests.sessions import ESSENTIAL

ADOPTED, TODAY = date(2020, 2, 27), date(2020, 9, 24)
EVENING = end_of_day(TODAY) - timedelta(hours=6)
"""After all events of the demo, which are in the order of their times."""
REASON = Bilingual("Because.", "Parce que.")


def now(session: Session) -> Moment:
    """The moment after the last event."""
    return Moment(session.scalar(select(func.max(AuditEvent.id))) or 0, TODAY)


def move(session: Session, code: str, to: DueDate, at: datetime) -> None:
    activity = session.scalars(select(Activity).where(Activity.code == code)).one()
    due = DueDate(activity.due_year, activity.due_month, activity.due_day)
    move_due_date(session, activity.id, to, reason=REASON, words=EMPTY_TEXT, expected_due=due, by=SYSTEM, at=at)


def vacancy(session: Session) -> Assignment:
    return session.scalars(select(Assignment).where(Assignment.confirmation == Confirmation.VACANT).limit(1)).one()


def answer(session: Session, role: Assignment, at: datetime, *, accept: bool) -> None:
    given: dict[str, Any] = {"expected_jurisdiction_id": role.jurisdiction_id, "by": SYSTEM, "at": at}
    (accept_role if accept else decline_role)(session, role.id, is_allowed=lambda _: True, **given)


def change_the_plan(session: Session) -> list[tuple[Moment, PlanFacts]]:
    """Move a date twice, fill a vacancy, and have another offer declined; return the plan after each step."""
    yukon = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "yt")).one()
    role = vacancy(session)
    shown = [(now(session), plan_facts(session, 2020))]
    for n, step in enumerate(
        (
            lambda at: move(session, "3.3", DueDate(2020, 10), at),
            lambda at: offer_role(session, role.id, yukon, by=SYSTEM, at=at),
            lambda at: answer(session, role, at, accept=True),
            lambda at: move(session, "3.3", DueDate(2020, 9), at),
            lambda at: offer_role(session, vacancy(session).id, yukon, by=SYSTEM, at=at),
            lambda at: answer(session, to_confirm(session, yukon), at, accept=False),
        )
    ):
        step(EVENING + timedelta(days=n))
        session.flush()
        shown.append((replace(now(session), day=TODAY + timedelta(days=n)), plan_facts(session, 2020)))
    return shown


def to_confirm(session: Session, jurisdiction_id: int) -> Assignment:
    waiting = Assignment.confirmation == Confirmation.TO_CONFIRM, Assignment.jurisdiction_id == jurisdiction_id
    return session.scalars(select(Assignment).where(*waiting)).one()


def test_plan_known_after_each_event_is_the_plan_that_was_shown_then(seeded: Session) -> None:
    shown = change_the_plan(seeded)
    assert len({plan for _, plan in shown}) > 5, "the steps changed something"
    for moment, plan in shown:
        assert plan_known_at(seeded, 2020, moment) == plan
    assert history_gaps(seeded) == []


def test_plan_known_on_a_day_is_that_of_its_last_event(seeded: Session) -> None:
    shown = change_the_plan(seeded)
    for n, (_, plan) in enumerate(shown[1:]):
        day = TODAY + timedelta(days=n)
        assert plan_known_at(seeded, 2020, last_moment_of(seeded, day)) == plan, day


def test_plan_is_not_known_before_it_was_created(seeded: Session) -> None:
    created = seeded.scalars(select(AuditEvent).where(AuditEvent.action == "plan.created")).one()
    with pytest.raises(NotFound):
        plan_known_at(seeded, 2020, Moment(created.id - 1, ADOPTED))
    with pytest.raises(NotFound):
        plan_known_at(seeded, 2021, now(seeded))


def test_plan_known_on_a_day_has_the_names_of_jurisdictions_of_that_day(seeded: Session) -> None:
    before = plan_facts(seeded, 2020)
    ontario = jurisdiction_to_change(seeded, "on")
    draft = JurisdictionDraft(ontario.kind, Bilingual("Province of Ontario", "Province de l’Ontario"), Bilingual("ONT", "ONT"))
    assert rename_jurisdiction(seeded, ontario, draft, version=1, by=SYSTEM, at=EVENING)
    assert plan_known_at(seeded, 2020, last_moment_of(seeded, TODAY - timedelta(days=1))) == before
    after = plan_facts(seeded, 2020)
    assert after != before
    assert plan_known_at(seeded, 2020, last_moment_of(seeded, TODAY + timedelta(days=1))) == after


def test_row_changed_without_its_history_is_named(seeded: Session) -> None:
    activity = seeded.scalars(select(Activity).where(Activity.code == "1.1")).one()
    activity.title_en = "Changed behind the history"
    seeded.flush()
    assert history_gaps(seeded) == [f"activity {activity.id}"]


@ESSENTIAL
def test_upgrade_rebuilds_the_history_of_roles_and_due_dates(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session, write_transaction(session):
        shown = change_the_plan(session)
    downgrade(seeded_engine, "0019")
    upgrade(seeded_engine)
    with Session(seeded_engine) as session:
        assert history_gaps(session) == []
        for moment, plan in shown:
            assert plan_known_at(session, 2020, moment) == plan


def test_version_can_be_closed_once_and_not_changed(seeded_engine: Engine) -> None:
    open_version = "UPDATE plan_item_version SET {} WHERE id = (SELECT max(id) FROM plan_item_version)"
    with seeded_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="plan_item_version is append-only"), connection.begin_nested():
            connection.execute(text(open_version.format("content = '{}'")))
        connection.execute(text(open_version.format("until_event = 100000")))
        with pytest.raises(DBAPIError, match="plan_item_version is append-only"), connection.begin_nested():
            connection.execute(text(open_version.format("until_event = NULL")))
        connection.rollback()
    with Session(seeded_engine) as session:
        assert session.scalar(select(func.max(PlanItemVersion.until_event))) is None
