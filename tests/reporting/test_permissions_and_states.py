"""Every event in every state by every persona: what is allowed, and what is refused by permission or by state.

``cogwg.reporting.states`` has the transitions, ``cogwg.policy`` and the views the permissions. These tests combine them:
each case passes the view's permission, the row's own check and the service, and is rolled back afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import WRITE_OPTIONS, build_engine
from cogwg.core.errors import Forbidden, Invalid, NotFound
from cogwg.core.status import Status
from cogwg.plan.queries import plan_facts
from cogwg.policy import Permission, can_report_on, has_permission
from cogwg.reporting import period_services
from cogwg.reporting.models import PeriodState, ReportingPeriod, ReportState
from cogwg.reporting.periods import periods
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, find_report, save_draft, submit_report
from cogwg.reporting.states import PERIOD_TRANSITIONS, REPORT_TRANSITIONS, PeriodEvent, ReportEvent
from cogwg.web.quarters.returns import report_return
from cogwg.web.quarters.views import quarter_close, quarter_open, quarter_reopen, quarter_undo_close
from cogwg.web.reporting.updates import report
from tests.databases import Databases
from tests.reporting.test_states import CHAIR, INSTANT_IN
from tests.sessions import FURTHER
from tests.web_client import email

P, R = PeriodState, ReportState
REPORT_DRAFT = ReportDraft(Status.SUBSTANTIAL, progress=Bilingual("Two methods were tried.", ""))
CODE, QUARTER = "5.4", "2020-09"
QUARTER_VIEWS = {
    PeriodEvent.OPEN: quarter_open,
    PeriodEvent.CLOSE: quarter_close,
    PeriodEvent.REOPEN: quarter_reopen,
    PeriodEvent.REOPEN_ALL: quarter_undo_close,
}
"""The view of each event of a quarter."""


class Outcome(StrEnum):
    """The outcome of a request."""

    ALLOWED = "done"
    REFUSED_PERSON = "refused because of who asks"
    REFUSED_TIME = "refused because of when"


@dataclass(frozen=True)
class Persona:
    """A persona, their relation to activity 5.4, and the jurisdiction they act for."""

    description: str
    name: str = ""
    acting_for: str = ""
    can_report: bool = False
    can_manage: bool = False


PERSONAS = (
    Persona("the lead", "saskatchewan", can_report=True),
    Persona("its co-lead", "alberta", can_report=True),
    Persona("a lead who claims to speak for another", "ontario", "sk"),
    Persona("a partner", "nwt"),
    Persona("the lead of another priority", "ontario"),
    Persona("a lead without a role", "quebec"),
    Persona("a co-chair", "chair", can_manage=True),
    Persona("a co-chair on behalf of the lead", "chair", "sk", can_report=True, can_manage=True),
    Persona("a co-chair on behalf of the partner", "chair", "nt", can_manage=True),
    Persona("the secretariat", "secretariat", can_manage=True),
    Persona("the secretariat on behalf of the co-lead", "secretariat", "ab", can_report=True, can_manage=True),
    Persona("a reader", "reader"),
    Persona("signed out"),
)
USUAL = {"the lead", "the lead of another priority", "a co-chair", "a co-chair on behalf of the lead", "a reader", "signed out"}
"""Those in the default run: each relation to the activity once."""
each_persona = pytest.mark.parametrize(
    "who",
    [
        pytest.param(who, id=who.description.replace(" ", "-"), marks=() if who.description in USUAL else FURTHER)
        for who in PERSONAS
    ],
)
CO_CHAIR_EVENTS = (PeriodEvent.OPEN, PeriodEvent.CLOSE, PeriodEvent.REOPEN, PeriodEvent.REOPEN_ALL)


@pytest.fixture(scope="module")
def engine(databases: Databases) -> Iterator[Engine]:
    """A database without reports in the third quarter. One engine is enough, because the tables decide."""
    url = databases.create("sqlite", "summer")
    made = build_engine(url)
    yield made
    made.dispose()
    databases.drop(url)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction that is never committed."""
    with Session(engine) as opened:
        opened.connection(execution_options=WRITE_OPTIONS)
        yield opened
        opened.rollback()


