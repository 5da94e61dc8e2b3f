"""Emails about roles that are offered, requested or ended, about requests to move a due date, and about a quarter's extra
week.

``site`` is the base URL of the product, such as https://plan.example.ca, without a trailing slash.
"""

from __future__ import annotations

from dataclasses import dataclass

from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import join_list
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, Paragraph, Recipient, compose_email, reason_parts
from cogwg.notices.rules import NoticeKind
from cogwg.reporting.periods import PeriodFacts


@dataclass(frozen=True, slots=True)
class RoleOffer:
    """A role offered to a jurisdiction.

    ``token`` distinguishes repeated offers of the same assignment. ``role`` is empty if the plan does not specify the role.
    """

    assignment_id: int
    token: int
    year: int
    number: int
    title: Bilingual
    role: Bilingual
    by: str


@dataclass(frozen=True, slots=True)
class RequestedRole:
    """A vacant role that a jurisdiction requests. ``token`` distinguishes repeated requests."""

    assignment_id: int
    token: int
    year: int
    number: int
    title: Bilingual
    jurisdiction: Bilingual
    by: str


@dataclass(frozen=True, slots=True)
class EndedRole:
    """A role that a jurisdiction no longer has, because a co-chair ended it or withdrew the offer.

    ``reason`` is empty for a withdrawn offer; ``token`` distinguishes repeated changes of the same assignment.
    """

    assignment_id: int
    token: int
    year: int
    number: int
    title: Bilingual
    reason: Bilingual
    by: str


@dataclass(frozen=True, slots=True)
class RequestedDueDate:
    """A lead's request to move a due date; ``answer`` is whether it was accepted, or None while it is waiting for an answer.

    ``reason`` is the reason for the request or for declining it. ``by`` is the name of the person who made or answered the
    request. ``token`` distinguishes the request from a withdrawn request with the same id.
    """

    request_id: int
    year: int
    code: str
    title: Bilingual
    to: Bilingual
    jurisdiction: Bilingual
    reason: Bilingual
    by: str
    answer: bool | None = None
    token: int = 0


def role_offer_email(recipient: Recipient, offer: RoleOffer, *, site: str) -> OutgoingEmail:
    """Return the email that offers a role to a lead's jurisdiction, with a link to the page for accepting or declining it."""
    facts = {
        "by": offer.by,
        "who": join_list(recipient.jurisdictions),
        "number": offer.number,
        "title": offer.title,
        "year": offer.year,
    }
    subject = Bilingual(
        "role in Priority {number} offered to your jurisdiction",
        "rôle dans la priorité {number} proposé à votre administration",
    )
    opening = Bilingual(
        "{by} is offering your jurisdiction ({who}) a role in Priority {number} of the {year} work plan: {title}.",
        "{by} propose à votre administration ({who}) un rôle dans la priorité {number} "
        "du plan de travail de {year}\u00a0: {title}.",
    )
    parts = [Paragraph(phrases.fill(opening, **facts))]
    if offer.role:
        parts.append(Paragraph(phrases.fill(Bilingual("Role: {role}", "Rôle\u00a0: {role}"), role=offer.role)))
    url = f"{site}/{recipient.lang.value}/plans/{offer.year}/roles/{offer.assignment_id}"
    return compose_email(
        recipient,
        f"{NoticeKind.ROLE_OFFER}:{offer.assignment_id}:{offer.token}:{recipient.person_id}",
        NoticeKind.ROLE_OFFER,
        phrases.fill(subject, **facts),
        *parts,
        Paragraph(_HOW_TO_ANSWER),
        ActionLink(url, Bilingual("Accept or decline the role", "Accepter ou refuser le rôle")),
        site=site,
    )


