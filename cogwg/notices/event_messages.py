"""Emails about events, composed from frozen facts: returned reports, submissions, mentions, role offers, new passwords.

``site`` is the base URL of the product, such as https://plan.example.ca, without a trailing slash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cogwg.accounts.queries import NamedJurisdiction
from cogwg.core import dates
from cogwg.core.articles import french_de, with_article
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import join_list
from cogwg.core.status import NO_REPORT, Status
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, BulletList, Paragraph, Quote, Recipient, compose_email
from cogwg.notices.rules import NoticeKind
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.rules import LabelledLink


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
    """One report in a receipt: its status before the quarter (None: no report) and after, and the status that it amends.

    ``also_for`` are the other jurisdictions that it is for. ``missing_languages`` are those in which one of its texts is
    missing.
    """

    code: str
    title: Bilingual
    before: Status | None
    after: Status
    nothing_to_report: bool = False
    amends: Status | None = None
    also_for: tuple[NamedJurisdiction, ...] = ()
    evidence: tuple[LabelledLink, ...] = ()
    missing_languages: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """The person who submitted reports, and the jurisdictions they reported for; a co-chair acts on behalf of one."""

    name: str
    jurisdictions: tuple[Bilingual, ...]
    is_on_behalf: bool = False

    @property
    def in_words(self) -> Bilingual:
        """Return the name and the jurisdictions: "N. Osei (Ontario)", "A. Roy, on behalf of Ontario"."""
        if not self.is_on_behalf:
            names = join_list(self.jurisdictions)
            return Bilingual(f"{self.name} ({names.en})", f"{self.name} ({names.fr})")
        en = join_list([with_article(name) for name in self.jurisdictions]).en
        fr = join_list([Bilingual("", f"{french_de(name)}{name.text('fr')}") for name in self.jurisdictions]).fr
        return Bilingual(f"{self.name}, on behalf of {en}", f"{self.name}, au nom {fr}")


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


@dataclass(frozen=True, slots=True)
class RequestedRole:
    """A vacant role that a jurisdiction asks for; ``token`` distinguishes repeated requests."""

    assignment_id: int
    token: int
    year: int
    number: int
    title: Bilingual
    jurisdiction: Bilingual
    by: str


@dataclass(frozen=True, slots=True)
class EndedRole:
    """A role that a co-chair took back from a jurisdiction: its role ended, or the offer was withdrawn.

    ``reason`` is empty for an offer; ``token`` distinguishes repeated changes of the same assignment.
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
    """A lead's request to move a due date; ``answer`` is None for the request itself, and whether it was accepted after that.

    ``reason`` is that of the request, or of declining it; ``by`` is the name of who asks or answers.
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
    recipient: Recipient,
    period: PeriodFacts,
    lines: Sequence[ReceiptLine],
    *,
    at: datetime,
    time_zone: str,
    token: str,
    path: str,
    site: str,
) -> OutgoingEmail:
    """Return the receipt for the reports that a person submitted together.

    ``token`` distinguishes this submission from any other; ``path`` is the path of the receipt's page after the language, such
    as "my-updates?period=2020-09". ``time_zone`` is the person's own.
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
        *(Paragraph(own) for own in [phrases.own_moment(at, time_zone)] if own),
        _report_list(lines),
        ActionLink(f"{site}/{recipient.lang.value}/{path}", Bilingual("View your receipt", "Voir l’accusé de réception")),
        site=site,
    )


