"""Emails about events, composed from frozen facts: returned reports, receipts, mentions, role offers and new
passwords.

``site`` is the base URL of the product, such as https://plan.example.ca, without a trailing slash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cogwg.core import dates
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import join_list
from cogwg.core.status import NO_REPORT, Status
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, BulletList, Paragraph, Quote, Recipient, compose_email
from cogwg.notices.rules import NoticeKind
from cogwg.reporting.periods import PeriodFacts


@dataclass(frozen=True, slots=True)
class ReturnedReport:
    """A report that a co-chair returned, with the note and the co-chair's name; ``version`` distinguishes repeated returns."""

    report_id: int
    version: int
    year: int
    code: str
    title: Bilingual
    period: PeriodFacts
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One report in a receipt: its status before (None: no report) and after."""

    code: str
    title: Bilingual
    before: Status | None
    after: Status
    nothing_to_report: bool = False


@dataclass(frozen=True, slots=True)
class CommentMention:
    """A comment that mentions jurisdictions."""

    comment_id: int
    year: int
    code: str
    title: Bilingual
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class RoleOffer:
    """A role offered to a jurisdiction.

    ``token`` distinguishes repeated offers of the same assignment; ``role`` is empty if the plan names no role.
    """

    assignment_id: int
    token: int
    year: int
    number: int
    title: Bilingual
    role: Bilingual
    by: str


def returned_report_email(recipient: Recipient, returned: ReturnedReport, *, site: str) -> OutgoingEmail:
    """Return the email to a lead about a returned report, with the co-chair's note."""
    facts = {
        "what": phrases.activity_name(returned.code, returned.title),
        "by": returned.by,
        "quarter": phrases.quarter(returned.period),
    }
    subject = phrases.fill(Bilingual("your report was returned ({what})", "votre rapport a été renvoyé ({what})"), **facts)
    opening = Bilingual(
        "{by} returned your report on activity {what} for {quarter}, with the note below. "
        "Edit the report, then submit it again.",
        "{by} a renvoyé votre rapport sur l’activité {what} pour le {quarter}, avec la note ci-dessous. "
        "Modifiez le rapport, puis soumettez-le de nouveau.",
    )
    url = f"{site}/{recipient.lang.value}/plans/{returned.year}/activities/{returned.code}/report?period={returned.period.key}"
    return compose_email(
        recipient,
        f"returned:{returned.report_id}:{returned.version}:{recipient.person_id}",
        NoticeKind.RETURNED,
        subject,
        Paragraph(phrases.fill(opening, **facts)),
        Quote(returned.note),
        ActionLink(url, Bilingual("Open the report", "Ouvrir le rapport")),
        site=site,
    )


def receipt_email(
    recipient: Recipient, period: PeriodFacts, lines: Sequence[ReceiptLine], *, at: datetime, token: str, path: str, site: str
) -> OutgoingEmail:
    """Return the receipt for the reports that a person submitted together.

    ``token`` distinguishes this submission from any other; ``path`` is the path of the receipt's page after the language, such
    as "my-updates?period=2020-09".
    """
    facts = {"count": phrases.report_count(len(lines)), "quarter": phrases.quarter(period), "at": phrases.moment(at)}
    subject = Bilingual("{count} submitted ({quarter})", "{count} soumis ({quarter})")
    opening = Bilingual("You submitted {count} for {quarter} on {at}.", "Vous avez soumis {count} pour le {quarter} le {at}.")
    return compose_email(
        recipient,
        f"receipt:{recipient.person_id}:{token}",
        NoticeKind.RECEIPT,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        BulletList(tuple((phrases.activity_name(line.code, line.title), _status_change(line)) for line in lines)),
        ActionLink(f"{site}/{recipient.lang.value}/{path}", Bilingual("View your receipt", "Voir l’accusé de réception")),
        site=site,
    )


