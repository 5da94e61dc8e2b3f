"""The demo's people and sample reports: the plan on September 24, 2020 is as designed."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person, Role
from cogwg.accounts.passwords import Passwords
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.briefing.queries import frozen_deck, versions
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import Calendar, local_day
from cogwg.core.db import write_transaction
from cogwg.core.status import Status, Timeliness
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import Milestone, ReportingPeriod, StatusReport, Submission
from cogwg.reporting.queries import CurrentStatus, current_statuses
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, submit_report
from cogwg.seeding import seed, seed_demo_people, seed_demo_reports
from cogwg.seeding.demo import seed_demo_briefing, seed_demo_news
from tests.databases import DEMO_DAY, PASSWORD


def standings_on(session: Session, day: date) -> dict[str, CurrentStatus]:
    return {s.activity.code: s for s in current_statuses(session, plan_facts(session, 2020), day).values()}


def test_demo_day_statuses_and_timeliness_are_as_designed(seeded: Session) -> None:
    statuses = standings_on(seeded, DEMO_DAY)
    assert {code: s.status.value if s.status else None for code, s in statuses.items()} == {
        "1.1": "C", "1.2": "C", "1.3": "SP", "1.4": "LP",
        "2.1": "C", "2.2": "SP", "2.3": "LP", "2.4": "NS",
        "3.1": "C", "3.2": "LP", "3.3": "LP", "3.4": "NS",
        "4.1": "C", "4.2": "C", "4.3": "SP", "4.4": "NS",
        "5.1": "C", "5.2": "C", "5.3": "SP", "5.4": "LP", "5.5": "NS",
    }  # fmt: skip
    assert Counter(s.timeliness for s in statuses.values()) == {
        Timeliness.DONE_ON_TIME: 6,
        Timeliness.DONE_LATE: 2,
        Timeliness.OVERDUE: 2,
        Timeliness.DUE: 5,
        Timeliness.NOT_YET_DUE: 6,
    }
    assert {code: s.days for code, s in statuses.items() if s.timeliness is Timeliness.OVERDUE} == {"2.2": 86, "3.2": 86}
    assert {code: s.days for code, s in statuses.items() if s.timeliness is Timeliness.DONE_LATE} == {"1.2": 14, "5.2": 9}
    assert {s.days for s in statuses.values() if s.timeliness is Timeliness.DUE} == {6}


def test_demo_reports_are_marked_samples_dated_before_the_demo_day(seeded: Session) -> None:
    rows = seeded.scalars(select(Submission).order_by(Submission.id)).all()
    assert all(s.sample and local_day(s.submitted_at) < DEMO_DAY for s in rows)
    assert [s.submitted_at for s in rows] == sorted(s.submitted_at for s in rows)


def test_demo_report_history_is_consistent(seeded: Session) -> None:
    last: dict[int, Status] = {}
    for s in seeded.scalars(select(Submission).order_by(Submission.id)):
        assert s.previous_status is last.get(s.activity_id)
        assert (s.completed_at is not None) == (s.status is Status.COMPLETE)
        last[s.activity_id] = s.status


def test_ontario_demo_reports_exist_for_earlier_quarters_only(seeded: Session) -> None:
    on_3_and_4 = {a.id: a.code for p in plan_facts(seeded, 2020).priorities if p.number in (3, 4) for a in p.activities}
    rows = seeded.execute(
        select(Submission.activity_id, ReportingPeriod.key).join(ReportingPeriod, ReportingPeriod.id == Submission.period_id)
    )
    keys: dict[str, set[str]] = {}
    for id_, key in rows:
        if id_ in on_3_and_4:
            keys.setdefault(on_3_and_4[id_], set()).add(key)
    assert all("2020-06" in keys[code] and "2020-09" not in keys[code] for code in ("3.2", "3.3", "3.4", "4.3", "4.4"))


def test_demo_has_two_reports_in_a_single_language(seeded: Session) -> None:
    one_language = [s for s in seeded.scalars(select(Submission)) if s.progress.missing_languages]
    assert {s.progress.missing_languages[0].value for s in one_language} == {"en", "fr"}
    assert len(one_language) == 2


def test_report_on_behalf_is_stored_in_submission_and_audit_event(seeded: Session) -> None:
    submission = seeded.scalars(select(Submission).where(Submission.behalf_of.is_not(None))).one()
    chair = seeded.scalars(select(Person).where(Person.email == "chair@demo.cogwg.example")).one()
    saskatchewan = seeded.scalars(select(Jurisdiction).where(Jurisdiction.code == "sk")).one()
    assert (submission.submitted_by, submission.behalf_of) == (chair.id, saskatchewan.id)
    event = seeded.scalars(select(AuditEvent).where(AuditEvent.behalf_of == saskatchewan.id)).one()
    assert (event.action, event.actor_id) == ("report.submitted", chair.id)


def test_demo_submissions_each_have_an_audit_event(seeded: Session) -> None:
    event_count = seeded.scalar(select(func.count()).where(AuditEvent.action == "report.submitted"))
    assert event_count == seeded.scalar(select(func.count()).select_from(Submission)) == 27


def test_demo_people_have_their_roles_languages_and_password(seeded: Session) -> None:
    people = {p.email.split("@")[0]: p for p in seeded.scalars(select(Person))}
    roles = {n: [(m.role, m.jurisdiction.code if m.jurisdiction else "") for m in p.memberships] for n, p in people.items()}
    assert roles == {
        "secretariat": [(Role.SECRETARIAT, "")],
        "chair": [(Role.CO_CHAIR, "")],
        "tbs": [(Role.LEAD, "ca")],
        "ontario": [(Role.LEAD, "on")],
        "bc": [(Role.LEAD, "bc")],
        "quebec": [(Role.LEAD, "qc")],
        "saskatchewan": [(Role.LEAD, "sk")],
        "alberta": [(Role.LEAD, "ab")],
        "nwt": [(Role.LEAD, "nt")],
        "reader": [(Role.READER, "")],
    }
    assert all(p.demo and p.email.endswith("@demo.cogwg.example") for p in people.values())
    assert [n for n, p in people.items() if p.lang.value == "fr"] == ["quebec"]
    assert all(Passwords(cheap=True).verify(p.password_hash, PASSWORD) for p in people.values())


def test_demo_password_reset_spares_other_people(seeded: Session, calendar: Calendar) -> None:
    with write_transaction(seeded):
        seeded.add(Person(email="real@cogwg.example", name="A person", password_hash="kept"))
    with write_transaction(seeded):
        seed_demo_people(seeded, "new", at=calendar.now())
    hashes = Counter(p.password_hash for p in seeded.scalars(select(Person)))
    assert hashes == {"new": 10, "kept": 1}


@pytest.mark.parametrize(("day", "expected"), [(date(2020, 2, 27), 0), (date(2020, 3, 24), 1), (date(2020, 12, 31), 27)])
def test_demo_reports_seeded_are_those_up_to_the_day_and_only_once(
    session: Session, calendar: Calendar, day: date, expected: int
) -> None:
    with write_transaction(session):
        seed(session, at=calendar.now())
        seed_demo_people(session, "x", at=calendar.now())
        assert seed_demo_reports(session, up_to=day) == expected
        assert seed_demo_reports(session, up_to=day) == 0


def test_demo_reports_are_not_added_to_an_activity_a_person_reported_on(session: Session, calendar: Calendar) -> None:
    with write_transaction(session):
        seed(session, at=calendar.now())
        people = seed_demo_people(session, "x", at=calendar.now())
        plan = plan_facts(session, 2020)
        ontario = next(p for p in people if p.email.startswith("ontario@"))
        activity = plan.priorities[2].activities[2]
        period = session.scalars(select(ReportingPeriod).where(ReportingPeriod.key == "2020-09")).one()
        submit_report(
            session,
            ReportTarget(plan.priorities[2], activity, period.id),
            ReportDraft(Status.SUBSTANTIAL, progress=Bilingual("Ours.", "Le nôtre.")),
            expected_version=0,
            by=Actor("person", ontario.id),
            at=calendar.now(),
            is_allowed=lambda _: True,
        )
    with write_transaction(session):
        assert seed_demo_reports(session, up_to=DEMO_DAY) == 26
    assert [s.progress.en for s in session.scalars(select(Submission).where(Submission.activity_id == activity.id))] == [
        "Ours."
    ]
    assert len(session.scalars(select(StatusReport).where(StatusReport.activity_id == activity.id)).all()) == 1


def test_february_briefing_is_seeded_once_with_its_gaps_and_note(seeded: Session) -> None:
    for _ in range(2):
        seed_demo_briefing(seeded, today=date(2020, 9, 24))
        seed_demo_news(seeded, up_to=date(2020, 9, 24))
    [version] = versions(seeded)
    assert (version.meeting_on, version.number, version.frozen_by) == (date(2020, 2, 27), 1, "R. Campbell")
    assert version.gaps
    assert version.override_note
    deck = frozen_deck(seeded, version.briefing_id, 1)[1]
    assert not any(state.status for _, state in deck.rows), "nothing had been reported by then"
    news = list(seeded.scalars(select(Milestone).where(Milestone.reported_on > version.meeting_on)))
    assert len(news) == 3
    assert all("sample" in m.text_en for m in news)


def test_deck_day_has_no_frozen_briefing(session: Session, calendar: Calendar) -> None:
    seed(session, at=calendar.now())
    seed_demo_people(session, "x", at=calendar.now())
    seed_demo_briefing(session, today=date(2020, 2, 27))
    seed_demo_news(session, up_to=date(2020, 2, 27))
    assert versions(session) == []
    assert max(session.scalars(select(Milestone.reported_on))) == date(2020, 2, 27)