def co_lead_email(
    recipient: Recipient,
    period: PeriodFacts,
    lines: Sequence[ReceiptLine],
    sender: Sender,
    *,
    at: datetime,
    token: str,
    site: str,
) -> OutgoingEmail:
    """Return the email to a lead of another jurisdiction that these reports are for too, as they were just submitted.

    ``token`` distinguishes this submission from any other.
    """
    is_one = len(lines) == 1
    facts = {
        "by": sender.in_words,
        "name": sender.name,
        "count": phrases.report_count(len(lines)),
        "quarter": phrases.quarter(period),
        "at": phrases.moment(at),
        "who": join_list([with_article(name) for name in recipient.jurisdictions]),
    }
    subject = Bilingual(
        "{name} submitted {count} for your jurisdiction too ({quarter})",
        "{name} a soumis {count} pour votre administration aussi ({quarter})",
    )
    opening = Bilingual("{by} submitted {count} for {quarter} on {at}.", "{by} a soumis {count} pour le {quarter} le {at}.")
    return compose_email(
        recipient,
        f"{NoticeKind.CO_LEAD}:{token}:{recipient.person_id}",
        NoticeKind.CO_LEAD,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        Paragraph(phrases.fill(_ALSO_YOURS if is_one else _ALSO_YOURS_PLURAL, **facts)),
        _report_list(lines, names_others=False),
        Paragraph(_HOW_TO_ADD),
        ActionLink(
            f"{site}/{recipient.lang.value}/my-updates?period={period.key}",
            Bilingual("Open My updates", "Ouvrir Mes mises à jour"),
        ),
        site=site,
    )


_ALSO_YOURS = Bilingual(
    "You lead this activity together, so the report is for {who} too.",
    "Vous menez cette activité ensemble; le rapport est donc aussi pour {who}.",
)
_ALSO_YOURS_PLURAL = Bilingual(
    "You lead these activities together, so the reports are for {who} too.",
    "Vous menez ces activités ensemble; les rapports sont donc aussi pour {who}.",
)
_HOW_TO_ADD = Bilingual(
    "Something to add? Open the report in My updates, edit it and submit it again, until the quarter is closed.",
    "Quelque chose à ajouter? Ouvrez le rapport dans Mes mises à jour, modifiez-le et soumettez-le de nouveau, "
    "tant que le trimestre n’est pas fermé.",
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


def extension_email(
    recipient: Recipient, period: PeriodFacts, reason: Bilingual, *, token: int, by: str, site: str
) -> OutgoingEmail:
    """Return the email to a lead about a quarter whose reports are due a week later; ``token`` distinguishes extensions."""
    facts = {"by": by, "quarter": phrases.quarter(period), "at": phrases.moment(period.due_at)}
    subject = Bilingual("another week to report ({quarter})", "une semaine de plus pour faire rapport ({quarter})")
    opening = Bilingual(
        "{by} gave everyone another week for {quarter}. Reports are now due on {at}.",
        "{by} accorde à tous une semaine de plus pour le {quarter}. Les rapports sont maintenant attendus le {at}.",
    )
    return compose_email(
        recipient,
        f"{NoticeKind.EXTENDED}:{period.id}:{token}:{recipient.person_id}",
        NoticeKind.EXTENDED,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        Paragraph(phrases.fill(phrases.REASON, reason=reason)),
        ActionLink(
            f"{site}/{recipient.lang.value}/my-updates?period={period.key}", Bilingual("My updates", "Mes mises à jour")
        ),
        site=site,
    )


def due_request_email(recipient: Recipient, request: RequestedDueDate, *, site: str) -> OutgoingEmail:
    """Return the email about a request to move a due date: to a co-chair, or the answer to a lead."""
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
        f"{kind}:{request.request_id}:{recipient.person_id}",
        kind,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        *([Paragraph(phrases.fill(phrases.REASON, reason=request.reason))] if request.reason else []),
        ActionLink(url, label if request.answer is None else Bilingual("See the activity", "Voir l’activité")),
        site=site,
    )


