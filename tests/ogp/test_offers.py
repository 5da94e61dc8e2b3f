"""Offers from civil society for a milestone: who makes and answers them, and the reports of an organization as its own."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.ogp.inviting import end_invitation
from cogwg.ogp.models import Assessment, MilestoneOffer, OfferState, OrganizationReport
from cogwg.ogp.offers import (
    OfferDraft,
    OrganizationReportDraft,
    answer_offer,
    offer_on_milestone,
    offers,
    own_offer,
    report_on_offer,
    withdraw_offer,
)
from tests.ogp.assessors import AT, ORGANIZATION, People

OFFER = OfferDraft("help", "We can run the sessions in three cities.")
REPORT = OrganizationReportDraft("substantial", Bilingual("Two of three sessions were held.", ""))


def actor(person_id: int) -> Actor:
    return Actor("person", person_id)


def make_offer(session: Session, people: People, draft: OfferDraft = OFFER, *, by: int | None = None) -> int:
    return offer_on_milestone(session, people.milestones[1], draft, by=actor(by or people.organization), at=AT)


def accept(session: Session, people: People, offer_id: int, *, version: int = 1) -> int:
    return answer_offer(session, offer_id, accept=True, answer="", version=version, by=actor(people.steward), at=AT)


def actions(session: Session) -> list[str]:
    statement = select(AuditEvent.action).where(AuditEvent.subject_kind == "milestone-offer").order_by(AuditEvent.id)
    return list(session.scalars(statement))


def test_accepted_organization_reports_in_its_own_name_and_changes_no_assessment(seeded: Session, people: People) -> None:
    people.invite(seeded, people.organization, independent=False)
    before = [(each.id, each.version, each.completion) for each in seeded.scalars(select(Assessment))]
    id_ = make_offer(seeded, people)
    accept(seeded, people, id_)
    first = report_on_offer(seeded, id_, REPORT, by=actor(people.organization), at=AT)
    second = report_on_offer(
        seeded, id_, OrganizationReportDraft("", Bilingual("", "Trois séances.")), by=actor(people.organization), at=AT
    )
    offer = seeded.get_one(MilestoneOffer, id_)
    assert (offer.organization, offer.state) == (ORGANIZATION, OfferState.ACCEPTED)
    assert [report.id for report in offer.reports] == [first, second]
    assert [(each.id, each.version, each.completion) for each in seeded.scalars(select(Assessment))] == before
    assert actions(seeded) == ["offer.made", "offer.accepted", "offer.reported", "offer.reported"]


def test_only_civil_society_invited_for_the_commitment_offers(seeded: Session, people: People) -> None:
    people.invite(seeded, people.organization, independent=False)
    people.invite(seeded, people.reviewer, independent=True)
    people.invite(seeded, people.stranger, independent=False, identifier="CA0064")
    with pytest.raises(Forbidden):
        make_offer(seeded, people, by=people.reviewer)
    for person_id in (people.stranger, people.steward):
        with pytest.raises(NotFound):
            make_offer(seeded, people, by=person_id)
    assert offers(seeded) == []
    assert make_offer(seeded, people)


def test_offer_needs_a_part_and_is_made_once(seeded: Session, people: People) -> None:
    people.invite(seeded, people.organization, independent=False)
    with pytest.raises(Invalid) as refused:
        make_offer(seeded, people, OfferDraft("own", "x" * 4001))
    assert [field for field, _ in refused.value.problems] == ["message", "part"]
    first = make_offer(seeded, people)
    with pytest.raises(Invalid):
        make_offer(seeded, people, OfferDraft("lead"))
    withdraw_offer(seeded, first, by=actor(people.organization), at=AT)
    assert make_offer(seeded, people, OfferDraft("lead"))


def test_offer_is_withdrawn_by_its_organization_until_it_is_answered(seeded: Session, people: People) -> None:
    people.invite(seeded, people.organization, independent=False)
    id_ = make_offer(seeded, people)
    for person_id in (people.reviewer, people.stranger, people.steward):
        with pytest.raises(NotFound):
            withdraw_offer(seeded, id_, by=actor(person_id), at=AT)
        with pytest.raises(NotFound):
            own_offer(seeded, id_, person_id)
    assert withdraw_offer(seeded, id_, by=actor(people.organization), at=AT) is not None
    assert withdraw_offer(seeded, id_, by=actor(people.organization), at=AT) is None
    with pytest.raises(Conflict):
        accept(seeded, people, id_)
    answered = make_offer(seeded, people)
    accept(seeded, people, answered)
    with pytest.raises(Invalid):
        withdraw_offer(seeded, answered, by=actor(people.organization), at=AT)


def test_declined_offer_has_a_reason_and_takes_no_report(seeded: Session, people: People) -> None:
    people.invite(seeded, people.organization, independent=False)
    id_ = make_offer(seeded, people)
    given = {"version": 1, "by": actor(people.steward), "at": AT}
    with pytest.raises(Invalid) as refused:
        answer_offer(seeded, id_, accept=False, answer=" ", **given)  # type: ignore[arg-type]
    assert [field for field, _ in refused.value.problems] == ["answer"]
    with pytest.raises(Forbidden):
        report_on_offer(seeded, id_, REPORT, by=actor(people.organization), at=AT)
    answer_offer(seeded, id_, accept=False, answer="It ended in June.", **given)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        answer_offer(seeded, id_, accept=True, answer="", **given)  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        report_on_offer(seeded, id_, REPORT, by=actor(people.organization), at=AT)
    assert seeded.scalars(select(OrganizationReport)).all() == []


def test_report_of_another_or_after_the_invitation_or_off_the_scale_is_refused(seeded: Session, people: People) -> None:
    invitation = people.invite(seeded, people.organization, independent=False)
    people.invite(seeded, people.stranger, independent=False)
    id_ = make_offer(seeded, people)
    accept(seeded, people, id_)
    with pytest.raises(NotFound):
        report_on_offer(seeded, id_, REPORT, by=actor(people.stranger), at=AT)
    with pytest.raises(Invalid) as refused:
        report_on_offer(seeded, id_, OrganizationReportDraft("nearly"), by=actor(people.organization), at=AT)
    assert [field for field, _ in refused.value.problems] == ["completion", "text_en"]
    assert report_on_offer(seeded, id_, REPORT, by=actor(people.organization), at=AT)
    end_invitation(seeded, invitation, by=actor(people.steward), at=AT)
    with pytest.raises(Forbidden):
        report_on_offer(seeded, id_, REPORT, by=actor(people.organization), at=AT)
    assert len(seeded.get_one(MilestoneOffer, id_).reports) == 1
