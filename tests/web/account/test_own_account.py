"""A person changes their own name and email address, and sees and ends their own sessions."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from cogwg.accounts.browsers import browser_name
from cogwg.accounts.models import AddressChange, Person, SignIn
from cogwg.audit.models import AuditEvent
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import without_secrets
from tests.databases import PASSWORD
from tests.sessions import FURTHER, first_of
from tests.web.account.test_password import change_password
from tests.web.auth.test_forgotten_password import ask_for_link, emailed_tokens
from tests.web.auth.test_mail_scanner import Scanner
from tests.web.auth.test_sign_in import deactivate, is_signed_in, set_password, submit_sign_in
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Client, email, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
NEW = "n.osei@ontario.example"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 "
    "Edg/138.0.0.0"
)
CHROME = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36"


def open_account(app: App, lang: str = "en", name: str = "ontario") -> ScriptlessUser:
    user = ScriptlessUser(app, name, lang)
    user.open("account")
    return user


def ask_for_address(user: ScriptlessUser, address: str = NEW, password: str = PASSWORD) -> None:
    user.open("account/email")
    user.press("Send the link", fields={"email": address, "current": password})


def address_link(app: App, address: str = NEW) -> str:
    """Return the path of the link in the last email to a new address."""
    message = app.rows(OutboxMessage, OutboxMessage.address == address)[-1]
    link = re.search(r"/(?:en|fr)/account/email/\S+", message.text)
    assert link, message.text
    return link[0]


def browse_with(app: App, user_agent: str, name: str = "ontario") -> Client:
    browser = app.anonymous_client(HTTP_USER_AGENT=user_agent)
    assert submit_sign_in(browser, email(name)).status == 303
    return browser


@LANGS
def test_changed_name_is_the_one_that_others_see(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    user = open_account(app, lang)
    page = user.press("Change my name", fields={"name": "  Nana   Osei-Tutu "})
    assert user.translate("Your name was changed.") in text_of(page.find_by_id("identity"))
    assert "Nana Osei-Tutu" in app.client_as("secretariat").get("/en/admin/people").main_text
    (event,) = app.rows(AuditEvent, AuditEvent.action == "person.renamed")
    assert (event.actor_id, event.subject_id) == (app.person_id("ontario"), app.person_id("ontario"))
    assert "Osei-Tutu" not in repr(vars(event))
    assert app.rows(Person, Person.email == email("ontario"))[0].version == 2


@LANGS
@pytest.mark.parametrize("name", first_of(1, ["", " \t ", "x" * 121]))
def test_refused_name_is_kept_in_the_form_and_changes_nothing(app: App, lang: str, name: str) -> None:
    user = open_account(app, lang)
    before = app.fingerprint()
    page = user.press("Change my name", fields={"name": name})
    assert page.status == 422
    assert user.translate("Enter your name, in 120 characters or fewer.") in page.field_error("name")
    assert app.fingerprint() == before


@LANGS
def test_new_address_counts_once_its_person_confirms_it(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    user, elsewhere = open_account(app, lang), app.client_as("ontario")
    neighbour = app.client_as("quebec")
    ask_for_address(user, f" {NEW.upper()} ")
    assert NEW in text_of(user.page.find_by_id("identity"))
    emails = {(m.address, m.kind) for m in app.rows(OutboxMessage)}
    assert emails == {(NEW, "address-link"), (email("ontario"), "address")}
    assert app.person_id("ontario"), "the present address is still that of the account"
    user.open(address_link(app).replace("/en/", f"/{lang}/"))
    page = user.press("Save my choice", fields={"choice": "new"})
    assert NEW in text_of(page.find_by_id("identity"))
    assert [is_signed_in(browser) for browser in (user.browser, elsewhere, neighbour)] == [True, False, True]
    assert submit_sign_in(app.anonymous_client(), email("ontario")).status == 422
    assert submit_sign_in(app.anonymous_client(), NEW).status == 303
    (person,) = app.rows(Person, Person.email == NEW)
    emails = {(m.address, m.kind) for m in app.rows(OutboxMessage)[2:]}
    assert emails == {(email("ontario"), "address"), (NEW, "address")}
    actions = app.rows(AuditEvent, AuditEvent.subject_kind == "person", AuditEvent.subject_id == person.id)
    assert [event.action for event in actions][-2:] == ["person.address-asked", "person.address"]
    assert all(NEW not in repr(vars(event)) for event in actions)
    assert app.rows(AddressChange) == []


@LANGS
@pytest.mark.parametrize(
    ("fields", "field"),
    first_of(
        2,
        [
            ({"current": "another pass phrase"}, "current"),
            ({"email": email("quebec")}, "email"),
            ({"email": email("ontario")}, "email"),
            ({"email": "n.osei"}, "email"),
            ({"email": ""}, "email"),
            ({"current": ""}, "current"),
        ],
    ),
)
def test_refused_address_sends_nothing(app: App, lang: str, fields: dict[str, str], field: str) -> None:
    user = open_account(app, lang)
    before = app.fingerprint()
    user.open("account/email")
    page = user.press("Send the link", fields={"email": NEW, "current": PASSWORD, **fields})
    assert page.status == 422
    assert page.field_error(field)
    assert page.form().value("current") == ""
    assert app.fingerprint() == before


def test_wrong_current_password_counts_as_a_failed_sign_in(app: App) -> None:
    user = open_account(app)
    for _ in range(5):
        ask_for_address(user, password="wrong")
    ask_for_address(user)
    assert user.page.status == 429
    assert app.rows(AddressChange) == []


def test_emails_to_a_new_address_are_limited(app: App) -> None:
    user = open_account(app)
    for _ in range(6):
        ask_for_address(user)
        app.clock.advance(seconds=1)
    assert user.page.status == 422
    assert len(app.rows(OutboxMessage, OutboxMessage.address == NEW)) == 5


def test_link_to_a_new_address_needs_a_choice_and_can_be_refused(app: App) -> None:
    user = open_account(app)
    ask_for_address(user)
    link = address_link(app)
    page = user.open(link)
    assert all(control.get("checked") is None for control in page.find_all("input", type="radio"))
    before = app.fingerprint()
    assert user.press("Save my choice").status == 422
    assert app.fingerprint() == before
    user.press("Save my choice", fields={"choice": "old"})
    assert user.open(link).status == 410
    assert app.person_id("ontario")


def test_scanner_changes_no_address(app: App) -> None:
    ask_for_address(open_account(app))
    before = app.fingerprint()
    assert Scanner(app).scan(address_link(app)) <= {303, 401}, "it would have to sign in"
    assert app.fingerprint() == before


def test_link_of_another_person_does_not_work(app: App) -> None:
    ask_for_address(open_account(app))
    other = app.client_as("quebec")
    before = app.fingerprint()
    link = address_link(app)
    assert other.get(link).status == 410
    assert other.post(link, {"csrf_token": other.csrf_token(), "choice": "new"}).status == 410
    assert other.post(link, {"csrf_token": other.csrf_token(), "choice": "old"}).status == 410
    assert app.fingerprint() == before


@pytest.mark.parametrize("cause", ["expired", "newer", "kept", "password", "reset", "taken"])
def test_link_to_a_new_address_ends(app: App, cause: str) -> None:
    user = open_account(app)
    ask_for_address(user)
    link = address_link(app)
    app.clock.advance(seconds=1)
    if cause == "expired":
        app.clock.advance(hours=1)
    elif cause == "newer":
        ask_for_address(user)
    elif cause == "kept":
        user.open("account")
        user.press("Keep my current email address")
    elif cause == "password":
        assert change_password(user.browser).status == 303
    elif cause == "reset":
        ask_for_link(app.anonymous_client(), email("ontario"))
        set_password(app.anonymous_client(), emailed_tokens(app)[-1])
        user = open_account(app)
    else:
        app.execute(update(Person).where(Person.email == email("quebec")).values(email=NEW))
        user.open(link)
        assert user.press("Save my choice", fields={"choice": "new"}).status == 422
        assert app.person_id("ontario")
        return
    assert user.open(link).status == 410


def test_deactivation_ends_the_link_to_a_new_address(app: App) -> None:
    ask_for_address(open_account(app))
    deactivate(app, "ontario")
    assert app.rows(AddressChange) == []


def test_token_of_a_new_address_is_stored_as_hash_and_leaves_the_outbox(app: App) -> None:
    ask_for_address(open_account(app))
    token = address_link(app).rpartition("/")[2]
    assert token not in repr([vars(row) for row in app.rows(AddressChange)])
    message = app.rows(OutboxMessage, OutboxMessage.address == NEW)[-1]
    assert token not in without_secrets(message.text) + without_secrets(message.html)


@LANGS
def test_sessions_are_listed_with_browser_and_times_and_one_can_be_ended(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    phone = browse_with(app, SAFARI)
    browse_with(app, CHROME, "quebec")
    app.clock.advance(minutes=10)
    user = ScriptlessUser(app, "visitor", lang)
    user.browser = browse_with(app, FIREFOX)
    page = user.open("account")
    listed = text_of(page.find_by_id("security"))
    assert f"Firefox, Windows ({user.translate('this session')})" in listed
    assert "Safari, iPhone" in listed
    assert "Chrome" not in listed
    user.press("End this session")
    assert user.translate("The session was ended.") in text_of(user.page.find_by_id("sessions"))
    assert [is_signed_in(browser) for browser in (phone, user.browser)] == [False, True]
    assert "Safari" not in text_of(user.page.find_by_id("security"))
    (event,) = app.rows(AuditEvent, AuditEvent.action == "person.signed-out")
    assert event.after == {"sessions": 1}


def test_session_of_another_person_cannot_be_ended(app: App) -> None:
    other, mine = app.client_as("quebec"), app.client_as("ontario")
    (foreign,) = app.rows(SignIn, SignIn.person_id == app.person_id("quebec"))
    before = app.fingerprint()
    assert mine.post(f"/en/account/sessions/{foreign.id}/end", {"csrf_token": mine.csrf_token()}).status == 303
    assert is_signed_in(other)
    assert app.fingerprint() == before


def test_ending_the_own_session_signs_out(app: App) -> None:
    browser = app.client_as("ontario")
    (own,) = app.rows(SignIn)
    answer = browser.post(f"/en/account/sessions/{own.id}/end", {"csrf_token": browser.csrf_token()})
    assert (answer.status, answer.redirect_path) == (303, "/en/sign-in")
    assert not is_signed_in(browser)


def test_ended_sessions_are_not_listed(app: App) -> None:
    browse_with(app, SAFARI)
    app.clock.advance(hours=3)
    page = browse_with(app, FIREFOX).get("/en/account")
    assert "Safari" not in text_of(page.find_by_id("security"))


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (SAFARI, "Safari, iPhone"),
        (EDGE, "Edge, Windows"),
        (CHROME, "Chrome, Android"),
        ("curl/8.5.0", ""),
        ("", ""),
        ("<b>Firefox/1\r\n" * 100, "Firefox"),
        pytest.param("Mozilla/5.0 (X11; CrOS x86_64) Chrome/138.0 Safari/537.36", "Chrome, ChromeOS", marks=FURTHER),
        pytest.param("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17 Safari/605", "Safari, macOS", marks=FURTHER),
    ],
)
def test_browser_is_named_without_its_version(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
