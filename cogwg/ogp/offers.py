"""Civil society's offers to lead or help with a milestone, the steward's answers, and the organizations' own reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, clean_text
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.core.text_limits import TEXT_LIMIT, bilingual_length_problems, length_problems
from cogwg.ogp.inviting import invitation_to_assess
from cogwg.ogp.models import (
    AssessorInvitation,
    CommitmentMilestone,
    MilestoneOffer,
    OfferPart,
    OfferState,
    OrganizationReport,
)
from cogwg.ogp.scales import Completion

PART_LABELS = {
    OfferPart.LEAD: Bilingual("Lead it", "Le diriger"),
    OfferPart.HELP: Bilingual("Help with it", "Y contribuer"),
}
STATE_LABELS = {
    OfferState.OFFERED: Bilingual("Waiting for an answer", "En attente d’une réponse"),
    OfferState.ACCEPTED: Bilingual("Accepted", "Acceptée"),
    OfferState.DECLINED: Bilingual("Declined", "Refusée"),
    OfferState.WITHDRAWN: Bilingual("Withdrawn", "Retirée"),
}


@dataclass(frozen=True, slots=True)
class OfferDraft:
    """An organization's offer for a milestone: its part ("lead" or "help"), and a message to the commitment steward."""

    part: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class OrganizationReportDraft:
    """An organization's report on its milestone: a value of ``Completion``, or "" if it states none, and a text."""

    completion: str = ""
    text: Bilingual = EMPTY_TEXT


def offers(session: Session, *, person_id: int | None = None) -> list[MilestoneOffer]:
    """Return all offers, or those of one person: first those waiting for an answer, then the others, each with the newest
    first.
    """
    statement = select(MilestoneOffer).order_by(MilestoneOffer.id.desc())
    if person_id is not None:
        statement = statement.where(MilestoneOffer.offered_by == person_id)
    return sorted(session.scalars(statement), key=lambda offer: offer.state is not OfferState.OFFERED)


def waiting_offers(session: Session) -> list[Bilingual]:
    """Return the organization of each offer that is waiting for an answer, the oldest first."""
    statement = select(MilestoneOffer).where(MilestoneOffer.state == OfferState.OFFERED).order_by(MilestoneOffer.id)
    return [offer.organization for offer in session.scalars(statement)]


def milestone_of(session: Session, offer: MilestoneOffer) -> CommitmentMilestone:
    """Return the milestone that an offer is about."""
    return session.get_one(CommitmentMilestone, offer.milestone_id)


def offer_on_milestone(session: Session, milestone_id: int, draft: OfferDraft, *, by: Actor, at: datetime) -> int:
    """Offer to lead a milestone or to help with it, in the name of the person's organization; return the id of the offer.

    Raises ``NotFound`` if the person is not invited for the commitment, ``Forbidden`` for the independent reviewer, and
    ``Invalid`` if the part does not exist, if the message is too long, or if an offer by the person for this milestone is
    waiting for an answer or was accepted.
    """
    milestone = session.get(CommitmentMilestone, milestone_id)
    invitation = invitation_to_assess(session, by.id, milestone.commitment_id, for_update=True) if milestone else None
    if milestone is None or invitation is None:
        raise NotFound(f"milestone {milestone_id}")
    if invitation.independent:
        raise Forbidden
    message = clean_text(draft.message)
    problems = list(length_problems("message", message))
    if draft.part not in [part.value for part in OfferPart]:
        problems.append(("part", Message(N_("Choose whether your organization would lead this milestone or help with it."))))
    if problems:
        raise Invalid(*problems)
    _check_is_first(session, milestone_id, by)
    offer = MilestoneOffer(
        milestone_id=milestone_id,
        organization=invitation.assessor,
        part=OfferPart(draft.part),
        message=message,
        state=OfferState.OFFERED,
        offered_by=by.id,
        offered_at=at,
        answer="",
    )
    session.add(offer)
    session.flush()
    after = {
        "commitment": milestone.commitment.identifier,
        "milestone": milestone.number,
        "organization": [offer.organization.en, offer.organization.fr],
        "part": draft.part,
        "message": message,
    }
    record_event(session, "offer.made", ("milestone-offer", offer.id), by=by, at=at, after=after)
    return offer.id


def _check_is_first(session: Session, milestone_id: int, by: Actor) -> None:
    lasting = select(MilestoneOffer.state).where(
        MilestoneOffer.milestone_id == milestone_id,
        MilestoneOffer.offered_by == by.id,
        MilestoneOffer.state.in_((OfferState.OFFERED, OfferState.ACCEPTED)),
    )
    if session.scalars(lasting).first() is not None:
        raise Invalid(("", Message(N_("Your organization has already made an offer for this milestone."))))


