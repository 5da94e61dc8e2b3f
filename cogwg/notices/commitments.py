"""Emails to assessors of commitments: an invitation, and the answer to an offer from their organization.

``site`` is the base URL of the product, such as https://plan.example.ca, without a trailing slash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.mail.rules import OutgoingEmail
from cogwg.mail.services import enqueue
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, BodyPart, Paragraph, PersonalText, Recipient, compose_email
from cogwg.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class AssessorInvited:
    """An invitation to assess ``what``: the words for a commitment with its identifier, or for an action plan."""

    invitation_id: int
    what: Bilingual
    assessor: Bilingual
    by: str


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """The answer to an offer for a milestone. ``answer`` is what the steward wrote; it may be empty if the offer was
    accepted.
    """

    offer_id: int
    identifier: str
    milestone: str
    accepted: bool
    answer: str
    by: str


def notify_assessor_invited(
    session: Session, invited: AssessorInvited, person_id: int, *, by: Actor, at: datetime, now: datetime, site: str
) -> bool:
    """Send a person their invitation to assess; return False if it was already sent."""
    return enqueue(session, assessor_email(_recipient(session, person_id), invited, site=site), by=by, at=at, now=now)


def notify_offer_answered(
    session: Session, answered: OfferAnswered, person_id: int, *, by: Actor, at: datetime, now: datetime, site: str
) -> bool:
    """Email the answer to the person who made an offer; return False if the email was already sent."""
    return enqueue(session, offer_answer_email(_recipient(session, person_id), answered, site=site), by=by, at=at, now=now)


def assessor_email(recipient: Recipient, invited: AssessorInvited, *, site: str) -> OutgoingEmail:
    """Return the email that invites a person to assess a commitment or an action plan."""
    facts = {"by": invited.by, "what": invited.what, "assessor": invited.assessor}
    subject = Bilingual("invitation to assess {what}", "invitation à évaluer {what}")
    opening = Bilingual(
        "{by} invites you to assess {what}. Your assessments are shown under this name: {assessor}.",
        "{by} vous invite à évaluer {what}. Vos évaluations sont affichées sous ce nom\u00a0: {assessor}.",
    )
    return compose_email(
        recipient,
        f"{NoticeKind.ASSESSOR}:{invited.invitation_id}:{recipient.person_id}",
        NoticeKind.ASSESSOR,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        Paragraph(_BESIDE),
        ActionLink(f"{site}/{recipient.lang.value}/assessments", Bilingual("View my assessments", "Voir mes évaluations")),
        site=site,
    )


def offer_answer_email(recipient: Recipient, answered: OfferAnswered, *, site: str) -> OutgoingEmail:
    """Return the email with the answer to the offer of a person's organization."""
    facts = {"by": answered.by, "identifier": answered.identifier, "milestone": answered.milestone}
    if answered.accepted:
        subject = Bilingual(
            "your offer for milestone {milestone} was accepted", "votre proposition pour le jalon {milestone} est acceptée"
        )
        opening = Bilingual(
            "{by} accepted your organization’s offer for milestone {milestone} of commitment {identifier}. "
            "You can now report on the milestone.",
            "{by} a accepté la proposition de votre organisation pour le jalon {milestone} de l’engagement {identifier}. "
            "Vous pouvez maintenant faire rapport sur le jalon.",
        )
    else:
        subject = Bilingual(
            "your offer for milestone {milestone} was declined", "votre proposition pour le jalon {milestone} est refusée"
        )
        opening = Bilingual(
            "{by} declined your organization’s offer for milestone {milestone} of commitment {identifier}.",
            "{by} a refusé la proposition de votre organisation pour le jalon {milestone} de l’engagement {identifier}.",
        )
    words: list[BodyPart] = [PersonalText(answered.answer)] if answered.answer else []
    return compose_email(
        recipient,
        f"{NoticeKind.OFFER_ANSWER}:{answered.offer_id}:{recipient.person_id}",
        NoticeKind.OFFER_ANSWER,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        *words,
        ActionLink(
            f"{site}/{recipient.lang.value}/assessments/commitments/{answered.identifier}",
            Bilingual("See the commitment", "Voir l’engagement"),
        ),
        site=site,
    )


def _recipient(session: Session, person_id: int) -> Recipient:
    person = session.get_one(Person, person_id)
    return Recipient(person.id, person.name, person.email, person.lang)


_BESIDE = Bilingual(
    "Each assessment is shown with its date, next to the others. It never replaces another assessment.",
    "Une évaluation se trouve à côté de celles des autres, avec sa date. Elle n’en remplace jamais une autre.",
)
