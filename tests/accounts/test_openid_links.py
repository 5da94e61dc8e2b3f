"""Links to an OpenID Connect provider end with the account: deactivated, reactivated, purged, and without a name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts import people
from cogwg.accounts.directory import AccountState, PeopleFilter, listed_person
from cogwg.accounts.models import OpenIDLink, Person
from cogwg.accounts.openid import OpenIDIdentity
from cogwg.accounts.openid_links import OpenIDRefusal, OpenIDRefused, link_of, link_person, person_to_sign_in, use_state
from cogwg.accounts.retention import purge_accounts
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.tables import Cell
from cogwg.privacy.removal import remove_identifiers
from cogwg.privacy.sections import SectionKey, load_sections
from tests.accounts.test_second_factor import AT, NOW, find, last_action
from tests.web_client import email

ISSUER = "https://sign-in.example.ca"


def identity(name: str, subject: str = "42") -> OpenIDIdentity:
    return OpenIDIdentity(ISSUER, subject, email(name), is_verified=True)


def link(session: Session, name: str, subject: str = "42") -> int:
    person_id = find(session, name).id
    assert link_person(session, person_id, identity(name, subject), at=AT, now=NOW)
    return person_id


def linked_ids(session: Session) -> set[int]:
    return set(session.scalars(select(OpenIDLink.person_id)))


def test_identity_of_another_person_is_never_linked(seeded: Session) -> None:
    with pytest.raises(OpenIDRefused):
        link_person(seeded, find(seeded, "quebec").id, identity("ontario"), at=AT, now=NOW)
    assert linked_ids(seeded) == set()


def test_state_is_used_once(seeded: Session) -> None:
    use_state(seeded, "state", now=NOW)
    use_state(seeded, "another", now=NOW)
    with pytest.raises(OpenIDRefused) as refused:
        use_state(seeded, "state", now=NOW)
    assert refused.value.refusal is OpenIDRefusal.USED


def test_reactivated_person_is_invited_again_and_linked_anew(seeded: Session) -> None:
    person_id = link(seeded, "ontario")
    person = find(seeded, "ontario")
    people.deactivate_person(seeded, person, by=SYSTEM, at=AT)
    people.reactivate_person(seeded, person, by=SYSTEM, at=AT)
    assert link_of(seeded, person_id) is None
    with pytest.raises(OpenIDRefused):
        person_to_sign_in(seeded, identity("ontario"), now=NOW)


def test_purge_deletes_links_of_deactivated_people_only(seeded: Session) -> None:
    active = link(seeded, "quebec", "7")
    link(seeded, "ontario")
    people.deactivate_person(seeded, find(seeded, "ontario"), by=SYSTEM, at=AT)
    assert purge_accounts(seeded, by=SYSTEM, at=AT, now=NOW).openid_links == 1
    assert linked_ids(seeded) == {active}
    assert last_action(seeded) == "accounts.purged"


def test_link_goes_with_the_name_and_address(seeded: Session) -> None:
    link(seeded, "ontario")
    person = find(seeded, "ontario")
    people.deactivate_person(seeded, person, by=SYSTEM, at=AT)
    remove_identifiers(seeded, person, reason="They left.", by=SYSTEM, at=AT)
    assert linked_ids(seeded) == set()


def test_export_has_what_is_stored_of_the_link(seeded: Session) -> None:
    link(seeded, "ontario")
    sections = load_sections(seeded, find(seeded, "ontario"), with_unsaved_text=True, today=AT.date(), now=NOW)
    (account,) = [section for section in sections if section.key is SectionKey.ACCOUNT]
    rows: dict[str, Cell] = {label.en: value for label, value in account.table.rows if isinstance(label, Bilingual)}
    assert rows["Sign-in provider"] == ISSUER
    assert rows["Account number at the provider"] == "42"
    assert rows["Linked to the provider since"] == NOW


def test_person_who_accepted_with_the_provider_is_active_in_lists(seeded: Session) -> None:
    person = Person(email="new@demo.cogwg.example", name="New", lang=Language.EN, password_hash=None)
    seeded.add(person)
    seeded.flush()
    listed = listed_person(seeded, person.id, now=NOW)
    assert listed is not None
    assert (listed.state, PeopleFilter(state="invited").matches(listed)) == (AccountState.EXPIRED, True)
    seeded.add(OpenIDLink(person_id=person.id, issuer=ISSUER, subject="9", linked_at=NOW))
    seeded.flush()
    listed = listed_person(seeded, person.id, now=NOW + timedelta(days=1))
    assert listed is not None
    assert (listed.state, PeopleFilter(state="invited").matches(listed)) == (AccountState.ACTIVE, False)