def withdraw_offer(session: Session, offer_id: int, *, by: Actor, at: datetime) -> int | None:
    """Withdraw an offer that is waiting for an answer; return the id of the audit event, or None if it was already withdrawn.

    Raises ``NotFound`` for another person's offer, and ``Invalid`` if it was answered.
    """
    offer = own_offer(session, offer_id, by.id, for_update=True)
    if offer.state is OfferState.WITHDRAWN:
        return None
    if offer.state is not OfferState.OFFERED:
        raise Invalid(("", Message(N_("This offer has been answered, so it can no longer be withdrawn."))))
    offer.state = OfferState.WITHDRAWN
    offer.version += 1
    session.flush()
    return record_event(session, "offer.withdrawn", ("milestone-offer", offer.id), by=by, at=at)


def answer_offer(session: Session, offer_id: int, *, accept: bool, answer: str, version: int, by: Actor, at: datetime) -> int:
    """Accept or decline an offer; return the id of the audit event.

    Raises ``NotFound`` if there is no such offer, ``Conflict`` with the offer if ``version`` is outdated (for example because
    the offer was withdrawn or answered), and ``Invalid`` if it is declined without a reason.
    """
    offer = _offer(session, offer_id, for_update=True)
    if version != offer.version or offer.state is not OfferState.OFFERED:
        raise Conflict(offer)
    words = clean_text(answer)
    problems = list(length_problems("answer", words))
    if not accept and not words:
        problems.append(
            ("answer", Message(N_("Explain why you are declining the offer. The organization will see the reason.")))
        )
    if problems:
        raise Invalid(*problems)
    offer.state = OfferState.ACCEPTED if accept else OfferState.DECLINED
    offer.answer, offer.answered_by, offer.answered_at = words, by.id, at
    offer.version += 1
    session.flush()
    subject, after = ("milestone-offer", offer.id), {"answer": words}
    if accept:
        return record_event(session, "offer.accepted", subject, by=by, at=at, after=after)
    return record_event(session, "offer.declined", subject, by=by, at=at, after=after)


def report_on_offer(session: Session, offer_id: int, draft: OrganizationReportDraft, *, by: Actor, at: datetime) -> int:
    """Add an organization's report on a milestone that it leads or helps with; return its id.

    It does not replace earlier reports. Raises ``NotFound`` for another person's offer, ``Forbidden`` if the offer was not
    accepted or the person's invitation has ended, and ``Invalid`` if the report has no text or has invalid values.
    """
    offer = own_offer(session, offer_id, by.id, for_update=True)
    if offer.state is not OfferState.ACCEPTED or invitation_of(session, offer, by.id, for_update=True) is None:
        raise Forbidden
    text = Bilingual(clean_text(draft.text.en), clean_text(draft.text.fr))
    problems = list(bilingual_length_problems("text", text, TEXT_LIMIT))
    if draft.completion and draft.completion not in [each.value for each in Completion]:
        problems.append(("completion", Message(N_("Choose how complete the milestone is from the list."))))
    if not text:
        problems.append(("text_en", Message(N_("Write what your organization did, in English or French."))))
    if problems:
        raise Invalid(*problems)
    completion = Completion(draft.completion) if draft.completion else None
    report = OrganizationReport(offer=offer, completion=completion, text=text, reported_by=by.id, reported_at=at)
    session.add(report)
    session.flush()
    after = {"completion": draft.completion or None, "text": [text.en, text.fr]}
    record_event(session, "offer.reported", ("milestone-offer", offer.id), by=by, at=at, after=after)
    return report.id


def invitation_of(
    session: Session, offer: MilestoneOffer, person_id: int | None, *, for_update: bool = False
) -> AssessorInvitation | None:
    """Return the person's invitation for the commitment of an offer; None if they have none, so that they can no longer report
    on it.
    """
    return invitation_to_assess(session, person_id, milestone_of(session, offer).commitment_id, for_update=for_update)


def own_offer(session: Session, offer_id: int, person_id: int | None, *, for_update: bool = False) -> MilestoneOffer:
    """Return an offer that this person made. Raises ``NotFound`` if there is none, or if another person made it."""
    offer = _offer(session, offer_id, for_update=for_update)
    if person_id is None or offer.offered_by != person_id:
        raise NotFound(f"offer {offer_id}")
    return offer


def _offer(session: Session, offer_id: int, *, for_update: bool) -> MilestoneOffer:
    statement = select(MilestoneOffer).where(MilestoneOffer.id == offer_id)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    offer = session.scalars(statement).first()
    if offer is None:
        raise NotFound(f"offer {offer_id}")
    return offer
