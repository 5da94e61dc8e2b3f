"""Private links as reminders carry them, for tests of the pages that they open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership
from cogwg.accounts.tokens import hash_token, new_token
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.core.status import Status
from cogwg.notices.reminders import write_reminders
from cogwg.plan.editing_activities import add_activity
from cogwg.plan.models import Activity
from cogwg.plan.plan_texts import ActivityTexts
from cogwg.plan.queries import plan_facts
from cogwg.plan.rules import DueDate
from cogwg.reporting.answer_links import NewAnswerLink, create_answer_links
from cogwg.reporting.models import ReportingPeriod, Submission
from tests.web_client import PUBLIC_URL, App


def make_link(app: App, name: str = "ontario", key: str = "2020-09") -> str:
    """Create a link for this person's jurisdiction and this quarter; return its token."""
    token = new_token()
    with Session(app.engine) as session, write_transaction(session):
        add_answer_link(session, token, app.person_id(name), key, at=app.calendar.now(), now=app.clock())
    return token


def add_answer_link(session: Session, token: str, person_id: int, key: str = "2020-09", *, at: datetime, now: datetime) -> None:
    """Create a link with this token for the first jurisdiction that the person reports for."""
    held = select(Membership.jurisdiction_id).where(Membership.person_id == person_id, Membership.jurisdiction_id.is_not(None))
    period = select(ReportingPeriod.id).where(ReportingPeriod.key == key)
    new = NewAnswerLink(hash_token(token), person_id, session.scalars(held).first() or 0)
    create_answer_links(session, session.scalars(period).one(), [new], by=SYSTEM, at=at, now=now)


def remind(app: App) -> None:
    """Write the reminders of the day."""
    with Session(app.engine) as session, write_transaction(session):
        write_reminders(session, at=app.calendar.now(), now=app.clock(), days=(14, 3), site=PUBLIC_URL)


def add_reported_activities(app: App, total: int) -> None:
    """Give Ontario this many activities for which nothing needs to be added if nothing has changed.

    Each was reported on in the quarter before; those that are due have a challenge.
    """
    at = app.calendar.now()
    given: dict[str, Any] = {"reason": Bilingual("It was agreed.", "C’était convenu."), "by": SYSTEM, "at": at}
    with Session(app.engine) as session, write_transaction(session):
        ontario = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one()
        plan = plan_facts(session, 2020)
        own = [p for p in plan.priorities if p.can_report({ontario})]
        asked = sum(len(p.activities) for p in own)
        for number in range(total - asked):
            title = Bilingual(f"Activity {number}", f"Activité {number}")
            add_activity(session, own[0].id, ActivityTexts(title, title), DueDate(2020, 12), **given)
        session.flush()
        earlier = session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == "2020-06")).one()
        for activity in session.scalars(select(Activity).where(Activity.priority_id.in_([p.id for p in own]))):
            session.add(
                Submission(
                    activity_id=activity.id,
                    period_id=earlier,
                    report_version=9,
                    submitted_at=at - timedelta(days=80),
                    status=Status.LIMITED,
                    progress_en="Begun.",
                    challenge_en="Several members are short of staff.",
                )
            )
