"""A person changes their own password and signs out everywhere: what the form asks for, which sessions end, and who gets an
email.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from cogwg.accounts.models import AccessLink, Person, SignIn, Throttle
from cogwg.audit.models import AuditEvent
from cogwg.mail.models import OutboxMessage
from tests.databases import PASSWORD
from tests.web.auth.test_sign_in import NEW_PASSWORD, create_password_link, is_signed_in, set_password, submit_sign_in
from tests.web.scriptless_user import translate
from tests.web_client import App, Client, Page, email, text_of


def change_password(browser: Client, lang: str = "en", current: str = PASSWORD, **fields: str) -> Page:
    form = browser.get(f"/{lang}/account/password").form()
    return form.fill(**{"current": current, "password": NEW_PASSWORD, "again": NEW_PASSWORD, **fields}).submit()


def signed_in(app: App, name: str = "ontario") -> Client:
    browser = app.anonymous_client()
    assert submit_sign_in(browser, email(name)).status == 303
    return browser


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_changed_password_keeps_this_session_and_ends_the_others(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    browser, elsewhere, neighbour = signed_in(app), signed_in(app), signed_in(app, "quebec")
    token = create_password_link(app)
    answer = change_password(browser, lang)
    assert (answer.status, answer.headers["Location"]) == (303, f"/{lang}/account#outcome")
    done = {
        "en": "Your password has been changed. You are signed out everywhere else.",
        "fr": "Votre mot de passe a été changé.",
    }[lang]
    assert done in text_of(answer.follow().find_by_id("security"))
    assert [is_signed_in(client) for client in (browser, elsewhere, neighbour)] == [True, False, True]
    assert app.anonymous_client().get(f"/en/password/{token}").status == 410, "unused links are revoked"
    assert submit_sign_in(app.anonymous_client(), email("ontario"), PASSWORD).status == 422
    assert submit_sign_in(app.anonymous_client(), email("ontario"), NEW_PASSWORD).status == 303
    (event,) = app.rows(AuditEvent, AuditEvent.action == "person.password")
    assert (event.actor_id, event.subject_id, event.after) == (app.person_id("ontario"), app.person_id("ontario"), None)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"current": ""}, "current"),
        ({"current": "another pass phrase"}, "current"),
        ({"current": PASSWORD + " "}, "current"),
        ({"password": PASSWORD, "again": PASSWORD}, "password"),
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "a" * 15, "again": "a" * 15}, "password"),
        ({"password": email("ontario"), "again": email("ontario")}, "password"),
        ({"again": NEW_PASSWORD + "."}, "again"),
    ],
)
def test_refused_change_keeps_the_password_and_every_session(app: App, lang: str, fields: dict[str, str], field: str) -> None:
    browser, elsewhere = signed_in(app), signed_in(app)
    before = app.fingerprint()
    page = change_password(browser, lang, **fields)
    assert page.status == 422
    assert page.field_error(field)
    assert [page.form().value(name) for name in ("current", "password", "again")] == ["", "", ""]
    assert app.fingerprint() == before
    assert is_signed_in(elsewhere)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_new_password_says_that_it_cancels_the_change_of_address(app: App, lang: str) -> None:
    browser = signed_in(app)
    form = browser.get(f"/{lang}/account/email").form(f"/{lang}/account/email")
    assert form.fill(email="new@example.ca", current=PASSWORD).submit().status == 303
    outcome = text_of(change_password(browser, lang).follow().find_by_id("security"))
    sentence = (
        "Your request to change your email address to %(email)s was cancelled. Send it again if you still want the change."
    )
    assert translate(lang, sentence, email="new@example.ca") in outcome


def test_wrong_current_password_counts_as_a_failed_sign_in(app: App) -> None:
    browser = app.client_as("ontario")
    assert [change_password(browser, current="wrong").status for _ in range(6)] == [422] * 5 + [429]
    assert submit_sign_in(app.anonymous_client(), email("ontario")).status == 429, "the counter is that of sign-in"
    assert change_password(browser).status == 429, "the right one has to wait too"
    assert is_signed_in(browser)
    app.clock.advance(seconds=31)
    assert change_password(browser).status == 303
    assert not app.rows(Throttle, Throttle.key.like("pair:%"))


def test_failures_on_sign_in_count_for_the_current_password(app: App) -> None:
    browser = app.client_as("ontario")
    for _ in range(5):
        submit_sign_in(app.anonymous_client(), email("ontario"), "wrong")
    page = change_password(browser)
    assert page.status == 429
    assert int(page.headers["Retry-After"]) > 0
    assert NEW_PASSWORD not in page.text
    assert PASSWORD not in page.text


def test_browser_is_known_again_after_the_password_changed(app: App) -> None:
    browser = signed_in(app)
    assert change_password(browser).status == 303
    for _ in range(5):
        submit_sign_in(app.anonymous_client(), email("ontario"), "wrong")
    assert submit_sign_in(app.anonymous_client(), email("ontario"), NEW_PASSWORD).status == 429
    browser.get("/en/plans/2020").form("/sign-out").submit()
    assert submit_sign_in(browser, email("ontario"), NEW_PASSWORD).status == 303, "its new device cookie lets it through"


def test_expired_session_gives_back_no_password(app: App) -> None:
    browser = signed_in(app)
    form = browser.get("/en/account/password").form()
    form.fill(current=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD)
    app.clock.now += timedelta(hours=3)
    page = form.submit()
    assert page.status == 401
    assert PASSWORD not in page.text
    assert NEW_PASSWORD not in page.text


@pytest.mark.parametrize(("lang", "words"), [("en", "Your password was changed on"), ("fr", "Votre mot de passe a été changé")])
def test_person_gets_an_email_about_the_password(app: App, lang: str, words: str) -> None:
    name = {"en": "ontario", "fr": "quebec"}[lang]
    change_password(signed_in(app, name))
    app.clock.advance(minutes=1)
    set_password(app.anonymous_client(), create_password_link(app, name), "a third and last pass phrase")
    first, second = app.rows(OutboxMessage)
    for message in (first, second):
        assert (message.address, message.lang, message.kind) == (email(name), lang, "security")
        assert words in message.text
        assert "/password/" not in message.text + message.html, "the email has no link that sets a password"
    assert [app.rows(AccessLink, AccessLink.used_at.is_(None))] == [[]]


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "A password was set for your account on"), ("fr", "Un mot de passe a été choisi pour votre compte")],
)
def test_email_about_the_first_password_does_not_say_that_it_changed(app: App, lang: str, words: str) -> None:
    name = {"en": "ontario", "fr": "quebec"}[lang]
    app.execute(update(Person).where(Person.email == email(name)).values(password_hash=None))
    set_password(app.anonymous_client(), create_password_link(app, name), "a first and lasting pass phrase")
    (message,) = app.rows(OutboxMessage)
    assert words in message.text
    for changed in ("changed", "changé"):
        assert changed not in message.subject + message.text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_page_after_setting_a_password_confirms_it_and_fills_in_the_address(app: App, lang: str) -> None:
    browser = app.anonymous_client()
    page = set_password(browser, create_password_link(app), lang=lang).follow()
    assert {"en": "Your password is saved.", "fr": "Votre mot de passe est enregistré."}[lang] in page.main_text
    assert page.form().value("email") == email("ontario")
    assert email("ontario") not in page.path
    assert browser.get(f"/{lang}/sign-in").form().value("email") == "", "it is filled in once"
    assert page.form().fill(password=NEW_PASSWORD).submit().status == 303


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_signing_out_everywhere_ends_every_session_of_the_person_alone(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    browser, elsewhere, neighbour = (app.client_as(name) for name in ("ontario", "ontario", "quebec"))
    answer = browser.get(f"/{lang}/account").form("/account/sign-out-everywhere").submit()
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert {"en": "2 sessions ended.", "fr": "2\u00a0sessions ont pris fin."}[lang] in answer.follow().main_text
    assert [is_signed_in(client) for client in (browser, elsewhere, neighbour)] == [False, False, True]
    assert [row.person_id for row in app.rows(SignIn)] == [app.person_id("quebec")]
    (event,) = app.rows(AuditEvent, AuditEvent.action == "person.signed-out")
    assert (event.actor_id, event.after) == (app.person_id("ontario"), {"sessions": 2})


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("reader", {"wants_finalized"}),
        ("ontario", {"wants_reminders", "wants_answer_links", "wants_mentions", "wants_finalized"}),
        ("chair", {"wants_digest", "wants_finalized"}),
        ("secretariat", {"wants_digest", "wants_finalized"}),
    ],
)
def test_account_offers_only_emails_that_the_person_can_get(app: App, name: str, offered: set[str]) -> None:
    page = app.client_as(name).get("/en/account")
    form = page.form("/account")
    assert {e.get("name") for e in form.controls if e.get("type") == "checkbox"} == offered
    assert ("You always receive a receipt" in page.main_text) is (name != "reader")
    assert ("an email when a co-chair returns" in page.main_text) is (name == "ontario"), "only leads have reports"
    before = app.fingerprint()
    assert form.submit().status == 303
    assert app.fingerprint() == before, "what is not offered stays as it is"
