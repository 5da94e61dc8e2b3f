"""Rules of roles and due dates without a database: every state by every event, and every invalid change."""

from __future__ import annotations

from itertools import product

import pytest

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Invalid
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.rules import DueDate, RoleEvent, can_contribute, check_due_change, next_confirmation

TRANSITIONS = {
    (Confirmation.VACANT, RoleEvent.OFFER): Confirmation.TO_CONFIRM,
    (Confirmation.TO_CONFIRM, RoleEvent.ACCEPT): Confirmation.CONFIRMED,
    (Confirmation.TO_CONFIRM, RoleEvent.DECLINE): Confirmation.VACANT,
}


@pytest.mark.parametrize(("state", "event"), list(product(Confirmation, RoleEvent)))
def test_role_transitions_for_every_state_and_event(state: Confirmation, event: RoleEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert next_confirmation(state, event) is TRANSITIONS[state, event]
        return
    with pytest.raises(Invalid):
        next_confirmation(state, event)


@pytest.mark.parametrize(("role", "confirmation"), list(product(AssignmentRole, Confirmation)))
def test_only_confirmed_partners_can_contribute(role: AssignmentRole, confirmation: Confirmation) -> None:
    assert can_contribute(role, confirmation) is (role is AssignmentRole.PARTNER and confirmation is Confirmation.CONFIRMED)


SEPTEMBER = DueDate(2020, 9)
REASON = Bilingual("", "Les données arrivent plus tard.")


@pytest.mark.parametrize(
    "to", [DueDate(2020, 12), DueDate(2020, 9, 15), DueDate(2021, 2, 28), DueDate(2020, 3), DueDate(2020, 9, 30)]
)
def test_due_date_change_with_a_reason_in_one_language_is_accepted(to: DueDate) -> None:
    check_due_change(SEPTEMBER, to, REASON, EMPTY_TEXT)
    assert DueDate.from_key(to.key) == to


@pytest.mark.parametrize(
    ("to", "reason", "words", "fields"),
    [
        (SEPTEMBER, REASON, EMPTY_TEXT, {"month"}),
        (DueDate(2020, 12), EMPTY_TEXT, EMPTY_TEXT, {"reason"}),
        (SEPTEMBER, EMPTY_TEXT, EMPTY_TEXT, {"month", "reason"}),
        (DueDate(2020, 9, 31), REASON, EMPTY_TEXT, {"day"}),
        (DueDate(2021, 2, 29), REASON, EMPTY_TEXT, {"day"}),
        (DueDate(2020, 12), Bilingual("x" * 4001, ""), EMPTY_TEXT, {"reason_en"}),
        (DueDate(2020, 12), REASON, Bilingual("", "x" * 61), {"words_fr"}),
    ],
)
def test_incomplete_or_impossible_due_date_change_is_refused(
    to: DueDate, reason: Bilingual, words: Bilingual, fields: set[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        check_due_change(SEPTEMBER, to, reason, words)
    assert {field for field, _ in refusal.value.problems} == fields
