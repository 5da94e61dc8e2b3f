"""Who may do what: the one table, and whose activity it is. Decided without a database."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from cogwg.accounts.models import Role
from cogwg.accounts.queries import MembershipFacts, SignedIn
from cogwg.core.bilingual import NOTHING, Language
from cogwg.plan.models import Confirmation, Holds
from cogwg.plan.queries import AssignmentFacts, PriorityFacts
from cogwg.policy import (
    GRANTS,
    Permission,
    acts_for,
    may,
    may_answer_role,
    may_contribute,
    may_report_on,
    may_see_return,
    may_speak_for,
)

TABLE = {
    # permission:                   lead, co-chair, secretariat, reader
    Permission.READ_RECORD: (True, True, True, True),
    Permission.READ_BRIEFINGS: (True, True, True, True),
    Permission.REPORT: (True, False, False, False),
    Permission.REPORT_ON_BEHALF: (False, True, True, False),
    Permission.PREPARE_BRIEFINGS: (False, True, True, False),
    Permission.STEER_QUARTER: (False, True, True, False),
    Permission.STEER_PLAN: (False, True, True, False),
    Permission.TELL_NEWS: (True, True, True, False),
    Permission.TRANSLATE: (True, True, True, False),
    Permission.DISCUSS: (True, True, True, False),
    Permission.SEE_OUTBOX: (False, False, True, False),
}


def test_the_table_of_policy_is_the_one_the_group_decided() -> None:
    roles = (Role.LEAD, Role.CO_CHAIR, Role.SECRETARIAT, Role.READER)
    assert {p: tuple(may({r}, p) for r in roles) for p in Permission} == TABLE
    assert set(GRANTS) == set(Role)
    assert not any(may((), p) for p in Permission)
    assert may({Role.READER, Role.LEAD}, Permission.REPORT)


ON, SK, QC = 1, 2, 3


def member(role: Role, jurisdiction: int | None) -> MembershipFacts:
    return MembershipFacts(role, jurisdiction, "", NOTHING, NOTHING)


def person(*memberships: MembershipFacts) -> SignedIn:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return SignedIn(1, 1, "", Language.EN, "America/Toronto", at, at, memberships)


def carried(jurisdiction: int | None, role: Holds, confirmation: Confirmation) -> AssignmentFacts:
    told = {"priority_id": 1, "jurisdiction_id": jurisdiction, "role": role, "confirmation": confirmation}
    return AssignmentFacts(**{**dict.fromkeys(f.name for f in fields(AssignmentFacts)), **told})  # type: ignore[arg-type]


PRIORITY = PriorityFacts(1, 1, NOTHING, NOTHING, NOTHING, NOTHING, (), (), (), ())


@pytest.mark.parametrize("confirmation", Confirmation)
@pytest.mark.parametrize("role", Holds)
def test_confirmed_leads_and_unstated_roles_report_and_nobody_else(role: Holds, confirmation: Confirmation) -> None:
    jurisdiction = None if confirmation is Confirmation.VACANT else ON
    priority = replace(PRIORITY, assignments=(carried(jurisdiction, role, confirmation),))
    reports = confirmation is Confirmation.CONFIRMED and role is not Holds.PARTNER
    lead, chair = person(member(Role.LEAD, ON)), person(member(Role.CO_CHAIR, None))
    assert may_report_on(lead, priority, None) is reports
    assert may_report_on(chair, priority, ON) is reports
    assert not may_report_on(chair, priority, None)
    for nobody in (person(member(Role.LEAD, SK)), person(member(Role.READER, ON)), person()):
        assert not may_report_on(nobody, priority, None)
        assert not may_report_on(nobody, priority, ON)
    assert not may_report_on(lead, priority, ON), "a lead does not act on behalf of anybody, even of their own"
    assert not may_report_on(chair, priority, QC)


def test_a_lead_of_two_reports_for_both_and_a_chair_who_leads_reports_for_their_own() -> None:
    priority = replace(PRIORITY, assignments=(carried(SK, Holds.LEAD, Confirmation.CONFIRMED),))
    assert may_report_on(person(member(Role.LEAD, ON), member(Role.LEAD, SK)), priority, None)
    assert may_report_on(person(member(Role.CO_CHAIR, None), member(Role.LEAD, SK)), priority, None)
    assert not may_report_on(person(member(Role.CO_CHAIR, SK)), priority, None)


@pytest.mark.parametrize("confirmation", Confirmation)
@pytest.mark.parametrize("role", Holds)
def test_a_confirmed_partner_adds_a_note_or_somebody_of_the_group_on_its_behalf(
    role: Holds, confirmation: Confirmation
) -> None:
    jurisdiction = None if confirmation is Confirmation.VACANT else ON
    priority = replace(PRIORITY, assignments=(carried(jurisdiction, role, confirmation),))
    adds = confirmation is Confirmation.CONFIRMED and role is Holds.PARTNER
    lead, chair = person(member(Role.LEAD, ON)), person(member(Role.CO_CHAIR, None))
    assert may_contribute(lead, priority, ON) is may_contribute(chair, priority, ON) is adds
    for nobody in (person(member(Role.LEAD, SK)), person(member(Role.READER, ON)), person()):
        assert not may_contribute(nobody, priority, ON)
    assert not may_contribute(lead, priority, SK)
    assert not may_contribute(chair, priority, SK)


def test_a_role_is_answered_by_its_own_lead_or_on_behalf() -> None:
    lead, chair = person(member(Role.LEAD, ON)), person(member(Role.SECRETARIAT, None))
    assert may_answer_role(lead, ON)
    assert may_answer_role(chair, ON)
    for nobody in (person(member(Role.LEAD, SK)), person(member(Role.READER, ON)), person()):
        assert not may_answer_role(nobody, ON)
    assert (acts_for(lead, ON), acts_for(chair, ON)) == (None, ON)
    assert acts_for(person(member(Role.CO_CHAIR, None), member(Role.LEAD, ON)), ON) is None


@pytest.mark.parametrize("permission", [Permission.TELL_NEWS, Permission.TRANSLATE])
def test_a_lead_speaks_for_their_own_and_the_steering_for_any_or_none(permission: Permission) -> None:
    lead, chair, reader = person(member(Role.LEAD, ON)), person(member(Role.CO_CHAIR, None)), person(member(Role.READER, ON))
    for whose in ((ON,), (SK, ON), (QC,), ()):
        assert may_speak_for(chair, permission, whose)
        assert may_speak_for(lead, permission, whose) is (ON in whose)
        assert not may_speak_for(reader, permission, whose)
    assert not may_speak_for(lead, Permission.SEE_OUTBOX, (ON,))


def test_why_a_report_came_back_is_for_who_sends_it_again_and_who_steers() -> None:
    shared = replace(PRIORITY, assignments=tuple(carried(one, Holds.LEAD, Confirmation.CONFIRMED) for one in (ON, SK)))
    assert may_see_return(person(member(Role.LEAD, ON)), shared)
    assert may_see_return(person(member(Role.LEAD, SK)), shared), "they share the report"
    assert may_see_return(person(member(Role.CO_CHAIR, None)), shared)
    assert may_see_return(person(member(Role.SECRETARIAT, None)), shared)
    assert not may_see_return(person(member(Role.LEAD, QC)), shared)
    assert not may_see_return(person(member(Role.READER, None)), shared)
