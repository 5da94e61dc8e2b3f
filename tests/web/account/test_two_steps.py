"""Two-step sign-in on the account page: set up with a code, recovery codes shown once, turned off with the password."""

from __future__ import annotations

import re

import pyotp
import pytest

from cogwg.accounts.models import RecoveryCode, SecondFactor, SignIn
from cogwg.audit.models import AuditEvent
from cogwg.mail.models import OutboxMessage
from tests.databases import PASSWORD
from tests.web.auth.test_second_step import enter_code, enter_password, enter_recovery_code
from tests.web.auth.test_sign_in import is_signed_in
from tests.web.scriptless_user import ScriptlessUser, translate
from tests.web.second_steps import Authenticator, stored_factor, with_two_steps
from tests.web_client import App, Page, email, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
BEGIN, CONFIRM, NEW_CODES, OFF = (
    "Set up an app",
    "Add the app",
    "Create new recovery codes",
    "Remove the app",
)


def begin(app: App, lang: str = "en", name: str = "ontario") -> tuple[ScriptlessUser, Authenticator]:
    """Begin the set-up, and return the user on the page with the key, and an app to which they typed it."""
    user = ScriptlessUser(app, name, lang)
    user.open("account")
    user.follow("Set up two-step sign-in")
    page = user.press(BEGIN, fields={"current": PASSWORD})
    secret = text_of(page.find("p", class_="setup-key")).replace(" ", "")
    return user, Authenticator(app, secret)


def shown_codes(page: Page) -> list[str]:
    return [text_of(item) for item in page.find("ol", class_="recovery-codes").iter("li")]


def actions(app: App) -> list[str]:
    events = app.rows(AuditEvent, AuditEvent.subject_kind == "person", AuditEvent.subject_id == app.person_id("ontario"))
    return [event.action for event in events]


