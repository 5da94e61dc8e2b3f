"""Sentences that several kinds of email share, in both languages, with French typography."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cogwg.core import dates
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import TORONTO, local_day
from cogwg.core.dates import NBSP, join_list
from cogwg.core.group import GROUP_NAME
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.queries import CurrentStatus
from cogwg.reporting.readiness import ExpectedReport, ReadinessState

SUBJECT_WITH_PREFIX = Bilingual("COGWG work plan: {subject}", "Plan de travail du GTCGO\u00a0: {subject}")


def fill(text: Bilingual, **values: Any) -> Bilingual:
    """Fill the ``{name}`` placeholders of a sentence; each value is ``Bilingual``, or the same in both languages."""

    def side(lang: str) -> dict[str, Any]:
        return {name: value.text(lang) if isinstance(value, Bilingual) else value for name, value in values.items()}

    return Bilingual(text.en.format(**side("en")), text.fr.format(**side("fr")))


def quarter(period: PeriodFacts) -> Bilingual:
    """Return the name of a quarter: "Quarter 3 of 2020", "trimestre 3 de 2020". The French sentence supplies the article."""
    return Bilingual(f"Quarter {period.quarter} of {period.year}", f"trimestre {period.quarter} de {period.year}")


def moment(at: datetime, time_zone: str = TORONTO.key) -> Bilingual:
    """Return a time in words: "Wednesday, September 30 at 5 pm (Eastern time)", and the same in French.

    If the time of day is different in the reader's ``time_zone``, it is added: "(Eastern time; 2 pm in your time zone)".
    """
    local_time = at.astimezone(TORONTO)
    on, time = dates.with_weekday(local_time, dates.day_of_month(local_time)), dates.clock(local_time)
    eastern, own_time = Bilingual("Eastern time", "heure de l’Est"), at.astimezone(ZoneInfo(time_zone))
    if own_time.utcoffset() != local_time.utcoffset():
        own = dates.clock(own_time)
        if own_time.date() != local_time.date():
            day = dates.day_of_month(own_time)
            own = Bilingual(f"{day.en}, {own.en}", f"{day.fr}, {own.fr}")
        eastern = Bilingual(f"{eastern.en}; {own.en} in your time zone", f"{eastern.fr}; {own.fr} dans votre fuseau horaire")
    return Bilingual(f"{on.en} at {time.en} ({eastern.en})", f"{on.fr} à {time.fr} ({eastern.fr})")


def own_moment(at: datetime, time_zone: str) -> Bilingual:
    """Return a sentence with a time in a person's own time zone, or an empty text if it is the same as in Eastern time."""
    local_time = at.astimezone(ZoneInfo(time_zone))
    if local_time.utcoffset() == at.astimezone(TORONTO).utcoffset():
        return EMPTY_TEXT
    on, time = dates.with_weekday(local_time, dates.day_of_month(local_time)), dates.clock(local_time)
    return Bilingual(f"In your time zone: {on.en} at {time.en}.", f"Dans votre fuseau horaire{NBSP}: {on.fr} à {time.fr}.")


def report_count(n: int) -> Bilingual:
    return dates.count_phrase(n, Bilingual("report", "rapport"), Bilingual("reports", "rapports"))


def day(at: datetime) -> Bilingual:
    """Return a day without its year: "September 30".

    Emails state the date instead of the number of days left, because they may be read long after they were written.
    """
    return dates.day_of_month(at.astimezone(TORONTO))


def activity_name(code: str, title: Bilingual) -> Bilingual:
    """Return an activity as listed in an email: its code, such as 3.3, and its title."""
    return Bilingual(title.en and f"{code} {title.en}", title.fr and f"{code} {title.fr}")


def progress_remark(report: ExpectedReport) -> Bilingual:
    """Return the remark that follows an activity in a list: whether its report is a draft or was returned."""
    if report.state is ReadinessState.DRAFT and report.since is not None:
        on = dates.day_of_month(local_day(report.since))
        return Bilingual(f" (draft saved on {on.en}, not submitted)", f" (ébauche du {on.fr}, non soumise)")
    if report.state is ReadinessState.RETURNED:
        return Bilingual(" (report returned with a note)", " (rapport renvoyé avec une note)")
    return EMPTY_TEXT


def last_report_remark(last: CurrentStatus | None) -> Bilingual:
    """Return the remark that follows an activity in a list: the status and the day of its last report."""
    if last is None or last.status is None or last.submitted_at is None:
        return EMPTY_TEXT
    on, status = dates.day_of_month(local_day(last.submitted_at)), last.status.label
    nothing = NOTHING if last.nothing_to_report else EMPTY_TEXT
    return Bilingual(
        f" – last report, {on.en}: {status.en}{nothing.en}", f" – dernier rapport, {on.fr}\u00a0: {status.fr}{nothing.fr}"
    )


def joined(*remarks: Bilingual) -> Bilingual:
    """Return several remarks joined into one."""
    return Bilingual("".join(r.en for r in remarks), "".join(r.fr for r in remarks))


def shortened(text: Bilingual, limit: int) -> Bilingual:
    """Return a text cut at a word before ``limit`` characters in each language, with an ellipsis if it was cut."""

    def cut(side: str) -> str:
        return side if len(side) <= limit else f"{side[:limit].rsplit(None, 1)[0]}…"

    return Bilingual(cut(text.en), cut(text.fr))


NOTHING = Bilingual(", nothing to report", ", rien à signaler")
GREETING = Bilingual("Hello {name},", "Bonjour {name},")
NOTHING_TO_REPORT_HINT = Bilingual(
    "No news? Select “Nothing to report”.",
    "Rien de nouveau? Sélectionnez «\u00a0Rien à signaler\u00a0».",
)
REASON = Bilingual("Reason: {reason}", "Raison\u00a0: {reason}")
IN_OTHER_LANGUAGE = Bilingual("(in French)", "(en anglais)")
REASON_IN_OTHER_LANGUAGE = Bilingual("Reason (in French):", "Raison (en anglais)\u00a0:")
NOTE_IN_OTHER_LANGUAGE = Bilingual("Note (in French):", "Note (en anglais)\u00a0:")
_WHY_REPORTER = Bilingual(
    "You are receiving this email because you are {roles} in the work plan of the " + GROUP_NAME.en + ".",
    "Vous recevez ce courriel à titre de {roles} dans le plan de travail du " + GROUP_NAME.fr + ".",
)
_AS_LEAD = Bilingual("a lead ({who})", "responsable ({who})")
_AS_DEPUTY = Bilingual("a deputy lead ({who})", "responsable suppléant ou suppléante ({who})")
WHY_COORDINATOR = Bilingual(
    "You are receiving this email because you are a co-chair or part of the secretariat of the " + GROUP_NAME.en + ".",
    "Vous recevez ce courriel à titre de membre de la coprésidence ou du secrétariat du " + GROUP_NAME.fr + ".",
)
CHANGE_PREFERENCES = Bilingual(
    "Manage your email preferences in your account",
    "Gérer vos préférences de courriel dans votre compte",
)


def why_reporter(jurisdictions: Sequence[Bilingual], deputy_for: Collection[Bilingual]) -> Bilingual:
    """Return why a lead or deputy of these jurisdictions receives an email."""
    led = [name for name in jurisdictions if name not in deputy_for]
    held = [name for name in jurisdictions if name in deputy_for]
    roles = [fill(role, who=join_list(names)) for role, names in ((_AS_LEAD, led), (_AS_DEPUTY, held)) if names]
    return fill(_WHY_REPORTER, roles=join_list(roles))
