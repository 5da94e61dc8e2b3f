"""Roles are accepted, declined and offered; vacancies are listed."""

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
from tests.web.reporting.test_updates import without_no_break_spaces
from tests.web_client import App, Client, Page, email


def client_of_nova_scotia(app: App, lang: str = "en") -> Client:
    """Sign in as a lead for Nova Scotia, which is offered priority 4."""
    with Session(app.engine) as session, write_transaction(session):
        home = find_jurisdiction(app, "ns")
        lead = Person(email="ns@demo.cogwg.example", name="C. MacNeil", lang=lang)
        lead.memberships.append(Membership(role=Role.LEAD, jurisdiction_id=home.id))
        session.add(lead)
    return app.client_as("ns")


def find_jurisdiction(app: App, code: str) -> Jurisdiction:
    (jurisdiction,) = app.rows(Jurisdiction, Jurisdiction.code == code)
    return jurisdiction  # type: ignore[no-any-return]


def role_to_confirm(app: App) -> Assignment:
    (role,) = app.rows(Assignment, Assignment.confirmation == Confirmation.TO_CONFIRM)
    return role  # type: ignore[no-any-return]


def role_path(role: Assignment, verb: str = "", lang: str = "en") -> str:
    return f"/{lang}/plans/2020/roles/{role.id}{verb}"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_role_offer_is_accepted_by_its_jurisdiction(app_per_engine: App, lang: str) -> None:
    role, lead = role_to_confirm(app_per_engine), client_of_nova_scotia(app_per_engine, lang)
    assert role_path(role, lang=lang) in lead.get(f"/{lang}/my-updates").text, "their page links to the role"
    page = lead.get(role_path(role, lang=lang))
    assert "Nova Scotia" in page.main_text or "Nouvelle-Écosse" in page.main_text
    answer = page.form("/accept").submit()
    assert (answer.status, answer.redirect_path) == (303, role_path(role, lang=lang))
    answered = answer.follow()
    assert not [f for f in answered.forms if "/roles/" in f.action], "an answered role has no form"
    assert "C. MacNeil" in answered.main_text
    (stored,) = app_per_engine.rows(Assignment, Assignment.id == role.id)
    assert (stored.confirmation, stored.jurisdiction_id) == (Confirmation.CONFIRMED, role.jurisdiction_id)
    (event,) = app_per_engine.rows(AuditEvent, AuditEvent.subject_kind == "assignment")
    assert (event.action, event.actor_id, event.behalf_of) == ("role.accepted", app_per_engine.person_id("ns"), None)
    assert lead.get(f"/{lang}/plans/2020/activities/4.3/report").status == 200, "a lead who accepted can report at once"


def test_declined_role_is_vacant_with_reason_and_date(app_per_engine: App) -> None:
    role, lead = role_to_confirm(app_per_engine), client_of_nova_scotia(app_per_engine)
    form = lead.get(role_path(role)).form("/decline")
    long = form.fill(reason="x" * 4001).submit()
    assert (long.status, "Shorten" in long.alert_text) == (422, True)
    assert form.fill(reason="Nobody has time before spring.").submit().status == 303
    (stored,) = app_per_engine.rows(Assignment, Assignment.id == role.id)
    today = app_per_engine.calendar.today()
    assert (stored.confirmation, stored.jurisdiction_id, stored.assignee_en, stored.since) == (
        Confirmation.VACANT,
        None,
        "",
        today,
    )
    listed = app_per_engine.client_as("reader").get("/en/vacancies").main_text
    assert "4 roles are vacant" in listed
    assert "Declined (Nova Scotia)" in listed
    assert "Nobody has time before spring." in listed
    again = lead.post(role_path(role, "/accept"), {"csrf_token": lead.csrf_token()})
    assert (again.status, "This role is now vacant" in again.alert_text) == (422, True)


