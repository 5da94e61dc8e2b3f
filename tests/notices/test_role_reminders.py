"""Reminders of the roles that are waiting for an answer: each once, to those who were asked and have not answered yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.mail.queries import waiting_messages
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices.cancellation import cancelled_messages
from cogwg.notices.reminders import due_emails, write_reminders
from cogwg.notices.role_questions import ask_about_roles, role_audience
from cogwg.notices.rules import CancellationReason, NoticeKind, role_reminder_stage
from cogwg.plan.queries import plan_facts
from cogwg.plan.services import accept_role
from cogwg.seeding.demo import DEMO_DOMAIN
from cogwg.year_end.closing import close_year
from tests.databases import REAL_NOW
from tests.year_end.test_adoption import DECEMBER, WORDS, adopted, undo

SITE = "https://plan.example.ca"
KIND = NoticeKind.ROLES_REMINDER


def ask(session: Session, at: datetime = DECEMBER) -> None:
    chair = session.scalars(select(Person.id).where(Person.email == f"chair@{DEMO_DOMAIN}")).one()
    ask_about_roles(session, plan_facts(session, 2021), by=Actor("person", chair), at=at, now=REAL_NOW, site=SITE)


@pytest.fixture
def asked(seeded: Session) -> Session:
    """The demo's data on December 15, when all were asked about their roles in the plan of 2021."""
    with write_transaction(seeded):
        adopted(seeded)
        ask(seeded)
        seeded.execute(update(OutboxMessage).values(sent_at=REAL_NOW, next_try_at=None))
    return seeded


def remind(session: Session, days: int, hours: int = 0) -> list[OutgoingEmail]:
    """Write the reminders that are due so many days after all were asked, and return those about roles."""
    at = DECEMBER + timedelta(days=days, hours=hours)
    with write_transaction(session):
        written = write_reminders(session, at=at, now=REAL_NOW, days=(14,), site=SITE)
    return [email for email in written if email.kind == KIND]


def names(emails: list[OutgoingEmail]) -> list[str]:
    return sorted(email.address.partition("@")[0] for email in emails)


def accept_all(session: Session, code: str, at: datetime = DECEMBER, most: int = 9) -> None:
    answers: dict[str, Any] = {"is_allowed": lambda _: True, "by": SYSTEM, "at": at}
    roles = [role for p in plan_facts(session, 2021).priorities for role in p.assignments if role.is_to_confirm]
    with write_transaction(session):
        for role in [role for role in roles if role.jurisdiction_code == code][:most]:
            accept_role(session, role.id, expected_jurisdiction_id=role.jurisdiction_id, **answers)


@pytest.mark.parametrize(("days", "stage"), [(0, 0), (6, 0), (7, 7), (20, 7), (21, 21), (27, 21), (28, 0), (400, 0)])
def test_stage_is_a_week_and_three_weeks_after_the_question(days: int, stage: int) -> None:
    assert role_reminder_stage(DECEMBER, DECEMBER + timedelta(days=days)) == stage


def test_those_who_did_not_answer_are_reminded_once_a_stage(asked: Session) -> None:
    due = due_emails(asked, at=DECEMBER + timedelta(days=8), days=(14,), site=SITE)
    everyone = names([email for email in due if email.kind == KIND])
    assert "ontario" in everyone
    accept_all(asked, "bc")
    assert remind(asked, 6) == []
    first = remind(asked, 8)
    assert names(first) == [name for name in everyone if name != "bc"]
    assert remind(asked, 9) == []
    accept_all(asked, "on")
    second = remind(asked, 21)
    assert names(second) == [name for name in names(first) if name != "ontario"]
    assert [remind(asked, days) for days in (22, 28, 60)] == [[], [], []]
    events = asked.scalars(select(AuditEvent).where(AuditEvent.action == "plan.roles-reminded").order_by(AuditEvent.id)).all()
    assert [sorted(event.after["people"]) for event in events] == [
        sorted(email.person_id for email in emails if email.person_id) for emails in (first, second)
    ]
    assert {(event.subject_kind, event.subject_id) for event in events} == {("plan", plan_facts(asked, 2021).id)}


def test_reminder_names_only_what_is_left_in_the_language_of_the_person(asked: Session) -> None:
    accept_all(asked, "on", most=1)
    with write_transaction(asked):
        asked.execute(update(Person).where(Person.email == f"ontario@{DEMO_DOMAIN}").values(lang="fr"))
    (own,) = [email for email in remind(asked, 7) if email.address == f"ontario@{DEMO_DOMAIN}"]
    assert "1 rôle toujours à confirmer dans le plan de 2021" in own.subject.replace("\u00a0", " ")
    assert "Votre administration (Ontario) n’a pas encore accepté ni refusé 1 rôle" in own.text.replace("\u00a0", " ")
    assert f"{SITE}/fr/plans/2021/my-roles" in own.text
    assert "Priorité 4" in own.text.replace("\u00a0", " ")
    assert "Priorité 3" not in own.text.replace("\u00a0", " ")


def test_person_who_wants_no_emails_about_roles_gets_no_reminder(asked: Session) -> None:
    with write_transaction(asked):
        asked.execute(update(Person).where(Person.email == f"ontario@{DEMO_DOMAIN}").values(wants_mentions=False))
    reminded = remind(asked, 7)
    assert reminded
    assert "ontario" not in names(reminded)
    assert all(email.choice_url.endswith("/account#emails") for email in reminded)


def test_reminder_that_was_answered_meanwhile_is_not_sent(asked: Session) -> None:
    remind(asked, 7)
    accept_all(asked, "on", DECEMBER + timedelta(days=7))
    waiting = waiting_messages(asked, [KIND])
    reasons = cancelled_messages(asked, waiting, at=DECEMBER + timedelta(days=7))
    own = [message.id for message in waiting if message.address == f"ontario@{DEMO_DOMAIN}"]
    assert reasons == dict.fromkeys(own, CancellationReason.ANSWERED)


def test_asking_again_starts_the_reminders_again(asked: Session) -> None:
    remind(asked, 7)
    audience = role_audience(asked, plan_facts(asked, 2021), DECEMBER + timedelta(days=7, hours=1))
    assert audience.asked == (), "a reminder of the last 24 hours counts"
    with write_transaction(asked):
        ask(asked, DECEMBER + timedelta(days=10))
    assert remind(asked, 16) == []
    assert remind(asked, 17)


def test_reminder_that_was_never_sent_is_replaced_by_the_next_one(asked: Session) -> None:
    first = remind(asked, 7)
    second = remind(asked, 21)
    assert len(first) == len(second)
    waiting = waiting_messages(asked, [KIND])
    reasons = cancelled_messages(asked, waiting, at=DECEMBER + timedelta(days=21))
    assert set(reasons.values()) <= {CancellationReason.SUPERSEDED}
    assert len(waiting) - len(reasons) == len(second)


def test_plan_whose_adoption_was_undone_has_no_reminders(asked: Session) -> None:
    remind(asked, 7)
    with write_transaction(asked):
        undo(asked, DECEMBER + timedelta(days=8))
    assert waiting_messages(asked, [KIND]) == []
    assert remind(asked, 21) == []


def test_closed_plan_has_no_reminders(asked: Session) -> None:
    with write_transaction(asked):
        close_year(asked, 2021, reason=WORDS, by=SYSTEM, at=DECEMBER)
    assert remind(asked, 7) == []
