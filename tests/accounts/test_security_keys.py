"""Commands on security keys, on both engines: what a first and a last one change, counters, and challenges used once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts import people
from cogwg.accounts.directory import listed_person
from cogwg.accounts.key_ceremonies import KeyUse, NewKey
from cogwg.accounts.models import RecoveryCode, SecurityKey, SignIn, SpentChallenge
from cogwg.accounts.one_time_codes import new_recovery_codes
from cogwg.accounts.queries import signed_in_person
from cogwg.accounts.retention import purge_accounts
from cogwg.accounts.second_factor import factor_state, remove_app, replace_recovery_codes
from cogwg.accounts.security_keys import SPENT_RETENTION, add_key, remove_key, spend_challenge, use_key
from cogwg.accounts.services import start_session
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.core.errors import Invalid, NotFound
from tests.accounts.test_people import AT, NOW, find, last_action
from tests.accounts.test_second_factor import on

KEY = NewKey("the-id", "the-public-key", "usb", 3)


def add(session: Session, person_id: int, key: NewKey = KEY, name: str = "Blue key") -> bool:
    return add_key(session, person_id, key, name, new_recovery_codes(), by=SYSTEM, at=AT, now=NOW)


def remove(session: Session, person_id: int, key_id: int, sign_in_id: int = 0) -> tuple[str, bool]:
    return remove_key(session, person_id, key_id, sign_in_id=sign_in_id, by=SYSTEM, at=AT)


def test_first_key_turns_two_steps_on_with_recovery_codes_and_ends_sessions(seeded: Session) -> None:
    person_id = find(seeded, "ontario").id
    start_session(seeded, person_id, now=NOW)
    assert add(seeded, person_id)
    assert last_action(seeded) == "person.security-key-added"
    assert seeded.scalars(select(SignIn).where(SignIn.person_id == person_id)).all() == []
    state, shown = factor_state(seeded, person_id), listed_person(seeded, person_id, now=NOW)
    signed_in = signed_in_person(seeded, start_session(seeded, person_id, now=NOW))
    assert signed_in is not None
    assert shown is not None
    assert (state.is_on, state.has_app, state.codes_left) == (True, False, 10)
    assert (signed_in.has_second_factor, shown.has_second_factor) == (True, True)
    assert not factor_state(seeded, find(seeded, "quebec").id).is_on


def test_further_steps_keep_the_recovery_codes_until_the_last_is_removed(seeded: Session) -> None:
    person_id, _codes = on(seeded)
    assert not add(seeded, person_id)
    assert not add(seeded, person_id, replace(KEY, credential_id="another-id"), "Red key")
    state = factor_state(seeded, person_id)
    assert ([key.name for key in state.keys], state.has_app, state.codes_left) == (["Blue key", "Red key"], True, 10)
    assert remove_app(seeded, person_id, sign_in_id=0, by=SYSTEM, at=AT)
    assert remove(seeded, person_id, state.keys[0].id) == ("Blue key", True)
    assert factor_state(seeded, person_id).codes_left == 10
    assert remove(seeded, person_id, state.keys[1].id) == ("Red key", False)
    assert seeded.scalars(select(RecoveryCode).where(RecoveryCode.person_id == person_id)).all() == []
    assert not factor_state(seeded, person_id).is_on
    with pytest.raises(Invalid):
        replace_recovery_codes(seeded, person_id, new_recovery_codes(), by=SYSTEM, at=AT)


def test_removal_ends_the_other_sessions_and_is_recorded_without_the_name(seeded: Session) -> None:
    person_id = find(seeded, "ontario").id
    add(seeded, person_id)
    own = signed_in_person(seeded, start_session(seeded, person_id, now=NOW))
    assert own is not None
    start_session(seeded, person_id, now=NOW)
    (key,) = factor_state(seeded, person_id).keys
    remove(seeded, person_id, key.id, own.sign_in_id)
    assert seeded.scalars(select(SignIn.id).where(SignIn.person_id == person_id)).all() == [own.sign_in_id]
    event = seeded.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.action, event.after) == ("person.security-key-removed", {"key": key.id, "on": False})


def test_key_of_another_person_is_not_found(seeded: Session) -> None:
    add(seeded, find(seeded, "ontario").id)
    (key,) = factor_state(seeded, find(seeded, "ontario").id).keys
    with pytest.raises(NotFound):
        remove(seeded, find(seeded, "quebec").id, key.id)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_unusable_name_is_refused(seeded: Session, name: str) -> None:
    with pytest.raises(Invalid):
        add(seeded, find(seeded, "ontario").id, name=name)


def test_key_in_use_is_refused_for_everyone(seeded: Session) -> None:
    add(seeded, find(seeded, "ontario").id)
    for name in ("ontario", "quebec"):
        with pytest.raises(Invalid):
            add(seeded, find(seeded, name).id)


@pytest.mark.parametrize(
    ("stored", "reported", "is_accepted"),
    [(3, 4, True), (3, 2**32 - 1, True), (3, 3, False), (3, 2, False), (3, 0, False), (0, 0, True), (0, 1, True)],
)
def test_counter_of_a_key_only_goes_up_unless_it_has_none(
    seeded: Session, stored: int, reported: int, is_accepted: bool
) -> None:
    person_id = find(seeded, "ontario").id
    add(seeded, person_id, replace(KEY, sign_count=stored))
    (before,) = factor_state(seeded, person_id).keys
    assert use_key(seeded, KeyUse(before.id, reported), now=NOW) is is_accepted
    (after,) = factor_state(seeded, person_id).keys
    assert (after.sign_count, after.used_at) == ((reported, NOW) if is_accepted else (stored, None))


def test_challenge_is_spent_once_and_forgotten_later(seeded: Session) -> None:
    assert [spend_challenge(seeded, text, now=NOW) for text in ("one", "one", "two")] == [True, False, True]
    assert "one" not in seeded.scalars(select(SpentChallenge.challenge_hash)).all(), "only its hash is stored"
    assert spend_challenge(seeded, "three", now=NOW + SPENT_RETENTION + timedelta(seconds=1))
    assert len(seeded.scalars(select(SpentChallenge)).all()) == 1


def test_reset_removes_keys(seeded: Session) -> None:
    person = find(seeded, "ontario")
    add(seeded, person.id)
    people.reset_second_factor(seeded, person, "Lost.", by=Actor("person", find(seeded, "secretariat").id), at=AT)
    assert not factor_state(seeded, person.id).is_on
    assert seeded.scalars(select(SecurityKey)).all() == []


def test_reactivated_person_has_no_keys_and_purge_deletes_those_of_deactivated_people(seeded: Session) -> None:
    for name, key_id in (("ontario", "1"), ("quebec", "2"), ("reader", "3")):
        add(seeded, find(seeded, name).id, replace(KEY, credential_id=key_id))
    for name in ("ontario", "quebec"):
        people.deactivate_person(seeded, find(seeded, name), by=SYSTEM, at=AT)
    people.reactivate_person(seeded, find(seeded, "ontario"), by=SYSTEM, at=AT)
    assert set(seeded.scalars(select(SecurityKey.person_id))) == {find(seeded, "quebec").id, find(seeded, "reader").id}
    assert purge_accounts(seeded, by=SYSTEM, at=AT, now=NOW).second_factors == 1
    assert seeded.scalars(select(SecurityKey.person_id)).all() == [find(seeded, "reader").id]
