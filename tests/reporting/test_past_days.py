"""What the record said on a past day, and what it says today about that day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cogwg.accounts.jurisdictions import JurisdictionDraft, add_jurisdiction, jurisdiction_to_change, rename_jurisdiction
from cogwg.accounts.models import Jurisdiction, OrderOfGovernment
from cogwg.accounts.past_names import jurisdiction_on_day, jurisdictions_on_day
from cogwg.audit.services import SYSTEM, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import end_of_day
from cogwg.core.errors import NotFound
from cogwg.core.status import Status, Timeliness
from cogwg.plan.history import keep_plan, keep_rows
from cogwg.plan.models import Activity, Assignment, Confirmation, PlanHistoryStart, WorkPlan
from cogwg.plan.past_plans import plan_recorded_on
from cogwg.plan.queries import plan_facts
from cogwg.plan.rules import DueDate
from cogwg.plan.services import accept_role, move_due_date, offer_role
from cogwg.reporting.past_days import (
    PastDay,
    override_of_day,
    plan_of_day,
    quarters_begun,
    record_of_day,
    spans_of_day,
    statuses_of_day,
    year_of_day,
)
from cogwg.reporting.periods import periods
from cogwg.reporting.queries import CurrentStatus, current_statuses
from cogwg.reporting.report_translation import translate_report
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, submit_report
from cogwg.reporting.status_override import clear_override, set_override
from cogwg.reporting.status_spans import count_at_quarter_end, status_spans
from tests.databases import DEMO_DAY

JUNE = date(2020, 6, 30)
AT = end_of_day(DEMO_DAY) - timedelta(hours=6)
"""On the evening of the demo's day, after all of its events."""
REASON = Bilingual("Because.", "Parce que.")


def activity(session: Session, code: str) -> Activity:
    return session.scalars(select(Activity).where(Activity.code == code)).one()


def status_on(session: Session, code: str, day: date, *, known_today: bool) -> CurrentStatus:
    record = record_of_day(session, PastDay(day, known_today))
    statuses = statuses_of_day(session, record, plan_of_day(session, record, 2020), with_texts=True)
    return next(status for status in statuses.values() if status.activity.code == code)


def submit(session: Session, code: str, key: str, status: Status, words: Bilingual, version: int) -> None:
    plan = plan_facts(session, 2020, code=code)
    (priority,) = plan.priorities
    own = next(a for a in priority.activities if a.code == code)
    period = next(p for p in periods(session, plan.id, AT, DEMO_DAY) if p.key == key)
    draft = ReportDraft(status, words, Bilingual("Time.", "Temps."), Bilingual("None.", "Aucun."))
    target = ReportTarget(priority, own, period.id)
    submit_report(session, target, draft, expected_version=version, by=SYSTEM, at=AT, is_allowed=lambda _: True)


def test_day_of_today_reads_as_today(seeded: Session) -> None:
    plan = plan_facts(seeded, 2020)
    for known_today in (False, True):
        record = record_of_day(seeded, PastDay(DEMO_DAY, known_today))
        assert plan_of_day(seeded, record, 2020) == plan
        assert statuses_of_day(seeded, record, plan, with_texts=True) == current_statuses(
            seeded, plan, DEMO_DAY, with_texts=True
        )
        assert year_of_day(seeded, record) == 2020


def test_text_written_later_is_not_known_then_and_is_known_today(seeded: Session) -> None:
    """A report on June's quarter that is corrected in September counts today, and did not in June."""
    before = status_on(seeded, "3.2", JUNE, known_today=False)
    assert before == status_on(seeded, "3.2", JUNE, known_today=True)
    submit(seeded, "3.2", "2020-06", Status.SUBSTANTIAL, Bilingual("Corrected.", ""), version=1)
    assert status_on(seeded, "3.2", JUNE, known_today=False) == before
    corrected = status_on(seeded, "3.2", JUNE, known_today=True)
    assert (corrected.status, corrected.progress.en) == (Status.SUBSTANTIAL, "Corrected.")
    assert corrected.timeliness is Timeliness.DUE, "due and overdue are as of that day"