def extension_email(
    recipient: Recipient, period: PeriodFacts, reason: Bilingual, *, token: int, by: str, site: str
) -> OutgoingEmail:
    """Return the email to a lead about a quarter whose reports are due a week later; ``token`` distinguishes extensions."""
    subject = Bilingual("another week to report ({quarter})", "une semaine de plus pour faire rapport ({quarter})")
    opening = Bilingual(
        "{by} gave everyone another week for {quarter}. Reports are now due on {at}.",
        "{by} a accordé à tout le monde une semaine de plus pour le {quarter}. "
        "Les rapports sont maintenant à remettre le {at}.",
    )
    return _due_time_email(recipient, NoticeKind.EXTENDED, subject, opening, period, reason, token=token, by=by, site=site)


def set_back_email(
    recipient: Recipient, period: PeriodFacts, reason: Bilingual, *, token: int, by: str, site: str
) -> OutgoingEmail:
    """Return the email to a lead about a quarter that lost its extra week; ``token`` distinguishes repeated changes."""
    subject = Bilingual(
        "extra week cancelled: reports are due earlier ({quarter})",
        "semaine de plus annulée\u00a0: rapports à remettre plus tôt ({quarter})",
    )
    opening = Bilingual(
        "{by} cancelled the extra week for {quarter}. Reports are now due on {at}.",
        "{by} a annulé la semaine de plus pour le {quarter}. Les rapports sont maintenant à remettre le {at}.",
    )
    return _due_time_email(recipient, NoticeKind.SET_BACK, subject, opening, period, reason, token=token, by=by, site=site)


def _due_time_email(
    recipient: Recipient,
    kind: NoticeKind,
    subject: Bilingual,
    opening: Bilingual,
    period: PeriodFacts,
    reason: Bilingual,
    *,
    token: int,
    by: str,
    site: str,
) -> OutgoingEmail:
    """Return an email about the new due time of a quarter.

    ``subject`` and ``opening`` have placeholders for the co-chair, the quarter and the due time.
    """
    facts = {"by": by, "quarter": phrases.quarter(period), "at": phrases.moment(period.due_at)}
    return compose_email(
        recipient,
        f"{kind}:{period.id}:{token}:{recipient.person_id}",
        kind,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        *reason_parts(reason, recipient.lang),
        ActionLink(
            f"{site}/{recipient.lang.value}/my-updates?period={period.key}", Bilingual("My updates", "Mes mises à jour")
        ),
        site=site,
    )


def due_request_email(recipient: Recipient, request: RequestedDueDate, *, site: str) -> OutgoingEmail:
    """Return the email to a co-chair about a request to move a due date, or the email to a lead about the answer."""
    facts = {
        "by": request.by,
        "who": request.jurisdiction,
        "what": phrases.activity_name(request.code, request.title),
        "to": request.to,
    }
    subject, opening = _DUE_REQUEST_TEXTS[request.answer]
    kind = NoticeKind.DUE_REQUEST if request.answer is None else NoticeKind.DUE_ANSWER
    url = f"{site}/{recipient.lang.value}/plans/{request.year}/activities/{request.code}"
    label = Bilingual("Answer the request", "Répondre à la demande")
    return compose_email(
        recipient,
        f"{kind}:{request.request_id}:{request.token}:{recipient.person_id}",
        kind,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        *reason_parts(request.reason, recipient.lang),
        ActionLink(url, label if request.answer is None else Bilingual("See the activity", "Voir l’activité")),
        site=site,
    )


def role_request_email(recipient: Recipient, request: RequestedRole, *, site: str) -> OutgoingEmail:
    """Return the email to a co-chair about a jurisdiction that requests a vacant role."""
    facts = {"by": request.by, "who": request.jurisdiction, "number": request.number, "title": request.title}
    subject = Bilingual("role in Priority {number} requested ({who})", "rôle demandé dans la priorité {number} ({who})")
    opening = Bilingual(
        "{by} ({who}) indicates that their jurisdiction could take on the vacant role in Priority {number}: {title}.",
        "{by} ({who}) indique que son administration pourrait assumer le rôle vacant dans la priorité {number}\u00a0: {title}.",
    )
    url = f"{site}/{recipient.lang.value}/plans/{request.year}/roles/{request.assignment_id}"
    return compose_email(
        recipient,
        f"{NoticeKind.ROLE_REQUEST}:{request.assignment_id}:{request.token}:{recipient.person_id}",
        NoticeKind.ROLE_REQUEST,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        ActionLink(url, Bilingual("Offer the role", "Proposer le rôle")),
        site=site,
    )


