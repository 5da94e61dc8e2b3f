"""The next steps of a briefing: those in its outline, and those that the last meeting decided. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cogwg.briefing.outline import Decided, NextStep, Outline, StepState
from cogwg.core.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class MeetingDecisions:
    """The decisions of a meeting as last corrected, and the ids of those that were withdrawn."""

    current: tuple[Decided, ...] = ()
    withdrawn: frozenset[int] = frozenset()


NO_DECISIONS = MeetingDecisions()


def planned_steps(
    outline: Outline, standing_content: dict[str, dict[str, Any]], decisions: MeetingDecisions
) -> tuple[NextStep, ...]:
    """Return the steps of the outline or, if it has none of its own yet, the standing ones, together with the last meeting's
    decisions.

    A decision that is not among the steps is added as an open step. A step made from a decision follows corrections of the
    decision, unless the step was edited, and is left out if the decision was withdrawn.
    """
    steps = outline.steps if outline.steps is not None else standing_steps(standing_content)
    current = {decided.id: decided for decided in decisions.current}
    own_steps = [
        _follow(step, current) for step in steps if step.decision is None or step.decision.id not in decisions.withdrawn
    ]
    planned = {step.decision.id for step in own_steps if step.decision is not None}
    return (*own_steps, *(_step(decided) for decided in decisions.current if decided.id not in planned))


def with_decisions(outline: Outline, standing_content: dict[str, dict[str, Any]], decisions: MeetingDecisions) -> Outline:
    """Return the outline with the last meeting's decisions added to its own steps, so that they are also carried over."""
    if outline.steps is None and not decisions.current:
        return outline
    return replace(outline, steps=planned_steps(outline, standing_content, decisions))


def _step(decided: Decided) -> NextStep:
    return NextStep(decided.text, who=decided.who, by=decided.by, decision=decided)


def _follow(step: NextStep, current: Mapping[int, Decided]) -> NextStep:
    """Return the step updated from its decision, or unchanged if the step was edited."""
    before = step.decision
    if before is None or before.id not in current or (step.text, step.who, step.by) != (before.text, before.who, before.by):
        return step
    return replace(_step(current[before.id]), state=step.state, children=step.children, carried=step.carried)


def standing_steps(standing_content: dict[str, dict[str, Any]]) -> tuple[NextStep, ...]:
    """Return the next steps of the standing slide, for a briefing that has no steps of its own."""
    return tuple(
        NextStep(
            Bilingual(*step["text"]),
            StepState.OPEN,
            tuple(NextStep(Bilingual(*child)) for child in step.get("children", ())),
        )
        for step in standing_content.get("next_steps", {}).get("steps", ())
    )