def test_report_on_a_quarter_that_had_not_begun_counts_in_neither(seeded: Session) -> None:
    before = status_on(seeded, "3.2", JUNE, known_today=True)
    submit(seeded, "3.2", "2020-09", Status.COMPLETE, Bilingual("Done.", "Fait."), version=0)
    assert status_on(seeded, "3.2", JUNE, known_today=False) == before
    assert status_on(seeded, "3.2", JUNE, known_today=True) == before
    assert status_on(seeded, "3.2", DEMO_DAY, known_today=False).status is Status.COMPLETE


def test_translation_made_later_is_known_today_only(seeded: Session) -> None:
    submit(seeded, "3.2", "2020-06", Status.SUBSTANTIAL, Bilingual("Corrected.", ""), version=1)
    (priority,) = plan_facts(seeded, 2020, code="3.2").priorities
    own = next(a for a in priority.activities if a.code == "3.2")
    texts = {"text": "Corrigé.", "source_text": "Corrected.", "is_own": False}
    later = AT + timedelta(days=3)
    translate_report(seeded, priority, own.id, "progress", **texts, by=SYSTEM, at=later, is_allowed=lambda _: True)
    assert status_on(seeded, "3.2", DEMO_DAY, known_today=False).progress == Bilingual("Corrected.", "")
    assert status_on(seeded, "3.2", DEMO_DAY, known_today=True).progress == Bilingual("Corrected.", "Corrigé.")
    after = status_on(seeded, "3.2", DEMO_DAY + timedelta(days=3), known_today=False)
    assert after.progress == Bilingual("Corrected.", "Corrigé.")


def test_moved_due_date_is_the_old_one_then_and_the_new_one_today(seeded: Session) -> None:
    moved = activity(seeded, "3.2")
    to = DueDate(2020, 10)
    was = DueDate(moved.due_year, moved.due_month, moved.due_day)
    move_due_date(seeded, moved.id, to, reason=REASON, words=EMPTY_TEXT, expected_due=was, by=SYSTEM, at=AT)
    august = date(2020, 8, 31)
    then, today = (status_on(seeded, "3.2", august, known_today=known) for known in (False, True))
    assert (then.activity.due, then.activity.original_due, then.timeliness) == (was, None, Timeliness.OVERDUE)
    assert (today.activity.due, today.activity.original_due, today.timeliness) == (to, was, Timeliness.NOT_YET_DUE)


def test_roles_of_the_day_are_those_of_its_end_also_as_known_today(seeded: Session) -> None:
    yukon = seeded.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "yt")).one()
    role = seeded.scalars(select(Assignment).where(Assignment.confirmation == Confirmation.VACANT).limit(1)).one()
    offer_role(seeded, role.id, yukon, by=SYSTEM, at=AT)
    accepted = {"expected_jurisdiction_id": yukon, "by": SYSTEM, "at": AT + timedelta(days=1)}
    accept_role(seeded, role.id, is_allowed=lambda _: True, **accepted)
    states = {JUNE: Confirmation.VACANT, DEMO_DAY: Confirmation.TO_CONFIRM}
    states[DEMO_DAY + timedelta(days=1)] = Confirmation.CONFIRMED
    for day, state in states.items():
        for known_today in (False, True):
            plan = plan_of_day(seeded, record_of_day(seeded, PastDay(day, known_today)), 2020)
            own = next(a for p in plan.priorities for a in p.assignments if a.id == role.id)
            assert own.confirmation is state, (day, known_today)


def reword(session: Session, row: Activity, title: str, *, retired_on: date | None = None) -> None:
    """Change a row as the commands that edit a plan do."""
    row.title_en, row.retired_on = title, retired_on
    session.flush()
    keep_rows(session, record_event(session, "activity.reworded", ("activity", row.id), by=SYSTEM, at=AT), [row])


