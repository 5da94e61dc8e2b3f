"""A priority or activity that was retired leaves every query of what is current."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.search import ResultRange, parse_query
from cogwg.core.status import Status
from cogwg.discussion.queries import unanswered_mentions
from cogwg.discussion.services import write_comment
from cogwg.plan.conditions import is_reporting_role
from cogwg.plan.due_requests import ask_to_move_due_date, waiting_due_requests
from cogwg.plan.editing import retire_priority
from cogwg.plan.editing_activities import retire_activity
from cogwg.plan.lookups import priority_numbers
from cogwg.plan.models import Activity, Assignment, Confirmation, Priority, RoleRequest
from cogwg.plan.offered_roles import offered_roles
from cogwg.plan.queries import plan_facts, plans_with_assignments
from cogwg.plan.role_requests import requested_roles
from cogwg.plan.rules import DueDate
from cogwg.plan.search import search_activities, search_priorities
from cogwg.plan.services import offer_role
from cogwg.reporting.dashboards import latest_status_changes, report_counts
from cogwg.reporting.news.untranslated import untranslated_reports, untranslated_reports_in_effect
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.periods import periods
from cogwg.reporting.plan_as_of import plans_as_of
from cogwg.reporting.plan_history import plan_history
from cogwg.reporting.readiness import readiness
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.search import search_reports
from cogwg.reporting.services import ReportTarget, save_draft, submit_report
from cogwg.reporting.status_spans import status_spans
from cogwg.reporting.unfinished import unfinished_reports
from tests.databases import demo_calendar

AT = demo_calendar().now()
TODAY = AT.date()
REASON = Bilingual("It was done elsewhere.", "C’est fait ailleurs.")
ALL = ResultRange(100)


def retire_in(session: Session, code: str, number: int, given: dict[str, Any]) -> None:
    if code:
        row = session.scalars(select(Activity).where(Activity.code == code)).one()
        retire_activity(session, row.id, version=row.version, **given)
    else:
        priority = session.scalars(select(Priority).where(Priority.number == number)).one()
        retire_priority(session, priority.id, version=priority.version, **given)


def jurisdiction_id(session: Session, code: str) -> int:
    return session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == code)).one()


def current(session: Session) -> dict[str, set[str]]:
    """Return what each current query says of Priority 3 and activity 3.3, as words that a reader would look for."""
    ontario, everyone = jurisdiction_id(session, "on"), [j for (j,) in session.execute(select(Jurisdiction.id))]
    plan = plan_facts(session, 2020)
    quarters = periods(session, plan.id, AT, TODAY)
    third = next(q for q in quarters if q.key == "2020-09")
    activity = session.scalars(select(Activity).where(Activity.code == "3.3")).one()
    history = plan_history(session, [plan.id], until=AT + timedelta(days=1))
    as_of = plans_as_of(session, [2020], TODAY, submitted_before=AT + timedelta(days=1))[2020]
    words = parse_query("catalogue analytics")
    purpose = parse_query("publish with a purpose")
    return {
        "plan": {a.code for a in plan.activities} | {f"P{p.number}" for p in plan.priorities},
        "own priorities": {f"P{p.number}" for p in plan_facts(session, 2020, carried_by=[ontario]).priorities},
        "plans": {f"P{p.number}" for p in plans_with_assignments(session, [2020])[0].priorities},
        "plan as of": {a.code for a in as_of.plan.activities} | {f"P{p.number}" for p in as_of.plan.priorities},
        "numbers": {f"P{n}" for n in priority_numbers(session, plan.id)},
        "search": {a.code for a in search_activities(session, words, ALL).rows}
        | {f"P{p.number}" for p in search_priorities(session, purpose, ALL).rows},
        "search of reports": {r.code for r in search_reports(session, words, ALL).rows},
        "status changes": {c.code for c in latest_status_changes(session)},
        "offered roles": {f"P{r.number}" for r in offered_roles(session, 2020, everyone)},
        "requested roles": {f"P{r.number}" for r in requested_roles(session, 2020)},
        "due requests": {r.code for r in waiting_due_requests(session)},
        "mentions": {m.code for m in unanswered_mentions(session, [ontario], AT - timedelta(days=1))},
        "unfinished": {r.code for r in unfinished_reports(session, [ontario], AT)},
        "untranslated": {"3.3"} if activity.id in {t.id for t in untranslated_reports(session, plan)} else set(),
        "untranslated in effect": {"3.3"}
        if activity.id in {t.id for t in untranslated_reports_in_effect(session, 2020)}
        else set(),
        "statuses by quarter": {"3.3"} if any(activity.id in own for own in history.statuses_by_quarter.values()) else set(),
        "readiness": {r.activity.code for r in readiness(session, plan, third).all_reports},
    }


def counts(session: Session) -> dict[str, int]:
    """Return what is counted of the plan."""
    plan = plan_facts(session, 2020)
    quarters = periods_with_missing_counts(session, AT, TODAY)
    return {
        "missing": sum(q.missing + q.correctable for q in quarters),
        "expected": sum(expected for _received, expected in report_counts(session, plan.id, 3).values()),
        "spans": sum(span.count for span in status_spans(session, plan.id)),
        "reporting roles": len(session.scalars(select(Assignment.id).where(is_reporting_role())).all()),
    }


@pytest.fixture
def full(seeded: Session) -> Session:
    """The demo with something of Priority 3 and activity 3.3 in every current list."""
    ontario, yukon = jurisdiction_id(seeded, "on"), jurisdiction_id(seeded, "yt")
    activity = seeded.scalars(select(Activity).where(Activity.code == "3.3")).one()
    third = seeded.scalars(select(Priority).where(Priority.number == 3)).one()
    by = Actor("person", 1)
    vacant = Assignment(
        priority_id=third.id, position=8, role="lead", confirmation=Confirmation.VACANT, since=TODAY, jurisdiction_id=None
    )
    seeded.add_all([vacant])
    seeded.flush()
    seeded.add(RoleRequest(assignment_id=vacant.id, jurisdiction_id=yukon, asked_at=AT))
    (other,) = seeded.scalars(
        select(Assignment).where(
            Assignment.priority_id == third.id, Assignment.confirmation == Confirmation.VACANT, Assignment.id != vacant.id
        )
    )
    offer_role(seeded, other.id, jurisdiction_id(seeded, "pe"), by=by, at=AT)
    ask_to_move_due_date(
        seeded,
        activity.id,
        ontario,
        DueDate(2020, 12),
        reason=REASON,
        expected_due=DueDate(2020, 9),
        by=by,
        at=AT,
        is_allowed=lambda _: True,
    )
    write_comment(seeded, activity.id, "@ON, is it so?", lang=Language.EN, mentions=[ontario], by=by, at=AT)
    plan = plan_facts(seeded, 2020, number=3)
    (priority,) = plan.priorities
    quarter = next(q for q in periods(seeded, plan.id, AT, TODAY) if q.key == "2020-09")
    given: dict[str, Any] = {"expected_version": 0, "by": by, "at": AT, "is_allowed": lambda _: True}
    for code, save in (("3.3", submit_report), ("3.4", save_draft)):
        target = ReportTarget(priority, next(a for a in priority.activities if a.code == code), quarter.id)
        save(seeded, target, ReportDraft(Status.SUBSTANTIAL, Bilingual("Catalogue analytics in English only.", "")), **given)
    return seeded


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_retired_priority_is_in_no_current_query(full: Session) -> None:
    before, counted = current(full), counts(full)
    lacking = [name for name, words in before.items() if not words & {"3.3", "3.4", "P3"}]
    assert lacking == [], "each query has something that could leave it"
    retire_in(full, "", 3, {"reason": REASON, "by": Actor("person", 1), "at": AT})
    after = current(full)
    assert {name for name, words in after.items() if any(w == "P3" or w.startswith("3.") for w in words)} == set()
    assert all(counts(full)[name] < number for name, number in counted.items())


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_retired_activity_is_in_no_current_query(full: Session) -> None:
    counted = counts(full)
    retire_in(full, "3.3", 0, {"reason": REASON, "by": Actor("person", 1), "at": AT})
    after = current(full)
    assert {name for name, words in after.items() if "3.3" in words} == set()
    assert after["own priorities"] >= {"P3"}
    assert {name for name, number in counts(full).items() if number >= counted[name]} == {"reporting roles"}