@LANGS
def test_set_up_confirmed_by_a_code_asks_for_codes_from_then_on(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    elsewhere = app.client_as("ontario")
    user, authenticator = begin(app, lang)
    before = user.browser.flask_client.get_cookie("session")
    page = user.press(CONFIRM, fields={"one_time_code": authenticator.code()})
    codes = shown_codes(page)
    assert len(set(codes)) == 10
    assert authenticator.secret not in page.text.replace(" ", ""), "the key is shown only until it is confirmed"
    assert is_signed_in(user.browser)
    assert not is_signed_in(elsewhere)
    assert before is not None
    copied = app.anonymous_client()
    copied.flask_client.set_cookie("session", before.value)
    assert not is_signed_in(copied), "the session has a new id"
    again = user.open("account/two-steps")
    assert not [code for code in codes if code in again.text], "recovery codes are shown once"
    assert enter_code(enter_password(app)[1], authenticator.code()).status == 422, "the code of the set-up was used"
    assert enter_code(enter_password(app)[1], authenticator.code(1)).status == 303
    assert enter_recovery_code(enter_password(app)[1], codes[0]).status == 303
    assert actions(app)[1:] == ["person.second-factor-begun", "person.second-factor-on", "person.recovery-code-used"]


@LANGS
def test_set_up_reached_from_another_page_continues_there(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "secretariat", lang)
    user.open("admin/settings/two-steps")
    user.follow("Set up your two-step sign-in")
    page = user.press(BEGIN, fields={"current": PASSWORD})
    authenticator = Authenticator(app, text_of(page.find("p", class_="setup-key")).replace(" ", ""))
    user.press(CONFIRM, fields={"one_time_code": authenticator.code()})
    user.follow("I have saved my codes. Continue")
    user.expect_path("admin/settings/two-steps")


def test_set_up_continues_on_no_other_site(app: App) -> None:
    user, _authenticator = begin(app)
    user.open("account/two-steps?next=//evil.example")
    with user.browser.flask_client.session_transaction() as cookie:
        assert "two-steps-next" not in cookie


@LANGS
def test_set_up_link_and_picture_hold_the_key_of_the_account(app: App, lang: str) -> None:
    user, authenticator = begin(app, lang)
    (link,) = [a.get("href") for a in user.page.find_all("a") if a.get("href", "").startswith("otpauth:")]
    parsed = pyotp.parse_uri(link)
    assert (parsed.secret, parsed.name, parsed.issuer) == (authenticator.secret, email("ontario"), "COGWG")
    picture = user.page.find("svg", class_="qr-code")
    assert picture.get("aria-label")
    assert "style" not in str(picture.attrib)


@pytest.mark.parametrize("code", ["", "000000", "not a code"])
def test_set_up_with_a_wrong_code_stays_off(app: App, code: str) -> None:
    user, _authenticator = begin(app)
    page = user.press(CONFIRM, fields={"one_time_code": code})
    assert page.status == 422
    assert page.field_error("one_time_code")
    factor = stored_factor(app, "ontario")
    assert factor is not None
    assert factor.confirmed_at is None
    assert app.rows(RecoveryCode) == []


def test_wrong_codes_of_the_set_up_are_throttled(app: App) -> None:
    user, authenticator = begin(app)
    for _ in range(5):
        assert user.press(CONFIRM, fields={"one_time_code": authenticator.wrong_code}).status == 422
    assert user.press(CONFIRM, fields={"one_time_code": authenticator.code()}).status == 429


@pytest.mark.parametrize("current", ["", "not the password"])
@pytest.mark.parametrize("button", [BEGIN, NEW_CODES, OFF])
def test_change_without_the_current_password_changes_nothing(app: App, button: str, current: str) -> None:
    if button != BEGIN:
        with_two_steps(app, "ontario")
    user = ScriptlessUser(app, "ontario", "en")
    user.open("account/two-steps")
    before = app.fingerprint()
    assert user.press(button, fields={"current": current}).status == 422
    assert app.fingerprint() == before


def test_set_up_begun_again_replaces_the_key(app: App) -> None:
    _user, first = begin(app)
    user = ScriptlessUser(app, "ontario", "en")
    page = user.open("account/two-steps")
    stale = page.form("/confirm").fill(one_time_code=first.code())
    token = user.browser.csrf_token()
    user.browser.post("/en/account/two-steps/begin", {"csrf_token": token, "current": PASSWORD})
    assert stale.submit().status == 422
    assert len(app.rows(SecondFactor)) == 1


def test_confirmed_set_up_cannot_be_begun_or_confirmed_again(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    browser = app.client_as("ontario")
    token, before = browser.csrf_token(), app.fingerprint()
    assert browser.post("/en/account/two-steps/begin", {"csrf_token": token, "current": PASSWORD}).status == 422
    code = {"csrf_token": token, "one_time_code": authenticator.code()}
    assert browser.post("/en/account/two-steps/confirm", code).status == 422
    assert app.fingerprint() == before


@LANGS
def test_new_recovery_codes_replace_the_earlier_ones(app: App, lang: str) -> None:
    earlier = with_two_steps(app, "ontario").recovery_codes
    user = ScriptlessUser(app, "ontario", lang)
    user.open("account/two-steps")
    codes = shown_codes(user.press(NEW_CODES, fields={"current": PASSWORD}))
    assert not set(codes) & set(earlier)
    assert enter_recovery_code(enter_password(app)[1], earlier[0]).status == 422
    assert enter_recovery_code(enter_password(app)[1], codes[0]).status == 303
    assert "person.recovery-codes" in actions(app)


@LANGS
def test_turned_off_two_steps_sign_in_with_the_password_alone(app: App, lang: str) -> None:
    with_two_steps(app, "ontario")
    elsewhere, user = app.client_as("ontario"), ScriptlessUser(app, "ontario", lang)
    user.open("account/two-steps")
    page = user.press(OFF, fields={"current": PASSWORD})
    for sentence in ("Your authenticator app was removed.", "Two-step sign-in is off.", "You are signed out everywhere else."):
        assert translate(lang, sentence) in page.main_text
    assert is_signed_in(user.browser)
    assert not is_signed_in(elsewhere)
    assert (app.rows(SecondFactor), app.rows(RecoveryCode)) == ([], [])
    assert actions(app)[-1] == "person.second-factor-off"


def test_account_page_tells_how_many_recovery_codes_are_left(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    user = ScriptlessUser(app, "ontario", "en")
    assert "10 recovery codes are left." in user.open("account").main_text
    for code in authenticator.recovery_codes[:7]:
        enter_recovery_code(enter_password(app)[1], code)
    page = user.open("account")
    assert "3 recovery codes are left." in page.main_text
    assert "Create new recovery codes before you run out." in page.main_text


@LANGS
def test_each_change_is_told_by_email_without_a_secret(app: App, lang: str) -> None:
    user, authenticator = begin(app, lang)
    codes = shown_codes(user.press(CONFIRM, fields={"one_time_code": authenticator.code()}))
    user.open("account/two-steps")
    codes += shown_codes(user.press(NEW_CODES, fields={"current": PASSWORD}))
    user.open("account/two-steps")
    user.press(OFF, fields={"current": PASSWORD})
    messages = app.rows(OutboxMessage, OutboxMessage.address == email("ontario"))
    assert [message.key.split(":")[2] for message in messages] == ["app-added", "codes", "app-removed"]
    texts = " ".join(message.subject + message.text for message in messages)
    assert not re.search("|".join([authenticator.secret, *codes]), texts)


def test_new_recovery_codes_wait_encrypted_in_the_cookie(app: App) -> None:
    with_two_steps(app, "ontario")
    browser = app.client_as("ontario")
    form = browser.get("/en/account/two-steps").form("/codes").fill(current=PASSWORD)
    answer = form.submit()
    assert answer.status == 303
    with browser.flask_client.session_transaction() as cookie:
        waiting = str(dict(cookie))
    codes = shown_codes(answer.follow())
    assert "codes-once" in waiting
    assert not [code for code in codes if code in waiting]


def test_sessions_before_the_set_up_are_gone(app: App) -> None:
    app.client_as("ontario")
    user, authenticator = begin(app)
    assert len(app.rows(SignIn)) == 2
    user.press(CONFIRM, fields={"one_time_code": authenticator.code()})
    assert len(app.rows(SignIn)) == 1
