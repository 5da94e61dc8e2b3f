"""The summary slide for a deputy minister: how much of what was due is complete, what is late, what to decide, and
what changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from cogwg.briefing import working_group
from cogwg.briefing.deck import (
    ActivityState,
    ChangeKind,
    Decision,
    DueActivity,
    Figure,
    GlanceRow,
    PlanChange,
    SummaryRow,
    SummarySlide,
)
from cogwg.briefing.findings import complete, due_so_far
from cogwg.briefing.outline import Outline
from cogwg.briefing.phrases import activities_phrase, deadline_phrase, join_texts, priorities_phrase
from cogwg.briefing.source import BriefingSource, CountsBefore
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import NBSP, count_phrase, day, day_of_month
from cogwg.core.status import Status, Timeliness
from cogwg.plan.models import Confirmation

_MOVES = (ChangeKind.FORWARD, ChangeKind.SLIPPED, ChangeKind.ADDED, ChangeKind.DUE_MOVED)
_SECOND_CHAIR = Bilingual("Confirm the second co-chair", "Confirmer la seconde coprésidence")


def summary_slide(
    briefing_source: BriefingSource, outline: Outline, audience: Bilingual, meeting_on: date | None
) -> SummarySlide:
    """Return the summary slide. Before anything is due, it shows what is due when, instead of progress."""
    states = tuple(state for row in briefing_source.rows for state in row.states)
    year = briefing_source.plan.year
    has_begun = bool(due_so_far(states, briefing_source.as_of))
    return SummarySlide(
        title=Bilingual(
            f"Where the {year} work plan stands, and what to decide",
            f"Où en est le plan de travail de {year}, et ce qu’il faut décider",
        ),
        answers=Bilingual("Where the plan stands, on one page", "L’état du plan, en une page"),
        message=_finding(briefing_source, states, has_begun=has_begun),
        figures=_progress_figures(briefing_source, states) if has_begun else _plan_figures(briefing_source, states),
        rows=tuple(_row(briefing_source, row) for row in briefing_source.rows) if has_begun else (),
        decisions=tuple(_decisions(briefing_source, outline, audience, meeting_on)),
        moved=_moved(briefing_source, states, has_begun=has_begun),
        first_due=() if has_begun else tuple(_first_due(briefing_source)),
        upcoming=() if has_begun else tuple(sorted(Counter(state.due_on for state in states).items())),
        key="summary",
    )


def _finding(briefing_source: BriefingSource, states: Sequence[ActivityState], *, has_begun: bool) -> Bilingual:
    """Return the summary's main sentence: what is overdue or complete or, before any activity is due, what is due first.

    If roles are vacant, a sentence says how many.
    """
    vacant = _with_confirmation(briefing_source, Confirmation.VACANT)
    roles = [_roles_sentence(len(vacant))] if vacant else []
    if has_begun:
        return join_texts("; ", [_progress_sentence(states, briefing_source), *roles])
    if not states:
        return Bilingual("No activity is planned", "Aucune activité n’est prévue")
    first = min(state.due_on for state in states)
    n = sum(state.due_on == first for state in states)
    when = day_of_month(first)
    start = Bilingual(
        f"Nothing is due yet, so nothing is late: the first {activities_phrase(n).en} are due on {when.en}"
        if n > 1
        else f"Nothing is due yet, so nothing is late: the first activity is due on {when.en}",
        f"Rien n’est encore échu, donc rien n’est en retard{NBSP}: "
        + (f"les {n}{NBSP}premières activités arrivent" if n > 1 else "la première activité arrive")
        + f" à échéance le {when.fr}",
    )
    return join_texts("; ", [start, *roles])


def _progress_sentence(states: Sequence[ActivityState], briefing_source: BriefingSource) -> Bilingual:
    due = due_so_far(states, briefing_source.as_of)
    late = sum(state.timeliness.is_overdue for state in due)
    noun = activities_phrase(len(due))
    if late and len(due) == 1:
        return Bilingual("The only activity due so far is overdue", "La seule activité échue est en retard")
    if late:
        return Bilingual(
            f"{late} of the {noun.en} due so far {'is' if late == 1 else 'are'} overdue",
            f"{late} des {noun.fr} échues {'est' if late == 1 else 'sont'} en retard",
        )
    return complete(due, briefing_source.as_of)


def _roles_sentence(vacant: int) -> Bilingual:
    noun = count_phrase(vacant, Bilingual("role", "rôle"), Bilingual("roles", "rôles"))
    if vacant == 1:
        return Bilingual(f"{noun.en} is vacant", f"{noun.fr} est vacant")
    return Bilingual(f"{noun.en} are vacant", f"{noun.fr} sont vacants")


def _progress_figures(briefing_source: BriefingSource, states: Sequence[ActivityState]) -> tuple[Figure, ...]:
    due = due_so_far(states, briefing_source.as_of)
    done = [state for state in due if state.status is Status.COMPLETE]
    late = len(due) - len(done)
    on_time = sum(state.timeliness is Timeliness.DONE_ON_TIME for state in done)
    vacant = _with_confirmation(briefing_source, Confirmation.VACANT)
    return (
        Figure(
            len(due),
            _agreeing("due so far", len(due), "échue à ce jour", "échues à ce jour"),
            Bilingual(f"of {len(states)} in the plan", f"sur {len(states)} au plan"),
        ),
        Figure(
            len(done),
            _agreeing("complete", len(done), "réalisée", "réalisées"),
            Bilingual(
                f"{on_time} on time, {len(done) - on_time} after the due date",
                f"{on_time} à temps, {len(done) - on_time} après l’échéance",
            ),
        ),
        Figure(late, Bilingual("overdue", "en retard"), _overdue_before(briefing_source), urgent=bool(late), is_overdue=True),
        Figure(
            len(vacant), _roles_label(len(vacant), "vacant", "vacant"), _where(vacant), urgent=bool(vacant), counts_roles=True
        ),
    )


def _plan_figures(briefing_source: BriefingSource, states: Sequence[ActivityState]) -> tuple[Figure, ...]:
    vacant = _with_confirmation(briefing_source, Confirmation.VACANT)
    unsure = _with_confirmation(briefing_source, Confirmation.TO_CONFIRM)
    priorities = count_phrase(
        len(briefing_source.rows), Bilingual("priority", "priorité"), Bilingual("priorities", "priorités")
    )
    first = min((state.due_on for state in states), default=None)
    figures = [
        Figure(
            len(states),
            _agreeing("activity" if len(states) == 1 else "activities", len(states), "activité", "activités"),
            Bilingual(f"in {priorities.en}", f"dans {priorities.fr}"),
        )
    ]
    if first is not None:
        n = sum(state.due_on == first for state in states)
        when = day(first)
        first_due = _agreeing("due first", n, "première à échéance", "premières à échéance")
        figures.append(Figure(n, first_due, Bilingual(f"on {when.en}", f"le {when.fr}")))
    return (
        *figures,
        Figure(
            len(vacant), _roles_label(len(vacant), "vacant", "vacant"), _where(vacant), urgent=bool(vacant), counts_roles=True
        ),
        Figure(
            len(unsure),
            _roles_label(len(unsure), "to confirm", "à confirmer"),
            _where(unsure),
            urgent=bool(unsure),
            counts_roles=True,
        ),
    )


def _agreeing(english: str, n: int, singular: str, plural: str) -> Bilingual:
    """Return the label of a number. The French label agrees with the number: 0 and 1 take the singular."""
    return Bilingual(english, singular if n < 2 else plural)


def _roles_label(n: int, state: str, french: str) -> Bilingual:
    """Return the label of a number of roles in this state, such as "roles vacant" or "role vacant"."""
    if french == "vacant" and n > 1:
        french = "vacants"
    return Bilingual(f"{'role' if n == 1 else 'roles'} {state}", f"{'rôle' if n < 2 else 'rôles'} {french}")


def _overdue_before(briefing_source: BriefingSource) -> Bilingual:
    """Return how many activities were overdue at the last meeting; empty if there is no earlier briefing on this plan."""
    before = briefing_source.before
    if briefing_source.since is None or before is None:
        return EMPTY_TEXT
    when = day_of_month(briefing_source.since)
    return Bilingual(f"{before.overdue or 'none'} on {when.en}", f"{before.overdue or 'aucune'} le {when.fr}")


def _with_confirmation(briefing_source: BriefingSource, confirmation: Confirmation) -> list[int]:
    """Return the number of the priority of each role with this confirmation."""
    return [priority.number for priority, _ in briefing_source.plan.assignments_with(confirmation)]


def _where(numbers: Iterable[int]) -> Bilingual:
    listed = sorted(set(numbers))
    if not listed:
        return EMPTY_TEXT
    where = priorities_phrase(listed)
    return Bilingual(where.en[:1].lower() + where.en[1:], where.fr)


def _row(briefing_source: BriefingSource, row: GlanceRow) -> SummaryRow:
    due = due_so_far(row.states, briefing_source.as_of)
    done = sum(state.status is Status.COMPLETE for state in row.states)
    overdue = sum(state.timeliness.is_overdue for state in row.states)
    due_now = sum(state.timeliness is Timeliness.DUE for state in row.states)
    return SummaryRow(
        row.number,
        row.short,
        done,
        overdue,
        due_now,
        len(row.states) - done - overdue - due_now,
        due=len(due),
        complete_of_due=sum(state.status is Status.COMPLETE for state in due),
    )


def _decisions(
    briefing_source: BriefingSource, outline: Outline, audience: Bilingual, meeting_on: date | None
) -> Iterator[Decision]:
    """Yield the decisions: the co-chairs' requests, then the vacant roles, the second co-chair and the roles to confirm."""
    announced = briefing_source.announced or briefing_source
    for row in announced.rows:
        for ask, terms in outline.priority_wording(announced.plan.year, row.number).requests:
            yield Decision(ask, terms.who or audience, deadline_phrase(terms.by, meeting_on))
    vacant = _with_confirmation(briefing_source, Confirmation.VACANT)
    if vacant:
        where = _where(vacant)
        many = len(vacant) > 1
        of_french = f"des {where.fr}" if len(set(vacant)) > 1 else f"de la {where.fr}"
        yield Decision(
            Bilingual(
                f"Fill the vacant role{'s' if many else ''} in {where.en}",
                f"Pourvoir {'les rôles vacants' if many else 'le rôle vacant'} {of_french}",
            ),
            audience,
        )
    chairs = briefing_source.standing_content.get("group", {}).get("co_chairs", ())
    if any(not chair["confirmed"] for chair in chairs):
        yield Decision(_SECOND_CHAIR, audience)
    for priority, assignment in briefing_source.plan.assignments_with(Confirmation.TO_CONFIRM):
        number = priority.number
        yield Decision(
            Bilingual(f"Confirm the role in priority{NBSP}{number}", f"Confirmer le rôle dans la priorité{NBSP}{number}"),
            assignment.full_name,
        )


