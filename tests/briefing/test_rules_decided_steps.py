"""Which next steps a briefing plans from the decisions of the last meeting, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cogwg.briefing.decided_steps import NO_DECISIONS, MeetingDecisions, planned_steps, with_decisions
from cogwg.briefing.outline import Decided, NextStep, Outline, StepState
from cogwg.core.bilingual import Bilingual

HOST, LEAD = Bilingual("Host.", "Accueillir."), Bilingual("Lead.", "Diriger.")
DECIDED = Decided(7, date(2020, 2, 27), LEAD, by=date(2020, 12, 31))
STEP = NextStep(LEAD, by=DECIDED.by, decision=DECIDED)
PLANNED = Outline(steps=(NextStep(HOST), replace(STEP, state=StepState.DONE)))


def test_open_decision_is_planned_after_the_own_steps() -> None:
    assert planned_steps(Outline(steps=(NextStep(HOST),)), {}, MeetingDecisions((DECIDED,))) == (NextStep(HOST), STEP)


def test_stored_step_follows_a_correction_and_keeps_its_state() -> None:
    corrected = replace(DECIDED, text=HOST, by=None)
    (_host, step) = planned_steps(PLANNED, {}, MeetingDecisions((corrected,)))
    assert step == NextStep(HOST, StepState.DONE, decision=corrected)


def test_edited_step_does_not_follow_a_correction() -> None:
    edited = replace(STEP, text=Bilingual("Lead it.", "La diriger."))
    corrected = MeetingDecisions((replace(DECIDED, text=HOST),))
    assert planned_steps(Outline(steps=(edited,)), {}, corrected) == (edited,)


def test_withdrawn_decision_is_neither_planned_nor_carried_over() -> None:
    withdrawn = MeetingDecisions(withdrawn=frozenset({DECIDED.id}))
    assert planned_steps(PLANNED, {}, withdrawn) == (NextStep(HOST),)
    assert with_decisions(PLANNED, {}, withdrawn) == Outline(steps=(NextStep(HOST),))


def test_outline_without_steps_stays_so_without_decisions() -> None:
    assert with_decisions(Outline(), {}, NO_DECISIONS) == Outline()
    assert with_decisions(Outline(), {}, MeetingDecisions((DECIDED,))).steps == (STEP,)


def test_decision_of_an_older_meeting_stays_as_it_was_carried_over() -> None:
    assert planned_steps(PLANNED, {}, NO_DECISIONS) == PLANNED.steps
