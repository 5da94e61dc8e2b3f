"""Rules of permissions by role, and by assignment, without a database."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from cogwg.accounts.models import JURISDICTION_ROLES, Role
from cogwg.accounts.queries import MembershipFacts, SignedInPerson
from cogwg.accounts.wording import GROUP_ROLE_LABELS, ROLE_WORDS
from cogwg.core.bilingual import EMPTY_TEXT, Language
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.queries import AssignmentFacts, PriorityFacts
from cogwg.policy import (
    ROLE_PERMISSIONS,
    Permission,
    acting_for,
    can_act_for,
    can_answer_role,
    can_contribute,
    can_report_on,
    can_see_return_note,
    has_permission,
    roles_with,
)

EXPECTED_PERMISSIONS = {
    # permission:                   lead, deputy, co-chair, secretariat, reader, steward, assessor, moderator, analyst
    Permission.USE_ACCOUNT: (True, True, True, True, True, True, True, True, True),
    Permission.READ_REPORTS: (True, True, True, True, True, True, False, False, True),
    Permission.READ_BRIEFINGS: (True, True, True, True, True, True, False, False, True),
    Permission.REPORT: (True, True, False, False, False, False, False, False, False),
    Permission.REPORT_ON_BEHALF: (False, False, True, True, False, False, False, False, False),
    Permission.PREPARE_BRIEFINGS: (False, False, True, True, False, False, False, False, False),
    Permission.RECORD_DECISIONS: (False, False, True, True, False, False, False, False, False),
    Permission.MANAGE_PERIODS: (False, False, True, True, False, False, False, False, False),
    Permission.MANAGE_PLAN: (False, False, True, True, False, False, False, False, False),
    Permission.EDIT_PLAN: (False, False, False, True, False, False, False, False, False),
    Permission.PUBLISH: (False, False, False, True, False, False, False, False, False),
    Permission.POST_NEWS: (True, True, True, True, False, False, False, False, False),
    Permission.TRANSLATE: (True, True, True, True, False, False, False, False, False),
    Permission.DISCUSS: (True, True, True, True, False, False, False, False, False),
    Permission.SEE_OUTBOX: (False, False, False, True, False, False, False, False, False),
    Permission.MANAGE_PEOPLE: (False, False, False, True, False, False, False, False, False),
    Permission.MANAGE_JURISDICTIONS: (False, False, False, True, False, False, False, False, False),
    Permission.MANAGE_SETTINGS: (False, False, False, True, False, False, False, False, False),
    Permission.ACCEPT_REPORTS: (False, False, False, True, False, False, False, False, False),
    Permission.READ_AUDIT_LOG: (False, False, False, True, False, False, False, False, False),
    Permission.SEE_CONTACTS: (True, True, True, True, False, False, False, False, False),
    Permission.RECORD_COMMITMENTS: (False, False, False, True, False, True, False, False, False),
    Permission.ASSESS_COMMITMENTS: (False, False, False, False, False, False, True, False, False),
    Permission.RECORD_ENGAGEMENT: (False, False, False, True, False, True, False, False, False),
    Permission.MODERATE_COMMENTS: (False, False, False, True, False, False, False, True, False),
    Permission.ANALYSE_COMMENTS: (False, False, False, True, False, False, False, False, True),
}


def test_permissions_by_role_equal_the_table() -> None:
    members = (Role.LEAD, Role.DEPUTY, Role.CO_CHAIR, Role.SECRETARIAT, Role.READER)
    roles = (*members, Role.STEWARD, Role.ASSESSOR, Role.MODERATOR, Role.ANALYST)
    assert {p: tuple(has_permission({r}, p) for r in roles) for p in Permission} == EXPECTED_PERMISSIONS
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert not any(has_permission((), p) for p in Permission)
    assert has_permission({Role.READER, Role.LEAD}, Permission.REPORT)
    assert {p: tuple(role in roles_with(p) for role in roles) for p in Permission} == EXPECTED_PERMISSIONS


def test_every_role_has_its_permissions_and_words_in_both_languages() -> None:
    """A new role is a member of ``Role`` with a row in two tables; pages and emails take its words from there."""
    assert set(ROLE_PERMISSIONS) == set(ROLE_WORDS) == set(GROUP_ROLE_LABELS) == set(Role)
    for role, words in ROLE_WORDS.items():
        for field_ in fields(words):
            text = getattr(words, field_.name)
            assert text.missing_languages == (), (role, field_.name)
            names_place = field_.name == "phrase" and role in JURISDICTION_ROLES
            assert all(("{place}" in each) is names_place for each in (text.en, text.fr)), (role, field_.name)
    assert len({words.label for words in ROLE_WORDS.values()}) == len(Role)


ON, SK, QC = 1, 2, 3


def make_membership(role: Role, jurisdiction: int | None) -> MembershipFacts:
    return MembershipFacts(role, jurisdiction, "", EMPTY_TEXT, EMPTY_TEXT)


def make_signed_in(*memberships: MembershipFacts) -> SignedInPerson:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return SignedInPerson(1, "", Language.EN, "America/Toronto", memberships, 1, at, at)


def make_assignment(jurisdiction: int | None, role: AssignmentRole, confirmation: Confirmation) -> AssignmentFacts:
    values = {"priority_id": 1, "jurisdiction_id": jurisdiction, "role": role, "confirmation": confirmation}
    return AssignmentFacts(**{**dict.fromkeys(f.name for f in fields(AssignmentFacts)), **values})  # type: ignore[arg-type]


PRIORITY = PriorityFacts(1, 1, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT, EMPTY_TEXT, (), (), (), ())


@pytest.mark.parametrize("confirmation", Confirmation)
@pytest.mark.parametrize("role", AssignmentRole)
def test_can_report_on_by_role_and_confirmation(role: AssignmentRole, confirmation: Confirmation) -> None:
    jurisdiction = None if confirmation is Confirmation.VACANT else ON
    priority = replace(PRIORITY, assignments=(make_assignment(jurisdiction, role, confirmation),))
    expected = confirmation is Confirmation.CONFIRMED and role is not AssignmentRole.PARTNER
    lead, chair = make_signed_in(make_membership(Role.LEAD, ON)), make_signed_in(make_membership(Role.CO_CHAIR, None))
    assert can_report_on(lead, priority, None) is expected
    assert can_report_on(chair, priority, ON) is expected
    assert not can_report_on(chair, priority, None)
    for person in (
        make_signed_in(make_membership(Role.LEAD, SK)),
        make_signed_in(make_membership(Role.READER, ON)),
        make_signed_in(),
    ):
        assert not can_report_on(person, priority, None)
        assert not can_report_on(person, priority, ON)
    assert not can_report_on(lead, priority, ON), "a lead acts on behalf of no jurisdiction, not even their own"
    assert not can_report_on(chair, priority, QC)


def test_can_report_on_with_several_memberships() -> None:
    priority = replace(PRIORITY, assignments=(make_assignment(SK, AssignmentRole.LEAD, Confirmation.CONFIRMED),))
    assert can_report_on(make_signed_in(make_membership(Role.LEAD, ON), make_membership(Role.LEAD, SK)), priority, None)
    assert can_report_on(make_signed_in(make_membership(Role.CO_CHAIR, None), make_membership(Role.LEAD, SK)), priority, None)
    assert not can_report_on(make_signed_in(make_membership(Role.CO_CHAIR, SK)), priority, None)


@pytest.mark.parametrize("confirmation", Confirmation)
@pytest.mark.parametrize("role", AssignmentRole)
def test_can_contribute_is_for_confirmed_partners_or_on_their_behalf(role: AssignmentRole, confirmation: Confirmation) -> None:
    jurisdiction = None if confirmation is Confirmation.VACANT else ON
    priority = replace(PRIORITY, assignments=(make_assignment(jurisdiction, role, confirmation),))
    expected = confirmation is Confirmation.CONFIRMED and role is AssignmentRole.PARTNER
    lead, chair = make_signed_in(make_membership(Role.LEAD, ON)), make_signed_in(make_membership(Role.CO_CHAIR, None))
    assert can_contribute(lead, priority, ON) is can_contribute(chair, priority, ON) is expected
    for person in (
        make_signed_in(make_membership(Role.LEAD, SK)),
        make_signed_in(make_membership(Role.READER, ON)),
        make_signed_in(),
    ):
        assert not can_contribute(person, priority, ON)
    assert not can_contribute(lead, priority, SK)
    assert not can_contribute(chair, priority, SK)


def test_can_answer_role_is_for_its_lead_or_on_behalf() -> None:
    lead, chair = make_signed_in(make_membership(Role.LEAD, ON)), make_signed_in(make_membership(Role.SECRETARIAT, None))
    assert can_answer_role(lead, ON)
    assert can_answer_role(chair, ON)
    for person in (
        make_signed_in(make_membership(Role.LEAD, SK)),
        make_signed_in(make_membership(Role.READER, ON)),
        make_signed_in(),
    ):
        assert not can_answer_role(person, ON)
    assert (acting_for(lead, ON), acting_for(chair, ON)) == (None, ON)
    assert acting_for(make_signed_in(make_membership(Role.CO_CHAIR, None), make_membership(Role.LEAD, ON)), ON) is None


@pytest.mark.parametrize("permission", [Permission.POST_NEWS, Permission.TRANSLATE])
def test_can_act_for_is_limited_to_a_leads_own_jurisdiction(permission: Permission) -> None:
    lead, chair, reader = (
        make_signed_in(make_membership(Role.LEAD, ON)),
        make_signed_in(make_membership(Role.CO_CHAIR, None)),
        make_signed_in(make_membership(Role.READER, ON)),
    )
    for jurisdiction_ids in ((ON,), (SK, ON), (QC,), ()):
        assert can_act_for(chair, permission, jurisdiction_ids)
        assert can_act_for(lead, permission, jurisdiction_ids) is (ON in jurisdiction_ids)
        assert not can_act_for(reader, permission, jurisdiction_ids)
    assert not can_act_for(lead, Permission.SEE_OUTBOX, (ON,))


def test_return_note_is_visible_to_reporting_leads_and_steering() -> None:
    shared = replace(
        PRIORITY,
        assignments=tuple(
            make_assignment(jurisdiction, AssignmentRole.LEAD, Confirmation.CONFIRMED) for jurisdiction in (ON, SK)
        ),
    )
    assert can_see_return_note(make_signed_in(make_membership(Role.LEAD, ON)), shared)
    assert can_see_return_note(make_signed_in(make_membership(Role.LEAD, SK)), shared), "they share the report"
    assert can_see_return_note(make_signed_in(make_membership(Role.CO_CHAIR, None)), shared)
    assert can_see_return_note(make_signed_in(make_membership(Role.SECRETARIAT, None)), shared)
    assert not can_see_return_note(make_signed_in(make_membership(Role.LEAD, QC)), shared)
    assert not can_see_return_note(make_signed_in(make_membership(Role.READER, None)), shared)