def mention_email(recipient: Recipient, mention: CommentMention, *, site: str) -> OutgoingEmail:
    """Return the email to a lead about a comment that mentions their jurisdiction."""
    facts = {"by": mention.by, "what": phrases.activity_name(mention.code, mention.title)}
    subject = phrases.fill(
        Bilingual(
            "{by} mentioned your jurisdiction in a comment ({what})",
            "{by} mentionne votre administration dans un commentaire ({what})",
        ),
        **facts,
    )
    opening = phrases.fill(
        Bilingual("{by} commented on activity {what}:", "Commentaire de {by} au sujet de l’activité {what}\u00a0:"), **facts
    )
    url = f"{site}/{recipient.lang.value}/plans/{mention.year}/activities/{mention.code}"
    return compose_email(
        recipient,
        f"mention:{mention.comment_id}:{recipient.person_id}",
        NoticeKind.MENTION,
        subject,
        Paragraph(opening),
        Quote(mention.text),
        ActionLink(url, Bilingual("View and reply", "Lire et répondre")),
        site=site,
    )


def role_offer_email(recipient: Recipient, offer: RoleOffer, *, site: str) -> OutgoingEmail:
    """Return the email that offers a role to a lead's jurisdiction, with the link to the page where they answer."""
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


@dataclass(frozen=True, slots=True)
class FinalizedVersion:
    """A version of a briefing that was finalized, and who finalized it."""

    briefing_id: int
    number: int
    audience: Bilingual
    meeting_on: date
    by: str


def finalized_email(recipient: Recipient, version: FinalizedVersion, *, site: str) -> OutgoingEmail:
    """Return the email about a finalized version of a briefing, with the link to it."""
    facts = {
        "number": version.number,
        "audience": version.audience,
        "day": dates.day(version.meeting_on),
        "by": version.by,
    }
    subject = Bilingual("briefing for {day} finalized", "présentation du {day} finalisée")
    opening = Bilingual(
        "{by} finalized version {number} of the briefing for {audience}, {day}.",
        "{by} a finalisé la version {number} de la présentation pour {audience}, le {day}.",
    )
    url = f"{site}/{recipient.lang.value}/briefings/{version.briefing_id}/versions/{version.number}"
    return compose_email(
        recipient,
        f"{NoticeKind.FINALIZED}:{version.briefing_id}:{version.number}:{recipient.person_id}",
        NoticeKind.FINALIZED,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        ActionLink(url, Bilingual("Read the briefing", "Lire la présentation")),
        Paragraph(phrases.CHANGE_PREFERENCES),
        site=site,
    )


def password_email(recipient: Recipient, *, at: datetime, token: str, site: str) -> OutgoingEmail:
    """Return the email to a person whose password was set; ``token`` distinguishes one time from another."""
    done = Bilingual(
        "Your password was changed on {at}. You are signed out everywhere else.",
        "Votre mot de passe a été changé le {at}. Vos autres sessions sont fermées.",
    )
    return compose_email(
        recipient,
        f"{NoticeKind.SECURITY}:{recipient.person_id}:{token}",
        NoticeKind.SECURITY,
        Bilingual("your password was changed", "votre mot de passe a été changé"),
        Paragraph(phrases.fill(done, at=phrases.moment(at))),
        Paragraph(
            Bilingual(
                "If you did not do this, tell the secretariat at once. It can end your sessions and send you a new link.",
                "Si ce n’était pas vous, prévenez tout de suite le secrétariat. Il peut fermer vos sessions et vous envoyer "
                "un nouveau lien.",
            )
        ),
        ActionLink(f"{site}/{recipient.lang.value}/account", Bilingual("Open your account", "Ouvrir votre compte")),
        site=site,
    )


_HOW_TO_ANSWER = Bilingual(
    "Open the page below to see what the role involves, then accept or decline it. "
    "The role remains to be confirmed until you answer.",
    "La page ci-dessous explique le rôle et vous permet de l’accepter ou de le refuser. "
    "Le rôle reste à confirmer tant que vous n’avez pas répondu.",
)


def _status_change(line: ReceiptLine) -> Bilingual:
    """Return the change of status, such as ": No report → Limited progress"; an unchanged status appears only once."""
    before = line.before.label if line.before is not None else NO_REPORT
    template = Bilingual(": {before} → {after}", "\u00a0: {before} → {after}")
    if line.before is line.after:
        template = Bilingual(": {after}, unchanged", "\u00a0: {after}, état inchangé")
    change = phrases.fill(template, before=before, after=line.after.label)
    if line.nothing_to_report:
        return Bilingual(f"{change.en}, nothing to report", f"{change.fr}, rien à signaler")
    return change
