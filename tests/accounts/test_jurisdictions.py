"""The secretariat's commands on jurisdictions: unique names and codes, earlier names with their days, and contacts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cogwg.accounts.directory import list_jurisdictions
from cogwg.accounts.jurisdictions import (
    JurisdictionDraft,
    add_jurisdiction,
    jurisdiction_to_change,
    rename_jurisdiction,
    set_contact,
)
from cogwg.accounts.models import EarlierName, Membership, OrderOfGovernment, Role
from cogwg.accounts.queries import earlier_names, jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.db import write_transaction
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.plan.facts_cache import PlanFactsCache

AT = datetime(2020, 10, 2, 15, tzinfo=UTC)
MUNICIPAL = OrderOfGovernment.MUNICIPAL
FCM = Bilingual("Federation of Canadian Municipalities", "Fédération canadienne des municipalités")
NORTH = JurisdictionDraft(OrderOfGovernment.TERRITORIAL, Bilingual("Denendeh", "Denendeh"), Bilingual("Denendeh", "Denendeh"))


def last_event(session: Session) -> AuditEvent:
    return session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


def refused_fields(session: Session, draft: JurisdictionDraft, code: str = "fcm") -> set[str]:
    with pytest.raises(Invalid) as refusal:
        add_jurisdiction(session, draft, code=code, by=SYSTEM, at=AT)
    return {field for field, _ in refusal.value.problems}


def test_added_organization_is_recorded_and_listed_without_people(seeded: Session) -> None:
    short = Bilingual("FCM", "FCM")
    added = add_jurisdiction(seeded, JurisdictionDraft(MUNICIPAL, FCM, short), code=" FCM ", by=SYSTEM, at=AT)
    event = last_event(seeded)
    assert (event.action, event.subject_id) == ("jurisdiction.added", added.id)
    (listed,) = [j for j in list_jurisdictions(seeded, "en") if j.code == "fcm"]
    assert (listed.name, listed.short, listed.kind, listed.leads, listed.deputies) == (FCM, short, MUNICIPAL, (), ())


def test_short_name_that_is_left_empty_is_the_name(seeded: Session) -> None:
    draft = JurisdictionDraft(MUNICIPAL, Bilingual("Cities", "Villes"), EMPTY_TEXT)
    assert add_jurisdiction(seeded, draft, code="cities", by=SYSTEM, at=AT).short == draft.name


@pytest.mark.parametrize(
    ("name", "short", "fields"),
    [
        (Bilingual("", "Villes"), EMPTY_TEXT, {"name_en"}),
        (Bilingual("Cities", ""), EMPTY_TEXT, {"name_fr"}),
        (Bilingual("C" * 121, "Villes"), EMPTY_TEXT, {"name_en"}),
        (Bilingual("C" * 41, "Villes"), EMPTY_TEXT, {"short_en"}),
        (Bilingual(" ontario", "Villes"), EMPTY_TEXT, {"name_en"}),
        (Bilingual("Cities", "colombie‑britannique"), EMPTY_TEXT, {"name_fr"}),
        (Bilingual("Cities", "Villes"), Bilingual("NWT", "T.N.-O."), {"short_en", "short_fr"}),
    ],
)
def test_missing_long_and_taken_names_are_refused_in_their_fields(
    seeded: Session, name: Bilingual, short: Bilingual, fields: set[str]
) -> None:
    assert refused_fields(seeded, JurisdictionDraft(MUNICIPAL, name, short)) == fields


@pytest.mark.parametrize("code", ["", "on", "ON", "é", "a b", "-a", "a-", "9a", "a" * 11, "a/b"])
def test_taken_and_unusable_codes_are_refused(seeded: Session, code: str) -> None:
    assert refused_fields(seeded, JurisdictionDraft(MUNICIPAL, FCM, Bilingual("FCM", "FCM")), code) == {"code"}


def test_all_problems_of_a_form_are_reported_at_once(seeded: Session) -> None:
    fields = refused_fields(seeded, JurisdictionDraft(None, EMPTY_TEXT, EMPTY_TEXT), "")
    assert fields == {"code", "kind", "name_en", "name_fr"}


def test_renamed_jurisdiction_keeps_each_earlier_name_with_its_last_day(seeded: Session) -> None:
    nwt = jurisdiction_to_change(seeded, "nt")
    first = (nwt.name, nwt.short)
    assert rename_jurisdiction(seeded, nwt, NORTH, version=1, by=SYSTEM, at=AT)
    again = JurisdictionDraft(NORTH.kind, Bilingual("North", "Nord"), NORTH.short)
    evening = datetime(2021, 1, 6, 3, tzinfo=UTC)
    assert rename_jurisdiction(seeded, nwt, again, version=2, by=SYSTEM, at=evening)
    earlier = [(e.name, e.short, e.held_until) for e in earlier_names(seeded, nwt.id)]
    assert earlier == [(NORTH.name, NORTH.short, date(2021, 1, 5)), (*first, date(2020, 10, 2))], "days in Eastern time"
    event = last_event(seeded)
    assert (event.action, event.before["name"], event.after["name"]) == (
        "jurisdiction.renamed",
        ["Denendeh", "Denendeh"],
        ["North", "Nord"],
    )


def test_same_names_change_nothing_and_another_order_of_government_keeps_no_earlier_name(seeded: Session) -> None:
    nwt = jurisdiction_to_change(seeded, "nt")
    same = JurisdictionDraft(nwt.kind, nwt.name, nwt.short)
    assert not rename_jurisdiction(seeded, nwt, same, version=1, by=SYSTEM, at=AT)
    assert nwt.version == 1
    assert rename_jurisdiction(seeded, nwt, JurisdictionDraft(MUNICIPAL, nwt.name, nwt.short), version=1, by=SYSTEM, at=AT)
    assert (nwt.kind, seeded.scalar(select(EarlierName.id))) == (MUNICIPAL, None)


def test_outdated_version_is_a_conflict_and_changes_nothing(seeded: Session) -> None:
    nwt = jurisdiction_to_change(seeded, "nt")
    with pytest.raises(Conflict):
        rename_jurisdiction(seeded, nwt, NORTH, version=2, by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        set_contact(seeded, nwt, "Office", "office@example.ca", version=0, by=SYSTEM, at=AT)
    assert (nwt.name.en, nwt.contact_name, nwt.version) == ("Northwest Territories", "", 1)


def test_contact_is_set_and_removed_and_the_audit_log_holds_no_address(seeded: Session) -> None:
    nwt = jurisdiction_to_change(seeded, "nt")
    assert set_contact(seeded, nwt, " Open data office ", "open@example.ca", version=1, by=SYSTEM, at=AT)
    assert (nwt.contact_name, nwt.contact_email) == ("Open data office", "open@example.ca")
    assert not set_contact(seeded, nwt, "Open data office", "open@example.ca", version=2, by=SYSTEM, at=AT)
    assert set_contact(seeded, nwt, "", "", version=2, by=SYSTEM, at=AT)
    event = last_event(seeded)
    assert (event.action, event.before, event.after) == (
        "jurisdiction.contact-changed",
        {"has_contact": True},
        {"has_contact": False},
    )


@pytest.mark.parametrize(
    ("name", "email", "fields"),
    [
        ("", "open@example.ca", {"contact_name"}),
        ("Office", "", {"contact_email"}),
        ("Office", "open", {"contact_email"}),
        ("O" * 121, "open@example.ca", {"contact_name"}),
    ],
)
def test_half_a_contact_is_refused(seeded: Session, name: str, email: str, fields: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        set_contact(seeded, jurisdiction_to_change(seeded, "nt"), name, email, version=1, by=SYSTEM, at=AT)
    assert {field for field, _ in refusal.value.problems} == fields


def test_unknown_code_is_not_found(seeded: Session) -> None:
    with pytest.raises(NotFound):
        jurisdiction_to_change(seeded, "zz")


def test_list_counts_leads_and_deputies_who_are_not_deactivated(seeded: Session) -> None:
    lead = seeded.scalars(select(Membership).where(Membership.jurisdiction_id == jurisdiction(seeded, "on").id)).one()
    seeded.add(Membership(person_id=lead.person_id, role=Role.DEPUTY, jurisdiction=jurisdiction(seeded, "qc")))
    seeded.flush()
    listed = {j.code: (len(j.leads), len(j.deputies)) for j in list_jurisdictions(seeded, "fr")}
    assert (listed["on"], listed["qc"], listed["yt"]) == ((1, 0), (1, 1), (0, 0))
    lead.person.retired_at = AT
    seeded.flush()
    listed = {j.code: (len(j.leads), len(j.deputies)) for j in list_jurisdictions(seeded, "fr")}
    assert (listed["on"], listed["qc"]) == ((0, 0), (1, 0))


def test_cached_plan_shows_the_new_name_after_a_rename(seeded_engine: Engine) -> None:
    cache = PlanFactsCache()

    def names() -> set[str]:
        with Session(seeded_engine) as session:
            plan = cache.plan_facts(session, 2020)
        return {a.full_name.en for p in plan.priorities for a in p.assignments}

    assert "Northwest Territories" in names()
    with Session(seeded_engine) as session, write_transaction(session):
        rename_jurisdiction(session, jurisdiction_to_change(session, "nt"), NORTH, version=1, by=SYSTEM, at=AT)
    assert "Northwest Territories" not in names()
    assert "Denendeh" in names()


def test_name_taken_at_the_same_time_is_refused_with_a_sentence(seeded: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another transaction commits between the check and the insert is caught by the database's unique names."""
    monkeypatch.setattr("cogwg.accounts.jurisdictions._name_problems", lambda *_values: [])
    taken = JurisdictionDraft(MUNICIPAL, Bilingual("Ontario", "Villes"), Bilingual("Cities", "Villes"))
    with pytest.raises(Invalid, match="at the same time"):
        add_jurisdiction(seeded, taken, code="cities", by=SYSTEM, at=AT)
