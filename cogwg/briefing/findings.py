"""The finding of each slide, computed from the data: a sentence in both languages. It is used as a title, so it
has no period.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from cogwg.briefing.deck import (
    ActivityState,
    ChangeKind,
    DeckChallenge,
    DeckNextStep,
    DeckStepState,
    GlanceRow,
    Month,
    PlanChange,
)
from cogwg.briefing.phrases import activities_phrase, capitalize, join_texts, priorities_phrase, remaining_challenges
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import NBSP, count_phrase, join_list, month, month_of_year
from cogwg.core.status import Status, Timeliness


def glance(states: Sequence[ActivityState], number_of_priorities: int, as_of: date) -> Bilingual:
    """Return the finding on the plan: how many of the activities due so far are complete, and how many are overdue or without
    a report.

    If there is no report and no due month has begun, the finding is the size of the plan and what is due first.
    """
    plan = count_phrase(number_of_priorities, Bilingual("priority", "priorité"), Bilingual("priorities", "priorités"))
    if not any(s.status for s in states) and all(s.timeliness is Timeliness.NOT_YET_DUE for s in states):
        n = activities_phrase(len(states))
        return _join([Bilingual(f"{n.en} in {plan.en}", f"{n.fr} dans {plan.fr}"), _first_due(states)])
    return _join([complete(states, as_of), _overdue_or_silent(states)])


def _join(parts: Sequence[Bilingual]) -> Bilingual:
    """Join the parts of a finding with semicolons, as one sentence that can be a title."""
    return join_texts("; ", [parts[0], *(Bilingual(_in_sentence(part.en), _in_sentence(part.fr)) for part in parts[1:])])


def _in_sentence(text: str) -> str:
    return text if text.startswith("Priorit") else text[:1].lower() + text[1:]


def due_so_far(states: Iterable[ActivityState], as_of: date) -> list[ActivityState]:
    """Return the activities whose due day has come; each is complete or overdue.

    An activity that is not complete on its due day is not included until the next day.
    """
    return [s for s in states if s.timeliness.is_overdue or (s.status is Status.COMPLETE and s.due_on <= as_of)]


def complete(states: Sequence[ActivityState], as_of: date) -> Bilingual:
    """Return a text such as "8 of the 10 activities due so far are complete"; before anything is due, it is about
    all activities.
    """
    done = sum(s.status is Status.COMPLETE for s in states)
    due = due_so_far(states, as_of)
    if due:
        done_of_due = sum(s.status is Status.COMPLETE for s in due)
        early = done - done_of_due
        return _join([_complete_of_due(done_of_due, len(due)), *([_early(early)] if early else [])])
    noun = activities_phrase(len(states))
    if not done and len(states) == 1:
        return Bilingual("The activity is not complete", "L’activité n’est pas réalisée")
    if not done:
        return Bilingual(f"None of the {noun.en} is complete", f"Aucune des {noun.fr} n’est réalisée")
    return Bilingual(
        f"{done} of {noun.en} {_is_or_are(done)} complete",
        f"{activities_phrase(done).fr} sur{NBSP}{len(states)} {'est réalisée' if done == 1 else 'sont réalisées'}",
    )


def _complete_of_due(done: int, due: int) -> Bilingual:
    if due == 1:
        verb = Bilingual("is complete", "est réalisée") if done else Bilingual("is not complete", "n’est pas réalisée")
        return Bilingual(f"The only activity due so far {verb.en}", f"La seule activité échue {verb.fr}")
    noun = activities_phrase(due)
    if done == due:
        everything = "Both activities" if due == 2 else f"All {noun.en}"
        return Bilingual(f"{everything} due so far are complete", f"Les {noun.fr} échues sont réalisées")
    if not done:
        return Bilingual(f"None of the {noun.en} due so far is complete", f"Aucune des {noun.fr} échues n’est réalisée")
    return Bilingual(
        f"{done} of the {noun.en} due so far {_is_or_are(done)} complete",
        f"{done} des {noun.fr} échues {'est réalisée' if done == 1 else 'sont réalisées'}",
    )


def _early(n: int) -> Bilingual:
    return Bilingual(
        f"{n} more {_is_or_are(n)} complete early",
        f"{n} {'autre est réalisée' if n == 1 else 'autres sont réalisées'} en avance",
    )


def _first_due(states: Sequence[ActivityState]) -> Bilingual:
    if not states:
        return EMPTY_TEXT
    first = min(s.month for s in states)
    n = sum(s.month == first for s in states)
    when = month_of_year(*first)
    if n == 1:
        return Bilingual(
            f"Nothing is due yet: the first is due in {when.en}",
            f"Rien n’est encore échu{NBSP}: la première échéance est en {when.fr}",
        )
    return Bilingual(
        f"Nothing is due yet: the first {n} are due in {when.en}",
        f"Rien n’est encore échu{NBSP}: les {n}{NBSP}premières échéances sont en {when.fr}",
    )


def _overdue_or_silent(states: Sequence[ActivityState]) -> Bilingual:
    late = [s for s in states if s.timeliness is Timeliness.OVERDUE]
    silent = [s for s in states if s.is_silent]
    if late:
        return _counted_sentence(late, Bilingual("overdue", "en retard"))
    if silent:
        return _counted_sentence(silent, Bilingual("without a report", "sans rapport"))
    return Bilingual("None is overdue", "Aucune n’est en retard")


def _counted_sentence(states: Sequence[ActivityState], words: Bilingual) -> Bilingual:
    where, n = priorities_phrase(sorted({s.priority for s in states})), len(states)
    return Bilingual(
        f"{n} {_is_or_are(n)} {words.en} ({where.en})", f"{n} {'est' if n == 1 else 'sont'} {words.fr} ({where.fr})"
    )


def progress(states: Sequence[ActivityState], rows: Sequence[GlanceRow], as_of: date) -> Bilingual:
    """Return the finding on progress: how many of the activities due so far are complete, and which priority is
    furthest behind.
    """
    if not any(s.status for s in states) and not any(s.is_silent for s in states):
        n = activities_phrase(len(states))
        return Bilingual(
            f"No activity is due yet: {n.en} {_is_or_are(len(states))} still to come",
            f"Aucune activité n’est encore échue{NBSP}: {n.fr} {'est' if len(states) < 2 else 'sont'} à venir",
        )
    return _join([complete(states, as_of), _furthest_behind(rows)])


def _is_or_are(n: int) -> str:
    return "is" if n == 1 else "are"


def _furthest_behind(rows: Sequence[GlanceRow]) -> Bilingual:
    def behind(row: GlanceRow) -> tuple[int, int]:
        late = sum(s.timeliness is Timeliness.OVERDUE for s in row.states)
        return late, sum(s.is_silent for s in row.states)

    worst = max(rows, key=behind, default=None)
    if worst is None or behind(worst) == (0, 0):
        return Bilingual("No priority has an overdue activity", "Aucune priorité n’a d’activité en retard")
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
            f"{capitalize(where.en)} is furthest behind: {what.en}",
            f"La {where.fr} accuse le plus de retard{NBSP}: {what.fr}",
        )
    return Bilingual(
        f"{capitalize(where.en)} are furthest behind: {what.en} each",
        f"Les {where.fr} accusent le plus de retard{NBSP}: {what.fr} chacune",
    )


def milestones(jurisdictions: int, challenges: Sequence[DeckChallenge]) -> Bilingual:
    """Return a text such as "6 jurisdictions reported milestones; 4 challenges remain: …"."""
    return _join([_reported_milestones(jurisdictions), remaining_challenges(challenges)])


def _reported_milestones(jurisdictions: int) -> Bilingual:
    if not jurisdictions:
        return Bilingual("No new milestone was reported", "Aucun nouveau jalon n’a été signalé")
    n = count_phrase(jurisdictions, Bilingual("jurisdiction", "administration"), Bilingual("jurisdictions", "administrations"))
    return Bilingual(f"{n.en} reported milestones", f"{n.fr} {'a' if jurisdictions < 2 else 'ont'} signalé des jalons")


def priority(number: int, states: Sequence[ActivityState], as_of: date) -> Bilingual:
    """Return the finding on one priority: how many of its activities due so far are complete, and how late the others are.

    The finding begins with the priority's number, because no two slides may have the same title.
    """
    finding = _of_priority(states, as_of)
    return Bilingual(
        f"Priority{NBSP}{number}: {_in_sentence(finding.en)}", f"Priorité{NBSP}{number}{NBSP}: {_in_sentence(finding.fr)}"
    )


def _of_priority(states: Sequence[ActivityState], as_of: date) -> Bilingual:
    if not states:
        return Bilingual("No activity is planned", "Aucune activité n’est prévue")
    if not any(s.status for s in states) and not any(s.is_silent for s in states):
        due = _due_months(states)
        n = activities_phrase(len(states))
        return Bilingual(f"{n.en}, due in {due.en}; none is due yet", f"{n.fr}, à échéance en {due.fr}; rien n’est encore échu")
    late = [s for s in states if s.timeliness is Timeliness.OVERDUE]
    return _join([complete(states, as_of), *([_late(late, as_of)] if late else [])])


def _late(late: Sequence[ActivityState], as_of: date) -> Bilingual:
    longest = max((as_of - s.due_on).days for s in late)
    days = count_phrase(longest, Bilingual("day", "jour"), Bilingual("days", "jours"))
    if len(late) > 1:
        return Bilingual(
            f"{len(late)} are overdue, the oldest by {days.en}", f"{len(late)} sont en retard, la plus ancienne de {days.fr}"
        )
    title = late[0].title or late[0].text
    return Bilingual(
        f"“{title.text(Language.EN)}” is {days.en} late", f"«{NBSP}{title.text(Language.FR)}{NBSP}» a {days.fr} de retard"
    )


def _due_months(states: Iterable[ActivityState]) -> Bilingual:
    """Return the due months, grouped by year, such as "March and June 2020"."""
    months: list[Month] = sorted({s.month for s in states})
    by_year = []
    for year, group in groupby(months, key=lambda m: m[0]):
        names = join_list([month(m[1]) for m in group])
        by_year.append(Bilingual(f"{names.en}{NBSP}{year}", f"{names.fr}{NBSP}{year}"))
    return join_list(by_year)


_CHANGE_PHRASES = {
    ChangeKind.FORWARD: (Bilingual("made progress", "a progressé"), Bilingual("made progress", "ont progressé")),
    ChangeKind.SLIPPED: (Bilingual("fell behind", "a pris du retard"), Bilingual("fell behind", "ont pris du retard")),
    ChangeKind.SILENT: (Bilingual("without an update", "sans mise à jour"), Bilingual("without an update", "sans mise à jour")),
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
        return Bilingual(f"Nothing has changed since {since.en}", f"Rien n’a changé depuis le {since.fr}")
    sentence = join_texts(", ", phrases)
    return Bilingual(f"Since {since.en}: {sentence.en}", f"Depuis le {since.fr}{NBSP}: {sentence.fr}")


def asks(number: int) -> Bilingual:
    """Return a sentence such as "We have 2 requests for the Councils"."""
    many = count_phrase(number, Bilingual("request", "demande"), Bilingual("requests", "demandes"))
    return Bilingual(f"We have {many.en} for the Councils", f"Nous présentons {many.fr} aux Conseils")


def next_steps(steps: Sequence[DeckNextStep], counts: tuple[int, int], since: Bilingual) -> Bilingual:
    """Return how many of the last meeting's steps are still open, and how many steps are new; empty if none was open then.

    ``counts`` are the number of steps that were open then, and how many of them still are (see ``open_before``).
    """
    new = sum(step.state is DeckStepState.NEW for step in steps)
    if not counts[0]:
        return EMPTY_TEXT
    parts = [_still_open(*counts, since)]
    if new:
        is_or_are = ("is new", "est nouvelle") if new == 1 else ("are new", "sont nouvelles")
        parts.append(Bilingual(f"{new} {is_or_are[0]}", f"{new} {is_or_are[1]}"))
    return join_texts("; ", parts)


def _still_open(before: int, still: int, since: Bilingual) -> Bilingual:
    noun = count_phrase(before, Bilingual("next step", "étape"), Bilingual("next steps", "étapes"))
    if before == 1:
        return Bilingual(
            f"The next step of {since.en} is {'still open' if still else 'no longer open'}",
            f"L’étape présentée le {since.fr} {'est toujours en cours' if still else 'n’est plus en cours'}",
        )
    if not still:
        return Bilingual(
            f"None of the {noun.en} of {since.en} is still open",
            f"Aucune des {noun.fr} présentées le {since.fr} n’est en cours",
        )
    if still == before:
        return Bilingual(
            f"All {noun.en} of {since.en} are still open", f"Les {noun.fr} présentées le {since.fr} sont toujours en cours"
        )
    return Bilingual(
        f"{still} of the {noun.en} of {since.en} {'is' if still == 1 else 'are'} still open",
        f"{still} des {noun.fr} présentées le {since.fr} {'est' if still == 1 else 'sont'} toujours en cours",
    )
