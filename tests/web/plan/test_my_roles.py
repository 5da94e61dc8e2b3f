"""A lead accepts and declines all roles of a new plan on one page, which an email leads to."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.notices.rules import NoticeKind
from cogwg.plan.models import Assignment, Confirmation, Priority, WorkPlan
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
DECEMBER = date(2020, 12, 15)
MY_ROLES = "plans/2021/my-roles"


@pytest.fixture
def adopted_app(make_app: MakeApp) -> App:
    """The demo's data on December 15, with the plan of 2021 just adopted."""
    return app_with_new_plan(make_app, DECEMBER)


def app_with_new_plan(make_app: MakeApp, day: date) -> App:
    app = make_app(day=day)
    user = ScriptlessUser(app, "secretariat", "en")
    user.open("admin/plans/2020/carry-over")
    user.press("Create the %(year)s draft plan", year=2021)
    user.open("admin/plans/2021/adopt")
    user.press("Adopt the plan")
    return app


def ask(app: App, lang: str = "en") -> ScriptlessUser:
    user = ScriptlessUser(app, "secretariat", lang)
    page = user.open("admin/plans/2021/adopt")
    user._show(page.form("/ask").submit())
    return user


def roles_of(app: App, code: str) -> list[Assignment]:
    with Session(app.engine) as session:
        wanted = (
            select(Assignment)
            .join(Priority, Priority.id == Assignment.priority_id)
            .join(WorkPlan, WorkPlan.id == Priority.plan_id)
            .join(Jurisdiction, Jurisdiction.id == Assignment.jurisdiction_id)
            .where(WorkPlan.year == 2021, Jurisdiction.code == code)
            .order_by(Priority.number)
        )
        return list(session.scalars(wanted))


def states(app: App, ids: list[int]) -> list[Confirmation]:
    return [app.rows(Assignment, Assignment.id == id_)[0].confirmation for id_ in ids]


@LANGS
def test_one_email_has_all_roles_of_a_jurisdiction_and_one_link(adopted_app: App, lang: str) -> None:
    ask(adopted_app, lang)
    emails = adopted_app.rows(OutboxMessage, OutboxMessage.kind == NoticeKind.ROLES_ASKED)
    (email,) = [e for e in emails if e.person_id == adopted_app.person_id("ontario")]
    assert email.text.count("/plans/2021/my-roles") == 1
    assert [number in email.text for number in ("Priority 3", "Priority 4", "Priority 5")] == [True, True, False]
    assert "2 roles to confirm in the 2021 plan" in email.subject.replace("\u00a0", " ")
    (event,) = adopted_app.rows(AuditEvent, AuditEvent.action == "plan.roles-asked")
    assert sorted(event.after["people"]) == sorted(e.person_id for e in emails)
    assert len(event.after["roles"]) == 8, "Nova Scotia has no lead with an account"


@LANGS
def test_roles_are_accepted_and_declined_in_one_form_with_nothing_preselected(adopted_app: App, lang: str) -> None:
    third, fourth = (role.id for role in roles_of(adopted_app, "on"))
    user = ScriptlessUser(adopted_app, "ontario", lang)
    before = adopted_app.fingerprint()
    page = user.open(MY_ROLES)
    assert adopted_app.fingerprint() == before, "opening the page changes nothing"
    assert not [radio for radio in page.find_all("input", type="radio") if radio.get("checked") is not None]
    refused = user.press("Send the answers")
    assert refused.status == 422
    assert user.translate("Accept or decline at least one role.") in refused.alert_text
    answers = {f"role{third}-answer": "accept", f"role{fourth}-answer": "decline", f"role{fourth}-reason": "No staff."}
    page = user.press("Send the answers", fields=answers)
    assert user.translate("No role in this plan is waiting for your answer.") in page.main_text
    assert states(adopted_app, [third, fourth]) == [Confirmation.CONFIRMED, Confirmation.VACANT]
    events = adopted_app.rows(AuditEvent, AuditEvent.action.in_(["role.accepted", "role.declined"]))
    assert [(e.action, e.subject_id, e.actor_id) for e in events] == [
        ("role.accepted", third, adopted_app.person_id("ontario")),
        ("role.declined", fourth, adopted_app.person_id("ontario")),
    ]
    assert events[1].after["reason"] == "No staff."


@LANGS
def test_answers_are_listed_with_the_way_to_correct_them(adopted_app: App, lang: str) -> None:
    third, fourth = (role.id for role in roles_of(adopted_app, "on"))
    user = ScriptlessUser(adopted_app, "ontario", lang)
    user.open(MY_ROLES)
    answers = {f"role{third}-answer": "accept", f"role{fourth}-answer": "decline", f"role{fourth}-reason": "A mistake."}
    page = user.press("Send the answers", fields=answers)
    items = [text_of(li) for li in page.find_by_id("answered-heading").getparent().iter("li")]
    assert [user.translate("confirmed") in items[0], user.translate("declined") in items[1]] == [True, True]
    links = list(page.find_by_id("answered-heading").getparent().iter("a"))
    assert "/roles/" in user.click(links[1]).path
    assert [form for form in user.page.forms if "request" in form.action], "the lead can request the role"
    other = ScriptlessUser(adopted_app, "quebec", lang).open(MY_ROLES)
    assert "A mistake." not in other.main_text
    assert f"/roles/{fourth}" not in other.text


