"""Emails about a quarter: reminders and digests. This module does not query the database.

What these texts say about time, such as "due today" or "was due", decides how long an email in the outbox stays true: if you
change that, change ``rules.is_out_of_date`` too.

``site`` is the base URL of the product, such as https://plan.example.ca, without a trailing slash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cogwg.core.articles import with_article
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import join_list
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices import phrases
from cogwg.notices.answer_places import answer_place
from cogwg.notices.body import ActionLink, BodyPart, BulletList, Paragraph, PersonalText, Quote, Recipient, compose_email
from cogwg.notices.rules import NoticeKind
from cogwg.plan.queries import PriorityFacts
from cogwg.reporting.models import PeriodState
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.queries import CurrentStatus
from cogwg.reporting.readiness import ExpectedReport, Readiness, ReadinessState
from cogwg.reporting.rules import ReportDraft, submission_problems

QUOTE_LIMIT = 300
"""The most characters of the last report's text that a reminder quotes."""


@dataclass(frozen=True, slots=True)
class MissingReports:
    """A person with missing reports, and the reports in the order of the plan.

    ``answer_for`` are the ids and names of the jurisdictions for which their reminder has a private link. ``last_reports``
    maps the id of an activity to the last report on it.
    """

    recipient: Recipient
    items: tuple[tuple[PriorityFacts, ExpectedReport], ...]
    answer_for: tuple[tuple[int, Bilingual], ...] = ()
    last_reports: Mapping[int, CurrentStatus] = field(default_factory=dict)


def reminder_email(missing: MissingReports, period: PeriodFacts, stage: str, *, today: date, site: str) -> OutgoingEmail:
    """Return the automatic reminder for a stage of the quarter (see ``rules.reminder_stage``)."""
    to = missing.recipient
    count, left = phrases.report_count(len(missing.items)), period.days_left(today)
    if left > 0:
        subject, opening = _DUE_SUBJECT, _DUE_SENTENCE
    elif left == 0:
        subject, opening = _DUE_TODAY_SUBJECT, _DUE_TODAY_SENTENCE
    else:
        subject, opening = _OVERDUE_SUBJECT, _OVERDUE_SENTENCE
    facts = {"day": phrases.day(period.due_at), "count": count, "quarter": phrases.quarter(period)}
    facts["due"] = phrases.moment(period.due_at, to.time_zone)
    key = f"remind:{period.id}:{to.person_id}:{stage}"
    first = Paragraph(phrases.fill(opening, **facts))
    return compose_email(
        to,
        key,
        NoticeKind.REMINDER,
        phrases.fill(subject, **facts),
        first,
        *([Paragraph(_ASKED_AS_DEPUTY)] if to.deputy_for else []),
        *_missing_reports_parts(missing, period, site),
        site=site,
    )


_ASKED_AS_DEPUTY = Bilingual(
    "You are receiving this email as the deputy because no one has started these reports since the first reminder. You "
    "and the lead share the reports, and either of you can submit them.",
    "Vous recevez ce courriel à titre de suppléance, parce que personne n’a commencé ces rapports depuis le premier "
    "rappel. Vous les partagez avec la personne responsable\u00a0: l’une ou l’autre peut les soumettre.",
)
_DUE_SUBJECT = Bilingual("{count} due by {day} ({quarter})", "{count} à remettre d’ici le {day} ({quarter})")
_DUE_TODAY_SUBJECT = Bilingual("{count} due today ({quarter})", "{count} à remettre aujourd’hui ({quarter})")
_OVERDUE_SUBJECT = Bilingual("{count} still due ({quarter})", "{count} toujours à remettre ({quarter})")
_DUE_SENTENCE = Bilingual(
    "Your reports for {quarter} are due on {due}.",
    "Vos rapports pour le {quarter} sont à remettre le {due}.",
)
_DUE_TODAY_SENTENCE = Bilingual(
    "Your reports for {quarter} are due today, {due}. You can still submit reports after the due time. "
    "They will be marked late.",
    "Vos rapports pour le {quarter} sont à remettre aujourd’hui, {due}. "
    "Vous pourrez encore soumettre des rapports après l’échéance. Ils porteront la mention «\u00a0remis en retard\u00a0».",
)
_OVERDUE_SENTENCE = Bilingual(
    "Your reports for {quarter} were due on {due}. You can still submit them. They will be marked late.",
    "Vos rapports pour le {quarter} étaient à remettre le {due}. Vous pouvez encore les soumettre. "
    "Ils porteront la mention «\u00a0remis en retard\u00a0».",
)


