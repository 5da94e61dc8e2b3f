"""The next steps as the deck shows them: what is new, open, done or dropped since the last meeting. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cogwg.briefing.deck import DeckNextStep, DeckStepState
from cogwg.briefing.outline import NextStep, StepState
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import day

_ORDER = list(DeckStepState)


def deck_steps(steps: Iterable[NextStep], before: Sequence[DeckNextStep] | None) -> tuple[DeckNextStep, ...]:
    """Return the steps that the slide shows: first new, then open, done and dropped ones.

    ``before`` are the steps of the last frozen briefing, None if it shows none; then no step is new. A step that was already
    shown there as done or dropped is not shown again.
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
    """Return the parts that are in this state, unlike the step itself, and were not shown so before."""
    if step.state is state:
        return ()
    parts = (part for part in step.children if part.state is state)
    return tuple(part.text for part in parts if not any(part.is_about(text) for text in before))


def open_before(steps: Iterable[NextStep], before: Iterable[DeckNextStep]) -> tuple[int, int]:
    """Return how many steps were open at the last meeting, and how many of these still are."""
    steps = tuple(steps)
    were_open = [step for step in before if not step.state.is_closed]
    are_open = sum(any(own.state is StepState.OPEN and own.is_about(step.text) for own in steps) for step in were_open)
    return len(were_open), are_open
