"""The finding of each slide, computed from the data, as a sentence or two in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from cogwg.briefing.deck import ActivityState, ChangeKind, DeckChallenge, GlanceRow, Month, PlanChange, ProgressRow
from cogwg.briefing.phrases import activities_phrase, capitalize, join_texts, priorities_phrase
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import NBSP, count_phrase, join_list, month, month_of_year
from cogwg.core.status import Status, Timeliness


def glance(states: Sequence[ActivityState], number_of_priorities: int) -> Bilingual:
    """Return the finding of the plan at a glance: what is complete, and what is overdue or, if nothing is, without a report.

    If there is no report and no due month has begun, return the size of the plan and what is due first.
    """
    plan = count_phrase(number_of_priorities, Bilingual("priority", "priorité"), Bilingual("priorities", "priorités"))
    if not any(s.status for s in states) and all(s.timeliness is Timeliness.NOT_YET_DUE for s in states):
        size = Bilingual(
            f"{activities_phrase(len(states)).en} in {plan.en}.", f"{activities_phrase(len(states)).fr} dans {plan.fr}."
        )
        return join_texts(" ", [size, _first_due(states)])
    return join_texts(" ", [complete(states), _overdue_or_silent(states)])


def complete(states: Sequence[ActivityState]) -> Bilingual:
    """Return a sentence such as "8 of 21 activities are complete"."""
    done = sum(s.status is Status.COMPLETE for s in states)
    noun = activities_phrase(len(states))
    if not done and len(states) == 1:
        return Bilingual("The activity is not complete.", "L’activité n’est pas réalisée.")
    if not done:
        return Bilingual(f"None of the {noun.en} is complete.", f"Aucune des {noun.fr} n’est réalisée.")
    return Bilingual(
        f"{done} of {noun.en} {'is' if done == 1 else 'are'} complete.",
        f"{activities_phrase(done).fr} sur{NBSP}{len(states)} {'est réalisée' if done == 1 else 'sont réalisées'}.",
    )


def _first_due(states: Sequence[ActivityState]) -> Bilingual:
    if not states:
        return EMPTY_TEXT
    first = min(s.month for s in states)
    n = sum(s.month == first for s in states)
    when = month_of_year(*first)
    if n == 1:
        return Bilingual(
            f"Nothing is due yet: the first is due in {when.en}.",
            f"Rien n’est encore échu{NBSP}: la première échéance est en {when.fr}.",
        )
    return Bilingual(
        f"Nothing is due yet: the first {n} are due in {when.en}.",
        f"Rien n’est encore échu{NBSP}: les {n}{NBSP}premières échéances sont en {when.fr}.",
    )


def _overdue_or_silent(states: Sequence[ActivityState]) -> Bilingual:
    late = [s for s in states if s.timeliness is Timeliness.OVERDUE]
    silent = [s for s in states if s.is_silent]
    if late:
        return _counted_sentence(late, Bilingual("overdue", "en retard"), Bilingual("overdue", "en retard"))
    if silent:
        return _counted_sentence(
            silent, Bilingual("without a report", "sans rapport"), Bilingual("without a report", "sans rapport")
        )
    return Bilingual("None is overdue.", "Aucune n’est en retard.")


def _counted_sentence(states: Sequence[ActivityState], singular: Bilingual, plural: Bilingual) -> Bilingual:
    numbers = sorted({s.priority for s in states})
    where, n = priorities_phrase(numbers), len(states)
    words = singular if n == 1 else plural
    return Bilingual(
        f"{n} {'is' if n == 1 else 'are'} {words.en} ({where.en}).",
        f"{n} {'est' if n == 1 else 'sont'} {words.fr} ({where.fr}).",
    )


def progress(states: Sequence[ActivityState], rows: Sequence[GlanceRow]) -> Bilingual:
    """Return the finding on progress: how much is complete, and which priorities are furthest behind."""
    if not any(s.status for s in states) and not any(s.is_silent for s in states):
        return Bilingual(
            f"No activity is due yet: {activities_phrase(len(states)).en} {_is_or_are(len(states))} still to come.",
            f"Aucune activité n’est encore échue{NBSP}: {activities_phrase(len(states)).fr} "
            f"{'est' if len(states) < 2 else 'sont'} à venir.",
        )
    return join_texts(" ", [complete(states), _furthest_behind(rows)])


def _is_or_are(n: int) -> str:
    return "is" if n == 1 else "are"


def _furthest_behind(rows: Sequence[GlanceRow]) -> Bilingual:
    def behind(row: GlanceRow) -> tuple[int, int]:
        late = sum(s.timeliness is Timeliness.OVERDUE for s in row.states)
        return late, sum(s.is_silent for s in row.states)

    worst = max(rows, key=behind, default=None)
    if worst is None or behind(worst) == (0, 0):
        return Bilingual("No priority has an overdue activity.", "Aucune priorité n’a d’activité en retard.")
    late, silent = behind(worst)
    alike = [row.number for row in rows if behind(row) == (late, silent)]
    where = priorities_phrase(alike)
    parts = []
    if late:
        parts.append(Bilingual(f"{late} overdue", f"{late} en retard"))
    if silent:
        parts.append(Bilingual(f"{silent} without a report", f"{silent} sans rapport"))
    what = join_list(parts)
    if len(alike) == 1:
        return Bilingual(
            f"{capitalize(where.en)} is furthest behind: {what.en}.",
            f"La {where.fr} accuse le plus de retard{NBSP}: {what.fr}.",
        )
    return Bilingual(
        f"{capitalize(where.en)} are furthest behind: {what.en} each.",
        f"Les {where.fr} accusent le plus de retard{NBSP}: {what.fr} chacune.",
    )


def milestones(jurisdictions: int, challenges: Sequence[DeckChallenge]) -> Bilingual:
    """Return the finding on milestones, such as "6 jurisdictions reported milestones. 4 challenges remain: …"."""
    moved = count_phrase(
        jurisdictions,
        Bilingual("jurisdiction", "administration"),
        Bilingual("jurisdictions", "administrations"),
    )
    verb = "a" if jurisdictions < 2 else "ont"
    reported = Bilingual(f"{moved.en} reported milestones", f"{moved.fr} {verb} signalé des jalons")
    if not jurisdictions:
        reported = Bilingual("No milestone was reported", "Aucun jalon n’a été signalé")
    if not challenges:
        return Bilingual(f"{reported.en}. No challenge is open.", f"{reported.fr}. Aucun défi n’est en cours.")
    n = len(challenges)
    noun = count_phrase(n, Bilingual("challenge", "défi"), Bilingual("challenges", "défis"))
    remain = Bilingual(f"{noun.en} {'remains' if n == 1 else 'remain'}", f"{noun.fr} {'demeure' if n == 1 else 'demeurent'}")
    if n > 6:
        return Bilingual(f"{reported.en}. {remain.en}.", f"{reported.fr}. {remain.fr}.")
    named = dict.fromkeys(row.theme for row in challenges)
    themes = join_list(
        [Bilingual(_theme_in_sentence(label.text(Language.EN)), _theme_in_sentence(label.text(Language.FR))) for label in named]
    )
    return Bilingual(f"{reported.en}. {remain.en}: {themes.en}.", f"{reported.fr}. {remain.fr}{NBSP}: {themes.fr}.")


def _theme_in_sentence(label: str) -> str:
    """Return a theme for use in a sentence: its first letter in lower case, unless it begins with an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def priority(states: Sequence[ActivityState]) -> Bilingual:
    """Return the finding of one priority: how much is complete and what is overdue or, before any is due, the due months."""
    if not states:
        return Bilingual("No activity is planned.", "Aucune activité n’est prévue.")
    if not any(s.status for s in states) and not any(s.is_silent for s in states):
        due = _due_months(states)
        n = activities_phrase(len(states))
        return Bilingual(f"{n.en}, due in {due.en}; none is due yet.", f"{n.fr}, à rendre en {due.fr}; rien n’est encore échu.")
    late = [s for s in states if s.timeliness is Timeliness.OVERDUE]
    if late:
        due = _due_months(late)
        n = activities_phrase(len(late))
        return join_texts(
            " ",
            [
                complete(states),
                Bilingual(
                    f"{capitalize(n.en)} due in {due.en} {_is_or_are(len(late))} overdue.",
                    f"{capitalize(n.fr)} à rendre en {due.fr} {'est' if len(late) < 2 else 'sont'} en retard.",
                ),
            ],
        )
    return complete(states)