def default_reminder_text(period: PeriodFacts) -> Bilingual:
    """Return the default text of a co-chair's reminder."""
    text = _DEFAULT_OVERDUE_TEXT if period.state is PeriodState.LATE else _DEFAULT_TEXT
    return phrases.fill(text, quarter=phrases.quarter(period), due=phrases.moment(period.due_at))


_DEFAULT_TEXT = Bilingual(
    "Reports for {quarter} are due on {due}. Please submit the reports listed below by then.",
    "Les rapports pour le {quarter} sont à remettre le {due}. "
    "Veuillez soumettre d’ici là les rapports qui figurent ci-dessous.",
)
_DEFAULT_OVERDUE_TEXT = Bilingual(
    "Reports for {quarter} were due on {due}. You can still submit the reports listed below. Please do so as soon as possible.",
    "Les rapports pour le {quarter} étaient à remettre le {due}. Vous pouvez encore soumettre les rapports qui figurent "
    "ci-dessous. Veuillez le faire dès que possible.",
)


def co_chair_reminder_email(
    missing: MissingReports, period: PeriodFacts, text: str, by: str, *, last_reminder_id: int, reply_to: str, site: str
) -> OutgoingEmail:
    """Return a co-chair's reminder in their own words. Replies go to ``reply_to``, the co-chair's address.

    ``last_reminder_id`` is the id of the person's last reminder, or 0 if there is none. It is part of the email's key, so that
    only one email is created if two co-chairs send a reminder at the same time.
    """
    to = missing.recipient
    facts = {"count": phrases.report_count(len(missing.items)), "quarter": phrases.quarter(period)}
    subject = _OVERDUE_SUBJECT if period.state is PeriodState.LATE else _CO_CHAIR_SUBJECT
    key = f"chase:{period.id}:{to.person_id}:{last_reminder_id}"
    words_of: list[BodyPart] = [PersonalText(text), Paragraph(Bilingual(f"– {by}", f"– {by}"))]
    own_time = phrases.moment(period.due_at, to.time_zone)
    if own_time != phrases.moment(period.due_at):
        words_of.append(Paragraph(phrases.fill(Bilingual("Due: {due}", "Échéance\u00a0: {due}"), due=own_time)))
    return compose_email(
        to,
        key,
        NoticeKind.CO_CHAIR_REMINDER,
        phrases.fill(subject, **facts),
        *words_of,
        *_missing_reports_parts(missing, period, site),
        site=site,
        reply_to=reply_to,
    )


_CO_CHAIR_SUBJECT = Bilingual("reminder to submit {count} ({quarter})", "rappel\u00a0: {count} à soumettre ({quarter})")


def reminder_copy_email(
    recipient: Recipient, period: PeriodFacts, texts: Bilingual, names: Sequence[str], *, first_key: str, site: str
) -> OutgoingEmail:
    """Return the sender's copy of a reminder: its text and the names of the people reminded.

    ``first_key`` is the key of the first reminder sent.
    """
    subject = Bilingual("copy of your reminder ({quarter})", "copie de votre rappel ({quarter})")
    people = ", ".join(names)
    return compose_email(
        recipient,
        f"copy:{first_key}",
        NoticeKind.REMINDER_COPY,
        phrases.fill(subject, quarter=phrases.quarter(period)),
        Paragraph(phrases.fill(Bilingual("You sent a reminder to {who}.", "Vous avez envoyé un rappel à {who}."), who=people)),
        *(Quote(text) for text in (texts.exact_text(recipient.lang), texts.exact_text(recipient.lang.other)) if text),
        ActionLink(_readiness_url(site, recipient.lang, period), _READINESS_LABEL),
        site=site,
    )


