"""A role is answered by one link, and vacancies are listed and chased."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.plan.models import Assignment, Confirmation
from cogwg.plan.rules import ROLE_TRANSITIONS, RoleEvent
from tests.pages import Browser, House, Page, email
from tests.web.reporting.test_updates import plain


def nova_scotia(house: House, lang: str = "en") -> Browser:
    """A lead for Nova Scotia, which is asked to carry priority 4."""
    with Session(house.engine) as session, write_transaction(session):
        home = jurisdiction(house, "ns")
        lead = Person(email="ns@demo.cogwg.example", name="C. MacNeil", lang=lang)
        lead.memberships.append(Membership(role=Role.LEAD, jurisdiction_id=home.id))
        session.add(lead)
    return house.cast("ns")


def jurisdiction(house: House, code: str) -> Jurisdiction:
    (found,) = house.rows(Jurisdiction, Jurisdiction.code == code)
    return found  # type: ignore[no-any-return]


def asked(house: House) -> Assignment:
    (found,) = house.rows(Assignment, Assignment.confirmation == Confirmation.TO_CONFIRM)
    return found  # type: ignore[no-any-return]


def address(role: Assignment, verb: str = "", lang: str = "en") -> str:
    return f"/{lang}/plans/2020/roles/{role.id}{verb}"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_jurisdiction_that_was_asked_accepts(each_house: House, lang: str) -> None:
    role, lead = asked(each_house), nova_scotia(each_house, lang)
    assert address(role, lang=lang) in lead.get(f"/{lang}/my-updates").text, "their page leads to the question"
    page = lead.get(address(role, lang=lang))
    assert "Nova Scotia" in page.main or "Nouvelle-Écosse" in page.main
    answer = page.form("/accept").submit()
    assert (answer.status, answer.goes_to) == (303, address(role, lang=lang))
    told = answer.follow()
    assert not [f for f in told.forms if "/roles/" in f.action], "an answered role asks nothing"
    assert "C. MacNeil" in told.main
    (stored,) = each_house.rows(Assignment, Assignment.id == role.id)
    assert (stored.confirmation, stored.jurisdiction_id) == (Confirmation.CONFIRMED, role.jurisdiction_id)
    (event,) = each_house.rows(AuditEvent, AuditEvent.subject_kind == "assignment")
    assert (event.action, event.actor_id, event.behalf_of) == ("role.accepted", each_house.person_id("ns"), None)
    assert lead.get(f"/{lang}/plans/2020/activities/4.3/report").status == 200, "who accepted may report at once"


def test_a_role_that_is_declined_is_vacant_from_that_day_and_says_why(each_house: House) -> None:
    role, lead = asked(each_house), nova_scotia(each_house)
    form = lead.get(address(role)).form("/decline")
    long = form.fill(reason="x" * 4001).submit()
    assert (long.status, "Shorten" in long.alerts) == (422, True)
    assert form.fill(reason="Nobody has time before spring.").submit().status == 303
    (stored,) = each_house.rows(Assignment, Assignment.id == role.id)
    today = each_house.calendar.today()
    assert (stored.confirmation, stored.jurisdiction_id, stored.assignee_en, stored.since) == (
        Confirmation.VACANT,
        None,
        "",
        today,
    )
    listed = each_house.cast("reader").get("/en/vacancies").main
    assert "4 roles are vacant" in listed
    assert "Nova Scotia declined" in listed
    assert "Nobody has time before spring." in listed
    again = lead.post(address(role, "/accept"), {"csrf_token": lead.csrf()})
    assert (again.status, "vacant now" in again.alerts) == (422, True)


@pytest.mark.parametrize("verb", ["/accept", "/decline"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_an_answer_for_who_was_asked_before_is_not_taken_for_who_is_asked_now(each_house: House, lang: str, verb: str) -> None:
    role, chair, lead = asked(each_house), each_house.cast("chair"), nova_scotia(each_house, lang)
    stale = {browser: browser.get(address(role, lang=lang)).form(verb) for browser in (chair, lead)}
    lead.get(address(role, lang=lang)).form("/decline").submit()
    quebec = jurisdiction(each_house, "qc")
    each_house.cast("secretariat").get(address(role)).form("/offer").fill(jurisdiction=str(quebec.id)).submit()
    before = each_house.fingerprint()
    for browser, form in stale.items():
        answer = form.submit()
        assert answer.status == 409
        assert ("is asked now: Quebec." if lang == "en" else "maintenant invitée\u00a0: Québec.") in answer.alerts
        assert bool([f for f in answer.forms if f.action.endswith(verb)]) is (browser is chair), "who may answer is asked anew"
    forged = {"csrf_token": chair.csrf(), "asked": "nobody"}
    assert chair.post(address(role, verb, lang), forged).status == 409
    assert each_house.fingerprint() == before
    again = stale[chair].submit()
    assert again.form(verb).submit().status == 303, "the answer that was read anew is taken"
    assert each_house.rows(AuditEvent, AuditEvent.subject_kind == "assignment")[-1].behalf_of == quebec.id


def test_a_co_chair_answers_on_behalf_and_offers_the_vacancy_to_another(each_house: House) -> None:
    role, chair = asked(each_house), each_house.cast("chair")
    page = chair.get(address(role))
    assert "on its behalf" in page.main
    assert address(role) in page.main, "the link to send stands there"
    assert page.form("/decline").submit().status == 303
    (declined,) = each_house.rows(AuditEvent, AuditEvent.action == "role.declined")
    assert declined.behalf_of == role.jurisdiction_id
    page = chair.get(address(role))
    offer = page.form("/offer")
    offered = {o.text for o in page.all("option")}
    assert "Quebec" in offered
    assert "Ontario" not in offered, "it has a role in this priority already"
    assert offer.submit().status == 422, "somebody must be chosen"
    forged = offer.submit(extra={offer.name("jurisdiction"): str(jurisdiction(each_house, "on").id)})
    assert forged.status == 422
    quebec = jurisdiction(each_house, "qc")
    done = offer.fill(jurisdiction=str(quebec.id)).submit()
    assert done.status == 303
    assert "mail with its link goes to 1 person" in plain(done.follow().main)
    (letter,) = each_house.rows(OutboxMessage, OutboxMessage.kind == "role")
    assert letter.address == email("quebec")
    assert f"{address(role, lang=letter.lang.value)}" in letter.text
    (stored,) = each_house.rows(Assignment, Assignment.id == role.id)
    assert (stored.confirmation, stored.jurisdiction_id, stored.assignee_en) == (Confirmation.TO_CONFIRM, quebec.id, "Quebec")
    assert each_house.cast("quebec").get(address(role)).form("/accept").submit().status == 303


def test_every_state_by_every_event_by_every_role(house: House) -> None:
    """What the transition table and the policy allow happens; anything else is refused and changes nothing."""
    role = asked(house)
    people = {name: house.cast(name) for name in ("chair", "secretariat", "ontario", "reader")} | {"ns": nova_scotia(house)}
    tokens = {name: browser.csrf() for name, browser in people.items()}
    chosen = str(jurisdiction(house, "qc").id)
    for state, event, name in product(Confirmation, RoleEvent, people):
        vacant = state is Confirmation.VACANT
        put = {"confirmation": state, "jurisdiction_id": None if vacant else role.jurisdiction_id}
        house.change(update(Assignment).where(Assignment.id == role.id).values(**put))
        verb = {RoleEvent.OFFER: "/offer", RoleEvent.ACCEPT: "/accept", RoleEvent.DECLINE: "/decline"}[event]
        before = house.fingerprint()
        sent = {"csrf_token": tokens[name], "asked": str(role.jurisdiction_id), f"role{role.id}-jurisdiction": chosen}
        answer = people[name].post(address(role, verb), sent)
        wanted = expected(state, event, name)
        assert answer.status == wanted, (state, event, name)
        assert (house.fingerprint() != before) is (wanted == 303), (state, event, name)
        if wanted == 303:
            (now,) = house.rows(Assignment, Assignment.id == role.id)
            assert now.confirmation is ROLE_TRANSITIONS[state, event]


def expected(state: Confirmation, event: RoleEvent, name: str) -> int:
    steers = name in ("chair", "secretariat")
    if name == "reader" or (event is RoleEvent.OFFER and not steers):
        return 403
    if event is not RoleEvent.OFFER and state is not Confirmation.VACANT and not (steers or name == "ns"):
        return 403
    return 303 if (state, event) in ROLE_TRANSITIONS else 422


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_signed_out_one_signs_in_and_comes_back_to_the_question(house: House, lang: str) -> None:
    role = asked(house)
    page: Page = house.visitor().get(address(role, lang=lang))
    assert (page.status, page.goes_to) == (303, f"/{lang}/sign-in?next=/{lang}/plans/2020/roles/{role.id}")
    assert page.follow().form().value("next") == address(role, lang=lang)


def test_the_vacancies_are_those_of_the_plan_with_their_days(house: House) -> None:
    page = house.cast("quebec").get("/en/vacancies")
    assert "3 roles are vacant. 1 role is to confirm." in page.main
    assert "210 days" in plain(page.main)
    assert len([a for a in page.all("a") if "/roles/" in (a.get("href") or "")]) == 4
