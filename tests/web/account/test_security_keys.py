"""Security keys on the page of two-step sign-in: added with the password and a signed challenge, and removed."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from cogwg.accounts.models import RecoveryCode, SecurityKey, SpentChallenge
from cogwg.mail.models import OutboxMessage
from tests.databases import PASSWORD
from tests.soft_key import SoftKey, encode
from tests.web.account.test_two_steps import actions, shown_codes
from tests.web.auth.test_second_step import enter_recovery_code
from tests.web.auth.test_sign_in import is_signed_in, submit_sign_in
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser, translate
from tests.web.second_steps import key_options, stored_keys, with_key, with_two_steps
from tests.web_client import App, Client, Page, email

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
ADD, REMOVE = "Add a security key", "Remove the key"


def open_page(app: App, lang: str = "en", name: str = "ontario") -> ScriptlessUser:
    user = ScriptlessUser(app, name, lang)
    user.open("account/two-steps")
    return user


def begin(app: App, lang: str = "en", name: str = "Blue key") -> tuple[ScriptlessUser, Page]:
    """Name a key and enter the password; return the user on the page that connects the key."""
    user = open_page(app, lang)
    return user, user.press(ADD, fields={"name": name, "current": PASSWORD})


def connect(page: Page, key: SoftKey, **changed: Any) -> Page:
    """Send what the key answers, as the page's script does."""
    answer = key.register(key_options(page), **changed)
    return page.form().fill(key_answer=answer).submit()


def remove_form(browser: Client, key_id: int) -> Page:
    return browser.get("/en/account/two-steps").form(f"/keys/{key_id}/remove").fill(current=PASSWORD).submit()