def digest_email(recipient: Recipient, ready: Readiness, stage: str, *, site: str) -> OutgoingEmail:
    """Return the digest for a co-chair or the secretariat: the number of reports received, and of missing reports for each
    jurisdiction.
    """
    period, total = ready.period, len(ready.all_reports)
    facts = {"inside": ready.count(ReadinessState.SUBMITTED), "total": total, "quarter": phrases.quarter(period)}
    subject = Bilingual(
        "{inside} of {total} reports received ({quarter})", "rapports reçus\u00a0: {inside} sur {total} ({quarter})"
    )
    counts = _missing_counts(ready)
    if counts:
        missing_parts: list[BodyPart] = [
            Paragraph(Bilingual("Reports not received:", "Rapports non reçus\u00a0:")),
            BulletList(counts),
        ]
    else:
        missing_parts = [Paragraph(_CLOSED_TO_REPORTS if ready.unreceived_count else _NOTHING_EXPECTED)]
    key, link = (
        f"digest:{period.id}:{recipient.person_id}:{stage}",
        ActionLink(_readiness_url(site, recipient.lang, period), _READINESS_LABEL),
    )
    count = Paragraph(phrases.fill(_RECEIVED_SENTENCE, **facts))
    return compose_email(
        recipient, key, NoticeKind.DIGEST, phrases.fill(subject, **facts), count, *missing_parts, link, site=site
    )


_NOTHING_EXPECTED = Bilingual("No other reports are expected.", "Aucun autre rapport n’est attendu.")
_CLOSED_TO_REPORTS = Bilingual(
    "The other reports can no longer be submitted, because their activities have a report for a later quarter.",
    "Les autres rapports ne peuvent plus être soumis, car leurs activités ont un rapport pour un trimestre ultérieur.",
)
_RECEIVED_SENTENCE = Bilingual(
    "Reports received for {quarter}: {inside} of {total}.",
    "Rapports reçus pour le {quarter}\u00a0: {inside} sur {total}.",
)


def _missing_counts(ready: Readiness) -> tuple[tuple[Bilingual, Bilingual], ...]:
    """Return each jurisdiction with the number of its missing reports, in the order of the plan."""
    counts = [(name, len(ready.missing_reports([id_]))) for id_, name in ready.plan.reporting_jurisdictions.items()]
    return tuple(
        (name, phrases.fill(Bilingual(": {count}", "\u00a0: {count}"), count=phrases.report_count(n)))
        for name, n in counts
        if n
    )


_READINESS_LABEL = Bilingual("View reporting status", "Voir le suivi des rapports")


def _readiness_url(site: str, lang: Language, period: PeriodFacts) -> str:
    return f"{site}/{lang.value}/readiness?period={period.key}"


def _missing_reports_parts(missing: MissingReports, period: PeriodFacts, site: str) -> list[BodyPart]:
    """Return the parts of an email that list a person's missing reports, with the last report on each activity, and the link
    to them.
    """
    heading = phrases.fill(
        Bilingual("Reports due for {who}:", "Rapports à remettre pour {who}\u00a0:"),
        who=join_list([with_article(name) for name in missing.recipient.jurisdictions]),
    )
    last = [missing.last_reports.get(report.activity.id) for _, report in missing.items]
    listed = BulletList(
        tuple(
            (
                phrases.activity_name(report.activity.code, report.activity.title),
                phrases.joined(phrases.progress_remark(report), phrases.last_report_remark(before)),
            )
            for (_, report), before in zip(missing.items, last, strict=True)
        ),
        quotes=tuple(phrases.shortened(before.progress, QUOTE_LIMIT) if before is not None else EMPTY_TEXT for before in last),
    )
    url = f"{site}/{missing.recipient.lang.value}/my-updates?period={period.key}"
    my_updates = ActionLink(url, Bilingual("Open My updates", "Ouvrir Mes mises à jour"))
    if not missing.answer_for:
        return [Paragraph(heading), listed, Paragraph(phrases.NOTHING_TO_REPORT_HINT), my_updates]
    sign_in = ActionLink(url, _OR_SIGN_IN, shows_url=True)
    return [Paragraph(heading), listed, *_answer_parts(missing, site), sign_in]


