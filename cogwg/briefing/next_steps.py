"""The next steps as the deck shows them: new, open, done or dropped since the last meeting. Pure functions.

The co-chairs can also add next steps from reports on activities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cogwg.briefing.deck import ActivityState, DeckNextStep, DeckStepState
from cogwg.briefing.outline import NextStep, StepState
from cogwg.briefing.rules import AUDIENCE_LIMIT
from cogwg.briefing.source import BriefingSource
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import day, join_list
from cogwg.plan.queries import PriorityFacts

_ORDER = list(DeckStepState)


def deck_steps(steps: Iterable[NextStep], before: Sequence[DeckNextStep] | None) -> tuple[DeckNextStep, ...]:
    """Return the steps that the slide shows: new ones first, then open, done and dropped ones.

    ``before`` are the steps of the last frozen briefing; if it is None, no step is new. A step that is done or dropped is left
    out if the last frozen briefing already showed it as such.
    """
    shown = []
    for step in steps:
        earlier = next((other for other in before or () if step.is_about(other.text)), None)
        if step.state is StepState.OPEN or earlier is None or not earlier.state.is_closed:
            shown.append(_deck_step(step, earlier, is_new=before is not None and earlier is None))
    return tuple(sorted(shown, key=lambda step: _ORDER.index(step.state)))


def _deck_step(step: NextStep, earlier: DeckNextStep | None, *, is_new: bool) -> DeckNextStep:
    state = DeckStepState.NEW if is_new and step.state is StepState.OPEN else DeckStepState(step.state.value)
    return DeckNextStep(
        text=step.text,
        children=tuple(part.text for part in step.children if part.state in (StepState.OPEN, step.state)),
        state=state,
        who=step.who,
        by=EMPTY_TEXT if step.by is None else day(step.by),
        done_parts=_closed_parts(step, StepState.DONE, earlier.done_parts if earlier else ()),
        dropped_parts=_closed_parts(step, StepState.DROPPED, earlier.dropped_parts if earlier else ()),
    )


def _closed_parts(step: NextStep, state: StepState, before: Sequence[Bilingual]) -> tuple[Bilingual, ...]:
    """Return the parts in this state, except those already shown in it; no parts if the whole step is in this state."""
    if step.state is state:
        return ()
    parts = (part for part in step.children if part.state is state)
    return tuple(part.text for part in parts if not any(part.is_about(text) for text in before))


def open_before(steps: Iterable[NextStep], before: Iterable[DeckNextStep]) -> tuple[int, int]:
    """Return how many steps were open at the last meeting, and how many of these are still open."""
    steps = tuple(steps)
    were_open = [step for step in before if not step.state.is_closed]
    are_open = sum(any(own.state is StepState.OPEN and own.is_about(step.text) for own in steps) for step in were_open)
    return len(were_open), are_open


@dataclass(frozen=True, slots=True)
class ReportedStep:
    """The next step from the latest report on an activity, as a step that can be added to the deck."""

    year: int
    activity: ActivityState
    step: NextStep

    @property
    def key(self) -> str:
        return f"{self.year}-{self.activity.code}"


def reported_steps(briefing_source: BriefingSource, planned: Sequence[NextStep]) -> tuple[ReportedStep, ...]:
    """Return the next steps from reports that are not among the ``planned`` steps, in the order of the plan.

    Steps that the last frozen briefing showed as done or dropped are left out.
    """
    closed = [before.text for before in briefing_source.steps_before or () if before.state.is_closed]
    return tuple(
        reported
        for reported in _all_reported_steps(briefing_source)
        if not any(step.is_about(reported.step.text) for step in planned)
        and not any(reported.step.is_about(text) for text in closed)
    )


def _all_reported_steps(briefing_source: BriefingSource) -> Iterator[ReportedStep]:
    plan = briefing_source.plan
    for priority, row in zip(plan.priorities, briefing_source.rows, strict=True):
        for state in row.states:
            if state.next_step:
                by = state.due_on if state.due_on >= briefing_source.as_of else None
                step = NextStep(state.next_step, who=_reporting_jurisdictions(priority), by=by, offered=state.next_step)
                yield ReportedStep(plan.year, state, step)
    if briefing_source.announced is not None:
        yield from _all_reported_steps(briefing_source.announced)


def _reporting_jurisdictions(priority: PriorityFacts) -> Bilingual:
    """Return the plan's names of the jurisdictions that report on a priority; empty if they are too long for the field."""
    names = join_list([a.name for a in priority.assignments if a.can_report])
    return names if max(len(names.en), len(names.fr)) <= AUDIENCE_LIMIT else EMPTY_TEXT