@pytest.mark.parametrize("verb", ["/accept", "/decline"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_answer_to_an_outdated_role_offer_is_a_conflict(app_per_engine: App, lang: str, verb: str) -> None:
    role, chair, lead = (
        role_to_confirm(app_per_engine),
        app_per_engine.client_as("chair"),
        client_of_nova_scotia(app_per_engine, lang),
    )
    stale = {browser: browser.get(role_path(role, lang=lang)).form(verb) for browser in (chair, lead)}
    lead.get(role_path(role, lang=lang)).form("/decline").submit()
    quebec = find_jurisdiction(app_per_engine, "qc")
    app_per_engine.client_as("secretariat").get(role_path(role)).form("/offer").fill(jurisdiction=str(quebec.id)).submit()
    asked_now = {
        "en": "offered to another jurisdiction: Quebec.",
        "fr": "proposé à une autre administration\u00a0: Québec.",
    }
    before = app_per_engine.fingerprint()
    for browser, form in stale.items():
        answer = form.submit()
        assert answer.status == 409
        assert asked_now[lang] in answer.alert_text
        assert bool([f for f in answer.forms if f.action.endswith(verb)]) is (browser is chair), (
            "a person who can answer sees the form again"
        )
    forged = {"csrf_token": chair.csrf_token(), "asked": "nobody"}
    assert chair.post(role_path(role, verb, lang), forged).status == 409
    assert app_per_engine.fingerprint() == before
    again = stale[chair].submit()
    assert again.form(verb).submit().status == 303, "the answer on the new page is saved"
    assert app_per_engine.rows(AuditEvent, AuditEvent.subject_kind == "assignment")[-1].behalf_of == quebec.id


def test_co_chair_answers_on_behalf_and_offers_the_role_to_another(app_per_engine: App) -> None:
    role, chair = role_to_confirm(app_per_engine), app_per_engine.client_as("chair")
    page = chair.get(role_path(role))
    assert "If you received the answer directly, record it here." in page.main_text
    assert role_path(role) in page.main_text, "the page shows the link to send"
    assert page.form("/decline").submit().status == 303
    (declined,) = app_per_engine.rows(AuditEvent, AuditEvent.action == "role.declined")
    assert declined.behalf_of == role.jurisdiction_id
    page = chair.get(role_path(role))
    offer = page.form("/offer")
    offered = {o.text for o in page.find_all("option")}
    assert "Quebec" in offered
    assert "Ontario" not in offered, "it has a role in this priority already"
    assert offer.submit().status == 422, "a jurisdiction is required"
    forged = offer.submit(extra={offer.full_name("jurisdiction"): str(find_jurisdiction(app_per_engine, "on").id)})
    assert forged.status == 422
    quebec = find_jurisdiction(app_per_engine, "qc")
    done = offer.fill(jurisdiction=str(quebec.id)).submit()
    assert done.status == 303
    assert "1 person will receive an email with the link" in without_no_break_spaces(done.follow().main_text)
    (message,) = app_per_engine.rows(OutboxMessage, OutboxMessage.kind == "role")
    assert message.address == email("quebec")
    assert f"{role_path(role, lang=message.lang.value)}" in message.text
    (stored,) = app_per_engine.rows(Assignment, Assignment.id == role.id)
    assert (stored.confirmation, stored.jurisdiction_id, stored.assignee_en) == (Confirmation.TO_CONFIRM, quebec.id, "Quebec")
    assert app_per_engine.client_as("quebec").get(role_path(role)).form("/accept").submit().status == 303


def test_role_event_for_every_state_and_persona(app: App) -> None:
    """Only what the transition table and the policy allow is done; other requests change nothing."""
    role = role_to_confirm(app)
    people = {name: app.client_as(name) for name in ("chair", "secretariat", "ontario", "reader")} | {
        "ns": client_of_nova_scotia(app)
    }
    tokens = {name: browser.csrf_token() for name, browser in people.items()}
    chosen = str(find_jurisdiction(app, "qc").id)
    for state, event, name in product(Confirmation, RoleEvent, people):
        vacant = state is Confirmation.VACANT
        put = {"confirmation": state, "jurisdiction_id": None if vacant else role.jurisdiction_id}
        app.execute(update(Assignment).where(Assignment.id == role.id).values(**put))
        verb = {RoleEvent.OFFER: "/offer", RoleEvent.ACCEPT: "/accept", RoleEvent.DECLINE: "/decline"}[event]
        before = app.fingerprint()
        sent = {"csrf_token": tokens[name], "asked": str(role.jurisdiction_id), f"role{role.id}-jurisdiction": chosen}
        answer = people[name].post(role_path(role, verb), sent)
        wanted = expected_status(state, event, name)
        assert answer.status == wanted, (state, event, name)
        assert (app.fingerprint() != before) is (wanted == 303), (state, event, name)
        if wanted == 303:
            (now,) = app.rows(Assignment, Assignment.id == role.id)
            assert now.confirmation is ROLE_TRANSITIONS[state, event]


def expected_status(state: Confirmation, event: RoleEvent, name: str) -> int:
    steers = name in ("chair", "secretariat")
    if name == "reader" or (event is RoleEvent.OFFER and not steers):
        return 403
    if event is not RoleEvent.OFFER and state is not Confirmation.VACANT and not (steers or name == "ns"):
        return 403
    return 303 if (state, event) in ROLE_TRANSITIONS else 422


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_role_page_signed_out_redirects_through_sign_in(app: App, lang: str) -> None:
    role = role_to_confirm(app)
    page: Page = app.anonymous_client().get(role_path(role, lang=lang))
    assert (page.status, page.redirect_path) == (303, f"/{lang}/sign-in?next=/{lang}/plans/2020/roles/{role.id}")
    assert page.follow().form().value("next") == role_path(role, lang=lang)


def test_vacancy_list_shows_roles_with_their_days(app: App) -> None:
    page = app.client_as("quebec").get("/en/vacancies")
    assert "3 roles are vacant. 1 role is to be confirmed." in page.main_text
    assert "210 days" in without_no_break_spaces(page.main_text)
    assert len([a for a in page.find_all("a") if "/roles/" in (a.get("href") or "")]) == 4
