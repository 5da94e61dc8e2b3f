"""What becomes of roles and due dates, decided without a database: every state by every event, every wrong move."""

from __future__ import annotations

from itertools import product

import pytest

from cogwg.core.bilingual import NOTHING, Bilingual
from cogwg.core.errors import Invalid
from cogwg.plan.models import Confirmation, Holds
from cogwg.plan.rules import Due, RoleEvent, check_move, may_contribute, role_after

STEPS = {
    (Confirmation.VACANT, RoleEvent.OFFER): Confirmation.TO_CONFIRM,
    (Confirmation.TO_CONFIRM, RoleEvent.ACCEPT): Confirmation.CONFIRMED,
    (Confirmation.TO_CONFIRM, RoleEvent.DECLINE): Confirmation.VACANT,
}


@pytest.mark.parametrize(("state", "event"), list(product(Confirmation, RoleEvent)))
def test_every_state_by_every_event(state: Confirmation, event: RoleEvent) -> None:
    if (state, event) in STEPS:
        assert role_after(state, event) is STEPS[state, event]
        return
    with pytest.raises(Invalid):
        role_after(state, event)


@pytest.mark.parametrize(("role", "confirmation"), list(product(Holds, Confirmation)))
def test_only_confirmed_partners_add_notes(role: Holds, confirmation: Confirmation) -> None:
    assert may_contribute(role, confirmation) is (role is Holds.PARTNER and confirmation is Confirmation.CONFIRMED)


SEPTEMBER = Due(2020, 9)
WHY = Bilingual("", "Les données arrivent plus tard.")


@pytest.mark.parametrize("to", [Due(2020, 12), Due(2020, 9, 15), Due(2021, 2, 28), Due(2020, 3), Due(2020, 9, 30)])
def test_a_due_date_moves_to_any_other_for_a_reason_in_one_language(to: Due) -> None:
    check_move(SEPTEMBER, to, WHY, NOTHING)
    assert Due.of(to.key) == to


@pytest.mark.parametrize(
    ("to", "reason", "words", "fields"),
    [
        (SEPTEMBER, WHY, NOTHING, {"month"}),
        (Due(2020, 12), NOTHING, NOTHING, {"reason"}),
        (SEPTEMBER, NOTHING, NOTHING, {"month", "reason"}),
        (Due(2020, 9, 31), WHY, NOTHING, {"day"}),
        (Due(2021, 2, 29), WHY, NOTHING, {"day"}),
        (Due(2020, 12), Bilingual("x" * 4001, ""), NOTHING, {"reason_en"}),
        (Due(2020, 12), WHY, Bilingual("", "x" * 61), {"words_fr"}),
    ],
)
def test_a_move_that_says_nothing_is_refused(to: Due, reason: Bilingual, words: Bilingual, fields: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        check_move(SEPTEMBER, to, reason, words)
    assert {field for field, _ in refusal.value.problems} == fields
