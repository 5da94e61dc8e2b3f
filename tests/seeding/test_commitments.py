"""The demo's commitments: the 73 of the source, with every fact of Commitment 19, once."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Role
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual
from cogwg.ogp.inviting import invitations, invited_commitments
from cogwg.ogp.models import ActionPlan, Assessment, Commitment
from cogwg.ogp.scales import AssessmentKind, CarriedForward, CommitmentState, Completion, Verifiable
from cogwg.seeding import seed, seed_demo_people
from cogwg.seeding.commitments import seed_commitments, seed_demo_commitments
from cogwg.seeding.demo import seed_demo_commitment_people
from tests.databases import DECK_NOON as AT

STARRED = {"CA0052", "CA0031", "CA0035", "CA0036", "CA0010", "CA0003", "CA0004"}


def own(session: Session, identifier: str = "CA0060") -> Commitment:
    return session.scalars(select(Commitment).where(Commitment.identifier == identifier)).one()


def counts(session: Session) -> list[int | None]:
    kinds = (ActionPlan, Commitment, Assessment, AuditEvent)
    return [session.scalar(select(func.count()).select_from(kind)) for kind in kinds]


def test_the_73_commitments_of_the_source_are_there(session: Session) -> None:
    assert seed_commitments(session, at=AT) == 73

    stored = session.scalars(select(Commitment)).all()
    assert {each.identifier for each in stored} == {f"CA{n:04}" for n in range(1, 74)}
    assert {each.identifier for each in stored if each.starred} == STARRED
    assert Counter(each.plan.start_year for each in stored) == {2012: 29, 2014: 12, 2016: 22, 2018: 10}
    assert {each.title_fr for each in stored} == {""}
    assert all(text for each in stored for pair in each.areas for text in pair)
    assert {each.state for each in stored if each.plan.start_year == 2018} == {CommitmentState.ACTIVE}


def test_every_fact_of_the_page_of_ca0060_is_there(session: Session) -> None:
    seed_commitments(session, at=AT)

    stored = own(session)
    assert (stored.title.en, stored.number, stored.plan.start_year) == ("Engage Civil Society on Open Government", "19", 2016)
    assert stored.plan.title.en == "Canada Action Plan 2016–2018"
    assert (stored.state, stored.starred) == (CommitmentState.INACTIVE, False)
    assert stored.lead.en == "Treasury Board of Canada Secretariat"
    assert [pair[0] for pair in stored.support] == ["Civil society partners"]
    assert [pair[0] for pair in stored.areas] == ["Public Participation"]
    assert stored.text.en.startswith("The Government of Canada will create ongoing mechanisms for strengthening dialogue")
    assert [each.number for each in stored.milestones] == ["19.1", "19.2"]
    assert {(each.start.en, each.end.en, each.end_on) for each in stored.milestones} == {
        ("Not specified", "Not specified", None)
    }
    middle, end = (each for each in stored.assessments if each.kind is not AssessmentKind.SELF)
    assert (middle.kind, middle.on, middle.completion) == (AssessmentKind.MID_TERM, "2017", Completion.SUBSTANTIAL)
    assert (middle.verifiable, middle.relevance, middle.impact) == (Verifiable.YES, ["civic-participation"], None)
    assert [each.completion for each in middle.findings] == [Completion.SUBSTANTIAL, Completion.SUBSTANTIAL]
    assert (end.kind, end.on, end.completion) == (AssessmentKind.END_OF_TERM, "2018", Completion.COMPLETE)
    assert (end.openness, end.carried_forward) == ({"civic-participation": "major"}, CarriedForward.UNCLEAR)
    assert [each.completion for each in end.findings] == [Completion.COMPLETE, Completion.COMPLETE]
    assert "January 24, 2018" in end.findings[0].note.en


def test_every_fact_of_the_federal_page_of_commitment_19_is_there(session: Session) -> None:
    seed_commitments(session, at=AT)

    stored = own(session)
    (stated,) = (each for each in stored.assessments if each.kind is AssessmentKind.SELF)
    assert (stated.completion, stated.text.en) == (Completion.COMPLETE, "All deliverables are complete.")
    assert [each.completion for each in stated.findings] == [Completion.COMPLETE, Completion.COMPLETE]
    assert "formal mechanism" in stored.result.en
    first, second = stored.indicators
    assert first.text.en == "Number of collaborative initiatives, products or tools created by the forum"
    assert (first.target.en, first.due_on) == ("4 by June 2018", date(2018, 6, 30))
    assert "gender-based analysis" in first.actuals[0].progress.en
    assert second.target.en == "Baseline data of stakeholder surveys; social media analytics undertaken"
    assert [(each.period, each.number) for each in second.actuals] == [("2016", 8), ("2018", 20)]
    assert len(stored.done) == len(stored.questions) == 2


def test_seeding_again_adds_nothing(session: Session) -> None:
    seed(session, at=AT)
    seed_demo_commitments(session, at=AT)
    before = [
        session.scalar(select(func.count()).select_from(kind)) for kind in (ActionPlan, Commitment, Assessment, AuditEvent)
    ]

    seed_demo_commitments(session, at=AT)

    after = [
        session.scalar(select(func.count()).select_from(kind)) for kind in (ActionPlan, Commitment, Assessment, AuditEvent)
    ]
    assert before == after


def test_the_demo_has_a_difference_marked_as_a_sample_and_priorities_that_serve(session: Session) -> None:
    seed(session, at=AT)
    seed_demo_commitments(session, at=AT)

    samples = session.scalars(select(Assessment).where(Assessment.sample).order_by(Assessment.id)).all()
    assert [(each.commitment.identifier, each.kind.value, each.completion) for each in samples] == [
        ("CA0061", "self", Completion.COMPLETE),
        ("CA0061", "end-of-term", Completion.LIMITED),
        ("CA0060", "civil-society", Completion.SUBSTANTIAL),
    ]
    assert [link.priority_id for link in own(session, "CA0071").served_by] != []
    assert own(session, "CA0055").follows_id == own(session, "CA0035").id
    assert own(session).title == Bilingual("Engage Civil Society on Open Government", "")


def test_people_of_the_demo_are_a_steward_and_invited_assessors_once(session: Session) -> None:
    seed(session, at=AT)
    seed_demo_commitments(session, at=AT)
    seed_demo_people(session, "x", at=AT)
    for _ in range(2):
        people = seed_demo_commitment_people(session, "x", at=AT)

    assert [(each.email.partition("@")[0], each.memberships[0].role) for each in people] == [
        ("steward", Role.STEWARD),
        ("reviewer", Role.ASSESSOR),
        ("network", Role.ASSESSOR),
    ]
    _steward, reviewer, network = people
    assert [each.identifier for each in invited_commitments(session, network.id)] == ["CA0060"]
    assert {"CA0060", "CA0061"} < {each.identifier for each in invited_commitments(session, reviewer.id)}
    assert [each.independent for each in invitations(session)] == [False, True]
