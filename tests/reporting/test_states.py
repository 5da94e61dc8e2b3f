"""The transition tables: every event in every state, and what is stored. Permissions: test_permissions_and_states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.core.errors import Conflict, Invalid
from cogwg.core.status import Status
from cogwg.plan.queries import plan_facts
from cogwg.reporting import period_services, services
from cogwg.reporting.models import PeriodState, ReportingPeriod, ReportState, StatusReport, Submission
from cogwg.reporting.periods import periods
from cogwg.reporting.report_progress import NotSubmittedReason
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, find_report, save_draft, submit_report
from cogwg.reporting.states import (
    PERIOD_TRANSITIONS,
    REPORT_TRANSITIONS,
    PeriodEvent,
    ReportEvent,
    next_period_state,
    next_report_state,
)

P, R = PeriodState, ReportState


def test_transition_tables_are_as_decided() -> None:
    assert {(s.value, e.value): to.value for (s, e), to in PERIOD_TRANSITIONS.items()} == {
        ("planned", "first day"): "open",
        ("planned", "open"): "open",
        ("open", "extend"): "open",
        ("open", "take a week back"): "open",
        ("open", "due time"): "late",
        ("late", "close"): "closed",
        ("closed", "reopen for one jurisdiction"): "closed",
        ("closed", "reopen"): "late",
    }
    assert {(s.value if s else None, e.value): to.value for (s, e), to in REPORT_TRANSITIONS.items()} == {
        (None, "save"): "draft",
        (None, "submit"): "submitted",
        ("draft", "save"): "draft",
        ("draft", "submit"): "submitted",
        ("submitted", "submit"): "submitted",
        ("submitted", "return"): "returned",
        ("returned", "save"): "returned",
        ("returned", "submit"): "submitted",
    }


@pytest.mark.parametrize(("state", "event"), [*product(P, PeriodEvent)])
def test_period_transition_for_every_state_and_event(state: PeriodState, event: PeriodEvent) -> None:
    if (state, event) in PERIOD_TRANSITIONS:
        assert next_period_state(state, event) is PERIOD_TRANSITIONS[state, event]
    else:
        with pytest.raises(Invalid):
            next_period_state(state, event)


@pytest.mark.parametrize(("state", "event"), [*product((None, *R), ReportEvent)])
def test_report_transition_for_every_state_and_event(state: ReportState | None, event: ReportEvent) -> None:
    if (state, event) in REPORT_TRANSITIONS:
        assert next_report_state(state, event) is REPORT_TRANSITIONS[state, event]
    else:
        with pytest.raises(Invalid):
            next_report_state(state, event)


@pytest.fixture
def session(seeded_engine: Engine) -> Iterator[Session]:
    with Session(seeded_engine) as opened:
        yield opened


INSTANT_IN = {
    P.PLANNED: datetime(2020, 6, 15, 16, tzinfo=UTC),
    P.OPEN: datetime(2020, 9, 24, 16, tzinfo=UTC),
    P.LATE: datetime(2020, 10, 2, 16, tzinfo=UTC),
    P.CLOSED: datetime(2020, 10, 9, 16, tzinfo=UTC),
}
CO_CHAIR_EVENTS = (PeriodEvent.OPEN, PeriodEvent.CLOSE, PeriodEvent.REOPEN, PeriodEvent.REOPEN_ALL)
CHAIR = Actor("person", None)
ONTARIO, THIRD = "on", "2020-09"
REPORT_DRAFT = ReportDraft(Status.SUBSTANTIAL, progress=Bilingual("Five measures are agreed.", ""))


def third_quarter_id(session: Session) -> int:
    return session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == THIRD)).one()


def set_period_state(session: Session, state: PeriodState) -> datetime:
    """Set the third quarter to this state; return an instant in it."""
    at = INSTANT_IN[state]
    closed = at - timedelta(days=1) if state is P.CLOSED else None
    session.execute(update(ReportingPeriod).where(ReportingPeriod.key == THIRD).values(closed_at=closed))
    session.commit()
    return at


def report_target(session: Session, *, answers_for: frozenset[int] = frozenset()) -> ReportTarget:
    plan = plan_facts(session, 2020, code="3.3")
    (priority,) = plan.priorities
    (activity,) = (a for a in priority.activities if a.code == "3.3")
    return ReportTarget(priority, activity, third_quarter_id(session), answers_for)


def list_submissions(session: Session) -> list[Submission]:
    """Return the submissions of 3.3 in the third quarter."""
    of = (Submission.period_id == third_quarter_id(session), Submission.activity_id == report_target(session).activity.id)
    return list(session.scalars(select(Submission).where(*of).order_by(Submission.id)))


def period_state(session: Session, at: datetime) -> PeriodState:
    plan = plan_facts(session, 2020)
    return next(p for p in periods(session, plan.id, at, at.date()) if p.key == THIRD).state


@pytest.mark.parametrize(("state", "event"), [*product(P, CO_CHAIR_EVENTS)])
def test_co_chair_event_changes_the_quarter_as_in_the_table(session: Session, state: PeriodState, event: PeriodEvent) -> None:
    at = set_period_state(session, state)
    id_ = third_quarter_id(session)
    (priority,) = plan_facts(session, 2020, number=3).priorities
    ontario = next(a.jurisdiction_id for a in priority.assignments if a.jurisdiction_code == ONTARIO)

    def perform() -> None:
        with write_transaction(session):
            if event is PeriodEvent.OPEN:
                period_services.open_period(session, id_, by=CHAIR, at=at)
            elif event is PeriodEvent.CLOSE:
                period_services.close_period(session, id_, by=CHAIR, at=at)
            elif event is PeriodEvent.REOPEN_ALL:
                period_services.reopen_for_all(session, id_, by=CHAIR, at=at)
            else:
                until = at + timedelta(days=3)
                period_services.reopen_period(
                    session, id_, ontario, until=until, reason="Their office was shut.", by=CHAIR, at=at
                )

    traced = len(session.scalars(select(AuditEvent.id)).all())
    if (state, event) not in PERIOD_TRANSITIONS:
        with pytest.raises(Invalid):
            perform()
        assert period_state(session, at) is state
        assert len(session.scalars(select(AuditEvent.id)).all()) == traced
        return
    perform()
    assert period_state(session, at) is PERIOD_TRANSITIONS[state, event]
    assert len(session.scalars(select(AuditEvent.id)).all()) == traced + 1


def test_undo_closing_applies_only_to_the_latest_and_is_audited(session: Session) -> None:
    at = set_period_state(session, P.CLOSED)
    second = session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == "2020-06")).one()
    with write_transaction(session):
        period_services.close_period(session, second, by=CHAIR, at=at)
    with pytest.raises(Invalid), write_transaction(session):
        period_services.reopen_for_all(session, third_quarter_id(session), by=CHAIR, at=at)
    assert period_state(session, at) is P.CLOSED
    for id_ in (second, third_quarter_id(session)):
        with write_transaction(session):
            period_services.reopen_for_all(session, id_, by=CHAIR, at=at)
    assert period_state(session, at) is P.LATE
    undone = session.scalars(
        select(AuditEvent).where(AuditEvent.action == "period.closing-undone").order_by(AuditEvent.id)
    ).all()
    assert [event.subject_id for event in undone] == [second, third_quarter_id(session)]
    assert undone[-1].before == {"closed_at": (at - timedelta(days=1)).isoformat()}


@pytest.mark.parametrize("state", P)
def test_quarter_opens_and_becomes_late_by_the_clock(session: Session, state: PeriodState) -> None:
    assert period_state(session, set_period_state(session, state)) is state


def test_reopened_quarter_takes_reports_of_its_jurisdiction_until_it_ends(session: Session) -> None:
    at = set_period_state(session, P.CLOSED)
    (priority,) = plan_facts(session, 2020, number=3).priorities
    ontario = next(a.jurisdiction_id for a in priority.assignments if a.jurisdiction_code == ONTARIO)
    assert ontario is not None
    reopening = {"until": at + timedelta(days=2), "reason": "They were flooded.", "by": CHAIR, "at": at}
    with write_transaction(session):
        period_services.reopen_period(session, third_quarter_id(session), ontario, **reopening)
    by = {"by": CHAIR, "is_allowed": lambda _: True}
    for others, when in ((frozenset({ontario + 1}), at), (frozenset({ontario}), at + timedelta(days=2))):
        with pytest.raises(Invalid), write_transaction(session):
            submit_report(session, report_target(session, answers_for=others), REPORT_DRAFT, expected_version=0, at=when, **by)
    with write_transaction(session):
        submit_report(
            session, report_target(session, answers_for=frozenset({ontario})), REPORT_DRAFT, expected_version=0, at=at, **by
        )
    assert [s.late for s in list_submissions(session)] == [True]


@pytest.mark.parametrize(
    ("until", "reason", "jurisdiction", "fields"),
    [
        (None, "", None, {"jurisdiction", "until", "reason"}),
        (timedelta(0), "Why.", 1, {"until"}),
        (timedelta(days=1), " ".strip(), 1, {"reason"}),
        (timedelta(days=1), "x" * 4001, 1, {"reason"}),
    ],
)
def test_reopening_requires_jurisdiction_deadline_and_reason(
    session: Session, until: timedelta | None, reason: str, jurisdiction: int | None, fields: set[str]
) -> None:
    at = set_period_state(session, P.CLOSED)
    day = at + until if until is not None else None
    with pytest.raises(Invalid) as refused, write_transaction(session):
        period_services.reopen_period(
            session, third_quarter_id(session), jurisdiction, until=day, reason=reason, by=CHAIR, at=at
        )
    assert {field for field, _ in refused.value.problems} == fields


def create_report(session: Session, state: ReportState | None) -> int:
    """Set the report of 3.3 in the third quarter to this state; return its version, 0 for none."""
    by = {"by": CHAIR, "at": INSTANT_IN[P.OPEN], "is_allowed": lambda _: True}
    with write_transaction(session):
        if state is R.DRAFT:
            save_draft(session, report_target(session), REPORT_DRAFT, expected_version=0, **by)
        elif state is not None:
            submit_report(session, report_target(session), REPORT_DRAFT, expected_version=0, **by)
        if state is R.RETURNED:
            report = find_report(session, report_target(session))
            assert report is not None
            period_services.return_report(
                session, report.id, note="Which five?", expected_version=1, by=CHAIR, at=INSTANT_IN[P.OPEN]
            )
    report = find_report(session, report_target(session))
    assert (report.state if report else None) is state
    return report.version if report else 0


@pytest.mark.parametrize("event", ReportEvent)
def test_stale_version_of_a_report_is_a_conflict_for_every_event(session: Session, event: ReportEvent) -> None:
    shown = create_report(session, R.SUBMITTED if event is ReportEvent.RETURN else R.DRAFT)
    report = find_report(session, report_target(session))
    assert report is not None
    at = INSTANT_IN[P.OPEN]
    arguments: dict[str, Any] = {"expected_version": shown - 1, "by": CHAIR, "at": at}
    verb = {
        ReportEvent.SAVE: lambda: save_draft(
            session, report_target(session), REPORT_DRAFT, is_allowed=lambda _: True, **arguments
        ),
        ReportEvent.SUBMIT: lambda: submit_report(
            session, report_target(session), REPORT_DRAFT, is_allowed=lambda _: True, **arguments
        ),
        ReportEvent.RETURN: lambda: period_services.return_report(session, report.id, note="Say more.", **arguments),
    }[event]
    with pytest.raises(Conflict), write_transaction(session):
        verb()
    assert find_report(session, report_target(session)) == report


def test_returned_report_stays_visible_as_submitted_while_it_is_edited(session: Session) -> None:
    create_report(session, R.RETURNED)
    other = ReportDraft(Status.COMPLETE, progress=Bilingual("No one sees this yet.", ""))
    with write_transaction(session):
        save_draft(
            session,
            report_target(session),
            other,
            expected_version=2,
            by=CHAIR,
            at=INSTANT_IN[P.OPEN],
            is_allowed=lambda _: True,
        )
    assert [s.progress_en for s in list_submissions(session)] == ["Five measures are agreed."]
    report = find_report(session, report_target(session))
    assert report is not None
    assert report.returned_note == "Which five?", "the note is shown until the report is submitted again"
    with write_transaction(session):
        done = ReportDraft(Status.SUBSTANTIAL, progress=Bilingual("The five are named.", ""))
        submit_report(
            session,
            report_target(session),
            done,
            expected_version=3,
            by=CHAIR,
            at=INSTANT_IN[P.OPEN],
            is_allowed=lambda _: True,
        )
    report = find_report(session, report_target(session))
    assert report is not None
    assert (report.state, report.returned_note) == (R.SUBMITTED, "")


def test_draft_may_be_empty_but_not_too_long(session: Session) -> None:
    by = {"by": CHAIR, "at": INSTANT_IN[P.OPEN], "is_allowed": lambda _: True}
    with write_transaction(session):
        save_draft(session, report_target(session), ReportDraft(None), expected_version=0, **by)
    with pytest.raises(Invalid), write_transaction(session):
        save_draft(
            session, report_target(session), ReportDraft(None, progress=Bilingual("x" * 4001, "")), expected_version=1, **by
        )


@pytest.mark.parametrize("save", [save_draft, submit_report])
def test_text_beside_nothing_to_report_is_refused_by_service_and_database(session: Session, save: Callable[..., None]) -> None:
    both = replace(REPORT_DRAFT, nothing_to_report=True)
    by = {"by": CHAIR, "at": INSTANT_IN[P.OPEN], "is_allowed": lambda _: True}
    with pytest.raises(Invalid) as refusal, write_transaction(session):
        save(session, report_target(session), both, expected_version=0, **by)
    assert [field for field, _ in refusal.value.problems] == ["nothing_to_report"]
    with write_transaction(session):
        save(session, report_target(session), REPORT_DRAFT, expected_version=0, **by)
    with pytest.raises(IntegrityError, match="text_or_nothing_to_report"), write_transaction(session):
        session.execute(update(StatusReport).where(StatusReport.progress_en != "").values(nothing_to_report=True))
    columns = [c.name for c in Submission.__table__.columns if c.name != "id"]
    values = ", ".join("true" if c == "nothing_to_report" else c for c in columns)
    copy = f"INSERT INTO submission ({', '.join(columns)}) SELECT {values} FROM submission WHERE progress_en <> '' LIMIT 1"
    with pytest.raises(IntegrityError, match="text_or_nothing_to_report"), write_transaction(session):
        session.execute(text(copy))


def test_submit_all_conflict_or_empty_list_submits_nothing(session: Session) -> None:
    plan = plan_facts(session, 2020, number=3)
    (priority,) = plan.priorities
    by = {"by": CHAIR, "at": INSTANT_IN[P.OPEN], "is_allowed": lambda _: True}
    ready = [
        services.ReportToSubmit(ReportTarget(priority, activity, third_quarter_id(session)), REPORT_DRAFT, 0)
        for activity in priority.activities
        if activity.code in ("3.3", "3.4")
    ]
    stale = services.ReportToSubmit(ready[0].target, REPORT_DRAFT, 7)
    left = {priority.activities[0].id: NotSubmittedReason.NOT_STARTED}
    before = len(session.scalars(select(Submission.id)).all())
    with pytest.raises(Conflict), write_transaction(session):
        services.submit_all_reports(session, [*ready[1:], stale], not_submitted=left, **by)
    with pytest.raises(Invalid), write_transaction(session):
        services.submit_all_reports(session, [], not_submitted=left, **by)
    assert len(session.scalars(select(Submission.id)).all()) == before
    with write_transaction(session):
        receipt = services.submit_all_reports(session, ready, not_submitted=left, **by)
    assert len(session.scalars(select(Submission.id)).all()) == before + 2
    event = session.get_one(AuditEvent, receipt.number)
    assert event.after is not None
    assert [(sent["before"], sent["status"]) for sent in event.after["sent"]] == [("LP", "SP"), ("NS", "SP")]
    assert event.after["left"] == [{"activity": priority.activities[0].id, "why": "nothing"}]
