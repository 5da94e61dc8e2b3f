"""Sentences that several kinds of email share, in both languages with French typography."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cogwg.core import dates
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import TORONTO, local_day
from cogwg.core.dates import NBSP
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.readiness import ExpectedReport, ReadinessState

GROUP_NAME = Bilingual("Canada Open Government Working Group", "Groupe de travail canadien sur le gouvernement ouvert")
_ORDINALS = (("first", "premier"), ("second", "deuxième"), ("third", "troisième"), ("fourth", "quatrième"))
_WEEKDAYS = (
    ("Monday", "lundi"),
    ("Tuesday", "mardi"),
    ("Wednesday", "mercredi"),
    ("Thursday", "jeudi"),
    ("Friday", "vendredi"),
    ("Saturday", "samedi"),
    ("Sunday", "dimanche"),
)


def fill(text: Bilingual, **values: Any) -> Bilingual:
    """Fill the ``{name}`` placeholders of a sentence with Bilingual values or values that are the same in both languages."""

    def side(lang: str) -> dict[str, Any]:
        return {name: value.text(lang) if isinstance(value, Bilingual) else value for name, value in values.items()}

    return Bilingual(text.en.format(**side("en")), text.fr.format(**side("fr")))


def quarter(period: PeriodFacts) -> Bilingual:
    """Return "third quarter of 2020", "troisième trimestre de 2020"; the sentence supplies the article."""
    en, fr = _ORDINALS[period.quarter - 1]
    return Bilingual(f"{en} quarter of {period.year}", f"{fr} trimestre de {period.year}")


def moment(at: datetime) -> Bilingual:
    """Return "Wednesday 30 September at 17:00 Eastern time", "mercredi 30 septembre à 17 h, heure de l’Est"."""
    local_time = at.astimezone(TORONTO)
    en, fr = _WEEKDAYS[local_time.weekday()]
    on = dates.day_of_month(local_time.date())
    clock = f"{local_time.hour}{NBSP}h" + (f"{NBSP}{local_time.minute:02}" if local_time.minute else "")
    return Bilingual(
        f"{en} {on.en} at {local_time.hour}:{local_time.minute:02} Eastern time", f"{fr} {on.fr} à {clock}, heure de l’Est"
    )


def count_phrase(n: int, singular: Bilingual, plural: Bilingual) -> Bilingual:
    """Return a number with its noun; English is singular at 1 only, French below 2."""
    return Bilingual(f"{n}{NBSP}{(singular if n == 1 else plural).en}", f"{n}{NBSP}{(singular if n < 2 else plural).fr}")


def report_count(n: int) -> Bilingual:
    return count_phrase(n, Bilingual("report", "rapport"), Bilingual("reports", "rapports"))


def in_days(n: int) -> Bilingual:
    """Return "tomorrow", "in 6 days"; "demain", "dans 6 jours"."""
    if n == 1:
        return Bilingual("tomorrow", "demain")
    return Bilingual(f"in {n}{NBSP}days", f"dans {n}{NBSP}jours")


def activity(report: ExpectedReport) -> Bilingual:
    """Return an activity as listed in an email: its code, such as 3.3, and its title."""
    title = report.activity.title
    return Bilingual(title.en and f"{report.activity.code} {title.en}", title.fr and f"{report.activity.code} {title.fr}")


def progress_remark(report: ExpectedReport) -> Bilingual:
    """Return the remark after an activity in a list: whether its report is a draft or was returned."""
    if report.state is ReadinessState.DRAFT and report.since is not None:
        on = dates.day_of_month(local_day(report.since))
        return Bilingual(f" (draft of {on.en}, not submitted)", f" (ébauche du {on.fr}, non soumise)")
    if report.state is ReadinessState.RETURNED:
        return Bilingual(" (returned with a note)", " (renvoyé avec une note)")
    return EMPTY_TEXT


GREETING = Bilingual("Hello {name},", "Bonjour {name},")
NOTHING_TO_REPORT_HINT = Bilingual(
    "If there is nothing to report on an activity, saying so is one click.",
    "S’il n’y a rien à signaler pour une activité, un clic suffit pour le dire.",
)
WHY_LEAD = Bilingual(
    "You get this because you report for {who} in the work plan of the " + GROUP_NAME.en + ".",
    "Vous recevez ce message à titre de responsable ({who}) dans le plan de travail du " + GROUP_NAME.fr + ".",
)
WHY_COORDINATOR = Bilingual(
    "You get this as a co-chair or the secretariat of the " + GROUP_NAME.en + ".",
    "Vous recevez ce message à titre de coprésidence ou de secrétariat du " + GROUP_NAME.fr + ".",
)
CHANGE_PREFERENCES = Bilingual(
    "Which of this mail you get is your choice: sign in and open your account.",
    "Vous choisissez les courriels que vous recevez\u00a0: connectez-vous, puis ouvrez votre compte.",
)
