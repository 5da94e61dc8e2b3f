"""Emails about events: returned reports, submissions, mentions, finalized briefings and new passwords.

This module does not query the database.

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
from cogwg.mail.rules import WITNESS_PLACE, OutgoingEmail
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, BulletList, Paragraph, Quote, Recipient, compose_email, emails_link
from cogwg.notices.rules import NoticeKind
from cogwg.notices.unsent_reports import UnsentLine, unsent_parts
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.rules import LabelledLink


@dataclass(frozen=True, slots=True)
class ReturnedReport:
    """A report that a co-chair returned, with the note and the co-chair's name.

    ``version`` distinguishes repeated returns of the same report. ``note_lang`` is the language of the page where the note was
    written.
    """

    report_id: int
    version: int
    year: int
    code: str
    title: Bilingual
    period: PeriodFacts
    note: str
    by: str
    note_lang: Language = Language.EN


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One report in a receipt: the status before the quarter (None if there was no report), the submitted status, and the
    status that it amends (None if the report is not an amendment).

    ``has_challenge`` is whether the report describes a challenge. ``also_for`` are the other jurisdictions that the report is
    for. ``missing_languages`` are the languages in which one of its texts is missing.
    """

    code: str
    title: Bilingual
    before: Status | None
    after: Status
    nothing_to_report: bool = False
    has_challenge: bool = False
    amends: Status | None = None
    also_for: tuple[NamedJurisdiction, ...] = ()
    evidence: tuple[LabelledLink, ...] = ()
    missing_languages: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """The person who submitted reports, and the jurisdictions that they reported for.

    ``is_on_behalf`` is True if a co-chair or the secretariat reported on behalf of a jurisdiction.
    """

    name: str
    jurisdictions: tuple[Bilingual, ...]
    is_on_behalf: bool = False

    @property
    def in_words(self) -> Bilingual:
        """Return the name and the jurisdictions: "N. Osei (Ontario)", "A. Roy (on behalf of Ontario)"."""
        if not self.is_on_behalf:
            names = join_list(self.jurisdictions)
            return Bilingual(f"{self.name} ({names.en})", f"{self.name} ({names.fr})")
        en = join_list([with_article(name) for name in self.jurisdictions]).en
        fr = join_list([Bilingual("", f"{french_de(name)}{name.text('fr')}") for name in self.jurisdictions]).fr
        return Bilingual(f"{self.name} (on behalf of {en})", f"{self.name} (au nom {fr})")


@dataclass(frozen=True, slots=True)
class CommentMention:
    """A comment that mentions jurisdictions."""

    comment_id: int
    year: int
    code: str
    title: Bilingual
    by: str
    text: str


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
        *([] if returned.note_lang is recipient.lang else [Paragraph(phrases.NOTE_IN_OTHER_LANGUAGE)]),
        Quote(returned.note, returned.note_lang),
        ActionLink(url, Bilingual("Open the report", "Ouvrir le rapport")),
        site=site,
    )


_RECEIPT = Bilingual("View your receipt", "Voir votre accusé de réception")
_RECEIPT_BEHIND_SIGN_IN = Bilingual("Sign in to view your receipt", "Se connecter pour voir votre accusé de réception")
_BY_LINK = Bilingual(
    "They were submitted with the private link in a reminder. If you did not submit them, sign in to correct the "
    "reports, and contact the secretariat.",
    "Ils ont été soumis au moyen du lien privé d’un rappel. Si ce n’est pas vous qui les avez soumis, connectez-vous "
    "pour les corriger et communiquez avec le secrétariat.",
)