@LANGS
def test_first_key_turns_two_steps_on_and_shows_the_recovery_codes_once(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    elsewhere = app.client_as("ontario")
    user, page = begin(app, lang)
    assert page.h1 == translate(lang, "Connect your security key")
    before = user.browser.flask_client.get_cookie("session")
    answer = connect(page, SoftKey())
    assert answer.status == 303
    page = answer.follow()
    codes = shown_codes(page)
    assert len(set(codes)) == 10
    assert is_signed_in(user.browser)
    assert not is_signed_in(elsewhere)
    assert before is not None
    copied = app.anonymous_client()
    copied.flask_client.set_cookie("session", before.value)
    assert not is_signed_in(copied), "the session has a new id"
    (stored,) = stored_keys(app, "ontario")
    assert (stored.name, stored.used_at, stored.transports) == ("Blue key", None, "nfc usb")
    again = user.open("account/two-steps")
    assert not [code for code in codes if code in again.text]
    assert "Blue key" in again.main_text
    assert actions(app)[-1] == "person.security-key-added"
    waiting = submit_sign_in(app.anonymous_client(), email("ontario"))
    assert waiting.redirect_path == "/en/sign-in/code"
    assert enter_recovery_code(waiting.follow(), codes[0]).status == 303


def test_second_key_keeps_the_recovery_codes(app: App) -> None:
    _key, codes = with_key(app, "ontario")
    user, page = begin(app, name="Red key")
    page = connect(page, SoftKey()).follow()
    assert page.find_all("ol", class_="recovery-codes") == []
    assert "The security key “Red key” was added. You are signed out everywhere else." in page.main_text
    assert [key.name for key in stored_keys(app, "ontario")] == ["Blue key", "Red key"]
    assert is_signed_in(user.browser)
    browser = app.anonymous_client()
    assert enter_recovery_code(submit_sign_in(browser, email("ontario")).follow(), codes[0]).status == 303


@LANGS
@pytest.mark.parametrize("fields", [{"current": ""}, {"current": "not the password"}, {"name": " "}, {"name": "x" * 61}])
def test_key_without_a_name_or_the_password_is_not_begun(app: App, lang: str, fields: dict[str, str]) -> None:
    user = open_page(app, lang)
    before = app.fingerprint()
    page = user.press(ADD, fields={"name": "Blue key", "current": PASSWORD} | fields)
    assert page.status == 422
    assert page.find_by_id(f"key-{next(iter(fields))}").get("aria-invalid") == "true"
    assert app.fingerprint() == before
    assert user.browser.get(f"/{lang}/account/two-steps/keys/connect").redirect_path == f"/{lang}/account/two-steps"


@LANGS
@pytest.mark.parametrize(
    "changed",
    [{"origin": "https://evil.example"}, {"challenge": encode(b"an earlier challenge")}, {"type": "webauthn.get"}],
    ids=["origin", "challenge", "type"],
)
def test_wrong_answer_adds_no_key_and_offers_another_try(app: App, lang: str, changed: dict[str, str]) -> None:
    _user, page = begin(app, lang)
    refused = connect(page, SoftKey(), **changed)
    assert refused.status == 422
    assert translate(lang, "The security key was not accepted. Try again, or use another key.") in refused.alert_text
    assert stored_keys(app, "ontario") == []
    assert key_options(refused) != key_options(page), "each try has a challenge of its own"
    assert connect(refused, SoftKey()).status == 303


def test_answer_sent_twice_or_from_a_copied_cookie_adds_one_key(app: App) -> None:
    user, page = begin(app)
    cookie, key = user.browser.flask_client.get_cookie("session"), SoftKey()
    answer = key.register(key_options(page))
    assert cookie is not None
    assert page.form().fill(key_answer=answer).submit().status == 303
    assert len(stored_keys(app, "ontario")) == 1
    again = page.form().fill(key_answer=answer)
    user.browser.flask_client.set_cookie("session", cookie.value)
    assert again.submit().status == 401, "the session of the copied cookie has ended"
    assert len(stored_keys(app, "ontario")) == 1


def test_spent_challenge_adds_no_key_even_with_the_cookie_that_has_it(app: App) -> None:
    user, page = begin(app)
    cookie = user.browser.flask_client.get_cookie("session")
    assert cookie is not None
    answer = SoftKey().register(key_options(page))
    assert connect(page, SoftKey(), origin="https://evil.example").status == 422
    user.browser.flask_client.set_cookie("session", cookie.value)
    assert page.form().fill(key_answer=answer).submit().status == 422
    assert stored_keys(app, "ontario") == []
    assert len(app.rows(SpentChallenge)) == 1


def test_key_that_is_connected_after_ten_minutes_begins_again(app: App) -> None:
    user, page = begin(app)
    app.clock.advance(minutes=10, seconds=1)
    answer = connect(page, SoftKey())
    assert (answer.status, answer.redirect_path) == (303, "/en/account/two-steps")
    assert stored_keys(app, "ontario") == []
    assert user.browser.get("/en/account/two-steps/keys/connect").status == 303


def test_key_of_another_person_is_refused(app: App) -> None:
    key, _codes = with_key(app, "quebec")
    _user, page = begin(app)
    refused = connect(page, key)
    assert refused.status == 422
    assert "This security key is already in use. Use another one." in refused.alert_text
    assert app.rows(RecoveryCode, RecoveryCode.person_id == app.person_id("ontario")) == []
    assert [stored.person_id for stored in app.rows(SecurityKey)] == [app.person_id("quebec")]


@LANGS
def test_removed_last_key_turns_two_steps_off(app: App, lang: str) -> None:
    with_key(app, "ontario")
    elsewhere, user = app.client_as("ontario"), open_page(app, lang)
    assert translate(lang, "This will turn off two-step sign-in.") in user.page.main_text
    page = user.press(REMOVE, fields={"current": PASSWORD})
    for sentence in ("Two-step sign-in is off.", "You are signed out everywhere else."):
        assert translate(lang, sentence) in page.main_text
    assert is_signed_in(user.browser)
    assert not is_signed_in(elsewhere)
    assert (stored_keys(app, "ontario"), app.rows(RecoveryCode)) == ([], [])
    assert submit_sign_in(app.anonymous_client(), email("ontario")).redirect_path == "/en/my-updates"


def test_key_beside_the_app_is_removed_and_two_steps_stay_on(app: App) -> None:
    with_two_steps(app, "ontario")
    with_key(app, "ontario")
    user = open_page(app)
    assert "This will turn off two-step sign-in." not in user.page.main_text
    page = user.press(REMOVE, fields={"current": PASSWORD})
    assert "The security key “Blue key” was removed. You are signed out everywhere else." in page.main_text
    assert submit_sign_in(app.anonymous_client(), email("ontario")).redirect_path == "/en/sign-in/code"
    assert len(app.rows(RecoveryCode)) == 10


def test_app_beside_a_key_is_removed_and_two_steps_stay_on(app: App) -> None:
    with_two_steps(app, "ontario")
    with_key(app, "ontario")
    page = open_page(app).press("Remove the app", fields={"current": PASSWORD})
    assert "Your authenticator app was removed. You are signed out everywhere else." in page.main_text
    assert "After your password, you use a security key." in page.main_text
    assert submit_sign_in(app.anonymous_client(), email("ontario")).redirect_path == "/en/sign-in/code"


@pytest.mark.parametrize("current", ["", "not the password"])
def test_removal_without_the_current_password_changes_nothing(app: App, current: str) -> None:
    with_key(app, "ontario")
    user = open_page(app)
    before = app.fingerprint()
    page = user.press(REMOVE, fields={"current": current})
    assert page.status == 422
    assert page.find_by_id(f"key-{stored_keys(app, 'ontario')[0].id}-current").get("aria-invalid") == "true"
    assert app.fingerprint() == before


def test_another_persons_key_cannot_be_removed(app: App) -> None:
    with_key(app, "ontario")
    (key,) = stored_keys(app, "ontario")
    quebec = app.client_as("quebec")
    before = app.fingerprint()
    fields = {"csrf_token": quebec.csrf_token(), "current": PASSWORD}
    assert quebec.post(f"/en/account/two-steps/keys/{key.id}/remove", fields).status == 404
    assert app.fingerprint() == before


@LANGS
def test_each_change_of_a_key_is_told_by_email(app: App, lang: str) -> None:
    _user, page = begin(app, lang, name="Clé {de} bureau")
    connect(page, SoftKey())
    open_page(app, lang).press(REMOVE, fields={"current": PASSWORD})
    added, removed = app.rows(OutboxMessage, OutboxMessage.address == email("ontario"))
    assert [message.key.split(":")[2] for message in (added, removed)] == ["key-added", "key-removed"]
    for message, words in ((added, "Two-step sign-in is now on."), (removed, "Two-step sign-in is now off.")):
        text = re.sub(r"\s+", " ", message.text)
        assert "“Clé {de} bureau”" in text
        assert words in text
        assert "If you did not expect this, change your password" in text


def test_page_lists_each_key_with_its_days(app: App) -> None:
    with_key(app, "ontario")
    (item,) = [text for text in open_page(app).page.main_text.split("Security keys")[1:] if "Blue key" in text]
    assert "Added on" in item
    assert "Not used yet." in item


def test_site_that_cannot_use_keys_offers_none_and_leaves_those_there_to_remove(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    for app in (make_app(public_url="http://127.0.0.1:8000"), make_app()):
        if not app.extra_settings:
            monkeypatch.setitem(sys.modules, "webauthn", None)
        page = open_page(app).page
        assert "security key" not in page.main_text.lower()
        assert "Authenticator app" in page.main_text
        browser = page.client
        fields = {"csrf_token": browser.csrf_token(), "name": "Key", "current": PASSWORD}
        assert browser.post("/en/account/two-steps/keys/begin", fields).status == 404
        assert browser.get("/en/account/two-steps/keys/connect").status == 404
        with_key(app, "ontario")
        (key,) = stored_keys(app, "ontario")
        browser = app.client_as("ontario")
        assert not [form for form in browser.get("/en/account/two-steps").forms if form.action.endswith("/begin")][1:]
        assert remove_form(browser, key.id).status == 303
        assert stored_keys(app, "ontario") == []
