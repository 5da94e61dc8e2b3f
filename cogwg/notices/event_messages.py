"""Word of what somebody did, composed from frozen facts: a report that came back, a receipt, a comment that names you.

``site`` is the address people reach the product by, such as https://plan.example.ca, without a slash at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import listed
from cogwg.core.scale import NO_REPORT, Status
from cogwg.mail.rules import Post
from cogwg.notices import phrases
from cogwg.notices.body import Addressee, Paragraph, Points, Quote, Way, letter_to
from cogwg.notices.rules import Kind
from cogwg.reporting.periods import PeriodFacts


@dataclass(frozen=True, slots=True)
class Returned:
    """A report that a co-chair sent back: which, why, and by whom. ``version`` tells one return from the next."""

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
    """One report of a receipt: its status before (None: no report) and after."""

    code: str
    title: Bilingual
    before: Status | None
    after: Status
    nothing_to_report: bool = False


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A comment that names jurisdictions."""

    comment_id: int
    year: int
    code: str
    title: Bilingual
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A role that a jurisdiction is asked to carry. ``token`` tells one offer of it from the next; ``role`` is empty where
    the plan states none."""

    assignment_id: int
    token: int
    year: int
    number: int
    title: Bilingual
    role: Bilingual
    by: str


def returned_letter(to: Addressee, told: Returned, *, site: str) -> Post:
    """Word to a lead that a report came back, with the co-chair's note."""
    facts = {"what": _named(told.code, told.title), "by": told.by, "quarter": phrases.quarter(told.period)}
    subject = phrases.filled(Bilingual("Returned with a note: {what}", "Renvoyé avec une note\u00a0: {what}"), **facts)
    opening = Bilingual(
        "{by} returned your report on {what} for the {quarter}. Correct it and submit it again.",
        "{by} a renvoyé votre rapport sur {what} pour le {quarter}. Corrigez-le et soumettez-le de nouveau.",
    )
    url = f"{site}/{to.lang.value}/plans/{told.year}/activities/{told.code}/report?period={told.period.key}"
    return letter_to(
        to,
        f"returned:{told.report_id}:{told.version}:{to.person_id}",
        Kind.RETURNED,
        subject,
        Paragraph(phrases.filled(opening, **facts)),
        Quote(told.note),
        Way(url, Bilingual("Open the report", "Ouvrir le rapport")),
    )


def receipt_letter(
    to: Addressee, period: PeriodFacts, sent: Sequence[ReceiptLine], *, at: datetime, token: str, path: str, site: str
) -> Post:
    """The receipt of what a person submitted at once. ``token`` tells this sending from any other; ``path`` is the
    receipt's page after the language, such as "my-updates?period=2020-09"."""
    facts = {"count": phrases.reports(len(sent)), "quarter": phrases.quarter(period), "at": phrases.moment(at)}
    subject = Bilingual("Receipt: {count} submitted for the {quarter}", "Accusé de réception\u00a0: {count} pour le {quarter}")
    opening = Bilingual(
        "You submitted {count} for the {quarter} on {at}.", "Vous avez soumis {count} pour le {quarter} le {at}."
    )
    return letter_to(
        to,
        f"receipt:{to.person_id}:{token}",
        Kind.RECEIPT,
        phrases.filled(subject, **facts),
        Paragraph(phrases.filled(opening, **facts)),
        Points(tuple((_named(one.code, one.title), _change(one)) for one in sent)),
        Way(f"{site}/{to.lang.value}/{path}", Bilingual("See what was sent", "Voir ce qui a été envoyé")),
    )


def mention_letter(to: Addressee, told: Mentioned, *, site: str) -> Post:
    """Word to a lead that a comment names their jurisdiction."""
    facts = {"by": told.by, "what": _named(told.code, told.title), "who": listed(to.of)}
    subject = phrases.filled(Bilingual("{by} mentions {who}: {what}", "Mention de {by} ({who})\u00a0: {what}"), **facts)
    opening = phrases.filled(Bilingual("{by} wrote about {what}:", "{by} a écrit au sujet de {what}\u00a0:"), **facts)
    url = f"{site}/{to.lang.value}/plans/{told.year}/activities/{told.code}"
    return letter_to(
        to,
        f"mention:{told.comment_id}:{to.person_id}",
        Kind.MENTION,
        subject,
        Paragraph(opening),
        Quote(told.text),
        Way(url, Bilingual("Read and answer", "Lire et répondre")),
    )


def offer_letter(to: Addressee, told: Offered, *, site: str) -> Post:
    """The question to a lead whether their jurisdiction takes a role, with the one link that answers it."""
    facts = {"by": told.by, "who": listed(to.of), "number": told.number, "title": told.title, "year": told.year}
    subject = Bilingual("Will {who} take a role in priority {number}?", "Rôle offert ({who})\u00a0: priorité {number}")
    opening = Bilingual(
        "{by} asks whether {who} takes a role in priority {number} of the work plan of {year}: {title}.",
        "{by} offre un rôle dans la priorité {number} du plan de travail de {year} ({who})\u00a0: {title}.",
    )
    parts = [Paragraph(phrases.filled(opening, **facts))]
    if told.role:
        parts.append(Paragraph(phrases.filled(Bilingual("The role: {role}.", "Le rôle\u00a0: {role}."), role=told.role)))
    url = f"{site}/{to.lang.value}/plans/{told.year}/roles/{told.assignment_id}"
    return letter_to(
        to,
        f"{Kind.ROLE}:{told.assignment_id}:{told.token}:{to.person_id}",
        Kind.ROLE,
        phrases.filled(subject, **facts),
        *parts,
        Paragraph(_ANSWER),
        Way(url, Bilingual("Accept or decline the role", "Accepter ou décliner le rôle")),
    )


_ANSWER = Bilingual(
    "One page says what the role asks; until you answer there, it is to confirm.",
    "Une seule page dit ce que le rôle demande\u00a0; il reste à confirmer tant que vous n’y avez pas répondu.",
)


def _named(code: str, title: Bilingual) -> Bilingual:
    return Bilingual(title.en and f"{code} {title.en}", title.fr and f"{code} {title.fr}")


def _change(one: ReceiptLine) -> Bilingual:
    """: No report → Limited progress. A status that stayed is said once."""
    before = one.before.words if one.before is not None else NO_REPORT
    told = Bilingual(": {before} → {after}", "\u00a0: {before} → {after}")
    if one.before is one.after:
        told = Bilingual(": {after}, unchanged", "\u00a0: {after}, état inchangé")
    what = phrases.filled(told, before=before, after=one.after.words)
    if one.nothing_to_report:
        return Bilingual(f"{what.en}, nothing to report", f"{what.fr}, rien à signaler")
    return what