def receipt_email(
    recipient: Recipient,
    period: PeriodFacts,
    lines: Sequence[ReceiptLine],
    unsent: Sequence[UnsentLine] = (),
    *,
    at: datetime,
    time_zone: str,
    token: str,
    path: str,
    site: str,
    is_by_link: bool = False,
) -> OutgoingEmail:
    """Return the receipt for the reports that a person submitted together, with the reports that were not submitted
    (``unsent``).

    ``is_by_link`` is whether they used the private link in a reminder, which other people may have.

    ``token`` distinguishes this submission from any other. ``path`` is the part of the URL path of the receipt's page that
    follows the language, such as "my-updates/receipts/12". ``time_zone`` is the person's own.
    """
    facts = {"count": phrases.report_count(len(lines)), "quarter": phrases.quarter(period), "at": phrases.moment(at)}
    subject = Bilingual("{count} submitted ({quarter})", "{count} soumis ({quarter})")
    if unsent:
        subject = Bilingual(
            "{count} submitted, {left} still due ({quarter})", "{count} soumis, {left} toujours à remettre ({quarter})"
        )
    opening = Bilingual("You submitted {count} for {quarter} on {at}.", "Vous avez soumis {count} pour le {quarter} le {at}.")
    return compose_email(
        recipient,
        f"receipt:{recipient.person_id}:{token}",
        NoticeKind.RECEIPT,
        phrases.fill(subject, left=len(unsent), **facts),
        Paragraph(phrases.fill(opening, **facts)),
        *(Paragraph(own) for own in [phrases.own_moment(at, time_zone)] if own),
        *([Paragraph(_BY_LINK)] if is_by_link else []),
        _report_list(lines),
        *unsent_parts(unsent, period, at=at, time_zone=time_zone, is_by_link=is_by_link),
        ActionLink(f"{site}/{recipient.lang.value}/{path}", _RECEIPT_BEHIND_SIGN_IN if is_by_link else _RECEIPT),
        Paragraph(WITNESS),
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
    """Return the email to a lead of another jurisdiction, saying that these reports were submitted for it too.

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


WITNESS = Bilingual(
    f"Keep this email. With this proof number, the secretariat can check that the record was not rewritten: {WITNESS_PLACE}",
    "Conservez ce courriel. Avec ce numéro de preuve, le secrétariat peut vérifier que le registre n’a pas été réécrit\u00a0: "
    f"{WITNESS_PLACE}",
)
_ALSO_YOURS = Bilingual(
    "Your jurisdictions lead this activity together, so the report is also for {who}.",
    "Vos administrations mènent cette activité ensemble; le rapport est donc aussi pour {who}.",
)
_ALSO_YOURS_PLURAL = Bilingual(
    "Your jurisdictions lead these activities together, so the reports are also for {who}.",
    "Vos administrations mènent ces activités ensemble; les rapports sont donc aussi pour {who}.",
)
_HOW_TO_ADD = Bilingual(
    "Do you have something to add? Until the quarter is closed, you can open the report in My updates, edit it and "
    "submit it again.",
    "Avez-vous quelque chose à ajouter? Tant que le trimestre n’est pas fermé, vous pouvez ouvrir le rapport dans Mes "
    "mises à jour, le modifier et le soumettre de nouveau.",
)


def mention_email(recipient: Recipient, mention: CommentMention, *, site: str) -> OutgoingEmail:
    """Return the email to a lead about a comment that mentions their jurisdiction."""
    facts = {"by": mention.by, "what": phrases.activity_name(mention.code, mention.title)}
    subject = phrases.fill(
        Bilingual(
            "{by} mentioned your jurisdiction in a comment ({what})",
            "{by} a mentionné votre administration dans un commentaire ({what})",
        ),
        **facts,
    )
    opening = phrases.fill(Bilingual("{by} commented on activity {what}:", "{by} a commenté l’activité {what}\u00a0:"), **facts)
    url = f"{site}/{recipient.lang.value}/plans/{mention.year}/activities/{mention.code}"
    return compose_email(
        recipient,
        f"mention:{mention.comment_id}:{recipient.person_id}",
        NoticeKind.MENTION,
        subject,
        Paragraph(opening),
        Quote(mention.text),
        ActionLink(url, Bilingual("Read and reply", "Lire et répondre")),
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
        "{by} finalized version {number} of the briefing for {day} ({audience}).",
        "{by} a finalisé la version {number} de la présentation du {day} ({audience}).",
    )
    url = f"{site}/{recipient.lang.value}/briefings/{version.briefing_id}/versions/{version.number}"
    return compose_email(
        recipient,
        f"{NoticeKind.FINALIZED}:{version.briefing_id}:{version.number}:{recipient.person_id}",
        NoticeKind.FINALIZED,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        ActionLink(url, Bilingual("Read the briefing", "Lire la présentation")),
        emails_link(site, recipient.lang),
        site=site,
    )


def password_email(recipient: Recipient, *, is_first: bool, at: datetime, token: str, site: str) -> OutgoingEmail:
    """Return the email about a changed password, or about the first password (``is_first``).

    ``token`` makes the email's key unique, so that an email is sent for each change.
    """
    subject = Bilingual("your password was changed", "votre mot de passe a été changé")
    done = Bilingual(
        "Your password was changed on {at}. You are signed out everywhere else.",
        "Votre mot de passe a été changé le {at}. Vos autres sessions sont fermées.",
    )
    if is_first:
        subject = Bilingual("your password was set", "un mot de passe a été choisi")
        done = Bilingual(
            "A password was set for your account on {at}.", "Un mot de passe a été choisi pour votre compte le {at}."
        )
    return compose_email(
        recipient,
        f"{NoticeKind.SECURITY}:{recipient.person_id}:{token}",
        NoticeKind.SECURITY,
        subject,
        Paragraph(phrases.fill(done, at=phrases.moment(at))),
        Paragraph(
            Bilingual(
                "If you did not do this, contact the secretariat right away. The secretariat can end your sessions and "
                "send you a new link.",
                "Si ce n’est pas vous qui l’avez fait, communiquez tout de suite avec le secrétariat. Le secrétariat "
                "peut mettre fin à vos sessions et vous envoyer un nouveau lien.",
            )
        ),
        ActionLink(f"{site}/{recipient.lang.value}/account", Bilingual("Open your account", "Ouvrir votre compte")),
        site=site,
    )


def _report_list(lines: Sequence[ReceiptLine], *, names_others: bool = True) -> BulletList:
    """Return the list of the reports of a submission, with their links. With ``names_others``, the other jurisdictions of each
    are added.
    """
    return BulletList(
        tuple((phrases.activity_name(line.code, line.title), _report_remark(line, names_others)) for line in lines),
        tuple(line.evidence for line in lines),
    )


def _report_remark(line: ReceiptLine, names_others: bool) -> Bilingual:
    """Return the change of status, the amended status, the missing languages, and the other jurisdictions of the report."""
    parts = [_status_change(line)]
    if line.amends is not None and line.amends is not line.after:
        amended = Bilingual(", amended (was {status})", ", modifié (auparavant : {status})")
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
    if line.before is line.after and line.amends not in (None, line.after):
        template = Bilingual(": {after}", "\u00a0: {after}")
    elif line.before is line.after:
        template = Bilingual(": {after}, unchanged", "\u00a0: {after}, inchangé")
    change = phrases.fill(template, before=before, after=line.after.label)
    if not line.nothing_to_report:
        return change
    # "Nothing to report" would be wrong if the report describes a challenge.
    nothing = Bilingual(", nothing else to report", ", rien d’autre à signaler") if line.has_challenge else phrases.NOTHING
    return phrases.joined(change, nothing)
