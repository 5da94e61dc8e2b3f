"""Closing and reopening the plan of a year: what it needs, what it lists, and that nothing in a closed plan changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.briefing.compose import deck_to_freeze, load_briefing_source
from cogwg.briefing.queries import briefing
from cogwg.briefing.services import create_briefing, freeze
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import TORONTO
from cogwg.core.db import Base
from cogwg.core.errors import Conflict, Invalid
from cogwg.core.status import Status
from cogwg.discussion.services import delete_comment, edit_comment, write_comment
from cogwg.plan import due_requests, services
from cogwg.plan.history import history_gaps
from cogwg.plan.models import Activity, Assignment, Confirmation
from cogwg.plan.past_plans import Moment, plan_known_at
from cogwg.plan.queries import plan_facts
from cogwg.plan.role_requests import request_role, withdraw_role_request
from cogwg.plan.rules import DueDate
from cogwg.reporting import period_services, report_translation
from cogwg.reporting.models import ReportingPeriod, ReportState, StatusReport, Submission
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.partner_notes import save_note
from cogwg.reporting.periods import periods
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, ReportToSubmit, save_draft, submit_all_reports, submit_report
from cogwg.reporting.status_override import clear_override, set_override
from cogwg.year_end.closing import close_year, reopen_year, year_to_close
from tests.databases import demo_calendar

AT = demo_calendar().now()
JANUARY = datetime.combine(date(2021, 1, 20), time(10), TORONTO)
CLOSED = "The %(year)s plan is closed and can no longer be changed. If you must change it, ask the secretariat to reopen it."
REASON = Bilingual("The final meeting was cancelled.", "")
WORDS = Bilingual("Words.", "Mots.")
REPORT = ReportDraft(Status.SUBSTANTIAL, progress=WORDS)
ANYONE: dict[str, Any] = {"by": SYSTEM, "at": AT, "is_allowed": lambda *_: True}
BY: dict[str, Any] = {"by": SYSTEM, "at": AT}


def close(session: Session, at: datetime = AT, reason: Bilingual = REASON) -> int:
    return close_year(session, 2020, reason=reason, by=SYSTEM, at=at)


def finalize(session: Session, meeting_on: date, frozen_on: date, year: int = 2020) -> int:
    at = datetime.combine(frozen_on, time(12), TORONTO)
    made = create_briefing(session, year=year, meeting_on=meeting_on, audience=WORDS, by=SYSTEM, at=at)
    draft = briefing(session, made.id)
    deck = deck_to_freeze(draft, load_briefing_source(session, draft, frozen_on))
    freeze(session, made.id, deck, (), note="", expected_version=draft.outline_version, by=SYSTEM, at=at)
    return made.id


def rows(session: Session, *names: str) -> dict[str, list[Any]]:
    """All rows of these tables, or of all but the audit log."""
    session.flush()
    wanted = names or tuple(name for name in Base.metadata.tables if name != "event")
    return {
        name: [tuple(map(str, row)) for row in session.execute(text(f"SELECT * FROM {name} ORDER BY 1"))] for name in wanted
    }


def jurisdiction(session: Session, code: str) -> int:
    return session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == code)).one()


def role(session: Session, state: Confirmation) -> Assignment:
    return session.scalars(select(Assignment).where(Assignment.confirmation == state).order_by(Assignment.id)).first()  # type: ignore[return-value]


def period(session: Session, key: str) -> ReportingPeriod:
    return session.scalars(select(ReportingPeriod).where(ReportingPeriod.key == key)).one()


def test_closed_plan_is_read_only_on_its_day_and_closes_its_quarters(seeded: Session) -> None:
    before = plan_facts(seeded, 2020)
    event_id = close(seeded)
    plan = plan_facts(seeded, 2020)
    assert (before.is_closed, plan.is_closed, plan.closed_on) == (False, True, date(2020, 9, 24))
    quarters = periods(seeded, plan.id, AT, date(2020, 9, 24))
    assert {quarter.is_closed for quarter in quarters} == {True}
    assert not any(counted.missing for counted in periods_with_missing_counts(seeded, AT, date(2020, 9, 24)))
    event = seeded.get_one(AuditEvent, event_id)
    assert (event.action, event.after["reason"], event.after["briefing"]) == ("plan.closed", [REASON.en, ""], None)
    assert event.after["quarters"] == [quarter.id for quarter in quarters if quarter.closed_at == AT]
    assert history_gaps(seeded) == []
    assert plan_known_at(seeded, 2020, Moment(event_id, date(2020, 9, 24))) == plan
    assert plan_known_at(seeded, 2020, Moment(event_id - 1, date(2020, 9, 24))) == before


def test_closing_needs_a_final_briefing_or_a_reason(seeded: Session) -> None:
    with pytest.raises(Invalid, match="without a final briefing"):
        close(seeded, reason=EMPTY_TEXT)
    finalize(seeded, date(2021, 1, 15), date(2021, 1, 12))
    event_id = close(seeded, JANUARY, EMPTY_TEXT)
    event = seeded.get_one(AuditEvent, event_id)
    assert event.after["briefing"] is not None


@pytest.mark.parametrize(
    ("meeting_on", "frozen_on", "is_final"),
    [
        (date(2020, 12, 31), date(2020, 12, 31), True),
        (date(2021, 1, 15), date(2021, 1, 4), True),
        (date(2021, 1, 15), date(2020, 12, 30), False),
        (date(2020, 12, 10), date(2021, 1, 15), False),
    ],
)
def test_final_briefing_covers_the_day_on_which_the_last_reports_were_due(
    seeded: Session, meeting_on: date, frozen_on: date, *, is_final: bool
) -> None:
    made = finalize(seeded, meeting_on, frozen_on)
    final = year_to_close(seeded, 2020, JANUARY).final
    assert (final.briefing_id if final is not None else None) == (made if is_final else None)


def test_extended_last_quarter_moves_the_day_that_the_final_briefing_covers(seeded: Session) -> None:
    last = period(seeded, "2020-12")
    december = datetime.combine(date(2020, 12, 20), time(12), TORONTO)
    period_services.extend_period(seeded, last.id, reason=REASON, expected_due_at=last.due_at, by=SYSTEM, at=december)
    finalize(seeded, date(2021, 1, 4), date(2021, 1, 4))
    assert year_to_close(seeded, 2020, JANUARY).final is None


def test_what_is_still_open_is_listed(seeded: Session) -> None:
    plan = plan_facts(seeded, 2020)
    due_requests.ask_to_move_due_date(
        seeded,
        next(a.id for a in plan.activities if a.code == "3.4"),
        jurisdiction(seeded, "on"),
        DueDate(2021, 3),
        reason=WORDS,
        expected_due=DueDate(2020, 12),
        **ANYONE,
    )
    to_close = year_to_close(seeded, 2020, JANUARY)
    assert [counted.period.key for counted in to_close.quarters] == ["2020-03", "2020-06", "2020-09", "2020-12"]
    assert to_close.missing == sum(counted.missing for counted in to_close.quarters) > 0
    assert [role.full_name.en for _, role in to_close.roles_to_confirm] == ["Nova Scotia"]
    assert [request.code for request in to_close.due_requests] == ["3.4"]
    assert (to_close.final, to_close.covered_from, to_close.has_open_items) == (None, date(2020, 12, 31), True)
    drafts = seeded.scalars(
        select(StatusReport.id).where(StatusReport.state.in_([ReportState.DRAFT, ReportState.RETURNED]))
    ).all()
    assert to_close.drafts <= len(drafts)


def test_draft_that_can_still_be_submitted_is_counted_until_its_quarter_is_closed(seeded: Session) -> None:
    plan = plan_facts(seeded, 2020)
    before = year_to_close(seeded, 2020, AT).drafts
    unreported = next(
        (p, a)
        for p in plan.priorities
        for a in p.activities
        if seeded.scalar(select(StatusReport.id).where(StatusReport.activity_id == a.id, StatusReport.period_id == 3)) is None
    )
    save_draft(seeded, ReportTarget(*unreported, 3), REPORT, expected_version=0, **ANYONE)
    assert year_to_close(seeded, 2020, AT).drafts == before + 1
    close(seeded)
    assert year_to_close(seeded, 2020, AT).drafts == 0


def test_year_is_closed_once(seeded: Session) -> None:
    close(seeded)
    before = rows(seeded)
    with pytest.raises(Conflict) as conflict:
        close(seeded)
    assert conflict.value.subject == date(2020, 9, 24)
    assert rows(seeded) == before


def test_reopened_plan_takes_reports_in_the_quarters_that_were_closed_with_it(seeded: Session) -> None:
    late = datetime.combine(date(2020, 10, 5), time(10), TORONTO)
    period_services.close_period(seeded, period(seeded, "2020-03").id, by=SYSTEM, at=late)
    states = rows(seeded, "reporting_period")
    close(seeded, late)
    with pytest.raises(Invalid, match="reopening the plan"):
        reopen_year(seeded, 2020, reason=EMPTY_TEXT, by=SYSTEM, at=late)
    reopen_year(seeded, 2020, reason=REASON, by=SYSTEM, at=late + timedelta(hours=1))
    seeded.expire_all()
    assert rows(seeded, "reporting_period") == states, "the first quarter stays closed"
    assert not plan_facts(seeded, 2020).is_closed
    assert history_gaps(seeded) == []
    with pytest.raises(Conflict):
        reopen_year(seeded, 2020, reason=REASON, by=SYSTEM, at=late)


def test_quarter_reopened_for_a_jurisdiction_takes_no_report_while_the_plan_is_closed(seeded: Session) -> None:
    late = datetime.combine(date(2020, 10, 5), time(10), TORONTO)
    quarter, ontario = period(seeded, "2020-06").id, jurisdiction(seeded, "on")
    period_services.close_period(seeded, quarter, by=SYSTEM, at=late)
    until = late + timedelta(days=30)
    period_services.reopen_period(seeded, quarter, ontario, until=until, reason="Late.", by=SYSTEM, at=late)
    plan_id = plan_facts(seeded, 2020).id

    def reopened() -> bool:
        return any(ontario in p.reopenings for p in periods(seeded, plan_id, late, late.date()))

    assert reopened()
    close(seeded, late)
    assert not reopened()
    reopen_year(seeded, 2020, reason=REASON, by=SYSTEM, at=late)
    assert reopened()


def commands(session: Session) -> dict[str, Callable[[], object]]:
    """Every command on a plan, its quarters, reports, roles, due dates, notes and comments, ready to be called."""
    plan = plan_facts(session, 2020)
    held, offered, vacant = (
        role(session, state) for state in (Confirmation.CONFIRMED, Confirmation.TO_CONFIRM, Confirmation.VACANT)
    )
    ontario, yukon = jurisdiction(session, "on"), jurisdiction(session, "yt")
    person = Actor("person", session.scalars(select(Person.id)).first())
    activity = session.scalars(select(Activity).where(Activity.code == "3.4")).one()
    asked, _ = due_requests.ask_to_move_due_date(
        session, activity.id, ontario, DueDate(2021, 3), reason=WORDS, expected_due=DueDate(2020, 12), **ANYONE
    )
    comment, _ = write_comment(session, activity.id, "A word.", lang=Language.EN, mentions=(), by=person, at=AT)
    request_role(session, vacant.id, yukon, **ANYONE)
    submitted = session.scalars(select(Submission).order_by(Submission.id.desc())).first()
    assert submitted is not None
    reported = session.scalars(
        select(StatusReport).where(
            StatusReport.activity_id == submitted.activity_id, StatusReport.period_id == submitted.period_id
        )
    ).one()
    priority = next(p for p in plan.priorities if any(a.id == submitted.activity_id for a in p.activities))
    target = ReportTarget(priority, next(a for a in priority.activities if a.id == submitted.activity_id), submitted.period_id)
    other = next(p for p in plan.priorities if p.number == 3)
    due: dict[str, Any] = {"reason": WORDS, "expected_due": DueDate(2020, 12)}
    shown: dict[str, Any] = {"expected_jurisdiction_id": held.jurisdiction_id}
    quarter, open_quarter = period(session, "2020-06"), period(session, "2020-09")
    comment_values: dict[str, Any] = {"lang": Language.EN, "mentions": (), "by": person, "at": AT}
    return {
        "accept": lambda: services.accept_role(session, offered.id, expected_jurisdiction_id=offered.jurisdiction_id, **ANYONE),
        "decline": lambda: services.decline_role(
            session, offered.id, expected_jurisdiction_id=offered.jurisdiction_id, **ANYONE
        ),
        "offer": lambda: services.offer_role(session, vacant.id, yukon, **BY),
        "withdraw the offer": lambda: services.withdraw_offer(
            session, offered.id, expected_jurisdiction_id=offered.jurisdiction_id, **BY
        ),
        "end": lambda: services.end_role(session, held.id, reason=WORDS, **shown, **BY),
        "hand over": lambda: services.hand_over_role(session, held.id, yukon, reason=WORDS, **shown, **BY),
        "request": lambda: request_role(session, vacant.id, ontario, **ANYONE),
        "withdraw the request": lambda: withdraw_role_request(session, vacant.id, yukon, **ANYONE),
        "move the due date": lambda: services.move_due_date(
            session, activity.id, DueDate(2021, 1), words=EMPTY_TEXT, **due, **BY
        ),
        "ask to move": lambda: due_requests.ask_to_move_due_date(
            session, activity.id, ontario, DueDate(2021, 2), **due, **ANYONE
        ),
        "withdraw the asking": lambda: due_requests.withdraw_due_request(session, activity.id, asked, **ANYONE),
        "accept the move": lambda: due_requests.accept_due_request(session, activity.id, asked, **BY),
        "decline the move": lambda: due_requests.decline_due_request(session, activity.id, asked, reason=WORDS, **BY),
        "save": lambda: save_draft(session, target, REPORT, expected_version=reported.version, **ANYONE),
        "submit": lambda: submit_report(session, target, REPORT, expected_version=reported.version, **ANYONE),
        "submit all": lambda: submit_all_reports(
            session, [ReportToSubmit(target, REPORT, reported.version)], not_submitted={}, **ANYONE
        ),
        "return": lambda: period_services.return_report(
            session, reported.id, note="Again.", expected_version=reported.version, **BY
        ),
        "open": lambda: period_services.open_period(session, period(session, "2020-12").id, **BY),
        "extend": lambda: period_services.extend_period(
            session, open_quarter.id, reason=WORDS, expected_due_at=open_quarter.due_at, **BY
        ),
        "set back": lambda: period_services.set_back_period(
            session, open_quarter.id, reason=WORDS, expected_due_at=open_quarter.due_at, **BY
        ),
        "close the quarter": lambda: period_services.close_period(session, quarter.id, **BY),
        "reopen for all": lambda: period_services.reopen_for_all(session, quarter.id, **BY),
        "reopen for one": lambda: period_services.reopen_period(
            session, quarter.id, ontario, until=AT + timedelta(days=9), reason="Late.", **BY
        ),
        "note": lambda: save_note(
            session, plan, activity, period_key="2020-09", jurisdiction_id=yukon, text=WORDS, expected_version=0, **ANYONE
        ),
        "translate": lambda: report_translation.translate_report(
            session, priority, submitted.activity_id, "progress", "Mots.", source_text="Words.", is_own=False, **ANYONE
        ),
        "confirm a translation": lambda: report_translation.confirm_translation(
            session, target, expected_version=reported.version, **ANYONE
        ),
        "override": lambda: set_override(session, other.id, Status.SUBSTANTIAL, WORDS, expected_id=0, **BY),
        "clear the override": lambda: clear_override(session, other.id, expected_id=0, **BY),
        "comment": lambda: write_comment(session, activity.id, "More.", **comment_values),
        "edit the comment": lambda: edit_comment(
            session, activity.id, comment.id, "More.", expected_version=1, **comment_values
        ),
    }


def test_every_command_on_a_closed_plan_is_refused_with_the_same_sentence(seeded: Session) -> None:
    attempts = commands(seeded)
    close(seeded)
    before = rows(seeded)
    for name, attempt in attempts.items():
        with pytest.raises(Invalid) as refused:
            attempt()
        sentences = [message.id for _, message in refused.value.problems]
        assert sentences == [
            "The %(year)s plan is closed and can no longer be changed. If you must change it, ask the secretariat to reopen it."
        ], name
    assert rows(seeded) == before


def test_own_comment_on_a_closed_plan_can_be_deleted(seeded: Session) -> None:
    person = Actor("person", seeded.scalars(select(Person.id)).first())
    activity = seeded.scalars(select(Activity.id)).first()
    assert activity is not None
    comment, _ = write_comment(seeded, activity, "A word.", lang=Language.EN, mentions=(), by=person, at=AT)
    close(seeded)
    delete_comment(seeded, activity, comment.id, expected_version=1, by=person, at=AT)
