"""Commitments with milestones and those who assess them, for tests: two plans, an independent reviewer, an organization."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Membership, Person, Role
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.ogp.assessing import AssessmentDraft, record_assessment
from cogwg.ogp.inviting import InvitationDraft, invite_assessor
from cogwg.ogp.models import ActionPlan, Assessment, Commitment, CommitmentMilestone, Indicator
from cogwg.ogp.offers import OfferDraft, answer_offer, offer_on_milestone
from cogwg.ogp.scales import AssessmentKind, CommitmentState, Completion
from cogwg.seeding.demo import DEMO_DOMAIN
from tests.databases import demo_calendar

AT = demo_calendar().now()
_NO_TEXTS = {name: Bilingual("", "") for name in ("text", "target", "deadline", "lead")}
REVIEWER_NAME = Bilingual("Independent Reporting Mechanism", "Mécanisme d’évaluation indépendant")
ORGANIZATION = Bilingual("Open North", "Nord Ouvert")


@dataclass(frozen=True)
class People:
    """The ids of those who assess, with those of their commitments: ``ours`` of 2016, and ``other`` of 2018."""

    steward: int
    reviewer: int
    organization: int
    stranger: int
    ours: int
    other: int
    milestones: tuple[int, int]

    def invite(
        self, session: Session, person_id: int, *, independent: bool, identifier: str = "CA0060", start_year: int | None = None
    ) -> int:
        name = REVIEWER_NAME if independent else ORGANIZATION
        draft = InvitationDraft(person_id, "" if start_year else identifier, start_year, independent, name)
        return invite_assessor(session, draft, by=Actor("person", self.steward), at=AT)


def add_person(session: Session, name: str, role: Role) -> int:
    """Add a person with the password of the demo's people; return their id."""
    hashed = session.scalars(select(Person.password_hash).where(Person.password_hash.is_not(None))).first()
    person = Person(email=f"{name}@{DEMO_DOMAIN}", name=f"T. {name.title()}", password_hash=hashed, demo=True)
    person.memberships.append(Membership(role=role))
    session.add(person)
    session.flush()
    return person.id


def add_commitment(session: Session, plan: ActionPlan, identifier: str, title: str, numbers: tuple[str, ...]) -> Commitment:
    """Add a commitment in English only, with these milestones and a self-assessment that says complete."""
    commitment = Commitment(
        plan_id=plan.id,
        identifier=identifier,
        number=numbers[0].partition(".")[0],
        position=1,
        title=Bilingual(title, ""),
        text=Bilingual("", ""),
        description=Bilingual("", ""),
        result=Bilingual("", ""),
        lead=Bilingual("", ""),
        state=CommitmentState.INACTIVE,
        changed_at=AT,
    )
    for position, number in enumerate(numbers, 1):
        texts = {"text": Bilingual(f"Milestone {number}", ""), "start": Bilingual("", ""), "end": Bilingual("", "")}
        commitment.milestones.append(CommitmentMilestone(number=number, position=position, **texts))
    commitment.assessments.append(
        Assessment(
            kind=AssessmentKind.SELF,
            assessor=Bilingual("Treasury Board of Canada Secretariat", "Secrétariat du Conseil du Trésor du Canada"),
            on="2018",
            completion=Completion.COMPLETE,
            text=Bilingual("", ""),
            recorded_at=AT,
        )
    )
    session.add(commitment)
    session.flush()
    return commitment


def add_assessments(session: Session) -> dict[str, int]:
    """Add people with invitations, an assessment and offers; return the ids that stand in addresses, by their names there.

    The reviewer and the organization are invited for CA0060, and the organization for the plan of 2018 too. The reviewer has
    assessed CA0060. Of the organization, one offer waits for an answer, and one was accepted.
    """
    people = add_people(session)
    invitation = people.invite(session, people.reviewer, independent=True)
    people.invite(session, people.organization, independent=False)
    people.invite(session, people.organization, independent=False, start_year=2018)
    draft, reviewer = AssessmentDraft("end-of-term", "2018-06", completion="substantial"), Actor("person", people.reviewer)
    assessment = record_assessment(session, people.ours, draft, by=reviewer, at=AT)
    organization = Actor("person", people.organization)
    waiting, accepted = (
        offer_on_milestone(session, milestone, OfferDraft("help", "We can."), by=organization, at=AT)
        for milestone in people.milestones
    )
    answer_offer(session, accepted, accept=True, answer="", version=1, by=Actor("person", people.steward), at=AT)
    (free,) = session.scalars(select(CommitmentMilestone.id).where(CommitmentMilestone.commitment_id == people.other))
    (own,) = session.scalars(
        select(Assessment.id).where(Assessment.commitment_id == people.ours, Assessment.kind == AssessmentKind.SELF)
    )
    session.add(Indicator(commitment_id=people.ours, code="19-1", position=1, **_NO_TEXTS))
    return {
        "ogp_self": own,
        "ogp_invitation": invitation,
        "ogp_assessment": assessment,
        "ogp_offer": waiting,
        "ogp_accepted": accepted,
        "ogp_milestone": free,
        "ogp_stranger": people.stranger,
    }


def add_people(session: Session) -> People:
    """Add two plans with a commitment each, and people without any invitation."""
    plans = [
        ActionPlan(start_year=year, end_year=year + 2, title=Bilingual(f"Action plan {year}", f"Plan d’action {year}"))
        for year in (2016, 2018)
    ]
    session.add_all(plans)
    session.flush()
    ours = add_commitment(session, plans[0], "CA0060", "Engage civil society on open government", ("19.1", "19.2"))
    other = add_commitment(session, plans[1], "CA0064", "User-friendly open government", ("1.1",))
    return People(
        steward=add_person(session, "steward", Role.STEWARD),
        reviewer=add_person(session, "reviewer", Role.ASSESSOR),
        organization=add_person(session, "organization", Role.ASSESSOR),
        stranger=add_person(session, "stranger", Role.ASSESSOR),
        ours=ours.id,
        other=other.id,
        milestones=(ours.milestones[0].id, ours.milestones[1].id),
    )
