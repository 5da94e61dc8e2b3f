"""Commands that record commitments: what they store, keep, refuse, and write to the audit log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.ogp.editing import add_action_plan, changed_values, facts_of, record_commitment, remove_commitment
from cogwg.ogp.facts import ActionPlanFacts, ActualFacts, CommitmentFacts, IndicatorFacts, MilestoneFacts, check_commitment
from cogwg.ogp.models import ActionPlan, Assessment, AssessmentFinding, Commitment, CommitmentMilestone, Indicator
from cogwg.ogp.scales import AssessmentKind, Completion
from cogwg.plan.models import Activity, Priority
from tests.databases import demo_calendar
from tests.ogp.sample import FACTS, PLAN_2014, PLAN_2016

AT = demo_calendar().now()
GIVEN: dict[str, Any] = {"by": SYSTEM, "at": AT}


@pytest.fixture
def recorded(session: Session) -> Session:
    for plan in (PLAN_2014, PLAN_2016):
        add_action_plan(session, plan, **GIVEN)
    record_commitment(session, FACTS, version=None, **GIVEN)
    session.commit()
    return session


def stored(session: Session, identifier: str = "CA0060") -> Commitment:
    session.expire_all()
    return session.scalars(select(Commitment).where(Commitment.identifier == identifier)).one()


def event(session: Session, id_: int) -> AuditEvent:
    return session.get_one(AuditEvent, id_)


def fields(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [field for field, _ in refused.value.problems]


def assess(session: Session, number: str) -> None:
    commitment = stored(session)
    milestone = next(each for each in commitment.milestones if each.number == number)
    finding = AssessmentFinding(milestone_id=milestone.id, completion=Completion.COMPLETE)
    session.add(
        Assessment(commitment_id=commitment.id, kind=AssessmentKind.SELF, on="2018", recorded_at=AT, findings=[finding])
    )
    session.commit()


def test_everything_that_is_stated_is_stored(recorded: Session) -> None:
    commitment = stored(recorded)
    assert changed_values(facts_of(commitment), FACTS) == ({}, {})
    assert [each.end_on for each in commitment.milestones] == [None, date(2018, 6, 30)]
    assert [each.due_on for each in commitment.indicators] == [date(2018, 6, 30), None]
    assert commitment.indicators[0].actuals[0].number == Decimal("2.5")


def test_a_given_last_day_stands_before_the_one_that_is_read(recorded: Session) -> None:
    first, second = FACTS.indicators
    given = replace(FACTS, indicators=(replace(first, due_on=date(2018, 7, 31)), second))
    record_commitment(recorded, given, version=1, **GIVEN)
    assert stored(recorded).indicators[0].due_on == date(2018, 7, 31)


def test_recording_a_change_keeps_the_rest_and_records_only_what_changed(recorded: Session) -> None:
    ids = [each.id for each in stored(recorded).indicators]
    first, second = FACTS.indicators
    later = replace(first, actuals=(*first.actuals, ActualFacts("2018-12", Decimal(4))))
    changed = replace(FACTS, starred=True, indicators=(later, second))
    id_ = record_commitment(recorded, changed, version=1, **GIVEN)
    recorded.commit()
    commitment = stored(recorded)
    assert ([each.id for each in commitment.indicators], commitment.version) == (ids, 2)
    logged = event(recorded, id_)
    assert (logged.action, logged.before) == ("commitment.changed", {"starred": False, "indicators": {"19-1": {"actuals": {}}}})
    assert logged.after is not None
    assert logged.after["indicators"]["19-1"]["actuals"]["2018-12"]["number"] == "4"


def test_a_version_that_moved_on_is_a_conflict_and_changes_nothing(recorded: Session) -> None:
    record_commitment(recorded, replace(FACTS, starred=True), version=1, **GIVEN)
    with pytest.raises(Conflict) as refused:
        record_commitment(recorded, replace(FACTS, number="20"), version=1, **GIVEN)
    assert refused.value.subject.starred
    assert stored(recorded).number == "19"


def test_recording_a_commitment_without_a_change_is_refused(recorded: Session) -> None:
    with pytest.raises(Invalid):
        record_commitment(recorded, FACTS, version=1, **GIVEN)
    assert stored(recorded).version == 1


@pytest.mark.parametrize("identifier", ["CA0060", "Ca0060"])
def test_an_identifier_is_used_once(recorded: Session, identifier: str) -> None:
    with pytest.raises(Invalid) as refused:
        record_commitment(recorded, replace(FACTS, identifier=identifier), version=None, **GIVEN)
    assert fields(refused) == ["identifier"]


def test_a_commitment_that_is_not_there_cannot_be_changed(recorded: Session) -> None:
    with pytest.raises(NotFound):
        record_commitment(recorded, replace(FACTS, identifier="CA0061"), version=1, **GIVEN)


def test_only_a_commitment_of_an_earlier_plan_is_continued(recorded: Session) -> None:
    earlier = CommitmentFacts("CA0041", 2014, Bilingual("Consulting Canadians", ""))
    record_commitment(recorded, earlier, version=None, **GIVEN)
    record_commitment(recorded, replace(FACTS, follows="CA0041"), version=1, **GIVEN)
    assert facts_of(stored(recorded)).follows == "CA0041"
    for facts, field in ((replace(earlier, follows="CA0060"), "follows"), (replace(earlier, cycle=2016), "cycle")):
        with pytest.raises(Invalid) as refused:
            record_commitment(recorded, facts, version=1, **GIVEN)
        assert fields(refused) == [field]


def test_an_action_plan_must_exist_and_starts_once(recorded: Session) -> None:
    with pytest.raises(Invalid) as refused:
        record_commitment(recorded, replace(FACTS, identifier="CA0070", cycle=2018), version=None, **GIVEN)
    assert fields(refused) == ["cycle"]
    with pytest.raises(Invalid) as refused:
        add_action_plan(recorded, PLAN_2016, **GIVEN)
    assert fields(refused) == ["start_year"]
    with pytest.raises(Invalid) as refused:
        add_action_plan(recorded, ActionPlanFacts(2022, 2020, EMPTY_TEXT), **GIVEN)
    assert fields(refused) == ["end_year", "title_en", "title_fr"]


def test_a_milestone_with_an_assessment_stays(recorded: Session) -> None:
    assess(recorded, "19.2")
    without_first, without_second = (replace(FACTS, milestones=(each,), indicators=()) for each in reversed(FACTS.milestones))
    with pytest.raises(Invalid) as refused:
        record_commitment(recorded, without_second, version=1, **GIVEN)
    assert fields(refused) == ["milestones"]
    recorded.rollback()
    record_commitment(recorded, without_first, version=1, **GIVEN)
    recorded.commit()
    assert [each.number for each in stored(recorded).milestones] == ["19.2"]
    assert recorded.scalar(select(func.count(Indicator.id))) == 0


def test_a_commitment_is_removed_only_if_nothing_relies_on_it(recorded: Session) -> None:
    assess(recorded, "19.1")
    with pytest.raises(Invalid):
        remove_commitment(recorded, "CA0060", version=1, **GIVEN)
    record_commitment(recorded, CommitmentFacts("CA0099", 2016, Bilingual("A mistake", "")), version=None, **GIVEN)
    with pytest.raises(Conflict):
        remove_commitment(recorded, "CA0099", version=2, **GIVEN)
    id_ = remove_commitment(recorded, "CA0099", version=1, **GIVEN)
    assert event(recorded, id_).before["title"] == ["A mistake", ""]  # type: ignore[index]
    with pytest.raises(NotFound):
        remove_commitment(recorded, "CA0099", version=1, **GIVEN)


def test_what_serves_a_commitment_is_in_the_plan(seeded: Session) -> None:
    if seeded.scalar(select(func.count(ActionPlan.id)).where(ActionPlan.start_year == 2016)) == 0:
        add_action_plan(seeded, PLAN_2016, **GIVEN)
    priority, activity = seeded.scalars(select(Priority.id)).first(), seeded.scalars(select(Activity.id)).first()
    assert priority is not None
    assert activity is not None
    linked = replace(FACTS, identifier="CA9999", priorities=(priority,), activities=(activity,))
    record_commitment(seeded, linked, version=None, **GIVEN)
    facts = facts_of(stored(seeded, "CA9999"))
    assert (facts.priorities, facts.activities) == ((priority,), (activity,))
    record_commitment(seeded, replace(linked, priorities=()), version=1, **GIVEN)
    facts = facts_of(stored(seeded, "CA9999"))
    assert (facts.priorities, facts.activities) == ((), (activity,))
    with pytest.raises(Invalid) as refused:
        record_commitment(seeded, replace(linked, activities=(10**6,)), version=2, **GIVEN)
    assert fields(refused) == ["activities"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (replace(FACTS, identifier="CA 60"), "identifier"),
        (replace(FACTS, identifier="../CA60"), "identifier"),
        (replace(FACTS, title=EMPTY_TEXT), "title_en"),
        (replace(FACTS, title=Bilingual("", "é" * 301)), "title_fr"),
        (replace(FACTS, text=Bilingual("x" * 4001, "")), "text_en"),
        (replace(FACTS, number="12345678901"), "number"),
        (replace(FACTS, enquiries="not an address"), "enquiries"),
        (replace(FACTS, source="javascript:alert(1)"), "source"),
        (replace(FACTS, areas=(EMPTY_TEXT,)), "areas_en"),
        (replace(FACTS, milestones=(MilestoneFacts("1"), MilestoneFacts("1")), indicators=()), "milestones-0-number"),
        (replace(FACTS, milestones=(MilestoneFacts("1 a"),), indicators=()), "milestones-0-number"),
        (replace(FACTS, indicators=(IndicatorFacts("a"), IndicatorFacts("a"))), "indicators-0-code"),
        (replace(FACTS, indicators=(IndicatorFacts("a", milestone="20.1"),)), "indicators-0-milestone"),
        (replace(FACTS, indicators=(IndicatorFacts("a", actuals=(ActualFacts("June"),)),)), "indicators-0-actuals-0-period"),
        (replace(FACTS, indicators=(IndicatorFacts("a", actuals=(ActualFacts("2018-13"),)),)), "indicators-0-actuals-0-period"),
        (
            replace(FACTS, indicators=(IndicatorFacts("a", actuals=(ActualFacts("2018"), ActualFacts("2018"))),)),
            "indicators-0-actuals-0-period",
        ),
        (
            replace(FACTS, indicators=(IndicatorFacts("a", actuals=(ActualFacts("2018", Decimal("NaN")),)),)),
            "indicators-0-actuals-0-number",
        ),
        (
            replace(FACTS, indicators=(IndicatorFacts("a", actuals=(ActualFacts("2018", Decimal("0.00001")),)),)),
            "indicators-0-actuals-0-number",
        ),
        (
            replace(
                FACTS, indicators=(IndicatorFacts("a", actuals=(ActualFacts("2018", Decimal(1), nothing_to_report=True),)),)
            ),
            "indicators-0-actuals-0-nothing_to_report",
        ),
    ],
)
def test_what_breaks_a_rule_is_named_with_its_field(facts: CommitmentFacts, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_commitment(facts)
    assert field in fields(refused)


def test_a_commitment_keeps_its_milestones_apart_from_those_of_others(recorded: Session) -> None:
    record_commitment(recorded, replace(FACTS, identifier="CA0061"), version=None, **GIVEN)
    record_commitment(recorded, replace(FACTS, milestones=(), indicators=()), version=1, **GIVEN)
    recorded.commit()
    assert recorded.scalar(select(func.count(CommitmentMilestone.id))) == 2
