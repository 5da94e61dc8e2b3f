"""The secretariat invites, corrects, moves and deactivates people, without scripts and in both languages."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Language
from cogwg.core.settings import MailSettings
from cogwg.mail.models import OutboxMessage
from tests.web.auth.test_sign_in import NEW_PASSWORD, is_signed_in, set_password, submit_sign_in
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import PUBLIC_URL, App, email, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
INVITED = {"name": "D. Deschênes", "email": "d.deschenes@example.ca"}


def open_people(app: App, lang: str = "en") -> ScriptlessUser:
    user = ScriptlessUser(app, "secretariat", lang)
    user.open("admin/people")
    return user


def open_person(app: App, name: str, lang: str = "en") -> ScriptlessUser:
    user = ScriptlessUser(app, "secretariat", lang)
    user.open(f"admin/people/{app.person_id(name)}")
    return user


def jurisdiction_id(app: App, code: str) -> str:
    (row,) = app.rows(Membership, Membership.person.has(Person.email == email(code)))
    return str(row.jurisdiction_id)


def sent_token(app: App, address: str, lang: str = "en") -> str:
    """Return the token of the link in the last email to this address, which is in this language."""
    message = app.rows(OutboxMessage, OutboxMessage.address == address)[-1]
    match = re.search(rf"/{lang}/password/(\S+)", message.text)
    assert match, message.text
    return match[1]


@LANGS
def test_outcome_of_an_invitation_says_whether_its_email_can_be_sent(make_app: MakeApp, lang: str) -> None:
    sentences = {
        MailSettings(): "The email is waiting in the outbox, because no email server is configured.",
        MailSettings("console"): "The email will be sent within a few minutes.",
    }
    for mail, sentence in sentences.items():
        user = open_people(make_app(mail=mail), lang)
        page = user.press("Send the invitation", fields={**INVITED, "role": "reader", "jurisdiction": "", "lang": lang})
        assert user.translate(sentence) in text_of(page.find_by_id("invite"))
        user.follow(INVITED["name"])
        page = user.press("Send a new invitation")
        assert user.translate(sentence) in text_of(page.find_by_id("sign-in"))


@LANGS
def test_invitation_without_an_email_server_is_passed_on_by_a_link_shown_once(app: App, lang: str) -> None:
    user = open_people(app, lang)
    user.press("Send the invitation", fields={**INVITED, "role": "reader", "jurisdiction": "", "lang": "fr"})
    emailed = sent_token(app, INVITED["email"], "fr")
    (message,) = app.rows(OutboxMessage, OutboxMessage.address == INVITED["email"])
    page = user.open(f"admin/outbox/{message.id}")
    assert "…" in page.main_text
    assert emailed not in page.text
    hidden = (
        "The link is hidden here (…), because it gives access to the recipient’s account. Only the email itself contains "
        "the link."
    )
    assert user.translate(hidden) in page.main_text
    user.follow("Go to the person")
    page = user.press("Create a link and show it")
    assert page.status == 200
    box = page.find_by_id("invitation-link")
    assert box.get("autofocus") is not None, "the page opens at the link"
    link = text_of(box)
    assert link.startswith(f"{PUBLIC_URL}/fr/password/")
    token = link.rpartition("/")[2]
    assert token not in user.open(user.page.path.removeprefix(f"/{lang}/").removesuffix("/link/show")).text
    (person,) = app.rows(Person, Person.email == INVITED["email"])
    last = app.rows(AuditEvent, AuditEvent.subject_kind == "person", AuditEvent.subject_id == person.id)[-1]
    assert (last.action, last.after) == ("person.link", {"shown": True})
    assert token not in repr([vars(event) for event in app.rows(AuditEvent)])
    assert app.anonymous_client().get(f"/fr/password/{emailed}").status == 410
    outcome = user.open(f"admin/outbox/{message.id}").main_text
    assert {"en": "A new link was shown", "fr": "Un nouveau lien a été affiché"}[lang] in outcome
    assert {"en": "A newer email", "fr": "Un courriel plus récent"}[lang] not in outcome
    assert set_password(app.anonymous_client(), token, lang="fr").status == 303
    user.open(f"admin/people/{person.id}")
    assert user.translate("Pass on the invitation yourself") not in user.page.main_text


@pytest.mark.parametrize(("name", "mail"), [("quebec", MailSettings()), (INVITED["email"], MailSettings("console"))])
def test_link_is_shown_neither_for_a_person_who_can_sign_in_nor_where_email_works(
    make_app: MakeApp, name: str, mail: MailSettings
) -> None:
    app = make_app(mail=mail)
    user = open_people(app)
    user.press("Send the invitation", fields={**INVITED, "role": "reader", "jurisdiction": "", "lang": "en"})
    (person,) = app.rows(Person, Person.email == (name if "@" in name else email(name)))
    page = user.open(f"admin/people/{person.id}")
    assert "Pass on the invitation yourself" not in page.main_text
    before = app.fingerprint()
    token = {"csrf_token": user.browser.csrf_token()}
    refused = user.browser.send("POST", f"/en/admin/people/{person.id}/link/show", data=token)
    assert refused.status == 422
    assert app.fingerprint() == before


@LANGS
def test_invited_deputy_sets_a_password_and_reports_for_the_jurisdiction(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    user = open_people(app, lang)
    fields = {**INVITED, "role": "deputy", "jurisdiction": jurisdiction_id(app, "saskatchewan"), "lang": "fr"}
    page = user.press("Send the invitation", fields=fields)
    assert INVITED["email"] in text_of(page.find_by_id("invite"))
    assert user.translate("Never") in page.main_text
    browser = app.anonymous_client()
    assert set_password(browser, sent_token(app, INVITED["email"], "fr"), lang="fr").status == 303
    assert submit_sign_in(browser, INVITED["email"], NEW_PASSWORD).status == 303
    mine = browser.get("/fr/my-updates")
    assert mine.status == 200
    assert "Saskatchewan" in mine.main_text
    (person,) = app.rows(Person, Person.email == INVITED["email"])
    about = AuditEvent.subject_kind == "person", AuditEvent.subject_id == person.id
    actions = [event.action for event in app.rows(AuditEvent, *about)]
    assert actions == ["person.added", "person.link", "person.password"]
    assert (person.lang, person.name) == (Language.FR, INVITED["name"])


@LANGS
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "d.deschenes"}, "email"),
        ({"email": email("quebec")}, "email"),
        ({"role": ""}, "role"),
        ({"role": "lead"}, "jurisdiction"),
    ],
)
def test_refused_invitation_keeps_what_was_typed_and_sends_nothing(
    app: App, lang: str, changed: dict[str, str], field: str
) -> None:
    user = open_people(app, lang)
    before = app.fingerprint()
    typed = {**INVITED, "role": "reader", "jurisdiction": "", "lang": lang, **changed}
    page = user.press("Send the invitation", fields={name: value for name, value in typed.items() if name != "role" or value})
    assert page.status == 422
    assert page.find_by_id(f"{field}-error") is not None
    form = user.form("Send the invitation")
    assert {name: form.value(name) or "" for name in ("name", "email")} == {name: typed[name] for name in ("name", "email")}
    assert app.fingerprint() == before


def test_new_invitation_and_revoking_make_earlier_links_useless(app: App) -> None:
    user = open_people(app)
    user.press("Send the invitation", fields={**INVITED, "role": "reader", "jurisdiction": "", "lang": "en"})
    first = sent_token(app, INVITED["email"])
    user.follow(INVITED["name"])
    page = user.press("Send a new invitation")
    second = sent_token(app, INVITED["email"])
    assert [app.anonymous_client().get(f"/en/password/{token}").status for token in (first, second)] == [410, 200]
    assert "A link to set a password works until" in page.main_text
    page = user.press("Revoke the link")
    assert app.anonymous_client().get(f"/en/password/{second}").status == 410
    assert "No valid invitation" in page.main_text
    waiting = [m for m in app.rows(OutboxMessage, OutboxMessage.address == INVITED["email"]) if m.next_try_at is not None]
    assert waiting == [], "an email whose link does not work is not sent"


def test_secretariat_does_not_see_the_token_of_a_link_in_the_outbox(app: App) -> None:
    user = open_people(app)
    user.press("Send the invitation", fields={**INVITED, "role": "reader", "jurisdiction": "", "lang": "en"})
    token = sent_token(app, INVITED["email"])
    message = app.rows(OutboxMessage, OutboxMessage.address == INVITED["email"])[-1]
    page = user.open(f"admin/outbox/{message.id}")
    assert "/password/…" in page.main_text
    assert token not in page.text


@LANGS
def test_lead_who_moves_to_another_jurisdiction_signs_in_again_and_reports_there(app: App, lang: str) -> None:
    lead = app.client_as("quebec")
    user = open_person(app, "quebec", lang)
    role = app.rows(Membership, Membership.person_id == app.person_id("quebec"))[0].id
    page = user.press("Move the role", fields={f"move-{role}-jurisdiction": jurisdiction_id(app, "nwt")})
    assert page.status == 200
    assert not is_signed_in(lead)
    (held,) = app.rows(Membership, Membership.person_id == app.person_id("quebec"))
    assert (held.role, str(held.jurisdiction_id)) == (Role.LEAD, jurisdiction_id(app, "nwt"))
    assert app.rows(OutboxMessage, OutboxMessage.address == email("quebec"))[-1].kind == "roles"


def test_role_is_offered_for_other_jurisdictions_than_those_it_is_held_for(app: App) -> None:
    user = open_person(app, "quebec")
    user.press("Add the role", fields={"role": "lead", "jurisdiction": jurisdiction_id(app, "nwt")})
    user.press("Add the role", fields={"role": "deputy", "jurisdiction": jurisdiction_id(app, "ontario")})
    held = app.rows(Membership, Membership.person_id == app.person_id("quebec"))
    for role in held:
        select = user.page.find_by_id(f"move-{role.id}-jurisdiction")
        offered = {option.get("value") for option in select.iter("option")}
        same = {str(other.jurisdiction_id) for other in held if other.role is role.role}
        assert not offered & same
        assert {str(other.jurisdiction_id) for other in held} - same <= offered


def test_person_with_two_roles_can_lose_one_but_not_the_last(app: App) -> None:
    user = open_person(app, "quebec")
    user.press("Add the role", fields={"role": "co-chair", "jurisdiction": ""})
    user.press("End the role Lead, Quebec")
    assert [m.role for m in app.rows(Membership, Membership.person_id == app.person_id("quebec"))] == [Role.CO_CHAIR]
    assert all(button.text is None or "End the role" not in button.text for button in user.page.find_all("button"))


@LANGS
def test_last_lead_is_deactivated_only_with_an_answer_who_takes_over(app: App, lang: str) -> None:
    lead = app.client_as("quebec")
    user = open_person(app, "quebec", lang)
    user.follow("Deactivate the account")
    before = app.fingerprint()
    assert user.press("Deactivate the account").status == 422
    assert app.fingerprint() == before
    page = user.press("Deactivate the account", fields={"successor-qc": str(app.person_id("ontario"))})
    assert "É. Gagnon" in page.main_text
    taker, place = app.rows(Person, Person.id == app.person_id("ontario"))[0].name, {"en": "Quebec", "fr": "Québec"}[lang]
    assert user.translate("New lead: %(name)s, %(place)s.", name=taker, place=place) in page.main_text
    assert not is_signed_in(lead)
    assert submit_sign_in(app.anonymous_client(), email("quebec")).status == 422
    roles = {m.jurisdiction_id for m in app.rows(Membership, Membership.person_id == app.person_id("ontario"))}
    assert len(roles) == 2
    user.open(f"admin/people/{app.person_id('quebec')}")
    page = user.press("Reactivate the account")
    keeps = {"en": f"{taker} keeps the role for Quebec.", "fr": f"{taker} garde son rôle pour le Québec."}[lang]
    assert keeps in page.main_text.replace("\u00a0", " ")
    assert set_password(app.anonymous_client(), sent_token(app, email("quebec"), "fr")).status == 303
    assert submit_sign_in(app.anonymous_client(), email("quebec"), NEW_PASSWORD).status == 303


@LANGS
def test_jurisdiction_with_only_a_deputy_is_not_among_those_without_a_lead_or_deputy(app: App, lang: str) -> None:
    without = {
        "en": "7 jurisdictions have no lead or deputy who can sign in:",
        "fr": "7 administrations n’ont ni responsable ni suppléance qui peut se connecter :",
    }[lang]
    held = Membership.person_id == app.person_id("quebec")
    before = text_of(open_people(app, lang).page.find("p", class_="lede")).replace("\u00a0", " ")
    app.execute(update(Membership).where(held).values(role=Role.DEPUTY))
    after = text_of(open_people(app, lang).page.find("p", class_="lede")).replace("\u00a0", " ")
    assert without in before
    assert after == before


@LANGS
def test_invited_colleague_counts_neither_as_a_lead_nor_as_a_successor(app: App, lang: str) -> None:
    invite = open_people(app, lang)
    invite.press(
        "Send the invitation", fields={**INVITED, "role": "lead", "jurisdiction": jurisdiction_id(app, "quebec"), "lang": "en"}
    )
    (invited,) = app.rows(Person, Person.email == INVITED["email"])
    user = open_person(app, "quebec", lang)
    page = user.follow("Deactivate the account")
    offered = {option.get("value") for option in page.find_by_id("successor-qc").iter("option")}
    assert str(app.person_id("ontario")) in offered
    assert str(invited.id) not in offered
    before = app.fingerprint()
    token = {"csrf_token": user.browser.csrf_token(), "version": "1", "successor-qc": str(invited.id)}
    path = f"/{lang}/admin/people/{app.person_id('quebec')}/deactivate"
    assert user.browser.send("POST", path, data=token).status == 404
    assert app.fingerprint() == before
    user.press("Deactivate the account", fields={"successor-qc": "none"})
    summary = text_of(user.page.find("p", class_="lede"))
    assert f"Québec ({user.translate('invited')})" in summary or f"Quebec ({user.translate('invited')})" in summary
    assert user.page.find("p", class_="lede").find(f".//a[@href='/{lang}/admin/people/{invited.id}']") is not None


@LANGS
def test_deactivation_names_the_reports_that_are_due_and_the_saved_ones(app: App, lang: str) -> None:
    lead = ScriptlessUser(app, "ontario", "en")
    lead.open("my-updates")
    user = open_person(app, "ontario", lang)
    page = user.follow("Deactivate the account")
    notice = text_of(page.find_by_id("unsubmitted-heading").getparent())
    assert (
        user.translate("Saved reports stay with the jurisdiction, and its other leads and deputies can submit them.") in notice
    )
    assert "2020" in notice


@LANGS
def test_link_of_a_jurisdiction_without_a_lead_fills_in_the_invitation(app: App, lang: str) -> None:
    user = open_people(app, lang)
    user.follow("Nunavut", within=user.page.find("p", class_="lede"))
    user.press("Send the invitation", fields={**INVITED, "lang": lang})
    (place,) = app.rows(Jurisdiction, Jurisdiction.code == "nu")
    (held,) = app.rows(Membership, Membership.person.has(Person.email == INVITED["email"]))
    assert (held.role, held.jurisdiction_id) == (Role.LEAD, place.id)


def test_invitation_tells_all_problems_at_once(app: App) -> None:
    user = open_people(app)
    page = user.press("Send the invitation", fields={"name": "", "email": "none", "role": "lead", "jurisdiction": ""})
    assert page.status == 422
    assert all(page.field_error(field) for field in ("name", "email", "jurisdiction"))


@LANGS
def test_refusal_of_a_known_address_links_to_its_account(app: App, lang: str) -> None:
    user = open_people(app, lang)
    page = user.press("Send the invitation", fields={**INVITED, "email": email("quebec"), "role": "reader", "lang": lang})
    assert page.status == 422
    user.follow("Go to the account with this email address")
    user.expect_path(f"admin/people/{app.person_id('quebec')}")


def test_secretariat_cannot_deactivate_itself(app: App) -> None:
    user = open_person(app, "secretariat")
    before = app.fingerprint()
    assert all("deactivate" not in link.get("href", "") for link in user.page.find_all("a"))
    token = user.browser.csrf_token()
    path = f"/en/admin/people/{app.person_id('secretariat')}/deactivate"
    answer = user.browser.send("POST", path, data={"csrf_token": token, "version": "1"})
    assert answer.status == 422
    assert app.fingerprint() == before


@LANGS
def test_correction_of_an_account_changed_meanwhile_is_told_and_not_saved(app: App, lang: str) -> None:
    late, early = open_person(app, "quebec", lang), open_person(app, "quebec", lang)
    early.press("Save the account", fields={"name": "É. Gagnon-Roy"})
    before = app.fingerprint()
    page = late.press("Save the account", fields={"name": "É. Gagné"})
    assert page.status == 409
    assert late.form("Save the account").value("name") == "É. Gagné", "what was typed is still there"
    assert app.fingerprint() == before


def test_changed_address_is_told_to_both_addresses_and_signs_out(app: App) -> None:
    lead = app.client_as("quebec")
    open_person(app, "quebec").press("Save the account", fields={"email": "E.Gagnon@example.ca"})
    assert not is_signed_in(lead)
    addresses = {m.address for m in app.rows(OutboxMessage, OutboxMessage.kind == "address")}
    assert addresses == {email("quebec"), "e.gagnon@example.ca"}
    assert submit_sign_in(app.anonymous_client(), "e.gagnon@example.ca").status == 303


def test_filters_apply_to_the_list_and_to_its_downloads(app: App) -> None:
    user = open_people(app)
    page = user.press("Filter", fields={"q": "québec", "role": "lead", "state": "active"})
    assert [text_of(cell) for cell in page.find_all("th") if cell.get("scope") == "row"] == [f"É. Gagnon{email('quebec')}"]
    download = user.browser.get("/fr/admin/people.xlsx?q=québec&role=lead")
    rows = list(load_workbook(BytesIO(download.response.get_data())).worksheets[0].iter_rows(values_only=True))
    assert any("É. Gagnon" in row for row in rows)
    assert not any("N. Osei" in row for row in rows)
    assert "No person matches" in user.open("admin/people?q=nowhere").main_text


@pytest.mark.parametrize("name", ["chair", "ontario", "reader"])
def test_people_are_for_the_secretariat_only(app: App, name: str) -> None:
    browser = app.client_as(name)
    before = app.fingerprint()
    assert browser.get("/en/admin/people").status == 403
    posted = {"csrf_token": browser.csrf_token(), **INVITED, "role": "secretariat", "lang": "en"}
    assert browser.send("POST", "/en/admin/people", data=posted).status == 403
    assert "/admin/people" not in browser.get("/en/").text
    assert app.fingerprint() == before
