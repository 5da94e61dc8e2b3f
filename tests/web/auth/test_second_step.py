"""Signing in with a second step: no session before the code, no code twice, throttled guesses, and recovery codes."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from cogwg.accounts.models import Person, RecoveryCode, SignIn, Throttle
from cogwg.audit.models import AuditEvent
from cogwg.core.db import Base
from cogwg.mail.models import OutboxMessage
from tests.databases import PASSWORD
from tests.web.auth.test_sign_in import (
    NEW_PASSWORD,
    create_password_link,
    deactivate,
    is_signed_in,
    set_password,
    submit_sign_in,
)
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser, translate
from tests.web.second_steps import stored_factor, with_two_steps
from tests.web_client import App, Client, Page, email

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
WRONG_RECOVERY_CODE = "aaaa-bbbb-cccc-dddd-eeee-ffff"


def enter_password(app: App, name: str = "ontario", lang: str = "en", query: str = "") -> tuple[Client, Page]:
    """Return a new browser and the page that asks it for the code."""
    browser = app.anonymous_client()
    answer = submit_sign_in(browser, email(name), lang=lang, query=query)
    assert (answer.status, answer.redirect_path.partition("?")[0]) == (303, f"/{lang}/sign-in/code")
    return browser, answer.follow()


def enter_code(page: Page, code: str) -> Page:
    return page.form("/sign-in/code").fill(one_time_code=code).submit()


def enter_recovery_code(page: Page, code: str) -> Page:
    return page.form("/sign-in/code").fill(recovery_code=code).submit()


@LANGS
def test_correct_code_signs_in_and_opens_the_requested_page(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    authenticator = with_two_steps(app, "ontario")
    browser, page = enter_password(app, lang=lang, query=f"?next=/{lang}/vacancies")
    assert page.h1 == translate(lang, "Enter your code")
    assert app.rows(SignIn) == []
    assert not is_signed_in(browser)
    answer = enter_code(page, authenticator.code())
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/vacancies")
    assert is_signed_in(browser)


@pytest.mark.parametrize(("steps", "is_accepted"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_code_of_an_adjacent_step_is_accepted(app: App, steps: int, is_accepted: bool) -> None:
    authenticator = with_two_steps(app, "ontario")
    browser, page = enter_password(app)
    assert enter_code(page, authenticator.code(steps)).status == (303 if is_accepted else 422)
    assert is_signed_in(browser) is is_accepted


def test_used_code_and_earlier_codes_are_never_accepted_again(app_per_engine: App) -> None:
    app = app_per_engine
    authenticator = with_two_steps(app, "ontario")
    code, earlier = authenticator.code(), authenticator.code(-1)
    assert enter_code(enter_password(app)[1], code).status == 303
    for used in (code, earlier):
        browser, page = enter_password(app)
        answer = enter_code(page, used)
        assert answer.status == 422
        assert used not in answer.text
        assert not is_signed_in(browser)
    assert enter_code(page, authenticator.code(1)).status == 303


def test_code_sent_twice_at_once_signs_in_once(postgresql_app: App) -> None:
    authenticator = with_two_steps(postgresql_app, "ontario")
    pages = [enter_password(postgresql_app)[1] for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda page: enter_code(page, authenticator.code()).status, pages))
    assert sorted(statuses) == [303, 422, 422, 422]
    assert len(postgresql_app.rows(SignIn)) == 1


@pytest.fixture
def postgresql_app(postgresql: None, make_app: MakeApp) -> App:
    return make_app("postgresql")


def test_wrong_codes_are_throttled_even_if_the_password_is_entered_again(app_per_engine: App) -> None:
    app = app_per_engine
    authenticator = with_two_steps(app, "ontario")
    for _ in range(5):
        assert enter_code(enter_password(app)[1], authenticator.wrong_code).status == 422
    for code in (authenticator.wrong_code, authenticator.code()):
        browser, page = enter_password(app)
        answer = enter_code(page, code)
        assert answer.status == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 31
        assert "There were too many attempts." in answer.alert_text
        assert not is_signed_in(browser)
    app.clock.advance(seconds=31)
    assert enter_code(page, authenticator.code()).status == 303, "no account is locked permanently"


def test_recovery_codes_are_throttled_with_the_codes_of_the_app(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    _browser, page = enter_password(app)
    for _ in range(5):
        assert enter_recovery_code(page, WRONG_RECOVERY_CODE).status == 422
    assert enter_recovery_code(page, authenticator.recovery_codes[0]).status == 429
    assert enter_code(page, authenticator.code()).status == 429
    assert len([row for row in app.rows(RecoveryCode) if row.used_at]) == 0


def test_known_browser_is_throttled_at_the_code_after_each_correct_password(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    browser, page = enter_password(app)
    assert enter_code(page, authenticator.code()).status == 303
    app.clock.advance(minutes=2)
    statuses = []
    for _ in range(6):
        browser.post("/en/sign-out", {"csrf_token": browser.csrf_token()})
        page = submit_sign_in(browser, email("ontario")).follow()
        statuses.append(enter_code(page, authenticator.wrong_code).status)
    assert statuses == [422] * 5 + [429]


def test_correct_code_clears_the_counters(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    _browser, page = enter_password(app)
    assert enter_code(page, authenticator.wrong_code).status == 422
    assert enter_code(page, authenticator.code()).status == 303
    assert [row.key for row in app.rows(Throttle) if row.key.startswith(("pair:", "device:"))] == []


@LANGS
def test_recovery_code_works_once_and_tells_how_many_are_left(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    code = with_two_steps(app, "ontario").recovery_codes[3]
    browser, page = enter_password(app, lang=lang)
    answer = enter_recovery_code(page, code.upper().replace("-", " "))
    assert answer.status == 303
    assert ("9 codes are left." if lang == "en" else "Il en reste 9.") in answer.follow().text
    assert is_signed_in(browser)
    again = enter_recovery_code(enter_password(app, lang=lang)[1], code)
    assert again.status == 422
    assert again.field_error("recovery_code")
    assert code not in again.text
    (event,) = app.rows(AuditEvent, AuditEvent.action == "person.recovery-code-used")
    assert event.after == {"left": 9}
    message = app.rows(OutboxMessage, OutboxMessage.address == email("ontario"))[-1]
    assert ": 9." in message.text or "left: 9" in message.text


def test_few_recovery_codes_left_asks_for_new_ones(app: App) -> None:
    codes = with_two_steps(app, "ontario").recovery_codes
    for code in codes[:6]:
        _browser, page = enter_password(app)
        shown = enter_recovery_code(page, code).follow()
        assert "Create new recovery codes" not in shown.text
    _browser, page = enter_password(app)
    assert "3 codes are left. Create new recovery codes" in enter_recovery_code(page, codes[6]).follow().text


def test_recovery_code_of_another_person_is_refused(app: App) -> None:
    with_two_steps(app, "ontario")
    others = with_two_steps(app, "quebec").recovery_codes
    assert enter_recovery_code(enter_password(app)[1], others[0]).status == 422
    assert [row for row in app.rows(RecoveryCode) if row.used_at] == []


@LANGS
@pytest.mark.parametrize("typed", ["", "   "])
def test_empty_code_is_refused_and_not_counted(app: App, lang: str, typed: str) -> None:
    with_two_steps(app, "ontario")
    _browser, page = enter_password(app, lang=lang)
    answer = enter_code(page, typed)
    assert answer.status == 422
    assert translate(lang, "Enter the code from your app, or a recovery code.") in answer.field_error("one_time_code")
    assert [row.failures for row in app.rows(Throttle) if row.key.startswith("pair:")] == []


def test_code_page_without_a_password_leads_to_sign_in(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    browser = app.anonymous_client()
    answer = browser.get("/en/sign-in/code?next=/en/vacancies")
    assert (answer.status, answer.redirect_path) == (303, "/en/sign-in?next=/en/vacancies")
    answer = browser.post("/en/sign-in/code", {"csrf_token": browser.csrf_token(), "one_time_code": authenticator.code()})
    assert answer.status == 422
    assert answer.h1 == "Sign in"
    assert app.rows(SignIn) == []


def test_sign_in_that_waited_ten_minutes_asks_for_the_password_again(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    browser, page = enter_password(app, query="?next=/en/vacancies")
    app.clock.advance(minutes=10, seconds=1)
    answer = enter_code(page, authenticator.code())
    assert (answer.status, answer.h1, answer.form("/sign-in").value("next")) == (422, "Sign in", "/en/vacancies")
    assert not is_signed_in(browser)


def change_password(app: App) -> None:
    app.execute(update(Person).where(Person.email == email("ontario")).values(password_hash=NEW_PASSWORD))


@pytest.mark.parametrize("change", [change_password, lambda app: deactivate(app, "ontario")], ids=["password", "deactivated"])
def test_waiting_sign_in_ends_with_a_change_of_the_account(app: App, change: object) -> None:
    authenticator = with_two_steps(app, "ontario")
    browser, page = enter_password(app)
    assert callable(change)
    change(app)
    assert enter_code(page, authenticator.code()).status == 422
    assert not is_signed_in(browser)


def test_waiting_sign_in_opens_no_page_and_code_starts_a_new_session_id(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    browser, page = enter_password(app)
    for path in ("/en/account", "/en/my-updates", "/en/account/two-steps"):
        assert browser.get(path).redirect_path.startswith("/en/sign-in?next=")
    waiting = browser.flask_client.get_cookie("session")
    assert enter_code(page, authenticator.code()).status == 303
    assert waiting is not None
    copied = app.anonymous_client()
    copied.flask_client.set_cookie("session", waiting.value)
    assert not is_signed_in(copied)
    assert enter_code(copied.get("/en/sign-in/code"), authenticator.code()).status == 422, "the code was used"


def test_new_password_by_link_keeps_the_second_step(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    assert set_password(app.anonymous_client(), create_password_link(app)).status == 303
    browser = app.anonymous_client()
    answer = submit_sign_in(browser, email("ontario"), NEW_PASSWORD)
    assert answer.redirect_path == "/en/sign-in/code"
    assert enter_code(answer.follow(), authenticator.code()).status == 303


def test_browser_is_remembered_only_after_the_code(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    browser, page = enter_password(app)
    names = {cookie.key for cookie in browser.flask_client._cookies.values()}
    assert not [name for name in names if name.startswith("device-")]
    enter_code(page, authenticator.code())
    names = {cookie.key for cookie in browser.flask_client._cookies.values()}
    assert [name for name in names if name.startswith("device-")]


@LANGS
def test_typed_text_survives_both_steps(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    user.open("milestones")
    authenticator = with_two_steps(app, "ontario")  # ends the session
    form = next(form for form in user.page.forms if "text_en" in " ".join(form.values))
    page = form.fill(text_en="Ten new data sets.").submit()
    assert page.status == 401
    page = page.form("/sign-in").fill(email=email("ontario"), password=PASSWORD).submit()
    assert (page.status, page.h1) == (200, translate(lang, "Enter your code"))
    wrong = enter_code(page, authenticator.wrong_code)
    assert wrong.status == 422
    shown = enter_code(wrong, authenticator.code())
    assert (shown.status, shown.h1) == (200, translate(lang, "Your text is still here"))
    assert "Ten new data sets." in shown.main_text


def test_expired_code_page_asks_for_the_code_again(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    _browser, page = enter_password(app, query="?next=/en/vacancies")
    form = page.form("/sign-in/code").fill(one_time_code=authenticator.code())
    form.values["csrf_token"] = "expired"
    answer = form.submit()
    assert (answer.status, answer.h1) == (400, "Enter your code")
    assert answer.form("/sign-in/code").value("one_time_code") == ""
    assert enter_code(answer, authenticator.code()).redirect_path == "/en/vacancies"


def test_person_without_two_steps_signs_in_with_the_password_alone(app: App) -> None:
    with_two_steps(app, "quebec")
    assert submit_sign_in(app.anonymous_client(), email("ontario")).redirect_path == "/en/my-updates"


def test_database_holds_neither_the_secret_nor_a_recovery_code(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    plain = [authenticator.secret, *authenticator.recovery_codes, *(c.replace("-", "") for c in authenticator.recovery_codes)]
    with app.engine.connect() as connection:
        stored = "\n".join(
            str(row) for table in Base.metadata.sorted_tables for row in connection.execute(table.select()).all()
        )
    assert "second_factor" in Base.metadata.tables
    assert not [text for text in plain if text in stored]


def test_secret_that_no_key_opens_refuses_codes_and_accepts_recovery_codes(app: App) -> None:
    authenticator = with_two_steps(app, "ontario")
    factor = stored_factor(app, "ontario")
    assert factor is not None
    app.execute(update(type(factor)).values(sealed_secret="sealed with a lost key"))
    assert enter_code(enter_password(app)[1], authenticator.code()).status == 422
    assert enter_recovery_code(enter_password(app)[1], authenticator.recovery_codes[0]).status == 303


def test_security_log_has_the_steps_and_no_code(app: App, caplog: pytest.LogCaptureFixture) -> None:
    authenticator = with_two_steps(app, "ontario")
    with caplog.at_level("INFO", logger="cogwg.security"):
        _browser, page = enter_password(app)
        enter_code(page, authenticator.wrong_code)
        enter_recovery_code(page, authenticator.recovery_codes[0])
    events = [record.message for record in caplog.records if record.name == "cogwg.security"]
    assert events == ["sign-in.waiting", "second-step.failed", "second-step.recovery", "sign-in.ok"]
    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert not re.search(f"{authenticator.wrong_code}|{authenticator.recovery_codes[0]}", logged)