@LANGS
def test_my_updates_names_the_roles_of_the_new_plan_while_the_old_year_still_takes_reports(adopted_app: App, lang: str) -> None:
    user = ScriptlessUser(adopted_app, "ontario", lang)
    page = user.open("my-updates")
    assert page.forms, "reports of 2020 are still expected"
    (notice,) = page.find_all("div", **{"class": "notice notice-warning"})
    waiting = {
        "en": "2 roles in the 2021 plan are waiting for your answer.",
        "fr": "2 rôles dans le plan de 2021 attendent votre réponse.",
    }[lang]
    assert waiting in text_of(notice).replace("\u00a0", " ")
    assert [text_of(li)[:2] for li in notice.iter("li")] == ["3.", "4."]
    assert [a.get("href") for a in notice.iter("a")] == [f"/{lang}/{MY_ROLES}"]
    third, fourth = (role.id for role in roles_of(adopted_app, "on"))
    user.open(MY_ROLES)
    user.press("Send the answers", fields={f"role{third}-answer": "accept"})
    (notice,) = user.open("my-updates").find_all("div", **{"class": "notice notice-warning"})
    assert [a.get("href") for a in notice.iter("a")] == [f"/{lang}/plans/2021/roles/{fourth}"]
    neighbour = ScriptlessUser(adopted_app, "nwt", lang).open("my-updates")
    assert f"/plans/2021/roles/{fourth}" not in neighbour.text


@LANGS
def test_nobody_is_said_not_to_have_answered_before_anybody_was_asked(adopted_app: App, lang: str) -> None:
    user = ScriptlessUser(adopted_app, "secretariat", lang)
    has, answered = {
        "en": ("7 jurisdictions have roles to confirm.", "7 jurisdictions have not answered yet."),
        "fr": ("7 administrations ont des rôles à confirmer.", "7 administrations n’ont pas encore répondu."),
    }[lang]
    text = user.open("admin/plans/2021/adopt").main_text.replace("\u00a0", " ")
    assert has in text
    assert answered not in text
    ask(adopted_app)
    text = ScriptlessUser(adopted_app, "secretariat", lang).open("admin/plans/2021/adopt").main_text.replace("\u00a0", " ")
    assert answered in text


def test_role_without_an_answer_goes_on_waiting_and_is_asked_about_again_after_a_day(adopted_app: App) -> None:
    third, fourth = (role.id for role in roles_of(adopted_app, "on"))
    ask(adopted_app)
    user = ScriptlessUser(adopted_app, "ontario", "en")
    user.open(MY_ROLES)
    user.press("Send the answers", fields={f"role{third}-answer": "accept"})
    assert states(adopted_app, [third, fourth]) == [Confirmation.CONFIRMED, Confirmation.TO_CONFIRM]
    secretariat = ScriptlessUser(adopted_app, "secretariat", "en")
    page = secretariat.open("admin/plans/2021/adopt")
    assert "Emailed in the last 24 hours:" in page.main_text
    assert not [form for form in page.forms if form.action.endswith("/ask")]
    adopted_app.clock.advance(hours=25)
    page = ScriptlessUser(adopted_app, "secretariat", "en").open("admin/plans/2021/adopt")
    assert "Remind 6 people" in page.main_text
    assert "7 jurisdictions have not answered yet." in page.main_text.replace("\u00a0", " ")
    assert page.form("/ask").submit().status == 303
    own = [
        e
        for e in adopted_app.rows(OutboxMessage, OutboxMessage.kind == NoticeKind.ROLES_ASKED)
        if e.person_id == adopted_app.person_id("ontario")
    ]
    assert ["Priority 3" in e.text for e in own] == [True, False], "the reminder names only what is left"


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "7 jurisdictions still have to accept or decline a role in this plan: "),
        ("fr", "7 administrations doivent encore accepter ou refuser un rôle de ce plan : "),
    ],
)
def test_reporting_status_of_the_new_plan_says_who_has_not_answered(make_app: MakeApp, lang: str, sentence: str) -> None:
    app = app_with_new_plan(make_app, date(2021, 1, 5))
    page = ScriptlessUser(app, "chair", lang).open("readiness?period=2021-12")
    assert sentence in page.main_text.replace("\u00a0", " ")


