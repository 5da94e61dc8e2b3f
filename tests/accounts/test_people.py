"""The secretariat's commands on people: each refuses what would lock people out, and tells of changes made in the meantime."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts import people
from cogwg.accounts.directory import AccountState, PeopleFilter, invited_leads, jurisdictions_without_lead, list_people
from cogwg.accounts.models import AccessLink, Jurisdiction, Membership, Person, Role, SignIn
from cogwg.accounts.queries import contacts, jurisdiction, jurisdictions, person_by_email, signed_in_person
from cogwg.accounts.rules import INVITATION_LIFETIME
from cogwg.accounts.services import create_access_link, start_session
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.core.bilingual import Language
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.seeding.demo import DEMO_DOMAIN

AT = datetime(2020, 10, 2, 15, tzinfo=UTC)
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def find(session: Session, name: str) -> Person:
    person = person_by_email(session, f"{name}@{DEMO_DOMAIN}")
    assert person is not None
    return person


def held(person: Person) -> set[tuple[str, str]]:
    return {(m.role.value, m.jurisdiction.code if m.jurisdiction else "") for m in person.memberships}


def last_action(session: Session) -> str:
    return str(session.scalar(select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(1)))


def add_deputy(session: Session, code: str = "on") -> Person:
    return people.add_person(
        session,
        email="Deputy@Example.ca ",
        name="D. Okafor",
        role=Role.DEPUTY,
        jurisdiction=jurisdiction(session, code),
        lang=Language.FR,
        time_zone="America/Toronto",
        by=SYSTEM,
        at=AT,
    )


def test_deputy_reports_for_the_jurisdiction_and_gets_its_emails(seeded: Session) -> None:
    deputy = add_deputy(seeded)
    token = start_session(seeded, deputy.id, now=NOW)
    signed_in = signed_in_person(seeded, token)
    assert signed_in is not None
    assert signed_in.lead_jurisdiction_ids == {jurisdiction(seeded, "on").id}
    assert deputy.email in {contact.email for contact in contacts(seeded, Role.LEAD, Role.DEPUTY)}
    assert deputy.email not in {contact.email for contact in contacts(seeded, Role.LEAD)}


@pytest.mark.parametrize("role", [Role.LEAD, Role.DEPUTY])
def test_role_for_a_jurisdiction_needs_one(seeded: Session, role: Role) -> None:
    with pytest.raises(Invalid, match="Select the jurisdiction"):
        people.add_role(seeded, find(seeded, "ontario"), role, None, version=None, by=SYSTEM, at=AT)


def test_role_for_the_group_takes_no_jurisdiction(seeded: Session) -> None:
    ontario = jurisdiction(seeded, "on")
    with pytest.raises(Invalid, match="whole group"):
        people.add_role(seeded, find(seeded, "tbs"), Role.READER, ontario, version=None, by=SYSTEM, at=AT)


def test_two_roles_in_one_person_and_a_move_are_recorded_and_end_sessions(seeded: Session) -> None:
    lead = find(seeded, "ontario")
    start_session(seeded, lead.id, now=NOW)
    people.add_role(seeded, lead, Role.CO_CHAIR, None, version=lead.version, by=SYSTEM, at=AT)
    assert last_action(seeded) == "person.role-added"
    assert seeded.scalar(select(SignIn.id).where(SignIn.person_id == lead.id)) is None
    own = next(m for m in lead.memberships if m.role is Role.LEAD)
    start_session(seeded, lead.id, now=NOW)
    people.move_role(seeded, lead, own.id, jurisdiction(seeded, "ns"), version=lead.version, by=SYSTEM, at=AT)
    assert held(lead) == {("lead", "ns"), ("co-chair", "")}
    assert last_action(seeded) == "person.role-moved"
    assert seeded.scalar(select(SignIn.id).where(SignIn.person_id == lead.id)) is None
    people.end_role(seeded, lead, own.id, version=lead.version, by=SYSTEM, at=AT)
    assert held(lead) == {("co-chair", "")}
    assert last_action(seeded) == "person.role-ended"


def test_same_role_or_jurisdiction_is_not_given_twice(seeded: Session) -> None:
    lead, ontario = find(seeded, "ontario"), jurisdiction(seeded, "on")
    for role in (Role.LEAD, Role.DEPUTY):
        with pytest.raises(Invalid, match="already"):
            people.add_role(seeded, lead, role, ontario, version=None, by=SYSTEM, at=AT)


def test_only_role_of_a_person_is_not_ended(seeded: Session) -> None:
    lead = find(seeded, "ontario")
    with pytest.raises(Invalid, match="only role"):
        people.end_role(seeded, lead, lead.memberships[0].id, version=None, by=SYSTEM, at=AT)


def test_role_of_another_person_is_not_found(seeded: Session) -> None:
    other = find(seeded, "tbs").memberships[0].id
    with pytest.raises(NotFound):
        people.end_role(seeded, find(seeded, "ontario"), other, version=None, by=SYSTEM, at=AT)


def test_group_keeps_a_secretariat(seeded: Session) -> None:
    secretariat = find(seeded, "secretariat")
    people.add_role(seeded, secretariat, Role.READER, None, version=None, by=SYSTEM, at=AT)
    own = next(m for m in secretariat.memberships if m.role is Role.SECRETARIAT)
    with pytest.raises(Invalid, match="At least one other person"):
        people.end_role(seeded, secretariat, own.id, version=None, by=SYSTEM, at=AT)
    with pytest.raises(Invalid, match="At least one other person"):
        people.deactivate_person(seeded, secretariat, by=SYSTEM, at=AT)
    chair = find(seeded, "chair")
    people.add_role(seeded, chair, Role.SECRETARIAT, None, version=None, by=SYSTEM, at=AT)
    hashed, chair.password_hash = chair.password_hash, None
    with pytest.raises(Invalid, match="must be able to sign in"):
        people.deactivate_person(seeded, secretariat, by=SYSTEM, at=AT)
    chair.password_hash = hashed
    people.deactivate_person(seeded, secretariat, by=SYSTEM, at=AT)
    assert secretariat.retired_at == AT


def test_change_of_address_ends_sessions_and_links(seeded: Session) -> None:
    lead = find(seeded, "ontario")
    start_session(seeded, lead.id, now=NOW)
    create_access_link(seeded, lead, lifetime=INVITATION_LIFETIME, by=SYSTEM, at=AT, now=NOW)
    moved = people.change_person(
        seeded, lead, email="N.Osei@ontario.example.ca", name="N. Osei", lang=Language.EN, version=1, by=SYSTEM, at=AT
    )
    assert moved
    assert lead.email == "n.osei@ontario.example.ca"
    assert last_action(seeded) == "person.changed"
    assert seeded.scalar(select(SignIn.id).where(SignIn.person_id == lead.id)) is None
    assert seeded.scalar(select(AccessLink.id).where(AccessLink.person_id == lead.id)) is None


def test_address_of_another_account_is_refused(seeded: Session) -> None:
    lead = find(seeded, "ontario")
    with pytest.raises(Invalid, match="already exists"):
        people.change_person(
            seeded, lead, email=f"TBS@{DEMO_DOMAIN}", name=lead.name, lang=lead.lang, version=None, by=SYSTEM, at=AT
        )


def test_outdated_version_conflicts_and_changes_nothing(seeded: Session) -> None:
    lead = find(seeded, "ontario")
    people.add_role(seeded, lead, Role.READER, None, version=1, by=SYSTEM, at=AT)
    events = seeded.scalars(select(AuditEvent.id)).all()
    for command in (
        lambda: people.deactivate_person(seeded, lead, version=1, by=SYSTEM, at=AT),
        lambda: people.add_role(seeded, lead, Role.CO_CHAIR, None, version=1, by=SYSTEM, at=AT),
        lambda: people.end_role(seeded, lead, lead.memberships[0].id, version=1, by=SYSTEM, at=AT),
        lambda: people.change_person(seeded, lead, email=lead.email, name="Other", lang=lead.lang, version=1, by=SYSTEM, at=AT),
    ):
        with pytest.raises(Conflict):
            command()
    assert seeded.scalars(select(AuditEvent.id)).all() == events
    assert held(lead) == {("lead", "on"), ("reader", "")}


def test_jurisdictions_left_are_those_without_another_lead_or_deputy(seeded: Session) -> None:
    lead = find(seeded, "ontario")
    assert [j.code for j in people.jurisdictions_left(seeded, lead)] == ["on"]
    deputy = add_deputy(seeded)
    assert [j.code for j in people.jurisdictions_left(seeded, lead)] == ["on"], "the deputy has not accepted the invitation"
    deputy.password_hash = "set"
    assert people.jurisdictions_left(seeded, lead) == []
    people.deactivate_person(seeded, deputy, by=SYSTEM, at=AT)
    assert [j.code for j in people.jurisdictions_left(seeded, lead)] == ["on"]


def test_list_shows_each_state_and_finds_by_name_address_and_jurisdiction(seeded: Session) -> None:
    deputy = add_deputy(seeded, "ns")
    actor = Actor("person", find(seeded, "secretariat").id)
    create_access_link(seeded, deputy, lifetime=INVITATION_LIFETIME, by=actor, at=AT, now=NOW)
    people.deactivate_person(seeded, find(seeded, "tbs"), by=actor, at=AT)

    def shown(now: datetime = NOW, **by: str) -> set[str]:
        chosen = PeopleFilter(**by)
        return {p.email.partition("@")[0] for p in list_people(seeded, now=now) if chosen.matches(p)}

    assert shown(state="invited") == {"deputy"}
    assert shown(state="deactivated") == {"tbs"}
    assert "tbs" not in shown()
    assert {"tbs", "deputy"} <= shown(state="")
    assert shown(words="nouvelle ecosse okafor") == {"deputy"}
    assert shown(words="ontario@") == {"ontario"}
    assert shown(role="deputy") == {"deputy"}
    states = {p.email: p.state for p in list_people(seeded, now=NOW + INVITATION_LIFETIME + timedelta(minutes=1))}
    assert states["deputy@example.ca"] is AccountState.EXPIRED


def codes_without_lead(session: Session) -> set[str]:
    people_now = list_people(session, now=NOW)
    return {j.code for j in jurisdictions_without_lead(jurisdictions(session, "en"), people_now)}


def test_jurisdictions_without_lead_count_deputies_and_leave_out_deactivated_people(seeded: Session) -> None:
    without = codes_without_lead(seeded)
    led = set(seeded.scalars(select(Jurisdiction.code).join(Membership, Membership.jurisdiction_id == Jurisdiction.id)))
    assert without == set(seeded.scalars(select(Jurisdiction.code))) - led
    people.deactivate_person(seeded, find(seeded, "ontario"), by=SYSTEM, at=AT)
    assert "on" in codes_without_lead(seeded)
    deputy = add_deputy(seeded)
    assert "on" in codes_without_lead(seeded), "the deputy has not accepted the invitation"
    assert invited_leads(list_people(seeded, now=NOW))[deputy.memberships[0].jurisdiction_id] == deputy.id
    deputy.password_hash = "set"
    assert "on" not in codes_without_lead(seeded)
