"""Roles are accepted, declined and offered; vacancies are listed."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, record_event
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.mail.queries import waiting_messages
from cogwg.notices.cancellation import cancelled_messages
from cogwg.notices.rules import CancellationReason
from cogwg.plan.models import Assignment, Confirmation, RoleRequest, WorkPlan
from cogwg.plan.rules import ROLE_TRANSITIONS, RoleEvent
from tests.sessions import FURTHER
from tests.web.reporting.test_updates import without_no_break_spaces
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Client, Page, email, text_of

VERBS = {
    RoleEvent.OFFER: "/offer",
    RoleEvent.ACCEPT: "/accept",
    RoleEvent.DECLINE: "/decline",
    RoleEvent.WITHDRAW_OFFER: "/withdraw",
    RoleEvent.END: "/end",
    RoleEvent.HAND_OVER: "/hand-over",
    RoleEvent.REQUEST: "/request",
    RoleEvent.WITHDRAW_REQUEST: "/request/withdraw",
}
MANAGED = {RoleEvent.OFFER, RoleEvent.WITHDRAW_OFFER, RoleEvent.END, RoleEvent.HAND_OVER}


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
    assert "1 person will receive an email with a link to the role" in without_no_break_spaces(done.follow().main_text)
    (message,) = app_per_engine.rows(OutboxMessage, OutboxMessage.kind == "role")
    assert message.address == email("quebec")
    assert f"{role_path(role, lang=message.lang.value)}" in message.text
    (stored,) = app_per_engine.rows(Assignment, Assignment.id == role.id)
    assert (stored.confirmation, stored.jurisdiction_id, stored.assignee_en) == (Confirmation.TO_CONFIRM, quebec.id, "Quebec")
    assert app_per_engine.client_as("quebec").get(role_path(role)).form("/accept").submit().status == 303


@FURTHER
def test_role_event_for_every_state_and_persona(app: App) -> None:
    """Only what the transition table and the policy allow is done. The events of the plan editor have tests of their own."""
    role = role_to_confirm(app)
    people = {name: app.client_as(name) for name in ("chair", "secretariat", "ontario", "reader")} | {
        "ns": client_of_nova_scotia(app)
    }
    tokens = {name: browser.csrf_token() for name, browser in people.items()}
    chosen = str(find_jurisdiction(app, "qc").id)
    for state, event, name in product(Confirmation, VERBS, people):
        vacant = state is Confirmation.VACANT
        put = {"confirmation": state, "jurisdiction_id": None if vacant else role.jurisdiction_id}
        app.execute(update(Assignment).where(Assignment.id == role.id).values(**put))
        verb = VERBS[event]
        if event is RoleEvent.WITHDRAW_REQUEST and vacant and name == "ns":
            requested = {"assignment_id": role.id, "jurisdiction_id": role.jurisdiction_id, "asked_at": app.calendar.now()}
            app.execute(insert(RoleRequest).values(**requested))
        before = app.fingerprint()
        sent = {
            "csrf_token": tokens[name],
            **{f"{prefix}asked": str(role.jurisdiction_id) for prefix in ("", "end-", "hand-")},
            **{f"{prefix}reason_en": "It merged." for prefix in ("end-", "hand-")},
            **{f"{prefix}jurisdiction": chosen for prefix in (f"role{role.id}-", "hand-")},
        }
        answer = people[name].post(role_path(role, verb), sent)
        wanted = expected_status(state, event, name)
        assert answer.status == wanted, (state, event, name)
        assert (app.fingerprint() != before) is (wanted == 303), (state, event, name)
        if wanted == 303:
            (now,) = app.rows(Assignment, Assignment.id == role.id)
            assert now.confirmation is ROLE_TRANSITIONS[state, event]
            app.execute(delete(RoleRequest))


def expected_status(state: Confirmation, event: RoleEvent, name: str) -> int:
    steers = name in ("chair", "secretariat")
    if event in (RoleEvent.REQUEST, RoleEvent.WITHDRAW_REQUEST):
        return (303 if (state, event) in ROLE_TRANSITIONS else 422) if name == "ns" else 403
    if name == "reader" or (event in MANAGED and not steers):
        return 403
    if event in MANAGED:
        return 303 if (state, event) in ROLE_TRANSITIONS else 422
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
    assert "(210 days ago)" in without_no_break_spaces(page.main_text)
    assert "To request a vacant role for your jurisdiction" in page.main_text
    assert len([a for a in page.find_all("a") if "/roles/" in (a.get("href") or "")]) == 4


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_closed_plan_has_no_role_to_request_and_nothing_due(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "quebec", lang)
    invitation = user.translate(
        "To request a vacant role for your jurisdiction, select “See the role”. The co-chairs can then offer you the role."
    )
    assert invitation in user.open("vacancies").main_text
    app.execute(update(WorkPlan).values(closed_on=app.calendar.today()))
    day = "September 24, 2020" if lang == "en" else "24 septembre 2020"
    closed = user.translate("The plan was closed on %(day)s, so its roles can no longer be requested.", day=day)
    page = user.open("vacancies")
    assert without_no_break_spaces(closed) in without_no_break_spaces(page.main_text)
    assert invitation not in page.main_text
    sentence = without_no_break_spaces(user.open("plans/2020").main_text)
    assert ("are not complete" if lang == "en" else "ne sont pas réalisées") in sentence
    assert ("are due in" if lang == "en" else "arrivent à échéance dans") not in sentence


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_latest_steps_in_the_vacancy_list_begin_with_a_capital(app: App, lang: str) -> None:
    vacant, at = app.rows(Assignment, Assignment.confirmation == Confirmation.VACANT), app.calendar.now()
    steps = [(vacant[0], RoleEvent.REQUEST), (vacant[1], RoleEvent.DECLINE), (role_to_confirm(app), RoleEvent.OFFER)]
    with Session(app.engine) as session, write_transaction(session):
        for role, event in steps:
            record_event(session, f"role.{event.value}", ("assignment", role.id), by=SYSTEM, at=at, after={})
    page = app.client_as("reader").get(f"/{lang}/vacancies")
    latest = [
        text_of(row.findall("td")[-1]).split(":", 1)[-1].strip()
        for table in page.find_all("table")
        for row in table.findall("tbody/tr")
    ]
    expected = {
        "en": ["Requested the role, ", "Declined the role", "Vacant since the plan was adopted", "Offered September"],
        "fr": ["A demandé le rôle, ", "A refusé le rôle", "Vacant depuis l’adoption du plan", "Proposé le 24"],
    }[lang]
    assert [text.startswith(start) for text, start in zip(latest, expected, strict=True)] == [True] * 4, latest


def vacant_role(app: App) -> Assignment:
    return app.rows(Assignment, Assignment.confirmation == Confirmation.VACANT)[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_vacant_role_is_requested_by_a_jurisdiction_without_one_and_can_be_withdrawn(app_per_engine: App, lang: str) -> None:
    role, quebec = vacant_role(app_per_engine), app_per_engine.client_as("quebec")
    home = find_jurisdiction(app_per_engine, "qc")
    page = quebec.get(role_path(role, lang=lang))
    assert f"mailto:{email('chair')}" in [a.get("href") for a in page.find_all("a")], "the page says who to contact"
    answer = page.form("/request").submit()
    assert answer.status == 303
    assert page.form("/request").submit().status == 303, "a second press changes nothing"
    (stored,) = app_per_engine.rows(RoleRequest)
    assert (stored.assignment_id, stored.jurisdiction_id) == (role.id, home.id)
    (event,) = app_per_engine.rows(AuditEvent, AuditEvent.subject_kind == "assignment")
    assert (event.action, event.after) == ("role.requested", {"jurisdiction": home.id})
    (message,) = app_per_engine.rows(OutboxMessage, OutboxMessage.kind == "role-request")
    assert message.address == email("chair")
    answering = "To answer a request, offer the role" if lang == "en" else "Pour répondre à une demande, proposez le rôle"
    assert answering in app_per_engine.client_as("chair").get(role_path(role, lang=lang)).main_text
    assert answering not in quebec.get(role_path(role, lang=lang)).main_text
    assert role_path(role, lang=message.lang.value) in message.text
    person = app_per_engine.rows(Person, Person.email == email("quebec"))[0]
    for name in ("quebec", "chair", "reader", "ontario"):
        seen_page = app_per_engine.client_as(name).get(role_path(role, lang=lang))
        assert person.name in seen_page.main_text
        withdrawing = [form for form in seen_page.forms if form.action.endswith("/request/withdraw")]
        assert bool(withdrawing) is (name == "quebec"), name
    chair_page = app_per_engine.client_as("chair").get(role_path(role, lang=lang))
    assert chair_page.form("/offer").value("jurisdiction") == str(home.id), "the offer names who asked"
    assert ("requested the role" if lang == "en" else "demandé le rôle") in app_per_engine.client_as("chair").get(
        f"/{lang}/vacancies"
    ).main_text.lower()
    withdrawal = quebec.get(role_path(role, lang=lang)).form("/request/withdraw")
    done, gone = (
        ("Request withdrawn.", "This request no longer exists.")
        if lang == "en"
        else ("Demande retirée.", "Cette demande n’existe plus.")
    )
    assert done in withdrawal.submit().follow().text
    assert app_per_engine.rows(RoleRequest) == []
    events = app_per_engine.rows(AuditEvent, AuditEvent.subject_kind == "assignment")
    assert events[-1].action == "role.request-withdrawn"
    again = withdrawal.submit().follow().text
    assert (gone in again, done in again) == (True, False), "a second press changes nothing and says so"
    assert len(app_per_engine.rows(AuditEvent, AuditEvent.subject_kind == "assignment")) == len(events)


def test_vacant_role_cannot_be_requested_for_another_jurisdiction_or_with_a_role_in_the_priority(app: App) -> None:
    role, quebec = vacant_role(app), app.client_as("quebec")
    ontario_id, quebec_id = (find_jurisdiction(app, code).id for code in ("on", "qc"))
    before = app.fingerprint()
    forged = {"csrf_token": quebec.csrf_token(), "asked": str(ontario_id)}
    assert quebec.post(role_path(role, "/request"), forged).status == 403
    assert quebec.post(role_path(role, "/request"), forged | {"asked": ""}).status == 403
    assert app.client_as("chair").post(role_path(role, "/request"), {"asked": str(quebec_id)}).status in (400, 403)
    assert app.fingerprint() == before
    held = Assignment.priority_id == role.priority_id, Assignment.position == 99
    with Session(app.engine) as session, write_transaction(session):
        values = {"priority_id": role.priority_id, "position": 99, "jurisdiction_id": quebec_id}
        session.execute(
            insert(Assignment).values(role="partner", confirmation="confirmed", since=app.calendar.now().date(), **values)
        )
    assert app.rows(Assignment, *held)
    assert [form for form in quebec.get(role_path(role)).forms if "/request" in form.action] == []
    refused = quebec.post(role_path(role, "/request"), forged | {"asked": str(quebec_id)})
    assert (refused.status, "already has a role" in refused.alert_text) == (422, True)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_offer_is_withdrawn_by_a_co_chair_and_its_leads_are_notified(app_per_engine: App, lang: str) -> None:
    role = role_to_confirm(app_per_engine)
    client_of_nova_scotia(app_per_engine)
    page = app_per_engine.client_as("chair").get(role_path(role, lang=lang))
    accept = next(
        button for button in page.find_all("button") if "Nova Scotia" in text_of(button) or "Nouvelle" in text_of(button)
    )
    assert "primary" not in (accept.get("class") or ""), "accepting on behalf of another is not the main action"
    assert page.form("/withdraw").submit().status == 303
    (stored,) = app_per_engine.rows(Assignment, Assignment.id == role.id)
    assert (stored.confirmation, stored.jurisdiction_id) == (Confirmation.VACANT, None)
    (event,) = app_per_engine.rows(AuditEvent, AuditEvent.subject_kind == "assignment")
    assert (event.action, event.before["jurisdiction"]) == ("role.offer-withdrawn", role.jurisdiction_id)
    (message,) = app_per_engine.rows(OutboxMessage)
    assert (message.kind, message.address) == ("role-ended", "ns@demo.cogwg.example")
    stale = page.form("/withdraw").submit()
    assert stale.status == 422


def test_role_offered_by_mistake_is_vacant_since_the_same_day_as_before(app_per_engine: App) -> None:
    role, chair = vacant_role(app_per_engine), app_per_engine.client_as("chair")
    app_per_engine.client_as("quebec").get(role_path(role)).form("/request").submit()
    emailed = len(app_per_engine.rows(OutboxMessage))
    quebec = find_jurisdiction(app_per_engine, "qc")
    assert chair.get(role_path(role)).form("/offer").fill(jurisdiction=str(quebec.id)).submit().status == 303
    assert chair.get(role_path(role)).form("/withdraw").submit().status == 303
    (stored,) = app_per_engine.rows(Assignment, Assignment.id == role.id)
    assert (stored.confirmation, stored.since) == (Confirmation.VACANT, role.since)
    offers = app_per_engine.rows(OutboxMessage)[emailed:]
    assert [(m.kind, m.next_try_at, m.last_error) for m in offers] == [("role", None, "withdrawn: withdrawn")]


def test_role_that_was_declined_before_an_offer_is_vacant_since_that_day(app: App) -> None:
    role, quebec = vacant_role(app), find_jurisdiction(app, "qc")
    chair = app.client_as("chair")
    chair.get(role_path(role)).form("/offer").fill(jurisdiction=str(quebec.id)).submit()
    app.client_as("quebec").get(role_path(role)).form("/decline").submit()
    (declined,) = app.rows(Assignment, Assignment.id == role.id)
    app.clock.advance(days=1)
    chair = app.client_as("chair")
    chair.get(role_path(role)).form("/offer").fill(jurisdiction=str(quebec.id)).submit()
    assert chair.get(role_path(role)).form("/withdraw").submit().status == 303
    (stored,) = app.rows(Assignment, Assignment.id == role.id)
    assert stored.since == declined.since != role.since


def held_role(app: App, code: str) -> Assignment:
    home = find_jurisdiction(app, code)
    roles = app.rows(Assignment, Assignment.jurisdiction_id == home.id, Assignment.confirmation == Confirmation.CONFIRMED)
    return roles[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_held_role_is_ended_with_a_reason_that_its_leads_receive(app_per_engine: App, lang: str) -> None:
    role, chair = held_role(app_per_engine, "on"), app_per_engine.client_as("chair")
    form = chair.get(role_path(role, lang=lang)).form("/end")
    before = app_per_engine.fingerprint()
    refused = form.submit()
    assert refused.status == 422
    assert "Explain why" in refused.alert_text or "Expliquez pourquoi" in refused.alert_text
    assert app_per_engine.fingerprint() == before
    done = form.fill(**{f"reason_{lang}": "The ministry merged."}).submit()
    assert done.status == 303
    assert "The ministry merged." in done.follow().main_text
    (stored,) = app_per_engine.rows(Assignment, Assignment.id == role.id)
    assert (stored.confirmation, stored.jurisdiction_id, stored.assignee_en) == (Confirmation.VACANT, None, "")
    (event,) = app_per_engine.rows(AuditEvent, AuditEvent.subject_kind == "assignment")
    assert event.action == "role.ended"
    assert "The ministry merged." in event.after["reason"]
    (message,) = app_per_engine.rows(OutboxMessage)
    assert (message.kind, message.address) == ("role-ended", email("ontario"))
    assert "The ministry merged." in message.text


def test_held_role_is_handed_over_to_a_jurisdiction_that_then_answers(app_per_engine: App) -> None:
    role, chair = held_role(app_per_engine, "on"), app_per_engine.client_as("chair")
    quebec = find_jurisdiction(app_per_engine, "qc")
    form = chair.get(role_path(role)).form("/hand-over")
    assert form.fill(reason_en="They agreed.").submit().status == 422, "a jurisdiction is required"
    assert form.fill(reason_en="They agreed.", jurisdiction=str(quebec.id)).submit().status == 303
    (stored,) = app_per_engine.rows(Assignment, Assignment.id == role.id)
    assert (stored.confirmation, stored.jurisdiction_id) == (Confirmation.TO_CONFIRM, quebec.id)
    sent = {(message.kind, message.address) for message in app_per_engine.rows(OutboxMessage)}
    assert sent == {("role-ended", email("ontario")), ("role", email("quebec"))}
    stale = form.fill(reason_en="Again.", jurisdiction=str(quebec.id)).submit()
    assert (stale.status, "Quebec" in stale.alert_text) == (409, True)
    assert app_per_engine.client_as("quebec").get(role_path(role)).form("/accept").submit().status == 303


def test_email_about_a_withdrawn_request_is_cancelled_before_it_is_sent(app: App) -> None:
    role, quebec = vacant_role(app), app.client_as("quebec")

    def reasons() -> list[CancellationReason]:
        with Session(app.engine) as session:
            waiting = waiting_messages(session, ("role-request",))
            assert len(waiting) == 1
            return list(cancelled_messages(session, waiting, at=app.calendar.now()).values())

    assert quebec.get(role_path(role)).form("/request").submit().status == 303
    assert reasons() == []
    assert quebec.get(role_path(role)).form("/request/withdraw").submit().status == 303
    assert reasons() == [CancellationReason.ANSWERED]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "Vacant since February 27 (210 days ago)"), ("fr", "Vacant depuis le 27 février (il y a 210 jours)")],
)
def test_priority_says_how_long_ago_its_role_became_vacant(read_only_app: App, lang: str, sentence: str) -> None:
    page = read_only_app.client_as("reader").get(f"/{lang}/plans/2020/priorities/3")
    assert sentence in without_no_break_spaces(page.main_text)


def test_reason_in_the_other_language_is_marked_as_such(app: App) -> None:
    (held, *_others) = [a for a in app.rows(Assignment, Assignment.confirmation == Confirmation.CONFIRMED) if a.jurisdiction_id]
    ended = app.client_as("chair").get(role_path(held)).form("/end").fill(reason_en="They lost their staff.")
    assert ended.submit().status == 303
    for place in (role_path(held, lang="fr"), "/fr/vacancies"):
        assert "They lost their staff. (en anglais)" in app.client_as("reader").get(place).main_text, place
    assert "(en anglais)" not in app.client_as("reader").get(role_path(held)).main_text
