"""Recipients and content of emails: reminders go to leads with missing reports, once a stage, and list what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import partial

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import TORONTO, local_day
from cogwg.core.db import write_transaction
from cogwg.core.errors import Invalid
from cogwg.core.status import Status
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices.event_messages import CommentMention, ReceiptLine, ReturnedReport
from cogwg.notices.reminders import ReminderResult, due_emails, remind_missing, write_reminders
from cogwg.notices.services import notify_mentioned, notify_receipt, notify_returned
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.policy import can_report_on
from cogwg.reporting.models import ReportingPeriod, ReportState, StatusReport
from cogwg.reporting.periods import PeriodFacts, periods
from cogwg.reporting.readiness import ReadinessState, period_by_key, readiness
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, submit_report
from cogwg.seeding.demo import DEMO_DOMAIN
from tests.databases import REAL_NOW
from tests.large_plan import add_large_plan

SITE = "https://plan.example.ca"
DAYS = (14, 3, -1, -8, -15, -22)


def instant_at(day: str, hour: int = 8) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), TORONTO).astimezone(UTC)


def send_reminders(session: Session, day: str, hour: int = 8) -> list[OutgoingEmail]:
    with write_transaction(session):
        return write_reminders(session, at=instant_at(day, hour), now=REAL_NOW, days=DAYS, site=SITE)


def recipients(emails: list[OutgoingEmail], kind: str = "reminder") -> list[str]:
    return sorted(email.address.partition("@")[0] for email in emails if email.kind == kind)


def plan_and_period(session: Session, day: str, key: str = "2020-09") -> tuple[PlanFacts, PeriodFacts]:
    plan = plan_facts(session, 2020)
    all_periods = periods(session, plan.id, instant_at(day), local_day(instant_at(day)))
    return plan, period_by_key(all_periods, key)


def submit_all(session: Session, name: str, day: str, key: str = "2020-09") -> None:
    """Submit all missing reports of a quarter as this lead."""
    plan, period = plan_and_period(session, day, key)
    person = session.scalars(select(Person).where(Person.email == f"{name}@{DEMO_DOMAIN}")).one()
    jurisdiction_ids = {m.jurisdiction_id for m in person.memberships}
    missing = readiness(session, plan, period).missing_reports([id_ for id_ in jurisdiction_ids if id_ is not None])
    by, is_allowed = Actor("person", person.id), partial(can_report_on, person, behalf_of=None)
    draft = ReportDraft(Status.SUBSTANTIAL, Bilingual("Done.", "Fait."))
    with write_transaction(session):
        for priority, status in missing:
            report = session.scalar(
                select(StatusReport).where(StatusReport.activity_id == status.activity.id, StatusReport.period_id == period.id)
            )
            version = report.version if report is not None else 0
            target = ReportTarget(priority, status.activity, period.id)
            submit_report(session, target, draft, expected_version=version, by=by, at=instant_at(day), is_allowed=is_allowed)


@pytest.fixture
def demo_session(seeded: Session) -> Session:
    """A session on the demo data on each engine; each test chooses the day."""
    return seeded


def mark_all_sent(session: Session) -> None:
    with write_transaction(session):
        session.execute(update(OutboxMessage).values(sent_at=REAL_NOW, next_try_at=None))


def test_reminders_go_once_a_stage_to_leads_with_missing_reports(demo_session: Session) -> None:
    first = send_reminders(demo_session, "2020-09-16")
    plan, period = plan_and_period(demo_session, "2020-09-16")
    ready = readiness(demo_session, plan, period)
    expected = {
        m.person.email.partition("@")[0]
        for m in demo_session.scalars(select(Membership).where(Membership.role == Role.LEAD))
        if ready.missing_reports([m.jurisdiction_id or 0])
    }
    assert set(recipients(first)) == expected
    assert "quebec" not in expected
    assert send_reminders(demo_session, "2020-09-16", 20) == []
    mark_all_sent(demo_session)
    assert send_reminders(demo_session, "2020-09-20") == [], "the 14-day stage has had its reminder"
    assert recipients(send_reminders(demo_session, "2020-09-28")) == recipients(first), "the 3-day stage, sent a day late"
    assert recipients(send_reminders(demo_session, "2020-09-30")) == recipients(first)
    assert send_reminders(demo_session, "2020-09-30", 18) == []
    after = send_reminders(demo_session, "2020-10-02")
    assert recipients(after) == recipients(first)
    assert recipients(after, "digest") == ["chair", "secretariat"]
    mark_all_sent(demo_session)
    assert send_reminders(demo_session, "2020-10-03") == []
    assert (
        demo_session.scalars(select(AuditEvent.action).where(AuditEvent.action == "quarter.reminded")).all()
        == ["quarter.reminded"] * 4
    )


def test_reminders_stop_when_all_reports_are_submitted(demo_session: Session) -> None:
    before = recipients(due_emails(demo_session, at=instant_at("2020-09-28"), days=DAYS, site=SITE))
    assert "ontario" in before
    submit_all(demo_session, "ontario", "2020-09-24")
    after = due_emails(demo_session, at=instant_at("2020-09-28"), days=DAYS, site=SITE)
    assert "ontario" not in recipients(after)
    shared = [email for email in after if email.address.startswith("bc@")]
    assert not shared, "Ontario submitted the reports it shares with British Columbia"
    for name in ("tbs", "saskatchewan", "alberta"):
        submit_all(demo_session, name, "2020-09-24")
    assert send_reminders(demo_session, "2020-09-28") == []
    digest, second = send_reminders(demo_session, "2020-10-01")
    assert recipients([digest, second], "digest") == ["chair", "secretariat"]
    assert "co-chair or part of the secretariat" in second.text or "coprésidence ou du secrétariat" in second.text
    assert digest.kind == "digest"
    assert "<li" not in digest.html, "no jurisdiction has a missing report"
    assert send_reminders(demo_session, "2020-10-08") == [], "when nothing is missing, one digest is enough"


def test_digest_says_that_unreceived_reports_can_no_longer_be_submitted(demo_session: Session) -> None:
    """A report for the next quarter makes the missing one impossible: it stays uncounted, and the digest says why."""
    for name in ("ontario", "tbs", "saskatchewan", "alberta"):
        submit_all(demo_session, name, "2020-10-01", "2020-12")
    with write_transaction(demo_session):
        demo_session.execute(update(Person).where(Person.email == f"chair@{DEMO_DOMAIN}").values(lang=Language.FR))
    emails = send_reminders(demo_session, "2020-10-01")
    by_lang = {email.lang: email.text for email in emails if email.kind == "digest"}
    assert "The other reports can no longer be submitted" in by_lang[Language.EN]
    assert "No other reports are expected" not in by_lang[Language.EN]
    assert "Les autres rapports ne peuvent plus être soumis" in by_lang[Language.FR]


def test_returned_report_is_listed_as_missing_in_the_reminder(demo_session: Session) -> None:
    submit_all(demo_session, "ontario", "2020-09-24")
    plan, period = plan_and_period(demo_session, "2020-09-24")
    with write_transaction(demo_session):
        report = demo_session.scalars(
            select(StatusReport).where(StatusReport.period_id == period.id, StatusReport.state == ReportState.SUBMITTED)
        ).first()
        assert report is not None
        report.state, report.returned_note, report.returned_at = ReportState.RETURNED, "Say more.", instant_at("2020-09-25")
        returned = report.activity_id
    reports = {a.activity.id: a for a in readiness(demo_session, plan, period).all_reports}
    assert reports[returned].state is ReadinessState.RETURNED
    assert reports[returned].is_missing
    emails = due_emails(demo_session, at=instant_at("2020-09-28"), days=DAYS, site=SITE)
    assert any(
        "(report returned with a note)" in email.text or "(rapport renvoyé avec une note)" in email.text for email in emails
    )


def test_reminder_states_deadline_and_link_in_its_readers_language(demo_session: Session) -> None:
    with write_transaction(demo_session):
        demo_session.execute(update(Person).where(Person.email == f"saskatchewan@{DEMO_DOMAIN}").values(lang=Language.FR))
    emails = {email.address.partition("@")[0]: email for email in send_reminders(demo_session, "2020-12-25")}
    english = emails["ontario"]
    assert english.subject == "COGWG work plan: 5\u00a0reports due by December\u00a031 (Quarter 4 of 2020)"
    assert "Thursday, December\u00a031 at 5\u00a0pm (Eastern time)" in english.text
    assert f"{SITE}/en/my-updates?period=2020-12" in english.text
    assert f'href="{SITE}/en/my-updates?period=2020-12"' in english.html
    assert "Ontario" in english.text
    french = emails["saskatchewan"]
    assert french.subject.startswith("Plan de travail du GTCGO\u00a0: ")
    assert french.subject.endswith("\u00a0rapports à remettre d’ici le 31\u00a0décembre (trimestre 4 de 2020)")
    assert "jeudi 31\u00a0décembre à 17\u00a0h (heure de l’Est; 16\u00a0h dans votre fuseau horaire)" in french.text
    assert f"{SITE}/fr/my-updates?period=2020-12" in french.text


def test_reminders_skip_opted_out_and_deactivated_people(demo_session: Session) -> None:
    with write_transaction(demo_session):
        demo_session.execute(update(Person).where(Person.email == f"ontario@{DEMO_DOMAIN}").values(wants_reminders=False))
        demo_session.execute(update(Person).where(Person.email == f"tbs@{DEMO_DOMAIN}").values(retired_at=REAL_NOW))
        demo_session.execute(
            update(Person)
            .where(Person.email.in_([f"chair@{DEMO_DOMAIN}", f"secretariat@{DEMO_DOMAIN}"]))
            .values(wants_digest=False)
        )
    emails = send_reminders(demo_session, "2020-10-01")
    assert not {"ontario", "tbs", "chair", "secretariat"} & {email.address.partition("@")[0] for email in emails}


def test_reminders_for_closed_quarter_are_not_sent(demo_session: Session) -> None:
    with write_transaction(demo_session):
        demo_session.execute(
            update(ReportingPeriod).where(ReportingPeriod.key == "2020-09").values(closed_at=instant_at("2020-09-23"))
        )
    assert send_reminders(demo_session, "2020-09-24") == []


def test_reminder_for_two_jurisdictions_is_a_single_email(demo_session: Session) -> None:
    with write_transaction(demo_session):
        ontario = demo_session.scalars(select(Person).where(Person.email == f"ontario@{DEMO_DOMAIN}")).one()
        federal = demo_session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "ca")).one()
        ontario.memberships.append(Membership(role=Role.LEAD, jurisdiction_id=federal))
    (combined,) = [email for email in send_reminders(demo_session, "2020-12-25") if email.address.startswith("ontario@")]
    assert "Canada" in combined.text
    assert "Ontario" in combined.text
    assert "\n- 2." in combined.text
    assert "3.3 " in combined.text


def send_co_chair_reminder(
    session: Session, day: str, hour: int = 8, *, text: Bilingual | None = None, copy: bool = True
) -> ReminderResult:
    _, period = plan_and_period(session, day)
    chair = session.scalars(select(Person).where(Person.email == f"chair@{DEMO_DOMAIN}")).one()
    with write_transaction(session):
        return remind_missing(
            session,
            2020,
            period,
            text or Bilingual("Please.", "S’il vous plaît."),
            copy=copy,
            by=Actor("person", chair.id),
            at=instant_at(day, hour),
            now=REAL_NOW,
            site=SITE,
        )


def test_co_chair_reminder_goes_to_those_missing_once_in_24_hours(demo_session: Session) -> None:
    first = send_co_chair_reminder(demo_session, "2020-09-24")
    assert "N. Osei" in first.reminded
    assert not first.recently_reminded
    messages = list(demo_session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
    assert [message.kind for message in messages] == ["chase"] * len(first.reminded) + ["copy"]
    assert all("Please.\n\n– R. Campbell" in message.text for message in messages[:-1] if message.lang is Language.EN)
    assert all(name in messages[-1].text for name in first.reminded)
    with pytest.raises(Invalid, match="no reminders to send"):
        send_co_chair_reminder(demo_session, "2020-09-24", 20)
    assert recipients(send_reminders(demo_session, "2020-09-24", 21)) == [], "nor by the daily command"
    second = send_co_chair_reminder(demo_session, "2020-09-25", 9, copy=False)
    assert second.reminded == first.reminded
    person_ids = [
        message.person_id for message in demo_session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "chase"))
    ]
    assert all(person_ids.count(person_id) == 2 for person_id in person_ids)


def test_co_chair_reminder_skips_and_names_recently_reminded_people(demo_session: Session) -> None:
    reminded = send_reminders(demo_session, "2020-09-24")
    with write_transaction(demo_session):
        demo_session.execute(delete(OutboxMessage).where(OutboxMessage.address.like("ontario@%")))
    result = send_co_chair_reminder(demo_session, "2020-09-24", 15)
    assert result.reminded == ("N. Osei",)
    assert len(result.recently_reminded) == len(reminded) - 1


def test_co_chair_reminder_with_empty_or_overlong_text_is_refused(demo_session: Session) -> None:
    for text in (Bilingual("", "Seulement en français."), Bilingual("x" * 4001, "Bien.")):
        with pytest.raises(Invalid) as refusal:
            send_co_chair_reminder(demo_session, "2020-09-24", text=text)
        assert [field for field, _ in refusal.value.problems] == ["text_en"]
    assert demo_session.scalars(select(OutboxMessage)).all() == []


def test_return_mention_and_receipt_emails_go_once_to_the_people_concerned(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session:
        _, period = plan_and_period(session, "2020-09-24")
        codes = dict(session.execute(select(Jurisdiction.code, Jurisdiction.id)).all())  # type: ignore[arg-type]
        ids = dict(session.execute(select(Person.email, Person.id)).all())  # type: ignore[arg-type]
        chair = Actor("person", ids[f"chair@{DEMO_DOMAIN}"])
        arguments = {"by": chair, "at": instant_at("2020-09-24"), "now": REAL_NOW, "site": SITE}
        title = Bilingual("Module <b>", "Module")
        returned_report = ReturnedReport(1, 4, 2020, "4.3", title, period, "Say\nmore.", "R. Campbell")
        mention = CommentMention(9, 2020, "4.3", title, "N. Osei", "Hello <i>BC</i>.")
        session.get_one(Person, ids[f"bc@{DEMO_DOMAIN}"]).wants_reminders = False
        session.commit()
        with write_transaction(session):
            assert notify_returned(session, returned_report, [codes["on"], codes["bc"]], **arguments) == 2  # type: ignore[arg-type]
            assert notify_returned(session, returned_report, [codes["on"], codes["bc"]], **arguments) == 0  # type: ignore[arg-type]
            ontario = {**arguments, "by": Actor("person", ids[f"ontario@{DEMO_DOMAIN}"])}
            assert notify_mentioned(session, mention, [codes["on"], codes["bc"]], **ontario) == 1  # type: ignore[arg-type]
            sent = [
                ReceiptLine("3.3", title, None, Status.LIMITED),
                ReceiptLine("4.3", title, Status.LIMITED, Status.COMPLETE, True),
                ReceiptLine("5.1", title, Status.LIMITED, Status.LIMITED),
            ]
            receipt_link = {"token": "abc", "path": "my-updates?period=2020-09"}
            assert notify_receipt(session, period, sent, **receipt_link, **ontario) is True  # type: ignore[arg-type]
            assert notify_receipt(session, period, sent, **receipt_link, **ontario) is False  # type: ignore[arg-type]
        messages = {
            (message.kind, message.address.partition("@")[0]): message for message in session.scalars(select(OutboxMessage))
        }
        assert set(messages) == {("returned", "ontario"), ("returned", "bc"), ("mention", "bc"), ("receipt", "ontario")}
        returned = messages["returned", "bc"]
        assert "> Say\n> more." in returned.text
        assert f"{SITE}/en/plans/2020/activities/4.3/report?period=2020-09" in returned.text
        assert all("<b>" not in message.html and "<i>" not in message.html for message in messages.values())
        receipt = messages["receipt", "ontario"].text
        assert "- 3.3 Module <b>: No report → Limited progress" in receipt
        assert "Limited progress → Complete, nothing to report" in receipt
        assert "- 5.1 Module <b>: Limited progress, unchanged" in receipt


def test_reminder_for_late_quarter_of_last_year_is_sent_after_a_new_plan_began(demo_session: Session) -> None:
    with write_transaction(demo_session):
        add_large_plan(demo_session, year=2021, priorities=2, activities=2, quarters=0)
    emails = send_reminders(demo_session, "2021-01-05")
    assert "ontario" in recipients(emails)
    assert all("Quarter 4 of 2020" in email.text or "trimestre 4 de 2020" in email.text for email in emails)
    assert recipients(emails, "digest") == ["chair", "secretariat"]
