"""Signing in with a security key: a signed challenge of this site, answered once, by a key of the person."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import update

from cogwg.accounts.models import SecurityKey, SignIn
from cogwg.audit.models import AuditEvent
from tests.databases import PASSWORD
from tests.soft_key import SoftKey, encode
from tests.web.auth.test_second_step import change_password, enter_code, enter_password, enter_recovery_code, postgresql_app
from tests.web.auth.test_sign_in import deactivate, is_signed_in
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser, translate
from tests.web.second_steps import key_options, stored_keys, with_key, with_two_steps
from tests.web_client import App, Page, email

__all__ = ["postgresql_app"]
LANGS = pytest.mark.parametrize("lang", ["en", "fr"])


def use_key(page: Page, key: SoftKey, **changed: Any) -> Page:
    """Send what the key answers to the page's challenge, as the page's script does."""
    return send(page, key.sign(key_options(page), **changed))


def send(page: Page, answer: str) -> Page:
    return page.form("/sign-in/code").fill(key_answer=answer).submit()


@LANGS
def test_key_signs_in_and_opens_the_requested_page(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    key, _codes = with_key(app, "ontario")
    browser, page = enter_password(app, lang=lang, query=f"?next=/{lang}/vacancies")
    assert page.h1 == translate(lang, "Use your security key")
    assert list(page.controls_named("one_time_code")) == []
    assert page.headers["Cache-Control"] == "no-store"
    assert app.rows(SignIn) == []
    answer = use_key(page, key)
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/vacancies")
    assert is_signed_in(browser)
    (stored,) = stored_keys(app, "ontario")
    assert (stored.sign_count, stored.used_at) == (key.counter, app.clock())


@LANGS
def test_person_with_an_app_and_a_key_chooses_which_to_use(app: App, lang: str) -> None:
    authenticator = with_two_steps(app, "ontario")
    key, codes = with_key(app, "ontario")
    assert codes == ()
    page = enter_password(app, lang=lang)[1]
    assert translate(lang, "Or enter a code") in page.main_text
    assert use_key(page, key).status == 303
    assert enter_code(enter_password(app)[1], authenticator.code()).status == 303
    assert enter_recovery_code(enter_password(app)[1], authenticator.recovery_codes[0]).status == 303


@LANGS
def test_without_scripts_the_page_says_what_a_key_needs_and_takes_a_recovery_code(app: App, lang: str) -> None:
    _key, codes = with_key(app, "ontario")
    page = enter_password(app, lang=lang)[1]
    (note,) = [e for e in page.find_all("noscript") if "JavaScript" in "".join(e.itertext())]
    assert translate(lang, "A security key requires JavaScript, which is turned off in this browser.") in "".join(
        note.itertext()
    )
    refused = page.form("/sign-in/code").submit()
    assert refused.status == 422
    assert translate(lang, "Enter a recovery code.") in refused.field_error("recovery_code")
    assert enter_recovery_code(refused, codes[0]).status == 303


def test_begun_app_that_no_code_confirmed_is_no_second_step(app: App) -> None:
    with_key(app, "ontario")
    user = ScriptlessUser(app, "ontario", "en")
    user.open("account/two-steps")
    user.press("Set up an app", fields={"current": PASSWORD})
    page = enter_password(app)[1]
    assert list(page.controls_named("one_time_code")) == []
    form = page.form("/sign-in/code")
    form.values["one_time_code"] = "123456"
    assert form.submit().status == 422


@LANGS
@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:8000"},
        {"rp_id": "evil.example"},
        {"challenge": encode(b"another challenge")},
        {"type": "webauthn.create"},
    ],
    ids=["origin", "address", "site", "challenge", "type"],
)
def test_answer_for_another_site_challenge_or_purpose_is_refused(app: App, lang: str, changed: dict[str, str]) -> None:
    key, _codes = with_key(app, "ontario")
    browser, page = enter_password(app, lang=lang)
    refused = use_key(page, key, **changed)
    assert refused.status == 422
    assert translate(lang, "The security key was not accepted. Try it again, or enter a code.") in refused.alert_text
    assert not is_signed_in(browser)
    assert use_key(refused, key).status == 303


def test_key_of_another_person_and_a_key_that_was_removed_are_refused(app: App) -> None:
    key, _codes = with_key(app, "ontario")
    others, _codes = with_key(app, "quebec")
    browser, page = enter_password(app)
    page = use_key(page, others)
    assert page.status == 422
    others.id = key.id
    page = use_key(page, others)
    assert page.status == 422, "the id alone is worth nothing"
    with_two_steps(app, "ontario")
    browser, page = enter_password(app)
    app.execute(SecurityKey.__table__.delete().where(SecurityKey.person_id == app.person_id("ontario")))
    assert use_key(page, key).status == 422
    assert not is_signed_in(browser)


@pytest.mark.parametrize("has_counter", [True, False], ids=["counter", "no counter"])
def test_answer_is_accepted_once_even_with_the_cookie_that_has_its_challenge(app: App, has_counter: bool) -> None:
    key, _codes = with_key(app, "ontario", SoftKey(has_counter=has_counter))
    browser, page = enter_password(app)
    cookie = browser.flask_client.get_cookie("session")
    assert cookie is not None
    answer = key.sign(key_options(page))
    assert send(page, answer).status == 303
    thief = app.anonymous_client()
    thief.flask_client.set_cookie("session", cookie.value)
    form = page.form("/sign-in/code").fill(key_answer=answer)
    again = thief.post("/en/sign-in/code", form.values)
    assert again.status == 422
    assert not is_signed_in(thief)
    assert len(app.rows(SignIn)) == 1


def test_answer_in_another_browser_is_refused(app: App) -> None:
    key, _codes = with_key(app, "ontario")
    answer = key.sign(key_options(enter_password(app)[1]))
    browser, page = enter_password(app)
    assert send(page, answer).status == 422
    assert not is_signed_in(browser)


def test_answer_sent_many_times_at_once_signs_in_once(postgresql_app: App) -> None:
    app = postgresql_app
    key, _codes = with_key(app, "ontario", SoftKey(has_counter=False))
    browser, page = enter_password(app)
    cookie = browser.flask_client.get_cookie("session")
    assert cookie is not None
    fields = page.form("/sign-in/code").fill(key_answer=key.sign(key_options(page))).values

    def send_copy(_number: int) -> int:
        copy = app.anonymous_client()
        copy.flask_client.set_cookie("session", cookie.value)
        return copy.post("/en/sign-in/code", fields).status

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send_copy, range(4))) == [303, 422, 422, 422]
    assert len(app.rows(SignIn)) == 1


def test_counter_that_goes_back_is_refused_and_logged(app: App, caplog: pytest.LogCaptureFixture) -> None:
    key, _codes = with_key(app, "ontario")
    assert use_key(enter_password(app)[1], key).status == 303
    key.counter -= 1  # what a copy of the key would say
    browser, page = enter_password(app)
    caplog.clear()
    with caplog.at_level("INFO", logger="cogwg.security"):
        refused = use_key(page, key)
    assert refused.status == 422
    assert not is_signed_in(browser)
    events = [record.message for record in caplog.records if record.name == "cogwg.security"]
    assert events == ["second-step.key-counter", "second-step.failed"]
    assert use_key(refused, key).status == 303, "the key itself counts on"


def test_forged_answers_do_not_reach_the_counter(app: App, caplog: pytest.LogCaptureFixture) -> None:
    key, _codes = with_key(app, "ontario", SoftKey(counter=9))
    forged = SoftKey(id=key.id)
    with caplog.at_level("INFO", logger="cogwg.security"):
        assert use_key(enter_password(app)[1], forged).status == 422
    assert "second-step.key-counter" not in {record.message for record in caplog.records}
    (stored,) = stored_keys(app, "ontario")
    assert (stored.sign_count, stored.used_at) == (9, None)


def test_challenge_that_waited_ten_minutes_asks_for_the_password_again(app: App) -> None:
    key, _codes = with_key(app, "ontario")
    browser, page = enter_password(app)
    app.clock.advance(minutes=10, seconds=1)
    answer = use_key(page, key)
    assert (answer.status, answer.h1) == (422, "Sign in")
    assert not is_signed_in(browser)


@pytest.mark.parametrize("change", [change_password, lambda app: deactivate(app, "ontario")], ids=["password", "deactivated"])
def test_key_does_not_sign_in_after_a_change_of_the_account(app: App, change: Any) -> None:
    key, _codes = with_key(app, "ontario")
    browser, page = enter_password(app)
    change(app)
    assert use_key(page, key).status == 422
    assert not is_signed_in(browser)


def test_wrong_answers_are_throttled_like_wrong_codes(app_per_engine: App) -> None:
    app = app_per_engine
    key, codes = with_key(app, "ontario")
    for _ in range(5):
        assert use_key(enter_password(app)[1], key, origin="https://evil.example").status == 422
    browser, page = enter_password(app)
    answer = use_key(page, key)
    assert answer.status == 429
    assert answer.h1 == "Use your security key"
    assert enter_recovery_code(enter_password(app)[1], codes[0]).status == 429, "codes and keys have one limit"
    assert not is_signed_in(browser)
    app.clock.advance(seconds=31)
    assert use_key(enter_password(app)[1], key).status == 303


@pytest.mark.parametrize("answer", ["{}", "[", "null", "x" * 100_000, '{"id": "\u0000"}'])
def test_junk_for_an_answer_is_refused(app: App, answer: str) -> None:
    with_key(app, "ontario")
    browser, page = enter_password(app)
    assert send(page, answer).status == 422
    assert not is_signed_in(browser)


def test_expired_page_asks_for_the_key_again(app: App) -> None:
    key, _codes = with_key(app, "ontario")
    _browser, page = enter_password(app, query="?next=/en/vacancies")
    form = page.form("/sign-in/code").fill(key_answer=key.sign(key_options(page)))
    form.values["csrf_token"] = "expired"
    answer = form.submit()
    assert (answer.status, answer.h1) == (400, "Use your security key")
    assert answer.form("/sign-in/code").value("key_answer") == ""
    assert use_key(answer, key).redirect_path == "/en/vacancies"


@LANGS
def test_typed_text_survives_the_key(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    user.open("milestones")
    key, _codes = with_key(app, "ontario")  # ends the session
    form = next(form for form in user.page.forms if "text_en" in " ".join(form.values))
    page = form.fill(text_en="Ten new data sets.").submit()
    page = page.form("/sign-in").fill(email=email("ontario"), password=PASSWORD).submit()
    assert (page.status, page.h1) == (200, translate(lang, "Use your security key"))
    shown = use_key(use_key(page, key, origin="https://evil.example"), key)
    assert (shown.status, shown.h1) == (200, translate(lang, "Your text is still here"))
    assert "Ten new data sets." in shown.main_text


@LANGS
def test_key_that_the_site_can_no_longer_use_leaves_the_recovery_codes(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    app = make_app()
    key, codes = with_key(app, "ontario")
    answer = key.sign(key_options(enter_password(app)[1]))
    monkeypatch.setitem(sys.modules, "webauthn", None)
    browser, page = enter_password(app, lang=lang)
    assert page.h1 == translate(lang, "Enter a recovery code")
    assert not is_signed_in(browser)
    assert send(page, answer).status == 422
    assert enter_recovery_code(enter_password(app)[1], codes[0]).status == 303


def test_key_satisfies_a_required_second_step(make_app: MakeApp) -> None:
    app = make_app(require_second_factor=True)
    key, _codes = with_key(app, "chair")
    browser, page = enter_password(app, "chair", query="?next=/en/readiness")
    assert use_key(page, key).redirect_path == "/en/readiness"
    assert browser.get("/en/readiness").status == 200
    app.execute(update(SecurityKey).values(person_id=app.person_id("quebec")))
    assert browser.get("/en/readiness").redirect_path == "/en/account/two-steps"


def test_security_log_has_the_use_of_a_key_and_no_answer(app: App, caplog: pytest.LogCaptureFixture) -> None:
    key, _codes = with_key(app, "ontario")
    with caplog.at_level("INFO", logger="cogwg.security"):
        page = enter_password(app)[1]
        use_key(use_key(page, key, origin="https://evil.example"), key)
    events = [record.message for record in caplog.records if record.name == "cogwg.security"]
    assert events == ["sign-in.waiting", "second-step.failed", "sign-in.ok"]
    assert encode(key.id) not in " ".join(str(record.__dict__) for record in caplog.records)
    assert [event.action for event in app.rows(AuditEvent) if "sign" in event.action] == []
