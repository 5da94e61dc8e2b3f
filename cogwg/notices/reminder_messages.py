"""Letters about a quarter, composed from frozen facts: reminders and digests. Nothing here reads the record.

``site`` is the address people reach the product by, such as https://plan.example.ca, without a slash at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import listed
from cogwg.mail.rules import Post
from cogwg.notices import phrases
from cogwg.notices.body import Addressee, Paragraph, Part, Points, Quote, Spoken, Way, letter_to
from cogwg.notices.rules import Kind, days_left
from cogwg.plan.queries import PriorityFacts
from cogwg.reporting.models import PeriodState
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.readiness import Asked, Readiness, Stand


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who has reports to send: what they are, in the order of the plan."""

    to: Addressee
    items: tuple[tuple[PriorityFacts, Asked], ...]


def reminder_letter(missing: Missing, period: PeriodFacts, stage: str, *, today: date, site: str) -> Post:
    """The product's own reminder at a stage of the quarter."""
    to = missing.to
    count, left = phrases.reports(len(missing.items)), days_left(period.due_at, today)
    if left > 0:
        subject = Bilingual("Due {when}: {count} for the {quarter}", "À rendre {when}\u00a0: {count} pour le {quarter}")
        opening = _DUE
    elif left == 0:
        subject = Bilingual("Due today: {count} for the {quarter}", "À rendre aujourd’hui\u00a0: {count} pour le {quarter}")
        opening = _TODAY
    else:
        subject, opening = _WANTING, _WAS_DUE
    facts = {"when": phrases.in_days(left), "count": count, "quarter": phrases.quarter(period)}
    facts["due"] = phrases.moment(period.due_at)
    key = f"remind:{period.id}:{to.person_id}:{stage}"
    first = Paragraph(phrases.filled(opening, **facts))
    return letter_to(to, key, Kind.REMINDER, phrases.filled(subject, **facts), first, *_to_send(missing, period, site))


_WANTING = Bilingual("Still to send: {count} for the {quarter}", "Toujours à envoyer\u00a0: {count} pour le {quarter}")
_DUE = Bilingual(
    "The reports of the {quarter} are due on {due}: {when}.",
    "Les rapports du {quarter} sont à rendre le {due}\u00a0: {when}.",
)
_TODAY = Bilingual(
    "The reports of the {quarter} are due today, {due}. After that, a report is taken and marked late.",
    "Les rapports du {quarter} sont à rendre aujourd’hui, le {due}. Après, un rapport est accepté, "
    "avec la mention «\u00a0remis en retard\u00a0».",
)
_WAS_DUE = Bilingual(
    "The reports of the {quarter} were due on {due}. They are still taken, and marked late.",
    "Les rapports du {quarter} étaient à rendre le {due}. Ils sont encore acceptés, "
    "avec la mention «\u00a0remis en retard\u00a0».",
)


def first_words(period: PeriodFacts) -> Bilingual:
    """What a co-chair's reminder says unless they write something else."""
    text = _ASK_LATE if period.state is PeriodState.LATE else _ASK
    return phrases.filled(text, quarter=phrases.quarter(period), due=phrases.moment(period.due_at))


_ASK = Bilingual(
    "The reports of the {quarter} are due on {due}. Please send those below by then.",
    "Les rapports du {quarter} sont à rendre le {due}. Veuillez envoyer d’ici là ceux qui suivent.",
)
_ASK_LATE = Bilingual(
    "The reports of the {quarter} were due on {due}. Please send those below: they are still taken.",
    "Les rapports du {quarter} étaient à rendre le {due}. Veuillez envoyer ceux qui suivent\u00a0: ils sont acceptés.",
)


def chase_letter(missing: Missing, period: PeriodFacts, said: str, by: str, *, after: int, site: str) -> Post:
    """A co-chair's reminder in their own words. ``after`` is the id of the person's last reminder, 0 for none: two
    co-chairs who send at once write one letter."""
    to = missing.to
    facts = {"count": phrases.reports(len(missing.items)), "quarter": phrases.quarter(period)}
    subject = _WANTING if period.state is PeriodState.LATE else _REMINDED
    key = f"chase:{period.id}:{to.person_id}:{after}"
    words_of = (Spoken(said), Paragraph(Bilingual(f"– {by}", f"– {by}")))
    return letter_to(to, key, Kind.CHASE, phrases.filled(subject, **facts), *words_of, *_to_send(missing, period, site))


