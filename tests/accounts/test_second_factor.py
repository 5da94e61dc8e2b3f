"""Commands on two-step sign-in, on both engines: what turns it on and off, and what the purge deletes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts import people
from cogwg.accounts.directory import listed_person
from cogwg.accounts.models import RecoveryCode, SecondFactor, SignIn
from cogwg.accounts.one_time_codes import new_recovery_codes
from cogwg.accounts.queries import signed_in_person
from cogwg.accounts.retention import SET_UP_RETENTION, purge_accounts
from cogwg.accounts.second_factor import (
    add_app,
    begin_set_up,
    factor_state,
    remove_app,
    replace_recovery_codes,
    use_recovery_code,
    use_step,
)
from cogwg.accounts.services import start_session
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.core.errors import Conflict, Invalid
from tests.accounts.test_people import AT, NOW, find, last_action


def begin(session: Session, person_id: int, sealed: str = "sealed") -> None:
    begin_set_up(session, person_id, sealed, by=SYSTEM, at=AT, now=NOW)


def on(session: Session, name: str = "ontario") -> tuple[int, tuple[str, ...]]:
    person_id, codes = find(session, name).id, new_recovery_codes()
    begin(session, person_id)
    add_app(session, person_id, "sealed", 7, codes, by=SYSTEM, at=AT, now=NOW)
    return person_id, codes


def test_begun_set_up_protects_nothing_until_it_is_confirmed(seeded: Session) -> None:
    person = find(seeded, "ontario")
    begin(seeded, person.id)
    token = start_session(seeded, person.id, now=NOW)
    state, signed_in = factor_state(seeded, person.id), signed_in_person(seeded, token)
    assert signed_in is not None
    assert (state.is_on, signed_in.has_second_factor) == (False, False)
    assert not use_step(seeded, person.id, 9)
    with pytest.raises(Invalid):
        replace_recovery_codes(seeded, person.id, new_recovery_codes(), by=SYSTEM, at=AT)
    with pytest.raises(Invalid):
        remove_app(seeded, person.id, sign_in_id=0, by=SYSTEM, at=AT)


def test_confirmed_factor_ends_sessions_and_shows_in_lists(seeded: Session) -> None:
    start_session(seeded, find(seeded, "ontario").id, now=NOW)
    person_id, _codes = on(seeded)
    assert seeded.scalars(select(SignIn).where(SignIn.person_id == person_id)).all() == []
    signed_in = signed_in_person(seeded, start_session(seeded, person_id, now=NOW))
    assert signed_in is not None
    assert signed_in.has_second_factor
    shown = listed_person(seeded, person_id, now=NOW)
    other = listed_person(seeded, find(seeded, "quebec").id, now=NOW)
    assert shown is not None
    assert other is not None
    assert (shown.has_second_factor, other.has_second_factor) == (True, False)


def test_replaced_secret_is_not_confirmed(seeded: Session) -> None:
    person_id = find(seeded, "ontario").id
    begin(seeded, person_id, "first")
    begin(seeded, person_id, "second")
    with pytest.raises(Invalid):
        add_app(seeded, person_id, "first", 7, new_recovery_codes(), by=SYSTEM, at=AT, now=NOW)
    add_app(seeded, person_id, "second", 7, new_recovery_codes(), by=SYSTEM, at=AT, now=NOW)
    with pytest.raises(Invalid):
        begin(seeded, person_id)


def test_step_is_used_only_upwards(seeded: Session) -> None:
    person_id, _codes = on(seeded)
    assert [use_step(seeded, person_id, step) for step in (6, 7, 8, 8, 7, 10, 9)] == [
        False,
        False,
        True,
        False,
        False,
        True,
        False,
    ]


def test_recovery_code_is_used_once_and_counted(seeded: Session) -> None:
    person_id, codes = on(seeded)
    assert use_recovery_code(seeded, person_id, codes[0], at=AT, now=NOW) == 9
    assert use_recovery_code(seeded, person_id, codes[0], at=AT, now=NOW) is None
    state = factor_state(seeded, person_id)
    assert (state.codes_left, state.has_few_codes) == (9, False)
    for code in codes[1:7]:
        use_recovery_code(seeded, person_id, code, at=AT, now=NOW)
    state = factor_state(seeded, person_id)
    assert (state.codes_left, state.has_few_codes) == (3, True)


def test_reset_needs_a_reason_the_version_and_another_person(seeded: Session) -> None:
    person_id, _codes = on(seeded)
    person = find(seeded, "ontario")
    for refused in ({"by": Actor("person", person_id)}, {"reason": " "}, {"reason": "x" * 201}):
        with pytest.raises(Invalid):
            people.reset_second_factor(seeded, person, **{"reason": "Lost.", "by": SYSTEM, "at": AT, **refused})
    with pytest.raises(Conflict):
        people.reset_second_factor(seeded, person, "Lost.", version=99, by=SYSTEM, at=AT)
    assert people.reset_second_factor(seeded, person, " Lost it. ", by=SYSTEM, at=AT) == "Lost it."
    assert last_action(seeded) == "person.second-factor-reset"
    assert not factor_state(seeded, person_id).is_on
    with pytest.raises(Invalid):
        people.reset_second_factor(seeded, person, "Lost.", by=SYSTEM, at=AT)


def test_purge_deletes_unfinished_set_ups_and_those_of_deactivated_people(seeded: Session) -> None:
    active, _codes = on(seeded, "quebec")
    gone, _codes = on(seeded, "ontario")
    unfinished, fresh = find(seeded, "reader").id, find(seeded, "chair").id
    begin(seeded, unfinished)
    later = NOW + SET_UP_RETENTION + timedelta(seconds=1)
    begin_set_up(seeded, fresh, "sealed", by=SYSTEM, at=AT, now=later)
    people.deactivate_person(seeded, find(seeded, "ontario"), by=SYSTEM, at=AT)
    assert purge_accounts(seeded, by=SYSTEM, at=AT, now=later).second_factors == 2
    assert set(seeded.scalars(select(SecondFactor.person_id))) == {active, fresh}
    assert set(seeded.scalars(select(RecoveryCode.person_id))) == {active}
    assert gone not in {active, fresh}
    event = seeded.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert event.after is not None
    assert event.after["second_factors"] == 2
