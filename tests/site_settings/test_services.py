"""The secretariat's commands on settings: one row, one version, one audit event for each change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person, SecondFactor
from cogwg.accounts.required_factor import factor_holders, set_required_factor
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.core.errors import Conflict, Invalid
from cogwg.site_settings.queries import stored_in_site, stored_with_version
from cogwg.site_settings.services import (
    change_host_and_contact,
    change_public_texts,
    change_reminder_days,
    change_search_engines,
)
from tests.web_client import email

AT = datetime(2020, 10, 2, 15, tzinfo=UTC)
LICENCE = {
    "licence_en": "Licence of the group",
    "licence_fr": "Licence du groupe",
    "licence_url_en": "https://example.ca/licence",
    "licence_url_fr": "https://example.ca/licence-fr",
    "licence_id": "group-1.0",
}
HOST = {"hosted_by_en": "the Treasury Board", "hosted_by_fr": "le Conseil du Trésor"}


def last_event(session: Session) -> AuditEvent:
    return session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


def person_id(session: Session, name: str) -> int:
    return session.scalars(select(Person.id).where(Person.email == email(name))).one()


def test_change_raises_the_version_and_records_before_and_after_without_the_contact(seeded: Session) -> None:
    assert stored_with_version(seeded) == ({}, 1)
    typed = {**HOST, "contact": "a.person@example.ca"}
    assert change_host_and_contact(seeded, typed, version=1, by=SYSTEM, at=AT)
    assert stored_with_version(seeded) == (typed, 2)
    event = last_event(seeded)
    assert (event.action, event.subject_kind) == ("settings.host-changed", "settings")
    assert event.before == {"hosted_by_en": None, "hosted_by_fr": None, "contact": False}
    assert event.after == {**HOST, "contact": True}
    assert change_reminder_days(seeded, {"remind_days": "10, 2", "remind_after": ""}, version=2, by=SYSTEM, at=AT)
    event = last_event(seeded)
    assert (event.action, event.before, event.after) == (
        "settings.reminders-changed",
        {"remind_days": None},
        {"remind_days": [10, 2]},
    )


def test_unchanged_settings_record_nothing(seeded: Session) -> None:
    before = last_event(seeded).id
    assert not change_host_and_contact(seeded, {"contact": ""}, version=1, by=SYSTEM, at=AT)
    assert not change_reminder_days(seeded, {"remind_days": "14,3"}, version=1, by=SYSTEM, at=AT)
    assert not set_required_factor(seeded, False, version=1, by=SYSTEM, at=AT)
    assert (last_event(seeded).id, stored_with_version(seeded)) == (before, ({}, 1))


def test_emptied_settings_go_back_to_the_default(seeded: Session) -> None:
    change_host_and_contact(seeded, HOST, version=1, by=SYSTEM, at=AT)
    change_host_and_contact(seeded, dict.fromkeys(HOST, ""), version=2, by=SYSTEM, at=AT)
    assert stored_in_site(seeded) == {}


def test_outdated_version_is_a_conflict(seeded: Session) -> None:
    change_host_and_contact(seeded, HOST, version=1, by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        change_reminder_days(seeded, {"remind_days": "5"}, version=1, by=SYSTEM, at=AT)
    assert stored_in_site(seeded) == HOST


def test_every_problem_is_reported_at_its_field(seeded: Session) -> None:
    with pytest.raises(Invalid) as refusal:
        change_host_and_contact(seeded, {"hosted_by_en": "x" * 121, "contact": "open@"}, version=1, by=SYSTEM, at=AT)
    assert {field for field, _message in refusal.value.problems} == {"hosted_by_en", "contact"}
    with pytest.raises(Invalid) as refusal:
        change_host_and_contact(seeded, {**HOST, "hosted_by_fr": ""}, version=1, by=SYSTEM, at=AT)
    assert [field for field, _message in refusal.value.problems] == ["hosted_by_fr"]


def test_host_in_one_language_is_stored_if_the_server_sets_the_other(seeded: Session) -> None:
    assert change_host_and_contact(seeded, {"hosted_by_fr": HOST["hosted_by_fr"]}, version=1, by=SYSTEM, at=AT)


def test_factor_is_required_only_by_a_person_who_has_it(seeded: Session) -> None:
    secretariat, chair = person_id(seeded, "secretariat"), person_id(seeded, "chair")
    by = Actor("person", secretariat)
    with pytest.raises(Invalid):
        set_required_factor(seeded, True, version=1, by=by, at=AT)
    seeded.add(SecondFactor(person_id=secretariat, sealed_secret="sealed", begun_at=AT))
    seeded.flush()
    with pytest.raises(Invalid):
        set_required_factor(seeded, True, version=1, by=by, at=AT)
    assert stored_in_site(seeded) == {}
    seeded.get_one(SecondFactor, secretariat).confirmed_at = AT
    seeded.flush()
    assert {(holder.id, holder.has_second_factor) for holder in factor_holders(seeded)} == {(secretariat, True), (chair, False)}
    assert set_required_factor(seeded, True, version=1, by=by, at=AT)
    assert stored_in_site(seeded) == {"require_second_factor": True}
    event = last_event(seeded)
    assert (event.action, event.actor_id, event.after) == (
        "settings.second-factor-changed",
        secretariat,
        {"require_second_factor": True},
    )
    assert set_required_factor(seeded, False, version=2, by=Actor("person", chair), at=AT), "whoever may change settings"


def test_deactivated_people_need_no_second_factor(seeded: Session) -> None:
    chair = person_id(seeded, "chair")
    seeded.get_one(Person, chair).retired_at = AT
    seeded.flush()
    assert chair not in {holder.id for holder in factor_holders(seeded)}


def test_database_refuses_a_second_row(seeded_engine: Engine) -> None:
    with seeded_engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text("INSERT INTO site_settings (id) VALUES (2)"))


def test_owner_and_licence_are_stored_whole_and_emptied_fields_go_back_to_the_default(seeded: Session) -> None:
    typed = {"owner_en": "The Treasury Board", "owner_fr": "Le Conseil du Trésor"}
    assert change_public_texts(seeded, typed, version=1, by=SYSTEM, at=AT)
    assert last_event(seeded).action == "settings.public-texts-changed"
    assert stored_in_site(seeded) == typed
    with pytest.raises(Invalid) as refusal:
        change_public_texts(seeded, {**LICENCE, "licence_id": ""}, version=2, by=SYSTEM, at=AT)
    assert [field for field, _message in refusal.value.problems] == ["licence_id"]
    assert change_public_texts(seeded, {**LICENCE, **dict.fromkeys(typed, "")}, version=2, by=SYSTEM, at=AT)
    assert stored_in_site(seeded) == LICENCE


def test_changed_choice_about_search_engines_is_recorded_once(seeded: Session) -> None:
    assert change_search_engines(seeded, False, version=1, by=SYSTEM, at=AT)
    assert (last_event(seeded).action, last_event(seeded).after) == (
        "settings.search-engines-changed",
        {"search_engines": False},
    )
    assert not change_search_engines(seeded, False, version=2, by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        change_search_engines(seeded, True, version=1, by=SYSTEM, at=AT)
