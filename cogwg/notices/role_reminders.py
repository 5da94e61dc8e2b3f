"""The reminders to leads whose jurisdictions were asked to confirm their roles in a plan and have not answered.

``at`` is the time on the product's calendar. ``site`` is the base URL of the product.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.mail.queries import MessageHead, waiting_or_sent
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices.queries import leads, recipient_of
from cogwg.notices.role_questions import open_questions, roles_reminder_email
from cogwg.notices.rules import NoticeKind, role_reminder_stage
from cogwg.plan.models import WorkPlan
from cogwg.plan.queries import plan_facts


def due_role_reminders(session: Session, *, at: datetime, site: str) -> list[OutgoingEmail]:
    """Return the reminders that are due, including those already in the outbox; this only reads the database.

    If a person was asked again, their reminders are counted from then on. Leads who want no emails about roles are left out.
    """
    due: list[OutgoingEmail] = []
    for plan_id, asked in _asked_lately(session, at).items():
        year = session.scalar(select(WorkPlan.year).where(WorkPlan.id == plan_id, WorkPlan.closed_on.is_(None)))
        if year is None:
            continue
        for contacts, questions in open_questions(session, plan_facts(session, year)):
            head = asked.get(contacts[0].person_id)
            if head is not None and contacts[0].wants_mentions:
                stage, to = role_reminder_stage(head.made_at, at), recipient_of(contacts)
                due.append(roles_reminder_email(to, plan_id, year, questions, asked_id=head.id, stage=stage, site=site))
    return due


def _asked_lately(session: Session, at: datetime) -> Mapping[int, Mapping[int, MessageHead]]:
    """Return, by plan id and person id, the latest email that asked a lead about roles, if a reminder of it is due."""
    people = {lead.person_id for lead in leads(session)}
    heads = sorted(waiting_or_sent(session, [NoticeKind.ROLES_ASKED], people), key=lambda head: head.id)
    latest = {(int(head.key.split(":")[1]), head.person_id): head for head in heads}
    asked: dict[int, dict[int, MessageHead]] = {}
    for (plan_id, person_id), head in latest.items():
        if role_reminder_stage(head.made_at, at):
            asked.setdefault(plan_id, {})[person_id] = head
    return asked
