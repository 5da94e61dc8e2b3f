"""Rules of roles and due dates without a database: every state by every event, and every invalid change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Invalid
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.queries import AssignmentFacts, PriorityFacts
from cogwg.plan.role_history import RoleChange
from cogwg.plan.rules import DueDate, RoleEvent, can_contribute, check_due_change, next_confirmation

TRANSITIONS = {
    (Confirmation.VACANT, RoleEvent.OFFER): Confirmation.TO_CONFIRM,
    (Confirmation.TO_CONFIRM, RoleEvent.ACCEPT): Confirmation.CONFIRMED,
    (Confirmation.TO_CONFIRM, RoleEvent.DECLINE): Confirmation.VACANT,
    (Confirmation.TO_CONFIRM, RoleEvent.WITHDRAW_OFFER): Confirmation.VACANT,
    (Confirmation.CONFIRMED, RoleEvent.END): Confirmation.VACANT,
    (Confirmation.CONFIRMED, RoleEvent.HAND_OVER): Confirmation.TO_CONFIRM,
    (Confirmation.VACANT, RoleEvent.REQUEST): Confirmation.VACANT,
    (Confirmation.VACANT, RoleEvent.WITHDRAW_REQUEST): Confirmation.VACANT,
    (Confirmation.VACANT, RoleEvent.STATE): Confirmation.VACANT,
    (Confirmation.TO_CONFIRM, RoleEvent.STATE): Confirmation.TO_CONFIRM,
    (Confirmation.CONFIRMED, RoleEvent.STATE): Confirmation.CONFIRMED,
    (Confirmation.VACANT, RoleEvent.REMOVE): Confirmation.VACANT,
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


@pytest.mark.parametrize(("role", "confirmation"), list(product(AssignmentRole, Confirmation)))
def test_assignment_has_one_state_and_at_most_one_stated_role(role: AssignmentRole, confirmation: Confirmation) -> None:
    name = Bilingual("TBS", "SCT")
    assignment = AssignmentFacts(1, 1, 1, "tbs", name, name, name, role, confirmation, date(2020, 1, 1))
    states = {
        Confirmation.VACANT: "is_vacant",
        Confirmation.TO_CONFIRM: "is_to_confirm",
        Confirmation.CONFIRMED: "is_confirmed",
    }
    assert [state for state in states.values() if getattr(assignment, state)] == [states[confirmation]]
    priority = PriorityFacts(1, 1, name, name, name, name, (), (), (assignment, assignment), ())
    assert priority.vacant_count == (2 if confirmation is Confirmation.VACANT else 0)
    roles = {AssignmentRole.LEAD: ["is_lead"], AssignmentRole.PARTNER: ["is_partner"], AssignmentRole.NOT_STATED: []}
    assert [stated for stated in ("is_lead", "is_partner") if getattr(assignment, stated)] == roles[role]
    assert assignment.has_stated_role is bool(roles[role])


@pytest.mark.parametrize("event", list(RoleEvent))
def test_role_change_is_what_its_event_says_and_answered_for_the_jurisdiction(event: RoleEvent) -> None:
    own, other = Bilingual("Canada", "Canada"), Bilingual("Quebec", "Québec")
    change = RoleChange(event, datetime(2020, 1, 1, tzinfo=UTC), "A. Person", own, EMPTY_TEXT, EMPTY_TEXT)
    assert (change.is_accepted, change.is_declined) == (event is RoleEvent.ACCEPT, event is RoleEvent.DECLINE)
    assert [replace(change, behalf_of=who).answered_for for who in (EMPTY_TEXT, other)] == [own, other]


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