def authorize(session: Session, persona: Persona, view: Callable[..., object]) -> Person:
    """Check the permissions that this view declares. Raises ``Forbidden``."""
    permissions: tuple[Permission, ...] = view.access  # type: ignore[attr-defined]
    person = session.scalars(select(Person).where(Person.email == email(persona.name))).one_or_none() if persona.name else None
    if person is None or not any(
        has_permission({m.role for m in person.memberships}, permission) for permission in permissions
    ):
        raise Forbidden
    return person


def jurisdiction_id(session: Session, code: str) -> int:
    return session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == code)).one()


def quarter_id(session: Session) -> int:
    return session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == QUARTER)).one()


def set_period_state(session: Session, state: PeriodState) -> datetime:
    """Set the quarter to this state; return an instant in it."""
    closed = INSTANT_IN[state] - timedelta(days=1) if state is P.CLOSED else None
    session.execute(update(ReportingPeriod).where(ReportingPeriod.key == QUARTER).values(closed_at=closed))
    return INSTANT_IN[state]


def report_target(session: Session, answers_for: frozenset[int] = frozenset()) -> ReportTarget:
    (priority,) = plan_facts(session, 2020, code=CODE).priorities
    (activity,) = (a for a in priority.activities if a.code == CODE)
    return ReportTarget(priority, activity, quarter_id(session), answers_for)


def create_report(session: Session, state: ReportState | None) -> int:
    """Set the report of 5.4 to this state while the quarter is open; return its version, 0 for none."""
    at = set_period_state(session, P.OPEN)
    if state is R.DRAFT:
        save_draft(
            session, report_target(session), REPORT_DRAFT, expected_version=0, by=CHAIR, at=at, is_allowed=lambda _: True
        )
    elif state is not None:
        submit_report(
            session, report_target(session), REPORT_DRAFT, expected_version=0, by=CHAIR, at=at, is_allowed=lambda _: True
        )
    report = find_report(session, report_target(session))
    if state is R.RETURNED and report is not None:
        period_services.return_report(session, report.id, note="Which methods?", expected_version=1, by=CHAIR, at=at)
        report = find_report(session, report_target(session))
    assert (report.state if report else None) is state
    return report.version if report else 0


def perform_event(session: Session, persona: Persona, event: ReportEvent, shown: int, at: datetime) -> None:
    """Cause one event of a report as this persona, as its view does."""
    person = authorize(session, persona, report_return if event is ReportEvent.RETURN else report)
    behalf = jurisdiction_id(session, persona.acting_for) if persona.acting_for else None
    by = Actor("person", person.id, behalf)
    if event is ReportEvent.RETURN:
        stored = find_report(session, report_target(session))
        if stored is None:
            raise NotFound("report")
        period_services.return_report(session, stored.id, note="Say more.", expected_version=shown, by=by, at=at)
        return
    led = {m.jurisdiction_id for m in person.memberships if m.jurisdiction_id is not None}
    place = report_target(session, frozenset({behalf} if behalf is not None else led))
    verb = save_draft if event is ReportEvent.SAVE else submit_report
    verb(
        session,
        place,
        REPORT_DRAFT,
        expected_version=shown,
        by=by,
        at=at,
        is_allowed=lambda priority: can_report_on(person, priority, behalf),
    )


def outcome_of(action: Callable[[], object]) -> Outcome:
    try:
        action()
    except Forbidden:
        return Outcome.REFUSED_PERSON
    except (Invalid, NotFound):
        return Outcome.REFUSED_TIME
    return Outcome.ALLOWED


def count_audit_events(session: Session) -> int:
    return session.scalars(select(func.count(AuditEvent.id))).one()


def expected_outcome(*, is_allowed: bool, has_transition: bool) -> Outcome:
    """Permissions are checked before states, so that a refusal does not reveal the state."""
    if not is_allowed:
        return Outcome.REFUSED_PERSON
    return Outcome.ALLOWED if has_transition else Outcome.REFUSED_TIME


def is_allowed(persona: Persona, event: ReportEvent) -> bool:
    return persona.can_manage if event is ReportEvent.RETURN else persona.can_report