def _answer_parts(missing: MissingReports, site: str) -> list[BodyPart]:
    """Return the parts of an email with a private link for each jurisdiction, and an explanation of the links."""
    page = f"{site}/{missing.recipient.lang.value}/answer"
    name = missing.recipient.name
    label = _ANSWER if len(missing.answer_for) == 1 else _ANSWER_FOR
    links = [
        ActionLink(f"{page}/{answer_place(id_)}", phrases.fill(label, who=with_article(jurisdiction)))
        for id_, jurisdiction in missing.answer_for
    ]
    return [
        Paragraph(phrases.joined(_WITHOUT_SIGNING_IN, *_needed_first(missing))),
        *links,
        Paragraph(phrases.fill(_PRIVATE, name=name)),
    ]


def _needed_first(missing: MissingReports) -> list[Bilingual]:
    """Return sentences that list the activities for which "nothing has changed" is not enough: one for each thing that must be
    done first.
    """
    codes: dict[str, list[Bilingual]] = {}
    for _, report in missing.items:
        last = missing.last_reports.get(report.activity.id)
        field = "returned" if report.state is ReadinessState.RETURNED else ""
        if report.state is ReadinessState.NOT_STARTED and last is not None:
            draft = ReportDraft(last.status, challenge=last.challenge, nothing_to_report=True)
            field = next((name for name, _problem in submission_problems(draft, last.timeliness)), "")
        codes.setdefault(field, []).append(Bilingual(report.activity.code, report.activity.code))
    return [phrases.fill(sentence, codes=join_list(codes[field])) for field, sentence in _FIRST.items() if field in codes]


_FIRST = {
    "returned": Bilingual(
        " Before that, correct what was returned: {codes}.", " Avant cela, corrigez ce qui a été renvoyé\u00a0: {codes}."
    ),
    "status": Bilingual(" Before that, select a status: {codes}.", " Avant cela, sélectionnez un état\u00a0: {codes}."),
    "challenge": Bilingual(" Before that, describe the challenge: {codes}.", " Avant cela, décrivez le défi\u00a0: {codes}."),
}
_ANSWER = Bilingual("Answer now", "Répondre maintenant")
_ANSWER_FOR = Bilingual("Answer for {who}", "Répondre pour {who}")
_WITHOUT_SIGNING_IN = Bilingual(
    "Answer here without signing in. If nothing has changed, you can say so for all the reports at once.",
    "Répondez ici sans vous connecter. Si rien n’a changé, vous pouvez l’indiquer pour tous les rapports à la fois.",
)
_PRIVATE = Bilingual(
    "This private link is only for {name}: reports submitted with it are in their name. Do not forward it. It works until the "
    "quarter closes, for at most 30 days. You can turn these links off in your account.",
    "Ce lien privé est réservé à {name}\u00a0: les rapports soumis au moyen de ce lien le sont en son nom. "
    "Ne le transférez pas. Il fonctionne jusqu’à la fermeture du trimestre, pendant 30 jours au plus. "
    "Vous pouvez désactiver ces liens dans votre compte.",
)
_OR_SIGN_IN = Bilingual(
    "Or sign in to report in My updates",
    "Ou connectez-vous pour faire rapport dans Mes mises à jour",
)