def test_rows_of_the_day_have_the_wording_of_then_or_of_today(seeded: Session) -> None:
    old = activity(seeded, "3.2").title_en
    reword(seeded, activity(seeded, "3.2"), "Reworded")
    assert status_on(seeded, "3.2", JUNE, known_today=False).activity.title.en == old
    assert status_on(seeded, "3.2", JUNE, known_today=True).activity.title.en == "Reworded"


def test_row_retired_later_was_in_the_plan_that_day(seeded: Session) -> None:
    reword(seeded, activity(seeded, "3.2"), "Retired", retired_on=DEMO_DAY)
    for day, is_there in ((JUNE, True), (DEMO_DAY, False)):
        for known_today in (False, True):
            plan = plan_of_day(seeded, record_of_day(seeded, PastDay(day, known_today)), 2020)
            assert ("3.2" in {a.code for a in plan.activities}) is is_there, (day, known_today)


def test_names_of_jurisdictions_are_those_of_the_day_or_of_today(seeded: Session) -> None:
    ontario = jurisdiction_to_change(seeded, "on")
    for n in range(3):
        draft = JurisdictionDraft(ontario.kind, Bilingual(f"Ontario {n}", f"Ontario {n}"), Bilingual(f"ON{n}", f"ON{n}"))
        assert rename_jurisdiction(seeded, ontario, draft, version=n + 1, by=SYSTEM, at=AT + timedelta(days=n))
    wanted = {JUNE: "Ontario", DEMO_DAY: "Ontario 0", DEMO_DAY + timedelta(days=1): "Ontario 1"}
    for day, name in wanted.items():
        for known_today in (False, True):
            plan = plan_of_day(seeded, record_of_day(seeded, PastDay(day, known_today)), 2020)
            names = {a.full_name.en for p in plan.priorities for a in p.assignments if a.jurisdiction_code == "on"}
            assert names == {"Ontario 2" if known_today else name}
        assert jurisdiction_on_day(seeded, "on", day).name.en == name
        assert name in {j.name.en for j in jurisdictions_on_day(seeded, day, "en")}
    assert [n.en for n, _ in jurisdiction_on_day(seeded, "on", DEMO_DAY + timedelta(days=1)).earlier_names] == [
        "Ontario 0",
        "Ontario",
    ]


def test_jurisdiction_added_later_is_not_among_those_of_the_day(seeded: Session) -> None:
    draft = JurisdictionDraft(OrderOfGovernment.MUNICIPAL, Bilingual("Cities", "Villes"), Bilingual("", ""))
    add_jurisdiction(seeded, draft, code="ct", by=SYSTEM, at=AT)
    assert jurisdiction_on_day(seeded, "ct", JUNE).added_on == DEMO_DAY
    assert jurisdiction_on_day(seeded, "on", JUNE).added_on is None
    for day, is_there in ((JUNE, False), (DEMO_DAY, True)):
        assert ("ct" in {j.code for j in jurisdictions_on_day(seeded, day, "en")}) is is_there


def test_overall_status_is_the_one_set_by_hand_at_the_end_of_the_day(seeded: Session) -> None:
    priority = plan_facts(seeded, 2020).priorities[0]
    first = set_override(seeded, priority.id, Status.LIMITED, REASON, expected_id=0, by=SYSTEM, at=AT)
    clear_override(seeded, priority.id, expected_id=first, by=SYSTEM, at=AT + timedelta(days=1))
    days = (JUNE, DEMO_DAY, DEMO_DAY + timedelta(days=1))
    overrides = [override_of_day(seeded, record_of_day(seeded, PastDay(day)), priority.id) for day in days]
    assert [override.status if override else None for override in overrides] == [None, Status.LIMITED, None]