@each_persona
@pytest.mark.parametrize(("state", "event"), [*product((None, *R), ReportEvent)])
def test_report_event_for_every_state_and_persona(
    session: Session, state: ReportState | None, event: ReportEvent, who: Persona
) -> None:
    shown, before = create_report(session, state), find_report(session, report_target(session))
    event_count = count_audit_events(session)
    outcome = outcome_of(lambda: perform_event(session, who, event, shown, INSTANT_IN[P.OPEN]))
    assert outcome is expected_outcome(is_allowed=is_allowed(who, event), has_transition=(state, event) in REPORT_TRANSITIONS)
    after = find_report(session, report_target(session))
    if outcome is Outcome.ALLOWED:
        assert after is not None
        assert (after.state, after.version) == (REPORT_TRANSITIONS[state, event], shown + 1)
        assert count_audit_events(session) == event_count + 1
    else:
        assert after == before
        assert count_audit_events(session) == event_count


STATE_BEFORE = {ReportEvent.SAVE: R.DRAFT, ReportEvent.SUBMIT: R.DRAFT, ReportEvent.RETURN: R.SUBMITTED}
"""A state that allows each event, so that only the quarter decides."""


@each_persona
@pytest.mark.parametrize("event", ReportEvent)
@pytest.mark.parametrize(("state", "reopened"), [*((state, False) for state in P), (P.CLOSED, True)])
def test_report_event_for_every_quarter_state_and_persona(
    session: Session, state: PeriodState, event: ReportEvent, who: Persona, reopened: bool
) -> None:
    """``reopened``: for the lead's jurisdiction. A report can be returned if one of its leads can submit it again."""
    shown = create_report(session, STATE_BEFORE[event])
    at = set_period_state(session, state)
    if reopened:
        until = at + timedelta(days=3)
        jurisdiction = jurisdiction_id(session, "sk")
        period_services.reopen_period(
            session, quarter_id(session), jurisdiction, until=until, reason="Flooded.", by=CHAIR, at=at
        )
    is_for_saskatchewan = "sk" in (who.acting_for, "sk" if who.name == "saskatchewan" else "")
    takes = state in (P.OPEN, P.LATE) or (reopened and (is_for_saskatchewan or event is ReportEvent.RETURN))
    before, event_count = find_report(session, report_target(session)), count_audit_events(session)
    outcome = outcome_of(lambda: perform_event(session, who, event, shown, at))
    assert outcome is expected_outcome(is_allowed=is_allowed(who, event), has_transition=takes)
    assert (find_report(session, report_target(session)) == before) is (outcome is not Outcome.ALLOWED)
    assert count_audit_events(session) == event_count + (outcome is Outcome.ALLOWED)


@each_persona
@pytest.mark.parametrize(("state", "event"), [*product(P, CO_CHAIR_EVENTS)])
def test_quarter_event_for_every_state_and_persona(
    session: Session, state: PeriodState, event: PeriodEvent, who: Persona
) -> None:
    at, id_, event_count = set_period_state(session, state), quarter_id(session), count_audit_events(session)

    def perform() -> None:
        by = Actor("person", authorize(session, who, QUARTER_VIEWS[event]).id)
        if event is PeriodEvent.OPEN:
            period_services.open_period(session, id_, by=by, at=at)
        elif event is PeriodEvent.CLOSE:
            period_services.close_period(session, id_, by=by, at=at)
        elif event is PeriodEvent.REOPEN_ALL:
            period_services.reopen_for_all(session, id_, by=by, at=at)
        else:
            until = at + timedelta(days=3)
            period_services.reopen_period(
                session, id_, jurisdiction_id(session, "sk"), until=until, reason="Flooded.", by=by, at=at
            )

    outcome = outcome_of(perform)
    assert outcome is expected_outcome(is_allowed=who.can_manage, has_transition=(state, event) in PERIOD_TRANSITIONS)
    period = next(q for q in periods(session, plan_facts(session, 2020).id, at, at.date()) if q.key == QUARTER)
    assert period.state is (PERIOD_TRANSITIONS[state, event] if outcome is Outcome.ALLOWED else state)
    assert bool(period.reopenings) is (outcome is Outcome.ALLOWED and event is PeriodEvent.REOPEN)
    assert count_audit_events(session) == event_count + (outcome is Outcome.ALLOWED)


def test_clock_events_have_no_view() -> None:
    extended_elsewhere = {PeriodEvent.EXTEND, PeriodEvent.SET_BACK}  # tests/web/quarters/test_extension.py
    assert set(PeriodEvent) - set(CO_CHAIR_EVENTS) - extended_elsewhere == {PeriodEvent.FIRST_DAY, PeriodEvent.DUE_TIME}