@LANGS
def test_role_answered_meanwhile_is_told_and_nothing_is_saved(adopted_app: App, lang: str) -> None:
    third, fourth = (role.id for role in roles_of(adopted_app, "on"))
    late, early = ScriptlessUser(adopted_app, "ontario", lang), ScriptlessUser(adopted_app, "ontario", lang)
    for user in (late, early):
        user.open(MY_ROLES)
    early.press("Send the answers", fields={f"role{third}-answer": "accept"})
    before = adopted_app.fingerprint()
    page = late.press("Send the answers", fields={f"role{third}-answer": "decline", f"role{fourth}-answer": "accept"})
    assert page.status == 409
    assert (
        late.translate("You can no longer answer for one of the roles, so nothing was saved. Check the roles below.")
        in page.alert_text
    )
    assert adopted_app.fingerprint() == before
    assert late.form("Send the answers").values[f"role{fourth}-answer"] == "accept", "the other answer is kept"
    late.press("Send the answers")
    assert states(adopted_app, [third, fourth]) == [Confirmation.CONFIRMED, Confirmation.CONFIRMED]


def test_answers_sent_twice_are_saved_once(adopted_app: App) -> None:
    (role,) = (role.id for role in roles_of(adopted_app, "sk"))
    user = ScriptlessUser(adopted_app, "saskatchewan", "en")
    user.open(MY_ROLES)
    form = user.form("Send the answers").fill(**{f"role{role}-answer": "accept"})
    assert form.submit().status == 303
    before = adopted_app.fingerprint()
    assert "These roles have already been accepted or declined." in form.submit().follow().main_text
    assert adopted_app.fingerprint() == before


def test_neighbour_sees_and_answers_only_their_own_roles(adopted_app: App) -> None:
    (role,) = (role.id for role in roles_of(adopted_app, "sk"))
    quebec = ScriptlessUser(adopted_app, "quebec", "en")
    page = quebec.open(MY_ROLES)
    assert "No role in this plan is waiting for your answer." in page.main_text
    before = adopted_app.fingerprint()
    forged = {f"role{role}-answer": "accept", "csrf_token": quebec.browser.csrf_token()}
    quebec.browser.post("/en/plans/2021/my-roles", forged)
    assert adopted_app.fingerprint() == before
    assert adopted_app.client_as("reader").get("/en/plans/2021/my-roles").status == 403
    asked = adopted_app.client_as("visitor").get("/en/plans/2021/my-roles")
    assert (asked.status, "next=/en/plans/2021/my-roles" in asked.redirect_path) == (303, True)


@LANGS
def test_home_leads_to_all_roles_before_the_year_begins(adopted_app: App, lang: str) -> None:
    user = ScriptlessUser(adopted_app, "ontario", lang)
    page = user.open("")
    (link,) = [a for a in page.find("main").iter("a") if (a.get("href") or "").endswith(MY_ROLES)]
    assert text_of(link).startswith(user.translate("See the roles"))
    saskatchewan = ScriptlessUser(adopted_app, "saskatchewan", lang)
    (role,) = roles_of(adopted_app, "sk")
    links = [a.get("href") for a in saskatchewan.open("").find("main").iter("a")]
    assert f"/{lang}/plans/2021/roles/{role.id}" in links


@LANGS
def test_page_after_the_adoption_was_undone_says_that_the_email_no_longer_applies(adopted_app: App, lang: str) -> None:
    ask(adopted_app)
    user = ScriptlessUser(adopted_app, "secretariat", "en")
    user.open("admin/plans/2021/undo")
    user.press("Undo the adoption")
    lead = ScriptlessUser(adopted_app, "ontario", lang)
    page = lead.open(MY_ROLES)
    assert page.status == 404
    sentence = "There is currently no plan for %(year)s. If you received an email about its roles, disregard that email."
    assert lead.translate(sentence, year=2021) in page.main_text
    waiting = adopted_app.rows(
        OutboxMessage, OutboxMessage.kind == NoticeKind.ROLES_ASKED, OutboxMessage.next_try_at.is_not(None)
    )
    assert waiting == []


def test_lead_of_two_jurisdictions_gets_one_email_and_answers_for_both(adopted_app: App) -> None:
    with Session(adopted_app.engine) as session, write_transaction(session):
        scotia = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "ns")).one()
        person = session.get_one(Person, adopted_app.person_id("ontario"))
        person.memberships.append(Membership(role=Role.LEAD, jurisdiction_id=scotia))
    ask(adopted_app)
    own = adopted_app.rows(OutboxMessage, OutboxMessage.person_id == adopted_app.person_id("ontario"))
    assert [e.kind for e in own].count(NoticeKind.ROLES_ASKED) == 1
    page = ScriptlessUser(adopted_app, "ontario", "en").open(MY_ROLES)
    assert "3 roles are waiting for your answer." in page.main_text.replace("\u00a0", " ")