def role_ended_email(recipient: Recipient, ended: EndedRole, *, site: str) -> OutgoingEmail:
    """Return the email about a jurisdiction's role that has ended or, if there is no reason, about an offer that was
    withdrawn.
    """
    facts = {
        "by": ended.by,
        "who": join_list(recipient.jurisdictions),
        "number": ended.number,
        "title": ended.title,
        "year": ended.year,
    }
    if ended.reason:
        subject = Bilingual("your role in Priority {number} has ended", "votre rôle dans la priorité {number} a pris fin")
        opening = Bilingual(
            "{by} ended the role of your jurisdiction ({who}) in Priority {number} of the {year} work plan: {title}.",
            "{by} a mis fin au rôle de votre administration ({who}) dans la priorité {number} "
            "du plan de travail de {year}\u00a0: {title}.",
        )
    else:
        subject = Bilingual(
            "offer of a role in Priority {number} withdrawn", "proposition d’un rôle dans la priorité {number} retirée"
        )
        opening = Bilingual(
            "{by} withdrew the offer of a role in Priority {number} of the {year} work plan to your jurisdiction "
            "({who}): {title}. You do not need to answer.",
            "{by} a retiré la proposition faite à votre administration ({who}) d’un rôle dans la priorité {number} "
            "du plan de travail de {year}\u00a0: {title}. Vous n’avez pas à répondre.",
        )
    parts = [Paragraph(phrases.fill(opening, **facts)), *reason_parts(ended.reason, recipient.lang)]
    url = f"{site}/{recipient.lang.value}/plans/{ended.year}/roles/{ended.assignment_id}"
    return compose_email(
        recipient,
        f"{NoticeKind.ROLE_ENDED}:{ended.assignment_id}:{ended.token}:{recipient.person_id}",
        NoticeKind.ROLE_ENDED,
        phrases.fill(subject, **facts),
        *parts,
        ActionLink(url, Bilingual("See the role", "Voir le rôle")),
        site=site,
    )


_DUE_REQUEST_TEXTS = {
    None: (
        Bilingual("request to move a due date ({who}, {what})", "demande de déplacer une échéance ({who}, {what})"),
        Bilingual(
            "{by} ({who}) asked to move the due date of activity {what}. New due date: {to}.",
            "{by} ({who}) a demandé de déplacer l’échéance de l’activité {what}. Nouvelle échéance\u00a0: {to}.",
        ),
    ),
    True: (
        Bilingual("your due date was moved ({what})", "votre échéance a été déplacée ({what})"),
        Bilingual(
            "{by} accepted your request to move the due date of activity {what}. New due date: {to}.",
            "{by} a accepté votre demande de déplacer l’échéance de l’activité {what}. Nouvelle échéance\u00a0: {to}.",
        ),
    ),
    False: (
        Bilingual("your due date was not moved ({what})", "votre échéance n’a pas été déplacée ({what})"),
        Bilingual(
            "{by} declined your request to move the due date of activity {what} ({to}). The due date has not changed.",
            "{by} a refusé votre demande de déplacer l’échéance de l’activité {what} ({to}). L’échéance n’a pas changé.",
        ),
    ),
}
_HOW_TO_ANSWER = Bilingual(
    "Open the page below to see what the role involves, then accept or decline it. "
    "The role stays “to confirm” until you answer.",
    "Ouvrez la page ci-dessous pour voir en quoi consiste le rôle, puis acceptez-le ou refusez-le. "
    "Le rôle reste «\u00a0à confirmer\u00a0» jusqu’à ce que vous répondiez.",
)