def test_progress_of_today_counts_as_the_progress_page_does(seeded: Session) -> None:
    plan = plan_facts(seeded, 2020)
    usual = status_spans(seeded, plan.id)
    for known_today in (False, True):
        spans = spans_of_day(seeded, record_of_day(seeded, PastDay(DEMO_DAY, known_today)), plan)
        for key, day in (("2020-03", date(2020, 3, 31)), ("2020-06", JUNE), ("2020-09", DEMO_DAY)):
            assert count_at_quarter_end(spans, key, day) == count_at_quarter_end(usual, key, day)


def test_quarters_that_had_begun_are_open_until_they_are_due(seeded: Session) -> None:
    quarters = periods(seeded, plan_facts(seeded, 2020).id, AT, DEMO_DAY)
    assert [(q.key, q.is_open) for q in quarters_begun(quarters, JUNE)] == [("2020-03", False), ("2020-06", True)]


def test_plan_is_not_found_before_its_adoption_or_its_record(seeded: Session) -> None:
    adopted = plan_facts(seeded, 2020).adopted_on
    for known_today in (False, True):
        before = record_of_day(seeded, PastDay(adopted - timedelta(days=1), known_today))
        with pytest.raises(NotFound):
            plan_of_day(seeded, before, 2020)
        with pytest.raises(NotFound):
            year_of_day(seeded, before)
        assert year_of_day(seeded, record_of_day(seeded, PastDay(adopted, known_today))) == 2020


def test_plan_recorded_later_is_known_today_about_the_days_since_its_adoption(seeded: Session) -> None:
    """A plan that was loaded after it had been adopted, as on a new installation."""
    plan = WorkPlan(year=2019, title_en="Work plan 2019", title_fr="Plan de travail 2019", adopted_on=date(2019, 2, 1))
    seeded.add(plan)
    seeded.flush()
    event = record_event(seeded, "plan.created", ("plan", plan.id), by=SYSTEM, at=AT)
    keep_plan(seeded, event, plan)
    day = date(2019, 6, 30)
    assert plan_recorded_on(seeded, 2019) == DEMO_DAY
    with pytest.raises(NotFound):
        plan_of_day(seeded, record_of_day(seeded, PastDay(day)), 2019)
    known = record_of_day(seeded, PastDay(day, known_today=True))
    assert plan_of_day(seeded, known, 2019).title.en == "Work plan 2019"
    assert year_of_day(seeded, known) == 2019
    assert year_of_day(seeded, record_of_day(seeded, PastDay(DEMO_DAY))) == 2020


def test_record_of_a_day_before_the_upgrade_says_what_it_lacks(seeded: Session) -> None:
    moment = record_of_day(seeded, PastDay(JUNE)).moment
    assert record_of_day(seeded, PastDay(JUNE)).start is None, "kept from the first"
    seeded.add(PlanHistoryStart(id=1, event_id=moment.event_id + 1, at=AT))
    seeded.flush()
    assert record_of_day(seeded, PastDay(JUNE)).start == DEMO_DAY
    assert record_of_day(seeded, PastDay(JUNE, known_today=True)).start is None
    seeded.execute(text("UPDATE plan_history_start SET event_id = event_id - 1"))
    assert record_of_day(seeded, PastDay(JUNE)).start is None, "what was known at the upgrade itself is complete"


def test_texts_are_read_only_where_they_may_be_shown(seeded: Session) -> None:
    record = record_of_day(seeded, PastDay(JUNE))
    plan = plan_of_day(seeded, record, 2020)
    with_texts = statuses_of_day(seeded, record, plan, with_texts=True)
    without = statuses_of_day(seeded, record, plan)
    assert any(status.has_report_texts for status in with_texts.values())
    empty = {"progress": EMPTY_TEXT, "challenge": EMPTY_TEXT, "evidence_note": EMPTY_TEXT, "evidence": ()}
    assert without == {id_: replace(s, **empty, next_step=EMPTY_TEXT) for id_, s in with_texts.items()}