_REMINDED = Bilingual("Reminder: {count} for the {quarter}", "Rappel\u00a0: {count} pour le {quarter}")


def copy_letter(to: Addressee, period: PeriodFacts, said: Bilingual, names: Sequence[str], *, first: str, site: str) -> Post:
    """The sender's copy of a reminder: what was said and to whom. ``first`` is the key of the first letter copied."""
    subject = Bilingual("Copy of your reminder for the {quarter}", "Copie de votre rappel pour le {quarter}")
    who = ", ".join(names)
    return letter_to(
        to,
        f"copy:{first}",
        Kind.COPY,
        phrases.filled(subject, quarter=phrases.quarter(period)),
        Paragraph(phrases.filled(Bilingual("You reminded: {who}.", "Vous avez envoyé un rappel à\u00a0: {who}."), who=who)),
        *(Quote(text) for text in (said.written(to.lang), said.written(to.lang.other)) if text),
        Way(_readiness(site, to.lang, period), _READINESS),
    )


def digest_letter(to: Addressee, ready: Readiness, stage: str, *, site: str) -> Post:
    """The digest of who steers the quarter: how many reports are in, and what each jurisdiction still owes."""
    period, total = ready.period, len(ready.all)
    facts = {"inside": ready.count(Stand.IN), "total": total, "quarter": phrases.quarter(period)}
    subject = Bilingual("Reports in: {inside} of {total}, {quarter}", "Rapports reçus\u00a0: {inside} sur {total}, {quarter}")
    owed = _owed(ready)
    if owed:
        told: list[Part] = [Paragraph(Bilingual("Still to come:", "Restent à recevoir\u00a0:")), Points(owed)]
    else:
        told = [Paragraph(Bilingual("Nothing is missing.", "Rien ne manque."))]
    key, way = f"digest:{period.id}:{to.person_id}:{stage}", Way(_readiness(site, to.lang, period), _READINESS)
    count = Paragraph(phrases.filled(_INSIDE, **facts))
    return letter_to(to, key, Kind.DIGEST, phrases.filled(subject, **facts), count, *told, way)


_INSIDE = Bilingual(
    "Of the {total} reports asked for the {quarter}, {inside} are in.",
    "Rapports demandés pour le {quarter}\u00a0: {total}. Reçus\u00a0: {inside}.",
)


def _owed(ready: Readiness) -> tuple[tuple[Bilingual, Bilingual], ...]:
    """Each jurisdiction with the number of reports that it can still send, in the order of the plan."""
    names = {a.jurisdiction_id: a.full for p in ready.plan.priorities for a in p.assignments if a.may_report}
    counts = {id_: len(ready.missing_of([id_])) for id_ in names if id_ is not None}
    return tuple(
        (names[id_], phrases.filled(Bilingual(": {count}", "\u00a0: {count}"), count=phrases.reports(n)))
        for id_, n in counts.items()
        if n
    )


_READINESS = Bilingual("See who has reported", "Voir qui a fait rapport")


def _readiness(site: str, lang: Language, period: PeriodFacts) -> str:
    return f"{site}/{lang.value}/readiness?period={period.key}"


def _to_send(missing: Missing, period: PeriodFacts, site: str) -> list[Part]:
    """The reports a person has to send, and the way to them."""
    heading = phrases.filled(Bilingual("To send for {who}:", "À envoyer ({who})\u00a0:"), who=listed(missing.to.of))
    return [
        Paragraph(heading),
        Points(tuple((phrases.activity(asked), phrases.standing(asked)) for _, asked in missing.items)),
        Paragraph(phrases.ONE_CLICK),
        Way(
            f"{site}/{missing.to.lang.value}/my-updates?period={period.key}",
            Bilingual("Open My updates", "Ouvrir Mes mises à jour"),
        ),
    ]