def _due_months(states: Iterable[ActivityState]) -> Bilingual:
    """Return the due months, by year: "March and June 2020"."""
    months: list[Month] = sorted({s.month for s in states})
    by_year = []
    for year, group in groupby(months, key=lambda m: m[0]):
        names = join_list([month(m[1]) for m in group])
        by_year.append(Bilingual(f"{names.en}{NBSP}{year}", f"{names.fr}{NBSP}{year}"))
    return join_list(by_year)


def is_series_used(rows: Sequence[ProgressRow], position: int) -> bool:
    """Whether any priority has an activity in this series."""
    return any(row.counts[position] for row in rows)


_CHANGE_PHRASES = {
    ChangeKind.FORWARD: (Bilingual("made progress", "a progressé"), Bilingual("made progress", "ont progressé")),
    ChangeKind.SLIPPED: (Bilingual("fell behind", "a pris du retard"), Bilingual("fell behind", "ont pris du retard")),
    ChangeKind.SILENT: (Bilingual("without an update", "sans nouvelles"), Bilingual("without an update", "sans nouvelles")),
    ChangeKind.DUE_MOVED: (
        Bilingual("due date moved", "échéance déplacée"),
        Bilingual("due dates moved", "échéances déplacées"),
    ),
    ChangeKind.LEAD_CHANGED: (
        Bilingual("lead change", "changement de responsables"),
        Bilingual("lead changes", "changements de responsables"),
    ),
    ChangeKind.ADDED: (Bilingual("added", "ajoutée"), Bilingual("added", "ajoutées")),
    ChangeKind.DROPPED: (Bilingual("removed", "retirée"), Bilingual("removed", "retirées")),
}


def changed(since: Bilingual, changes: Sequence[PlanChange]) -> Bilingual:
    """Return the finding on changes, such as "Since February 27, 2020: 8 made progress, 2 fell behind, 1 due date moved"."""
    counts = Counter(change.kind for change in changes)
    phrases = [count_phrase(counts[kind], *words) for kind, words in _CHANGE_PHRASES.items() if counts[kind]]
    if not phrases:
        return Bilingual(f"Nothing changed since {since.en}.", f"Rien n’a changé depuis le {since.fr}.")
    sentence = join_texts(", ", phrases)
    return Bilingual(f"Since {since.en}: {sentence.en}", f"Depuis le {since.fr}{NBSP}: {sentence.fr}")


def asks(number: int) -> Bilingual:
    """Return a sentence such as "We have 2 requests for the Councils"."""
    many = count_phrase(number, Bilingual("request", "demande"), Bilingual("requests", "demandes"))
    return Bilingual(f"We have {many.en} for the Councils.", f"Nous présentons {many.fr} aux Conseils.")
