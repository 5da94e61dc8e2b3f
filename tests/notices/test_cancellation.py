"""Messages that wait in the outbox are checked again before delivery, and cancelled when no longer needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.audit.services import SYSTEM, Actor
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import write_transaction
from cogwg.core.errors import Invalid
from cogwg.discussion.models import Comment
from cogwg.mail.delivery import DeliveryResult, deliver
from cogwg.mail.models import OutboxMessage
from cogwg.mail.queries import outbox
from cogwg.mail.rules import cancellation_code
from cogwg.mail.services import try_again
from cogwg.mail.transport import create_transport
from cogwg.notices.cancellation import cancelled_messages
from cogwg.notices.event_messages import CommentMention, ReturnedReport
from cogwg.notices.request_messages import RoleOffer
from cogwg.notices.rules import CancellationReason
from cogwg.notices.services import notify_mentioned, notify_offered, notify_returned
from cogwg.plan.models import Activity, Assignment, Confirmation
from cogwg.plan.services import accept_role, decline_role
from cogwg.reporting.models import PeriodException, ReportingPeriod, ReportState, StatusReport
from cogwg.seeding.demo import DEMO_DOMAIN
from tests.databases import REAL_NOW
from tests.mail.server import MailServer
from tests.notices.test_services import (
    SITE,
    instant_at,
    plan_and_period,
    recipients,
    send_co_chair_reminder,
    send_reminders,
    submit_all,
)

DAY = "2020-09-28"


def deliver_messages(engine: Engine, server: MailServer, *, minutes: int = 0) -> DeliveryResult:
    return deliver(
        engine,
        create_transport(server.settings, print),
        lambda: REAL_NOW + timedelta(minutes=minutes),
        find_cancelled=lambda session, messages: cancelled_messages(session, messages, at=instant_at(DAY, 10)),
    )


def find_person(session: Session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.email == f"{name}@{DEMO_DOMAIN}")).one()


@pytest.mark.parametrize("by", ["product", "co-chair"])
def test_reminder_is_cancelled_when_reports_were_submitted_while_server_was_down(seeded_engine: Engine, by: str) -> None:
    server = MailServer()
    with Session(seeded_engine) as session:
        if by == "product":
            expected_names = set(recipients(send_reminders(session, DAY)))
        else:
            send_co_chair_reminder(session, DAY, copy=False)
            expected_names = {a.partition("@")[0] for a in session.scalars(select(OutboxMessage.address))}
            session.rollback()
        assert deliver_messages(seeded_engine, server).waiting == len(expected_names) > 1
        submit_all(session, "bc", DAY)
        session.rollback()
        with server:
            result = deliver_messages(seeded_engine, server, minutes=120)
            assert (result.sent, result.cancelled, result.given_up) == (len(expected_names) - 1, 1, 0)
            assert set(server.recipients) == {f"{name}@{DEMO_DOMAIN}" for name in expected_names - {"bc"}}
            assert deliver_messages(seeded_engine, server, minutes=60 * 24 * 9).sent == 0, (
                "a cancelled message is not tried again"
            )
        (cancelled,) = outbox(session).cancelled
        assert (cancelled.address, cancelled.sent_at, cancelled.next_try_at) == (f"bc@{DEMO_DOMAIN}", None, None)
        session.rollback()
        with write_transaction(session), pytest.raises(Invalid, match="cancelled"):
            try_again(session, cancelled.id, by=Actor("person", 1), at=instant_at(DAY), now=REAL_NOW)


def test_reminder_is_sent_when_a_report_was_returned_meanwhile(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session:
        assert "ontario" in recipients(send_reminders(session, DAY))
        submit_all(session, "ontario", DAY)
        by, (_, period) = find_person(session, "ontario").id, plan_and_period(session, DAY)
        session.rollback()
        with write_transaction(session):
            conditions = StatusReport.period_id == period.id, StatusReport.changed_by == by
            report = session.scalars(select(StatusReport).where(*conditions)).first()
            assert report is not None
            assert report.state is ReportState.SUBMITTED
            report.state = ReportState.RETURNED
    with MailServer() as server:
        deliver_messages(seeded_engine, server)
        assert f"ontario@{DEMO_DOMAIN}" in server.recipients


def test_reminder_to_deactivated_person_is_cancelled(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session:
        count = len(recipients(send_reminders(session, DAY)))
        with write_transaction(session):
            find_person(session, "ontario").retired_at = REAL_NOW
    with MailServer() as server:
        assert (deliver_messages(seeded_engine, server).sent, count) == (count - 1, count)
        assert f"ontario@{DEMO_DOMAIN}" not in server.recipients


@pytest.mark.parametrize("reopened", [False, True])
def test_reminders_of_closed_quarter_go_only_to_jurisdictions_it_is_reopened_for(seeded_engine: Engine, reopened: bool) -> None:
    with Session(seeded_engine) as session:
        send_reminders(session, DAY)
        _, period = plan_and_period(session, DAY)
        session.rollback()
        with write_transaction(session):
            session.get_one(ReportingPeriod, period.id).closed_at = instant_at(DAY, 9)
            if reopened:
                ontario = find_person(session, "ontario")
                session.add(
                    PeriodException(
                        period_id=period.id,
                        jurisdiction_id=ontario.memberships[0].jurisdiction_id,
                        until=instant_at(DAY, 20),
                        reason="Late data.",
                        made_by=ontario.id,
                        made_at=instant_at(DAY, 9),
                    )
                )
    with MailServer() as server:
        deliver_messages(seeded_engine, server)
        assert server.recipients == ([f"ontario@{DEMO_DOMAIN}"] if reopened else [])


def test_mention_in_deleted_comment_is_cancelled(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session:
        codes = dict(session.execute(select(Jurisdiction.code, Jurisdiction.id)).all())  # type: ignore[arg-type]
        by = Actor("person", find_person(session, "ontario").id)
        activity = session.scalars(select(Activity.id)).first()
        session.rollback()
        with write_transaction(session):
            for deleted in (None, instant_at(DAY, 9)):
                comment = Comment(
                    activity_id=activity,
                    person_id=by.id,
                    lang=Language.EN,
                    text="",
                    written_at=instant_at(DAY),
                    deleted_at=deleted,
                )
                session.add(comment)
                session.flush()
                mention = CommentMention(
                    comment.id, 2020, "4.3", Bilingual("Module", "Module"), "N. Osei", f"Deleted: {deleted}"
                )
                notify_mentioned(session, mention, [codes["bc"]], by=by, at=instant_at(DAY), now=REAL_NOW, site=SITE)
    with MailServer() as server:
        result = deliver_messages(seeded_engine, server)
        assert (result.sent, result.cancelled) == (1, 1)
        assert "Deleted: None" in server.inbox[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize(("answer", "sent"), [("", 1), ("accept", 0), ("decline", 0)])
def test_role_offer_that_was_answered_is_cancelled(seeded_engine: Engine, answer: str, sent: int) -> None:
    with Session(seeded_engine) as session:
        role = session.scalars(select(Assignment).where(Assignment.confirmation == Confirmation.TO_CONFIRM)).first()
        assert role is not None
        quebec, id_ = find_person(session, "quebec"), role.id
        jurisdiction_id, by = quebec.memberships[0].jurisdiction_id, Actor("person", quebec.id)
        assert jurisdiction_id is not None
        session.rollback()
        with write_transaction(session):
            session.get_one(Assignment, id_).jurisdiction_id = jurisdiction_id
            quebec.lang = Language.FR
            offer = RoleOffer(id_, 7, 2020, 4, Bilingual("Module", "Module"), Bilingual("lead", "responsable"), "R. Campbell")
            assert (
                notify_offered(session, offer, [jurisdiction_id], by=SYSTEM, at=instant_at(DAY), now=REAL_NOW, site=SITE) == 1
            )
            assert (
                notify_offered(session, offer, [jurisdiction_id], by=SYSTEM, at=instant_at(DAY), now=REAL_NOW, site=SITE) == 0
            )
        with write_transaction(session):
            arguments = {
                "expected_jurisdiction_id": jurisdiction_id,
                "by": by,
                "at": instant_at(DAY),
                "is_allowed": lambda _id: True,
            }
            if answer == "accept":
                accept_role(session, id_, **arguments)  # type: ignore[arg-type]
            elif answer == "decline":
                decline_role(session, id_, **arguments)  # type: ignore[arg-type]
    with MailServer() as server:
        result = deliver_messages(seeded_engine, server)
        assert (result.sent, result.cancelled) == (sent, 1 - sent)
        if sent:
            body = server.inbox[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
            assert f"{SITE}/fr/plans/2020/roles/{id_}" in body
            assert "R. Campbell propose à votre administration (Québec) un rôle dans la priorité 4" in body
            assert "Rôle\u00a0: responsable" in body


def deliver_on(engine: Engine, server: MailServer, day: str, hour: int = 10) -> DeliveryResult:
    """Deliver what waits on this day of the calendar, long after the last try."""
    return deliver(
        engine,
        create_transport(server.settings, print),
        lambda: REAL_NOW + timedelta(days=40),
        find_cancelled=lambda session, messages: cancelled_messages(session, messages, at=instant_at(day, hour)),
    )


def cancellation_reasons(engine: Engine) -> set[str]:
    with Session(engine) as session:
        return {cancellation_code(message.last_error) for message in outbox(session).cancelled}


def test_after_an_outage_a_lead_gets_only_the_newest_reminder(seeded_engine: Engine) -> None:
    days = ("2020-09-16", "2020-09-27", "2020-09-30", "2020-10-01")
    server = MailServer()
    with Session(seeded_engine) as session:
        written = [recipients(send_reminders(session, day)) for day in days]
    assert all(written)
    with server:
        result = deliver_on(seeded_engine, server, days[-1])
    assert server.recipients.count(f"ontario@{DEMO_DOMAIN}") == 1
    assert len(set(server.recipients)) == len(server.recipients) == result.sent
    (subject,) = (str(email["Subject"]) for email in server.inbox if email["To"] == f"ontario@{DEMO_DOMAIN}")
    assert "still due" in subject
    assert cancellation_reasons(seeded_engine) <= {CancellationReason.OUT_OF_DATE, CancellationReason.SUPERSEDED}


@pytest.mark.parametrize(
    ("written", "delivered", "hour", "is_sent"),
    [
        ("2020-09-16", "2020-09-16", 20, True),
        ("2020-09-16", "2020-09-17", 0, False),
        ("2020-09-30", "2020-09-30", 16, True),
        ("2020-09-30", "2020-09-30", 18, False),
        ("2020-10-01", "2020-10-05", 10, True),
    ],
)
def test_waiting_reminder_is_sent_only_on_its_day_until_the_due_time(
    seeded_engine: Engine, written: str, delivered: str, hour: int, is_sent: bool
) -> None:
    with Session(seeded_engine) as session:
        assert "ontario" in recipients(send_reminders(session, written))
    with MailServer() as server:
        deliver_on(seeded_engine, server, delivered, hour)
    assert (f"ontario@{DEMO_DOMAIN}" in server.recipients) is is_sent
    if not is_sent:
        assert cancellation_reasons(seeded_engine) == {CancellationReason.OUT_OF_DATE}


def test_outdated_reminder_is_written_again(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session, MailServer() as server:
        send_reminders(session, "2020-09-16")
        assert deliver_on(seeded_engine, server, "2020-09-20").sent == 0
        assert "ontario" in recipients(send_reminders(session, "2020-09-20"))
        session.rollback()
        assert send_reminders(session, "2020-09-20", 12) == [], "once a day"
        assert "ontario" in recipients(send_reminders(session, "2020-09-21")), "yesterday’s is replaced without a delivery"
        deliver_on(seeded_engine, server, "2020-09-21")
        (subject,) = (str(email["Subject"]) for email in server.inbox if email["To"] == f"ontario@{DEMO_DOMAIN}")
    assert "due by September 30" in subject.replace("\u00a0", " ")


def test_reminder_is_replaced_by_a_newer_reminder_of_a_co_chair(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session:
        assert "ontario" in recipients(send_reminders(session, "2020-10-01"))
        send_co_chair_reminder(session, "2020-10-03", copy=False)
        session.rollback()
        with MailServer() as server:
            deliver_on(seeded_engine, server, "2020-10-03")
        assert server.recipients.count(f"ontario@{DEMO_DOMAIN}") == 1
        kinds = {message.kind for message in outbox(session).sent if message.address == f"ontario@{DEMO_DOMAIN}"}
    assert kinds == {"chase"}
    assert cancellation_reasons(seeded_engine) == {CancellationReason.SUPERSEDED, CancellationReason.OUT_OF_DATE}, "and digests"


def test_co_chair_reminder_not_sent_before_the_due_time_can_be_written_again(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session, MailServer() as server:
        send_co_chair_reminder(session, "2020-09-30", copy=False)
        assert deliver_on(seeded_engine, server, "2020-09-30", 18).sent == 0
        session.rollback()
        assert "N. Osei" in send_co_chair_reminder(session, "2020-10-01", copy=False).reminded
        session.rollback()
        deliver_on(seeded_engine, server, "2020-10-01")
    assert server.recipients.count(f"ontario@{DEMO_DOMAIN}") == 1


def test_digest_of_another_day_is_replaced(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session, MailServer() as server:
        assert recipients(send_reminders(session, "2020-10-01"), "digest") == ["chair", "secretariat"]
        assert recipients(send_reminders(session, "2020-10-08"), "digest") == ["chair", "secretariat"]
        deliver_on(seeded_engine, server, "2020-10-08")
        assert server.recipients.count(f"chair@{DEMO_DOMAIN}") == 1


@pytest.mark.parametrize("resubmitted", [False, True])
def test_returned_report_email_is_cancelled_once_the_report_is_submitted_again(
    seeded_engine: Engine, resubmitted: bool
) -> None:
    with Session(seeded_engine) as session:
        submit_all(session, "ontario", DAY)
        (_, period), ontario = plan_and_period(session, DAY), find_person(session, "ontario")
        conditions = StatusReport.period_id == period.id, StatusReport.changed_by == ontario.id
        report = session.scalars(select(StatusReport).where(*conditions)).first()
        assert report is not None
        report_id, jurisdiction_id = report.id, ontario.memberships[0].jurisdiction_id
        assert jurisdiction_id is not None
        returned = ReturnedReport(report_id, 2, 2020, "4.3", Bilingual("Module", "Module"), period, "Which?", "R. Campbell")
        session.rollback()
        with write_transaction(session):
            if not resubmitted:
                session.get_one(StatusReport, report_id).state = ReportState.RETURNED
            notify_returned(session, returned, [jurisdiction_id], by=SYSTEM, at=instant_at(DAY), now=REAL_NOW, site=SITE)
    with MailServer() as server:
        deliver_on(seeded_engine, server, DAY)
    assert (f"ontario@{DEMO_DOMAIN}" in server.recipients) is not resubmitted