def _first_due(briefing_source: BriefingSource) -> Iterator[DueActivity]:
    first = min((state.due_on for row in briefing_source.rows for state in row.states), default=None)
    for priority, row in zip(briefing_source.plan.priorities, briefing_source.rows, strict=True):
        for state in row.states:
            if state.due_on == first:
                carriers, undecided = working_group.confirmed_carriers(priority), working_group.undecided(priority)
                yield DueActivity(row.number, state.title or state.text, carriers, undecided)


def _moved(briefing_source: BriefingSource, states: Sequence[ActivityState], *, has_begun: bool) -> Bilingual:
    """Return whether more or less is overdue than at the last meeting, and what has changed since.

    Each activity counts once, as the first of these that applies: made progress, fell behind, is new, has a new due date, did
    not change. The numbers therefore add up to the number of activities.
    """
    since, before = briefing_source.since, briefing_source.before
    if since is None or before is None:
        if has_begun:
            return Bilingual(
                "No earlier briefing on this plan to compare with",
                "Aucune présentation antérieure de ce plan à laquelle comparer celle-ci",
            )
        return Bilingual("First report on this plan, so no comparison", "Premier rapport sur ce plan, donc sans comparaison")
    year = briefing_source.plan.year
    kinds = _kind_of_activities(change for change in briefing_source.changes if change.year == year)
    parts = _moved_parts(Counter(kinds.values()), len(states) - len(kinds))
    verdict = _verdict(before, sum(state.timeliness.is_overdue for state in states), day_of_month(since))
    moved = Bilingual(
        f"{verdict.en}{', '.join(part.en for part in parts)}", f"{verdict.fr}{', '.join(part.fr for part in parts)}"
    )
    vacant = len(_with_confirmation(briefing_source, Confirmation.VACANT))
    if not vacant or vacant != before.vacant:
        return moved
    roles = count_phrase(vacant, Bilingual("role", "rôle"), Bilingual("roles", "rôles"))
    still = Bilingual(
        f"{roles.en} {'is' if vacant == 1 else 'are'} still vacant",
        f"{roles.fr} toujours vacant{'' if vacant == 1 else 's'}",
    )
    return join_texts("; ", [moved, still])


