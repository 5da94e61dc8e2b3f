"""The slide that shows the plan over time: which activities are overdue, for how long, and what is due next. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from cogwg.briefing.deck import ActivityState, GlanceRow, TimelineSlide
from cogwg.briefing.findings import due_so_far
from cogwg.briefing.phrases import activities_phrase, join_texts
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import NBSP, count_phrase, day, day_of_month, month, month_of_year
from cogwg.core.status import Status

_MOST_GROUPS = 2
"""The maximum number of due days that the finding names for overdue activities; if there are more, it names only the oldest."""


def timeline_slide(year: int, rows: tuple[GlanceRow, ...], as_of: date) -> TimelineSlide:
    """Return the slide that shows the activities of each priority on a timeline."""
    return TimelineSlide(
        title=Bilingual(f"Timeline of the {year} work plan", f"Calendrier du plan de travail de {year}"),
        answers=Bilingual("What is late today, and what is due next", "Ce qui est en retard aujourd’hui, et ce qui suit"),
        message=finding([state for row in rows for state in row.states], as_of),
        rows=rows,
        key="timeline",
    )


def finding(states: Sequence[ActivityState], as_of: date) -> Bilingual:
    """Return the finding: how many activities are overdue, by due month and with the number of days; and how many more are due
    by when.
    """
    if not states:
        return Bilingual("No activity is planned", "Aucune activité n’est prévue")
    ahead, late = _ahead(states), [state for state in states if state.timeliness.is_overdue]
    if not late and not ahead:
        return _all_complete(len(states))
    if not late:
        return _nothing_late(states, ahead, as_of)
    return join_texts("; ", [_late(late, as_of), *([_more(ahead, as_of)] if ahead else [])])


def _ahead(states: Sequence[ActivityState]) -> list[ActivityState]:
    return [state for state in states if state.status is not Status.COMPLETE and not state.timeliness.is_overdue]


def _all_complete(n: int) -> Bilingual:
    if n == 1:
        return Bilingual("The only activity is complete", "La seule activité est réalisée")
    noun = activities_phrase(n)
    return Bilingual(f"All {noun.en} are complete", f"Les {noun.fr} sont réalisées")


def _nothing_late(states: Sequence[ActivityState], ahead: Sequence[ActivityState], as_of: date) -> Bilingual:
    """Return what is due first, and by when the rest is due. Before anything is due, the text does not mention "overdue"."""
    first, last = _days_ahead(ahead, as_of)
    n = sum(state.due_on == min(other.due_on for other in ahead) for state in ahead)
    rest, noun = len(ahead) - n, activities_phrase(n)
    more = Bilingual(f" and {rest} more by {last.en}", f" et {rest} de plus d’ici le {last.fr}") if rest else EMPTY_TEXT
    start = Bilingual("Nothing is due yet", "Rien n’est encore échu")
    if due_so_far(states, as_of):
        start = Bilingual("Nothing is overdue", "Rien n’est en retard")
    return Bilingual(
        f"{start.en}: {noun.en} {'is' if n == 1 else 'are'} due on {first.en}{more.en}",
        f"{start.fr}{NBSP}: {noun.fr} {'arrive' if n == 1 else 'arrivent'} à échéance le {first.fr}{more.fr}",
    )


def _days_ahead(ahead: Sequence[ActivityState], as_of: date) -> tuple[Bilingual, Bilingual]:
    """Return the first and the last due day in words, with the year if it is not the current one."""
    days = [state.due_on for state in ahead]
    first, last = (day_of_month(when) if when.year == as_of.year else day(when) for when in (min(days), max(days)))
    return first, last


def _more(ahead: Sequence[ActivityState], as_of: date) -> Bilingual:
    n = len(ahead)
    _, when = _days_ahead(ahead, as_of)
    return Bilingual(
        f"{n} more {'is' if n == 1 else 'are'} due by {when.en}",
        f"{n} {'autre arrive' if n == 1 else 'autres arrivent'} à échéance d’ici le {when.fr}",
    )


def _late(late: Sequence[ActivityState], as_of: date) -> Bilingual:
    """Return a text such as "2 activities due in June are 100 days late, and 5 due in September are 8 days late"."""
    by_day = [(due_on, len(list(group))) for due_on, group in groupby(sorted(late, key=_due_on), key=_due_on)]
    if len(by_day) > _MOST_GROUPS:
        days, noun = days_phrase((as_of - by_day[0][0]).days), activities_phrase(len(late))
        return Bilingual(
            f"{noun.en} are overdue, the oldest by {days.en}", f"{noun.fr} sont en retard, la plus ancienne de {days.fr}"
        )
    parts = [_late_group(due_on, n, as_of, is_first=at == 0) for at, (due_on, n) in enumerate(by_day)]
    return Bilingual(", and ".join(part.en for part in parts), ", et ".join(part.fr for part in parts))


def _late_group(due_on: date, n: int, as_of: date, *, is_first: bool) -> Bilingual:
    when = month(due_on.month) if due_on.year == as_of.year else month_of_year(due_on.year, due_on.month)
    noun = activities_phrase(n) if is_first else Bilingual(str(n), str(n))
    days = days_phrase((as_of - due_on).days)
    return Bilingual(
        f"{noun.en} due in {when.en} {'is' if n == 1 else 'are'} {days.en} late",
        f"{noun.fr} à échéance en {when.fr} {'a' if n == 1 else 'ont'} {days.fr} de retard",
    )


def days_phrase(n: int) -> Bilingual:
    return count_phrase(n, Bilingual("day", "jour"), Bilingual("days", "jours"))


def _due_on(state: ActivityState) -> date:
    return state.due_on