_DUE_REQUEST_TEXTS = {
    None: (
        Bilingual("{who} asks for a later due date ({what})", "{who} demande une autre échéance ({what})"),
        Bilingual(
            "{by} ({who}) asks to move the due date of activity {what}. New due date: {to}.",
            "{by} ({who}) demande de déplacer l’échéance de l’activité {what}. Nouvelle échéance\u00a0: {to}.",
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


def role_request_email(recipient: Recipient, request: RequestedRole, *, site: str) -> OutgoingEmail:
    """Return the email to a co-chair about a jurisdiction that asks for a vacant role."""
    facts = {"by": request.by, "who": request.jurisdiction, "number": request.number, "title": request.title}
    subject = Bilingual(
        "{who} could take a role in Priority {number}", "{who} pourrait assumer un rôle dans la priorité {number}"
    )
    opening = Bilingual(
        "{by} ({who}) writes that their jurisdiction could take the vacant role in Priority {number}: {title}.",
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
    """Return the email that a jurisdiction's role has ended, or that its offer was withdrawn."""
    facts = {
        "by": ended.by,
        "who": join_list(recipient.jurisdictions),
        "number": ended.number,
        "title": ended.title,
        "year": ended.year,
    }
    if ended.reason:
        subject = Bilingual(
            "your role in Priority {number} has ended", "le rôle de votre administration dans la priorité {number} a pris fin"
        )
        opening = Bilingual(
            "{by} ended the role of your jurisdiction ({who}) in Priority {number} of the {year} work plan: {title}.",
            "{by} a mis fin au rôle de votre administration ({who}) dans la priorité {number} "
            "du plan de travail de {year}\u00a0: {title}.",
        )
    else:
        subject = Bilingual(
            "role in Priority {number} no longer offered", "rôle dans la priorité {number} qui n’est plus proposé"
        )
        opening = Bilingual(
            "{by} withdrew the offer of a role in Priority {number} of the {year} work plan to your jurisdiction "
            "({who}): {title}. You do not need to answer.",
            "{by} a retiré la proposition faite à votre administration ({who}) d’un rôle dans la priorité {number} "
            "du plan de travail de {year}\u00a0: {title}. Vous n’avez pas à répondre.",
        )
    parts = [Paragraph(phrases.fill(opening, **facts))]
    if ended.reason:
        parts.append(Paragraph(phrases.fill(phrases.REASON, reason=ended.reason)))
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


_HOW_TO_ANSWER = Bilingual(
    "Open the page below to see what the role involves, then accept or decline it. "
    "The role remains to be confirmed until you answer.",
    "La page ci-dessous explique le rôle et vous permet de l’accepter ou de le refuser. "
    "Le rôle reste à confirmer tant que vous n’avez pas répondu.",
)


def _report_list(lines: Sequence[ReceiptLine], *, names_others: bool = True) -> BulletList:
    """Return the reports of a submission, with their links; ``names_others`` adds the other jurisdictions of each."""
    return BulletList(
        tuple((phrases.activity_name(line.code, line.title), _report_remark(line, names_others)) for line in lines),
        tuple(line.evidence for line in lines),
    )


def _report_remark(line: ReceiptLine, names_others: bool) -> Bilingual:
    """Return the change of status, what it amends, the languages that are missing, and for whom else the report is."""
    parts = [_status_change(line)]
    if line.amends is not None and line.amends is not line.after:
        amended = Bilingual(", amended (was {status})", ", modifié (était {status})")
        parts.append(phrases.fill(amended, status=line.amends.label))
    elif line.amends is not None:
        parts.append(Bilingual(", amended", ", modifié"))
    parts += [_LANGUAGE_MISSING[lang] for lang in line.missing_languages]
    if line.also_for and names_others:
        others = join_list([with_article(other.name) for other in line.also_for])
        parts.append(phrases.fill(Bilingual(", also for {who}", ", aussi pour {who}"), who=others))
    return Bilingual("".join(part.en for part in parts), "".join(part.fr for part in parts))


_LANGUAGE_MISSING = {
    Language.EN: Bilingual(", English missing", ", version anglaise manquante"),
    Language.FR: Bilingual(", French missing", ", version française manquante"),
}


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