def _kind_of_activities(changes: Iterable[PlanChange]) -> dict[str, ChangeKind]:
    """Map the code of each activity that changed to the kind of its change; kinds that are not in ``_MOVES`` are ignored."""
    kinds: dict[str, ChangeKind] = {}
    for change in sorted(changes, key=lambda change: change.kind not in _MOVES[:2]):
        if change.kind in _MOVES:
            kinds.setdefault(change.code, change.kind)
    return kinds


def _moved_parts(counts: Mapping[ChangeKind, int], rest: int) -> list[Bilingual]:
    forward, slipped, added, due = (counts.get(kind, 0) for kind in _MOVES)
    parts = [
        Bilingual(f"{forward} made progress", f"{forward}{NBSP}{'a' if forward < 2 else 'ont'} progressé"),
        Bilingual(f"{slipped} fell behind", f"{slipped}{NBSP}{'a' if slipped < 2 else 'ont'} pris du retard"),
    ]
    if added:
        parts.append(
            Bilingual(f"{added} {'is' if added == 1 else 'are'} new", f"{added}{NBSP}nouvelle{'s' if added > 1 else ''}")
        )
    if due:
        dates = "has a new due date" if due == 1 else "have new due dates"
        parts.append(Bilingual(f"{due} {dates}", f"{due}{NBSP}{'a' if due < 2 else 'ont'} une nouvelle échéance"))
    return [*parts, Bilingual(f"{rest} did not change", f"{rest}{NBSP}sans changement")]


def _verdict(before: CountsBefore, overdue: int, since: Bilingual) -> Bilingual:
    """Return the beginning of a sentence, which says whether more, fewer or as many activities are overdue as at the last
    meeting.
    """
    if not before.due:
        return Bilingual(f"Nothing was due on {since.en}; since then, ", f"Rien n’était échu le {since.fr}; depuis{NBSP}: ")
    if overdue > before.overdue:
        return Bilingual(
            f"More activities are overdue than on {since.en}: ", f"Plus d’activités en retard que le {since.fr}{NBSP}: "
        )
    if overdue < before.overdue:
        return Bilingual(
            f"Fewer activities are overdue than on {since.en}: ", f"Moins d’activités en retard que le {since.fr}{NBSP}: "
        )
    if overdue:
        return Bilingual(
            f"As many activities are overdue as on {since.en}: ", f"Autant d’activités en retard que le {since.fr}{NBSP}: "
        )
    return Bilingual(f"Nothing is overdue, as on {since.en}: ", f"Rien n’est en retard, comme le {since.fr}{NBSP}: ")
